//! What a record is: its kinds, its bytes, and the bodies that the caller fills in.
mod budgets;
mod ceilings;
mod certificate;
mod compact;
mod cost;
mod cut;
mod finding;
mod gap;
mod invocation;
mod open;
mod payload;
mod place;
mod proof;
mod report;
mod seal;
pub(crate) mod time;
mod trust;

use serde::Serialize;

use crate::hash::{Hash, hex, record_hash};

pub use budgets::BudgetUse;
pub use ceilings::{Ceiling, Ceilings, EndedBy};
pub use certificate::{CERTIFICATE_DOMAIN, Certificate};
pub use compact::Compact;
pub use cost::Cost;
pub use cut::Cut;
pub use finding::{Finding, Severity};
pub use gap::{Gap, GapReason};
pub use invocation::{
    Caller, Check, EventDigest, Invocation, Items, Micros, Outcome, Request, Response, Source,
    Times, Withheld,
};
pub use open::{Adopted, Ancestor, Function, Open, Settings, Versions};
pub use payload::{Payload, Sealed};
pub use place::Environment;
pub use proof::Proof;
pub use report::Report;
pub use seal::{CloseReason, Totals};
pub use time::{rfc3339, unix_ms};
pub use trust::{Authorization, Contribution, Trust};

pub(crate) use open::Opening;
pub(crate) use seal::{Ending, SealFields};

/// The longest record, in bytes. CloudWatch Logs takes events of 1 MiB ("`PutLogEvents`"), but took
/// 256 KiB until 2025, and what stands between often still does: a record stays below that, with
/// room for an envelope.
pub const RECORD_BYTES_MAX: usize = 200_000;

/// Room for a record as most are.
const LINE_BYTES: usize = 1536;

/// The bytes every record begins with; the kind and a quote follow.
pub const MARKER: &str = r#"{"tollgate":1,"kind":""#;

/// The kind of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// The first record of a chain.
    Open,
    /// One invocation, written when it is over.
    Invocation,
    /// What Lambda billed for an earlier invocation.
    Report,
    /// Something somebody should look at.
    Finding,
    /// What was lost, and why.
    Gap,
    /// What vouches for the chain's first key.
    Certificate,
    /// A signature over the chain so far; the next record starts a new epoch.
    Checkpoint,
    /// The last record of a chain, signed like a checkpoint.
    Close,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 8] = [
        Self::Open,
        Self::Invocation,
        Self::Report,
        Self::Finding,
        Self::Gap,
        Self::Certificate,
        Self::Checkpoint,
        Self::Close,
    ];

    /// The word in the record.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Invocation => "invocation",
            Self::Report => "report",
            Self::Finding => "finding",
            Self::Gap => "gap",
            Self::Certificate => "certificate",
            Self::Checkpoint => "checkpoint",
            Self::Close => "close",
        }
    }

    /// Whether records of this kind end in a signature.
    pub const fn is_seal(self) -> bool {
        matches!(self, Self::Checkpoint | Self::Close)
    }
}

/// What a caller appends to a chain. (`open`, `checkpoint` and `close` are made by the chain.)
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Body {
    /// One invocation.
    Invocation(Box<Invocation>),
    /// One refused invocation, in few bytes.
    Compact(Compact),
    /// Billed figures of an earlier invocation.
    Report(Report),
    /// Something somebody should look at.
    Finding(Finding),
    /// What was lost, and why.
    Gap(Gap),
    /// What vouches for the chain's first key.
    Certificate(Certificate),
}

impl Body {
    /// The kind of record this becomes.
    pub const fn kind(&self) -> Kind {
        match self {
            Self::Invocation(_) | Self::Compact(_) => Kind::Invocation,
            Self::Report(_) => Kind::Report,
            Self::Finding(_) => Kind::Finding,
            Self::Gap(_) => Kind::Gap,
            Self::Certificate(_) => Kind::Certificate,
        }
    }

    fn line(&self, header: &Header) -> Vec<u8> {
        match self {
            Self::Invocation(body) => header.line(body),
            Self::Compact(body) => header.line(body),
            Self::Report(body) => header.line(body),
            Self::Finding(body) => header.line(body),
            Self::Gap(body) => header.line(body),
            Self::Certificate(body) => header.line(body),
        }
    }

