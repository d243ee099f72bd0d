//! What `stop`, `allow` and `budget` share: the table, the operator's credentials, how an order is
//! written and how it reads.
mod place;
mod target;

pub(super) use place::{Place, Tables};
pub(super) use target::{Target, caller, function};

use std::future::Future;
use std::io::{self, Write as _};

use serde_json::{Value, json};
use tollgate_budget::{Does, ORDERS_MOST, Order, Whom, Window, Zone};
use tollgate_courier::operator::{Failure, Given, Operator};

use super::policies::Unusable;
use crate::exit::Exit;

/// Most bytes of a reason.
const REASON_BYTES_MAX: usize = 256;
/// The service's code where there is no such table.
const NO_TABLE: &str = "ResourceNotFoundException";

/// Why an operator's verb did nothing.
#[derive(Debug, thiserror::Error)]
pub(super) enum Failed {
    #[error("{0}")]
    Policy(#[from] Unusable),
    #[error("{0}")]
    Wrong(String),
    #[error("{0}")]
    Unconfigured(Failure),
    #[error("`{table}`: {}", said(.failure))]
    Table { table: String, failure: Failure },
    #[error("no random number can be had: {0}")]
    Random(getrandom::Error),
    #[error("{0}")]
    Io(#[from] io::Error),
}

fn said(failure: &Failure) -> String {
    if failure.detail.starts_with(NO_TABLE) {
        return "there is no such table in this account and Region".to_owned();
    }
    failure.to_string()
}

/// What an order says besides what it does.
#[derive(Debug, clap::Args)]
pub(super) struct Terms {
    /// Why, for records; callers are not told
    #[arg(long, value_name = "TEXT", default_value = "", hide_default_value = true,
        value_parser = reason)]
    reason: String,
    /// When it ends by itself: `30m`, `2h`, `7d`; at most 31 days. Without it, it is to be taken back
    #[arg(long = "for", value_name = "TIME", value_parser = life)]
    life_ms: Option<u64>,
    /// Who orders it, for the list; without it, what `USER` says
    #[arg(long, value_name = "NAME", value_parser = reason)]
    by: Option<String>,
}

impl Terms {
    fn by(&self) -> String {
        self.by.clone().or_else(|| std::env::var("USER").ok()).unwrap_or_default()
    }
}

fn reason(text: &str) -> Result<String, String> {
    let fits = text.len() <= REASON_BYTES_MAX && !text.chars().any(char::is_control);
    fits.then(|| text.to_owned())
        .ok_or_else(|| format!("expected one line of at most {REASON_BYTES_MAX} bytes"))
}

fn life(text: &str) -> Result<u64, String> {
    match Window::parse(text, Zone::UTC) {
        Ok(Window::Sliding { ms }) => Ok(ms),
        _ => Err("expected a time from `1s` to `31d`".to_owned()),
    }
}

/// The table of orders.
#[derive(Debug)]
pub(super) struct Orders {
    operator: Operator,
    table: String,
}

impl Orders {
    /// The table that the command line names.
    pub(super) async fn open(place: &Place) -> Result<Self, Failed> {
        let (table, region) = place.orders()?;
        Ok(Self::new(operator(region).await?, table))
    }

    /// This table.
    pub(super) fn new(operator: Operator, table: String) -> Self {
        Self { operator, table }
    }

    /// All orders, the newest last.
    pub(super) async fn all(&self) -> Result<Vec<Given>, Failed> {
        self.operator.orders(&self.table).await.map_err(|failure| self.failed(failure))
    }

    /// Gives an order; the newest that does the same kind of thing to the same is replaced.
    pub(super) async fn give(&self, does: Does, terms: &Terms) -> Result<Given, Failed> {
        let known = self.all().await?;
        let same = known.iter().rev().find(|given| is_of(&given.order.does, &does));
        let id = match same {
            Some(given) => given.order.id.clone(),
            None if known.len() >= ORDERS_MOST => {
                return Err(Failed::Wrong(format!(
                    "`{}` holds {ORDERS_MOST} orders, and functions read no more; `tollgate allow \
                     --ended` clears those away that have ended",
                    self.table
                )));
            }
            None => new_id(&does)?,
        };
        let at_ms = now_ms();
        let until_ms = terms.life_ms.map(|life_ms| at_ms.saturating_add(life_ms));
        let order = Order { id, does, reason: terms.reason.clone(), until_ms };
        let given = Given { order, at_ms, by: terms.by() };
        let sent = self.operator.give(&self.table, &given).await;
        sent.map(|()| given).map_err(|failure| self.failed(failure))
    }

    /// Takes orders back; one that is gone already is as good.
    pub(super) async fn take_back(&self, orders: &[Given]) -> Result<(), Failed> {
        for given in orders {
            let taken = self.operator.take_back(&self.table, &given.order.id).await;
            taken.map_err(|failure| self.failed(failure))?;
        }
        Ok(())
    }

    fn failed(&self, failure: Failure) -> Failed {
        Failed::Table { table: self.table.clone(), failure }
    }
}

/// The tables of a region, with the credentials of the environment.
pub(super) async fn operator(region: Option<String>) -> Result<Operator, Failed> {
    Operator::new(region).await.map_err(Failed::Unconfigured)
}

