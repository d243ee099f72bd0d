//! Budgets as a policy resolves them, and the words that it says them with.
use tollgate_budget::lease::{First, OnStoreError};
use tollgate_budget::{Over, Plan, Rates, Scope, Unit};

use crate::options::Choice;

/// All that a policy says of money.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Spending {
    /// The budgets.
    pub budgets: Vec<Plan>,
    /// The tables that environments share.
    pub tables: Tables,
    /// How orders are read.
    pub orders: OrderRules,
    /// What Lambda charges where it is not what the table of prices says.
    pub prices: Prices,
}

/// DynamoDB tables.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tables {
    /// The rows of budgets.
    pub budgets: Option<String>,
    /// The orders.
    pub orders: Option<String>,
    /// Their Region; none: the function's own.
    pub region: Option<String>,
}

/// How orders are read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderRules {
    /// Every so many milliseconds of running time.
    pub refresh_ms: u64,
    /// What the first event after a long rest meets.
    pub stale: Stale,
    /// The fleets whose orders hold.
    pub fleets: Vec<String>,
}

/// Prices in picodollars; none: what the table says.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Prices {
    /// A GB-second.
    pub gb_second: Option<u64>,
    /// A GB-second on provisioned concurrency.
    pub provisioned: Option<u64>,
    /// A request.
    pub request: Option<u64>,
    /// A GB-second of ephemeral storage.
    pub storage: Option<u64>,
    /// A GB of a restored snapshot.
    pub restore: Option<u64>,
    /// The tier, from 1.
    pub tier: Option<u32>,
    /// Ephemeral storage in MB.
    pub storage_mb: Option<u32>,
}

/// What the first event after a long rest meets.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stale {
    /// It passes by the orders that are known.
    #[default]
    Pass,
    /// It waits until they are read.
    Wait,
}

/// The word of a scope.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum ScopeWord {
    Environment,
    #[default]
    Function,
    Alias,
    Caller,
    Fleet,
}

/// The word of a store.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum StoreWord {
    #[default]
    Memory,
    Dynamodb,
}

impl Default for OrderRules {
    fn default() -> Self {
        Self { refresh_ms: 10_000, stale: Stale::default(), fleets: Vec::new() }
    }
}

impl Prices {
    /// Whether there are any.
    pub(crate) fn is_own(&self) -> bool {
        *self != Self::default()
    }

    /// The rates of the table with these in their places.
    pub fn over(&self, table: Rates) -> Rates {
        Rates {
            duration: self.gb_second.map_or(table.duration, |rate| [rate; 3]),
            provisioned: self.provisioned.unwrap_or(table.provisioned),
            request: self.request.unwrap_or(table.request),
            storage: self.storage.unwrap_or(table.storage),
            restore: self.restore.unwrap_or(table.restore),
        }
    }
}

impl Spending {
    /// Whether books are kept: there are budgets, or prices to record costs by.
    pub(crate) fn is_kept(&self) -> bool {
        !self.budgets.is_empty() || self.prices.is_own()
    }

    /// Whether it says anything that concerns an event.
    pub(crate) fn is_used(&self) -> bool {
        self.is_kept() || self.tables.orders.is_some()
    }

    /// Whether anything has to be asked of a table.
    pub fn is_shared(&self) -> bool {
        let shared = |plan: &Plan| matches!(plan.store, tollgate_budget::Store::Shared(_));
        self.tables.orders.is_some() || self.budgets.iter().any(shared)
    }

    /// The fleets whose orders hold for this function.
    pub fn fleets(&self) -> Vec<String> {
        let of_budgets = self.budgets.iter().filter_map(|plan| match &plan.scope {
            Scope::Fleet(name) => Some(name.clone()),
            _ => None,
        });
        of_budgets.chain(self.orders.fleets.iter().cloned()).collect()
    }
}

macro_rules! words {
    ($type:ty { $($word:literal => $value:ident),+ $(,)? }) => {
        impl Choice for $type {
            const WORDS: &'static [(&'static str, Self)] = &[$(($word, Self::$value)),+];
        }
    };
}

words!(Unit {
    "invocations" => Invocations,
    "gb_seconds" => GbSeconds,
    "usd" => Usd,
    "errors" => Errors,
    "refusals" => Refusals,
    "bytes" => Bytes,
});
words!(ScopeWord {
    "environment" => Environment,
    "function" => Function,
    "alias" => Alias,
    "caller" => Caller,
    "fleet" => Fleet,
});
words!(StoreWord { "memory" => Memory, "dynamodb" => Dynamodb });
words!(Over {
    "refuse" => Refuse,
    "observe" => Observe,
    "quarantine" => Quarantine,
    "alert" => Alert,
});
words!(First { "credit" => Credit, "wait" => Wait, "refuse" => Refuse });
words!(OnStoreError { "safe" => Safe, "open" => Open, "closed" => Closed });
words!(Stale { "pass" => Pass, "wait" => Wait });
