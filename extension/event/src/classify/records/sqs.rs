//! SQS (AWS Lambda Developer Guide, "Using Lambda with Amazon SQS").
use super::First;
use crate::classify::Assertions;
use crate::origin::{Caller, Items, Source};
use crate::trigger::Trigger;
use crate::value::Value;

/// SQS message ids are UUIDs; a longer text is none.
const MESSAGE_ID_BYTES_MAX: usize = 100;

pub(crate) fn read(total: u32, first: &First<'_>) -> Assertions {
    let arn = first.arn.and_then(Value::text);
    // The name of a FIFO queue ends so, and no other's may (SQS API, `CreateQueue`).
    let fifo = arn
        .as_deref()
        .is_some_and(|arn| arn.rsplit_once('.').is_some_and(|(_, end)| end == "fifo"));
    let mut source = Source::from_arn(arn);
    source.region = first.region.and_then(Value::text).or(source.region);
    let [sender, received] = first.attributes.map_or([None; 2], |attributes| {
        attributes.members(["SenderId", "ApproximateReceiveCount"])
    });
    let caller = Caller::with_id("sender", sender.and_then(Value::text));
    let batch = Assertions::new(Trigger::Sqs, source, caller).attempt(received);
    Assertions { items: Items { total, fifo }, ..batch }
}

/// The ids of all messages, in order; none if one of them is missing or no id.
pub(crate) fn message_ids(root: Value<'_>) -> Option<Vec<String>> {
    let records = root.get("Records").filter(|records| records.is_whole())?;
    let mut ids = Some(Vec::new());
    records.each_element(|message| {
        let id = message.get("messageId").and_then(Value::text);
        let id = id.filter(|id| !id.is_empty() && id.len() <= MESSAGE_ID_BYTES_MAX);
        match (id, &mut ids) {
            (Some(id), Some(known)) => known.push(id),
            _ => ids = None,
        }
    });
    ids
}
