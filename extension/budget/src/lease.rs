//! Prepaid leases: a part of a shared budget that one environment may spend without asking.
//!
//! Every environment of a fleet holds a [`Purse`]. What it may spend was granted by the store
//! before, so the sum of all that is spent never exceeds the limit but by what [`Why`] names. When
//! to renew and how much to ask for is in `lease/ask.rs`, what an answer means in
//! `lease/answer.rs`. A lease belongs to a window; when that is over it is void, so an environment
//! that was frozen needs to give nothing back.
mod answer;
mod ask;
mod rules;

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::amount::Amount;
use crate::id::LeaseId;
use crate::store::Standing;
use crate::window::Span;
pub use answer::Crossed;
pub use rules::{First, LeaseRules, OnStoreError, Terms};

/// One environment's part of a shared budget.
#[derive(Debug, Clone)]
pub struct Purse {
    terms: Arc<Terms>,
    /// What orders say instead of the policy's limit.
    ordered: Option<Amount>,
    held: Held,
    /// Asked for and not answered.
    pending: Option<Pending>,
    /// The same, but given up: counted as granted and unused. An answer that comes late still
    /// holds, once.
    lost: Vec<Pending>,
    failures: u32,
    retry_at_ms: u64,
}

/// What is held in the running window; this is what survives a reset.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Held {
    span: Option<Span>,
    /// Granted, and neither spent nor set aside.
    left: Amount,
    /// Spent or set aside without cover; the next lease pays it.
    debt: Amount,
    /// Granted in all, and spent in all, settled or set aside.
    lent: Amount,
    spent: Amount,
    /// The last lease's amount, and when it came.
    size: Amount,
    renewed_ms: u64,
    /// What the last event needed.
    need: Amount,
    /// The latest leases with their shards, for what is given back.
    leases: Vec<(LeaseId, u16, Amount)>,
    /// The shard that is asked, and how many of them have said no.
    shard: u16,
    shards_spent: u16,
    asked_shard: bool,
    standing: Option<Standing>,
    /// The most that a refused lease may ask for again.
    cap: Option<Amount>,
    /// Environments that were seen in the window before.
    environments: u32,
    credit_used: bool,
    safe_used: Amount,
}

/// A lease that was asked for.
#[derive(Debug, Clone)]
struct Pending {
    id: LeaseId,
    span: Span,
    shard: u16,
    amount: Amount,
    sent_ms: u64,
}

/// Whether an amount may be spent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cover {
    /// A lease covers it.
    Lease,
    /// Nothing covers it, and it may pass all the same.
    Uncovered(Why),
    /// The first answer is on its way, and the policy says to wait for it.
    Wait,
    /// The budget is spent.
    Spent {
        /// Milliseconds until there is another one.
        wait_ms: u64,
    },
    /// Nobody knows: no lease has come yet, or the store cannot be asked.
    Unavailable {
        /// Milliseconds until the next try, about.
        wait_ms: u64,
    },
}

/// Why something may be spent that no lease covers: the three ways beyond the limit are these and
/// the difference of clocks at a window's edge.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// The environment's first event in the window, before its first lease (`first: credit`).
    First,
    /// The store failed, and `on_store_error` allows it.
    StoreError,
}

/// What an event took from a purse.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Taken {
    span: Span,
    amount: Amount,
    covered: bool,
}

/// How far a clock may go back and still stay in the window that it was in: what two answers of the
/// store may tell of it.
const BACK_MS: u64 = 2 * 15 * 60_000;
/// How long an event without an answer should be told to wait: a lease takes a few of these.
const ANSWER_MS: u64 = 1_000;

impl Purse {
    /// An empty purse; `place` picks the shard, so that environments spread over them.
    pub fn new(terms: impl Into<Arc<Terms>>, place: u64) -> Self {
        let terms = terms.into();
        let shard = u16::try_from(place % u64::from(terms.shards())).unwrap_or(0);
        Self {
            terms,
            ordered: None,
            held: Held { shard, ..Held::default() },
            pending: None,
            lost: Vec::new(),
            failures: 0,
            retry_at_ms: 0,
        }
    }

    /// Whether so much may be spent now. Nothing is taken.
    pub fn ready(&mut self, amount: Amount, now_ms: u64) -> Cover {
        let span = self.roll(now_ms);
        self.held.need = amount;
        let wait_ms = span.end_ms.saturating_sub(now_ms);
        let most = self.shard_limit();
        // Whatever the store says, no environment spends more than there is for all of them.
        let whole = self.ordered.unwrap_or(self.terms.limit);
        let over = self.held.standing.is_some_and(|it| it.granted > most)
            || self.held.left >= amount && self.held.spent.plus(amount) > whole;
        if over || amount > most {
            return Cover::Spent { wait_ms };
        }
        if self.held.left >= amount {
            return Cover::Lease;
        }
        if self.held.shards_spent >= self.terms.shards() {
            return Cover::Spent { wait_ms };
        }
        if self.failures > 0 {
            return self.without_store(amount, now_ms);
        }
        match self.terms.rules.first {
            First::Credit if self.held.standing.is_none() && !self.held.credit_used => {
                Cover::Uncovered(Why::First)
            }
            First::Wait => Cover::Wait,
            First::Credit | First::Refuse => Cover::Unavailable { wait_ms: ANSWER_MS },
        }
    }

