//! The end of a tumbling window: a stream's event that may have no records (AWS Lambda Developer
//! Guide, "Implementing stateful Kinesis stream processing").
use crate::classify::Assertions;
use crate::origin::{Caller, Source};
use crate::trigger::Trigger;
use crate::value::Value;

pub(super) fn recognise(root: Value<'_>) -> Option<Assertions> {
    let [records, window, arn] = root.members(["Records", "window", "eventSourceARN"]);
    let _window = window.filter(|window| window.is_object())?;
    let _records = records.filter(|records| records.is_array())?;
    let arn = arn?.name()?;
    let trigger = match arn.split(':').nth(2) {
        Some("kinesis") => Trigger::Kinesis,
        Some("dynamodb") => Trigger::DynamoDb,
        _ => return None,
    };
    Some(Assertions::new(trigger, Source::from_arn(Some(arn)), Caller::new("unknown")).of(0))
}