    fn shorten(&mut self) {
        match self {
            Self::Invocation(body) => body.shorten(),
            Self::Compact(body) => body.shorten(),
            Self::Report(body) => body.shorten(),
            Self::Finding(body) => body.shorten(),
            Self::Gap(body) => body.shorten(),
            Self::Certificate(body) => body.shorten(),
        }
    }

    /// The record's bytes, at most [`RECORD_BYTES_MAX`] of them.
    #[cfg(test)]
    pub(crate) fn into_line(self, header: &Header) -> Vec<u8> {
        self.into_line_of(header, RECORD_BYTES_MAX)
    }

    /// The record's bytes, at most so many; no fewer than [`RECORD_BYTES_MAX`] less what an event
    /// of the longest texts has beside its record.
    pub(crate) fn into_line_of(mut self, header: &Header, bytes_max: usize) -> Vec<u8> {
        let line = self.line(header);
        if line.len() <= bytes_max {
            return line;
        }
        self.shorten();
        let line = self.line(header);
        match &mut self {
            Self::Invocation(body) if line.len() > bytes_max => {
                body.strip();
                self.line(header)
            }
            _ => line,
        }
    }

    /// Whether it tells of an event that was refused.
    pub fn is_refusal(&self) -> bool {
        match self {
            Self::Invocation(body) => body.outcome == Outcome::Refused,
            Self::Compact(_) => true,
            _ => false,
        }
    }
}

impl From<Invocation> for Body {
    fn from(body: Invocation) -> Self {
        Self::Invocation(Box::new(body))
    }
}

impl From<Compact> for Body {
    fn from(body: Compact) -> Self {
        Self::Compact(body)
    }
}

impl From<Certificate> for Body {
    fn from(body: Certificate) -> Self {
        Self::Certificate(body)
    }
}

impl From<Report> for Body {
    fn from(body: Report) -> Self {
        Self::Report(body)
    }
}

impl From<Finding> for Body {
    fn from(body: Finding) -> Self {
        Self::Finding(body)
    }
}

impl From<Gap> for Body {
    fn from(body: Gap) -> Self {
        Self::Gap(body)
    }
}

/// One record as it is shipped: its bytes are what is hashed, and nothing may change them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// The record from its `{` to its closing `}`: valid JSON on one line, without the newline.
    pub bytes: Vec<u8>,
    /// Its place in the chain, from 0.
    pub seq: u64,
    /// SHA-256 of `bytes`: what the next record names as `prev`.
    pub hash: Hash,
}

impl Line {
    pub(crate) fn new(bytes: Vec<u8>, seq: u64) -> Self {
        let hash = record_hash(&bytes);
        Self { bytes, seq, hash }
    }
}

/// What stands at the front of every record, before its body.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Header {
    pub(crate) kind: Kind,
    pub(crate) chain: [u8; 16],
    pub(crate) epoch: u32,
    pub(crate) seq: u64,
    pub(crate) prev: Hash,
    pub(crate) at_ms: u64,
}

impl Header {
    /// The record's bytes: this header, then the body's own fields.
    pub(crate) fn line(&self, body: &impl Serialize) -> Vec<u8> {
        let mut line = Vec::with_capacity(LINE_BYTES);
        line.extend_from_slice(self.text().as_bytes());
        let start = line.len();
        // Bodies have string keys and no fallible types, so they always serialise.
        drop(serde_json::to_writer(&mut line, body));
        match line.get_mut(start..) {
            Some([brace @ b'{', first, ..]) if *first != b'}' => *brace = b',',
            _ => {
                line.truncate(start);
                line.push(b'}');
            }
        }
        line
    }

    fn text(&self) -> String {
        let Self { kind, chain, epoch, seq, prev, at_ms } = self;
        let (kind, chain, time) = (kind.as_str(), hex(chain), time::rfc3339(*at_ms));
        format!(
            r#"{MARKER}{kind}","chain":"{chain}","epoch":{epoch},"seq":{seq},"prev":"{prev}","time":"{time}""#
        )
    }
}

#[cfg(test)]
mod tests;
