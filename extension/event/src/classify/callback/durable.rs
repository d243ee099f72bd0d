//! Durable functions (AWS Lambda Developer Guide, "Lambda durable functions"): Lambda invokes the
//! function again with what it has done so far.
use crate::classify::{Assertions, name};
use crate::origin::{Caller, Source};
use crate::trigger::Trigger;
use crate::value::Value;

/// Reads an event with `DurableExecutionArn`. The checkpoint's token is a secret and is not taken.
pub(crate) fn recognise(root: Value<'_>) -> Option<Assertions> {
    let [execution, token, state] =
        root.members(["DurableExecutionArn", "CheckpointToken", "InitialExecutionState"]);
    let (_token, _state) = (token?, state?);
    let caller = Caller::with_id("service", "lambda.amazonaws.com".to_owned());
    Some(Assertions::new(Trigger::Durable, Source::from_arn(name(execution)), caller))
}
