//! Refused events: the caller gets the front end's own form of no, the function never wakes.

use crate::support::guarded::{ENFORCE, Guarded, Setup};
use crate::support::places;
use serde_json::Value;
use tollgate_emulator::Answer;

/// A benign fixture made hostile by a duplicate key, which every trigger refuses.
fn hostile(fixture: &str) -> Vec<u8> {
    let text = std::fs::read_to_string(places::fixtures(fixture)).unwrap();
    let (_, rest) = text.split_once('{').unwrap();
    format!("{{\"twice\":1,\"twice\":2,{rest}").into_bytes()
}

async fn enforcing(policy: &str) -> Guarded {
    Setup::rust().policy(policy).start().await
}

async fn refused_as_http(fixture: &str) -> Value {
    let guarded = enforcing(ENFORCE).await;
    let invoked = guarded.invoke(hostile(fixture)).await;
    let Answer::Response { body, .. } = &invoked.answer else { panic!("{:?}", invoked.answer) };
    let answer: Value = serde_json::from_slice(body).unwrap();
    assert_eq!(answer["statusCode"], 400, "{fixture}: {answer}");
    let problem: Value = serde_json::from_str(answer["body"].as_str().unwrap()).unwrap();
    assert_eq!(problem["code"], "limits.duplicate_keys");
    assert_eq!(problem["status"], 400);
    assert_eq!(problem["requestId"], invoked.request_id.as_str());
    let ledger = guarded.ledger().await;
    let record = ledger.invocation(&invoked.request_id);
    assert_eq!((&record["decision"], &record["outcome"]), (&"refuse".into(), &"refused".into()));
    assert_eq!(record["checks"][0]["id"], "limits.duplicate_keys");
    assert_eq!(record["checks"][0]["effect"], "enforced");
    ledger.assert_verifies();
    answer
}

/// The first fixture of a trigger that is an object with members.
fn first(trigger: &str) -> String {
    let directory = places::fixtures(&format!("events/{trigger}"));
    let mut files: Vec<_> =
        std::fs::read_dir(directory).unwrap().map(|file| file.unwrap().path()).collect();
    files.sort();
    let has_members = |path: &&std::path::PathBuf| {
        let event: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
        event.as_object().is_some_and(|members| !members.is_empty())
    };
    let file = files.iter().find(has_members).unwrap();
    format!("events/{trigger}/{}", file.file_name().unwrap().to_str().unwrap())
}

fn content_type(answer: &Value) -> String {
    let headers =
        answer["headers"].as_object().or(answer["multiValueHeaders"].as_object()).unwrap();
    let (_, value) =
        headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("content-type")).unwrap();
    value.as_str().or(value[0].as_str()).unwrap().to_owned()
}

#[tokio::test]
async fn http_front_ends_get_a_problem_document() {
    for trigger in ["api-gateway-v1", "api-gateway-v2", "function-url", "alb"] {
        let answer = refused_as_http(&first(trigger)).await;
        assert_eq!(content_type(&answer), "application/problem+json", "{trigger}");
    }
}

#[tokio::test]
async fn a_streaming_front_end_gets_prelude_and_body() {
    let policy =
        "version: 1\nmode: enforce\nsources:\n  - trigger: function-url\n    response: stream\n";
    let guarded = enforcing(policy).await;
    let invoked = guarded.invoke(hostile(&first("function-url"))).await;
    let Answer::Response { body, content_type, streamed, .. } = &invoked.answer else {
        panic!("{:?}", invoked.answer)
    };
    assert!(streamed);
    assert_eq!(content_type, "application/vnd.awslambda.http-integration-response");
    let nuls = body.windows(8).position(|part| part == [0; 8]).unwrap();
    let prelude: Value = serde_json::from_slice(&body[..nuls]).unwrap();
    let problem: Value = serde_json::from_slice(&body[nuls + 8..]).unwrap();
    assert_eq!(
        (&prelude["statusCode"], &problem["code"]),
        (&400.into(), &"limits.duplicate_keys".into())
    );
}

#[tokio::test]
async fn a_queue_keeps_its_messages() {
    let guarded = enforcing(ENFORCE).await;
    let invoked = guarded.invoke(hostile(&first("sqs"))).await;
    let Answer::Error { error_type, body } = &invoked.answer else {
        panic!("{:?}", invoked.answer)
    };
    assert_eq!(error_type, "Function.TollgateRefused");
    let text = std::str::from_utf8(body).unwrap();
    assert!(text.contains("limits.duplicate_keys") && text.contains(&invoked.request_id), "{text}");
}

