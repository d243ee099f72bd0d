//! One row an event: as an aligned table, or as one JSON object a line.
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use serde_json::{Map, Value, json};
use tollgate_emulator::{Answer, Invoked};

use super::ledger::{Decided, Ledger};
use super::{say, timing};

/// What is shown of one event.
#[derive(Debug)]
pub(super) struct Row {
    file: PathBuf,
    outcome: Outcome,
    /// Messages that the answer reports as failed, so that their queue keeps them.
    reported: usize,
    decided: Option<Decided>,
    request_id: String,
    /// The phases, where they are asked for.
    phases: Option<Value>,
}

/// What the caller got.
#[derive(Debug, PartialEq, Eq)]
enum Outcome {
    Status(u64),
    Error(String),
}

impl Row {
    /// A row whose record is not there yet.
    pub(super) fn of(file: PathBuf, invoked: &Invoked, timing: bool) -> Self {
        Self {
            file,
            outcome: Outcome::of(&invoked.answer),
            reported: reported(&invoked.answer.body()),
            decided: None,
            request_id: invoked.request_id.clone(),
            phases: timing.then(|| timing::of(invoked)),
        }
    }

    /// The row of an event that no environment has taken.
    pub(super) fn refused(file: PathBuf, error_type: &str) -> Self {
        let outcome = Outcome::Error(error_type.to_owned());
        Self { file, outcome, reported: 0, decided: None, request_id: String::new(), phases: None }
    }

    /// Adds what the record says, if there is one by now.
    pub(super) fn decide(&mut self, ledger: &Ledger) {
        if self.decided.is_none() {
            self.decided = ledger.invocation(&self.request_id).cloned();
        }
    }

    /// Whether nothing is to be added any more.
    pub(super) fn is_decided(&self) -> bool {
        self.decided.is_some() || self.request_id.is_empty()
    }

    fn decision(&self) -> Option<&str> {
        self.decided.as_ref()?.decision.as_deref()
    }

    /// The object of `--json`; what no record says is null.
    fn json(&self) -> Value {
        let decided = self.decided.as_ref();
        let items = decided.and_then(|own| own.items);
        let mut fields = Map::new();
        let mut set = |name: &str, value: Value| fields.insert(name.to_owned(), value);
        set("file", json!(self.file));
        set("trigger", json!(decided.and_then(|own| own.trigger.as_deref())));
        set("decision", json!(decided.and_then(|own| own.decision.as_deref())));
        set("checks", json!(decided.map(|own| &own.checks)));
        set(
            "items",
            json!(items.map(|(total, refused)| json!({ "total": total, "refused": refused }))),
        );
        set("micros", json!(decided.and_then(|own| own.micros)));
        match &self.outcome {
            Outcome::Status(status) => set("status", json!(status)),
            Outcome::Error(error_type) => set("error_type", json!(error_type)),
        };
        set("added_micros", json!(decided.and_then(|own| own.added_micros)));
        set("record", json!(decided.map(|own| &own.record)));
        if let Some(phases) = &self.phases {
            set("phases", phases.clone());
        }
        Value::Object(fields)
    }

    fn cells(&self) -> [String; 7] {
        let decided = self.decided.as_ref();
        let word = |text: Option<&String>| text.map_or("-", String::as_str).to_owned();
        let reasons = decided.map(|own| own.checks.join(" ")).filter(|text| !text.is_empty());
        let hash = decided.and_then(|own| own.record.get(..12)).unwrap_or("-");
        [
            short(&self.file),
            word(decided.and_then(|own| own.trigger.as_ref())),
            word(decided.and_then(|own| own.decision.as_ref())),
            reasons.unwrap_or_else(|| "-".to_owned()),
            match self.reported {
                0 => self.outcome.to_string(),
                messages => format!("{}, {messages} reported", self.outcome),
            },
            decided.and_then(|own| own.added_micros).map_or("-".to_owned(), |own| own.to_string()),
            hash.to_owned(),
        ]
    }
}

impl Outcome {
    fn of(answer: &Answer) -> Self {
        match answer.error_type() {
            Some(error_type) => Self::Error(error_type.to_owned()),
            // What is not shaped for an HTTP front end is a plain 200 of the Invoke API.
            None => Self::Status(status_code(&answer.body()).unwrap_or(200)),
        }
    }
}

impl std::fmt::Display for Outcome {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Status(status) => write!(f, "{status}"),
            Self::Error(error_type) => f.write_str(error_type),
        }
    }
}

/// The `statusCode` of a response to an HTTP front end, or of a streamed one's prelude, which ends
/// with 8 NUL bytes.
fn status_code(body: &[u8]) -> Option<u64> {
    let end = body.windows(8).position(|window| window == [0; 8]).unwrap_or(body.len());
    let response: Value = serde_json::from_slice(body.get(..end)?).ok()?;
    response.get("statusCode")?.as_u64()
}

/// How many messages a batch response reports as failed ("Implementing partial batch responses").
fn reported(body: &[u8]) -> usize {
    let response = serde_json::from_slice::<Value>(body).unwrap_or_default();
    response.get("batchItemFailures").and_then(Value::as_array).map_or(0, Vec::len)
}

const HEADINGS: [&str; 7] =
    ["EVENT", "TRIGGER", "DECISION", "REASON", "STATUS", "ADDED us", "RECORD"];

/// Says which function is run next; with `--json`, standard output is for the rows alone.
pub(super) fn announce(command: &str, as_json: bool) -> io::Result<()> {
    let line = format!("function: {command}");
    if as_json {
        say(&line);
        return Ok(());
    }
    writeln!(io::stdout().lock(), "{line}")
}

