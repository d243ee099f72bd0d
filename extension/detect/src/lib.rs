//! What does not belong in an event's texts: injection of every kind. Pure.
//!
//! A family of attacks is one file. The engine looks over every text once for all families,
//! decodes what is encoded, and asks a family only about texts that it could have something to
//! say about. Nothing here does I/O, reads a clock or panics; the time that hostile text can
//! take is bounded by [`Work`].
mod bytes;
mod crlf;
mod deserialize;
mod engine;
mod family;
mod finding;
mod formula;
mod ldap;
mod log4j;
mod nosql;
mod path;
mod prompt;
mod prototype;
mod shell;
mod sql;
mod ssrf;
mod table;
mod template;
mod text;
mod unicode;
mod work;
mod xml;
mod xss;

pub use engine::{inspect_form, inspect_json, inspect_multipart, inspect_text};
pub use family::{Confidence, Families, Family, UnknownFamily};
pub use finding::Finding;
pub use text::Role;
pub use work::{Exhausted, SCAN_WORK, Work};
