//! What is known of one invocation that is held to ceilings, from its release to its end.

use crate::clock::{Clock, Stopwatch};
use std::cell::{Cell, RefCell};
use std::time::Duration;
use tokio::task::AbortHandle;
use tollgate_event::Invocation;
use tollgate_leak::Leaks as Found;
use tollgate_ledger::record::{
    Ceiling, Ceilings, Check as Fired, EndedBy, Invocation as Record, Outcome,
};
use tollgate_policy::{
    AfterTime, Bound, Bounds, CEILING_MEMORY, CEILING_RESPONSE, CEILING_TIME, Check, Choice as _,
    Effect, LeakAction, Leaks, Policy, Stopped, TimeBound,
};

/// The longest that is slept at once: wall time may go on while the monotonic clock stands still.
const SLEEP_MAX: Duration = Duration::from_secs(1);

/// One invocation's ceilings, and what was used of them.
#[derive(Debug)]
pub(crate) struct Watch {
    /// What an answer in the function's place needs to know, and Lambda's own deadline.
    invocation: Invocation,
    released_ms: u64,
    running: Stopwatch,
    time: Option<TimeBound>,
    response: Option<Bound<u64>>,
    memory: Option<MemoryBound>,
    leaks: Option<Leaks>,
    found: RefCell<Vec<Fired>>,
    after: AfterTime,
    bounds: RefCell<Option<Box<Bounds>>>,
    guard: RefCell<Option<AbortHandle>>,
    peer: Cell<u16>,
    memory_mb: Cell<u64>,
    reply_bytes: Cell<Option<u64>>,
    /// The check that ended it.
    ended_by: Cell<Option<&'static Check>>,
}

/// A bound on memory.
#[derive(Debug, Clone, Copy)]
pub(crate) struct MemoryBound {
    /// In MB.
    pub(crate) limit_mb: u64,
    /// Whether it is held or only noted.
    pub(crate) effect: Effect,
}

impl Watch {
    /// The watch over an invocation that is released at `released_ms` to a function of this much
    /// memory.
    pub(crate) fn new(
        invocation: Invocation,
        released_ms: u64,
        memory_mb: Option<u32>,
        bounds: Box<Bounds>,
    ) -> Self {
        let memory = bounds.memory_percent.zip(memory_mb).map(|(bound, configured)| MemoryBound {
            limit_mb: u64::from(configured) * u64::from(bound.limit) / 100,
            effect: bound.effect,
        });
        Self {
            invocation,
            released_ms,
            running: Stopwatch::start(),
            time: bounds.time,
            response: bounds.response_bytes,
            memory,
            leaks: bounds.leaks,
            found: RefCell::default(),
            after: bounds.after,
            bounds: RefCell::new(Some(bounds)),
            guard: RefCell::default(),
            peer: Cell::default(),
            memory_mb: Cell::default(),
            reply_bytes: Cell::default(),
            ended_by: Cell::default(),
        }
    }

    /// The invocation's request id.
    pub(crate) fn request_id(&self) -> &str {
        &self.invocation.request_id
    }

    /// What an answer in the function's place needs to know.
    pub(crate) fn invocation(&self) -> &Invocation {
        &self.invocation
    }

    /// The deadline that the function is shown in the place of Lambda's own.
    pub(crate) fn deadline_ms(&self) -> u64 {
        let lambda_ms = self.invocation.deadline_ms;
        self.time.map_or(lambda_ms, |time| time.deadline_ms(self.released_ms, lambda_ms))
    }

    /// Milliseconds since the release. Wall time, because an environment may have been frozen in
    /// between, and at least what the monotonic clock says, because wall time may be set back.
    pub(crate) fn used_ms(&self, clock: &Clock) -> u64 {
        let wall = clock.unix_ms().saturating_sub(self.released_ms);
        wall.max(self.running.micros() / 1000)
    }

    /// Waits until the function's time is up; for ever where it is not held to any.
    pub(crate) async fn time_is_up(&self, clock: &Clock) {
        let Some(time) = self.time.filter(|time| time.effect == Effect::Enforced) else {
            return std::future::pending().await;
        };
        loop {
            let left = time.allowed_ms.saturating_sub(self.used_ms(clock));
            if left == 0 {
                return;
            }
            tokio::time::sleep(Duration::from_millis(left).min(SLEEP_MAX)).await;
        }
    }

    /// Whether something must be looked at while the function runs.
    pub(crate) fn is_timed(&self) -> bool {
        self.time.is_some_and(|time| time.effect == Effect::Enforced) || self.memory.is_some()
    }

    /// Whether the function's answer is held to something.
    pub(crate) fn holds_reply(&self) -> bool {
        let held = |effect| effect == Effect::Enforced;
        self.time.is_some_and(|time| held(time.effect))
            || self.response.is_some_and(|bound| held(bound.effect))
            || self.leaks.is_some()
    }

    /// The most bytes that the answer may have, where it is held to that.
    pub(crate) fn response_bytes(&self) -> Option<u64> {
        let held = self.response.filter(|bound| bound.effect == Effect::Enforced);
        held.map(|bound| bound.limit)
    }

    /// What is looked for in the answer.
    pub(crate) fn leaks(&self) -> Option<Leaks> {
        self.leaks
    }

