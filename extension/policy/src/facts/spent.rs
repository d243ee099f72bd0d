//! What an event was charged.
use serde::Serialize;
use tollgate_budget::{Amount, Use};

/// What an event was charged when it was granted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Spent {
    /// What it may cost.
    pub cost: CostFacts,
    /// The budgets it counts against.
    pub budgets: Vec<BudgetFact>,
}

/// What an event may cost.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CostFacts {
    /// What was set aside, in picodollars.
    pub reserved: Amount,
    /// The price table: its date, `policy`, or `dearest` where no table has the Region.
    pub prices: &'static str,
}

/// One budget as an event left it. Amounts are in the unit's base: picodollars,
/// megabyte-milliseconds, or what is counted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct BudgetFact {
    /// Its name.
    pub name: String,
    /// What it counts.
    pub unit: &'static str,
    /// For whom.
    pub scope: &'static str,
    /// Its limit.
    pub limit: Amount,
    /// What was taken of it.
    pub used: Amount,
    /// What is left of it; of this environment's lease, where there is one.
    pub left: Amount,
    /// When a window of the calendar ends: milliseconds since the Unix epoch.
    pub resets_at: Option<u64>,
    /// What covers it: `memory`, `lease`, or `credit`.
    pub basis: &'static str,
}

impl From<Use> for BudgetFact {
    fn from(it: Use) -> Self {
        let Use { name, unit, scope, limit, used, left, resets_at, basis } = it;
        Self { name, unit: unit.as_str(), scope, limit, used, left, resets_at, basis }
    }
}
