//! All black-box tests in one binary, so that it is linked once.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "test helpers, which the settings for test functions do not cover"
)]

mod conformance;
mod installed;
mod journey;
mod report;
mod sam;
mod security;
mod soak;
mod support;
mod tidy;
