//! What the events of one environment look like: sources, callers, shapes, sizes, rates and hours.
//! At most 32 KB, made when the first event is scored, and never more.
mod pace;
mod tally;

use pace::Pace;
use tally::Tally;
use tollgate_event::Digest;

use super::ticket::Ended;
use crate::trust::Inputs;

/// Successful events before something is called new.
const MATURE: u32 = 32;
/// Milliseconds between the first and the last lesson before an hour is called odd.
const DAYS_MS: u64 = 3 * 86_400_000;

/// What was learned. Only what the function answered with success teaches; so an attacker who is
/// refused cannot make their own events look usual.
#[derive(Debug, Default)]
pub struct Profile(Option<Box<Learned>>);

#[derive(Debug)]
struct Learned {
    lessons: u32,
    sources: Tally<64, u32>,
    callers: Tally<256, History>,
    /// Paths and types, with the trigger they belong to.
    features: Tally<1024, ()>,
    /// The smallest and the largest event, as doublings.
    sizes: Option<(u32, u32)>,
    hours: u32,
    first_ms: u64,
    last_ms: u64,
    pace: Pace,
}

/// What one caller did.
#[derive(Debug, Default, Clone, Copy)]
struct History {
    passed: u32,
    refused: u32,
    errors: u32,
    pace: Pace,
}

/// Calls of one caller that are remembered one by one; beyond, all counts are halved, so that the
/// past fades.
const CALLS_MAX: u32 = 512;

/// One event as the profile sees it.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(crate) struct Sighting {
    pub(crate) source: u64,
    pub(crate) caller: u64,
    pub(crate) features: Vec<u64>,
    pub(crate) bytes: u64,
    pub(crate) at_ms: u64,
}

/// What an event will teach once the function has answered it.
#[derive(Debug)]
pub(crate) struct Lesson(pub(crate) Sighting);

/// A name that stands for a source or a caller: nobody can make two that are alike.
pub(crate) fn name_of(parts: &[&str]) -> u64 {
    let digest = Digest::of(parts.join("\n").as_bytes());
    digest.as_bytes().first_chunk().map_or(1, |first| u64::from_be_bytes(*first).max(1))
}

impl Profile {
    /// What is known of an event's likes. The event itself is counted for its pace only.
    pub(crate) fn look(&mut self, sighting: &Sighting) -> Inputs {
        let learned = self.0.get_or_insert_with(Box::default);
        learned.look(sighting)
    }

    /// An event was refused: its caller is remembered for it.
    pub(crate) fn refused(&mut self, sighting: &Sighting) {
        let learned = self.0.get_or_insert_with(Box::default);
        learned.callers.entry(sighting.caller).add(|it| &mut it.refused);
    }

    /// An event ended.
    pub(super) fn settle(&mut self, lesson: &Lesson, ended: Ended) {
        let learned = self.0.get_or_insert_with(Box::default);
        let history = learned.callers.entry(lesson.0.caller);
        match ended {
            Ended::Success => {
                history.add(|it| &mut it.passed);
                learned.learn(&lesson.0);
            }
            Ended::Error | Ended::Timeout => history.add(|it| &mut it.errors),
            Ended::Lost => {}
        }
    }
}

impl Default for Learned {
    fn default() -> Self {
        Self {
            lessons: 0,
            sources: Tally::new(),
            callers: Tally::new(),
            features: Tally::new(),
            sizes: None,
            hours: 0,
            first_ms: 0,
            last_ms: 0,
            pace: Pace::default(),
        }
    }
}

impl Learned {
    fn look(&mut self, sighting: &Sighting) -> Inputs {
        let new = sighting.features.iter().filter(|it| self.features.get(**it).is_none()).count();
        let history = self.callers.entry(sighting.caller);
        let caller_haste = history.pace.beat(sighting.at_ms);
        let History { passed, refused, errors, .. } = *history;
        let doubling = doublings(sighting.bytes);
        Inputs {
            mature: self.lessons >= MATURE,
            source_seen: self.sources.get(sighting.source).copied().unwrap_or(0),
            caller_passed: passed,
            caller_refused: refused,
            caller_errors: errors,
            caller_haste,
            haste: self.pace.beat(sighting.at_ms),
            features: count(sighting.features.len()),
            features_new: count(new),
            size_beyond: self.sizes.map_or(0, |(least, most)| {
                least.saturating_sub(doubling).max(doubling.saturating_sub(most))
            }),
            odd_hour: self.last_ms.saturating_sub(self.first_ms) >= DAYS_MS
                && self.hours & hour(sighting.at_ms) == 0,
            ..Inputs::default()
        }
    }

    fn learn(&mut self, sighting: &Sighting) {
        let seen = self.sources.entry(sighting.source);
        *seen = seen.saturating_add(1);
        for feature in &sighting.features {
            self.features.entry(*feature);
        }
        let doubling = doublings(sighting.bytes);
        let (least, most) = self.sizes.unwrap_or((doubling, doubling));
        self.sizes = Some((least.min(doubling), most.max(doubling)));
        self.hours |= hour(sighting.at_ms);
        if self.lessons == 0 {
            self.first_ms = sighting.at_ms;
        }
        self.last_ms = self.last_ms.max(sighting.at_ms);
        self.lessons = self.lessons.saturating_add(1);
    }
}

impl History {
    fn add(&mut self, count: impl FnOnce(&mut Self) -> &mut u32) {
        if self.passed + self.refused + self.errors >= CALLS_MAX {
            for count in [&mut self.passed, &mut self.refused, &mut self.errors] {
                *count /= 2;
            }
        }
        *count(self) += 1;
    }
}

impl tally::Weighed for u32 {
    fn weight(&self) -> u32 {
        *self
    }
}

impl tally::Weighed for () {
    fn weight(&self) -> u32 {
        0
    }
}

impl tally::Weighed for History {
    fn weight(&self) -> u32 {
        self.passed + self.refused + self.errors
    }
}

fn doublings(bytes: u64) -> u32 {
    bytes.max(1).ilog2()
}

/// A bit for the hour of the day, in UTC.
fn hour(ms: u64) -> u32 {
    1 << (ms / 3_600_000 % 24)
}

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests;
