//! Orders: what an operator says while functions run. Another role writes them; a function may
//! only read them.
use serde::{Deserialize, Serialize};

use crate::amount::Amount;

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
