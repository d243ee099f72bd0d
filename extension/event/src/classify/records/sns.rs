//! SNS (AWS Lambda Developer Guide, "Invoking Lambda functions with Amazon SNS notifications").
use crate::classify::Assertions;
use crate::origin::{Caller, Items, Source};
use crate::trigger::Trigger;
use crate::value::Value;

pub(super) fn read(total: u32, sns: Option<Value<'_>>) -> Assertions {
    let topic = sns.and_then(|sns| sns.get("TopicArn")).and_then(Value::text);
    Assertions {
        trigger: Trigger::Sns,
        source: Source::from_arn(topic),
        // Who published is not said.
        caller: Caller::with_id("service", "sns.amazonaws.com".to_owned()),
        items: Items { total, fifo: false },
        route: None,
    }
}
