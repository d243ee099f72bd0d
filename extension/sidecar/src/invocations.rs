//! The invocations that are with the function now, keyed by request id, and those just before.

use crate::limits::RECENT_MAX;
use crate::watchdog::Watch;
use std::collections::{HashMap, VecDeque};
use std::rc::Rc;
use tollgate_ledger::record::{Invocation, Outcome, Response};
use tollgate_policy::{Contexts, Ended, Ending, Ticket, Withheld};

/// An invocation that was released to the runtime. Its record is complete but for the end.
#[derive(Debug)]
pub(crate) struct Flight {
    record: Invocation,
    ticket: Option<Ticket>,
    withheld: Option<Rc<Withheld>>,
    watch: Option<Rc<Watch>>,
}

impl Flight {
    /// Takes a record whose end is not known yet.
    pub(crate) fn new(record: Invocation) -> Self {
        Self { record, ticket: None, withheld: None, watch: None }
    }

    /// The same, with what its grant owes.
    pub(crate) fn owing(self, ticket: Ticket) -> Self {
        Self { ticket: Some(ticket), ..self }
    }

    /// The same, with items to merge into the function's answer.
    pub(crate) fn withholding(self, withheld: Option<Withheld>) -> Self {
        Self { withheld: withheld.map(Rc::new), ..self }
    }

    /// The same, held to ceilings.
    pub(crate) fn watched(mut self, watch: Option<Rc<Watch>>) -> Self {
        self.record.ceilings = watch.as_ref().map(|watch| watch.limits());
        Self { watch, ..self }
    }

    /// Notes that withheld items were merged into the answer.
    pub(crate) fn merged(mut self) -> Self {
        if let Some(withheld) = &mut self.record.withheld {
            withheld.merged = true;
        }
        self
    }

    /// The invocation's request id.
    pub(crate) fn request_id(&self) -> &str {
        &self.record.request_id
    }

    /// The record as it is now: what a crash would leave.
    pub(crate) fn record(&self) -> &Invocation {
        &self.record
    }

    /// The record of a refusal that Lambda took at `replied_ms` of Unix time.
    pub(crate) fn refused(mut self, replied_ms: u64) -> Landed {
        self.record.outcome = Outcome::Refused;
        self.record.times.replied = Some(replied_ms);
        self.landed()
    }

    /// The record without a reply: the invocation ended some other way.
    pub(crate) fn unanswered(mut self, outcome: Outcome) -> Landed {
        self.record.outcome = outcome;
        self.landed()
    }

    /// The record of an invocation that a ceiling ended, answered at `replied_ms` of Unix time.
    pub(crate) fn stopped(mut self, replied_ms: u64, note: Option<&str>) -> Landed {
        self.record.outcome = Outcome::Ceiling;
        self.record.times.replied = Some(replied_ms);
        self.record.note = note.map(str::to_owned);
        self.landed()
    }

    /// The record with the reply that Lambda took at `replied_ms` of Unix time.
    pub(crate) fn answered(
        mut self,
        outcome: Outcome,
        error_type: Option<String>,
        response: Response,
        replied_ms: u64,
    ) -> Landed {
        self.record.outcome = outcome;
        self.record.error_type = error_type;
        self.record.response = Some(response);
        self.record.times.replied = Some(replied_ms);
        self.landed()
    }

    fn landed(self) -> Landed {
        Landed { record: self.record, ticket: self.ticket, watch: self.watch }
    }
}

/// An invocation that has ended: its record, and what its grant owes.
#[derive(Debug)]
pub(crate) struct Landed {
    /// The record, complete.
    pub(crate) record: Invocation,
    /// What is to be settled; nothing for what was refused or never passed the gate.
    pub(crate) ticket: Option<Ticket>,
    /// The ceilings it was held to.
    pub(crate) watch: Option<Rc<Watch>>,
}

impl Landed {
    /// How it ended, in the words of the policy.
    pub(crate) fn ending(record: &Invocation) -> Ending {
        let at_ms = record.times.replied.unwrap_or(record.times.received);
        Ending {
            outcome: match record.outcome {
                Outcome::Success => Ended::Success,
                Outcome::Error => Ended::Error,
                Outcome::Ceiling | Outcome::Timeout => Ended::Timeout,
                _ => Ended::Lost,
            },
            duration_ms: at_ms.saturating_sub(record.times.received),
            response_bytes: record.response.as_ref().map_or(0, |response| response.bytes),
            at_ms,
        }
    }
}

/// All flights, and the ids of those that landed not long ago.
#[derive(Debug, Default)]
pub(crate) struct Invocations {
    open: HashMap<String, Flight>,
    recent: VecDeque<Recent>,
    stopped: VecDeque<String>,
    any_before: bool,
}

#[derive(Debug)]
struct Recent {
    request_id: String,
    /// Tells nearly all other ids apart without a look at them: each event asks about all.
    tag: u64,
    billed: bool,
}

impl Recent {
    fn new(request_id: &str) -> Self {
        Self { request_id: request_id.to_owned(), tag: tag(request_id), billed: false }
    }

    fn is(&self, request_id: &str, tag: u64) -> bool {
        self.tag == tag && self.request_id == request_id
    }
}

/// A number for an id; equal ids have equal ones.
fn tag(request_id: &str) -> u64 {
    let step = |tag: u64, byte: u8| (tag ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3);
    request_id.bytes().fold(0xCBF2_9CE4_8422_2325, step)
}

impl Invocations {
    /// Whether no event came before; true once.
    pub(crate) fn take_cold_start(&mut self) -> bool {
        !std::mem::replace(&mut self.any_before, true)
    }

