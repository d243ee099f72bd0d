//! The whole way of an event, with real clients, real crashes and real refusals.

mod bounds;
mod budgets;
mod ceilings;
mod certified;
mod chaos;
pub(crate) mod clients;
mod contexts;
mod coverage;
mod crashes;
mod elsewhere;
mod endpoints;
mod foreign;
mod fronts;
mod hearsay;
mod items;
mod leaks;
mod outside;
mod panics;
mod policies;
mod proofs;
mod refusals;
mod replays;
mod rie;
mod senders;
mod services;
mod shared;
mod sinks;
