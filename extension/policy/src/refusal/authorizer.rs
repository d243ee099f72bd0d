//! Authorizers: access is denied. API Gateway, `AppSync`, AWS `IoT` and Client VPN each ask in a form
//! of their own. A denial is cached like any other answer for as long as the authorizer says,
//! under the identity that it names; `AppSync` is told not to.
use serde::Deserialize;
use serde_json::{Value, json};
use tollgate_event::Classified;

use super::read;
use crate::checks::Check;

/// Names no caller: nothing that the event says of one is believed.
const PRINCIPAL: &str = "tollgate";
/// The shortest life that AWS `IoT` takes for an answer, in seconds ("Custom authentication",
/// `disconnectAfterInSeconds`).
const IOT_SECONDS_MIN: u32 = 300;

#[derive(Deserialize)]
struct Method {
    #[serde(rename = "methodArn")]
    arn: String,
}

/// REST and `WebSocket` APIs, and HTTP APIs with payload format 1.0: a policy ("Output from an API
/// Gateway Lambda authorizer").
pub(super) fn policy(event: &Classified, check: &Check, request_id: &str) -> Value {
    let resource = read(event).map_or_else(|| "*".to_owned(), |Method { arn }| arn);
    json!({
        "principalId": PRINCIPAL,
        "policyDocument": {
            "Version": "2012-10-17",
            "Statement": [
                { "Action": "execute-api:Invoke", "Effect": "Deny", "Resource": resource },
            ],
        },
        "context": { "code": check.id, "requestId": request_id },
    })
}

/// HTTP APIs with payload format 2.0. One that wants a policy takes this for a failure of its
/// authorizer, which denies access as well.
pub(super) fn simple(check: &Check, request_id: &str) -> Value {
    json!({
        "isAuthorized": false,
        "context": { "code": check.id, "requestId": request_id },
    })
}

/// `AppSync` ("Security", "`AWS_LAMBDA` authorization").
pub(super) fn appsync() -> Value {
    json!({ "isAuthorized": false, "ttlOverride": 0 })
}

/// AWS `IoT` Core ("Custom authentication and authorization").
pub(super) fn iot() -> Value {
    json!({
        "isAuthenticated": false,
        "principalId": PRINCIPAL,
        "disconnectAfterInSeconds": IOT_SECONDS_MIN,
        "refreshAfterInSeconds": IOT_SECONDS_MIN,
        "policyDocuments": [],
    })
}

#[derive(Deserialize)]
struct Connection {
    #[serde(rename = "schema-version")]
    schema_version: String,
}

/// AWS Client VPN ("Connection authorization", "Client connect handler"). Its second version
/// renamed the message.
pub(super) fn client_vpn(event: &Classified, check: &Check, request_id: &str) -> Value {
    let asked = read(event).map(|Connection { schema_version }| schema_version);
    let known = ["v1", "v2", "v3"].into_iter().find(|known| asked.as_deref() == Some(known));
    let version = known.unwrap_or("v3");
    let message = match version {
        "v1" => "error-msg-on-failed-posture-compliance",
        _ => "error-msg-on-denied-connection",
    };
    json!({
        "allow": false,
        message: super::words(check, request_id),
        "posture-compliance-statuses": [],
        "schema-version": version,
    })
}
