//! API Gateway HTTP APIs with payload format 2.0, and function URLs, which share it (AWS Lambda
//! Developer Guide, "Request payload format" of function URLs).
use super::{api_gateway_v1, region_after};
use crate::classify::Assertions;
use crate::origin::{Caller, Items, Route, Source};
use crate::trigger::Trigger;
use crate::value::Value;

pub(super) fn recognise(root: Value<'_>, context: Value<'_>) -> Option<Assertions> {
    let [version, route_key, path, query] =
        root.members(["version", "routeKey", "rawPath", "rawQueryString"]);
    let [http, domain] = context.members(["http", "domainName"]);
    let (route_key, path, _query) = (route_key?.text()?, path?.text()?, query?);
    let http = http.filter(|http| http.is_object())?;
    if !version?.is("2.0") {
        return None;
    }
    let [method, address] = http.members(["method", "sourceIp"]);
    let domain = domain.and_then(Value::text).filter(|domain| domain.contains(".lambda-url."));
    Some(Assertions {
        trigger: if domain.is_some() { Trigger::FunctionUrl } else { Trigger::ApiGatewayV2 },
        source: match domain {
            Some(domain) => url_source(context, &domain),
            None => api_source(context),
        },
        caller: caller(context).at(address.and_then(Value::text)),
        items: Items::ONE,
        route: Some(Route {
            method: method.and_then(Value::text),
            path: Some(path),
            route_key: Some(route_key),
            multi_value_headers: false,
        }),
    })
}

/// A function URL: it has no ARN, and its account is `anonymous` without IAM.
fn url_source(context: Value<'_>, domain: &str) -> Source {
    let account = context.get("accountId").and_then(Value::text);
    Source {
        arn: None,
        account: account.filter(|account| account != "anonymous"),
        region: region_after(domain, "lambda-url"),
    }
}

fn api_source(context: Value<'_>) -> Source {
    let [api, stage] = context.members(["apiId", "stage"]);
    let text = |value: Option<Value<'_>>| value.and_then(Value::text).unwrap_or_default();
    api_gateway_v1::source(context, &text(api), &text(stage))
}

/// The strongest identity that the front end states.
fn caller(context: Value<'_>) -> Caller {
    let [authorizer, authentication] = context.members(["authorizer", "authentication"]);
    let [iam, jwt, lambda] =
        authorizer.map_or([None; 3], |authorizer| authorizer.members(["iam", "jwt", "lambda"]));
    let stated = [
        ("iam", within(iam, &["userArn"])),
        ("jwt", within(jwt, &["claims", "sub"])),
        ("authorizer", within(lambda, &["principalId"])),
        ("certificate", within(authentication, &["clientCert", "subjectDN"])),
    ];
    let known = stated.into_iter().find_map(|(kind, id)| Some((kind, id?.text()?)));
    known.map_or(Caller::new("anonymous"), |(kind, id)| Caller::with_id(kind, id))
}

fn within<'a>(holder: Option<Value<'a>>, path: &[&str]) -> Option<Value<'a>> {
    holder.and_then(|holder| holder.at(path))
}
