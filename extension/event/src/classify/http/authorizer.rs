//! API Gateway Lambda authorizers (Amazon API Gateway Developer Guide, "Input to an API Gateway
//! Lambda authorizer" and "Control access to HTTP APIs with AWS Lambda authorizers").
use crate::classify::{Assertions, name};
use crate::origin::{Caller, Route, Source};
use crate::trigger::Trigger;
use crate::value::Value;

/// Reads an event with a `methodArn` or `routeArn`. The caller is who asks, not yet proved by
/// anything: its token is a secret and is not taken.
pub(crate) fn recognise(root: Value<'_>) -> Option<Assertions> {
    let [kind, method_arn, route_arn, token, version, context] = root.members([
        "type",
        "methodArn",
        "routeArn",
        "authorizationToken",
        "version",
        "requestContext",
    ]);
    let kind = kind?;
    if kind.is("TOKEN") {
        let (arn, _token) = (method_arn?.text()?, token?);
        let caller = Caller::new("unknown");
        return Some(Assertions::new(Trigger::AuthorizerToken, stage(&arn), caller));
    }
    let second = version.is_some_and(|version| version.is("2.0")) && route_arn.is_some();
    let arn = if second { route_arn } else { method_arn }?.text()?;
    if !kind.is("REQUEST") {
        return None;
    }
    let trigger = if second { Trigger::AuthorizerRequestV2 } else { Trigger::AuthorizerRequest };
    let [identity, http] =
        context.map_or([None; 2], |context| context.members(["identity", "http"]));
    let asks = if second { http } else { identity };
    let [address, api_key] = asks.map_or([None; 2], |asks| asks.members(["sourceIp", "apiKeyId"]));
    let caller = Caller::new("unknown").at(name(address)).by_key(name(api_key));
    Some(Assertions::new(trigger, stage(&arn), caller).at(route(root, http, second)))
}

/// The API's stage: `methodArn` goes on with the method and the resource.
fn stage(arn: &str) -> Source {
    let end = arn.match_indices('/').nth(1).map_or(arn.len(), |(end, _)| end);
    Source::from_arn(arn.get(..end).map(str::to_owned))
}

/// The request to decide on.
fn route(root: Value<'_>, http: Option<Value<'_>>, second: bool) -> Route {
    let text = |value: Option<Value<'_>>| value.and_then(Value::text);
    let [method, path, resource, route_key, raw_path] =
        root.members(["httpMethod", "path", "resource", "routeKey", "rawPath"]);
    if second {
        let method = http.and_then(|http| http.get("method"));
        let (path, route_key) = (text(raw_path), text(route_key));
        return Route { method: text(method), path, route_key, multi_value_headers: false };
    }
    let route_key = text(resource);
    Route { method: text(method), path: text(path), route_key, multi_value_headers: false }
}