    fn without_store(&self, amount: Amount, now_ms: u64) -> Cover {
        let wait_ms = self.retry_at_ms.saturating_sub(now_ms).max(ANSWER_MS);
        match self.terms.rules.on_store_error {
            OnStoreError::Open => Cover::Uncovered(Why::StoreError),
            OnStoreError::Safe
                if self.held.safe_used.plus(amount) <= self.terms.smallest(self.held.need) =>
            {
                Cover::Uncovered(Why::StoreError)
            }
            OnStoreError::Safe | OnStoreError::Closed => Cover::Unavailable { wait_ms },
        }
    }

    /// What an event is expected to need, before the first one tells.
    pub fn foresee(&mut self, need: Amount) {
        self.held.need = need;
    }

    /// Whether an event like the last one would have to wait for the store's answer.
    pub fn waits(&mut self, now_ms: u64) -> bool {
        let need = self.held.need.max(Amount::ONE);
        self.ready(need, now_ms) == Cover::Wait
    }

    /// Takes so much if it may be spent.
    pub fn take(&mut self, amount: Amount, now_ms: u64) -> Result<(Taken, Cover), Cover> {
        let cover = self.ready(amount, now_ms);
        let span = self.roll(now_ms);
        match cover {
            Cover::Lease => self.held.left = self.held.left.less(amount),
            Cover::Uncovered(why) => {
                self.held.debt = self.held.debt.plus(amount);
                match why {
                    Why::First => self.held.credit_used = true,
                    Why::StoreError => self.held.safe_used = self.held.safe_used.plus(amount),
                }
            }
            Cover::Wait | Cover::Spent { .. } | Cover::Unavailable { .. } => return Err(cover),
        }
        self.held.spent = self.held.spent.plus(amount);
        Ok((Taken { span, amount, covered: cover == Cover::Lease }, cover))
    }

    /// Takes so much whether or not it may be spent: the policy has let the event pass. Gives why
    /// it passed, where nothing covers it and this purse's own rules allowed that.
    pub fn take_anyway(&mut self, amount: Amount, now_ms: u64) -> (Taken, Option<Why>) {
        match self.take(amount, now_ms) {
            Ok((taken, Cover::Uncovered(why))) => (taken, Some(why)),
            Ok((taken, _)) => (taken, None),
            Err(_) => {
                let span = self.roll(now_ms);
                self.held.debt = self.held.debt.plus(amount);
                self.held.spent = self.held.spent.plus(amount);
                (Taken { span, amount, covered: false }, None)
            }
        }
    }

    /// An event ended: the difference between what it took and what it used is settled. What was
    /// taken in a window that is over is settled with it.
    pub fn settle(&mut self, taken: Taken, used: Amount, now_ms: u64) {
        if self.roll(now_ms) != taken.span {
            return;
        }
        let held = &mut self.held;
        held.spent = held.spent.plus(used).less(taken.amount);
        if used > taken.amount {
            let more = used.less(taken.amount);
            let paid = more.min(held.left);
            held.left = held.left.less(paid);
            held.debt = held.debt.plus(more.less(paid));
            return;
        }
        let back = taken.amount.less(used);
        // What nothing covers is settled first, whoever made it.
        let paid = back.min(held.debt);
        held.debt = held.debt.less(paid);
        held.left = held.left.plus(back.less(paid));
    }

    /// An order gives the budget another limit, or takes that back.
    pub fn order(&mut self, limit: Option<Amount>) {
        let before = self.shard_limit();
        self.ordered = limit;
        if self.shard_limit() > before {
            self.held.shards_spent = 0;
        }
    }

    /// Granted in this window and not spent.
    pub const fn left(&self) -> Amount {
        self.held.left
    }

    /// Spent or set aside in this window beyond what was granted.
    pub const fn uncovered(&self) -> Amount {
        self.held.debt
    }

    /// What the store last said of the row.
    pub const fn standing(&self) -> Option<Standing> {
        self.held.standing
    }

    /// What is held, for the process after this one.
    pub(crate) const fn held(&self) -> &Held {
        &self.held
    }

    /// Takes up what the process before this one held.
    pub(crate) fn adopt(&mut self, held: Held) {
        if held.shard < self.terms.shards() {
            self.held = held;
        }
    }

    fn shard_limit(&self) -> Amount {
        self.terms.shard_limit(self.ordered, self.held.shard)
    }

    /// Goes on to the window of this moment; what was held in another one is void. A clock that was
    /// put right does not bring a window back: each time the first event would have its credit anew.
    fn roll(&mut self, now_ms: u64) -> Span {
        let is_behind =
            |span: Span| (now_ms..now_ms.saturating_add(BACK_MS)).contains(&span.start_ms);
        let span = match self.held.span {
            Some(span) if span.holds(now_ms) || is_behind(span) => return span,
            _ => self.terms.window.span(now_ms),
        };
        let held = &mut self.held;
        let environments = held.standing.map_or(held.environments, |it| it.environments);
        self.held = Held {
            span: Some(span),
            size: held.size,
            renewed_ms: held.renewed_ms,
            need: held.need,
            shard: held.shard,
            environments,
            ..Held::default()
        };
        // An answer about another window is void as well.
        self.pending = None;
        self.lost.clear();
        span
    }
}

impl Taken {
    /// The window that it was taken in.
    pub const fn span(&self) -> Span {
        self.span
    }

    /// How much was taken.
    pub const fn amount(&self) -> Amount {
        self.amount
    }

    /// The same, once it was settled with what was used.
    #[must_use]
    pub const fn settled(self, used: Amount) -> Self {
        Self { amount: used, ..self }
    }

    /// Whether a lease covered it.
    pub const fn is_covered(&self) -> bool {
        self.covered
    }
}

#[cfg(test)]
mod tests;
