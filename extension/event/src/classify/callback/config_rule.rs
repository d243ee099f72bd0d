//! AWS Config custom rules (AWS Config Developer Guide, "Example events for AWS Config rules").
use crate::classify::{Assertions, name};
use crate::origin::{Caller, Source};
use crate::trigger::Trigger;
use crate::value::Value;

/// Reads an event with `configRuleArn`.
pub(crate) fn recognise(root: Value<'_>) -> Option<Assertions> {
    let [config_rule, invoking, result, account, role] = root.members([
        "configRuleArn",
        "invokingEvent",
        "resultToken",
        "accountId",
        "executionRoleArn",
    ]);
    let (_invoking, _result) = (invoking?, result?);
    let stated = Source::from_arn(name(config_rule));
    let source = Source { account: name(account).or(stated.account), ..stated };
    let caller = match name(role) {
        Some(arn) => Caller::with_id("iam", arn),
        None => Caller::with_id("service", "config.amazonaws.com".to_owned()),
    };
    Some(Assertions::new(Trigger::ConfigRule, source, caller))
}
