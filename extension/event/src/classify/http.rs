//! HTTP front ends, WebSocket APIs and authorizers: mostly events with a `requestContext`.
mod alb;
mod api_gateway_v1;
mod api_gateway_v2;
mod authorizer;
mod lattice;
mod websocket;

use super::Assertions;
use crate::value::Value;

pub(super) use authorizer::recognise as authorizer;
pub(super) use lattice::recognise_v1 as lattice_v1;

/// What front ends look at in a `requestContext`, found in one look.
struct Context<'a> {
    whole: Value<'a>,
    http: Option<Value<'a>>,
    domain: Option<Value<'a>>,
    account: Option<Value<'a>>,
    api: Option<Value<'a>>,
    stage: Option<Value<'a>>,
    identity: Option<Value<'a>>,
    authorizer: Option<Value<'a>>,
    connection: Option<Value<'a>>,
}

/// Reads an event by its `requestContext`.
pub(super) fn recognise(root: Value<'_>) -> Option<Assertions> {
    let [context, method_arn, route_arn] =
        root.members(["requestContext", "methodArn", "routeArn"]);
    let whole = context?;
    let [elb, service, connection, http, domain, account, api, stage, identity, authorizer] = whole
        .members([
            "elb",
            "serviceArn",
            "connectionId",
            "http",
            "domainName",
            "accountId",
            "apiId",
            "stage",
            "identity",
            "authorizer",
        ]);
    if let Some(target_group) = elb.and_then(|elb| elb.get("targetGroupArn")).and_then(Value::text)
    {
        return Some(alb::read(root, target_group));
    }
    // Authorizers of type REQUEST repeat the request they decide on.
    if method_arn.is_some() || route_arn.is_some() {
        return None;
    }
    if let Some(service) = service {
        return lattice::recognise_v2(root, whole, service);
    }
    let context =
        Context { whole, http, domain, account, api, stage, identity, authorizer, connection };
    if context.connection.is_some() {
        return websocket::recognise(&context);
    }
    api_gateway_v2::recognise(root, &context).or_else(|| api_gateway_v1::recognise(root, &context))
}

/// The region in a front end's own domain, such as
/// `example.execute-api.eu-west-1.amazonaws.com`; none in a custom one.
fn region_after(domain: &str, service: &str) -> Option<String> {
    let mut labels = domain.split('.').skip_while(|label| *label != service);
    let region = labels.nth(1)?;
    region.contains('-').then(|| region.to_owned())
}

/// The ARN of an API's stage, as IAM policies name it. The partition follows from the region.
fn stage_arn(region: &str, account: &str, api: &str, stage: &str) -> String {
    let partition = match region {
        _ if region.starts_with("cn-") => "aws-cn",
        _ if region.starts_with("us-gov-") => "aws-us-gov",
        _ => "aws",
    };
    format!("arn:{partition}:execute-api:{region}:{account}:{api}/{stage}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn regions_come_from_aws_domains_only() {
        let region = |domain, service| region_after(domain, service);
        let domain = "abc.execute-api.eu-west-1.amazonaws.com";
        assert_eq!(region(domain, "execute-api").as_deref(), Some("eu-west-1"));
        let domain = "abc.lambda-url.us-east-2.on.aws";
        assert_eq!(region(domain, "lambda-url").as_deref(), Some("us-east-2"));
        assert_eq!(region("api.example.com", "execute-api"), None);
        assert_eq!(region("execute-api", "execute-api"), None);
    }

    #[test]
    fn a_stage_arn_names_its_partition() {
        assert_eq!(
            stage_arn("cn-north-1", "123456789012", "a1", "prod"),
            "arn:aws-cn:execute-api:cn-north-1:123456789012:a1/prod"
        );
    }
}
