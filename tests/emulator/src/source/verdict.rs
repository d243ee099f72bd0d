//! How a poller reads the function's answer to a batch.
use serde_json::Value;

use crate::invocation::Answer;

/// What becomes of a batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Verdict {
    /// All of it is done.
    Done,
    /// None of it is done.
    Failed,
    /// All but these is done.
    Partly(Vec<String>),
}

/// Reads an answer. `reports` is `ReportBatchItemFailures`; `known` are the identifiers sent.
///
/// "Success and failure conditions": an empty or null list, and an answer without one, is complete
/// success; invalid JSON, an identifier that is empty or null or has another key is complete
/// failure. An identifier that was not in the batch is taken as the latter as well.
pub(super) fn of(answer: &Answer, reports: bool, known: &[String]) -> Verdict {
    if answer.error_type().is_some() {
        return Verdict::Failed;
    }
    if !reports {
        return Verdict::Done;
    }
    let body = answer.body();
    if body.is_empty() {
        return Verdict::Done;
    }
    let Ok(value) = serde_json::from_slice::<Value>(&body) else { return Verdict::Failed };
    match value.get("batchItemFailures") {
        None | Some(Value::Null) => Verdict::Done,
        Some(Value::Array(items)) if items.is_empty() => Verdict::Done,
        Some(Value::Array(items)) => partly(items, known),
        Some(_) => Verdict::Failed,
    }
}

fn partly(items: &[Value], known: &[String]) -> Verdict {
    let named = items.iter().map(|item| item.get("itemIdentifier")?.as_str().map(str::to_owned));
    match named.collect::<Option<Vec<String>>>() {
        Some(named) if named.iter().all(|name| known.contains(name)) => Verdict::Partly(named),
        _ => Verdict::Failed,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bytes::Bytes;

    fn read(body: &'static str) -> Verdict {
        let answer = Answer::Response {
            body: Bytes::from(body),
            content_type: String::new(),
            streamed: false,
            trailers: Vec::new(),
            chunks: Vec::new(),
        };
        of(&answer, true, &["a".to_owned(), "b".to_owned()])
    }

    #[test]
    fn success_failure_and_the_rest_are_told_apart() {
        for done in
            ["", "null", "{}", r#"{"batchItemFailures":null}"#, r#"{"batchItemFailures":[]}"#]
        {
            assert_eq!(read(done), Verdict::Done, "{done}");
        }
        for failed in [
            "no json",
            r#"{"batchItemFailures":[{"itemIdentifier":""}]}"#,
            r#"{"batchItemFailures":[{"itemIdentifier":null}]}"#,
            r#"{"batchItemFailures":[{"id":"a"}]}"#,
            r#"{"batchItemFailures":[{"itemIdentifier":"z"}]}"#,
        ] {
            assert_eq!(read(failed), Verdict::Failed, "{failed}");
        }
        let partly = read(r#"{"batchItemFailures":[{"itemIdentifier":"b"}]}"#);
        assert_eq!(partly, Verdict::Partly(vec!["b".to_owned()]));
    }
}
