//! Its cost is set aside; then, and only then, the event may go to the function.
use bytes::Bytes;

use super::case::Passed;
use super::items::Filtered;
use super::{Case, Permitted, Stage, spend};
use crate::ceilings::Bounds;
use crate::copies::Copies;
use crate::desk::Ticket;
use crate::facts::{DecisionKind, Facts};
use crate::plant;
use crate::refusal::{Refused, Shape};
use crate::withheld::Withheld;

/// An event that may be forwarded: the only type that gives the bytes out.
#[derive(Debug)]
pub struct Granted {
    body: Bytes,
    facts: Facts,
    filtered: Option<Box<Filtered>>,
    ticket: Ticket,
    bounds: Option<Box<Bounds>>,
}

/// Sets aside what the event may cost.
pub(crate) fn reserve(permitted: Permitted<'_>) -> Result<Granted, Box<Refused>> {
    plant::point(Stage::Reserve);
    let mut case = permitted.into_case();
    // What goes on without an item of one caller costs the others more: they are asked again.
    for round in 0..=ROUNDS_MOST {
        let is_done = spend::reserve(&mut case, round + 1 >= ROUNDS_MOST);
        case = case.go_on()?;
        if is_done {
            break;
        }
    }
    Ok(grant(case))
}

/// So often the callers of a batch are asked; whoever has no room then ends it for all. One round
/// more takes what budgets that only observe let pass.
const ROUNDS_MOST: u32 = 8;

/// A stage failed, and the policy lets such events pass: it only observes, or says
/// `on_error: allow`. `case` has gone on past the check `internal.panic`.
pub(crate) fn open_after_failure(case: Case<'_>) -> Granted {
    grant(case)
}

fn grant(case: Case<'_>) -> Granted {
    let Passed { body, facts, filtered, ticket, bounds } = case.pass();
    Granted { body, facts, filtered, ticket, bounds }
}

impl Granted {
    /// What is known of the event.
    pub fn facts(&self) -> &Facts {
        &self.facts
    }

    /// What must be stored before the event is forwarded: nobody else keeps these items. If that
    /// fails, it is [`not_stored`](Self::not_stored).
    pub fn copies(&self) -> Option<&Copies> {
        self.filtered.as_ref()?.copies.as_ref()
    }

    /// What must be merged into the function's answer, which may be nothing where the answer must
    /// only be read. Taken out before the event is forwarded, and before the ticket.
    pub fn take_withheld(&mut self) -> Option<Withheld> {
        let withheld = self.filtered.as_mut().and_then(|filtered| filtered.withheld.take());
        withheld.or_else(|| self.ticket.asks_answer().then(Withheld::nothing))
    }

    /// What is owed when the invocation has ended.
    pub fn ticket(&self) -> &Ticket {
        &self.ticket
    }

    /// What is owed when the invocation has ended. Taken out before the event is forwarded.
    pub fn take_ticket(&mut self) -> Ticket {
        std::mem::take(&mut self.ticket)
    }

    /// What the function is held to while it runs. Taken out before the event is forwarded.
    pub fn take_bounds(&mut self) -> Option<Box<Bounds>> {
        self.bounds.take()
    }

    /// The copies could not be stored: nothing is forwarded, and the source keeps the event.
    /// An event without copies is still granted. What it owes is to be withdrawn.
    pub fn not_stored(self) -> Result<Self, (Box<Refused>, Ticket)> {
        let Some(filtered) = self.filtered.as_ref().filter(|filtered| filtered.copies.is_some())
        else {
            return Ok(self);
        };
        let check = filtered.check;
        let mut facts = self.facts;
        facts.decision = DecisionKind::Refuse;
        facts.items_refused = facts.items_total;
        let refused = Refused::new(facts, check, Shape::FunctionError).not_stored();
        Err((Box::new(refused), self.ticket))
    }

    /// The bytes to forward, and the facts. The bytes are exactly those that Lambda sent, but for
    /// withheld items.
    pub fn into_parts(self) -> (Bytes, Facts) {
        (self.body, self.facts)
    }
}
