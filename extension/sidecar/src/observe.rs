//! What the process says of itself: its log and its findings.

pub(crate) mod findings;
pub(crate) mod log;
