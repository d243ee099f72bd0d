//! The probe as a function behind a front end: it does what bodies and records say.
//!
//! `PROBE_FUNCTION={"worker":"report"}` names records with `poison` in them as failed, and
//! `{"worker":"fail"}` fails for them. An HTTP body `answer:TEXT` is answered with TEXT as it is,
//! `stream:TEXT` with TEXT as a streamed answer that has a prelude, `sleep:MS` after a while.
//! `trickle:FILE` streams its beginning, waits until FILE is there, and streams the rest; with
//! `trickle-fail:FILE` it exits in place of that.
use std::io;

use serde_json::{Value, json};

use crate::http::{Client, Reply};
use crate::print;

/// What a worker answers.
pub(crate) enum Work {
    Answer(Vec<u8>),
    Fail,
    Stream(Vec<u8>),
    Trickle { until: String, fails: bool },
}

/// Decides what is answered to an event.
pub(crate) fn work(event: &Reply, mode: &str) -> Work {
    let event: Value = serde_json::from_slice(&event.body).unwrap_or_default();
    match event.get("Records").and_then(Value::as_array) {
        Some(records) => records_of(records, mode),
        None => http(&event),
    }
}

/// Sends a streamed answer with the content type of one that has a prelude.
pub(crate) fn stream(client: &mut Client, path: &str, body: &[u8]) -> io::Result<()> {
    begin(client, path)?;
    chunk(client, body)?;
    client.write(b"0\r\n\r\n")?;
    client.receive().map(|_| ())
}

/// Streams in two parts, the second one when a file is there.
pub(crate) fn trickle(client: &mut Client, path: &str, until: &str, fails: bool) -> io::Result<()> {
    begin(client, path)?;
    // The prelude comes in two pieces as well.
    chunk(client, b"{\"statusCode\":207}\0\0\0\0")?;
    chunk(client, b"\0\0\0\0first")?;
    while !std::path::Path::new(until).exists() {
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    if fails {
        return Err(io::Error::other("told to fail midway"));
    }
    chunk(client, b"second")?;
    client.write(b"0\r\n\r\n")?;
    client.receive().map(|_| ())
}

fn begin(client: &mut Client, path: &str) -> io::Result<()> {
    let headers = [
        ("lambda-runtime-function-response-mode", "streaming"),
        ("transfer-encoding", "chunked"),
        ("content-type", "application/vnd.awslambda.http-integration-response"),
    ];
    client.send("POST", path, &headers, b"")
}

fn chunk(client: &mut Client, bytes: &[u8]) -> io::Result<()> {
    client.write(format!("{:x}\r\n", bytes.len()).as_bytes())?;
    client.write(bytes)?;
    client.write(b"\r\n")
}

fn records_of(records: &[Value], mode: &str) -> Work {
    let mut failed = Vec::new();
    for record in records {
        let (id, content) = identified(record);
        print(&format!("got {content}"));
        if content.contains("poison") || content.contains("cG9pc29u") {
            failed.push(json!({ "itemIdentifier": id }));
        }
    }
    match (failed.is_empty(), mode) {
        (false, "fail") => Work::Fail,
        _ => Work::Answer(json!({ "batchItemFailures": failed }).to_string().into_bytes()),
    }
}

/// The identifier that a record is reported by, and what it holds.
fn identified(record: &Value) -> (&str, String) {
    let at = |path: &str| record.pointer(path).and_then(Value::as_str);
    let id = at("/messageId")
        .or_else(|| at("/kinesis/sequenceNumber"))
        .or_else(|| at("/dynamodb/SequenceNumber"));
    let image = || record.pointer("/dynamodb/NewImage").map(Value::to_string);
    let text = at("/body").or_else(|| at("/kinesis/data")).or_else(|| at("/Sns/Message"));
    let content = text.map(str::to_owned).or_else(image).unwrap_or_default();
    (id.unwrap_or_default(), content)
}

fn http(event: &Value) -> Work {
    let body = event.get("body").and_then(Value::as_str).unwrap_or_default();
    if let Some(text) = body.strip_prefix("answer:") {
        return Work::Answer(text.as_bytes().to_vec());
    }
    if let Some(text) = body.strip_prefix("stream:") {
        return Work::Stream(text.replace('|', "\0\0\0\0\0\0\0\0").into_bytes());
    }
    for (word, fails) in [("trickle:", false), ("trickle-fail:", true)] {
        if let Some(until) = body.strip_prefix(word) {
            return Work::Trickle { until: until.to_owned(), fails };
        }
    }
    if let Some(ms) = body.strip_prefix("sleep:").and_then(|ms| ms.parse().ok()) {
        std::thread::sleep(std::time::Duration::from_millis(ms));
    }
    let answer = json!({
        "statusCode": 200,
        "headers": { "content-type": "application/json" },
        "body": event.to_string(),
    });
    Work::Answer(answer.to_string().into_bytes())
}
