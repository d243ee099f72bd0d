//! What is asked of a store that many environments share, and what it answers. Whoever carries it
//! out needs nothing else: keys, conditions and numbers are all here.
//!
//! A lease is one conditional update of the row [`Row::key`]:
//!
//! - add `amount` to `granted`, and `newcomer` (0 or 1) to `environments`;
//! - only if `granted` is missing or at most `limit` − `amount`;
//! - set the anchor of the ledger's head, if there is one, and the row's expiry.
//!
//! It is sent once: an update whose answer was lost may have been applied, so it counts as granted
//! and unused, and the next lease has another id.
mod model;

use serde::{Deserialize, Serialize};

use crate::amount::{Amount, Unit};
use crate::id::{CallerId, LeaseId};
use crate::order::Order;
use crate::window::Span;
pub use model::Model;

/// The most callers that one report names.
pub const CALLERS_MAX: usize = 32;

/// One errand to the shared store. Each is answered by the [`Reply`] with the same id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Request {
    /// Lend a part of a budget.
    Lease(Lease),
    /// Take a lease's unspent rest back.
    Return(Return),
    /// Add up what callers used, all over the fleet.
    Callers(Callers),
    /// Read the orders in force.
    Orders(Orders),
}

/// What came of an errand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reply {
    /// The request's id.
    pub id: LeaseId,
    /// The store's wall clock, in milliseconds since 1970, where it told it (the `Date` field of
    /// its HTTP answer).
    pub server_ms: Option<u64>,
    /// What it said.
    pub said: Said,
}

/// What the store said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Said {
    /// The lease was added to the row.
    Granted(Standing),
    /// The condition did not hold: so much is granted already.
    Refused(Standing),
    /// The rest is back in the row.
    Returned,
    /// This lease was returned before, or its row is gone: nothing was changed.
    NotReturned,
    /// What the callers of the report have used in the window, all over the fleet.
    Callers(CallersStanding),
    /// All orders in force for this function, newest last.
    Orders(Vec<Order>),
    /// It is not known whether anything was changed.
    Failed(Failure),
}

/// Why nothing is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Failure {
    /// The store takes no more for now.
    Throttled,
    /// No connection, or it broke.
    Unreachable,
    /// No answer in time.
    TimedOut,
    /// The store will not do it: no permission, no such table, no credentials.
    Rejected,
}

/// The row of one budget, one window and one shard.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Row {
    /// Whose budget: `function/<name>`, `alias/<name>:<alias>` or `fleet/<name>`.
    pub owner: String,
    /// The budget's name.
    pub budget: String,
    /// The window. A row may expire a day after its end.
    pub span: Span,
    /// From 0; the limit is cut into so many equal parts for very large fleets.
    pub shard: u16,
}

/// Asks for a lease.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Lease {
    /// Names the lease; never used twice.
    pub id: LeaseId,
    /// The row it is taken from.
    pub row: Row,
    /// What is counted.
    pub unit: Unit,
    /// How much; never zero, and never more than `limit`.
    pub amount: Amount,
    /// The most that the row may grant.
    pub limit: Amount,
    /// Whether this environment asks for the first time in this window.
    pub newcomer: bool,
}

/// Gives the unspent rest of a lease back. Holds once: the store notes the id in the same
/// conditional update, and refuses it a second time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Return {
    /// This errand's id.
    pub id: LeaseId,
    /// The lease.
    pub lease: LeaseId,
    /// The row it was taken from.
    pub row: Row,
    /// How much of it was not spent.
    pub amount: Amount,
}

/// What an environment's heaviest callers used since its last report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Callers {
    /// This errand's id.
    pub id: LeaseId,
    /// The budget and the window; each caller has a row of its own below it.
    pub row: Row,
    /// The bound on one caller. Whoever adds up beyond it is told to all who ask.
    pub limit: Amount,
    /// At most [`CALLERS_MAX`].
    pub used: Vec<CallerUse>,
}

/// What one caller used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallerUse {
    /// The caller.
    pub caller: CallerId,
    /// How much: since the last report in a request, in the whole window in a reply.
    pub amount: Amount,
}

/// How a row stands after an update, or as it stood when the condition failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Standing {
    /// The sum of all leases less what was returned.
    pub granted: Amount,
    /// Environments that have asked in this window.
    pub environments: u32,
}

/// How callers stand.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct CallersStanding {
    /// Those of the report, with their sums over the fleet.
    pub used: Vec<CallerUse>,
    /// Those who are over the bound, whoever reported them; at most 256, the newest.
    pub over: Vec<CallerId>,
}

/// Asks for the orders that concern this function.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Orders {
    /// This errand's id.
    pub id: LeaseId,
    /// The item's key: one item holds all orders that concern a function.
    pub key: String,
}

impl Row {
    /// The row's key in the table: at most 512 bytes. Nothing that policies allow in names can
    /// make two rows share it.
    pub fn key(&self) -> String {
        let Self { owner, budget, span, shard } = self;
        format!("budget#{owner}#{budget}#{}#{shard}", span.start_ms)
    }

    /// The key of a caller's row below this one.
    pub fn caller_key(&self, caller: CallerId) -> String {
        format!("{}#{caller}", self.key())
    }
}

impl Request {
    /// Its id.
    pub const fn id(&self) -> LeaseId {
        match self {
            Self::Lease(Lease { id, .. })
            | Self::Return(Return { id, .. })
            | Self::Callers(Callers { id, .. })
            | Self::Orders(Orders { id, .. }) => *id,
        }
    }
}

impl Reply {
    /// The answer to a request that failed on its way.
    pub const fn failed(id: LeaseId, failure: Failure) -> Self {
        Self { id, server_ms: None, said: Said::Failed(failure) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row() -> Row {
        Row {
            owner: "function/example".to_owned(),
            budget: "wallet".to_owned(),
            span: Span { start_ms: 86_400_000, end_ms: 172_800_000 },
            shard: 3,
        }
    }

    #[test]
    fn a_row_has_one_key() {
        assert_eq!(row().key(), "budget#function/example#wallet#86400000#3");
        let caller = row().caller_key(CallerId(0xab));
        assert_eq!(caller, "budget#function/example#wallet#86400000#3#00000000000000ab");
    }

    #[test]
    fn money_travels_as_digits() {
        let lease = Request::Lease(Lease {
            id: LeaseId(7),
            row: row(),
            unit: Unit::Usd,
            amount: Amount(u128::MAX),
            limit: Amount(25_000_000_000_000),
            newcomer: true,
        });
        let text = serde_json::to_string(&lease).unwrap();
        assert!(text.contains("\"amount\":\"340282366920938463463374607431768211455\""), "{text}");
        assert!(text.contains("\"id\":\"00000000000000000000000000000007\""), "{text}");
        assert_eq!(serde_json::from_str::<Request>(&text).unwrap(), lease);
        let reply = Reply::failed(LeaseId(7), Failure::TimedOut);
        let text = serde_json::to_string(&reply).unwrap();
        assert_eq!(serde_json::from_str::<Reply>(&text).unwrap(), reply);
    }
}
