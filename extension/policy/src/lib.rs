//! Whether it may run: documents, checks, decisions and refusals. Pure.
//!
//! [`compile()`] turns policy documents into a [`Policy`]; [`decide()`] holds an event against it
//! and gives a [`Verdict`]. Nothing here does I/O, reads a clock or randomness, or unwinds.
mod auth;
mod authorise;
mod budgets;
mod ceilings;
mod checks;
mod compile;
mod copies;
mod decide;
mod desk;
mod document;
mod facts;
mod gate;
mod graph;
mod inspect;
mod leaks;
mod options;
pub mod plant;
mod policy;
mod privacy;
mod problem;
mod refusal;
mod sinks;
mod sources;
mod sovereignty;
mod stage;
mod trust;
mod withheld;

pub use auth::{KeyNeed, Signing};
pub use authorise::FACTS_SCHEMA;
pub use budgets::{OrderRules, Prices, Spending, Stale, Tables};
pub use ceilings::{Bound, Bounds, Ceilings, Leftovers, TimeBound};
pub use checks::{
    Blame, CEILING_MEMORY, CEILING_RESPONSE, CEILING_TIME, CHECKS, Check, NotASetting, Setting,
};
pub use compile::{Files, Overrides, compile, compile_with};
pub use copies::{Copies, ItemCopy};
pub use decide::{Verdict, awaits_key, decide};
pub use desk::{
    Bill, Claimed, Contexts, Desk, Ended, Ending, Here, Notice, Once, Priced, Profile, Settled,
    Ticket, Weight,
};
pub use document::{Document, Form, Key, Kind, Role, keys, reference, schema};
pub use facts::{
    BudgetFact, Contribution, CostFacts, DecisionKind, Effect, Facts, Fired, Grade, Moment,
    Permission, ProofFacts, Spent, Trust, WithheldItems,
};
pub use graph::{Edge, Peer};
pub use leaks::Leaks;
pub use options::LeakAction;
pub use options::{
    AfterTime, Bucket, Choice, DirectInvoke, Flush, Format, LedgerOptions, Metrics, Mode, OnError,
    OnRefuse, Payload, Quarantine, RedactHow, Response, Sign, TextKind,
};
pub use policy::Policy;
pub use privacy::{RecordOptions, RedactField};
pub use problem::{Problem, Problems};
pub use refusal::{Answer, Callback, DeniedObject, FailedResource, Refused, Stopped, StreamHint};
pub use sinks::{
    CloudWatchSink, Compress, FileSink, Header, HeaderValue, HttpFormat, HttpSink, Sink, SinkType,
};
pub use sources::{Pattern, RoutePattern, SourceRule};
pub use stage::{Admitted, Authentic, Granted, Permitted, Stage, Valid};
pub use tollgate_schema::nearest;
pub use trust::TrustBounds;
pub use withheld::{Merged, Withheld};
