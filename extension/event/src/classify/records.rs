//! Batches with a top-level `Records` array; its first record decides.
mod s3;
mod sns;
mod sqs;

use super::Assertions;
use crate::value::Value;

pub(super) use sqs::message_ids;

/// Reads an event by the value of its `Records`.
pub(super) fn recognise(records: Value<'_>) -> Option<Assertions> {
    let (first, total) = records.first_of()?;
    // One look for all families: a record can be as large as the event.
    let [source, capital_source, arn, region, attributes, sns, identity, request, s3] = first
        .members([
            "eventSource",
            "EventSource",
            "eventSourceARN",
            "awsRegion",
            "attributes",
            "Sns",
            "userIdentity",
            "requestParameters",
            "s3",
        ]);
    let is = |source: Option<Value<'_>>, name| source.is_some_and(|source| source.is(name));
    if is(source, "aws:sqs") {
        return Some(sqs::read(total, arn, region, attributes));
    }
    if is(capital_source, "aws:sns") {
        return Some(sns::read(total, sns));
    }
    is(source, "aws:s3").then(|| s3::read(total, region, identity, request, s3))
}
