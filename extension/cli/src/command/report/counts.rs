//! Counts over time, and which records were there already; both in bounded memory.
use std::collections::BTreeMap;

use tollgate_ledger::record::Invocation;

use super::summary::{OverTime, Step};
use super::tally::clip;

/// The most steps that a span of time is cut into.
const STEPS_MAX: u64 = 120;
/// Names of checks that a step keeps apart.
const CHECKS_MAX: usize = 64;
/// Runs of records that are kept; in order, a chain is one run.
const RUNS_MAX: usize = 200_000;

/// Counts by time. The step doubles until the whole span fits.
#[derive(Debug)]
pub(super) struct Clock {
    step_ms: u64,
    steps: BTreeMap<u64, Step>,
}

impl Default for Clock {
    fn default() -> Self {
        Self { step_ms: 10, steps: BTreeMap::new() }
    }
}

impl Clock {
    /// Counts an invocation at a moment.
    pub(super) fn add(&mut self, at_ms: u64, invocation: &Invocation) {
        let step = self.steps.entry(at_ms / self.step_ms).or_default();
        match invocation.decision.as_deref() {
            Some("pass") => step.passed += 1,
            Some("filter") => step.filtered += 1,
            Some("refuse") => step.refused += 1,
            _ => step.undecided += 1,
        }
        for check in &invocation.checks {
            add(&mut step.checks, &check.id, 1);
        }
        while self.width() > STEPS_MAX {
            self.coarsen();
        }
    }

    fn width(&self) -> u64 {
        let ends = self.steps.first_key_value().zip(self.steps.last_key_value());
        ends.map_or(0, |((first, _), (last, _))| last - first + 1)
    }

    fn coarsen(&mut self) {
        self.step_ms = self.step_ms.saturating_mul(2);
        for (number, step) in std::mem::take(&mut self.steps) {
            let into = self.steps.entry(number / 2).or_default();
            into.passed += step.passed;
            into.filtered += step.filtered;
            into.refused += step.refused;
            into.undecided += step.undecided;
            step.checks.iter().for_each(|(id, count)| add(&mut into.checks, id, *count));
        }
    }

    /// All steps from the first to the last, those without counts too.
    pub(super) fn finish(mut self) -> OverTime {
        let ends = self.steps.first_key_value().zip(self.steps.last_key_value());
        let range = ends.map_or(0..0, |((first, _), (last, _))| *first..last + 1);
        let step_ms = self.step_ms;
        let steps = range.map(|number| {
            let step = self.steps.remove(&number).unwrap_or_default();
            Step { start_ms: number.saturating_mul(step_ms), ..step }
        });
        OverTime { step_ms, steps: steps.collect() }
    }
}

fn add(checks: &mut BTreeMap<String, u64>, id: &str, count: u64) {
    let id = clip(id);
    let id = if checks.len() < CHECKS_MAX || checks.contains_key(id) { id } else { "…" };
    *checks.entry(id.to_owned()).or_default() += count;
}

/// The numbers of records that were there, as runs.
#[derive(Debug, Default)]
pub(super) struct Numbers {
    chains: BTreeMap<String, BTreeMap<u64, u64>>,
    runs: usize,
}

impl Numbers {
    /// Whether a record of this number is new. Copies are harmless: delivery is at least once.
    pub(super) fn is_new(&mut self, chain: &str, seq: u64) -> bool {
        let full = self.runs >= RUNS_MAX;
        let Some(runs) = self.chains.get_mut(clip(chain)) else {
            if !full {
                self.runs += 1;
                self.chains.insert(clip(chain).to_owned(), BTreeMap::from([(seq, seq)]));
            }
            return true;
        };
        let before = runs.range(..=seq).next_back().map(|(first, last)| (*first, *last));
        if before.is_some_and(|(_, last)| last >= seq) {
            return false;
        }
        let first = match before {
            Some((first, last)) if last.checked_add(1) == Some(seq) => first,
            _ if full => return true,
            _ => seq,
        };
        let next = seq.checked_add(1).and_then(|next| runs.remove(&next));
        self.runs = (self.runs + usize::from(first == seq)) - usize::from(next.is_some());
        runs.insert(first, next.unwrap_or(seq));
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_span_of_time_fits_and_nothing_is_lost() {
        let mut clock = Clock::default();
        let invocation = Invocation { decision: Some("pass".to_owned()), ..Invocation::default() };
        let moments = [0, 1, 999, 1_000, 86_400_000, 253_402_300_799_999];
        for at in moments {
            clock.add(at, &invocation);
        }
        let time = clock.finish();
        assert!(time.steps.len() as u64 <= STEPS_MAX);
        assert_eq!(time.steps.iter().map(|step| step.passed).sum::<u64>(), 6);
    }

    #[test]
    fn copies_are_known_in_any_order() {
        let mut numbers = Numbers::default();
        for seq in [0, 1, 2, 9, 5, 4, 3, u64::MAX, 8] {
            assert!(numbers.is_new("a", seq), "{seq}");
            assert!(!numbers.is_new("a", seq), "{seq}");
        }
        assert!(numbers.is_new("b", 0));
        let runs: Vec<_> = numbers.chains["a"].clone().into_iter().collect();
        assert_eq!(runs, [(0, 5), (8, 9), (u64::MAX, u64::MAX)]);
        assert_eq!(numbers.runs, 4);
    }
}
