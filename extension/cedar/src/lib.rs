//! What the owner's policies say: a small evaluator of the Cedar language. Pure.
//!
//! [`Policies::parse`] reads the text of policies, [`Policies::decide`] holds a [`Request`] against
//! them. The language is that of the Cedar Policy Language Reference Guide, with the extension
//! types `decimal`, `ipaddr`, `datetime` and `duration`; what is left out is templates (slots).
//! Types are not checked here: `tollgate check` does that, with the crate `cedar-policy` and a
//! schema. Nothing here does I/O, reads a clock or panics; [`limits`] bound what any text and any
//! request can cost.
mod ast;
mod decide;
mod defect;
mod eval;
mod extension;
pub mod limits;
mod parse;
mod request;
mod token;
mod value;

pub use decide::{Answer, Errant, Policies, Source};
pub use defect::Defect;
pub use eval::Fault;
pub use extension::Network;
pub use request::{Entities, Entity, Request};
pub use value::{Record, Uid, Value};
