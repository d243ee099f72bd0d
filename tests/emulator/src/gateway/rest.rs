//! A REST API with proxy integration: payload format 1.0.
//!
//! The service keeps the spelling of header names; here they are in lower case, as HTTP/2 sends
//! them. Bodies that are UTF-8 come as text, others as base64, as if the type were among the API's
//! binary media types.
use serde_json::{Map, Value, json};

use super::arrived::{Arrived, listed};
use super::reply::{self, Shaped};
use super::routes::{self, Met};
use super::v2::below_stage;
use super::{Door, Gateway};
use crate::clock;

const API_ID: &str = "f6g7h8i9j0";

/// The event, or the reply of the API itself.
pub(super) fn event(gateway: &Gateway, arrived: &Arrived) -> Result<Value, Shaped> {
    let stage = gateway.stage.as_deref().unwrap_or("prod");
    // Outside of its stages the API has nothing, and says the same as for a wrong method or path.
    let nothing = || reply::not_found(Door::RestApi);
    let path = below_stage(&arrived.path, stage).ok_or_else(nothing)?;
    let met = match gateway.routes.as_slice() {
        [] => any(path),
        routes => routes::meet(routes, &arrived.method, path).ok_or_else(nothing)?,
    };
    let (body, encoded) = arrived.body_if(true);
    let query = arrived.query_decoded();
    Ok(json!({
        "resource": met.resource,
        "path": path,
        "httpMethod": arrived.method,
        "headers": arrived.headers_last(),
        "multiValueHeaders": arrived.headers_listed(),
        "queryStringParameters": or_null(query.iter().map(|(name, value)| (name.clone(), json!(value))).collect()),
        "multiValueQueryStringParameters": or_null(listed(query)),
        "pathParameters": or_null(met.parameters),
        "stageVariables": null,
        "requestContext": context(gateway, arrived, stage, &met.resource),
        "body": body,
        "isBase64Encoded": encoded,
    }))
}

/// What an API without routes of its own has: its root and everything below.
fn any(path: &str) -> Met {
    let routes = ["ANY /", "ANY /{proxy+}"].into_iter().filter_map(|route| route.parse().ok());
    let routes: Vec<_> = routes.collect();
    let nothing = || Met { resource: "/".to_owned(), key: String::new(), parameters: Map::new() };
    routes::meet(&routes, "ANY", path).unwrap_or_else(nothing)
}

fn context(gateway: &Gateway, arrived: &Arrived, stage: &str, resource: &str) -> Value {
    json!({
        "accountId": gateway.account,
        "apiId": API_ID,
        "domainName": format!("{API_ID}.execute-api.{}.amazonaws.com", gateway.region),
        "domainPrefix": API_ID,
        "extendedRequestId": arrived.id,
        "httpMethod": arrived.method,
        "identity": {
            "accessKey": null,
            "accountId": null,
            "caller": null,
            "cognitoAuthenticationProvider": null,
            "cognitoAuthenticationType": null,
            "cognitoIdentityId": null,
            "cognitoIdentityPoolId": null,
            "principalOrgId": null,
            "sourceIp": arrived.peer.to_string(),
            "user": null,
            "userAgent": arrived.header("user-agent"),
            "userArn": null,
        },
        "path": arrived.path,
        "protocol": arrived.protocol,
        "requestId": arrived.id,
        "requestTime": clock::log_time(arrived.unix_ms),
        "requestTimeEpoch": arrived.unix_ms,
        "resourceId": "r4nd0m",
        "resourcePath": resource,
        "stage": stage,
    })
}

/// Format 1.0 says `null` where format 2.0 leaves out.
fn or_null(map: Map<String, Value>) -> Value {
    if map.is_empty() { Value::Null } else { Value::Object(map) }
}
