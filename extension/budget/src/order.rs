//! Orders: what an operator says while functions run. Another role writes them; a function may
//! only read them.
use serde::{Deserialize, Serialize};

use crate::amount::Amount;
use crate::caller::CallerKey;
use crate::id::{CallerId, LeaseId};
use crate::store::{Orders, Reply, Request, Said};

/// One order in force.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Order {
    /// Its name, by which it is taken back; at most 64 bytes.
    pub id: String,
    /// What it does.
    pub does: Does,
    /// Why; for records, never for callers. At most 256 bytes.
    pub reason: String,
    /// When it ends by itself, in milliseconds since 1970; none: when it is taken back.
    #[serde(default)]
    pub until_ms: Option<u64>,
}

/// What an order does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Does {
    /// Refuses every event of these.
    Deny(Whom),
    /// Gives a budget another limit, in its base units; zero refuses everything it counts.
    Limit {
        /// The budget's name.
        budget: String,
        /// The limit that holds instead of the policy's.
        limit: Amount,
    },
}

/// Whose events are denied.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Whom {
    /// Everybody's.
    All,
    /// Of this function: its name, as `functions` in policies writes it.
    Function(String),
    /// Of every function whose policy names this fleet.
    Fleet(String),
    /// From this source: an ARN, in which one `*` at the end stands for any text.
    Source(String),
    /// From this caller: `source_ip=203.0.113.7`, `principal=<ARN or name>`, `api_key=<id>`,
    /// `tenant=<id>` or `jwt:<claim>=<value>`.
    Caller(String),
}

impl Order {
    /// Whether it still holds.
    pub fn is_in_force(&self, now_ms: u64) -> bool {
        self.until_ms.is_none_or(|until_ms| now_ms < until_ms)
    }
}

/// The orders that an environment knows, and when it should ask again.
#[derive(Debug, Clone)]
pub struct OrderBook {
    orders: Vec<Order>,
    denied: Denied,
    refresh_ms: u64,
    read_ms: Option<u64>,
    asked: Option<(LeaseId, u64)>,
}

/// The callers that orders deny, so that an item costs the same however many there are.
#[derive(Debug, Clone, Default)]
struct Denied {
    keys: Vec<CallerKey>,
    /// With the place of their order, of several the one that holds longest; in order.
    callers: Vec<(CallerId, usize)>,
}

/// What of an event orders may name.
#[derive(Debug, Clone, Copy)]
pub struct Subject<'a> {
    /// The function's name.
    pub function: &'a str,
    /// The fleets that its policy names.
    pub fleets: &'a [String],
    /// The ARN of the event's source.
    pub source: Option<&'a str>,
}

/// The item that holds all orders.
pub const ORDERS_KEY: &str = "orders";
/// The most orders that a function keeps, the oldest first; what is beyond them is left out.
pub const ORDERS_MOST: usize = 1_024;
/// After so long an answer is no longer waited for.
const LOST_MS: u64 = 5_000;

impl OrderBook {
    /// Knows nothing yet; asks every `refresh_ms`.
    pub const fn new(refresh_ms: u64) -> Self {
        let denied = Denied { keys: Vec::new(), callers: Vec::new() };
        Self { orders: Vec::new(), denied, refresh_ms, read_ms: None, asked: None }
    }

    /// The errand to send now, if there is one; `id` is new and random. To be called while
    /// something runs: time in which the environment is frozen needs no orders.
    pub fn due(&mut self, now_ms: u64, id: impl FnOnce() -> LeaseId) -> Option<Request> {
        let wait_ms = match self.asked {
            Some((_, at)) if at.saturating_add(LOST_MS) > now_ms => return None,
            // One that failed or was lost is not asked again at once.
            Some((_, at)) => at.saturating_add(self.refresh_ms),
            None => self.read_ms.map_or(0, |at| at.saturating_add(self.refresh_ms)),
        };
        if now_ms < wait_ms {
            return None;
        }
        let id = id();
        self.asked = Some((id, now_ms));
        Some(Request::Orders(Orders { id, key: ORDERS_KEY.to_owned() }))
    }

    /// Takes an answer; false where it answers something else. A store that fails changes nothing:
    /// the orders that are known stay in force.
    pub fn answered(&mut self, reply: &Reply, now_ms: u64) -> bool {
        if self.asked.is_none_or(|(id, _)| id != reply.id) {
            return false;
        }
        if let Said::Orders(orders) = &reply.said {
            self.asked = None;
            self.read_ms = Some(now_ms);
            self.orders = orders.iter().take(ORDERS_MOST).cloned().collect();
            self.denied = Denied::of(&self.orders);
        }
        true
    }

    /// The orders as they were last read.
    pub fn orders(&self) -> &[Order] {
        &self.orders
    }

    /// Whether they were read longer ago than twice the refresh: the environment was frozen, or the
    /// store fails.
    pub fn is_stale(&self, now_ms: u64) -> bool {
        let fresh_ms = self.refresh_ms.saturating_mul(2);
        self.read_ms.is_none_or(|at| at.saturating_add(fresh_ms) < now_ms)
    }

    /// The order that denies an event, whoever calls.
    pub fn denies(&self, subject: &Subject<'_>, now_ms: u64) -> Option<&Order> {
        self.orders.iter().find(|order| {
            let Does::Deny(whom) = &order.does else { return false };
            order.is_in_force(now_ms) && whom.names(subject)
        })
    }

