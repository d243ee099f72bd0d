//! What the budgets that an invocation counts against allowed it.
use serde::{Deserialize, Serialize};

use tollgate_policy::BudgetFact;

use super::cut::{clip, clip_some};

/// The longest list of budgets that a record keeps.
pub(super) const BUDGETS_MAX: usize = 16;

/// One budget as the invocation left it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct BudgetUse {
    /// The budget's name in the policy.
    pub name: String,
    /// `invocations`, `gb-seconds` or `usd`.
    pub unit: String,
    /// `function`, `caller`, `source`, …
    pub scope: String,
    /// The limit in a window: invocations, MB-milliseconds or picodollars.
    pub limit: u64,
    /// What this invocation took of it, in the same unit.
    pub used: u64,
    /// What is left of the window's limit as far as this environment knows; of its own lease where
    /// the limit is shared by a fleet.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub left: Option<u64>,
    /// When the window ends, in milliseconds since 1970.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resets_at: Option<u64>,
    /// On what this invocation ran: `lease`, `memory`, `credit`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub basis: Option<String>,
}

impl From<BudgetFact> for BudgetUse {
    fn from(fact: BudgetFact) -> Self {
        let BudgetFact { name, unit, scope, limit, used, left, resets_at, basis } = fact;
        Self {
            name,
            unit: unit.to_owned(),
            scope: scope.to_owned(),
            limit: limit.narrow(),
            used: used.narrow(),
            left: Some(left.narrow()),
            resets_at,
            basis: Some(basis.to_owned()),
        }
    }
}

impl BudgetUse {
    pub(super) fn shorten(&mut self) {
        [&mut self.name, &mut self.unit, &mut self.scope].into_iter().for_each(clip);
        clip_some(&mut self.basis);
    }
}
