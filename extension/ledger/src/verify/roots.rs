//! What a verdict can rest on besides the ledger: trusted keys, anchors, and a second source of
//! request ids.
use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use tollgate_proof::attestation::AttestingKey;

use crate::hash::{Hash, unhex};

/// Everything that was handed in beside the ledger.
#[derive(Debug, Clone, Default)]
pub struct Roots {
    /// Keys that are trusted; absent if none were given.
    pub trust: Option<Trust>,
    /// Keys whose certificates make a chain's first key a trusted one.
    pub attestors: Vec<AttestingKey>,
    /// Records that must be there.
    pub anchors: Vec<Anchor>,
    /// Invocations that must have a record.
    pub against: RequestIds,
}

/// Trusted first keys of chains.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Trust {
    /// Chains that must be there, each with its first key.
    pub(super) chains: BTreeMap<[u8; 16], Vec<[u8; 32]>>,
    /// Keys that may open any chain.
    pub(super) keys: BTreeSet<[u8; 32]>,
}

/// The hash of a record, kept where the writer of the log could not change it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Anchor {
    /// The chain's id.
    pub chain: [u8; 16],
    /// The record's sequence number.
    pub seq: u64,
    /// The record's hash.
    pub head: Hash,
}

/// Request ids from a source that the ledger's writer did not write.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RequestIds(pub(super) BTreeSet<String>);

/// A trust root that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RootsError {
    /// The text is not JSON.
    #[error("not JSON: {0}")]
    NotJson(String),
    /// The JSON has another shape.
    #[error("expected {0}")]
    Shape(&'static str),
    /// One entry is wrong.
    #[error("entry {entry}: {why}")]
    Entry {
        /// The entry, counted from 1.
        entry: usize,
        /// What was expected.
        why: &'static str,
    },
    /// There is no anchor in the text.
    #[error(
        "no anchor found: expected `{{\"chain\", \"seq\", \"head\"}}`, or rows of the budget table"
    )]
    NoAnchor,
    /// There is no request id in the text.
    #[error("no request id found")]
    NoRequestId,
}

impl Trust {
    /// Reads `[{"chain": …, "publicKey": …}]` or `{"keys": […]}`. An entry may be such an object
    /// or a key alone. With a chain it says that this chain must be there and opens with this
    /// key; without, that whatever chain opens with this key is trusted.
    pub fn parse(text: &str) -> Result<Self, RootsError> {
        let shape = RootsError::Shape(r#"a list of `{"chain", "publicKey"}`, or `{"keys": […]}`"#);
        let document = json(text)?;
        let list = document.get("keys").unwrap_or(&document).as_array().ok_or(shape)?;
        let mut trust = Self::default();
        for (position, entry) in list.iter().enumerate() {
            trust.add(entry).map_err(|why| RootsError::Entry { entry: position + 1, why })?;
        }
        Ok(trust)
    }

    /// The keys that may open this chain.
    pub(crate) fn keys_of(&self, chain: &[u8; 16]) -> Vec<[u8; 32]> {
        let named = self.chains.get(chain).cloned();
        named.unwrap_or_else(|| self.keys.iter().copied().collect())
    }

    fn add(&mut self, entry: &Value) -> Result<(), &'static str> {
        let key = entry.get("publicKey").unwrap_or(entry);
        let key = hex_text(key).ok_or("`publicKey` must be 64 lower-case hex digits")?;
        match entry.get("chain") {
            None | Some(Value::Null) => {
                self.keys.insert(key);
            }
            Some(chain) => {
                let chain = hex_text(chain).ok_or("`chain` must be 32 lower-case hex digits")?;
                self.chains.entry(chain).or_default().push(key);
            }
        }
        Ok(())
    }
}

impl RequestIds {
    /// Reads request ids from a second source: one a line; `START` and `REPORT` lines of a
    /// function's log; `platform.start` and `platform.report` events, also in lists; `Invoke` data
    /// events of `CloudTrail` ("`CloudTrail` record contents": `requestID`); exports of log groups
    /// that hold any of these as `message`. What is none of them is passed over.
    pub fn parse(text: &str) -> Result<Self, RootsError> {
        let mut ids = BTreeSet::new();
        match serde_json::from_str(text) {
            Ok(document @ (Value::Array(_) | Value::Object(_))) => collect(&document, &mut ids),
            _ => text.lines().for_each(|line| line_ids(line, &mut ids)),
        }
        if ids.is_empty() { Err(RootsError::NoRequestId) } else { Ok(Self(ids)) }
    }

    /// Adds the ids of another source.
    pub fn join(&mut self, other: Self) {
        self.0.extend(other.0);
    }
}

fn line_ids(line: &str, ids: &mut BTreeSet<String>) {
    match line.find('{').and_then(|at| serde_json::from_str(line.get(at..)?).ok()) {
        Some(document) => collect(&document, ids),
        None => match line.trim_start().starts_with('[').then(|| serde_json::from_str(line)) {
            Some(Ok(document)) => collect(&document, ids),
            _ => ids.extend(request_id(line)),
        },
    }
}

/// Takes the ids out of a JSON document of a known form.
fn collect(document: &Value, ids: &mut BTreeSet<String>) {
    if let Value::Array(list) = document {
        for element in list {
            collect(element, ids);
        }
        return;
    }
    for name in ["Records", "events", "logEvents"] {
        if let Some(list) = document.get(name).filter(|list| list.is_array()) {
            collect(list, ids);
        }
    }
    if let Some(message) = document.get("message") {
        match message.as_str() {
            Some(line) => line_ids(line, ids),
            None => collect(message, ids),
        }
    }
    ids.extend(platform_event(document).or_else(|| trail_event(document)));
}

