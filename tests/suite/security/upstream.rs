//! A hostile upstream: whatever comes in Lambda's name, the extension lives, the gate holds, and the
//! next true event has its one record.

use crate::support::lambda::{Lambda, Lie, event, event_fields};
use crate::support::raw::{NEXT, Raw, get, post, response_path, within};

const TRUE_ID: &str = "8476a536-e9f4-11e8-9739-2dfe598c3fcd";
const FALSE_ID: &str = "00000000-e9f4-11e8-9739-2dfe598c3fcd";

fn lie(text: impl Into<Vec<u8>>) -> Lie {
    Lie { bytes: text.into(), ends: true }
}

fn answer(fields: &str, body: &str) -> Lie {
    lie(format!("HTTP/1.1 200 OK\r\n{}{fields}\r\n{body}", event_fields(FALSE_ID)))
}

/// Answers to a poll that are no events: it is asked again, and what was true before is true still.
fn no_events() -> Vec<(&'static str, Lie)> {
    let large = 13 * 1024 * 1024;
    vec![
        ("nothing", lie("")),
        ("a head that breaks off", lie("HTTP/1.1 200 OK\r\nLambda-Runtime-Aws")),
        ("no HTTP", lie("SSH-2.0-OpenSSH_9.9\r\n\r\n")),
        ("another version", lie("HTTP/2 200\r\n\r\n")),
        ("a change of protocol", lie("HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\n\r\n")),
        ("a body shorter than its length", answer("Content-Length: 100\r\n", "{}")),
        ("a length beyond all memory", answer("Content-Length: 18446744073709551615\r\n", "{}")),
        ("a length that is none", answer("Content-Length: ten\r\n", "{}")),
        ("two lengths", answer("Content-Length: 2\r\nContent-Length: 4\r\n", "{}{}")),
        (
            "a length and chunks",
            answer("Content-Length: 2\r\nTransfer-Encoding: chunked\r\n", "{}"),
        ),
        ("a coding nobody knows", answer("Transfer-Encoding: gzip\r\n", "{}")),
        ("chunks that break off", answer("Transfer-Encoding: chunked\r\n", "4\r\n{}")),
        ("chunks that lie", answer("Transfer-Encoding: chunked\r\n", "1\r\n{}\r\n0\r\n\r\n")),
        ("a head without an end", {
            lie(format!("HTTP/1.1 200 OK\r\nX: {}", "x".repeat(1_300_000)))
        }),
        ("fields without an end", {
            lie(format!("HTTP/1.1 200 OK\r\n{}\r\n", "A: b\r\n".repeat(1_000)))
        }),
        ("a huge event", { answer(&format!("Content-Length: {large}\r\n"), &"x".repeat(large)) }),
        ("huge chunks", {
            let chunk = format!("{:x}\r\n{}\r\n0\r\n\r\n", large, "x".repeat(large));
            answer("Transfer-Encoding: chunked\r\n", &chunk)
        }),
        ("interim answers and no more", lie("HTTP/1.1 103 Early Hints\r\n\r\n".repeat(10_000))),
    ]
}

/// The runtime polls until it has the true event, as clients do; what it is told before is an error.
async fn poll_until_true(lambda: &Lambda, name: &str) -> Vec<u8> {
    for _ in 0..6 {
        let mut raw = Raw::sending(lambda.port, get(NEXT)).await;
        let Some((status, head, body)) = raw.answer().await else { continue };
        if status == 200 {
            assert!(head.contains(TRUE_ID), "{name}: {head}");
            return body;
        }
        assert_eq!(status, 502, "{name}: {head}");
    }
    panic!("{name}: the true event never came");
}

async fn reply(lambda: &Lambda, id: &str) -> Option<u16> {
    let text = post(&response_path(id), "Content-Length: 6\r\n", "\"true\"");
    Raw::sending(lambda.port, text).await.status().await
}

