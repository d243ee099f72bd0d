//! Amazon Data Firehose ("Required parameters for data transformation"): every record is answered
//! by its id. `ProcessingFailed` puts it, as it came, into the stream's error output.
use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Value, json};
use tollgate_event::{Classified, Item};

use crate::withheld::Results;

#[derive(Deserialize)]
struct Record<'a> {
    #[serde(borrow)]
    data: &'a RawValue,
}

/// The answers for these records; none if one of them cannot be named.
pub(crate) fn results<'a>(
    event: &Classified,
    items: impl Iterator<Item = &'a Item>,
) -> Option<Results> {
    let entry = |item: &Item| {
        let record = event.raw().body().get(item.span.clone())?;
        Some(entry(item.id.as_deref()?, record))
    };
    let entries = items.map(entry).collect::<Option<_>>()?;
    Some(Results { list: "records", id: "recordId", entries })
}

/// Firehose wants `data` whatever the result, and keeps the source's own.
fn entry(id: &str, record: &[u8]) -> Value {
    let data = serde_json::from_slice(record).ok().and_then(|Record { data }| text(data));
    json!({
        "recordId": id,
        "result": "ProcessingFailed",
        "data": data.unwrap_or_default(),
        "metadata": { "partitionKeys": {} },
    })
}

fn text(json: &RawValue) -> Option<String> {
    serde_json::from_str(json.get()).ok()
}

/// The answer where no record reached the function.
pub(crate) fn whole(results: &Results) -> Value {
    json!({ results.list: results.entries })
}
