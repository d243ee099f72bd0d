//! Carries errands to the tables of budgets and orders in `DynamoDB`; `docs/leases.md` is the layout.

mod callers;
mod clock;
mod lease;
pub(crate) mod orders;
mod row;
mod seen;

use crate::aws;
use aws_config::SdkConfig;
use aws_sdk_dynamodb::Client;
pub(crate) use callers::sums;
use clock::ServerClock;
pub(crate) use seen::mark;
use std::cell::RefCell;
use std::collections::HashMap;
use tollgate_budget::store::{Failure as Unknown, Reply, Request, Row, Said, Standing};
use tollgate_link::budget::AskStore;
use tollgate_link::{Cause, Failure};

/// The clients of each region, so that connections and credentials are kept.
#[derive(Debug, Default)]
pub(crate) struct Clients(RefCell<HashMap<Option<String>, Client>>);

impl Clients {
    /// The client of a region; none: the function's.
    pub(crate) fn of(&self, config: &SdkConfig, region: Option<String>) -> Client {
        let mut clients = self.0.borrow_mut();
        let make =
            |region: &Option<String>| Client::new(&aws::in_region(config, region.as_deref()));
        clients.entry(region).or_insert_with_key(make).clone()
    }
}

/// A table, and the clock of the service that holds it.
#[derive(Debug, Clone)]
pub(crate) struct Table {
    client: Client,
    name: String,
    clock: ServerClock,
}

impl Table {
    /// A table of this client's region.
    pub(crate) fn new(client: Client, name: impl Into<String>) -> Self {
        Self { client, name: name.into(), clock: ServerClock::default() }
    }
}

/// Carries out an errand, once. Nothing is tried again: a lease whose answer is lost counts as
/// granted and unused, and whoever asked decides when the next one is due.
pub(crate) async fn ask(client: Client, ask: AskStore) -> Reply {
    let table = Table::new(client, ask.table);
    let id = ask.request.id();
    let said = match &ask.request {
        Request::Lease(lease) => lease::lend(&table, lease, ask.anchor.as_ref()).await,
        Request::Return(rest) => lease::take_back(&table, rest).await,
        Request::Callers(report) => callers::add_up(&table, report).await,
        Request::Orders(orders) => {
            let read = orders::read(&table, &orders.key).await;
            read.map(|orders| Said::Orders(orders.into_iter().map(|it| it.order).collect()))
        }
    };
    let said = said.unwrap_or_else(|failure| Said::Failed(unknown(&failure)));
    Reply { id, server_ms: table.clock.ms(), said }
}

/// How a budget's row stands.
pub(crate) async fn standing(table: &Table, row: &Row) -> Result<Standing, Failure> {
    Ok(row::standing(&table.read(&row.key()).await?))
}

/// What a failure means to the arithmetic of leases.
fn unknown(failure: &Failure) -> Unknown {
    match failure.cause {
        Cause::Throttled => Unknown::Throttled,
        Cause::Unreachable if failure.detail == aws::LATE => Unknown::TimedOut,
        Cause::Unreachable | Cause::Service => Unknown::Unreachable,
        Cause::Condition | Cause::Refused | Cause::Unconfigured | Cause::Unknown => {
            Unknown::Rejected
        }
    }
}

#[cfg(test)]
mod tests;
