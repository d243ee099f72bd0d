//! DocumentDB (AWS Lambda Developer Guide, "Using AWS Lambda with Amazon DocumentDB").
use crate::classify::{Assertions, name};
use crate::origin::{Caller, Source};
use crate::trigger::Trigger;
use crate::value::Value;

/// Who made the changes is not said.
pub(super) fn read(arn: Option<Value<'_>>, events: Option<Value<'_>>) -> Assertions {
    let total = events.and_then(Value::first_of).map_or(0, |(_, total)| total);
    let source = Source::from_arn(name(arn));
    Assertions::new(Trigger::DocumentDb, source, Caller::new("unknown")).of(total)
}
