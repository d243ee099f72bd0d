//! From what happened to a line in the ledger that survives us: record, journal, sink.

pub(crate) mod books;
pub(crate) mod contents;
pub(crate) mod journal;
pub(crate) mod ledger;
pub(crate) mod opening;
pub(crate) mod quarantine;
pub(crate) mod recorder;
pub(crate) mod recovery;
pub(crate) mod sink;
