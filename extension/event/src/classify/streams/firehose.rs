//! Data Firehose (Amazon Data Firehose Developer Guide, "Transform source data"), and Kinesis Data
//! Analytics, whose preprocessing has the same shape.
use crate::classify::{Assertions, name};
use crate::origin::{Caller, Source};
use crate::trigger::Trigger;
use crate::value::Value;

/// Reads an event with `records`. The two differ in the ARN that they name; an event without one
/// (AWS's own samples have such) is Firehose's.
pub(crate) fn recognise(root: Value<'_>) -> Option<Assertions> {
    let [invocation, delivery, application, stream, source_stream, region, records] =
        root.members([
            "invocationId",
            "deliveryStreamArn",
            "applicationArn",
            "streamArn",
            "sourceKinesisStreamArn",
            "region",
            "records",
        ]);
    let (first, total) = records?.first_of()?;
    let _invocation = invocation.filter(|id| id.is_text())?;
    let [id, data] = first.members(["recordId", "data"]);
    let (_id, _data) = (id?, data?);
    let (trigger, arn, feeds) = match application {
        Some(application) => (Trigger::KinesisAnalytics, name(Some(application)), stream),
        None => (Trigger::Firehose, name(delivery), source_stream),
    };
    let stated = Source::from_arn(arn);
    let source = Source { region: stated.region.or_else(|| name(region)), ..stated };
    // The stream that feeds it, where there is one: who put the records is not said.
    let caller = match name(feeds) {
        Some(stream) => Caller::with_id("service", stream),
        None => Caller::new("unknown"),
    };
    Some(Assertions::new(trigger, source, caller).of(total))
}
