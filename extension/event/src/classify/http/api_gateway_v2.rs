//! API Gateway HTTP APIs with payload format 2.0, and function URLs, which share it (AWS Lambda
//! Developer Guide, "Request payload format" of function URLs).
use super::{Context, api_gateway_v1, region_after};
use crate::classify::{Assertions, name};
use crate::origin::{Caller, Route, Source};
use crate::trigger::Trigger;
use crate::value::Value;

pub(super) fn recognise(root: Value<'_>, context: &Context<'_>) -> Option<Assertions> {
    let http = context.http.filter(|http| http.is_object())?;
    let [version, route_key, path, query] =
        root.members(["version", "routeKey", "rawPath", "rawQueryString"]);
    let (route_key, path, _query) = (route_key?.text()?, path?.text()?, query?);
    if !version?.is("2.0") {
        return None;
    }
    let [method, address] = http.members(["method", "sourceIp"]);
    let domain = context.domain.and_then(Value::text).filter(|name| name.contains(".lambda-url."));
    let trigger = if domain.is_some() { Trigger::FunctionUrl } else { Trigger::ApiGatewayV2 };
    let source = match domain {
        Some(domain) => url_source(context, &domain),
        None => api_source(context),
    };
    let route = Route {
        method: method.and_then(Value::text),
        path: Some(path),
        route_key: Some(route_key),
        multi_value_headers: false,
    };
    let caller = caller(context).at(address.and_then(Value::text));
    Some(Assertions::new(trigger, source, caller).at(route))
}

/// A function URL: it has no ARN, and its account is `anonymous` without IAM.
fn url_source(context: &Context<'_>, domain: &str) -> Source {
    let account = context.account.and_then(Value::text);
    Source {
        arn: None,
        account: account.filter(|account| account != "anonymous"),
        region: region_after(domain, "lambda-url"),
    }
}

fn api_source(context: &Context<'_>) -> Source {
    let text = |value: Option<Value<'_>>| value.and_then(Value::text).unwrap_or_default();
    api_gateway_v1::source(context, &text(context.api), &text(context.stage))
}

/// The strongest identity that the front end states.
fn caller(context: &Context<'_>) -> Caller {
    let [iam, jwt, lambda] = context
        .authorizer
        .map_or([None; 3], |authorizer| authorizer.members(["iam", "jwt", "lambda"]));
    let [user_arn, access_key] = iam.map_or([None; 2], |iam| iam.members(["userArn", "accessKey"]));
    let certificate = || context.whole.at(&["authentication", "clientCert", "subjectDN"]);
    let within = |holder: Option<Value<'_>>, path: &[&str]| {
        holder.and_then(|holder| holder.at(path)).and_then(Value::text)
    };
    let known = user_arn
        .and_then(Value::text)
        .map(|id| ("iam", id))
        .or_else(|| Some(("jwt", within(jwt, &["claims", "sub"])?)))
        .or_else(|| Some(("authorizer", within(lambda, &["principalId"])?)))
        .or_else(|| Some(("certificate", certificate()?.text()?)));
    known
        .map_or(Caller::new("anonymous"), |(kind, id)| Caller::with_id(kind, id))
        .by_key(name(access_key))
}
