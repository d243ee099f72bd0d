//! HTTP front ends: events with a `requestContext`.
mod alb;
mod api_gateway_v1;
mod api_gateway_v2;

use super::Assertions;
use crate::value::Value;

/// Reads an event by its `requestContext`.
pub(super) fn recognise(root: Value<'_>, context: Value<'_>) -> Option<Assertions> {
    if let Some(target_group) = context.at(&["elb", "targetGroupArn"]).and_then(Value::text) {
        return Some(alb::read(root, target_group));
    }
    if is_other_service(root, context) {
        return None;
    }
    api_gateway_v2::recognise(root, context).or_else(|| api_gateway_v1::recognise(root, context))
}

/// Events that look alike and expect another answer: VPC Lattice, WebSocket APIs, and the REQUEST
/// authorizers of API Gateway, which repeat the request they decide on.
fn is_other_service(root: Value<'_>, context: Value<'_>) -> bool {
    let [service, connection] = context.members(["serviceArn", "connectionId"]);
    let authorizes = root.members(["methodArn", "routeArn"]).iter().any(Option::is_some);
    service.is_some() || connection.is_some() || authorizes
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
