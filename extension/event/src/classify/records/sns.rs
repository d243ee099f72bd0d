//! SNS (AWS Lambda Developer Guide, "Invoking Lambda functions with Amazon SNS notifications").
use crate::classify::Assertions;
use crate::origin::{Caller, Source};
use crate::trigger::Trigger;
use crate::value::Value;

pub(super) fn read(total: u32, sns: Option<Value<'_>>) -> Assertions {
    let topic = sns.and_then(|sns| sns.get("TopicArn")).and_then(Value::text);
    // Who published is not said.
    let caller = Caller::with_id("service", "sns.amazonaws.com".to_owned());
    Assertions::new(Trigger::Sns, Source::from_arn(topic), caller).of(total)
}
