//! Amazon MQ (AWS Lambda Developer Guide, "Using Lambda with Amazon MQ").
use crate::classify::{Assertions, name};
use crate::origin::{Caller, Source};
use crate::trigger::Trigger;
use crate::value::Value;

pub(super) fn read_active(arn: Option<Value<'_>>, messages: Option<Value<'_>>) -> Assertions {
    active(arn).of(messages.and_then(Value::first_of).map_or(0, |(_, total)| total))
}

pub(super) fn read_rabbit(arn: Option<Value<'_>>, queues: Option<Value<'_>>) -> Assertions {
    rabbit(arn).of(queues.map_or(0, Value::elements_of_members))
}

/// A batch of an ActiveMQ broker. Who sent the messages is not said.
pub(crate) fn active(arn: Option<Value<'_>>) -> Assertions {
    let source = Source::from_arn(name(arn));
    Assertions::new(Trigger::ActiveMq, source, Caller::new("unknown"))
}

/// A batch of a RabbitMQ broker. A message's `userId` is the sender's own word unless the broker
/// was told to check it, so that it is not taken.
pub(crate) fn rabbit(arn: Option<Value<'_>>) -> Assertions {
    let source = Source::from_arn(name(arn));
    Assertions::new(Trigger::RabbitMq, source, Caller::new("unknown"))
}
