//! What a verification found, as plain data.
use std::fmt::{self, Display, Formatter};

use serde::Serialize;

/// The whole result.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Report {
    /// The verdict over all chains.
    pub verdict: Verdict,
    /// Every chain that has an `open` record or a valid seal, by id.
    pub chains: Vec<ChainReport>,
    /// What is wrong beyond any chain that was found: chains, anchored records and invocations
    /// that should be there and are not.
    pub problems: Vec<Problem>,
    /// What somebody may want to look at, and what breaks nothing.
    pub warnings: Vec<String>,
    /// Distinct records.
    pub records: u64,
    /// Further copies of records: harmless, because delivery is at least once.
    pub duplicates: u64,
    /// Records that claim a chain and stand under none of its seals.
    pub foreign: Listing,
    /// Bytes that look like a record and are none.
    pub damaged: Listing,
    /// Request ids of the second source that have no invocation record.
    pub missing_invocations: Vec<String>,
}

/// The verdict. The worst chain decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Every chain holds under a trust root.
    Verified,
    /// Nothing is broken, but at least one chain holds under no trust root.
    NotAuthenticated,
    /// A chain is broken, or something that should be there is missing.
    Broken,
}

/// One chain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ChainReport {
    /// The chain's id, 32 hex digits.
    pub chain: String,
    /// How the chain stands.
    pub status: Status,
    /// The trust root that vouches for it, if one does.
    pub authenticated_by: Option<Authority>,
    /// The key of epoch 0 that the verdict rests on, 64 hex digits.
    pub public_key: Option<String>,
    /// Distinct records that claim this chain.
    pub records: u64,
    /// Records proved by a seal, the seals included.
    pub sealed: u64,
    /// The sequence number of the last valid seal.
    pub sealed_to: Option<u64>,
    /// Records after the last seal that hang on it by `prev`.
    pub unsealed: u64,
    /// Records that stand under none of the chain's seals.
    pub foreign: u64,
    /// Sealed invocation records.
    pub invocations: u64,
    /// Those of them whose outcome is `refused`.
    pub refused: u64,
    /// Whether a valid `close` ends the chain. If not, the environment lives or was destroyed.
    pub closed: bool,
    /// How much is wrong with it.
    pub problem_count: u64,
    /// What is wrong with it, by sequence number: the first [`PROBLEMS_MAX`] of them.
    pub problems: Vec<Problem>,
}

/// How many problems are listed for one chain.
pub const PROBLEMS_MAX: usize = 100;

/// How a chain stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// Holds under a trust root.
    Authenticated,
    /// Holds, but under no trust root.
    SelfConsistent,
    /// Has no valid seal, so nothing in it is proved.
    Unsealed,
    /// Keys were given to trust, and none of them is this chain's. Whatever is wrong inside it,
    /// it was never vouched for.
    Stranger,
    /// An edit, a deletion, a reordering, a fork or a splice was found.
    Broken,
}

/// What vouches for a chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Authority {
    /// A trusted key.
    Trust,
    /// An anchor: a hash of one of its records, kept elsewhere.
    Anchor,
}

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Problem {
    /// The kind.
    pub kind: ProblemKind,
    /// The chain's id, 32 hex digits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub chain: Option<String>,
    /// The sequence number it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seq: Option<u64>,
    /// Where it shows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<Place>,
    /// What is wrong, in words.
    pub why: String,
}

/// The kinds of problems.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum ProblemKind {
    /// A record is not the one that was sealed.
    Altered,
    /// A record that was sealed is not there.
    Missing,
    /// Sealed records of one file do not stand in their order.
    OutOfOrder,
    /// Two histories were signed for one chain.
    Fork,
    /// A record stands in an epoch or at a number where it does not belong.
    Splice,
    /// A seal's Merkle root is not that of the epoch's records.
    WrongRoot,
    /// A seal's counts are not those of the chain's records.
    WrongCounts,
    /// A checkpoint or close continues the chain and its signature does not verify.
    BadSignature,
    /// The chain opens with another key than the trusted one.
    WrongKey,
    /// Seals claim a chain whose `open` record is not there.
    NoOpen,
    /// A chain named by a trust root is not there.
    MissingChain,
    /// An anchor names a record that the chain does not hold.
    AnchorNotHeld,
    /// An invocation named by a second source has no record.
    MissingInvocation,
}

/// A line of a file, counted from 1.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Place {
    /// The file's name.
    pub file: String,
    /// The line's number.
    pub line: u64,
}

/// Places, of which only the first are listed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Listing {
    /// How many there are.
    pub count: u64,
    /// At most [`LISTED_MAX`] of them.
    pub places: Vec<Place>,
}

/// How many places a [`Listing`] names.
pub const LISTED_MAX: usize = 100;

impl Listing {
    pub(super) fn add(&mut self, place: impl FnOnce() -> Place) {
        self.count += 1;
        if self.places.len() < LISTED_MAX {
            self.places.push(place());
        }
    }
}

impl Display for Place {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        write!(out, "{}:{}", self.file, self.line)
    }
}

impl Display for Problem {
    /// `ledger.ndjson:18: chain 0123abcd: record 17: why`.
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        if let Some(place) = &self.place {
            write!(out, "{place}: ")?;
        }
        if let Some(chain) = &self.chain {
            write!(out, "chain {}: ", short(chain))?;
        }
        if let Some(seq) = self.seq {
            write!(out, "record {seq}: ")?;
        }
        out.write_str(&self.why)
    }
}

/// The first eight digits of a chain's id: enough to tell chains apart by eye.
pub fn short(chain: &str) -> &str {
    chain.get(..8).unwrap_or(chain)
}
