//! A budget as a policy resolves it.
use crate::amount::{Amount, Unit};
use crate::caller::CallerKey;
use crate::lease::LeaseRules;
use crate::window::Window;

/// One budget.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// Its name; unique in a policy.
    pub name: String,
    /// What it counts.
    pub unit: Unit,
    /// How much of it.
    pub limit: Amount,
    /// In what time.
    pub window: Window,
    /// For whom.
    pub scope: Scope,
    /// Where the count is kept.
    pub store: Store,
    /// What happens beyond the limit.
    pub over: Over,
    /// Percentages of the limit that are noted when they are reached, ascending.
    pub thresholds: Vec<u8>,
}

/// For whom a budget is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scope {
    /// Each execution environment.
    Environment,
    /// The function, all versions of it.
    Function,
    /// The alias that was invoked.
    Alias,
    /// Each caller.
    Caller(CallerKey),
    /// All functions whose policies name this fleet.
    Fleet(String),
}

/// Where a count is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Store {
    /// In each environment, for itself.
    Memory,
    /// In a table that all environments share.
    Shared(LeaseRules),
}

/// What happens to an event that a budget has no room for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Over {
    /// It is refused.
    #[default]
    Refuse,
    /// It passes, and is recorded.
    Observe,
    /// It is stored, and its source is told that all is well.
    Quarantine,
    /// It passes, and is recorded and noted.
    Alert,
}

impl Scope {
    /// Its name in policies and records.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Environment => "environment",
            Self::Function => "function",
            Self::Alias => "alias",
            Self::Caller(_) => "caller",
            Self::Fleet(_) => "fleet",
        }
    }

    /// The key that tells callers apart, where it is for each of them.
    pub const fn caller(&self) -> Option<&CallerKey> {
        match self {
            Self::Caller(key) => Some(key),
            _ => None,
        }
    }
}

impl Plan {
    /// Whose row it is in a shared table: see [`Row`](crate::store::Row).
    pub fn owner(&self, function: &str, alias: &str) -> String {
        match &self.scope {
            Scope::Fleet(name) => format!("fleet/{name}"),
            Scope::Alias => format!("alias/{function}:{alias}"),
            Scope::Environment | Scope::Function | Scope::Caller(_) => {
                format!("function/{function}")
            }
        }
    }
}
