//! Amazon Lex: the conversation's intent ends as failed, with a message for the user.
use serde::Deserialize;
use serde_json::{Value, json};
use tollgate_event::Classified;

use super::{read, words};
use crate::checks::Check;

#[derive(Deserialize)]
struct Turn {
    #[serde(rename = "sessionState")]
    state: State,
}

#[derive(Deserialize)]
struct State {
    intent: Intent,
}

#[derive(Deserialize)]
struct Intent {
    name: String,
}

/// Version 2 ("Using an AWS Lambda function", "Response format"): it wants the intent named.
pub(super) fn v2(event: &Classified, check: &Check, request_id: &str) -> Option<Value> {
    let Turn { state } = read(event)?;
    Some(json!({
        "sessionState": {
            "dialogAction": { "type": "Close" },
            "intent": { "name": state.intent.name, "state": "Failed" },
        },
        "messages": [{ "contentType": "PlainText", "content": words(check, request_id) }],
    }))
}

/// Version 1 ("Lambda Function Input Event and Response Format").
pub(super) fn v1(check: &Check, request_id: &str) -> Value {
    json!({
        "sessionAttributes": {},
        "dialogAction": {
            "type": "Close",
            "fulfillmentState": "Failed",
            "message": { "contentType": "PlainText", "content": words(check, request_id) },
        },
    })
}
