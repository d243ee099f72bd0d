//! S3 (Amazon S3 User Guide, "Event message structure").
use super::First;
use crate::classify::Assertions;
use crate::origin::{Caller, Source};
use crate::trigger::Trigger;
use crate::value::Value;

pub(super) fn read(total: u32, first: &First<'_>) -> Assertions {
    let bucket = first.s3.and_then(|s3| s3.at(&["bucket", "arn"]));
    let principal = first.identity.and_then(|identity| identity.get("principalId"));
    let address = first.request.and_then(|request| request.get("sourceIPAddress"));
    // A bucket's ARN names neither account nor region.
    let region = first.region.and_then(Value::text);
    let source = Source { region, ..Source::from_arn(bucket.and_then(Value::text)) };
    let caller = Caller::with_id("principal", principal.and_then(Value::text))
        .at(address.and_then(Value::text));
    Assertions::new(Trigger::S3, source, caller).of(total)
}
