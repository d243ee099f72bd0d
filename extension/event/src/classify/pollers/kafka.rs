//! Kafka (AWS Lambda Developer Guide, "Using Lambda with Amazon MSK" and "Using Lambda with
//! self-managed Apache Kafka"): lists of records by topic and partition.
use crate::classify::{Assertions, name};
use crate::origin::{Caller, Source};
use crate::trigger::Trigger;
use crate::value::Value;

pub(super) fn read_msk(arn: Option<Value<'_>>, records: Option<Value<'_>>) -> Assertions {
    msk(arn).of(total(records))
}

pub(super) fn read_self_managed(records: Option<Value<'_>>) -> Assertions {
    self_managed().of(total(records))
}

/// A batch of an MSK cluster. Who produced the records is not said.
pub(crate) fn msk(arn: Option<Value<'_>>) -> Assertions {
    let source = Source::from_arn(name(arn));
    Assertions::new(Trigger::Msk, source, Caller::new("unknown"))
}

/// A batch of another cluster, which has no ARN: its brokers' names are the client's own.
pub(crate) fn self_managed() -> Assertions {
    Assertions::new(Trigger::Kafka, Source::default(), Caller::new("unknown"))
}

fn total(records: Option<Value<'_>>) -> u32 {
    records.map_or(0, Value::elements_of_members)
}
