//! DynamoDB streams (AWS Lambda Developer Guide, "Using AWS Lambda with Amazon DynamoDB").
use super::First;
use crate::classify::{Assertions, name};
use crate::origin::{Caller, Source};
use crate::trigger::Trigger;

/// Only a deletion by time to live says who made the change: DynamoDB itself.
pub(crate) fn read(total: u32, first: &First<'_>) -> Assertions {
    let caller = match name(first.identity.and_then(|identity| identity.get("principalId"))) {
        Some(service) => Caller::with_id("service", service),
        None => Caller::new("unknown"),
    };
    Assertions::new(Trigger::DynamoDb, Source::from_arn(name(first.arn)), caller).of(total)
}
