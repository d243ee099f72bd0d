//! From what happened to a line in the ledger that survives us: record, journal, sink.

pub(crate) mod books;
pub(crate) mod carrier;
pub(crate) mod certify;
pub(crate) mod contents;
pub(crate) mod ledger;
pub(crate) mod opening;
pub(crate) mod outlet;
pub(crate) mod outlets;
pub(crate) mod quarantine;
pub(crate) mod recorder;
pub(crate) mod recovery;
pub(crate) mod sink;
