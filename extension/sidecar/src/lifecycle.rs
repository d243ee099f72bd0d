//! The life of the extension: registration, events, coverage and the end.

pub(crate) mod coverage;
pub(crate) mod events;
pub(crate) mod preflight;
pub(crate) mod presence;
pub(crate) mod register;
pub(crate) mod shutdown;
pub(crate) mod start;
pub(crate) mod wire;
