//! How long decoding and classifying take, beside `serde_json`'s syntax check of the same bytes.
//!
//! `cargo bench -p tollgate-event` prints a table of the best of many rounds; an argument picks
//! events by name.
#![expect(clippy::print_stdout, reason = "a bench prints its table")]
use std::hint::black_box;
use std::time::{Duration, Instant};

use bytes::Bytes;
use serde::de::IgnoredAny;
use tollgate_event::{Invocation, Limits, RawEvent, classify, decode};

const ROUNDS: u32 = 5;
const ROUND: Duration = Duration::from_millis(200);

fn main() {
    println!("{:<28}{:>10}{:>14}{:>14}{:>8}", "event", "bytes", "decode µs", "serde µs", "ratio");
    let events = [
        ("1 KB request", request(300)),
        ("100 KB request", request(100_000)),
        ("6 MB request", request(6_000_000)),
        ("6 MB small members", small_members(6_000_000)),
        ("6 MB queue messages", queue(6_000_000)),
        ("6 MB not ASCII", format!("[\"{}\"]", "é€".repeat(1_200_000))),
        ("6 MB numbers", format!("[{}0]", "12345.678,".repeat(600_000))),
        ("6 MB opening brackets", "[".repeat(6_000_000)),
        ("6 MB of one key", format!("{{{}\"a\":1}}", "\"a\":1,".repeat(1_000_000))),
        ("6 MB of keys in one object", many_keys(260_000)),
    ];
    let wanted = std::env::args().skip(1).find(|argument| !argument.starts_with('-'));
    let is_wanted = |name: &str| wanted.as_deref().is_none_or(|wanted| name.contains(wanted));
    for (name, event) in events.into_iter().filter(|(name, _)| is_wanted(name)) {
        report(name, &Bytes::from(event));
    }
}

fn report(name: &str, event: &Bytes) {
    let raw = RawEvent::new(Invocation::default(), event.clone());
    let limits = Limits::default();
    let ours = best(|| {
        black_box(classify(decode(raw.clone(), &limits)));
    });
    let theirs = best(|| {
        black_box(serde_json::from_slice::<IgnoredAny>(event).is_ok());
    });
    let ratio = ours.as_secs_f64() / theirs.as_secs_f64();
    let micros = |time: Duration| time.as_secs_f64() * 1e6;
    let (ours, theirs) = (micros(ours), micros(theirs));
    println!("{name:<28}{:>10}{ours:>14.2}{theirs:>14.2}{ratio:>8.2}", event.len());
}

/// The least mean time of a call over the rounds.
fn best(mut call: impl FnMut()) -> Duration {
    let round = |call: &mut dyn FnMut()| {
        let start = Instant::now();
        let mut calls = 0;
        while start.elapsed() < ROUND {
            call();
            calls += 1;
        }
        start.elapsed() / calls
    };
    (0..ROUNDS).map(|_| round(&mut call)).min().unwrap_or_default()
}

/// An API Gateway request whose body is JSON in a string.
fn request(body_bytes: usize) -> String {
    let line = r#"{\"sku\":\"A-100\",\"quantity\":2,\"note\":\"gift wrap, please\"},"#;
    let body = line.repeat(body_bytes.div_ceil(line.len()));
    format!(
        r#"{{"version":"2.0","routeKey":"POST /orders","rawPath":"/orders","rawQueryString":"","headers":{{"content-type":"application/json","host":"f6g7h8i9j0.execute-api.eu-west-1.amazonaws.com","user-agent":"example-client/1.0","x-forwarded-for":"203.0.113.9"}},"requestContext":{{"accountId":"123456789012","apiId":"f6g7h8i9j0","domainName":"f6g7h8i9j0.execute-api.eu-west-1.amazonaws.com","http":{{"method":"POST","path":"/orders","protocol":"HTTP/1.1","sourceIp":"203.0.113.9"}},"requestId":"JKJaXmPLvHcESHA=","routeKey":"POST /orders","stage":"$default"}},"body":"{body}","isBase64Encoded":false}}"#
    )
}

fn small_members(bytes: usize) -> String {
    let row =
        r#"{"id":12345,"name":"widget","price":19.99,"tags":["a","b"],"stock":true,"note":null},"#;
    format!("{{\"rows\":[{}{{}}]}}", row.repeat(bytes / row.len()))
}

fn queue(bytes: usize) -> String {
    let message = r#"{"messageId":"059f36b4-87a3-44ab-83d2-661975970001","receiptHandle":"AQEBexample","body":"{\"order\":42,\"state\":\"paid\"}","attributes":{"ApproximateReceiveCount":"1","SentTimestamp":"1773342238123","SenderId":"AIDAEXAMPLEID"},"messageAttributes":{},"md5OfBody":"e4e68fb7bd0e697a0ae8f1bb342846b3","eventSource":"aws:sqs","eventSourceARN":"arn:aws:sqs:eu-west-1:123456789012:orders","awsRegion":"eu-west-1"}"#;
    let messages = vec![message; bytes / message.len()];
    format!("{{\"Records\":[{}]}}", messages.join(","))
}

fn many_keys(count: usize) -> String {
    let members: Vec<_> = (0..count).map(|i| format!("\"key-number-{i:06}\":1,")).collect();
    let members = members.concat();
    format!("{{{members}\"end\":1}}")
}
