//! When a lease is renewed, how much is asked for, and what is given back.
use super::{Pending, Purse, Terms};
use crate::amount::Amount;
use crate::id::LeaseId;
use crate::store::{Failure, Lease, Return, Row};
use crate::window::Span;

/// A lease that was used up this fast is followed by one twice as large.
const FAST_MS: u64 = 10_000;
/// One that was used up slower than this is followed by the smallest.
const SLOW_MS: u64 = 60_000;
/// After so long an answer counts as lost. The store answers within milliseconds; a freeze may lie
/// in between.
const LOST_MS: u64 = 5_000;
/// Lost leases whose late answers are still taken.
const LOST_MOST: usize = 4;

impl Purse {
    /// Whether a lease should be asked for: at half use, before the next event could find nothing,
    /// and not while one is on its way, the budget is spent or the store needs rest.
    pub fn is_due(&mut self, now_ms: u64) -> bool {
        self.roll(now_ms);
        if self.pending.as_ref().is_some_and(|it| it.sent_ms.saturating_add(LOST_MS) <= now_ms) {
            self.give_up(now_ms);
        }
        let held = &self.held;
        let wanted = match held.standing {
            None => true,
            Some(_) => {
                held.left < held.need
                    || held.left.plus(held.left) < held.size
                    || !held.debt.is_zero()
            }
        };
        wanted
            && self.pending.is_none()
            && held.shards_spent < self.terms.shards()
            && held.need <= self.shard_limit()
            && now_ms >= self.retry_at_ms
    }

    /// The lease to ask for; `id` is new and random.
    pub fn ask(&mut self, id: LeaseId, now_ms: u64) -> Lease {
        let amount = self.next_size(now_ms);
        let span = self.roll(now_ms);
        let shard = self.held.shard;
        let row = self.row(span, shard);
        let newcomer = !self.held.asked_shard;
        self.held.asked_shard = true;
        self.pending = Some(Pending { id, span, shard, amount, sent_ms: now_ms });
        Lease { id, row, unit: self.terms.unit, amount, limit: self.shard_limit(), newcomer }
    }

    /// What should be given back before the environment ends: the unspent rests of its leases, the
    /// newest first. It is no longer held, whether or not the store hears of it.
    pub fn give_back(&mut self, now_ms: u64, mut id: impl FnMut() -> LeaseId) -> Vec<Return> {
        let span = self.roll(now_ms);
        let mut returns = Vec::new();
        while let Some((lease, shard, amount)) = self.held.leases.pop() {
            let amount = amount.min(self.held.left);
            if !amount.is_zero() {
                self.held.left = self.held.left.less(amount);
                let row = self.row(span, shard);
                returns.push(Return { id: id(), lease, row, amount });
            }
        }
        returns
    }

    /// `remaining / (2 · environments)`, at most twice the last one, between the smallest and the
    /// largest, and never more than the store said is left.
    fn next_size(&self, now_ms: u64) -> Amount {
        let (held, limit) = (&self.held, self.shard_limit());
        let need = held.need.plus(held.debt).max(Amount::ONE);
        let smallest = self.terms.smallest(held.need);
        let since = now_ms.saturating_sub(held.renewed_ms);
        let growth = match held.size {
            size if since < FAST_MS => size.plus(size),
            size if since < SLOW_MS => size,
            _ => smallest,
        };
        let (granted, environments) = match held.standing {
            Some(standing) => (standing.granted, standing.environments),
            None => (Amount::ZERO, held.environments),
        };
        // Nothing is known before the first answer of all.
        let fair = if environments == 0 {
            smallest
        } else {
            Amount(limit.less(granted).0 / (2 * u128::from(environments)))
        };
        let size = fair.min(growth).min(self.terms.largest(limit)).max(smallest).max(need);
        size.min(held.cap.unwrap_or(limit)).min(limit)
    }

    fn row(&self, span: Span, shard: u16) -> Row {
        let Terms { owner, budget, .. } = &*self.terms;
        Row { owner: owner.clone(), budget: budget.clone(), span, shard }
    }

    /// What is on its way is not waited for any longer.
    fn give_up(&mut self, now_ms: u64) {
        let Some(pending) = self.pending.take() else { return };
        let random = pending.id;
        if self.lost.len() == LOST_MOST {
            self.lost.remove(0);
        }
        self.lost.push(pending);
        self.failed(Failure::TimedOut, random, now_ms);
    }
}
