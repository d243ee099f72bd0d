//! What was proved and used: noted when its event goes to the function, settled when that ends.
use super::{Desk, Ended};

/// Something that may be used once only.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Used {
    /// What tells it from all others.
    pub(crate) id: [u8; 32],
    /// When it cannot hold any longer: milliseconds since the Unix epoch.
    pub(crate) ends_ms: u64,
}

impl Desk {
    /// An event goes to the function with these.
    pub(crate) fn begin_use(&mut self, used: &[Used], now_ms: u64) {
        for Used { id, ends_ms } in used {
            self.seen.begin(*id, *ends_ms, now_ms);
        }
    }

    /// Only what the function answered with success is used up: whatever else its sender may try
    /// again.
    pub(super) fn end_use(&mut self, used: &[Used], outcome: Ended) {
        for Used { id, .. } in used {
            self.seen.end(id, outcome == Ended::Success);
        }
    }
}
