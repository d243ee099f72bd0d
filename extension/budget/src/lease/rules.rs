//! The rules that a lease is taken by.
use serde::{Deserialize, Serialize};

use crate::amount::{Amount, Unit};
use crate::window::Window;

/// What a policy says of leases.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LeaseRules {
    /// What an event meets that comes before the environment's first lease.
    pub first: First,
    /// What an event meets while the store cannot be asked.
    pub on_store_error: OnStoreError,
    /// The smallest lease; none: what two invocations may cost at most.
    pub smallest: Option<Amount>,
    /// The largest lease; none: a 32nd of the limit.
    pub largest: Option<Amount>,
    /// In how many rows the budget is cut, from 1. One row takes about a thousand updates a second
    /// (Amazon DynamoDB Developer Guide, "Partitions and data distribution").
    pub shards: u16,
}

/// What an event meets that comes before the environment's first lease.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum First {
    /// One passes.
    #[default]
    Credit,
    /// It waits for the lease.
    Wait,
    /// It is refused.
    Refuse,
}

/// What an event meets while the store cannot be asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum OnStoreError {
    /// Each environment may use one smallest lease in a window.
    #[default]
    Safe,
    /// Everything passes.
    Open,
    /// Nothing passes.
    Closed,
}

/// One budget's terms, the same in every environment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Terms {
    /// Whose it is; see [`Row`](crate::store::Row).
    pub owner: String,
    /// Its name.
    pub budget: String,
    /// What is counted.
    pub unit: Unit,
    /// The limit over all environments.
    pub limit: Amount,
    /// For how long.
    pub window: Window,
    /// How leases are taken.
    pub rules: LeaseRules,
}

impl Default for LeaseRules {
    fn default() -> Self {
        Self {
            first: First::default(),
            on_store_error: OnStoreError::default(),
            smallest: None,
            largest: None,
            shards: 1,
        }
    }
}

/// The part of a limit that one lease may be, where the policy does not say.
const LARGEST_PART: u128 = 32;

impl Terms {
    /// The shards, at least one.
    pub(super) fn shards(&self) -> u16 {
        self.rules.shards.max(1)
    }

    /// What one shard may grant: equal parts, the first one with what does not divide.
    pub(super) fn shard_limit(&self, ordered: Option<Amount>, shard: u16) -> Amount {
        let (limit, shards) = (ordered.unwrap_or(self.limit).0, u128::from(self.shards()));
        let rest = if shard == 0 { limit % shards } else { 0 };
        Amount(limit / shards + rest)
    }

    /// The smallest lease where an event may need so much.
    pub(super) fn smallest(&self, need: Amount) -> Amount {
        self.rules.smallest.unwrap_or(Amount::ZERO).max(need.plus(need)).max(Amount::ONE)
    }

    /// The largest lease out of a shard of this limit.
    pub(super) fn largest(&self, shard_limit: Amount) -> Amount {
        self.rules.largest.unwrap_or(Amount(shard_limit.0 / LARGEST_PART))
    }
}
