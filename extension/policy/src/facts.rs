//! What is known of an event once it is decided: all that a record needs, none of its content.
mod proof;
mod spent;
mod trust;

use serde::Serialize;
use tollgate_event::{Caller, Digest, Invocation, Route, Source, Trigger};

use crate::graph::Edge;
use crate::options::Mode;
pub use proof::ProofFacts;
pub use spent::{BudgetFact, CostFacts, Spent};
pub use trust::{Contribution, Permission, Trust};

/// A moment, handed in: this crate reads no clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moment {
    /// Milliseconds since the Unix epoch.
    pub unix_ms: u64,
}

/// One decided event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Facts {
    /// When it was decided: milliseconds since the Unix epoch.
    pub decided_ms: u64,
    /// The invocation's headers.
    pub invocation: Invocation,
    /// The trigger, told by the event's shape.
    pub trigger: Trigger,
    /// The resource that sent it.
    pub source: Source,
    /// Who made the source send it.
    pub caller: Caller,
    /// What source and caller are worth.
    pub grade: Grade,
    /// What was proved; none where nothing was asked for.
    pub proof: Option<ProofFacts>,
    /// What an HTTP request asks for.
    pub route: Option<Route>,
    /// SHA-256 of the event.
    pub event_digest: Digest,
    /// The event's size in bytes.
    pub event_bytes: u64,
    /// How many items it has; an event without records is one.
    pub items_total: u32,
    /// How many of them do not reach the function.
    pub items_refused: u32,
    /// Which items were withheld, where their source is told of them alone or copies are stored.
    pub withheld: Option<WithheldItems>,
    /// The checks that fired, in the order of the check table.
    pub checks: Vec<Fired>,
    /// Whether the service graph knows the caller; none where the policy names no callers.
    pub edge: Option<Edge>,
    /// How far it is trusted; none where the policy does not ask.
    pub trust: Option<Trust>,
    /// What the owner's policies said; none where there are none, or were not asked.
    pub permission: Option<Permission>,
    /// What was decided.
    pub decision: DecisionKind,
    /// Whether refusals were being carried out.
    pub mode: Mode,
    /// What it was charged, where the policy keeps books.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub spent: Option<Box<Spent>>,
}

/// Items that were kept from the function.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct WithheldItems {
    /// How many.
    pub count: u32,
    /// What their source calls them, in the event's order; `#` and the index where it has no name
    /// for one. At most [`IDS_MAX`](Self::IDS_MAX), none longer than
    /// [`ID_BYTES_MAX`](Self::ID_BYTES_MAX).
    pub ids: Vec<String>,
    /// SHA-256 of all their names, joined by line feeds.
    pub digest: Digest,
    /// Whether their source is done with them once copies are stored.
    pub quarantined: bool,
}

impl WithheldItems {
    /// Names that are listed, at most: a record must hold them beside all else.
    pub const IDS_MAX: usize = 32;
    /// The longest name that is listed, in bytes. A message id has 36, a sequence number 56.
    pub const ID_BYTES_MAX: usize = 128;

    /// The whole of an event that is stored.
    pub(crate) fn whole(count: u32) -> Self {
        Self { count, ids: Vec::new(), digest: Digest::of(b""), quarantined: true }
    }
}

/// A check that fired.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Fired {
    /// The check's id.
    pub id: &'static str,
    /// What that did.
    pub effect: Effect,
    /// Where in the event, as a JSON pointer; empty for the whole event.
    pub at: String,
    /// Numbers and fixed words; never content of the event.
    pub detail: String,
}

/// What a check that fired did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Effect {
    /// The event was refused for it.
    Enforced,
    /// It was recorded only.
    Observed,
}

/// What was decided of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum DecisionKind {
    /// It goes to the function, byte for byte.
    Pass,
    /// Some of its items go to the function.
    Filter,
    /// It does not reach the function.
    Refuse,
}

/// What an event's word for its source and caller is worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Grade {
    /// Proved: a signature or a token that was verified.
    Signed,
    /// A field of the event, and the owner states that nobody else may invoke.
    Asserted,
    /// A field of the event that any principal who may invoke can forge.
    Unproved,
}

impl Grade {
    /// Its name in policies and records.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Signed => "signed",
            Self::Asserted => "asserted",
            Self::Unproved => "unproved",
        }
    }
}

impl DecisionKind {
    /// Its name in records and output.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Filter => "filter",
            Self::Refuse => "refuse",
        }
    }
}

impl Effect {
    /// Its name in records and output.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Enforced => "enforced",
            Self::Observed => "observed",
        }
    }
}
