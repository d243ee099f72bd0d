//! API Gateway REST APIs, and HTTP APIs with payload format 1.0 (Amazon API Gateway Developer
//! Guide, "Input format of a Lambda function for proxy integration").
use super::{Context, region_after, stage_arn};
use crate::classify::{Assertions, name};
use crate::origin::{Caller, Route, Source};
use crate::trigger::Trigger;
use crate::value::{Value, bounded};

pub(super) fn recognise(root: Value<'_>, context: &Context<'_>) -> Option<Assertions> {
    let [resource, method, path, version, multi_value] =
        root.members(["resource", "httpMethod", "path", "version", "multiValueHeaders"]);
    if version.is_some_and(|version| !version.is("1.0")) {
        return None;
    }
    let (resource, method, identity) = (resource?.text()?, method?.text()?, context.identity?);
    let source = source(context, &context.api?.text()?, &context.stage?.text()?);
    let route = Route {
        method: Some(method),
        path: path.and_then(Value::text),
        route_key: Some(resource),
        multi_value_headers: multi_value.is_some_and(Value::is_object),
    };
    let caller = caller(context.authorizer, identity);
    Some(Assertions::new(Trigger::ApiGatewayV1, source, caller).at(route))
}

/// The API's stage. Its region stands in the default domain name only.
pub(super) fn source(context: &Context<'_>, api: &str, stage: &str) -> Source {
    let account = context.account.and_then(Value::text);
    let domain = context.domain.and_then(Value::text);
    let region = domain.and_then(|domain| region_after(&domain, "execute-api"));
    let arn = match (&region, &account) {
        (Some(region), Some(account)) => Some(bounded(&stage_arn(region, account, api, stage))),
        _ => None,
    };
    Source { arn, account, region }
}

/// The strongest identity that the gateway states.
pub(super) fn caller(authorizer: Option<Value<'_>>, identity: Value<'_>) -> Caller {
    let [address, user_arn, cognito, api_key, access_key] =
        identity.members(["sourceIp", "userArn", "cognitoIdentityId", "apiKeyId", "accessKey"]);
    let [claims, principal] =
        authorizer.map_or([None; 2], |authorizer| authorizer.members(["claims", "principalId"]));
    let subject = claims.and_then(|claims| claims.get("sub"));
    let stated = [
        ("iam", user_arn),
        ("jwt", subject),
        ("authorizer", principal),
        ("cognito", cognito),
        ("api-key", api_key),
    ];
    let known = stated.into_iter().find_map(|(kind, id)| Some((kind, id?.text()?)));
    known
        .map_or(Caller::new("anonymous"), |(kind, id)| Caller::with_id(kind, id))
        .at(address.and_then(Value::text))
        .by_key(name(access_key).or_else(|| name(api_key)))
}
