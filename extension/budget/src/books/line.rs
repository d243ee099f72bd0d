//! One budget with its count.
use super::heavy::Heavy;
use super::{Note, Place, Stop, note};
use crate::amount::Amount;
use crate::count::{Cut, Meter, Table};
use crate::id::CallerId;
use crate::lease::{Cover, Purse, Taken, Terms};
use crate::plan::{Plan, Store};
use crate::store::Row;
use crate::window::Span;

/// One budget with its count.
#[derive(Debug, Clone)]
pub(super) struct Line {
    pub(super) plan: Plan,
    /// What orders say instead of the plan's limit.
    pub(super) ordered: Option<Amount>,
    pub(super) count: Count,
    /// Whose row it is in a shared table.
    pub(super) owner: String,
    /// The alias whose events it counts; none: all.
    pub(super) alias: Option<usize>,
    /// The window that was last asked for, by the clock that environments share.
    window: Option<Span>,
}

/// How a budget is counted.
#[derive(Debug, Clone)]
pub(super) enum Count {
    /// Here, for one subject.
    One { cut: Cut, meter: Box<Meter> },
    /// For each caller, here; and what is told to others, where the table is shared.
    Many { cut: Cut, table: Table, fleet: Option<Box<Heavy>> },
    /// By leases.
    Leased(Box<Purse>),
}

/// What an event took from one budget.
#[derive(Debug, Clone, Copy)]
pub(super) enum Part {
    /// From the count of one subject.
    One { slice: u32, amount: Amount },
    /// From a caller's.
    Many { caller: CallerId, slice: u32, amount: Amount },
    /// From a lease.
    Leased(Taken),
    /// From nothing: the window was over before it began.
    Nothing,
}

impl Line {
    pub(super) fn new(plan: Plan, callers_most: usize, place: &Place<'_>) -> Self {
        let owner = plan.owner(place.function, place.alias);
        let count = match (&plan.store, plan.scope.caller()) {
            (Store::Memory, None) => {
                Count::One { cut: Meter::cut(plan.window), meter: Box::default() }
            }
            (store, Some(_)) => {
                let shared = matches!(store, Store::Shared(_));
                let cut = if shared { Cut::afresh(plan.window) } else { Table::cut(plan.window) };
                let fleet = shared.then(Box::default);
                Count::Many { cut, table: Table::new(place.seed, callers_most), fleet }
            }
            (Store::Shared(rules), None) => {
                let terms = Terms {
                    owner: owner.clone(),
                    budget: plan.name.clone(),
                    unit: plan.unit,
                    limit: plan.limit,
                    window: plan.window,
                    rules: *rules,
                };
                Count::Leased(Box::new(Purse::new(terms, place.seed)))
            }
        };
        Self { plan, ordered: None, count, owner, alias: None, window: None }
    }

    /// Whether it counts the events of this alias.
    pub(super) fn is_for(&self, alias: usize) -> bool {
        self.alias.is_none_or(|own| own == alias)
    }

    /// The window that does not slide, at a moment of the clock that environments share.
    pub(super) fn span(&mut self, shared_ms: u64) -> Span {
        match self.window {
            Some(span) if span.holds(shared_ms) => span,
            _ => *self.window.insert(self.plan.window.span(shared_ms)),
        }
    }

    /// The limit in force.
    pub(super) fn limit(&self) -> Amount {
        self.ordered.unwrap_or(self.plan.limit)
    }

    /// Whether there is no room for so much.
    pub(super) fn stop(
        &mut self,
        caller: CallerId,
        amount: Amount,
        now_ms: u64,
        shared_ms: u64,
    ) -> Option<Stop> {
        let limit = self.limit();
        // What is only known afterwards stops once the limit is reached.
        let need = amount.max(Amount::ONE);
        let (is_spent, wait_ms) = match &mut self.count {
            Count::One { cut, meter } => {
                cut.keep(now_ms);
                if meter.used(*cut, now_ms).plus(need) <= limit {
                    return None;
                }
                (true, meter.wait(*cut, now_ms, need, limit))
            }
            Count::Many { cut, table, fleet } => {
                let at_ms = if fleet.is_some() { shared_ms } else { now_ms };
                cut.keep(at_ms);
                let over = fleet.as_mut().is_some_and(|it| it.is_over(caller, *cut, at_ms));
                let used = Amount(u128::from(table.used(*cut, at_ms, caller)));
                if !over && used.plus(need) <= limit {
                    return None;
                }
                (true, table.wait(*cut, at_ms, caller, narrow(limit.less(need))))
            }
            Count::Leased(purse) => match purse.ready(need, shared_ms) {
                Cover::Lease | Cover::Uncovered(_) => return None,
                Cover::Wait => (false, 1_000),
                Cover::Spent { wait_ms } => (true, wait_ms),
                Cover::Unavailable { wait_ms } => (false, wait_ms),
            },
        };
        let Plan { name, unit, scope, over, .. } = &self.plan;
        let scope = scope.as_str();
        let (budget, unit, over, items) = (name.clone(), *unit, *over, Vec::new());
        Some(Stop { budget, unit, scope, over, is_spent, wait_ms, items })
    }

