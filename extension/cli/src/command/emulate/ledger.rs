//! The ledger records that extensions printed while events ran.
use std::collections::HashMap;

use serde_json::{Value, json};
use tollgate_emulator::{LogLine, Origin, Stream};
use tollgate_ledger::record::MARKER;
use tollgate_ledger::record_hash;

/// Records in the order they were printed, and what is known of each invocation.
#[derive(Debug, Default)]
pub(super) struct Ledger {
    records: Vec<String>,
    invocations: HashMap<String, Decided>,
}

/// What the record of an invocation says, as far as the output needs it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Decided {
    pub(super) trigger: Option<String>,
    pub(super) decision: Option<String>,
    pub(super) checks: Vec<String>,
    pub(super) items: Option<(u64, u64)>,
    pub(super) micros: Option<u64>,
    pub(super) added_micros: Option<u64>,
    pub(super) record: String,
}

impl Ledger {
    /// Takes a line that is a record: a whole line on an extension's standard output. What the
    /// function prints is not looked at, whatever it looks like.
    pub(super) fn line(&mut self, line: &LogLine) {
        let from_extension = matches!(line.origin, Origin::Extension(_));
        if from_extension && line.stream == Stream::Stdout && line.text.starts_with(MARKER) {
            self.push(&line.text);
        }
    }

    fn push(&mut self, text: &str) {
        let record: Value = serde_json::from_str(text).unwrap_or_default();
        if is(&record, "invocation")
            && let Some(id) = word(&record, "requestId")
        {
            self.invocations.insert(id, Decided::of(&record, text));
        }
        self.records.push(text.to_owned());
    }

    pub(super) fn append(&mut self, other: Self) {
        self.records.extend(other.records);
        self.invocations.extend(other.invocations);
    }

    /// What was decided about an invocation, if it has a record.
    pub(super) fn invocation(&self, request_id: &str) -> Option<&Decided> {
        self.invocations.get(request_id)
    }

    /// All records verbatim, one a line.
    pub(super) fn lines(&self) -> String {
        self.records.iter().flat_map(|record| [record.as_str(), "\n"]).collect()
    }

    /// The first public key of every chain, in the form that `tollgate verify --trust` reads.
    pub(super) fn trust(&self) -> String {
        let records = self.records.iter().map(|text| serde_json::from_str(text));
        let keys: Vec<Value> = records
            .filter_map(Result::ok)
            .filter(|record| is(record, "open"))
            .map(|open| json!({ "chain": open.get("chain"), "publicKey": open.get("publicKey") }))
            .collect();
        format!("{}\n", json!({ "keys": keys }))
    }
}

impl Decided {
    fn of(record: &Value, text: &str) -> Self {
        let number = |pointer: &str| record.pointer(pointer).and_then(Value::as_u64);
        let checks = record.get("checks").and_then(Value::as_array);
        Self {
            trigger: word(record, "trigger"),
            decision: word(record, "decision"),
            checks: checks.into_iter().flatten().filter_map(|check| word(check, "id")).collect(),
            items: number("/items/total").zip(number("/items/refused")),
            micros: number("/micros/decide"),
            added_micros: number("/micros/overhead"),
            record: record_hash(text.as_bytes()).to_string(),
        }
    }
}

fn is(record: &Value, kind: &str) -> bool {
    record.get("kind").and_then(Value::as_str) == Some(kind)
}

fn word(object: &Value, name: &str) -> Option<String> {
    object.get(name).and_then(Value::as_str).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(origin: Origin, text: &str) -> LogLine {
        LogLine { origin, stream: Stream::Stdout, text: text.into(), micros: 0 }
    }

    fn of(logs: &[LogLine]) -> Ledger {
        let mut ledger = Ledger::default();
        for line in logs {
            ledger.line(line);
        }
        ledger
    }

    const OPEN: &str = r#"{"tollgate":1,"kind":"open","chain":"c1","publicKey":"k1"}"#;
    const INVOCATION: &str = r#"{"tollgate":1,"kind":"invocation","requestId":"r1","trigger":"sqs","decision":"filter","checks":[{"id":"limits.depth"}],"items":{"total":3,"refused":1},"micros":{"decide":7,"overhead":12}}"#;

    #[test]
    fn records_are_taken_from_extensions_only() {
        let extension = || Origin::Extension("tollgate".to_owned());
        let logs = [
            line(extension(), "starting"),
            line(extension(), OPEN),
            line(Origin::Runtime, INVOCATION),
            line(extension(), INVOCATION),
        ];
        let ledger = of(&logs);
        assert_eq!(ledger.lines(), format!("{OPEN}\n{INVOCATION}\n"));
        assert_eq!(ledger.trust(), "{\"keys\":[{\"chain\":\"c1\",\"publicKey\":\"k1\"}]}\n");
    }

    #[test]
    fn an_invocation_is_found_by_its_request_id() {
        let logs = [line(Origin::Extension("tollgate".to_owned()), INVOCATION)];
        let ledger = of(&logs);
        let expected = Decided {
            trigger: Some("sqs".to_owned()),
            decision: Some("filter".to_owned()),
            checks: vec!["limits.depth".to_owned()],
            items: Some((3, 1)),
            micros: Some(7),
            added_micros: Some(12),
            record: record_hash(INVOCATION.as_bytes()).to_string(),
        };
        assert_eq!(ledger.invocation("r1"), Some(&expected));
        assert_eq!(ledger.invocation("r2"), None);
    }
}
