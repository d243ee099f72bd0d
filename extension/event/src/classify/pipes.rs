//! EventBridge Pipes (Amazon EventBridge User Guide, "Amazon EventBridge Pipes event sources"): an
//! array of records as their source gives them; the first one decides.
use super::records::{First, read_dynamodb, read_kinesis, read_sqs};
use super::{Assertions, pollers};
use crate::trigger::Trigger;
use crate::value::Value;

/// Reads an array. One whose records name no source that a pipe can have is something else, such
/// as the output of the pipe's own transformation.
pub(super) fn recognise(root: Value<'_>) -> Option<Assertions> {
    let (record, total) = root.first_of()?;
    of_record(record, total)
}

/// The same by its first record, or by any of them what that one says.
pub(super) fn of_record(record: Value<'_>, total: u32) -> Option<Assertions> {
    let first = First::of(record);
    let arn = || record.get("eventSourceArn");
    let of_source = match () {
        () if first.is("aws:sqs") => read_sqs(total, &first),
        () if first.is("aws:kinesis") => read_kinesis(total, &first),
        () if first.is("aws:dynamodb") => read_dynamodb(total, &first),
        () if first.is("aws:kafka") => pollers::msk(arn()).of(total),
        () if first.is("SelfManagedKafka") => pollers::self_managed().of(total),
        // The pipe's name for it, and the event source mapping's.
        () if first.is("aws:amq") || first.is("aws:mq") => pollers::active(arn()).of(total),
        () if first.is("aws:rmq") => pollers::rabbit(arn()).of(total),
        () => return None,
    };
    Some(Assertions { trigger: Trigger::Pipes, ..of_source })
}
