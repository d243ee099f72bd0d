//! The life of the extension: events, coverage and the end.

pub(crate) mod coverage;
pub(crate) mod deadline;
pub(crate) mod events;
pub(crate) mod presence;
pub(crate) mod shutdown;
pub(crate) mod start;
