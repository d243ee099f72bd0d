//! When calls come, and whose they are.
use super::random::Random;

/// How calls are spread over the window.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Shape {
    /// Evenly
    Constant,
    /// More and more, fifty times as many at the end as at the beginning
    Exponential,
    /// Much at one time and little at another
    Random,
    /// Evenly, half of all to a tenth of the environments
    Leech,
    /// Nearly all in ten short bursts
    Burst,
}

/// Who runs up the bill.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Attack {
    /// Nobody
    None,
    /// One caller
    OneCaller,
    /// Ten thousand callers
    Callers,
    /// One caller, each call to one of ten thousand environments that just started
    Cold,
}

/// The calls of a run, step by step. The first steps lie before the window.
#[derive(Debug, Clone)]
pub(crate) struct Traffic {
    pub(super) shape: Shape,
    pub(super) attack: Attack,
    weights: Vec<u64>,
    total: u64,
    window_s: u64,
}

/// Steps of the window.
const STEPS: usize = 200;
/// Steps before it, so that the window begins with what the one before left.
const BEFORE: usize = 10;
/// An attack's calls in a minute.
const ATTACK_PER_MINUTE: u64 = 1_000_000;
/// The environments that an attack starts.
pub(super) const COLD: u32 = 10_000;

impl Traffic {
    pub(crate) fn new(
        shape: Shape,
        attack: Attack,
        environments: u32,
        calls: u32,
        window_s: u64,
    ) -> Self {
        let mut random = Random::new(7);
        let weights = (0..STEPS).scan(1000_u64, |growing, step| {
            *growing = *growing * 102 / 100;
            Some(match shape {
                Shape::Exponential => *growing,
                Shape::Random => 100 + random.below(3000),
                Shape::Burst if step % 20 == 9 => 40_000,
                Shape::Constant | Shape::Leech | Shape::Burst => 1000,
            })
        });
        let total = u64::from(environments) * u64::from(calls);
        Self { shape, attack, weights: weights.collect(), total, window_s }
    }

    /// The steps there are.
    pub(crate) const fn steps() -> usize {
        BEFORE + STEPS
    }

    /// Milliseconds from the window's beginning to a step's: where it begins, how long it is.
    pub(super) fn span(&self, step: usize) -> (i64, u64) {
        let length = self.window_s * 1000 / STEPS as u64;
        let before = i64::try_from(step).unwrap_or(0) - i64::try_from(BEFORE).unwrap_or(0);
        (before * i64::try_from(length).unwrap_or(1), length)
    }

    /// The calls of a step: those that are meant, and those of an attack.
    pub(super) fn calls(&self, step: usize) -> (u64, u64) {
        let first = self.weights.first().copied().unwrap_or(1);
        let within = step.checked_sub(BEFORE);
        let weight = within.and_then(|step| self.weights.get(step)).copied().unwrap_or(first);
        let sum: u64 = self.weights.iter().sum();
        let middle = within.is_some_and(|step| (STEPS * 2 / 5..STEPS * 3 / 5).contains(&step));
        let attacked = middle && self.attack != Attack::None;
        let attack =
            if attacked { ATTACK_PER_MINUTE * self.window_s / STEPS as u64 / 60 } else { 0 };
        (self.total * weight / sum.max(1), attack)
    }

    /// All calls that are meant, in the window.
    pub(super) const fn total(&self) -> u64 {
        self.total
    }
}