    /// Takes so much, whether or not there is room.
    pub(super) fn take(
        &mut self,
        caller: CallerId,
        amount: Amount,
        now_ms: u64,
        shared_ms: u64,
        notes: &mut Vec<Note>,
    ) -> Part {
        match &mut self.count {
            Count::One { cut, meter } => {
                let before = meter.used(*cut, now_ms);
                let slice = meter.add(*cut, now_ms, amount);
                self.reached(before, before.plus(amount), notes);
                Part::One { slice, amount }
            }
            Count::Many { cut, table, fleet } => {
                let at_ms = if fleet.is_some() { shared_ms } else { now_ms };
                let before = Amount(u128::from(table.used(*cut, at_ms, caller)));
                let slice = table.add(*cut, at_ms, caller, narrow(amount));
                if let Some(fleet) = fleet {
                    fleet.add(caller, narrow(amount), *cut, at_ms);
                }
                self.reached(before, before.plus(amount), notes);
                Part::Many { caller, slice, amount }
            }
            Count::Leased(purse) => {
                let (taken, why) = purse.take_anyway(amount, shared_ms);
                if let Some(why) = why {
                    let budget = self.plan.name.clone();
                    note(notes, Note::Uncovered { budget, why });
                }
                Part::Leased(taken)
            }
        }
    }

    /// Settles what was taken with what was used.
    pub(super) fn settle(
        &mut self,
        part: Part,
        used: Amount,
        now_ms: u64,
        shared_ms: u64,
        notes: &mut Vec<Note>,
    ) -> Part {
        match (&mut self.count, part) {
            (Count::One { meter, .. }, Part::One { slice, amount }) if used <= amount => {
                meter.back(slice, amount.less(used));
                Part::One { slice, amount: used }
            }
            (Count::Many { table, fleet, .. }, Part::Many { caller, slice, amount })
                if used <= amount =>
            {
                table.back(caller, slice, narrow(amount.less(used)));
                if let Some(fleet) = fleet {
                    fleet.back(caller, narrow(amount.less(used)));
                }
                Part::Many { caller, slice, amount: used }
            }
            (Count::Leased(purse), Part::Leased(taken)) => {
                purse.settle(taken, used, shared_ms);
                Part::Leased(taken.settled(used))
            }
            (Count::One { .. }, Part::One { amount, .. }) => {
                let more = used.less(amount);
                self.take(CallerId(0), more, now_ms, shared_ms, notes);
                part.with(used)
            }
            (Count::Many { .. }, Part::Many { caller, amount, .. }) => {
                let more = used.less(amount);
                self.take(caller, more, now_ms, shared_ms, notes);
                part.with(used)
            }
            _ => Part::Nothing,
        }
    }

    /// Notes the percentages that lie between two counts.
    pub(super) fn reached(&self, before: Amount, after: Amount, notes: &mut Vec<Note>) {
        let limit = self.limit();
        for percent in &self.plan.thresholds {
            let mark = limit.percent(*percent);
            if before < mark && mark <= after {
                let budget = self.plan.name.clone();
                note(notes, Note::Reached { budget, percent: *percent });
            }
        }
    }

    /// The row of this moment's window, for callers' sums.
    pub(super) fn row(&mut self, shared_ms: u64) -> Row {
        let span = self.span(shared_ms);
        Row { owner: self.owner.clone(), budget: self.plan.name.clone(), span, shard: 0 }
    }

    pub(super) fn bytes(&self) -> usize {
        size_of::<Self>()
            + match &self.count {
                Count::One { .. } => size_of::<Meter>(),
                Count::Many { table, .. } => table.bytes(),
                Count::Leased(_) => size_of::<Purse>(),
            }
    }
}

impl Part {
    /// Whom it was taken for.
    pub(super) const fn caller(&self) -> CallerId {
        match self {
            Self::Many { caller, .. } => *caller,
            _ => CallerId(0),
        }
    }

    /// How much.
    #[cfg(test)]
    pub(super) fn amount(&self) -> Amount {
        match self {
            Self::One { amount, .. } | Self::Many { amount, .. } => *amount,
            Self::Leased(taken) => taken.amount(),
            Self::Nothing => Amount::ZERO,
        }
    }

    fn with(self, used: Amount) -> Self {
        match self {
            Self::One { slice, .. } => Self::One { slice, amount: used },
            Self::Many { caller, slice, .. } => Self::Many { caller, slice, amount: used },
            other => other,
        }
    }
}

/// A caller's count is narrower; limits that callers may have fit in it.
pub(super) fn narrow(amount: Amount) -> u64 {
    u64::try_from(amount.0).unwrap_or(u64::MAX)
}
