//! S3 (Amazon S3 User Guide, "Event message structure").
use crate::classify::Assertions;
use crate::origin::{Caller, Items, Source};
use crate::trigger::Trigger;
use crate::value::Value;

pub(super) fn read(
    total: u32,
    region: Option<Value<'_>>,
    identity: Option<Value<'_>>,
    request: Option<Value<'_>>,
    s3: Option<Value<'_>>,
) -> Assertions {
    let bucket = s3.and_then(|s3| s3.at(&["bucket", "arn"]));
    let principal = identity.and_then(|identity| identity.get("principalId"));
    let address = request.and_then(|request| request.get("sourceIPAddress"));
    Assertions {
        trigger: Trigger::S3,
        // A bucket's ARN names neither account nor region.
        source: Source {
            region: region.and_then(Value::text),
            ..Source::from_arn(bucket.and_then(Value::text))
        },
        caller: Caller::with_id("principal", principal.and_then(Value::text))
            .at(address.and_then(Value::text)),
        items: Items { total, fifo: false },
        route: None,
    }
}
