//! A load balancer: it hands the query on as it was sent.
use serde_json::{Map, Value, json};

use super::Gateway;
use super::arrived::{Arrived, listed};

/// The event; with `multi` every header and parameter is a list.
pub(super) fn event(gateway: &Gateway, arrived: &Arrived, multi: bool) -> Value {
    let (region, account) = (&gateway.region, &gateway.account);
    let group = format!(
        "arn:aws:elasticloadbalancing:{region}:{account}:targetgroup/function/0123456789abcdef"
    );
    let (body, encoded) = arrived.body_by_type();
    let (headers, query) = if multi {
        (arrived.headers_listed(), listed(arrived.query_sent()))
    } else {
        (arrived.headers_last(), last(arrived.query_sent()))
    };
    let prefixed = |name: &str, multiple: &str| {
        if multi { multiple.to_owned() } else { name.to_owned() }
    };
    json!({
        "requestContext": { "elb": { "targetGroupArn": group } },
        "httpMethod": arrived.method,
        "path": arrived.path,
        prefixed("queryStringParameters", "multiValueQueryStringParameters"): query,
        prefixed("headers", "multiValueHeaders"): headers,
        "body": body.unwrap_or_default(),
        "isBase64Encoded": encoded,
    })
}

fn last(pairs: Vec<(String, String)>) -> Map<String, Value> {
    pairs.into_iter().map(|(name, value)| (name, json!(value))).collect()
}
