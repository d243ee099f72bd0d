//! Errands to the shared tables of budgets and orders. What an errand is and what comes of it is
//! the word of the crate `tollgate-budget`; this is only what the carrier needs beside it.

use serde::{Deserialize, Serialize};
use tollgate_budget::store::Request;

/// Carry out an errand, once: the answer says what came of it, also where that is not known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AskStore {
    /// The table: of orders for [`Request::Orders`], else of budgets.
    pub table: String,
    /// The region of the table; none: the function's.
    pub region: Option<String>,
    /// The head of the ledger, to be anchored in the update that takes a lease.
    pub anchor: Option<Anchor>,
    /// The errand.
    pub request: Request,
}

/// How far a chain of the ledger has come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Anchor {
    /// The chain's id.
    pub chain: String,
    /// The sequence number of its newest record.
    pub seq: u64,
    /// The hash of that record: SHA-256.
    pub head: [u8; 32],
}

/// A mark of an id as seen, all over the fleet, until it expires: made before its event goes to the
/// function, kept or taken away when that has answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MarkSeen {
    /// The table of budgets.
    pub table: String,
    /// The region of the table; none: the function's.
    pub region: Option<String>,
    /// The id: `seen#`, whose it is, and a hash. At most 512 bytes.
    pub key: String,
    /// The moment it is asked, in seconds since 1970: a mark that expired before counts as none.
    pub now_s: u64,
    /// When the mark expires, in seconds since 1970.
    pub expires_s: u64,
    /// Whose the mark is: a request id. The same may make it again.
    pub by: String,
    /// What is to be done.
    pub step: MarkStep,
}

/// What is to be done about a mark.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum MarkStep {
    /// Make it, if nobody else's is there.
    Claim,
    /// Ours stays until the moment named: the function answered with success.
    Keep,
    /// Take ours away: the function did not.
    Free,
}

/// Whether it was there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Marked {
    /// False where the id was marked already, or the mark to be kept or taken away was not ours.
    pub first: bool,
}
