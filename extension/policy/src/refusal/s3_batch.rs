//! S3 Batch Operations ("Invoke AWS Lambda function", response format): every task is answered by
//! its id. `PermanentFailure` stands in the job's report; `TemporaryFailure` is tried again before
//! the job ends, which helps only where the failure is ours.
use serde::Deserialize;
use serde_json::{Value, json};
use tollgate_event::{Classified, Item};

use super::{read, words};
use crate::checks::{Blame, Check};
use crate::withheld::Results;

/// The answers for these tasks; none if one of them cannot be named.
pub(crate) fn results<'a>(
    items: impl Iterator<Item = (&'a Item, &'static Check)>,
    request_id: &str,
) -> Option<Results> {
    let entry = |(item, check): (&Item, &Check)| {
        let code = match check.fault {
            Blame::Us => "TemporaryFailure",
            Blame::Caller | Blame::Function => "PermanentFailure",
        };
        let said = words(check, request_id);
        Some(json!({ "taskId": item.id.as_deref()?, "resultCode": code, "resultString": said }))
    };
    let entries = items.map(entry).collect::<Option<_>>()?;
    Some(Results { list: "results", id: "taskId", entries })
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Invocation {
    invocation_schema_version: String,
    invocation_id: String,
}

/// The answer where no task reached the function; none where the event does not say which
/// invocation it is.
pub(crate) fn whole(event: &Classified, results: &Results) -> Option<Value> {
    let Invocation { invocation_schema_version, invocation_id } = read(event)?;
    Some(json!({
        "invocationSchemaVersion": invocation_schema_version,
        "treatMissingKeysAs": "PermanentFailure",
        "invocationId": invocation_id,
        results.list: results.entries,
    }))
}
