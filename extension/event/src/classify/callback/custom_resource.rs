//! CloudFormation custom resources (AWS CloudFormation User Guide, "Custom resource request
//! objects"), also as the provider framework of the AWS CDK hands them on.
use crate::classify::{Assertions, name};
use crate::origin::{Caller, Source};
use crate::trigger::Trigger;
use crate::value::Value;

/// Reads an event with `LogicalResourceId`. The URL for the answer is a secret and is not taken.
pub(crate) fn recognise(root: Value<'_>) -> Option<Assertions> {
    let [request, stack] = root.members(["RequestType", "StackId"]);
    let (_request, stack) = (request?, stack?);
    let caller = Caller::with_id("service", "cloudformation.amazonaws.com".to_owned());
    let source = Source::from_arn(name(Some(stack)));
    Some(Assertions::new(Trigger::CustomResource, source, caller))
}
