//! Refused items of a batch: the function gets the rest, and its answer tells their source.
//!
//! The extension under test refuses every item that holds the word `poison`.

use crate::support::guarded::{Guarded, Setup};
use crate::support::places;
use crate::support::runtime::Runtime;
use bytes::Bytes;
use http::{HeaderMap, HeaderValue};
use http_body_util::channel::Channel;
use serde_json::{Value, json};
use std::os::unix::fs::PermissionsExt as _;
use std::time::Duration;
use tollgate_emulator::{Answer, Event, Running};

const REPORTS: &str = "version: 1\nmode: enforce\nsources:\n  - trigger: sqs\n    \
                       on_refuse: report-item\n    mapping: { reports_item_failures: true }\n";

fn poisoned(setup: Setup, policy: &str) -> Setup {
    setup.policy(policy).map(|settings| {
        settings.layer(places::planted_layer()).env("TOLLGATE_PLANT", "poison:poison")
    })
}

/// Ten messages, of which these hold the word.
fn batch(poison: &[usize]) -> String {
    let text = std::fs::read_to_string(places::fixtures("events/sqs/ten-messages.json")).unwrap();
    poison.iter().fold(text, |text, index| {
        let body = format!("{{\\\"order\\\": {index}}}");
        assert!(text.contains(&body));
        text.replace(&body, "poison")
    })
}

fn id(index: usize) -> String {
    format!("059f36b4-87a3-44ab-83d2-66197597{index:04}")
}

fn message_ids(event: &[u8]) -> Vec<String> {
    let event: Value = serde_json::from_slice(event).unwrap();
    let records = event["Records"].as_array().unwrap();
    records.iter().map(|record| record["messageId"].as_str().unwrap().to_owned()).collect()
}

/// A runtime played by hand that holds the rest of a batch with poison in two messages.
struct Filtered {
    guarded: Guarded,
    runtime: Runtime,
    running: Running,
    event: Bytes,
}

async fn filtered(policy: &str) -> Filtered {
    let guarded = poisoned(Setup::by_hand(), policy).launch().await;
    let mut runtime = Runtime::connect(guarded.port).await;
    let running = guarded.environment.begin(Event::new(batch(&[2, 5]).into_bytes())).unwrap();
    let polling = tokio::time::timeout(Duration::from_secs(10), runtime.next());
    let reply = polling.await.unwrap_or_else(|_| panic!("no event: {}", guarded.complaints()));
    assert_eq!(reply.request_id(), running.request_id());
    assert_eq!(reply.header("content-length"), reply.body.len().to_string());
    Filtered { guarded, runtime, running, event: reply.body }
}

impl Filtered {
    /// What Lambda has after the function answered so; and the invocation's record.
    async fn answer(mut self, body: impl Into<Bytes>) -> (Answer, Value) {
        let id = self.running.request_id().to_owned();
        let reply = self.runtime.respond(&id, body).await;
        assert_eq!(reply.status, 202);
        self.end().await
    }

    async fn end(mut self) -> (Answer, Value) {
        let id = self.running.request_id().to_owned();
        let answer = self.running.answer().await.unwrap();
        let ledger = self.guarded.ledger_after(self.running, self.runtime).await;
        ledger.assert_verifies();
        (answer, ledger.invocation(&id))
    }
}

fn failures(indexes: &[usize]) -> String {
    let entry = |index: &usize| format!("{{\"itemIdentifier\":\"{}\"}}", id(*index));
    indexes.iter().map(entry).collect::<Vec<_>>().join(",")
}

#[tokio::test]
async fn the_function_gets_the_rest_byte_for_byte_and_the_queue_keeps_the_refused() {
    let filtered = filtered(REPORTS).await;
    let kept: Vec<_> = (0..10).filter(|index| ![2, 5].contains(index)).map(id).collect();
    assert_eq!(message_ids(&filtered.event), kept);
    let text = std::str::from_utf8(&filtered.event).unwrap();
    assert!(!text.contains("poison"));
    let whole = batch(&[]);
    for part in text.split("\"messageId\"").skip(1) {
        let part = part.trim_end().trim_end_matches(['{', '}', ']', ',', ' ', '\n']);
        assert!(whole.contains(part), "{part}");
    }
    let (answer, record) = filtered.answer("null").await;
    let expected = format!("{{\"batchItemFailures\":[{}]}}", failures(&[2, 5]));
    assert_eq!(answer.body(), expected.as_bytes());
    assert_eq!((&record["decision"], &record["outcome"]), (&json!("filter"), &json!("success")));
    assert_eq!(record["items"], json!({ "total": 10, "refused": 2 }));
    let withheld = &record["withheld"];
    assert_eq!(withheld["ids"], json!([id(2), id(5)]));
    assert_eq!((&withheld["count"], &withheld["merged"]), (&json!(2), &json!(true)));
    assert_eq!(withheld["quarantined"], false);
    assert_eq!(record["response"]["bytes"], expected.len());
    let checks: Vec<_> =
        record["checks"].as_array().unwrap().iter().map(|check| check["at"].clone()).collect();
    assert_eq!(checks, [json!("/Records/2"), json!("/Records/5")]);
}

