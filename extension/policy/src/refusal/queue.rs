//! SQS with `ReportBatchItemFailures` (AWS Lambda Developer Guide, "Implementing partial batch
//! responses"): all messages are reported, so that the queue keeps them. For a FIFO queue that
//! also keeps their order.
use serde_json::{Value, json};

use super::Answer;

pub(super) fn answer(message_ids: &[String]) -> Answer {
    let failures: Vec<Value> =
        message_ids.iter().map(|id| json!({ "itemIdentifier": id })).collect();
    let body = json!({ "batchItemFailures": failures });
    Answer::Response {
        content_type: "application/json",
        body: body.to_string().into_bytes(),
        streaming: false,
    }
}
