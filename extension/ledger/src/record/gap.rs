//! What the ledger should hold and does not.
use serde::Serialize;

use super::cut::{Cut, clip, cut_list};

/// Records that were lost, and why.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Gap {
    /// Why.
    pub reason: GapReason,
    /// How many records were lost, as far as that is known.
    pub records: u64,
    /// The invocations they were about, as far as those are known.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub request_ids: Vec<String>,
    /// The request ids that did not fit into the record.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_ids_cut: Option<Cut>,
    /// What is known beyond that, in a few words. Never payload content.
    pub detail: String,
}

/// Why records were lost.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum GapReason {
    /// The spool had no room while the sink took nothing.
    SpoolFull,
    /// A sink will never take them: they are too large for it, too old, or it cannot read them. Other
    /// sinks may have them.
    SinkRefused,
    /// The spool of an earlier process could not be read in full.
    #[default]
    SpoolDamaged,
    /// The journal of an earlier process could not be read in full.
    JournalDamaged,
    /// A record could not be written, because of an error of ours.
    Failure,
    /// An earlier process was killed while it had noted no invocation: an event that had reached it
    /// a moment before, and not the function, has no record.
    ProcessKilled,
}

impl Gap {
    pub(super) fn shorten(&mut self) {
        clip(&mut self.detail);
        self.request_ids.iter_mut().for_each(clip);
        self.request_ids_cut = cut_list(&mut self.request_ids);
    }
}