    /// The keys of the callers that orders deny.
    pub fn keys(&self) -> &[CallerKey] {
        &self.denied.keys
    }

    /// The order that denies the caller of this value under a key.
    pub fn denies_caller(&self, key: &CallerKey, value: &str, now_ms: u64) -> Option<&Order> {
        let Denied { callers, .. } = &self.denied;
        let caller = key.caller(Some(value));
        let (_, at) = callers.get(callers.binary_search_by_key(&caller, |(id, _)| *id).ok()?)?;
        self.orders.get(*at).filter(|order| order.is_in_force(now_ms))
    }
}

impl Denied {
    fn of(orders: &[Order]) -> Self {
        let (mut keys, mut callers) = (Vec::new(), Vec::new());
        let until = |at: usize| {
            orders.get(at).map_or(0, |order: &Order| order.until_ms.unwrap_or(u64::MAX))
        };
        for (at, order) in orders.iter().enumerate() {
            if let Does::Deny(Whom::Caller(caller)) = &order.does
                && let Some((name, value)) = caller.split_once('=')
                && let Some(key) = CallerKey::parse(name)
            {
                callers.push((key.caller(Some(value)), at));
                if !keys.contains(&key) {
                    keys.push(key);
                }
            }
        }
        tollgate_order::sort_by_key(&mut callers, |(id, at)| (*id, std::cmp::Reverse(until(*at))));
        callers.dedup_by_key(|(id, _)| *id);
        Self { keys, callers }
    }
}

impl Whom {
    fn names(&self, subject: &Subject<'_>) -> bool {
        match self {
            Self::All => true,
            Self::Function(name) => name == subject.function,
            Self::Fleet(name) => subject.fleets.contains(name),
            Self::Source(pattern) => subject.source.is_some_and(|arn| {
                pattern.strip_suffix('*').map_or(arn == pattern, |start| arn.starts_with(start))
            }),
            Self::Caller(_) => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Failure;

    fn deny(whom: Whom) -> Order {
        let does = Does::Deny(whom);
        Order { id: "one".to_owned(), does, reason: "abuse".to_owned(), until_ms: Some(2_000) }
    }

    fn book(orders: Vec<Order>) -> OrderBook {
        let mut book = OrderBook::new(10_000);
        book.due(1_000, || LeaseId(1)).unwrap();
        let reply = Reply { id: LeaseId(1), server_ms: None, said: Said::Orders(orders) };
        assert!(book.answered(&reply, 1_000));
        book
    }

    #[test]
    fn an_order_names_whom_it_denies() {
        let arn = "arn:aws:sqs:eu-west-1:123456789012:orders";
        let fleets = ["shop".to_owned()];
        let subject = Subject { function: "example", fleets: &fleets, source: Some(arn) };
        let text = |text: &str| text.to_owned();
        for (whom, denied) in [
            (Whom::All, true),
            (Whom::Function(text("example")), true),
            (Whom::Function(text("other")), false),
            (Whom::Fleet(text("shop")), true),
            (Whom::Fleet(text("bank")), false),
            (Whom::Source(text(arn)), true),
            (Whom::Source(text("arn:aws:sqs:eu-west-1:*")), true),
            (Whom::Source(text("arn:aws:sqs:eu-west-1")), false),
            (Whom::Caller(text("source_ip=2001:db8::7")), true),
            (Whom::Caller(text("source_ip=203.0.113.7")), false),
            (Whom::Caller(text("tenant=one")), false),
            (Whom::Caller(text("nonsense")), false),
        ] {
            let book = book(vec![deny(whom.clone())]);
            let denies = |now_ms| {
                let of_caller = book.denies_caller(&CallerKey::SourceIp, "2001:db8::1", now_ms);
                book.denies(&subject, now_ms).or(of_caller).is_some()
            };
            assert_eq!((denies(1_999), denies(2_000)), (denied, false), "{whom:?}");
        }
    }

    #[test]
    fn of_two_orders_on_one_caller_the_one_that_holds_longer_counts() {
        let caller = |id: &str, until_ms| Order {
            id: id.to_owned(),
            until_ms,
            ..deny(Whom::Caller("tenant=a".to_owned()))
        };
        let book = book(vec![
            caller("first", Some(1_500)),
            caller("last", None),
            caller("second", Some(9_000)),
        ]);
        let order = book.denies_caller(&CallerKey::Tenant, "a", 10_000).unwrap();
        assert_eq!((order.id.as_str(), book.keys()), ("last", &[CallerKey::Tenant][..]));
        assert!(book.denies_caller(&CallerKey::Principal, "a", 1_000).is_none());
    }

    #[test]
    fn orders_are_read_once_a_refresh_and_kept_while_the_store_fails() {
        let mut book = book(vec![deny(Whom::All)]);
        assert!(book.due(10_999, || LeaseId(2)).is_none());
        assert!(book.due(11_000, || LeaseId(2)).is_some());
        assert!(book.due(11_001, || LeaseId(3)).is_none());
        assert!(book.answered(&Reply::failed(LeaseId(2), Failure::Throttled), 11_002));
        assert!(book.due(16_500, || LeaseId(3)).is_none());
        assert!(book.due(21_000, || LeaseId(3)).is_some());
        assert_eq!(book.orders().len(), 1);
        assert!(!book.is_stale(21_000) && book.is_stale(21_001));
        assert!(!book.answered(&Reply::failed(LeaseId(9), Failure::Throttled), 21_002));
    }
}
