//! What is written of leaks.
use super::fields::{Fields, Reader};
use crate::leaks::LEAKS;
use crate::options::LeakAction;
use crate::problem::At;

/// What a document says of leaks.
#[derive(Debug, Default)]
pub(crate) struct WrittenLeaks<'a> {
    /// One for each of [`LEAKS`], in its order.
    pub(crate) actions: [Option<At<'a, LeakAction>>; LEAKS.len()],
    pub(crate) egress_bytes: Option<At<'a, u64>>,
    /// In milliseconds.
    pub(crate) egress_window: Option<At<'a, u64>>,
}

/// Reads the table `leaks`.
pub(super) fn read<'a>(reader: &mut Reader<'_>, root: &Fields<'a, '_>) -> WrittenLeaks<'a> {
    let table = reader.table(root, "leaks");
    WrittenLeaks {
        actions: LEAKS.map(|(key, _)| reader.word(&table, key)),
        egress_bytes: reader.size(&table, "leaks.egress_bytes"),
        egress_window: reader.duration(&table, "leaks.egress_window"),
    }
}
