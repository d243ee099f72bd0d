//! Everything that has no form of its own for a no: a function error. SNS, S3, `EventBridge` and
//! asynchronous callers retry it and then use their dead-letter queue; a queue or a stream keeps
//! its batch; Cognito, `AppSync` resolvers, Connect and S3 Object Lambda report a failure to whoever
//! asked; `CodePipeline`, Config, Secrets Manager and `CodeDeploy` wait for another try.
use serde_json::json;

use super::Answer;
use crate::checks::Check;

/// Lambda keeps an error type only if it is `Function.` and letters ("Using the Lambda runtime
/// API", "Invocation error").
const ERROR_TYPE: &str = "Function.TollgateRefused";
/// The function's answer cannot carry what was refused.
const UNREADABLE_TYPE: &str = "Function.TollgateUnmerged";

pub(super) fn answer(check: &Check, request_id: &str) -> Answer {
    let message = format!("refused by Tollgate: check {}, request {request_id}", check.id);
    error(ERROR_TYPE, &message)
}

/// In place of an answer that no refused items can be added to.
pub(crate) fn unreadable(request_id: &str) -> Answer {
    let message = format!(
        "the function's answer is no report of item failures, and items were refused: request \
         {request_id}"
    );
    error(UNREADABLE_TYPE, &message)
}

fn error(error_type: &'static str, message: &str) -> Answer {
    let body = json!({ "errorType": error_type, "errorMessage": message });
    Answer::Error { error_type, body: body.to_string().into_bytes() }
}
