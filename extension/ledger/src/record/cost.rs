//! What an invocation costs, in picodollars (10⁻¹² USD).
use serde::{Deserialize, Serialize};

use tollgate_policy::{CostFacts, Priced};

use super::cut::clip;

/// Money for one invocation. All amounts are whole picodollars, rounded up; an invocation of 15
/// minutes with 10,240 MB costs 150 billion of them, far below what JSON numbers hold exactly
/// (2⁵³).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Cost {
    /// What was reserved before the event passed: the worst case that the ceilings allow.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reserved_picodollars: Option<u64>,
    /// What it cost by our own clock: known when the reply has gone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub estimated_picodollars: Option<u64>,
    /// What it cost by Lambda's figures: stands in the `report` record.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub settled_picodollars: Option<u64>,
    /// The price table that was used, by its date.
    pub prices: String,
}

impl From<CostFacts> for Cost {
    fn from(facts: CostFacts) -> Self {
        let CostFacts { reserved, prices } = facts;
        Self {
            reserved_picodollars: Some(reserved.narrow()),
            prices: prices.to_owned(),
            ..Self::default()
        }
    }
}

/// Beside each other: what was set aside, what we measured, what Lambda charges.
impl From<Priced> for Cost {
    fn from(priced: Priced) -> Self {
        Self {
            reserved_picodollars: Some(priced.reserved.narrow()),
            estimated_picodollars: Some(priced.settled.narrow()),
            settled_picodollars: Some(priced.billed.narrow()),
            prices: priced.prices.to_owned(),
        }
    }
}

impl Cost {
    pub(super) fn shorten(&mut self) {
        clip(&mut self.prices);
    }
}
