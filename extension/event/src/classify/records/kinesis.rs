//! Kinesis (AWS Lambda Developer Guide, "Using Lambda with Kinesis").
use super::First;
use crate::classify::{Assertions, name};
use crate::origin::{Caller, Source};
use crate::trigger::Trigger;

/// Who put the records is not said; the role is the one that read them.
pub(crate) fn read(total: u32, first: &First<'_>) -> Assertions {
    let caller = Caller::with_id("iam", name(first.identity_arn));
    Assertions::new(Trigger::Kinesis, Source::from_arn(name(first.arn)), caller).of(total)
}
