//! What must not get out: recognisers of secrets and personal data, streaming or on one text. Pure.
//!
//! The same rules look at a function's replies while they stream through and at the values of an
//! event that is to be recorded. There is no I/O, no clock and no randomness here.
//!
//! # On a reply
//!
//! A [`Watch`] says what to look for and holds the environment's own secrets. It is made once.
//! [`LeakScan`] takes a body in parts of any size and finds in them exactly what it would find in
//! the whole; it keeps at most [`LOOK_BYTES_MAX`] bytes (or the longest secret, if that is longer)
//! beside the part it is given. [`mask()`] does the same to a body that is held whole, and writes over
//! what it finds without changing the body's length.
//!
//! ```
//! use tollgate_leak::{Class, LeakScan, Watch};
//!
//! let watch = Watch::new([("DB_PASSWORD", "correct-horse")]);
//! let mut scan = LeakScan::new(&watch);
//! scan.push(b"{\"debug\":\"correct-");
//! scan.push(b"horse\"}");
//! let leaks = scan.finish();
//! assert_eq!(leaks.count(Class::Environment), 1);
//! ```
//!
//! # On one text
//!
//! [`redact()`] finds in one string what a reply is searched for and, beyond that, what is personal
//! in it: addresses, telephone numbers, national ids, accounts, and strings that look random.
mod class;
mod egress;
mod engine;
mod leaks;
mod mask;
mod redact;
mod rules;
mod scan;
mod watch;

pub use class::{Class, Classes};
pub use egress::{Egress, Flow};
pub use engine::LOOK_BYTES_MAX;
pub use leaks::Leaks;
pub use mask::mask;
pub use redact::{Found, redact};
pub use scan::LeakScan;
pub use watch::{SECRET_BYTES_MIN, SECRETS_MAX, Watch, is_secret_name};