/// The request id of a data event of Lambda's Invoke API.
fn trail_event(event: &Value) -> Option<String> {
    let text = |name: &str| event.get(name).and_then(Value::as_str);
    let invoked =
        text("eventSource")? == "lambda.amazonaws.com" && text("eventName")?.starts_with("Invoke");
    invoked.then(|| text("requestID").map(str::to_owned)).flatten()
}

/// The longest text that is taken for a request id.
const REQUEST_ID_BYTES_MAX: usize = 64;

fn request_id(line: &str) -> Option<String> {
    let line = line.trim();
    let id = ["START RequestId: ", "REPORT RequestId: "]
        .iter()
        .find_map(|word| Some(line.split_once(word)?.1.split_whitespace().next()?.to_owned()))
        .unwrap_or_else(|| line.to_owned());
    let known = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    let fits = (1..=REQUEST_ID_BYTES_MAX).contains(&id.len());
    (fits && id.bytes().all(known)).then_some(id)
}

/// The request id of a telemetry event ("Lambda Telemetry API event schema reference").
fn platform_event(event: &Value) -> Option<String> {
    let kind = event.get("type")?.as_str()?;
    let named = matches!(kind, "platform.start" | "platform.report");
    named.then(|| event.pointer("/record/requestId")?.as_str().map(str::to_owned)).flatten()
}

pub(super) fn json(text: &str) -> Result<Value, RootsError> {
    serde_json::from_str(text).map_err(|error| RootsError::NotJson(error.to_string()))
}

pub(super) fn hex_text<const N: usize>(value: &Value) -> Option<[u8; N]> {
    unhex(value.as_str()?.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    const CHAIN: &str = "0123456789abcdef0123456789abcdef";

    #[test]
    fn both_forms_of_trust_are_read() {
        let list =
            format!(r#"[{{"chain":"{CHAIN}","publicKey":"{KEY}"}},{{"publicKey":"{KEY}"}}]"#);
        let keys = format!(r#"{{"keys":["{KEY}",{{"chain":"{CHAIN}","publicKey":"{KEY}"}}]}}"#);
        let trust = Trust::parse(&list).unwrap();
        assert_eq!(trust, Trust::parse(&keys).unwrap());
        assert_eq!((trust.chains.len(), trust.keys.len()), (1, 1));
    }

    #[test]
    fn wrong_trust_names_the_entry() {
        let cases = [
            ("{}", r#"expected a list of `{"chain", "publicKey"}`, or `{"keys": […]}`"#),
            ("[{}]", "entry 1: `publicKey` must be 64 lower-case hex digits"),
            (
                &format!(r#"["{KEY}", "x"]"#),
                "entry 2: `publicKey` must be 64 lower-case hex digits",
            ),
            (
                &format!(r#"[{{"chain":"1","publicKey":"{KEY}"}}]"#),
                "entry 1: `chain` must be 32 lower-case hex digits",
            ),
        ];
        for (text, message) in cases {
            assert_eq!(Trust::parse(text).unwrap_err().to_string(), message);
        }
        assert!(Trust::parse("x").unwrap_err().to_string().starts_with("not JSON: "));
    }

    #[test]
    fn request_ids_are_read_from_every_source() {
        let ids = RequestIds::parse(
            "8476a536-e9f4-11e8-9739-2dfe598c3fcd\n\
             2026-03-16T09:26:53Z START RequestId: b Version: $LATEST\n\
             REPORT RequestId: c\tDuration: 1.00 ms\n\
             {\"time\":\"t\",\"type\":\"platform.start\",\"record\":{\"requestId\":\"d\"}}\n\
             {\"time\":\"t\",\"type\":\"platform.extension\",\"record\":{\"requestId\":\"e\"}}\n\
             any other line\n",
        );
        let ids: Vec<_> = ids.unwrap().0.into_iter().collect();
        assert_eq!(ids, ["8476a536-e9f4-11e8-9739-2dfe598c3fcd", "b", "c", "d"]);
        assert_eq!(RequestIds::parse("no id here").unwrap_err(), RootsError::NoRequestId);
        let trail = r#"{"Records": [
            {"eventSource": "lambda.amazonaws.com", "eventName": "Invoke", "requestID": "f"},
            {"eventSource": "lambda.amazonaws.com", "eventName": "ListFunctions", "requestID": "g"},
            {"eventSource": "s3.amazonaws.com", "eventName": "GetObject", "requestID": "h"}]}"#;
        let telemetry = r#"[{"type":"platform.start","record":{"requestId":"i"}},
            {"type":"platform.runtimeDone","record":{"requestId":"j"}}]"#;
        let export = r#"{"events":[{"message":"REPORT RequestId: k\tDuration: 1 ms"},
            {"message":"{\"type\":\"platform.report\",\"record\":{\"requestId\":\"l\"}}"}]}"#;
        let mut all = RequestIds::parse(trail).unwrap();
        all.join(RequestIds::parse(telemetry).unwrap());
        all.join(RequestIds::parse(&telemetry.replace('\n', "")).unwrap());
        all.join(RequestIds::parse(export).unwrap());
        assert_eq!(all.0.into_iter().collect::<Vec<_>>(), ["f", "i", "k", "l"]);
    }
}
