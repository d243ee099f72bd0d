//! Destinations of asynchronous invocations (AWS Lambda Developer Guide, "Capturing records of
//! Lambda asynchronous invocations"): what happened to another function's event.
use crate::classify::{Assertions, name};
use crate::origin::{Caller, Source};
use crate::trigger::Trigger;
use crate::value::Value;

/// Reads an event with `requestPayload`. Its count of attempts is the other function's.
pub(crate) fn recognise(root: Value<'_>) -> Option<Assertions> {
    let [version, context] = root.members(["version", "requestContext"]);
    let _version = version?;
    let [function, condition] = context?.members(["functionArn", "condition"]);
    let (function, _condition) = (name(function)?, condition?);
    let caller = Caller::with_id("service", "lambda.amazonaws.com".to_owned());
    Some(Assertions::new(Trigger::LambdaDestination, Source::from_arn(Some(function)), caller))
}