#[tokio::test]
async fn a_queue_that_reads_item_failures_gets_every_message_back() {
    let policy = "version: 1\nmode: enforce\nsources:\n  - trigger: sqs\n    \
                  on_refuse: report-item\n    mapping: { reports_item_failures: true }\n";
    let guarded = enforcing(policy).await;
    let event = hostile(&first("sqs"));
    let text = String::from_utf8(event.clone()).unwrap();
    let sent: Value =
        serde_json::from_str(&text.replacen("\"twice\":1,\"twice\":2,", "", 1)).unwrap();
    let invoked = guarded.invoke(event).await;
    let answer: Value = serde_json::from_slice(&invoked.answer.body()).unwrap();
    let ids = |list: &Value, key: &str| -> Vec<Value> {
        list.as_array().unwrap().iter().map(|item| item[key].clone()).collect()
    };
    let expected = ids(&sent["Records"], "messageId");
    assert!(!expected.is_empty());
    assert_eq!(ids(&answer["batchItemFailures"], "itemIdentifier"), expected);
}

#[tokio::test]
async fn others_get_a_function_error() {
    for trigger in ["sns", "s3", "eventbridge", "direct"] {
        let guarded = enforcing(ENFORCE).await;
        let invoked = guarded.invoke(hostile(&first(trigger))).await;
        assert_eq!(invoked.answer.error_type(), Some("Function.TollgateRefused"), "{trigger}");
        let record = guarded.ledger().await.invocation(&invoked.request_id);
        assert_eq!(record["trigger"], trigger);
    }
}

#[tokio::test]
async fn observe_records_and_lets_pass() {
    let guarded = Setup::rust().start().await;
    let event = hostile(&first("direct"));
    let invoked = guarded.invoke(event).await;
    assert_eq!(invoked.answer.error_type(), None, "{:?}", invoked.answer);
    let record = guarded.ledger().await.invocation(&invoked.request_id);
    assert_eq!((&record["decision"], &record["outcome"]), (&"pass".into(), &"success".into()));
    assert_eq!(record["checks"][0]["effect"], "observed");
}

#[tokio::test]
async fn a_refused_event_never_wakes_the_function() {
    let guarded = enforcing(ENFORCE).await;
    let refused = guarded.invoke(hostile(&first("direct"))).await;
    let passed = guarded.invoke("{}").await;
    assert_eq!(refused.answer.error_type(), Some("Function.TollgateRefused"));
    assert_eq!(passed.answer.error_type(), None);
    let ledger = guarded.ledger().await;
    assert!(ledger.invocation(&refused.request_id)["times"]["released"].is_null());
    assert!(ledger.invocation(&passed.request_id)["times"]["released"].is_u64());
    ledger.assert_verifies();
}

/// Events of odd but legal shapes: the function decides what they mean.
#[tokio::test]
async fn odd_events_pass_under_enforcement() {
    let guarded = enforcing(ENFORCE).await;
    let mut seen = 0;
    for file in std::fs::read_dir(places::fixtures("odd")).unwrap() {
        let file = file.unwrap().path();
        let invoked = guarded.invoke(std::fs::read(&file).unwrap()).await;
        let record = guarded.ledger_so_far().invocation(&invoked.request_id);
        assert_eq!(record["decision"], "pass", "{}: {record}", file.display());
        seen += 1;
    }
    assert!(seen > 0);
}

#[tokio::test]
async fn every_benign_fixture_passes_under_enforcement() {
    let guarded = enforcing(ENFORCE).await;
    for directory in std::fs::read_dir(places::fixtures("events")).unwrap() {
        let directory = directory.unwrap().path();
        let trigger = directory.file_name().unwrap().to_str().unwrap().to_owned();
        for file in std::fs::read_dir(&directory).unwrap() {
            let file = file.unwrap().path();
            let invoked = guarded.invoke(std::fs::read(&file).unwrap()).await;
            let record = guarded.ledger_so_far().invocation(&invoked.request_id);
            let said = (record["trigger"].as_str(), record["decision"].as_str());
            assert_eq!(said, (Some(trigger.as_str()), Some("pass")), "{}", file.display());
        }
    }
}
