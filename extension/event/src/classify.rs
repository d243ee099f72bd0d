//! Which trigger an event came from, and what it says of its source, caller and items.
//!
//! One file per family; the order in which they are asked decides for events that look like two.
mod eventbridge;
mod http;
mod records;

use crate::decode::{Decoded, Fault};
use crate::origin::{Caller, Items, Route, Source};
use crate::raw::RawEvent;
use crate::trigger::Trigger;
use crate::value::Value;

/// An event whose trigger is known.
#[derive(Debug)]
pub struct Classified {
    decoded: Decoded,
    assertions: Assertions,
}

/// What an event says of itself. None of it is proved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assertions {
    /// The trigger, told by its shape.
    pub trigger: Trigger,
    /// The resource that sent it.
    pub source: Source,
    /// Who made the source send it.
    pub caller: Caller,
    /// Its records.
    pub items: Items,
    /// What an HTTP request asks for; none for other triggers.
    pub route: Option<Route>,
}

/// Tells an event's trigger by its shape. Never fails: what is unknown or cannot be read is
/// [`Trigger::Direct`].
pub fn classify(decoded: Decoded) -> Classified {
    let root = Value::root(&decoded);
    let assertions = recognise(root).unwrap_or_else(|| direct(decoded.raw()));
    Classified { decoded, assertions }
}

impl Classified {
    /// An event that nobody looked into: [`Trigger::Direct`], without faults.
    pub fn unread(raw: RawEvent) -> Self {
        let assertions = direct(&raw);
        Self { decoded: Decoded::unread(raw), assertions }
    }

    /// What the event says of itself.
    pub fn assertions(&self) -> &Assertions {
        &self.assertions
    }

    /// The trigger.
    pub fn trigger(&self) -> Trigger {
        self.assertions.trigger
    }

    /// What decoding found wrong.
    pub fn faults(&self) -> &[Fault] {
        self.decoded.faults()
    }

    /// The event as it came.
    pub fn raw(&self) -> &RawEvent {
        self.decoded.raw()
    }

    /// The ids of all messages of an SQS batch, for `batchItemFailures`. `None` when the event is
    /// none, or when a message has no id that can be used. Costs one look at each message.
    pub fn message_ids(&self) -> Option<Vec<String>> {
        match self.assertions.trigger {
            Trigger::Sqs => records::message_ids(Value::root(&self.decoded)),
            _ => None,
        }
    }

    /// Takes it apart again: the event as it came, and what was read out of it.
    pub fn into_parts(self) -> (RawEvent, Assertions) {
        (self.decoded.into_raw(), self.assertions)
    }
}

/// The order matters: `Records` before `requestContext` before `detail-type`, and the load
/// balancer's context before the gateways'.
fn recognise(root: Value<'_>) -> Option<Assertions> {
    let [durable, records, event_source, context, detail_type] = root.members([
        "DurableExecutionArn",
        "Records",
        "eventSource",
        "requestContext",
        "detail-type",
    ]);
    if durable.is_some() {
        return None;
    }
    if let Some(assertions) = records.and_then(records::recognise) {
        return Some(assertions);
    }
    if event_source.is_some() {
        return None;
    }
    if let Some(assertions) = context.and_then(|context| http::recognise(root, context)) {
        return Some(assertions);
    }
    detail_type.and_then(|detail_type| eventbridge::recognise(root, detail_type))
}

/// A direct invocation: only the headers say anything, and the caller influences them.
fn direct(raw: &RawEvent) -> Assertions {
    let kind = if raw.invocation().cognito_identity.is_some() { "cognito" } else { "unknown" };
    Assertions {
        trigger: Trigger::Direct,
        source: Source::default(),
        caller: Caller::new(kind),
        items: Items::ONE,
        route: None,
    }
}

#[cfg(test)]
mod tests;
