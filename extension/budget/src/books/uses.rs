//! Each budget as an event left it, for records.
use super::line::{Count, Line, Part};
use super::{Books, Hold};
use crate::amount::{Amount, Unit};
use crate::plan::{Plan, Store};

/// The most budgets that a record lists.
const USES_MOST: usize = 16;

/// One budget as an event left it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Use {
    /// Its name.
    pub name: String,
    /// What it counts.
    pub unit: Unit,
    /// For whom.
    pub scope: &'static str,
    /// Its limit.
    pub limit: Amount,
    /// What was taken of it.
    pub used: Amount,
    /// What is left of it; of this environment's lease, where there is one.
    pub left: Amount,
    /// When a window that does not slide ends: milliseconds since 1970.
    pub resets_at: Option<u64>,
    /// What covers it: `memory`, `lease`, or `credit` for what nothing covers.
    pub basis: &'static str,
}

impl Books {
    /// The budgets as this event left them, at most 16. Of a budget of callers that several of
    /// them share an event in: what all took, and what is left to the one who has least.
    pub fn uses(&mut self, hold: &Hold, now_ms: u64) -> Vec<Use> {
        let shared_ms = self.shared_ms(now_ms);
        let mut uses: Vec<Use> = Vec::new();
        for of_one in hold.held.chunk_by(|a, b| a.line == b.line).take(USES_MOST) {
            let line = of_one.first().and_then(|held| self.lines.get_mut(held.line));
            let Some(line) = line else { continue };
            let each = of_one.iter().map(|held| line.usage(&held.part, now_ms, shared_ms));
            uses.extend(each.reduce(|all, one| Use {
                used: all.used.plus(one.used),
                left: all.left.min(one.left),
                ..all
            }));
        }
        uses
    }
}

impl Line {
    fn usage(&mut self, part: &Part, now_ms: u64, shared_ms: u64) -> Use {
        let limit = self.limit();
        let calendar = self.plan.window.is_calendar();
        let shared = !matches!(self.plan.store, Store::Memory);
        let (used, left, basis) = match (&mut self.count, part) {
            (Count::One { cut, meter }, Part::One { amount, .. }) => {
                (*amount, limit.less(meter.used(*cut, now_ms)), "memory")
            }
            (Count::Many { cut, table, .. }, Part::Many { caller, amount, .. }) => {
                let at_ms = if shared { shared_ms } else { now_ms };
                let used = Amount(u128::from(table.used(*cut, at_ms, *caller)));
                (*amount, limit.less(used), "memory")
            }
            (Count::Leased(purse), Part::Leased(taken)) => {
                let basis = if taken.is_covered() { "lease" } else { "credit" };
                (taken.amount(), purse.left(), basis)
            }
            _ => (Amount::ZERO, Amount::ZERO, "memory"),
        };
        let resets_at = (calendar || shared).then(|| self.span(shared_ms).end_ms);
        let Plan { name, unit, scope, .. } = &self.plan;
        Use {
            name: name.clone(),
            unit: *unit,
            scope: scope.as_str(),
            limit,
            used,
            left,
            resets_at,
            basis,
        }
    }
}