#[tokio::test]
async fn the_functions_own_failures_stay_as_it_wrote_them() {
    let own = format!("{{ \"batchItemFailures\" : [ {} ], \"note\":\"\\u0041\" }}", failures(&[7]));
    let (answer, _) = filtered(REPORTS).await.answer(own).await;
    let expected =
        format!("{{ \"batchItemFailures\" : [ {} ], \"note\":\"\\u0041\" }}", failures(&[7, 2, 5]));
    assert_eq!(answer.body(), expected.as_bytes());
}

#[tokio::test]
async fn a_streamed_answer_is_merged_too() {
    let mut filtered = filtered(REPORTS).await;
    let id = filtered.running.request_id().to_owned();
    let (mut sender, body) = Channel::new(4);
    sender.send_data(Bytes::from_static(b"{\"batchItem")).await.unwrap();
    sender.send_data(Bytes::from_static(b"Failures\":[]}")).await.unwrap();
    drop(sender);
    assert_eq!(filtered.runtime.stream(&id, &[], body).await.status, 202);
    let (answer, record) = filtered.end().await;
    let expected = format!("{{\"batchItemFailures\":[{}]}}", failures(&[2, 5]));
    assert_eq!(answer.body(), expected.as_bytes());
    assert_eq!(record["withheld"]["merged"], true);
}

#[tokio::test]
async fn a_stream_that_failed_keeps_everything_at_the_source() {
    let mut filtered = filtered(REPORTS).await;
    let id = filtered.running.request_id().to_owned();
    let (mut sender, body) = Channel::new(4);
    sender.send_data(Bytes::from_static(b"{\"batchItemFailures\":[]}")).await.unwrap();
    let mut trailers = HeaderMap::new();
    let name = "lambda-runtime-function-error-type";
    trailers.insert(name, HeaderValue::from_static("Runtime.StreamError"));
    sender.send_trailers(trailers).await.unwrap();
    drop(sender);
    let announced = [("trailer", "Lambda-Runtime-Function-Error-Type")];
    filtered.runtime.stream(&id, &announced, body).await;
    let (answer, record) = filtered.end().await;
    assert!(matches!(answer, Answer::Error { .. }), "{answer:?}");
    assert_eq!(record["outcome"], "error");
}

#[tokio::test]
async fn an_error_of_the_function_keeps_everything_at_the_source() {
    let mut filtered = filtered(REPORTS).await;
    let id = filtered.running.request_id().to_owned();
    let path = format!("/2018-06-01/runtime/invocation/{id}/error");
    let headers = [("lambda-runtime-function-error-type", "Function.Broken")];
    assert_eq!(filtered.runtime.call("POST", &path, &headers, "{}").await.status, 202);
    let (answer, record) = filtered.end().await;
    assert_eq!(answer.error_type(), Some("Function.Broken"));
    assert_eq!(answer.body().as_ref(), b"{}");
    assert_eq!(record["withheld"]["merged"], false);
}

#[tokio::test]
async fn security_an_answer_that_would_lose_messages_becomes_an_error() {
    let huge = format!("\"{}\"", "x".repeat(6 * 1024 * 1024 + 200));
    for answer in ["{\"batchItemFailures\":7}".to_owned(), huge] {
        let (answer, record) = filtered(REPORTS).await.answer(answer).await;
        assert_eq!(answer.error_type(), Some("Function.TollgateUnmerged"));
        assert_eq!(record["outcome"], "error");
        assert_eq!(record["errorType"], "Function.TollgateUnmerged");
        assert_eq!(record["withheld"]["merged"], false);
    }
}

#[tokio::test]
async fn a_batch_with_nothing_left_never_wakes_the_function() {
    let guarded = poisoned(Setup::rust(), REPORTS).start().await;
    let all: Vec<usize> = (0..10).collect();
    let invoked = guarded.invoke(batch(&all)).await;
    let expected = format!("{{\"batchItemFailures\":[{}]}}", failures(&all));
    assert_eq!(invoked.answer.body(), expected.as_bytes());
    let record = guarded.ledger().await.invocation(&invoked.request_id);
    assert_eq!((&record["decision"], &record["outcome"]), (&json!("refuse"), &json!("refused")));
    assert!(record["times"]["released"].is_null());
}