    /// What must be merged into the answer to this request id.
    pub(crate) fn withheld(&self, request_id: &str) -> Option<Rc<Withheld>> {
        self.open.get(request_id)?.withheld.clone()
    }

    /// The function's answer to this request id was read.
    pub(crate) fn answered(&mut self, request_id: &str, answer: &[u8]) {
        let flight = self.open.get_mut(request_id);
        if let Some(ticket) = flight.and_then(|flight| flight.ticket.as_mut()) {
            ticket.answered(answer);
        }
    }

    /// The ceilings that this request id is held to.
    pub(crate) fn watch(&self, request_id: &str) -> Option<Rc<Watch>> {
        self.open.get(request_id)?.watch.clone()
    }

    /// The function's ARN, and the contexts that it was called with, where this request id is with
    /// it now.
    pub(crate) fn signer(&self, request_id: &str) -> Option<(&str, &Contexts)> {
        let flight = self.open.get(request_id)?;
        let function = flight.record.function.as_deref().unwrap_or_default();
        Some((function, flight.ticket.as_ref()?.contexts()))
    }

    /// A ceiling ends this invocation: what the function says of it from now on is late.
    pub(crate) fn stop(&mut self, request_id: &str) {
        if self.stopped.len() >= RECENT_MAX {
            self.stopped.pop_front();
        }
        self.stopped.push_back(request_id.to_owned());
    }

    /// Whether a ceiling has ended this invocation.
    pub(crate) fn was_stopped(&self, request_id: &str) -> bool {
        self.stopped.iter().any(|stopped| stopped == request_id)
    }

    /// Whether this request id is with the function now.
    pub(crate) fn is_open(&self, request_id: &str) -> bool {
        self.open.contains_key(request_id)
    }

    /// Notes a release. An id that is released again (the runtime's connection broke, and Lambda
    /// handed out the same invocation) keeps its first entry: one `next`, one record.
    pub(crate) fn release(&mut self, flight: Flight) {
        self.open.entry(flight.request_id().to_owned()).or_insert(flight);
    }

    /// Forgets a flight that has not begun after all; false where it has ended meanwhile.
    pub(crate) fn withdraw(&mut self, request_id: &str) -> bool {
        self.open.remove(request_id).is_some()
    }

    /// Ends a flight. Nothing when it is unknown or has ended before.
    pub(crate) fn land(&mut self, request_id: &str) -> Option<Flight> {
        let flight = self.open.remove(request_id)?;
        self.remember(request_id);
        Some(flight)
    }

    /// Ends all flights, in the order of their arrival.
    pub(crate) fn land_all(&mut self) -> Vec<Flight> {
        let mut flights: Vec<Flight> = self.open.drain().map(|(_, flight)| flight).collect();
        tollgate_order::sort_by_key(&mut flights, |flight| flight.record().times.received);
        for flight in &flights {
            self.remember(flight.request_id());
        }
        flights
    }

    /// Remembers an invocation that ended: a bill may come for it.
    pub(crate) fn remember(&mut self, request_id: &str) {
        if self.recent.len() >= RECENT_MAX {
            self.recent.pop_front();
        }
        self.recent.push_back(Recent::new(request_id));
    }

    /// Whether this id ended not long ago.
    pub(crate) fn has_ended(&self, request_id: &str) -> bool {
        let tag = tag(request_id);
        self.recent.iter().rev().any(|recent| recent.is(request_id, tag))
    }

    /// Takes the one bill of an id. Telemetry comes from an unauthenticated sender, so an id that
    /// was never relayed, or was billed before, is refused.
    pub(crate) fn take_report(&mut self, request_id: &str) -> bool {
        let tag = tag(request_id);
        let unbilled = |recent: &&mut Recent| recent.is(request_id, tag) && !recent.billed;
        match self.recent.iter_mut().find(unbilled) {
            Some(recent) => !std::mem::replace(&mut recent.billed, true),
            None => false,
        }
    }

    /// Whether the bill of the last invocation is still to come.
    pub(crate) fn report_is_due(&self) -> bool {
        self.recent.back().is_some_and(|recent| !recent.billed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn flight(request_id: &str, received: u64) -> Flight {
        let mut record = Invocation { request_id: request_id.to_owned(), ..Invocation::default() };
        record.times.received = received;
        Flight::new(record)
    }

    #[test]
    fn an_id_that_is_released_twice_lands_once() {
        let mut invocations = Invocations::default();
        invocations.release(flight("a", 1));
        invocations.release(flight("a", 2));
        let landed = invocations.land("a").unwrap();
        assert_eq!(landed.record().times.received, 1);
        assert!(invocations.land("a").is_none());
    }

    #[test]
    fn security_a_bill_is_taken_once_and_only_for_a_known_id() {
        let mut invocations = Invocations::default();
        invocations.release(flight("a", 1));
        assert!(!invocations.take_report("a"), "not ended yet");
        invocations.land("a");
        assert!(invocations.report_is_due());
        assert!(!invocations.take_report("b"));
        assert!(invocations.take_report("a"));
        assert!(!invocations.take_report("a"));
        assert!(!invocations.report_is_due());
    }

    #[test]
    fn the_memory_of_ended_invocations_is_bounded() {
        let mut invocations = Invocations::default();
        for index in 0..RECENT_MAX + 10 {
            invocations.remember(&index.to_string());
        }
        assert_eq!(invocations.recent.len(), RECENT_MAX);
        assert!(!invocations.has_ended("0"));
        assert!(invocations.has_ended(&(RECENT_MAX + 9).to_string()));
    }
}
