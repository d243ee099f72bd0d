//! CodeCommit (AWS CodeCommit User Guide, "Example: Create a trigger for an AWS Lambda function").
use super::First;
use crate::classify::{Assertions, name};
use crate::origin::{Caller, Source};
use crate::trigger::Trigger;

pub(super) fn read(total: u32, first: &First<'_>) -> Assertions {
    let source = Source::from_arn(name(first.arn));
    let caller = Caller::with_id("iam", name(first.identity_arn));
    Assertions::new(Trigger::CodeCommit, source, caller).of(total)
}
