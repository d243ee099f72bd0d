//! What an invocation came to: settled when it ends, and again when Lambda bills it.
use super::line::{Count, Line};
use super::{Books, Held, Hold};
use crate::amount::{Amount, Unit};
use crate::cost::Usage;

/// How an invocation ended, as far as budgets go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Settlement {
    /// From the event in hand to the reply, in milliseconds.
    pub measured_ms: u64,
    /// Whether the function failed, or never answered.
    pub failed: bool,
    /// The invocation's name: a hash of its request id.
    pub name: u64,
}

/// What an invocation cost: foreseen, measured, billed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Billed {
    /// What was set aside, in picodollars.
    pub reserved: Amount,
    /// What it was settled for.
    pub settled: Amount,
    /// What Lambda charges.
    pub billed: Amount,
    /// The billed time in milliseconds.
    pub billed_ms: u64,
}

/// An invocation that was settled and not billed.
#[derive(Debug, Clone)]
pub(super) struct Unbilled {
    name: u64,
    hold: Hold,
    settled: Usage,
    measured_ms: u64,
}

/// Reports come with the next invocation or not at all; on Managed Instances many are under way.
const UNBILLED_MOST: usize = 64;
/// Time beyond what we measure that is believed of a report: anybody in the sandbox can forge one.
pub(super) const BEYOND_MS_MOST: u64 = 2_000;

impl Books {
    /// An invocation ended. What it took more than it used can be used again; gives what it cost
    /// in picodollars.
    pub fn settle(&mut self, hold: Hold, ending: Settlement, now_ms: u64) -> Amount {
        let settled = Usage {
            billed_ms: ending.measured_ms.saturating_add(self.beyond_ms).max(1),
            ..hold.reserved
        };
        self.durations.note(ending.measured_ms.max(1));
        let hold = self.adjust(hold, &settled, now_ms);
        if ending.failed {
            self.count_failure(&hold, now_ms);
        }
        if self.unbilled.len() == UNBILLED_MOST {
            self.unbilled.pop_front();
        }
        let measured_ms = ending.measured_ms;
        self.unbilled.push_back(Unbilled { name: ending.name, hold, settled, measured_ms });
        self.tariff.price(&settled)
    }

    /// The event did not go to the function after all: nothing of it was used.
    pub fn release(&mut self, hold: Hold, now_ms: u64) {
        let shared_ms = self.shared_ms(now_ms);
        let Self { lines, notes, .. } = self;
        for held in hold.held {
            if let Some(line) = lines.get_mut(held.line) {
                line.settle(held.part, Amount::ZERO, now_ms, shared_ms, notes);
            }
        }
    }

    /// Lambda's report of an invocation that was settled: what it charges beyond that is taken as
    /// well. A report that says less changes nothing; none is believed twice.
    pub fn bill(&mut self, name: u64, billed_ms: u64, init_ms: u64, now_ms: u64) -> Option<Billed> {
        let at = self.unbilled.iter().position(|unbilled| unbilled.name == name)?;
        let Unbilled { hold, settled, measured_ms, .. } = self.unbilled.remove(at)?;
        let beyond = billed_ms.saturating_sub(init_ms).saturating_sub(measured_ms);
        self.beyond_ms = (self.beyond_ms * 7 + beyond.min(BEYOND_MS_MOST)).div_ceil(8);
        let reserved = self.tariff.price(&hold.reserved);
        let billed = Usage { billed_ms, ..settled };
        if billed_ms > settled.billed_ms {
            self.adjust(hold, &billed, now_ms);
        }
        Some(Billed {
            reserved,
            settled: self.tariff.price(&settled),
            billed: self.tariff.price(&billed),
            billed_ms,
        })
    }

    fn adjust(&mut self, mut hold: Hold, usage: &Usage, now_ms: u64) -> Hold {
        let shared_ms = self.shared_ms(now_ms);
        let Self { lines, tariff, notes, .. } = self;
        for held in &mut hold.held {
            if let Some(line) = lines.get_mut(held.line) {
                let used = held.share.charge(tariff, line.plan.unit, usage);
                held.part = line.settle(held.part, used, now_ms, shared_ms, notes);
            }
        }
        hold
    }

    fn count_failure(&mut self, hold: &Hold, now_ms: u64) {
        let shared_ms = self.shared_ms(now_ms);
        for Held { line, part, .. } in &hold.held {
            let line = self.lines.get_mut(*line).filter(|line| line.plan.unit == Unit::Errors);
            if let Some(line) = line {
                line.take(part.caller(), Amount::ONE, now_ms, shared_ms, &mut self.notes);
            }
        }
    }

    /// How each budget stands that is not each caller's own: its name, what is used and the limit.
    /// For one that is leased, what the whole fleet was granted, as far as it is known here.
    pub fn standing(&mut self, now_ms: u64) -> Vec<(&str, Unit, Amount, Amount)> {
        let lines = self.lines.iter_mut();
        lines.filter_map(|line| line.standing(now_ms)).collect()
    }
}

impl Line {
    fn standing(&mut self, now_ms: u64) -> Option<(&str, Unit, Amount, Amount)> {
        let limit = self.limit();
        let used = match &mut self.count {
            Count::One { cut, meter } => meter.used(*cut, now_ms),
            Count::Leased(purse) => purse.standing()?.granted,
            Count::Many { .. } => return None,
        };
        Some((&self.plan.name, self.plan.unit, used, limit))
    }
}
