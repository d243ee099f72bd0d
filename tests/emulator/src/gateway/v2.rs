//! Payload format 2.0: function URLs and HTTP APIs.
//!
//! Whether `rawPath` is decoded is not documented; here it is as sent.
use serde_json::{Map, Value, json};

use super::arrived::Arrived;
use super::reply::{self, Shaped};
use super::{Door, Gateway, routes};
use crate::clock;

const URL_ID: &str = "abcdefghijklmnopqrstuvwxyz012345";
const API_ID: &str = "a1b2c3d4e5";

/// The event of a function URL without authorisation.
pub(super) fn function_url(gateway: &Gateway, arrived: &Arrived) -> Value {
    let domain = format!("{URL_ID}.lambda-url.{}.on.aws", gateway.region);
    let context = Context { account: "anonymous", id: URL_ID, domain, stage: "$default" };
    event(arrived, &context, "$default", None)
}

/// The event of an HTTP API, or its own 404.
pub(super) fn http_api(gateway: &Gateway, arrived: &Arrived) -> Result<Value, Shaped> {
    let stage = gateway.stage.as_deref().unwrap_or("$default");
    let path = match stage {
        "$default" => Some(arrived.path.as_str()),
        stage => below_stage(&arrived.path, stage),
    };
    let met = match (path, gateway.routes.as_slice()) {
        (Some(_), []) => None,
        (Some(path), routes) => Some(
            routes::meet(routes, &arrived.method, path)
                .ok_or_else(|| reply::not_found(Door::HttpApi))?,
        ),
        (None, _) => return Err(reply::not_found(Door::HttpApi)),
    };
    let domain = format!("{API_ID}.execute-api.{}.amazonaws.com", gateway.region);
    let context = Context { account: &gateway.account, id: API_ID, domain, stage };
    let key = met.as_ref().map_or("$default", |met| met.key.as_str());
    Ok(event(arrived, &context, key, met.as_ref().map(|met| &met.parameters)))
}

/// The path after the stage that it begins with.
pub(super) fn below_stage<'a>(path: &'a str, stage: &str) -> Option<&'a str> {
    let rest = path.strip_prefix('/')?.strip_prefix(stage)?;
    match rest {
        "" => Some("/"),
        rest => rest.starts_with('/').then_some(rest),
    }
}

struct Context<'a> {
    account: &'a str,
    id: &'a str,
    domain: String,
    stage: &'a str,
}

fn event(
    arrived: &Arrived,
    context: &Context<'_>,
    key: &str,
    parameters: Option<&Map<String, Value>>,
) -> Value {
    let mut event = json!({
        "version": "2.0",
        "routeKey": key,
        "rawPath": arrived.path,
        "rawQueryString": arrived.query,
        "headers": headers(arrived, &context.domain),
        "requestContext": {
            "accountId": context.account,
            "apiId": context.id,
            "domainName": context.domain,
            "domainPrefix": context.id,
            "http": {
                "method": arrived.method,
                "path": arrived.path,
                "protocol": arrived.protocol,
                "sourceIp": arrived.peer.to_string(),
                "userAgent": arrived.header("user-agent").unwrap_or_default(),
            },
            "requestId": arrived.id,
            "routeKey": key,
            "stage": context.stage,
            "time": clock::log_time(arrived.unix_ms),
            "timeEpoch": arrived.unix_ms,
        },
    });
    let (body, encoded) = arrived.body_by_type();
    let cookies = cookies(arrived);
    let query = joined(arrived.query_decoded(), ",");
    let mut set = |name: &str, value: Value| {
        if let Some(event) = event.as_object_mut() {
            event.insert(name.to_owned(), value);
        }
    };
    // What there is none of is left out.
    if !cookies.is_empty() {
        set("cookies", json!(cookies));
    }
    if !query.is_empty() {
        set("queryStringParameters", Value::Object(query));
    }
    if let Some(parameters) = parameters.filter(|parameters| !parameters.is_empty()) {
        set("pathParameters", Value::Object(parameters.clone()));
    }
    if let Some(body) = body {
        set("body", json!(body));
    }
    set("isBase64Encoded", json!(encoded));
    event
}

/// The headers without cookies, values of one name joined by commas.
fn headers(arrived: &Arrived, domain: &str) -> Map<String, Value> {
    let others = arrived.headers.iter().filter(|(name, _)| name != "cookie" && name != "host");
    let host = ("host".to_owned(), domain.to_owned());
    joined(others.cloned().chain([host]), ",")
}

/// Format 2.0 has every cookie by itself.
fn cookies(arrived: &Arrived) -> Vec<String> {
    let sent = arrived.headers.iter().filter(|(name, _)| name == "cookie");
    let each = sent.flat_map(|(_, value)| value.split(';'));
    each.map(str::trim).filter(|cookie| !cookie.is_empty()).map(str::to_owned).collect()
}

fn joined(pairs: impl IntoIterator<Item = (String, String)>, between: &str) -> Map<String, Value> {
    let mut all: Map<String, Value> = Map::new();
    for (name, value) in pairs {
        let value = match all.get(&name).and_then(Value::as_str) {
            Some(before) => format!("{before}{between}{value}"),
            None => value,
        };
        all.insert(name, json!(value));
    }
    all
}