    /// Notes what was found in the answer; gives back the first check that does not let it pass
    /// with this action or a stricter one.
    pub(crate) fn saw_leaks(&self, found: &Found, least: LeakAction) -> Option<&'static str> {
        let mut first = None;
        for (check, action) in self.leaks.iter().flat_map(Leaks::iter) {
            let classes = found.iter().filter(|(class, _)| class.check() == Some(check));
            let count: u32 = classes.map(|(_, count)| count).sum();
            if count == 0 || action == LeakAction::Off {
                continue;
            }
            let held = action > LeakAction::Observe;
            let effect = if held { Effect::Enforced } else { Effect::Observed };
            self.found.borrow_mut().push(Fired {
                id: check.to_owned(),
                effect: effect.as_str().to_owned(),
                at: String::new(),
                detail: format!("{count} in the answer"),
            });
            if held && action >= least {
                first = first.or(Some(check));
            }
        }
        first
    }

    /// The bound on memory.
    pub(crate) fn memory(&self) -> Option<MemoryBound> {
        self.memory
    }

    /// Notes how much memory was seen in use.
    pub(crate) fn saw_memory(&self, mb: u64) {
        self.memory_mb.set(self.memory_mb.get().max(mb));
    }

    /// Notes how long an answer was that is not sent.
    pub(crate) fn saw_reply(&self, bytes: u64) {
        self.reply_bytes.set(Some(bytes));
    }

    /// What becomes of a function that is ended.
    pub(crate) fn after(&self) -> AfterTime {
        self.after
    }

    /// The port of the runtime's connection that the event went to; 0 before.
    pub(crate) fn peer(&self) -> u16 {
        self.peer.get()
    }

    /// Notes the connection that the event went to.
    pub(crate) fn released_to(&self, peer: u16) {
        self.peer.set(peer);
    }

    /// Keeps the handle of the task that guards the invocation.
    pub(crate) fn guarded_by(&self, guard: AbortHandle) {
        *self.guard.borrow_mut() = Some(guard);
    }

    /// The function answers, or the invocation has ended: nobody waits for its time any more.
    pub(crate) fn disarm(&self) {
        if let Some(guard) = self.guard.borrow_mut().take() {
            guard.abort();
        }
    }

    /// Ends the invocation for `check`; nothing where it was ended before. The task that guards it
    /// is the one that comes here, or was disarmed.
    pub(crate) fn stop(&self, policy: &Policy, check: &'static str) -> Option<Stopped> {
        let bounds = self.bounds.borrow_mut().take()?;
        drop(self.guard.borrow_mut().take());
        let stopped = bounds.stop(policy, Check::find(check)?)?;
        self.ended_by.set(Some(stopped.check()));
        Some(stopped)
    }

    /// The invocation had ended before its ceiling could end it.
    pub(crate) fn give_up(&self) {
        self.ended_by.set(None);
    }

    /// Whether a ceiling ended it.
    pub(crate) fn was_ended(&self) -> bool {
        self.ended_by.get().is_some()
    }

    /// The ceilings, for a record whose end is not known yet.
    pub(crate) fn limits(&self) -> Ceilings {
        let ceiling = |limit| Some(Ceiling { limit, ..Ceiling::default() });
        Ceilings {
            time_ms: self.time.and_then(|time| ceiling(time.allowed_ms)),
            response_bytes: self.response.and_then(|bound| ceiling(bound.limit)),
            memory_mb: self.memory.and_then(|bound| ceiling(bound.limit_mb)),
            after_time: self.time.map(|_| self.after.as_str().to_owned()),
            ..Ceilings::default()
        }
    }

    /// Writes into the record what was used, what was met and who ended it.
    pub(crate) fn complete(&self, record: &mut Record, clock: &Clock) {
        self.disarm();
        let used_ms = match record.times.replied {
            Some(replied) => replied.saturating_sub(self.released_ms),
            None => self.used_ms(clock),
        };
        let sent = record.response.as_ref().map(|response| response.bytes);
        let bytes = self.reply_bytes.get().or(sent);
        let mut ceilings = record.ceilings.take().unwrap_or_default();
        let memory_mb = Some(self.memory_mb.get()).filter(|mb| *mb > 0);
        for (ceiling, used, check, effect) in [
            (&mut ceilings.time_ms, Some(used_ms), CEILING_TIME, self.time.map(|it| it.effect)),
            (
                &mut ceilings.response_bytes,
                bytes,
                CEILING_RESPONSE,
                self.response.map(|it| it.effect),
            ),
            (&mut ceilings.memory_mb, memory_mb, CEILING_MEMORY, self.memory.map(|it| it.effect)),
        ] {
            let (Some(ceiling), Some(effect)) = (ceiling, effect) else { continue };
            ceiling.used = used;
            let over = used.is_some_and(|used| used > ceiling.limit);
            let ended = self.ended_by.get().is_some_and(|ended| ended.id == check);
            ceiling.exceeded = ended;
            if ended || over && effect == Effect::Observed {
                let effect = if ended { Effect::Enforced } else { Effect::Observed };
                record.checks.push(Fired {
                    id: check.to_owned(),
                    effect: effect.as_str().to_owned(),
                    at: String::new(),
                    detail: detail(used, ceiling.limit),
                });
            }
        }
        record.checks.append(&mut self.found.borrow_mut());
        ceilings.ended_by = ended_by(record.outcome);
        record.ceilings = Some(ceilings);
    }
}

fn detail(used: Option<u64>, limit: u64) -> String {
    match used {
        Some(used) if used > limit => format!("{used} > {limit}"),
        _ => format!("{limit} reached"),
    }
}

/// Who ended an invocation with this outcome; nobody knows of one that was lost.
fn ended_by(outcome: Outcome) -> Option<EndedBy> {
    match outcome {
        Outcome::Success | Outcome::Error | Outcome::Crash => Some(EndedBy::Function),
        Outcome::Ceiling => Some(EndedBy::Ceiling),
        Outcome::Timeout | Outcome::Shutdown => Some(EndedBy::Lambda),
        _ => None,
    }
}
