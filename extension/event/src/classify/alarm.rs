//! CloudWatch alarm actions (Amazon CloudWatch User Guide, "Event object sent to Lambda").
use super::{Assertions, name};
use crate::origin::{Caller, Source};
use crate::trigger::Trigger;
use crate::value::Value;

/// Reads an event with `alarmData`.
pub(super) fn recognise(root: Value<'_>) -> Option<Assertions> {
    let [source, arn, account, region] =
        root.members(["source", "alarmArn", "accountId", "region"]);
    let arn = arn.and_then(Value::name);
    if !source?.is("aws.cloudwatch") || arn.is_none() {
        return None;
    }
    let stated = Source::from_arn(arn);
    let source = Source {
        account: name(account).or(stated.account),
        region: name(region).or(stated.region),
        arn: stated.arn,
    };
    let caller = Caller::with_id("service", "aws.cloudwatch".to_owned());
    Some(Assertions::new(Trigger::CloudWatchAlarm, source, caller))
}
