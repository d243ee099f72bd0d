//! Counts by name that stay small whatever names a ledger holds.
use std::collections::BTreeMap;

use serde::Serialize;

/// So many names are kept; the lightest go when there are twice as many.
const NAMES_MAX: usize = 2_000;
/// The longest name that is kept, in bytes; a longer one is cut.
const NAME_BYTES_MAX: usize = 256;

/// What can be counted under a name.
pub(super) trait Weight: Default {
    /// What decides which names stay.
    fn weight(&self) -> u64;
    /// Takes over what was counted under a name that goes.
    fn join(&mut self, other: Self);
}

impl Weight for u64 {
    fn weight(&self) -> u64 {
        *self
    }

    fn join(&mut self, other: Self) {
        *self = self.saturating_add(other);
    }
}

/// Counts by name. Heavy names are exact unless they were once among the lightest of many.
#[derive(Debug, Default)]
pub(super) struct Tally<V> {
    names: BTreeMap<String, V>,
    others: V,
}

impl<V: Weight> Tally<V> {
    /// The count of a name, made when it is new.
    pub(super) fn at(&mut self, name: &str) -> &mut V {
        let name = clip(name);
        if self.names.len() >= 2 * NAMES_MAX && !self.names.contains_key(name) {
            self.prune();
        }
        self.names.entry(name.to_owned()).or_default()
    }

    /// The heaviest names, the heaviest first, by a measure; those without any are left out.
    pub(super) fn top(&self, most: usize, by: impl Fn(&V) -> u64) -> Vec<(&str, &V)> {
        let mut rows: Vec<_> = self.names.iter().filter(|(_, it)| by(it) > 0).collect();
        rows.sort_by_key(|(name, it)| (u64::MAX - by(it), name.as_str()));
        rows.into_iter().take(most).map(|(name, it)| (name.as_str(), it)).collect()
    }

    fn prune(&mut self) {
        let mut weights: Vec<_> = self.names.values().map(V::weight).collect();
        weights.sort_unstable();
        let bound = weights.get(NAMES_MAX).copied().unwrap_or_default();
        let mut room = NAMES_MAX;
        for (name, it) in std::mem::take(&mut self.names) {
            if it.weight() >= bound && room > 0 {
                room -= 1;
                self.names.insert(name, it);
            } else {
                self.others.join(it);
            }
        }
    }
}

/// The beginning of a text, at a whole character.
pub(super) fn clip(text: &str) -> &str {
    text.get(..text.floor_char_boundary(NAME_BYTES_MAX)).unwrap_or_default()
}

/// Values by size: enough for quantiles to within one part in 32.
#[derive(Debug, Default)]
pub(super) struct Spread {
    buckets: BTreeMap<u64, u64>,
    count: u64,
    most: u64,
}

impl Spread {
    pub(super) fn add(&mut self, value: u64) {
        *self.buckets.entry(bucket(value)).or_default() += 1;
        self.count += 1;
        self.most = self.most.max(value);
    }

    /// The value that so many in a hundred do not exceed, from above.
    pub(super) fn quantile(&self, percent: u64) -> u64 {
        let wanted = (self.count * percent).div_ceil(100);
        let mut below = 0;
        for (bucket, count) in &self.buckets {
            below += count;
            if below >= wanted {
                return highest(*bucket).min(self.most);
            }
        }
        self.most
    }

    pub(super) fn most(&self) -> u64 {
        self.most
    }

    fn join(&mut self, other: Self) {
        for (bucket, count) in other.buckets {
            *self.buckets.entry(bucket).or_default() += count;
        }
        self.count += other.count;
        self.most = self.most.max(other.most);
    }
}

/// 32 buckets for each power of two.
fn bucket(value: u64) -> u64 {
    let exponent = u64::from(value.max(1).ilog2());
    if exponent < 5 { value } else { 32 * (exponent - 4) + (value >> (exponent - 5) & 31) }
}

/// The largest value in a bucket.
fn highest(bucket: u64) -> u64 {
    let Some(octave) = (bucket / 32).checked_sub(1) else { return bucket };
    let lowest = (32 + bucket % 32) << octave;
    lowest + ((1 << octave) - 1)
}

/// What is counted of a function.
#[derive(Debug, Default)]
pub(super) struct FunctionCounts {
    pub(super) invocations: u64,
    pub(super) refused: u64,
    pub(super) failed: u64,
    pub(super) durations_ms: Spread,
}

impl Weight for FunctionCounts {
    fn weight(&self) -> u64 {
        self.invocations
    }

    fn join(&mut self, other: Self) {
        self.invocations += other.invocations;
        self.refused += other.refused;
        self.failed += other.failed;
        self.durations_ms.join(other.durations_ms);
    }
}

/// What is counted of a caller, or of a trigger.
#[derive(Debug, Default, Clone, Copy, Serialize)]
pub(super) struct Pair {
    pub(super) invocations: u64,
    pub(super) refused: u64,
}

impl Weight for Pair {
    fn weight(&self) -> u64 {
        self.invocations
    }

    fn join(&mut self, other: Self) {
        self.invocations += other.invocations;
        self.refused += other.refused;
    }
}

/// What is counted of a check.
#[derive(Debug, Default, Clone, Copy, Serialize)]
pub(super) struct CheckCounts {
    pub(super) enforced: u64,
    pub(super) observed: u64,
}

impl CheckCounts {
    pub(super) fn sum(&self) -> u64 {
        self.enforced + self.observed
    }
}

impl Weight for CheckCounts {
    fn weight(&self) -> u64 {
        self.sum()
    }

    fn join(&mut self, other: Self) {
        self.enforced += other.enforced;
        self.observed += other.observed;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_heavy_name_stays_among_any_number_of_light_ones() {
        let mut tally = Tally::<u64>::default();
        for number in 0..50_000 {
            *tally.at(&format!("light-{number}")) += 1;
            *tally.at("heavy") += 1;
        }
        assert!(tally.names.len() <= 2 * NAMES_MAX, "{}", tally.names.len());
        assert_eq!(tally.top(1, |count| *count), [("heavy", &50_000)]);
        let sum: u64 = tally.names.values().sum();
        assert_eq!(sum + tally.others, 100_000);
    }

    #[test]
    fn quantiles_are_close_from_above() {
        let mut spread = Spread::default();
        (1..=10_000).for_each(|value| spread.add(value));
        for (percent, exact) in [(50, 5_000), (99, 9_900), (100, 10_000)] {
            let found = spread.quantile(percent);
            assert!((exact..=exact + exact / 32 + 1).contains(&found), "{percent}: {found}");
        }
        spread.add(u64::MAX);
        assert_eq!((spread.most(), spread.quantile(100)), (u64::MAX, u64::MAX));
    }

    #[test]
    fn every_value_lies_in_its_bucket() {
        for value in (0..100_000).chain([u64::MAX, u64::MAX / 3, 1 << 40]) {
            let bucket = bucket(value);
            assert!(highest(bucket) >= value, "{value}");
            assert!(bucket == 0 || highest(bucket - 1) < value, "{value}");
        }
    }

    #[test]
    fn a_long_name_is_cut_at_a_whole_character() {
        assert_eq!(clip(&"é".repeat(500)).len(), NAME_BYTES_MAX);
    }
}
