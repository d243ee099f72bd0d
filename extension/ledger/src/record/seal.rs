//! The bodies of `checkpoint` and `close`: what is counted, and what is signed.
use serde::Serialize;

use crate::hash::Hash;

/// Counts over a chain, from its `open` to the record before the seal that states them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Totals {
    /// Records of every kind.
    pub records: u64,
    /// `invocation` records.
    pub invocations: u64,
    /// Those of them whose outcome is `refused`.
    pub refused: u64,
    /// `finding` records.
    pub findings: u64,
    /// `gap` records.
    pub gaps: u64,
}

/// Why a chain was closed: Lambda's `shutdownReason` ("Extensions API: Shutdown phase").
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum CloseReason {
    /// The environment was no longer needed.
    Spindown,
    /// An invocation ran into the function's timeout, or a hook into its limit.
    Timeout,
    /// The runtime or an extension failed.
    Failure,
    /// Something that the platform does not document.
    Other,
}

/// The fields that a checkpoint and a close share. The signature follows them.
#[derive(Serialize)]
pub(crate) struct SealFields {
    /// Records of the epoch, this one not counted.
    pub(crate) records: u64,
    /// RFC 6962 root over the hashes of those records.
    pub(crate) root: Hash,
    pub(crate) totals: Totals,
    #[serde(flatten)]
    pub(crate) ending: Ending,
    /// Signature of chain, epoch and sequence number with the witness key, 128 hex digits.
    pub(crate) witness: String,
}

/// What follows a seal: another epoch, or nothing.
#[derive(Serialize)]
#[serde(untagged, rename_all_fields = "camelCase")]
pub(crate) enum Ending {
    /// The Ed25519 key of the next epoch, 64 hex digits.
    Checkpoint { next_key: String },
    /// Nothing may follow.
    Close { reason: CloseReason },
}