/// Prints the rows of one function.
pub(super) fn print(rows: &[Row], as_json: bool) -> io::Result<()> {
    let mut out = io::stdout().lock();
    if as_json {
        for row in rows {
            writeln!(out, "{}", row.json())?;
        }
    } else {
        table(&mut out, rows)?;
        writeln!(out, "{}\n", counts(rows))?;
        for row in rows {
            if let Some(phases) = &row.phases {
                writeln!(out, "  {}\n{}", short(&row.file), timing::line(phases))?;
            }
        }
    }
    out.flush()
}

/// Prints rows as they come.
pub(super) fn stream(rows: &[Row], as_json: bool) -> io::Result<()> {
    let mut out = io::stdout().lock();
    for row in rows {
        if as_json {
            writeln!(out, "{}", row.json())?;
        } else {
            writeln!(out, "{}", row.cells().join("  "))?;
            if let Some(phases) = &row.phases {
                writeln!(out, "{}", timing::line(phases))?;
            }
        }
    }
    out.flush()
}

/// How many events were decided how.
fn counts(rows: &[Row]) -> String {
    let decided = |word: &str| {
        let decision = |row: &&Row| row.decision() == Some(word);
        rows.iter().filter(decision).count()
    };
    let unrecorded = rows.iter().filter(|row| row.decided.is_none()).count();
    let all = [
        ("passed", decided("pass")),
        ("filtered", decided("filter")),
        ("refused", decided("refuse")),
        ("without a record", unrecorded),
    ];
    let shown = all.iter().filter(|(_, number)| *number > 0);
    let words: Vec<_> = shown.map(|(word, number)| format!("{number} {word}")).collect();
    format!("{}: {}", events(rows.len()), words.join(", "))
}

/// That many events, in words.
pub(super) fn events(number: usize) -> String {
    format!("{number} event{}", if number == 1 { "" } else { "s" })
}

/// A file's name with its directory's: events of one name in several directories are told apart.
fn short(file: &Path) -> String {
    let name = file.file_name().unwrap_or_default();
    let directory = file.parent().and_then(Path::file_name);
    let short = directory.map_or_else(|| PathBuf::from(name), |it| Path::new(it).join(name));
    short.display().to_string()
}

fn table(out: &mut impl Write, rows: &[Row]) -> io::Result<()> {
    let mut lines = vec![HEADINGS.map(str::to_owned)];
    lines.extend(rows.iter().map(Row::cells));
    let mut widths = [0; HEADINGS.len()];
    for line in &lines {
        for (width, cell) in widths.iter_mut().zip(line) {
            *width = (*width).max(cell.chars().count());
        }
    }
    for line in &lines {
        let cells = line.iter().zip(widths).map(|(cell, width)| format!("{cell:width$}"));
        let text = cells.collect::<Vec<_>>().join("  ");
        writeln!(out, "{}", text.trim_end())?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(outcome: Outcome, decided: Option<Decided>) -> Row {
        Row {
            file: PathBuf::from("events/a.json"),
            outcome,
            reported: 0,
            decided,
            request_id: String::new(),
            phases: None,
        }
    }

    fn decided() -> Decided {
        Decided {
            trigger: Some("alb".to_owned()),
            decision: Some("refuse".to_owned()),
            checks: vec!["limits.depth".to_owned(), "limits.keys".to_owned()],
            items: Some((1, 1)),
            micros: Some(3),
            added_micros: Some(9),
            record: "0123456789abcdef".to_owned(),
        }
    }

    #[test]
    fn json_rows_have_the_fields_of_replay_and_what_the_run_adds() {
        let row = row(Outcome::Status(400), Some(decided()));
        let expected = json!({
            "file": "events/a.json",
            "trigger": "alb",
            "decision": "refuse",
            "checks": ["limits.depth", "limits.keys"],
            "items": { "total": 1, "refused": 1 },
            "micros": 3,
            "status": 400,
            "added_micros": 9,
            "record": "0123456789abcdef",
        });
        assert_eq!(row.json(), expected);
    }

    #[test]
    fn without_a_record_nothing_is_made_up() {
        let row = row(Outcome::Error("Runtime.ExitError".to_owned()), None).json();
        assert_eq!(row["error_type"], "Runtime.ExitError");
        for name in ["trigger", "decision", "checks", "items", "micros", "added_micros", "record"] {
            assert!(row[name].is_null() && row.get(name).is_some(), "{name}");
        }
    }

    #[test]
    fn the_table_is_aligned() {
        let rows = [row(Outcome::Status(200), None), row(Outcome::Status(400), Some(decided()))];
        let mut out = Vec::new();
        table(&mut out, &rows).unwrap();
        let expected = "\
EVENT          TRIGGER  DECISION  REASON                    STATUS  ADDED us  RECORD
events/a.json  -        -         -                         200     -         -
events/a.json  alb      refuse    limits.depth limits.keys  400     9         0123456789ab
";
        assert_eq!(String::from_utf8(out).unwrap(), expected);
        assert_eq!(counts(&rows), "2 events: 1 refused, 1 without a record");
    }

    #[test]
    fn reported_messages_are_counted() {
        assert_eq!(reported(br#"{"batchItemFailures":[{"itemIdentifier":"a"}]}"#), 1);
        assert_eq!(reported(br#"{"batchItemFailures":[]}"#), 0);
        assert_eq!(reported(b"null"), 0);
    }

    #[test]
    fn the_status_is_the_responses_own_if_it_has_one() {
        assert_eq!(status_code(br#"{"statusCode":403}"#), Some(403));
        assert_eq!(status_code(b"{\"statusCode\":201}\0\0\0\0\0\0\0\0not json"), Some(201));
        assert_eq!(status_code(b"[1]"), None);
    }
}
