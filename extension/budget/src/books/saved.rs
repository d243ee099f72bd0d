//! The books as bytes, for the process that follows this one after a reset.
use serde::{Deserialize, Serialize};

use super::Books;
use super::line::{Count, Line};
use crate::count::{Cell, Meter};
use crate::learn::Durations;
use crate::lease::Held;

/// What is saved. A process with another policy takes up the budgets that are still the same.
#[derive(Debug, Serialize, Deserialize)]
struct Saved {
    version: u8,
    beyond_ms: u64,
    durations: Durations,
    lines: Vec<(String, Kept)>,
}

/// One budget's count.
#[derive(Debug, Serialize, Deserialize)]
enum Kept {
    One(Box<Meter>),
    Many(Vec<(u64, Cell)>),
    Leased(Box<Held>),
}

const VERSION: u8 = 1;
/// The callers that are saved of each table, the heaviest first: about 200 KB.
const CALLERS_MOST: usize = 4_096;

impl Books {
    /// All counts as bytes.
    pub fn save(&mut self, now_ms: u64) -> Vec<u8> {
        let lines = self.lines.iter_mut().map(|line| (line.identity(), line.save(now_ms)));
        let saved = Saved {
            version: VERSION,
            beyond_ms: self.beyond_ms,
            durations: self.durations.clone(),
            lines: lines.collect(),
        };
        postcard::to_allocvec(&saved).unwrap_or_default()
    }

    /// Takes up what an earlier process of this environment saved; false where that is nothing it
    /// can read. What the file says of callers and leases is only ever spent more carefully than
    /// without it, but for a lease's rest, which the store granted.
    pub fn restore(&mut self, bytes: &[u8], now_ms: u64) -> bool {
        let Ok(saved) = postcard::from_bytes::<Saved>(bytes) else { return false };
        if saved.version != VERSION {
            return false;
        }
        if saved.durations.is_whole() {
            self.durations = saved.durations;
        }
        self.beyond_ms = saved.beyond_ms.min(super::settle::BEYOND_MS_MOST);
        for (identity, count) in saved.lines {
            self.turn_to_saved(&identity);
            let line = self.lines.iter_mut().find(|line| line.identity() == identity);
            if let Some(line) = line {
                line.restore(count, now_ms);
            }
        }
        true
    }
}

impl Line {
    /// What makes a saved count this budget's.
    fn identity(&self) -> String {
        let plan = &self.plan;
        let key = plan.scope.caller().map(crate::caller::CallerKey::name).unwrap_or_default();
        let Self { owner, .. } = self;
        let (unit, scope) = (plan.unit, plan.scope.as_str());
        format!("{owner}#{}#{unit}#{scope}#{key}#{}", plan.name, plan.window)
    }

    fn save(&mut self, now_ms: u64) -> Kept {
        match &mut self.count {
            Count::One { meter, .. } => Kept::One(meter.clone()),
            Count::Many { cut, table, .. } => {
                Kept::Many(table.heaviest(cut.number(now_ms), CALLERS_MOST))
            }
            Count::Leased(purse) => Kept::Leased(Box::new(purse.held().clone())),
        }
    }

    fn restore(&mut self, count: Kept, now_ms: u64) {
        match (&mut self.count, count) {
            (Count::One { meter, .. }, Kept::One(saved)) => *meter = saved,
            (Count::Many { cut, table, .. }, Kept::Many(saved)) => {
                table.adopt(*cut, now_ms, &saved);
            }
            (Count::Leased(purse), Kept::Leased(saved)) => purse.adopt(*saved),
            _ => {}
        }
    }
}
