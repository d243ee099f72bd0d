//! CodePipeline invoke actions (AWS CodePipeline User Guide, "Invoke an AWS Lambda function in a
//! pipeline in CodePipeline").
use crate::classify::{Assertions, name};
use crate::origin::{Caller, Source};
use crate::trigger::Trigger;
use crate::value::Value;

/// Reads an event with `CodePipeline.job`. Its credentials are secrets and are not taken.
pub(crate) fn recognise(root: Value<'_>) -> Option<Assertions> {
    let job = root.get("CodePipeline.job").filter(|job| job.is_object())?;
    let source = Source { account: name(job.get("accountId")), ..Source::default() };
    let caller = Caller::with_id("service", "codepipeline.amazonaws.com".to_owned());
    Some(Assertions::new(Trigger::CodePipeline, source, caller))
}