#[tokio::test]
async fn without_a_setting_the_whole_batch_stays_with_its_source() {
    let policy = "version: 1\nmode: enforce\n";
    let guarded = poisoned(Setup::rust(), policy).start().await;
    let invoked = guarded.invoke(batch(&[3])).await;
    assert_eq!(invoked.answer.error_type(), Some("Function.TollgateRefused"));
}

#[tokio::test]
async fn observed_items_pass() {
    let policy = REPORTS.replace("enforce", "observe");
    let guarded = poisoned(Setup::rust(), &policy).start().await;
    let invoked = guarded.invoke(batch(&[3])).await;
    assert_eq!(invoked.answer.error_type(), None);
    let record = guarded.ledger().await.invocation(&invoked.request_id);
    assert_eq!(record["decision"], "pass");
    assert_eq!(record["checks"][0]["at"], "/Records/3");
    assert!(record["withheld"].is_null());
}

/// Clients as AWS publishes them: they read the filtered event and send what is merged.
#[tokio::test]
async fn real_clients_are_filtered_and_merged() {
    for setup in [Setup::rust(), Setup::python()] {
        let guarded = poisoned(setup, REPORTS).start().await;
        let invoked = guarded.invoke(batch(&[0, 9])).await;
        let answer: Value = serde_json::from_slice(&invoked.answer.body()).unwrap();
        let expected: Value = serde_json::from_str(&format!("[{}]", failures(&[0, 9]))).unwrap();
        assert_eq!(answer["batchItemFailures"], expected);
    }
}

/// A batch whose second record is refused, as the function sees it, and what Lambda gets once it
/// has answered so.
async fn without_second(policy: &str, event: &Value, answer: &Value) -> (Value, Value) {
    let guarded = poisoned(Setup::by_hand(), policy).launch().await;
    let mut runtime = Runtime::connect(guarded.port).await;
    let mut running = guarded.environment.begin(Event::new(event.to_string())).unwrap();
    let polling = tokio::time::timeout(Duration::from_secs(10), runtime.next());
    let reply = polling.await.unwrap_or_else(|_| panic!("no event: {}", guarded.complaints()));
    let seen = serde_json::from_slice(&reply.body).unwrap();
    runtime.respond(running.request_id(), answer.to_string()).await;
    let answer = running.answer().await.unwrap();
    (seen, serde_json::from_slice(&answer.body()).unwrap())
}

#[tokio::test]
async fn a_stream_goes_on_before_the_refused_record() {
    let policy = REPORTS.replace("sqs", "kinesis");
    let record = |number: u32, data: &str| {
        json!({
            "kinesis": {
                "kinesisSchemaVersion": "1.0",
                "partitionKey": "1",
                "sequenceNumber": number.to_string(),
                "data": "aGVsbG8=",
                "approximateArrivalTimestamp": 1_545_084_650.987,
            },
            "eventSource": "aws:kinesis",
            "eventVersion": "1.0",
            "eventID": format!("shardId-000000000006:{number}"),
            "eventName": "aws:kinesis:record",
            "invokeIdentityArn": format!("arn:aws:iam::123456789012:role/{data}"),
            "awsRegion": "eu-west-1",
            "eventSourceARN": "arn:aws:kinesis:eu-west-1:123456789012:stream/orders",
        })
    };
    let records = [record(100, "a"), record(101, "poison"), record(102, "b")];
    let event = json!({ "Records": records });
    let (seen, answer) = without_second(&policy, &event, &Value::Null).await;
    assert_eq!(seen, json!({ "Records": [records[0]] }));
    assert_eq!(answer, json!({ "batchItemFailures": [{ "itemIdentifier": "101" }] }));
}

#[tokio::test]
async fn firehose_is_told_record_by_record() {
    let policy = "version: 1\nmode: enforce\n";
    let record = |id: &str, data: &str| json!({ "recordId": id, "approximateArrivalTimestamp": 1_495_072_949_453_u64, "data": data });
    let records = [record("r1", "aGVsbG8="), record("poison2", "d29ybGQ="), record("r3", "IQ==")];
    let event = json!({
        "invocationId": "invocationIdExample",
        "deliveryStreamArn": "arn:aws:firehose:eu-west-1:123456789012:deliverystream/orders",
        "region": "eu-west-1",
        "records": records,
    });
    let done = |id: &str| json!({ "recordId": id, "result": "Ok", "data": "AA==" });
    let own = json!({ "records": [done("r1"), done("r3")] });
    let (seen, answer) = without_second(policy, &event, &own).await;
    assert_eq!(seen["records"], json!([records[0], records[2]]));
    let failed = json!({
        "recordId": "poison2",
        "result": "ProcessingFailed",
        "data": "d29ybGQ=",
        "metadata": { "partitionKeys": {} },
    });
    assert_eq!(answer["records"], json!([done("r1"), done("r3"), failed]));
}

