//! What an answer of the store means for a purse.
use super::{Pending, Purse};
use crate::amount::Amount;
use crate::id::LeaseId;
use crate::store::{Failure, Reply, Said, Standing};

/// A grant that carried the sum of all grants over a part of the limit. In a fleet, one
/// environment sees each crossing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Crossed {
    /// What was granted before, and with this grant.
    pub before: Amount,
    /// The sum with this grant.
    pub after: Amount,
    /// What may be granted.
    pub limit: Amount,
    /// Environments that have asked.
    pub environments: u32,
}

/// The first wait after a failure; each further one waits twice as long.
const BACKOFF_FIRST_MS: u64 = 200;
/// The longest wait, which is also that after a refusal that somebody must mend.
const BACKOFF_LONGEST_MS: u64 = 30_000;
/// Leases that are remembered for what is given back.
const LEASES_MOST: usize = 4;

impl Purse {
    /// Takes an answer; none of another purse, and each once. Gives what it crossed.
    pub fn answered(&mut self, reply: &Reply, now_ms: u64) -> Option<Crossed> {
        let span = self.roll(now_ms);
        let (pending, in_time) = self.asked(reply.id)?;
        // An answer about a window that is over is void.
        if pending.span != span {
            return None;
        }
        match &reply.said {
            Said::Granted(standing) => {
                self.failures = 0;
                self.retry_at_ms = 0;
                Some(self.granted(&pending, *standing, now_ms))
            }
            Said::Refused(standing) if in_time => {
                self.failures = 0;
                self.retry_at_ms = 0;
                self.refused(&pending, *standing);
                None
            }
            Said::Failed(failure) if in_time => {
                self.failed(*failure, pending.id, now_ms);
                None
            }
            _ => None,
        }
    }

    /// Whether a reply is for this purse.
    pub fn asks(&self, id: LeaseId) -> bool {
        self.pending.iter().chain(&self.lost).any(|pending| pending.id == id)
    }

    /// What was asked under this name, and whether it is still waited for.
    fn asked(&mut self, id: LeaseId) -> Option<(Pending, bool)> {
        if self.pending.as_ref().is_some_and(|pending| pending.id == id) {
            return self.pending.take().map(|pending| (pending, true));
        }
        let at = self.lost.iter().position(|pending| pending.id == id)?;
        Some((self.lost.remove(at), false))
    }

    fn granted(&mut self, pending: &Pending, standing: Standing, now_ms: u64) -> Crossed {
        let limit = self.shard_limit();
        let held = &mut self.held;
        let paid = pending.amount.min(held.debt);
        held.debt = held.debt.less(paid);
        held.left = held.left.plus(pending.amount.less(paid));
        held.lent = held.lent.plus(pending.amount);
        (held.size, held.renewed_ms) = (pending.amount, now_ms);
        (held.standing, held.cap) = (Some(standing), None);
        if held.leases.len() == LEASES_MOST {
            held.leases.remove(0);
        }
        held.leases.push((pending.id, pending.shard, pending.amount));
        let before = standing.granted.less(pending.amount);
        Crossed { before, after: standing.granted, limit, environments: standing.environments }
    }

    /// The condition did not hold: the rest is asked for if an event fits into it, then the next
    /// shard; when all have said no, that holds until the window ends.
    fn refused(&mut self, pending: &Pending, standing: Standing) {
        let rest = self.shard_limit().less(standing.granted);
        let shards = self.terms.shards();
        let held = &mut self.held;
        held.standing = Some(standing);
        if rest >= held.need.max(Amount::ONE) && rest < pending.amount {
            held.cap = Some(rest);
            return;
        }
        held.cap = None;
        held.shards_spent = held.shards_spent.saturating_add(1);
        if held.shards_spent < shards {
            held.shard = held.shard.wrapping_add(1) % shards;
            held.standing = None;
            held.asked_shard = false;
        }
    }

    /// Waits, twice as long after each failure, and not as long as others who failed at the same
    /// moment: between half of the time and all of it, by the failed lease's random name.
    pub(super) fn failed(&mut self, failure: Failure, random: LeaseId, now_ms: u64) {
        self.failures = self.failures.saturating_add(1);
        let doublings = self.failures.saturating_sub(1).min(16);
        let wait_ms = match failure {
            Failure::Rejected => BACKOFF_LONGEST_MS,
            _ => (BACKOFF_FIRST_MS << doublings).min(BACKOFF_LONGEST_MS),
        };
        let share = u64::try_from(random.0 & 0xffff).unwrap_or(0);
        let wait_ms = wait_ms / 2 + wait_ms / 2 * share / 0xffff;
        self.retry_at_ms = now_ms.saturating_add(wait_ms);
    }
}
