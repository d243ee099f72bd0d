//! Everything that is no HTTP request: a function error. SNS, S3, EventBridge and asynchronous
//! callers retry it and then use their dead-letter queue; a queue keeps its batch.
use serde_json::json;

use super::Answer;
use crate::checks::Check;

/// Lambda keeps an error type only if it is `Function.` and letters ("Using the Lambda runtime
/// API", "Invocation error").
const ERROR_TYPE: &str = "Function.TollgateRefused";

pub(super) fn answer(check: &Check, request_id: &str) -> Answer {
    let message = format!("refused by Tollgate: check {}, request {request_id}", check.id);
    let body = json!({ "errorType": ERROR_TYPE, "errorMessage": message });
    Answer::Error { error_type: ERROR_TYPE, body: body.to_string().into_bytes() }
}
