//! SQS with `ReportBatchItemFailures` (AWS Lambda Developer Guide, "Implementing partial batch
//! responses"): all messages are reported, so that the queue keeps them. For a FIFO queue that
//! also keeps their order.
use serde_json::{Value, json};

pub(super) fn answer(message_ids: &[String]) -> Value {
    let failures: Vec<Value> =
        message_ids.iter().map(|id| json!({ "itemIdentifier": id })).collect();
    json!({ "batchItemFailures": failures })
}