#[tokio::test]
async fn security_what_is_no_event_is_asked_for_again() {
    for (name, lie) in no_events() {
        let mut lambda = Lambda::start("version: 1\nmode: enforce\n").await;
        lambda.will_poll(lie);
        lambda.will_poll(event(TRUE_ID, "\"event\""));
        let body = within(name, poll_until_true(&lambda, name)).await;
        assert_eq!(body, b"\"event\"", "{name}");
        assert_eq!(reply(&lambda, TRUE_ID).await, Some(202), "{name}");
        assert!(lambda.extension_runs(), "{name}");
        let ledger = lambda.ledger().await;
        assert_eq!(ledger.invocation(TRUE_ID)["outcome"], "success", "{name}");
        assert_eq!(ledger.of_kind("invocation").len(), 1, "{name}: only the true one");
        ledger.assert_verifies();
    }
}

/// An upstream that lies each time makes an error of the poll, not an endless loop.
#[tokio::test]
async fn security_an_upstream_that_always_lies_is_an_error_to_the_runtime() {
    for (name, lie) in no_events() {
        let mut lambda = Lambda::start("version: 1\n").await;
        for _ in 0..3 {
            lambda.will_poll(lie.clone());
        }
        let mut raw = Raw::sending(lambda.port, get(NEXT)).await;
        assert_eq!(raw.status().await, Some(502), "{name}");
        assert!(lambda.extension_runs(), "{name}");
        let ledger = lambda.ledger().await;
        assert!(ledger.of_kind("invocation").is_empty(), "{name}");
    }
}

/// An event with a deadline.
fn due(deadline_ms: &str) -> Lie {
    lie(format!(
        "HTTP/1.1 200 OK\r\nLambda-Runtime-Aws-Request-Id: {FALSE_ID}\r\n\
         Lambda-Runtime-Deadline-Ms: {deadline_ms}\r\nContent-Length: 2\r\n\r\n{{}}"
    ))
}

/// A name, an event that is odd but one, and what the runtime gets of it.
fn odd_events() -> Vec<(&'static str, Lie, &'static str)> {
    let chunked = "Transfer-Encoding: chunked\r\nTrailer: X\r\n";
    let long = "9".repeat(100_000);
    let fields = |id: &str, more: &str| {
        let head =
            format!("HTTP/1.1 200 OK\r\n{}{more}Content-Length: 2\r\n\r\n{{}}", event_fields(id));
        lie(head)
    };
    vec![
        (
            "interim answers first",
            {
                let mut text = b"HTTP/1.1 100 Continue\r\n\r\n".repeat(50);
                text.extend(event(FALSE_ID, "{}").bytes);
                lie(text)
            },
            "{}",
        ),
        ("trailers", answer(chunked, "2\r\n{}\r\n0\r\nContent-Length: 9\r\n\r\n"), "{}"),
        (
            "chunk extensions",
            answer("Transfer-Encoding: chunked\r\n", "2;a=b\r\n{}\r\n0\r\n\r\n"),
            "{}",
        ),
        ("no length at all", answer("", "{}"), "{}"),
        (
            "more than its length",
            answer("Content-Length: 2\r\n", "{}HTTP/1.1 200 OK\r\n\r\n"),
            "{}",
        ),
        ("a long id", fields(&long, ""), "{}"),
        (
            "a second id",
            fields(FALSE_ID, &format!("Lambda-Runtime-Aws-Request-Id: {TRUE_ID}\r\n")),
            "{}",
        ),
        ("a deadline that is none", due("soon"), "{}"),
        ("a deadline beyond all time", due("18446744073709551615"), "{}"),
        ("a deadline long ago", due("0"), "{}"),
    ]
}

