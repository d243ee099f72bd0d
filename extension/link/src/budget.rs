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

/// Mark an id as seen, all over the fleet, until it expires.
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
}

/// Whether it was there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Marked {
    /// False where the id was marked already.
    pub first: bool,
}
