//! What a granted event owes, and how its invocation ended.
use super::Used;

use super::Owed;
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