#[tokio::test]
async fn security_odd_events_are_decided_recorded_and_forgotten() {
    for (name, lie, expected) in odd_events() {
        let policy = "version: 1\nmode: enforce\nceilings: { time: 5s }\n";
        let mut lambda = Lambda::start(policy).await;
        lambda.will_poll(lie);
        let mut raw = Raw::sending(lambda.port, get(NEXT)).await;
        let (status, head, body) = raw.answer().await.unwrap();
        assert_eq!((status, body.as_slice()), (200, expected.as_bytes()), "{name}: {head}");
        let mut fields = head.lines().filter_map(|line| line.split_once(": "));
        let id = fields.find(|(name, _)| *name == "Lambda-Runtime-Aws-Request-Id");
        let id = id.unwrap().1.to_owned();
        assert_eq!(reply(&lambda, &id).await, Some(202), "{name}");
        lambda.will_poll(event("true-after-all", "\"event\""));
        let (_, head, body) = Raw::sending(lambda.port, get(NEXT)).await.answer().await.unwrap();
        assert_eq!(body, b"\"event\"", "{name}: {head}");
        assert_eq!(reply(&lambda, "true-after-all").await, Some(202), "{name}");
        assert!(lambda.extension_runs(), "{name}");
        let ledger = lambda.ledger().await;
        // One whose time is over before it begins may meet its ceiling.
        let outcome = ledger.invocation(&id)["outcome"].clone();
        assert!(outcome == "success" || outcome == "ceiling", "{name}: {outcome}");
        assert_eq!(ledger.invocation("true-after-all")["outcome"], "success", "{name}");
        ledger.assert_verifies();
    }
}

/// An event without an id could be neither answered nor recorded: it never reaches the function.
#[tokio::test]
async fn security_an_event_without_an_id_is_no_event() {
    let lambda = Lambda::start("version: 1\n").await;
    for id in ["", "Lambda-Runtime-Aws-Request-Id: \r\n"] {
        let text = format!("HTTP/1.1 200 OK\r\n{id}Content-Length: 6\r\n\r\n\"evil\"");
        for _ in 0..3 {
            lambda.will_poll(lie(text.clone()));
        }
        let (status, _, body) = Raw::sending(lambda.port, get(NEXT)).await.answer().await.unwrap();
        assert_eq!(status, 502, "{id}: {}", String::from_utf8_lossy(&body));
    }
    assert!(lambda.ledger().await.of_kind("invocation").is_empty());
}

/// What Lambda says to a reply is passed on where it is an answer, and is an error where it is none.
#[tokio::test]
async fn security_lies_about_a_reply_leave_one_record() {
    for (name, lie, status) in [
        ("nothing", lie(""), 202),
        ("half a head", lie("HTTP/1.1 202 Acc"), 202),
        ("no HTTP", lie("220 ready\r\n\r\n"), 202),
        (
            "a body that breaks off",
            lie("HTTP/1.1 202 Accepted\r\nContent-Length: 100\r\n\r\n{"),
            202,
        ),
        (
            "interim answers",
            lie("HTTP/1.1 102 Processing\r\n\r\n".repeat(100)
                + "HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n"),
            202,
        ),
        (
            "a redirection",
            lie("HTTP/1.1 302 Found\r\nLocation: http://example.com/\r\nContent-Length: 0\r\n\r\n"),
            302,
        ),
        ("a failure", lie("HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\n\r\n"), 500),
    ] {
        let mut lambda = Lambda::start("version: 1\nmode: enforce\n").await;
        lambda.will_poll(event(TRUE_ID, "{}"));
        assert_eq!(Raw::sending(lambda.port, get(NEXT)).await.status().await, Some(200));
        lambda.will_reply(lie);
        let got = reply(&lambda, TRUE_ID).await;
        assert!(got == Some(status) || (status == 202 && got.is_none()), "{name}: {got:?}");
        assert!(lambda.extension_runs(), "{name}");
        let sent = lambda.replied();
        assert!(sent.iter().all(|(_, body)| body == b"\"true\""), "{name}: {sent:?}");
        let ledger = lambda.ledger().await;
        let outcome = if status == 202 { "success" } else { "shutdown" };
        assert_eq!(ledger.invocation(TRUE_ID)["outcome"], outcome, "{name}");
        ledger.assert_verifies();
    }
}
