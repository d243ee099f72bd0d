//! How long this function's invocations take: an upper quantile, learned as they end.
use serde::{Deserialize, Serialize};

/// Durations by size: eight bins for each doubling, so that a bin is at most an eighth too long.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Durations {
    bins: Vec<u16>,
    total: u32,
}

/// Eight bins a doubling up to 2²⁰ ms, which is longer than the 15 minutes there are.
const BINS: usize = 8 * 21;
/// Fewer than these say nothing of the slowest in a hundred.
const ENOUGH: u32 = 100;
/// When all are halved, so that what was long ago fades.
const HALVE_AT: u32 = 2_000;

impl Default for Durations {
    fn default() -> Self {
        Self { bins: vec![0; BINS], total: 0 }
    }
}

impl Durations {
    /// An invocation took so many milliseconds.
    pub fn note(&mut self, ms: u64) {
        if let Some(bin) = self.bins.get_mut(bin_of(ms)) {
            *bin = bin.saturating_add(1);
            self.total = self.total.saturating_add(1);
        }
        if self.total >= HALVE_AT {
            self.bins.iter_mut().for_each(|bin| *bin /= 2);
            self.total = self.bins.iter().map(|bin| u32::from(*bin)).sum();
        }
    }

    /// Whether it has the form of one, wherever it comes from.
    pub(crate) fn is_whole(&self) -> bool {
        let sum: u32 = self.bins.iter().map(|bin| u32::from(*bin)).sum();
        self.bins.len() == BINS && self.total == sum
    }

    /// A time that 99 of 100 stay within, in milliseconds; none while too few were seen.
    pub fn upper(&self) -> Option<u64> {
        if self.total < ENOUGH {
            return None;
        }
        let mut beyond = self.total / 100;
        for (index, bin) in self.bins.iter().enumerate().rev() {
            let count = u32::from(*bin);
            if count > beyond {
                return Some(end_of(index));
            }
            beyond -= count;
        }
        None
    }
}

fn bin_of(ms: u64) -> usize {
    let ms = ms.clamp(1, 1 << 20);
    let doubling = ms.ilog2();
    // The three bits below the highest.
    let eighth = (ms << 3 >> doubling) & 7;
    usize::try_from(u64::from(doubling) * 8 + eighth).unwrap_or(0).min(BINS - 1)
}

/// The first duration that is longer than all of a bin, less one.
fn end_of(index: usize) -> u64 {
    let next = index as u64 + 1;
    let (doubling, eighth) = (next / 8, next % 8);
    ((8 + eighth) << doubling).div_ceil(8).saturating_sub(1).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bin_ends_where_the_next_begins() {
        for ms in 1..=(1_u64 << 20) {
            let end = end_of(bin_of(ms));
            assert!(end >= ms || ms == 1 << 20, "{ms}: {end}");
            assert!(end <= ms + ms / 8 + 1, "{ms}: {end}");
        }
    }

    #[test]
    fn the_slowest_in_a_hundred_are_left_out_and_few_say_nothing() {
        let mut durations = Durations::default();
        (0..99).for_each(|_| durations.note(20));
        assert_eq!(durations.upper(), None);
        durations.note(60_000);
        assert!(durations.upper().is_some_and(|ms| (20..25).contains(&ms)));
        (0..3).for_each(|_| durations.note(60_000));
        assert!(durations.upper().is_some_and(|ms| ms >= 60_000));
    }

    #[test]
    fn what_was_long_ago_fades() {
        let mut durations = Durations::default();
        (0..500).for_each(|_| durations.note(10_000));
        (0..20_000).for_each(|_| durations.note(5));
        assert!(durations.upper().is_some_and(|ms| ms < 10));
    }
}
