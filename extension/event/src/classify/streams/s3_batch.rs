//! S3 Batch Operations (Amazon S3 User Guide, "Invoke AWS Lambda function").
use crate::classify::{Assertions, name};
use crate::origin::{Caller, Source};
use crate::trigger::Trigger;
use crate::value::Value;

/// Reads an event with `tasks`. The second version of the schema names the bucket without an ARN.
pub(crate) fn recognise(root: Value<'_>) -> Option<Assertions> {
    let [version, invocation, job, tasks] =
        root.members(["invocationSchemaVersion", "invocationId", "job", "tasks"]);
    let _version = version.filter(|version| version.is_text())?;
    let _invocation = invocation?;
    let (first, total) = tasks?.first_of()?;
    let source = Source::from_arn(name(first.get("s3BucketArn")));
    let caller = Caller::with_id("service", name(job?.get("id")));
    Some(Assertions::new(Trigger::S3Batch, source, caller).of(total))
}
