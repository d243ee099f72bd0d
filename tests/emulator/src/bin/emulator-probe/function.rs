//! The probe as a runtime: polls, and does what the event's `control` member says.
//!
//! `PROBE_FUNCTION` (JSON) says how it starts: `{"idle":true}` never polls, `{"exit":3}` exits,
//! `{"init_error":true}` reports and exits, `{"sleep_ms":50}` starts slowly, `{"once":PATH}` does
//! the rest only if the file PATH in the environment's `/tmp` does not exist, and makes it.
use std::io;
use std::path::PathBuf;

use serde_json::{Value, json};

use crate::http::{Client, Reply};
use crate::worker::{self, Work};
use crate::{print, sleep, variables};

const RUNTIME: &str = "/2018-06-01/runtime";

/// Runs until told to exit.
pub(crate) fn run() -> io::Result<u8> {
    let orders = std::env::var("PROBE_FUNCTION").unwrap_or_default();
    let orders: Value = serde_json::from_str(&orders).unwrap_or_default();
    print("function started");
    let mut client = Client::connect()?;
    if let Some(code) = begin(&mut client, &orders)? {
        return Ok(code);
    }
    loop {
        let event = client.get(&format!("{RUNTIME}/invocation/next"), &[])?;
        if let Some(mode) = orders.get("worker").and_then(Value::as_str) {
            work(&mut client, &event, mode)?;
            continue;
        }
        if let Some(code) = handle(&mut client, &event)? {
            return Ok(code);
        }
    }
}

fn begin(client: &mut Client, orders: &Value) -> io::Result<Option<u8>> {
    if let Some(mark) = orders.get("once").and_then(Value::as_str) {
        let mark = tmp(mark);
        if mark.exists() {
            return Ok(None);
        }
        std::fs::write(mark, "")?;
    }
    sleep(orders, "sleep_ms");
    if orders.get("idle").is_some() {
        loop {
            std::thread::park();
        }
    }
    if orders.get("init_error").is_some() {
        let kind = ("lambda-runtime-function-error-type", "Runtime.BadHandler");
        let body = br#"{"errorMessage":"no handler","errorType":"Runtime.BadHandler"}"#;
        client.post(&format!("{RUNTIME}/init/error"), &[kind], body)?;
        return Ok(Some(1));
    }
    Ok(exit_code(orders, "exit"))
}

fn handle(client: &mut Client, event: &Reply) -> io::Result<Option<u8>> {
    let orders = control(&event.body);
    if let Some(line) = orders.get("print").and_then(Value::as_str) {
        print(line);
    }
    sleep(&orders, "sleep_ms");
    if let Some(code) = exit_code(&orders, "exit") {
        return Ok(Some(code));
    }
    reply(client, event, &orders)?;
    sleep(&orders, "sleep_after_ms");
    Ok(exit_code(&orders, "exit_after"))
}

/// The front ends' part of the probe.
fn work(client: &mut Client, event: &Reply, mode: &str) -> io::Result<()> {
    let id = event.header("lambda-runtime-aws-request-id");
    let path = |end: &str| format!("{RUNTIME}/invocation/{id}/{end}");
    let echo = ("lambda-runtime-invocation-id", event.header("lambda-runtime-invocation-id"));
    match worker::work(event, mode) {
        Work::Answer(body) => client.post(&path("response"), &[echo], &body).map(|_| ()),
        Work::Stream(body) => worker::stream(client, &path("response"), &body),
        Work::Trickle { until, fails } => worker::trickle(client, &path("response"), &until, fails),
        Work::Fail => fail(client, &path("error"), echo),
    }
}

fn fail(client: &mut Client, path: &str, echo: (&str, &str)) -> io::Result<()> {
    let kind = ("lambda-runtime-function-error-type", "Function.ProbeFailed");
    let body = br#"{"errorMessage":"told to fail","errorType":"Function.ProbeFailed"}"#;
    client.post(path, &[echo, kind], body).map(|_| ())
}

fn reply(client: &mut Client, event: &Reply, orders: &Value) -> io::Result<()> {
    let path = |end: &str| {
        format!("{RUNTIME}/invocation/{}/{end}", event.header("lambda-runtime-aws-request-id"))
    };
    let echo = ("lambda-runtime-invocation-id", event.header("lambda-runtime-invocation-id"));
    if orders.get("fail").is_some() {
        fail(client, &path("error"), echo)?;
    } else if orders.get("stream").is_some() {
        stream(client, &path("response"), orders)?;
    } else {
        client.post(&path("response"), &[echo], &answer(event, orders)?)?;
    }
    Ok(())
}

/// Sends two chunks with a pause between them, and an error in the trailers.
fn stream(client: &mut Client, path: &str, orders: &Value) -> io::Result<()> {
    let headers = [
        ("lambda-runtime-function-response-mode", "streaming"),
        ("transfer-encoding", "chunked"),
        ("trailer", "Lambda-Runtime-Function-Error-Type"),
        ("content-type", "text/plain"),
    ];
    client.send("POST", path, &headers, b"")?;
    client.write(b"5\r\nfirst\r\n")?;
    sleep(orders, "pause_ms");
    client.write(b"6\r\nsecond\r\n")?;
    client.write(b"0\r\nLambda-Runtime-Function-Error-Type: Function.Midstream\r\n\r\n")?;
    client.receive().map(|_| ())
}

fn answer(event: &Reply, orders: &Value) -> io::Result<Vec<u8>> {
    if let Some(size) = orders.get("bytes").and_then(Value::as_u64) {
        return Ok(vec![b'x'; usize::try_from(size).map_err(io::Error::other)?]);
    }
    if orders.get("variables").is_some() {
        return Ok(variables().to_string().into_bytes());
    }
    if let Some(name) = orders.get("count_in").and_then(Value::as_str) {
        return count(&tmp(name));
    }
    if orders.get("headers").is_some() {
        let headers: Value =
            event.headers.iter().map(|(name, value)| (name.clone(), json!(value))).collect();
        return Ok(headers.to_string().into_bytes());
    }
    Ok(event.body.clone())
}

/// Counts this invocation in a file.
fn count(file: &PathBuf) -> io::Result<Vec<u8>> {
    let mut marks = std::fs::read(file).unwrap_or_default();
    marks.push(b'.');
    std::fs::write(file, &marks)?;
    Ok(marks.len().to_string().into_bytes())
}

fn tmp(name: &str) -> PathBuf {
    std::env::temp_dir().join(name)
}

fn exit_code(orders: &Value, field: &str) -> Option<u8> {
    orders.get(field).and_then(Value::as_u64).and_then(|code| u8::try_from(code).ok())
}

/// The event's orders; an event without any is echoed unread.
fn control(body: &[u8]) -> Value {
    if !body.starts_with(b"{\"control\"") {
        return Value::Null;
    }
    let event: Value = serde_json::from_slice(body).unwrap_or_default();
    event.get("control").cloned().unwrap_or_default()
}
