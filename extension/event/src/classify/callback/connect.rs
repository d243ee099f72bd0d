//! Amazon Connect flows (Amazon Connect Administrator Guide, "Invoke AWS Lambda functions").
use crate::classify::{Assertions, name};
use crate::origin::{Caller, Source};
use crate::trigger::Trigger;
use crate::value::Value;

/// Reads an event with `Details`. The customer's number is personal data: the caller is the
/// contact.
pub(crate) fn recognise(root: Value<'_>) -> Option<Assertions> {
    let [kind, details] = root.members(["Name", "Details"]);
    let kind = kind?;
    if !kind.is("ContactFlowExecution") && !kind.is("ContactFlowEvent") {
        return None;
    }
    let [instance, contact] = details?.get("ContactData")?.members(["InstanceARN", "ContactId"]);
    let caller = Caller::with_id("session", name(contact));
    Some(Assertions::new(Trigger::Connect, Source::from_arn(name(instance)), caller))
}
