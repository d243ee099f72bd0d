//! Ceilings: what one invocation may take, and what a granted one is held to while it runs.
use tollgate_event::RawEvent;

use crate::checks::{self, Check};
use crate::facts::Effect;
use crate::leaks::Leaks;
use crate::options::{AfterTime, LeakAction};
use crate::policy::Policy;
use crate::refusal::{Shape, Stopped};

/// What a policy says of one invocation; none is no bound of ours.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Ceilings {
    /// From the event's release to the function until its answer, in milliseconds.
    pub time_ms: Option<u64>,
    /// How much earlier the function is told that its time ends, in milliseconds. None: a
    /// twentieth of the time, at most 100.
    pub reserve_ms: Option<u64>,
    /// What becomes of a function that ran into its time.
    pub after_time: AfterTime,
    /// Bytes of the answer.
    pub response_bytes: Option<u64>,
    /// Items of a batch.
    pub items: Option<u32>,
    /// Attempts after the first, where the event tells.
    pub retries: Option<u32>,
    /// Times that the function came by in the chain of invocations that led to this one.
    pub hops: Option<u32>,
    /// Percent of the configured memory.
    pub memory_percent: Option<u32>,
}

/// What is looked for in the environment once an invocation is over; none is no look.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Leftovers {
    /// Child processes beyond those that were there before the first event.
    pub processes: Option<u32>,
    /// Open descriptors beyond those that were there before the first event.
    pub descriptors: Option<u32>,
}

impl Leftovers {
    /// Whether there is anything to look for.
    pub fn any(&self) -> bool {
        *self != Self::default()
    }
}

/// What a granted invocation is held to while it runs.
#[derive(Debug)]
pub struct Bounds {
    /// The function's time.
    pub time: Option<TimeBound>,
    /// What becomes of a function that is ended.
    pub after: AfterTime,
    /// Bytes of its answer.
    pub response_bytes: Option<Bound<u64>>,
    /// Percent of the configured memory.
    pub memory_percent: Option<Bound<u32>>,
    /// What is looked for in its answer.
    pub leaks: Option<Leaks>,
    standby: Standby,
}

/// A bound, and what happens where it is met.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bound<T> {
    /// The most that is allowed.
    pub limit: T,
    /// Whether it is held or only noted.
    pub effect: Effect,
}

/// A bound on time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TimeBound {
    /// Milliseconds from the release of the event.
    pub allowed_ms: u64,
    /// How much earlier the function is told to be done, in milliseconds.
    pub reserve_ms: u64,
    /// Whether it is held or only noted.
    pub effect: Effect,
}

impl TimeBound {
    /// The deadline that the function is shown, in milliseconds since the Unix epoch, for an event
    /// that is released at `released_ms` with Lambda's own deadline. Only a bound that is held
    /// lowers it.
    pub fn deadline_ms(&self, released_ms: u64, lambda_ms: u64) -> u64 {
        match self.effect {
            Effect::Observed => lambda_ms,
            Effect::Enforced => {
                let own = self.allowed_ms.saturating_sub(self.reserve_ms);
                lambda_ms.min(released_ms.saturating_add(own))
            }
        }
    }
}

/// What an answer in the function's place will be made of.
#[derive(Debug)]
enum Standby {
    /// Nothing is held, so there will be none.
    None,
    /// Its shape is known.
    Ready(Shape, String),
    /// It names parts of the event, which are looked up when they are needed.
    Later(RawEvent),
}

/// The longest reserve that nobody asked for, in milliseconds.
const RESERVE_MS_MAX: u64 = 100;

impl Ceilings {
    /// What an invocation is held to while it runs; nothing where no such ceiling is set.
    /// `effect` says what a check does on this event, `standby` what its answer is made of.
    pub(crate) fn bounds(
        &self,
        effect: impl Fn(&'static str) -> Option<Effect>,
        standby: impl FnOnce() -> Option<Shape>,
        event: &RawEvent,
        leaks: Leaks,
    ) -> Option<Box<Bounds>> {
        let time = self.time_ms.zip(effect(checks::CEILING_TIME));
        let response = self.response_bytes.zip(effect(checks::CEILING_RESPONSE));
        let memory = self.memory_percent.zip(effect(checks::CEILING_MEMORY));
        let effects = [time.map(second), response.map(second), memory.map(second)];
        let leaks = Some(leaks).filter(|leaks| leaks.strictest() > LeakAction::Off);
        if effects == [None; 3] && leaks.is_none() {
            return None;
        }
        let may_refuse = leaks.is_some_and(|leaks| leaks.strictest() > LeakAction::Observe);
        let standby = if may_refuse || effects.contains(&Some(Effect::Enforced)) {
            Standby::of(standby(), event)
        } else {
            Standby::None
        };
        Some(Box::new(Bounds {
            after: self.after_time,
            time: time.map(|(allowed_ms, effect)| self.time_bound(allowed_ms, effect)),
            response_bytes: response.map(|(limit, effect)| Bound { limit, effect }),
            memory_percent: memory.map(|(limit, effect)| Bound { limit, effect }),
            leaks,
            standby,
        }))
    }

    fn time_bound(&self, allowed_ms: u64, effect: Effect) -> TimeBound {
        let reserve = self.reserve_ms.unwrap_or_else(|| RESERVE_MS_MAX.min(allowed_ms / 20));
        TimeBound { allowed_ms, reserve_ms: reserve, effect }
    }
}

fn second<A, B>((_, second): (A, B)) -> B {
    second
}

impl Standby {
    fn of(ahead: Option<Shape>, event: &RawEvent) -> Self {
        match ahead {
            Some(shape) => Self::Ready(shape, event.invocation().request_id.clone()),
            None => Self::Later(event.clone()),
        }
    }
}

impl Bounds {
    /// What the caller gets in the function's place when `check` ends the invocation. None for an
    /// invocation that nothing could end.
    pub fn stop(self, policy: &Policy, check: &'static Check) -> Option<Stopped> {
        let (shape, request_id) = match self.standby {
            Standby::None => return None,
            Standby::Ready(shape, request_id) => (shape, request_id),
            Standby::Later(event) => {
                let request_id = event.invocation().request_id.clone();
                let event = tollgate_event::decode(event, policy.limits());
                let event = tollgate_event::classify(event);
                let source = policy.source_of(event.assertions());
                (Shape::of_running(&event, source, check), request_id)
            }
        };
        Some(Stopped::new(check, shape, request_id))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bound(allowed_ms: u64, reserve_ms: Option<u64>, effect: Effect) -> TimeBound {
        Ceilings { reserve_ms, ..Ceilings::default() }.time_bound(allowed_ms, effect)
    }

    #[test]
    fn the_function_is_told_to_be_done_before_its_time_ends() {
        let held = |allowed, reserve| bound(allowed, reserve, Effect::Enforced);
        assert_eq!(held(3000, None).deadline_ms(1_000_000, 1_030_000), 1_002_900);
        assert_eq!(held(1000, None).deadline_ms(1_000_000, 1_030_000), 1_000_950);
        assert_eq!(held(3000, Some(500)).deadline_ms(1_000_000, 1_030_000), 1_002_500);
        assert_eq!(held(3000, None).deadline_ms(1_000_000, 1_002_000), 1_002_000, "Lambda's own");
        assert_eq!(held(u64::MAX, None).deadline_ms(1_000_000, 1_002_000), 1_002_000);
        let noted = bound(3000, None, Effect::Observed);
        assert_eq!(noted.deadline_ms(1_000_000, 1_030_000), 1_030_000);
    }
}
