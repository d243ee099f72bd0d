//! From what is known to points. Whole numbers, so that a record can be added up again.
use crate::facts::{Contribution, Trust};

use super::TrustBounds;

/// Where every event starts: below `observe_below`'s usual 600, above `refuse_below`'s 300.
const START: i32 = 350;

/// What an event's word for its sender is worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(crate) enum Proved {
    /// Anybody who may invoke could have written it.
    #[default]
    Nothing,
    /// A field of the event, and nobody else may invoke.
    Asserted,
    /// A signature that was verified.
    Signed,
}

/// What the score is made of. Counts are of this environment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Inputs {
    pub(crate) proved: Proved,
    /// Whether enough events were learned to call something new.
    pub(crate) mature: bool,
    /// Successful events of the same source.
    pub(crate) source_seen: u32,
    /// Of the same caller: successful ones, refused ones, and those that ended in an error.
    pub(crate) caller_passed: u32,
    pub(crate) caller_refused: u32,
    pub(crate) caller_errors: u32,
    /// How many times faster than it used to, the caller calls; 0 and 1: not faster.
    pub(crate) caller_haste: u32,
    /// The same for all callers together.
    pub(crate) haste: u32,
    /// Paths and types in the event, and those of them that were never seen.
    pub(crate) features: u32,
    pub(crate) features_new: u32,
    /// Doublings beyond the largest or below the smallest event that was learned.
    pub(crate) size_beyond: u32,
    /// Whether events were learned for days, and never at this hour.
    pub(crate) odd_hour: bool,
    /// What detectors saw and were not sure of.
    pub(crate) near_misses: u32,
    /// Attempts before this one.
    pub(crate) retries: u32,
    /// Whether the same proof was seen before.
    pub(crate) replayed: bool,
}

/// Adds it up.
pub(crate) fn score(inputs: &Inputs, bounds: TrustBounds) -> Trust {
    let mut contributions = Vec::with_capacity(8);
    let mut add = |name, points| {
        if points != 0 {
            contributions.push(Contribution { name, points });
        }
    };
    add("start", START);
    match inputs.proved {
        Proved::Nothing => {}
        Proved::Asserted => add("proof.asserted", 150),
        Proved::Signed => add("proof.signed", 300),
    }
    add("source", novelty(inputs.mature, inputs.source_seen, 100, -100));
    add("caller", novelty(inputs.mature, inputs.caller_passed, 100, -50));
    let calls = [inputs.caller_passed, inputs.caller_refused, inputs.caller_errors];
    let calls = calls.into_iter().fold(0_u32, u32::saturating_add);
    add("caller.refusals", -share(inputs.caller_refused, calls, 400));
    add("caller.errors", -share(inputs.caller_errors, calls, 100));
    add("caller.rate", -doublings(inputs.caller_haste, 4, 25, 100));
    add("rate", -doublings(inputs.haste, 8, 25, 100));
    add("shape", shape(inputs));
    add("size", size(inputs));
    add("hour", if inputs.odd_hour { -50 } else { 0 });
    add("detectors", -times(inputs.near_misses, 50, 150));
    add("retries", -times(inputs.retries, 25, 75));
    add("replay", if inputs.replayed { -200 } else { 0 });
    let sum: i32 = contributions.iter().map(|part| part.points).sum();
    Trust { score: sum.clamp(0, 1000), refuse_below: bounds.refuse_below, contributions }
}

/// What was often seen adds; what was never seen takes, once enough was learned.
fn novelty(mature: bool, seen: u32, most: i32, new: i32) -> i32 {
    match seen {
        0 if mature => new,
        0 => 0,
        1..=3 => most / 4,
        4..=15 => most / 2,
        16..=63 => most / 4 * 3,
        _ => most,
    }
}

/// A part of a whole, of so many points.
fn share(part: u32, whole: u32, points: u32) -> i32 {
    let share = u64::from(part) * u64::from(points) / u64::from(whole.max(1));
    i32::try_from(share).unwrap_or(i32::MAX)
}

/// So many points for each doubling from `from` times on.
fn doublings(factor: u32, from: u32, points: u32, most: u32) -> i32 {
    match factor / from {
        0 => 0,
        over => times(over.ilog2() + 1, points, most),
    }
}

fn times(count: u32, points: u32, most: u32) -> i32 {
    i32::try_from(count.saturating_mul(points).min(most)).unwrap_or(i32::MAX)
}

fn shape(inputs: &Inputs) -> i32 {
    if !inputs.mature || inputs.features == 0 {
        return 0;
    }
    match inputs.features_new {
        0 => 100,
        new => -share(new.min(inputs.features), inputs.features, 200).max(20),
    }
}

fn size(inputs: &Inputs) -> i32 {
    match inputs.size_beyond {
        _ if !inputs.mature => 0,
        0 => 50,
        beyond => -times(beyond, 50, 150),
    }
}
