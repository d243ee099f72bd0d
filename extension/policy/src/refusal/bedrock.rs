//! Agents for Amazon Bedrock ("Configure Lambda functions to send information that an Amazon
//! Bedrock agent elicits from the user", response event): an action with an API schema gets a
//! status, an action with function details the state `FAILURE`, so that the agent does not try
//! again with other words.
use serde::Deserialize;
use serde_json::{Value, json};
use tollgate_event::Classified;

use super::{read, words};
use crate::checks::Check;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Call {
    action_group: String,
    api_path: Option<String>,
    http_method: Option<String>,
    function: Option<String>,
}

/// None where the event does not say which action it asks for.
pub(super) fn answer(event: &Classified, check: &Check, request_id: &str) -> Option<Value> {
    let Call { action_group, api_path, http_method, function } = read(event)?;
    let body = json!({ "body": words(check, request_id) });
    let response = match (function, api_path, http_method) {
        (Some(function), ..) => json!({
            "actionGroup": action_group,
            "function": function,
            "functionResponse": { "responseState": "FAILURE", "responseBody": { "TEXT": body } },
        }),
        (None, Some(path), Some(method)) => json!({
            "actionGroup": action_group,
            "apiPath": path,
            "httpMethod": method,
            "httpStatusCode": check.status,
            "responseBody": { "application/json": body },
        }),
        _ => return None,
    };
    Some(json!({ "messageVersion": "1.0", "response": response }))
}
