//! Whether it may run: documents, checks, decisions and refusals. Pure.
//!
//! [`compile()`] turns policy documents into a [`Policy`]; [`decide()`] holds an event against it
//! and gives a [`Verdict`]. Nothing here does I/O, reads a clock or randomness, or unwinds.
mod checks;
mod compile;
mod decide;
mod document;
mod facts;
mod nearest;
mod options;
pub mod plant;
mod policy;
mod problem;
mod refusal;
mod sources;
mod stage;

pub use checks::{Blame, CHECKS, Check, NotASetting, Setting};
pub use compile::{Overrides, compile};
pub use decide::{Verdict, decide};
pub use document::{Document, Form, KEYS, Key, Kind, Role, reference, schema};
pub use facts::{DecisionKind, Effect, Facts, Fired, Grade, Moment};
pub use nearest::nearest;
pub use options::{
    Choice, DirectInvoke, Flush, LedgerOptions, Mode, OnError, OnRefuse, Payload, Response, Sign,
    Sink,
};
pub use policy::Policy;
pub use problem::{Problem, Problems};
pub use refusal::{Answer, Refused, StreamHint};
pub use sources::{Pattern, SourceRule};
pub use stage::{Admitted, Authentic, Granted, Permitted, Stage, Valid};
