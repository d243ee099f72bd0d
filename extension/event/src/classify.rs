//! Which trigger an event came from, and what it says of its source, caller and items.
//!
//! One file per family; the order in which they are asked decides for events that look like two.
mod alarm;
mod callback;
mod eventbridge;
mod hallmark;
mod http;
mod pipes;
mod pollers;
mod records;
mod streams;

use crate::batch::Item;
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
    /// Which attempt it is, counted from 1, where the event tells it; of a batch its first
    /// record's.
    pub attempt: Option<u32>,
    /// What an HTTP request asks for; none for other triggers.
    pub route: Option<Route>,
    /// The id of the organisation that the caller belongs to, where the front end tells it.
    pub organisation: Option<String>,
    /// The alias or version that was invoked, by the invocation's headers.
    pub alias: Option<String>,
    /// The tenant that the invocation is for, by its headers.
    pub tenant: Option<String>,
}

/// Tells an event's trigger by its shape. Never fails: what is unknown or cannot be read is
/// [`Trigger::Direct`].
pub fn classify(decoded: Decoded) -> Classified {
    let root = Value::root(&decoded);
    let assertions = recognise(root).unwrap_or_else(|| direct(decoded.raw()));
    let organisation = organisation(root, assertions.trigger);
    let invocation = decoded.raw().invocation();
    let alias = alias(&invocation.function_arn);
    let tenant = invocation.tenant_id.clone();
    let assertions = Assertions { organisation, alias, tenant, ..assertions };
    Classified { decoded, assertions }
}

/// The organisation of a caller with IAM (AWS Lambda Developer Guide, "Request payload format" of
/// function URLs; VPC Lattice User Guide, "Receive events from the VPC Lattice service").
fn organisation(root: Value<'_>, trigger: Trigger) -> Option<String> {
    let path: &[&str] = match trigger {
        Trigger::FunctionUrl => &["requestContext", "authorizer", "iam", "principalOrgId"],
        Trigger::LatticeV2 => &["requestContext", "identity", "principalOrgID"],
        _ => return None,
    };
    root.at(path).and_then(Value::name)
}

/// What follows the function's name in its ARN:
/// `arn:partition:lambda:region:account:function:name:qualifier`.
fn alias(function_arn: &str) -> Option<String> {
    function_arn.split(':').nth(7).map(str::to_owned)
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

    /// What a member of the object at a path of keys says: a text, cut to [`TEXT_BYTES_MAX`], or a
    /// number or word as it is written.
    ///
    /// [`TEXT_BYTES_MAX`]: crate::TEXT_BYTES_MAX
    pub fn told_at(&self, path: &[&str], key: &str) -> Option<String> {
        let value = Value::root(&self.decoded).at(path)?.get(key)?;
        let written = || std::str::from_utf8(value.json()).ok().map(str::to_owned);
        if value.is_text() { value.text() } else { written() }
    }

    /// The event as it came.
    pub fn raw(&self) -> &RawEvent {
        self.decoded.raw()
    }

    /// Where its outer members stand.
    pub(crate) fn decoded(&self) -> &Decoded {
        &self.decoded
    }

    /// The ids of all messages of an SQS batch, for `batchItemFailures`. `None` when the event is
    /// none, or when a message has no id that can be used. Costs one look at each message.
    pub fn message_ids(&self) -> Option<Vec<String>> {
        match self.assertions.trigger {
            Trigger::Sqs => records::message_ids(Value::root(&self.decoded)),
            _ => None,
        }
    }

    /// Whom an item of a batch says that it is from; none where items of its trigger say nothing of
    /// that, and the event's caller is that of all. Costs one look at the item.
    pub fn caller_of(&self, item: &Item) -> Option<Caller> {
        let record = Value::inside(self.raw().body().get(item.span.clone())?);
        let said = match self.trigger() {
            Trigger::Pipes => pipes::of_record(record, 1),
            trigger if trigger.names_callers_of_items() => records::of_record(record, 1),
            _ => return None,
        };
        Some(said.map_or(Caller::new("unknown"), |said| said.caller))
    }

    /// Takes it apart again: the event as it came, and what was read out of it.
    pub fn into_parts(self) -> (RawEvent, Assertions) {
        (self.decoded.into_raw(), self.assertions)
    }
}

impl Assertions {
    /// One item, not known to be a second attempt.
    fn new(trigger: Trigger, source: Source, caller: Caller) -> Self {
        Self {
            trigger,
            source,
            caller,
            items: Items::ONE,
            attempt: None,
            route: None,
            organisation: None,
            alias: None,
            tenant: None,
        }
    }

    /// The same with this many records.
    fn of(self, total: u32) -> Self {
        Self { items: Items { total, fifo: false }, ..self }
    }

    /// The same with what an HTTP request asks for.
    fn at(self, route: Route) -> Self {
        Self { route: Some(route), ..self }
    }

    /// The same as this attempt; 0 is none.
    fn attempt(self, attempt: Option<Value<'_>>) -> Self {
        Self { attempt: attempt.and_then(Value::count).filter(|count| *count > 0), ..self }
    }
}

/// An array is a batch of a pipe or of a resolver. Of an object the members that are hallmarks of a family are
/// noted in one look; then those families are asked in order.
fn recognise(root: Value<'_>) -> Option<Assertions> {
    if root.is_array() {
        return pipes::recognise(root).or_else(|| callback::appsync_batch(root));
    }
    let present = hallmark::of(root);
    hallmark::FAMILIES.iter().filter(|family| present.has(family.mark)).find_map(|family| {
        match (family.read)(root) {
            Some(assertions) => Some(Some(assertions)),
            // It claims to be of this family and is not: nobody else is asked.
            None if family.is_last => Some(None),
            None => None,
        }
    })?
}

/// A text with something in it.
fn name(value: Option<Value<'_>>) -> Option<String> {
    value.and_then(Value::name)
}

/// A direct invocation: only the headers say anything, and the caller influences them.
fn direct(raw: &RawEvent) -> Assertions {
    let kind = if raw.invocation().cognito_identity.is_some() { "cognito" } else { "unknown" };
    Assertions::new(Trigger::Direct, Source::default(), Caller::new(kind))
}

#[cfg(test)]
mod tests;
