//! The proxy between the runtime and Lambda's Runtime API.

pub(crate) mod answer;
pub(crate) mod callback;
mod gather;
pub(crate) mod guard;
mod held;
pub(crate) mod leaks;
pub(crate) mod merge;
pub(crate) mod meter;
pub(crate) mod next;
pub(crate) mod pass;
pub(crate) mod polls;
pub(crate) mod reply;
pub(crate) mod seats;
pub(crate) mod server;
mod sign;