fn quarantine(trigger: &str, directory: &std::path::Path) -> String {
    format!(
        "version: 1\nmode: enforce\nquarantine: \"file:{}\"\nsources:\n  - trigger: {trigger}\n    \
         on_refuse: quarantine\n",
        directory.display()
    )
}

#[tokio::test]
async fn an_event_that_nobody_waits_for_is_stored_and_then_acknowledged() {
    let root = outside();
    let directory = root.path().join("refused");
    let guarded = poisoned(Setup::rust(), &quarantine("direct", &directory)).start().await;
    let invoked = guarded.invoke("{\"text\":\"poison\"}").await;
    assert_eq!(invoked.answer.error_type(), None);
    assert_eq!(invoked.answer.body().as_ref(), b"null");
    let file = std::fs::read_dir(&directory).unwrap().next().unwrap().unwrap().path();
    let stored: Value = serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap();
    let whole = json!([{ "check": "limits.string_bytes", "data": "eyJ0ZXh0IjoicG9pc29uIn0=" }]);
    assert_eq!(stored["items"], whole);
    let record = guarded.ledger().await.invocation(&invoked.request_id);
    assert_eq!((&record["decision"], &record["outcome"]), (&json!("refuse"), &json!("refused")));
    assert_eq!(record["withheld"]["quarantined"], true);
}

/// A directory outside `/tmp`, wherever the checkout is.
fn outside() -> tempfile::TempDir {
    tempfile::tempdir_in("/var/tmp").unwrap()
}

#[tokio::test]
async fn copies_are_stored_before_the_function_gets_the_rest() {
    let root = outside();
    let directory = root.path().join("refused");
    let filtered = filtered(&quarantine("sqs", &directory)).await;
    let files: Vec<_> =
        std::fs::read_dir(&directory).unwrap().map(|file| file.unwrap().path()).collect();
    let [file] = &files[..] else { panic!("{files:?}") };
    assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    let stored: Value = serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap();
    assert_eq!(stored["requestId"], filtered.running.request_id());
    assert_eq!((&stored["kind"], &stored["trigger"]), (&json!("quarantine"), &json!("sqs")));
    let items = stored["items"].as_array().unwrap();
    let ids: Vec<_> = items.iter().map(|item| (&item["index"], &item["id"])).collect();
    assert_eq!(ids, [(&json!(2), &json!(id(2))), (&json!(5), &json!(id(5)))]);
    assert!(items.iter().all(|item| item["check"] == "limits.string_bytes"));
    assert!(message_ids(&filtered.event).len() == 8);
    let (answer, record) = filtered.answer("{\"mine\":1}").await;
    assert_eq!(answer.body().as_ref(), b"{\"mine\":1}");
    assert_eq!(record["decision"], "filter");
    assert_eq!(record["withheld"]["quarantined"], true);
}

#[tokio::test]
async fn security_what_cannot_be_stored_goes_back_to_its_source() {
    let root = outside();
    let file = root.path().join("a-file");
    std::fs::write(&file, "").unwrap();
    let temporary = tempfile::tempdir().unwrap();
    let link = root.path().join("link");
    std::os::unix::fs::symlink(temporary.path(), &link).unwrap();
    for directory in [file, link.clone(), link.join("refused")] {
        let policy = quarantine("sqs", &directory);
        let guarded = poisoned(Setup::rust(), &policy).start().await;
        let invoked = guarded.invoke(batch(&[3])).await;
        assert_eq!(invoked.answer.error_type(), Some("Function.TollgateRefused"));
        let ledger = guarded.ledger().await;
        let record = ledger.invocation(&invoked.request_id);
        assert_eq!(
            (&record["decision"], &record["items"]["refused"]),
            (&json!("refuse"), &json!(10))
        );
        assert!(record["times"]["released"].is_null());
        let found = ledger.of_kind("finding");
        assert!(found.iter().any(|finding| finding["id"] == "quarantine.unwritable"), "{found:?}");
    }
}
