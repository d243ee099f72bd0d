//! What the books ask of a shared store, and what its answers change in them.
use super::Books;
use super::heavy::Heavy;
use super::line::{Count, Line, narrow};
use crate::amount::Amount;
use crate::cost::Usage;
use crate::id::LeaseId;
use crate::lease::Crossed;
use crate::order::{Does, Order};
use crate::store::{CallerUse, Callers, Reply, Request, Said};

/// How often heavy callers are told to the fleet, at least.
const TELL_MS: u64 = 10_000;
/// The part of a caller's limit that is told at once.
const TELL_PART: u64 = 8;
/// After so long an answer is no longer waited for.
const LOST_MS: u64 = 5_000;
/// The store's clock is believed where it differs by more: its answers tell whole seconds, and are
/// under way for a while.
const SKEW_MS: i64 = 2_000;
/// Beyond this it is not believed either: an answer that is no time would move every window.
const SKEW_MOST_MS: i64 = 15 * 60_000;

impl Books {
    /// What should be asked of the store now; each with an id that `id` makes, new and random.
    pub fn due(&mut self, now_ms: u64, mut id: impl FnMut() -> LeaseId) -> Vec<Request> {
        let shared_ms = self.shared_ms(now_ms);
        let mut requests = Vec::new();
        for line in &mut self.lines {
            match &mut line.count {
                Count::Leased(purse) => {
                    if purse.is_due(shared_ms) {
                        requests.push(Request::Lease(purse.ask(id(), shared_ms)));
                    }
                }
                Count::Many { fleet: Some(_), .. } => {
                    requests.extend(line.report(shared_ms, &mut id).map(Request::Callers));
                }
                Count::One { .. } | Count::Many { .. } => {}
            }
        }
        requests
    }

    /// What an invocation is expected to take at most, so that the first leases are large enough.
    pub fn foresee(&mut self, billed_ms: u64) {
        self.aliases.foreseen_ms = Some(billed_ms);
        let usage = Usage { billed_ms, requests: 1, ..Usage::default() };
        for line in &mut self.lines {
            if let Count::Leased(purse) = &mut line.count {
                purse.foresee(self.tariff.charge(line.plan.unit, &usage));
            }
        }
    }

    /// Whether an event that came now would have to wait for the store's answer (`first: wait`).
    pub fn waits(&mut self, now_ms: u64) -> bool {
        let shared_ms = self.shared_ms(now_ms);
        self.lines.iter_mut().any(|line| match &mut line.count {
            Count::Leased(purse) => purse.waits(shared_ms),
            Count::One { .. } | Count::Many { .. } => false,
        })
    }

    /// Takes an answer of the store; one that nobody waits for changes nothing.
    pub fn answered(&mut self, reply: &Reply, now_ms: u64) {
        if let Some(server_ms) = reply.server_ms {
            // Half a second of what it does not tell.
            let ahead = signed(server_ms).saturating_add(500).saturating_sub(signed(now_ms));
            self.skew_ms = if (SKEW_MS..SKEW_MOST_MS).contains(&ahead.abs()) { ahead } else { 0 };
        }
        let shared_ms = self.shared_ms(now_ms);
        let Self { lines, notes, .. } = self;
        for line in lines {
            match &mut line.count {
                Count::Leased(purse) if purse.asks(reply.id) => {
                    if let Some(crossed) = purse.answered(reply, shared_ms) {
                        let Crossed { before, after, .. } = crossed;
                        line.reached(before, after, notes);
                    }
                    return;
                }
                Count::Many { fleet: Some(fleet), .. }
                    if fleet.pending.is_some_and(|(id, _)| id == reply.id) =>
                {
                    fleet.pending = None;
                    line.told(&reply.said, shared_ms);
                    return;
                }
                _ => {}
            }
        }
    }

    /// What should be given back before the environment ends. It is no longer held.
    pub fn give_back(&mut self, now_ms: u64, mut id: impl FnMut() -> LeaseId) -> Vec<Request> {
        let shared_ms = self.shared_ms(now_ms);
        let purses = self.lines.iter_mut().filter_map(|line| match &mut line.count {
            Count::Leased(purse) => Some(purse),
            _ => None,
        });
        purses.flat_map(|purse| purse.give_back(shared_ms, &mut id)).map(Request::Return).collect()
    }

    /// The orders in force set limits; those that none names have the policy's again.
    pub fn order(&mut self, orders: &[Order], now_ms: u64) {
        for line in &mut self.lines {
            let last = orders.iter().rev().find_map(|order| match &order.does {
                Does::Limit { budget, limit } if *budget == line.plan.name => {
                    order.is_in_force(now_ms).then_some(*limit)
                }
                _ => None,
            });
            line.ordered = last;
            if let Count::Leased(purse) = &mut line.count {
                purse.order(last);
            }
        }
    }

    /// Whether any budget is kept in a shared store.
    pub fn is_shared(&self) -> bool {
        self.lines
            .iter()
            .any(|line| matches!(line.count, Count::Leased(_) | Count::Many { fleet: Some(_), .. }))
    }
}

impl Line {
    /// The heaviest callers, when there is enough to tell.
    fn report(&mut self, shared_ms: u64, id: &mut impl FnMut() -> LeaseId) -> Option<Callers> {
        let (row, limit) = (self.row(shared_ms), self.limit());
        let Count::Many { cut, fleet: Some(fleet), .. } = &mut self.count else { return None };
        let untold = fleet.most_untold(*cut, shared_ms);
        let waited = fleet.pending.is_some_and(|(_, at)| at.saturating_add(LOST_MS) > shared_ms);
        let soon = untold > narrow(limit) / TELL_PART;
        let late = fleet.told_ms.saturating_add(TELL_MS) <= shared_ms;
        if waited || untold == 0 || !(soon || late) {
            return None;
        }
        let id = id();
        fleet.told_ms = shared_ms;
        fleet.pending = Some((id, shared_ms));
        let used = fleet.take_heaviest().into_iter();
        let used = used.map(|(caller, used)| CallerUse { caller, amount: Amount(used.into()) });
        Some(Callers { id, row, limit, used: used.collect() })
    }

    /// What the fleet's callers used in all.
    fn told(&mut self, said: &Said, shared_ms: u64) {
        let Count::Many { cut, table, fleet: Some(fleet) } = &mut self.count else { return };
        let Said::Callers(standing) = said else { return };
        Heavy::is_over(fleet, crate::id::CallerId(0), *cut, shared_ms);
        for one in &standing.used {
            table.raise(*cut, shared_ms, one.caller, narrow(one.amount));
        }
        for caller in &standing.over {
            fleet.note_over(*caller);
        }
    }
}

fn signed(ms: u64) -> i64 {
    i64::try_from(ms).unwrap_or(i64::MAX)
}
