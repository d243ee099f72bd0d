//! Managed Instances: parked polls, and many invocations at a time.
//!
//! LAMBDA.md 1.9 after Lambda's core for Managed Instances (`invoke_router`, `running_invoke`,
//! `timeout_cache` in AWS's own emulator).
use std::collections::{HashMap, VecDeque};

use super::Current;
use crate::invocation::Answer;

/// Polls that can be parked; more get 500.
const PARKED_MAX: usize = 10_000;
/// How many timed-out invocations are remembered. The size in Lambda's core is not documented.
const LATE_MAX: usize = 10_000;

/// The parked polls and the running invocations.
#[derive(Debug, Default)]
pub(crate) struct Managed {
    parked: VecDeque<Slot>,
    polls: u64,
    flights: HashMap<String, Flight>,
    /// Request ids that timed out and were not answered since.
    late: VecDeque<String>,
}

/// One parked poll of the runtime.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Slot {
    poll: u64,
    /// Its connection is gone. As in Lambda's core it keeps its place, and loses what it is given.
    gone: bool,
}

/// One running invocation.
#[derive(Debug)]
pub(crate) struct Flight {
    pub(crate) current: Current,
    poll: u64,
    reply: Option<ReplyKind>,
}

/// What the runtime answers with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ReplyKind {
    Response,
    Error,
}

impl Managed {
    /// Parks one more poll; gives its number, or nothing if too many are parked.
    pub(crate) fn park(&mut self) -> Option<u64> {
        if self.parked.len() >= PARKED_MAX {
            return None;
        }
        self.polls += 1;
        self.parked.push_back(Slot { poll: self.polls, gone: false });
        Some(self.polls)
    }

    /// The client of a poll hung up.
    pub(crate) fn hang_up(&mut self, poll: u64) {
        if let Some(slot) = self.parked.iter_mut().find(|slot| slot.poll == poll) {
            slot.gone = true;
        }
        for flight in self.flights.values_mut() {
            if flight.poll == poll && flight.current.phases.event_taken.is_none() {
                flight.current.answer(unreachable());
            }
        }
    }

    /// The poll that waits longest.
    pub(crate) fn unpark(&mut self) -> Option<Slot> {
        self.parked.pop_front()
    }

    /// Hands an invocation to a poll.
    pub(crate) fn give(&mut self, slot: Slot, mut current: Current) {
        current.phases.dispatched = current.micros();
        if slot.gone {
            current.answer(unreachable());
        }
        let flight = Flight { current, poll: slot.poll, reply: None };
        self.flights.insert(flight.current.request_id.clone(), flight);
    }

    /// The invocation that was handed to this poll.
    pub(crate) fn given(&mut self, poll: u64) -> Option<&mut Current> {
        let given = self.flights.values_mut().find(|flight| {
            let phases = &flight.current.phases;
            flight.poll == poll && phases.event_taken.is_none() && flight.current.answer.is_none()
        });
        given.map(|flight| &mut flight.current)
    }

    pub(crate) fn flight(&mut self, request_id: &str) -> Option<&mut Flight> {
        self.flights.get_mut(request_id)
    }

    /// Whether an invocation has its answer, or is gone.
    pub(crate) fn is_settled(&self, request_id: &str) -> bool {
        self.flights.get(request_id).is_none_or(|flight| flight.current.answer.is_some())
    }

    pub(crate) fn end(&mut self, request_id: &str) -> Option<Current> {
        self.flights.remove(request_id).map(|flight| flight.current)
    }

    /// Ends an invocation whose time is up; its reply will be late.
    pub(crate) fn time_out(&mut self, request_id: &str) -> Option<Current> {
        let current = self.end(request_id)?;
        if self.late.len() >= LATE_MAX {
            self.late.pop_front();
        }
        self.late.push_back(request_id.to_owned());
        Some(current)
    }

    /// Whether a reply is late; the first one only, the next is for an unknown id.
    pub(crate) fn consume_late(&mut self, request_id: &str) -> bool {
        let found = self.late.iter().position(|id| id == request_id);
        found.is_some_and(|at| self.late.remove(at).is_some())
    }
}

impl Flight {
    /// A reply begins. An error may interrupt a response that is still being sent; everything
    /// else that comes second is refused.
    pub(crate) fn begin_reply(&mut self, kind: ReplyKind) -> bool {
        let allowed = match self.reply {
            None => true,
            Some(ReplyKind::Response) => kind == ReplyKind::Error,
            Some(ReplyKind::Error) => false,
        };
        let begins = allowed && self.current.answer.is_none();
        if begins {
            self.reply = Some(kind);
            let micros = self.current.micros();
            self.current.phases.response_started.get_or_insert(micros);
        }
        begins
    }

    /// Whether the reply that began last is of this kind.
    pub(crate) fn is_replying(&self, kind: ReplyKind) -> bool {
        self.reply == Some(kind)
    }
}

/// The poll that the event was written to had nobody at its other end.
fn unreachable() -> Answer {
    Answer::Crash {
        error_type: "Runtime.Unknown".to_owned(),
        message: "the runtime closed its poll before the event was written".to_owned(),
    }
}
