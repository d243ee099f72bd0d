//! What a granted event owes, and how its invocation ended.
use serde_json::Value;

use super::Owed;
use super::Used;
use super::profile::Lesson;

/// What was set aside or noted for an event when it was granted. It is handed back when the
/// invocation has ended, whatever ended it.
#[derive(Debug, Default)]
pub struct Ticket {
    /// To the budgets.
    pub(crate) owed: Option<Owed>,
    /// What was proved and may be used once only.
    pub(crate) used: Vec<Used>,
    /// What the event teaches once the function has answered it.
    pub(crate) lesson: Option<Box<Lesson>>,
    /// The contexts that it was called with.
    pub(crate) contexts: Contexts,
}

/// Contexts that an event carried and that were verified.
#[derive(Debug, Default)]
pub struct Contexts(Vec<String>);

/// The most bytes of contexts that are kept for one event.
const CONTEXTS_BYTES_MAX: usize = 64 * 1024;

impl Contexts {
    /// These, as many of them as are kept.
    pub(crate) fn new(texts: impl Iterator<Item = String>) -> Self {
        let mut left = CONTEXTS_BYTES_MAX;
        let fits = |text: &String| {
            left = left.saturating_sub(text.len());
            left > 0
        };
        Self(texts.take_while(fits).collect())
    }

    /// The one that was named; where none was, the only one. An error where it is not known which.
    pub fn before(&self, named: Option<&str>) -> Result<Option<&str>, &'static str> {
        match (named, self.0.as_slice()) {
            (None, []) => Ok(None),
            (None, [only]) => Ok(Some(only)),
            (None, _) => Err("the event carried several contexts: say after which one"),
            (Some(named), all) => {
                let known = all.iter().find(|text| *text == named);
                known.map(|text| Some(text.as_str())).ok_or("no such context came with the event")
            }
        }
    }
}

impl Ticket {
    /// Whether the function's answer tells what of it comes again.
    pub(crate) fn asks_answer(&self) -> bool {
        self.used.iter().any(|used| used.name.is_some())
    }

    /// The function's answer: items of a batch that it reports as failed come again, and what they
    /// carry is not used up.
    pub fn answered(&mut self, answer: &[u8]) {
        let failed = if self.asks_answer() { reported(answer) } else { Some(Vec::new()) };
        for used in &mut self.used {
            let is_named =
                |names: &Vec<String>| used.name.as_ref().is_some_and(|it| names.contains(it));
            used.failed = failed.as_ref().is_none_or(is_named);
        }
    }

    /// The contexts that the event carried; kept only where the function may sign its own.
    pub fn contexts(&self) -> &Contexts {
        &self.contexts
    }
}

/// The items that an answer reports as failed; none where its source takes it for a failure of all
/// (AWS Lambda Developer Guide, "Implementing partial batch responses": success and failure conditions).
fn reported(answer: &[u8]) -> Option<Vec<String>> {
    let answer: Value = serde_json::from_slice(answer).ok()?;
    let list = match answer.get("batchItemFailures") {
        None | Some(Value::Null) => return Some(Vec::new()),
        Some(list) => list.as_array()?,
    };
    let name = |entry: &Value| {
        let name = entry.get("itemIdentifier")?.as_str()?;
        (!name.is_empty()).then(|| name.to_owned())
    };
    list.iter().map(name).collect()
}

/// How an invocation ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ending {
    /// What became of it.
    pub outcome: Ended,
    /// From the event in hand to the reply, in milliseconds.
    pub duration_ms: u64,
    /// Bytes of the reply.
    pub response_bytes: u64,
    /// When it ended: milliseconds since the Unix epoch.
    pub at_ms: u64,
}

/// What became of an invocation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// The function answered.
    Success,
    /// The function reported an error.
    Error,
    /// It ran into a ceiling or into Lambda's own timeout.
    Timeout,
    /// Nobody answered: a crash, a shutdown.
    Lost,
}

/// What Lambda billed (Telemetry API, `platform.report`): a hint, since anybody in the sandbox
/// can forge it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bill<'a> {
    /// The invocation.
    pub request_id: &'a str,
    /// Billed milliseconds; Managed Instances bill none.
    pub billed_ms: Option<f64>,
    /// Memory configured, in MB.
    pub memory_mb: Option<u64>,
    /// Milliseconds of the init phase, where it is part of this bill.
    pub init_ms: Option<f64>,
    /// Milliseconds of a restore, where it is part of this bill.
    pub restore_ms: Option<f64>,
    /// When the bill came: milliseconds since the Unix epoch.
    pub at_ms: u64,
}
