//! Whether a document has the promised shape: JSON Schema and OpenAPI. Pure.
//!
//! A [`Schema`] or an [`Api`] is compiled once from JSON or YAML; every defect is told at once,
//! with its file, line and column. A document is then checked straight over its bytes: one pass
//! makes a table of where its values stand, and the compiled rules look at that table. Nothing is
//! copied but strings with escapes.
//!
//! Checking cannot fail, panic or run away: numbers are compared as exact decimals, patterns take
//! time linear in the text, and every step is counted against a budget ([`Violation::is_limit`]).
//! Violations name the place and the keyword, never the value.
pub mod fuzz;

mod api;
mod archive;
mod check;
mod compile;
mod defect;
mod format;
mod nearest;
mod number;
mod pattern;
mod program;
mod source;
mod tape;
mod uri;
mod violation;

pub use api::{Api, ApiViolation, Matched, Request};
pub use compile::{Options, Schema};
pub use defect::Defect;
pub use nearest::nearest;
pub use violation::Violation;

/// The default of `limits.schema_bytes`: how many bytes of one item are checked against a schema.
pub const SCHEMA_BYTES_DEFAULT: u64 = 256 * 1024;

/// Whether a document is small enough to be checked; the caller asks before it calls
/// [`Schema::check`], because a larger one is its own kind of refusal.
pub fn fits(json: &[u8], schema_bytes_max: u64) -> bool {
    u64::try_from(json.len()).is_ok_and(|bytes| bytes <= schema_bytes_max)
}