/// Whether one order takes the other's place.
fn is_of(one: &Does, other: &Does) -> bool {
    match (one, other) {
        (Does::Limit { budget, .. }, Does::Limit { budget: same, .. }) => budget == same,
        _ => one == other,
    }
}

fn new_id(does: &Does) -> Result<String, Failed> {
    let mut bytes = [0; 4];
    getrandom::fill(&mut bytes).map_err(Failed::Random)?;
    let kind = if matches!(does, Does::Deny(_)) { "stop" } else { "limit" };
    Ok(format!("{kind}-{:08x}", u32::from_be_bytes(bytes)))
}

/// The moment, in milliseconds since 1970.
pub(super) fn now_ms() -> u64 {
    super::replay::now().unix_ms
}

/// Runs the work of a verb, and says what became of it.
pub(super) fn conclude(work: impl Future<Output = Result<(), Failed>>) -> Exit {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let done = runtime.map_err(Failed::Io).and_then(|runtime| runtime.block_on(work));
    match done {
        Ok(()) => Exit::Success,
        Err(why) => {
            // Where standard error is closed, nobody reads it.
            drop(writeln!(io::stderr().lock(), "error: {why}"));
            Exit::Failure
        }
    }
}

/// Prints orders, one a line.
pub(super) fn print(orders: &[Given], as_json: bool) -> Result<(), Failed> {
    let now_ms = now_ms();
    let mut stdout = io::stdout().lock();
    for given in orders {
        if as_json {
            writeln!(stdout, "{}", object(given, now_ms))?;
        } else {
            writeln!(stdout, "{}", line(given, now_ms))?;
        }
    }
    Ok(())
}

fn object(given: &Given, now_ms: u64) -> Value {
    let Given { order, at_ms, by } = given;
    json!({ "order": order, "atMs": at_ms, "by": by, "inForce": order.is_in_force(now_ms) })
}

/// `stop-5d478078  deny caller source_ip=203.0.113.7  1h 59m left  by example: scraping`
fn line(given: &Given, now_ms: u64) -> String {
    let order = &given.order;
    let until = match order.until_ms {
        None => "until taken back".to_owned(),
        Some(until_ms) if order.is_in_force(now_ms) => {
            format!("{} left", span(until_ms.saturating_sub(now_ms)))
        }
        Some(_) => "ended".to_owned(),
    };
    let by = if given.by.is_empty() { "-" } else { &given.by };
    let line = format!("{}  {}  {until}  by {by}", order.id, told(&order.does));
    let line = if order.reason.is_empty() { line } else { format!("{line}: {}", order.reason) };
    // Whoever wrote the table may not steer the terminal.
    line.replace(char::is_control, "\u{fffd}")
}

/// What an order does, in words.
pub(super) fn told(does: &Does) -> String {
    match does {
        Does::Deny(Whom::All) => "deny everything".to_owned(),
        Does::Deny(Whom::Function(name)) => format!("deny function {name}"),
        Does::Deny(Whom::Fleet(name)) => format!("deny fleet {name}"),
        Does::Deny(Whom::Source(arn)) => format!("deny source {arn}"),
        Does::Deny(Whom::Caller(caller)) => format!("deny caller {caller}"),
        // The unit stands in policies; the order has base units.
        Does::Limit { budget, limit } => format!("limit budget {budget} to {limit} base units"),
    }
}

/// A length of time in its two largest units, rounded up to seconds.
pub(super) fn span(ms: u64) -> String {
    let seconds = ms.div_ceil(1_000);
    let (minutes, hours, days) = (seconds / 60, seconds / 3_600, seconds / 86_400);
    match () {
        () if days > 0 => format!("{days}d {}h", hours % 24),
        () if hours > 0 => format!("{hours}h {}m", minutes % 60),
        () if minutes > 0 => format!("{minutes}m {}s", seconds % 60),
        () => format!("{seconds}s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_reads_in_its_two_largest_units() {
        for (ms, text) in [
            (0, "0s"),
            (1, "1s"),
            (59_999, "1m 0s"),
            (3_599_000, "59m 59s"),
            (7_140_000, "1h 59m"),
            (2_678_400_000, "31d 0h"),
        ] {
            assert_eq!(span(ms), text);
        }
    }

    #[test]
    fn security_a_table_cannot_steer_the_terminal() {
        let order = Order {
            id: "stop-1".to_owned(),
            does: Does::Deny(Whom::Function("\u{1b}]0;x\u{7}".to_owned())),
            reason: "one\ntwo".to_owned(),
            until_ms: Some(60_000),
        };
        let given = Given { order, at_ms: 0, by: "\u{9b}2J".to_owned() };
        let told = line(&given, 1_000);
        assert!(!told.chars().any(char::is_control), "{told:?}");
        assert!(told.contains("59s left") && line(&given, 60_000).contains("ended"), "{told}");
    }

    #[test]
    fn a_reason_is_one_short_line() {
        assert!(reason("abuse").is_ok() && reason(&"x".repeat(256)).is_ok());
        for text in ["two\nlines", "\u{1b}[31mred", &"x".repeat(257)] {
            assert!(reason(text).is_err(), "{text}");
        }
    }
}
