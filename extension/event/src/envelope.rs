//! Envelopes: what the services themselves write around the senders' content, checked strictly
//! and forward-compatibly. One table for each trigger, read by one piece of code.
mod check;
mod format;
mod shape;
mod tables;

use crate::classify::Classified;
use crate::decode::Fault;
use crate::value::Value;

/// The event claims to come from a trigger and is not what that service sends.
pub const ENVELOPE: &str = "schema.envelope";

impl Classified {
    /// What is wrong with the envelope: the first fault, if any. All records of a batch are
    /// looked at. A member that the table does not know is always fine, and so is an optional one
    /// that is `null`. The detail is a keyword (`required`, `type`, `format`, `enum` or `same`)
    /// and what was expected, never a value.
    ///
    /// Computed when asked: one pass over the event, time linear in its size.
    pub fn envelope_faults(&self) -> Vec<Fault> {
        let Some(shape) = tables::of(self.trigger()) else { return Vec::new() };
        let wrong = check::check(Value::root(self.decoded()), shape);
        wrong.map(|wrong| wrong.fault(ENVELOPE)).into_iter().collect()
    }
}

#[cfg(test)]
mod tests;
