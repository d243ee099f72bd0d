//! `tollgate emulate` through its binary, with a function and an extension in bash.
#![expect(clippy::unwrap_used, reason = "test code")]

mod filters;
mod inputs;
mod runs;
mod support;
mod templates;
