//! Floods: many connections, slow ones, and heads without an end.

use super::{assert_found, busy};
use crate::support::raw::{Raw, get, post, response_path};
use crate::support::runtime::Runtime;

#[tokio::test]
async fn security_a_flood_of_connections_does_not_lock_the_runtime_out() {
    let (guarded, runtime, running) = busy().await;
    let mut flood = Vec::new();
    for _ in 0..420 {
        flood.push(Raw::connect(guarded.port).await);
    }
    // One that had no request made room.
    flood[0].closed().await;
    // A runtime that opens a connection for each call gets through as well.
    let mut fresh = Runtime::connect(guarded.port).await;
    assert_eq!(fresh.call("GET", "/2018-06-01/ping", &[], "").await.status, 200);
    assert_found(guarded, runtime, running, "proxy.flood").await;
}

#[tokio::test]
async fn security_a_flood_of_requests_is_found_and_does_not_flood_the_ledger() {
    let (guarded, runtime, running) = busy().await;
    let forged = post(&response_path("guess"), "Content-Length: 2\r\n", "{}");
    let mut raw = Raw::connect(guarded.port).await;
    for _ in 0..1_000 {
        assert!(raw.send(&forged).await);
        assert_eq!(raw.status().await, Some(400));
    }
    let mut runtime = runtime;
    assert_eq!(runtime.respond(running.request_id(), "{}").await.status, 202);
    let id = running.request_id().to_owned();
    let ledger = guarded.ledger_after(running, runtime).await;
    assert_eq!(ledger.invocation(&id)["outcome"], "success");
    let findings = ledger.findings();
    let found = findings.iter().filter(|id| *id == "proxy.unknown_reply").count();
    // Twenty a minute, and a minute may turn while they come.
    assert!((20..=60).contains(&found), "{found}");
    ledger.assert_verifies();
}

#[tokio::test]
async fn security_slow_heads_are_given_up_where_they_are_many() {
    let (guarded, runtime, running) = busy().await;
    let mut slow = Vec::new();
    for _ in 0..100 {
        slow.push(Raw::sending(guarded.port, "GET /2018-06-01/ping HTTP/1.1\r\nX-Slow: ").await);
    }
    slow[0].closed().await;
    let mut last = slow.pop().unwrap();
    last.send("y\r\n\r\n").await;
    assert_eq!(last.status().await, Some(200), "few may be slow");
    assert_found(guarded, runtime, running, "proxy.flood").await;
}

#[tokio::test]
async fn security_heads_without_an_end_take_little_memory() {
    let (guarded, runtime, running) = busy().await;
    let before = guarded.extension_memory_kb("VmHWM:");
    let head = format!("GET /2018-06-01/ping HTTP/1.1\r\nX-Long: {}", "x".repeat(1_000_000));
    let mut long = Vec::new();
    for _ in 0..60 {
        long.push(Raw::sending(guarded.port, &head).await);
    }
    long[0].closed().await;
    let grown = guarded.extension_memory_kb("VmHWM:") - before;
    assert!(grown < 24 * 1024, "{grown} KB for 60 MB of heads");
    assert_found(guarded, runtime, running, "proxy.flood").await;
}

#[tokio::test]
async fn security_a_huge_head_is_refused_and_found() {
    let (guarded, runtime, running) = busy().await;
    for head in [
        format!("GET /{} HTTP/1.1\r\n", "a".repeat(1_200_000)),
        format!("GET / HTTP/1.1\r\nX-Huge: {}\r\n", "a".repeat(1_200_000)),
        format!("GET / HTTP/1.1\r\n{}\r\n", "A: b\r\n".repeat(300)),
    ] {
        let mut raw = Raw::connect(guarded.port).await;
        // What is refused before its end is not read to its end.
        raw.send(head).await;
        assert!(matches!(raw.status().await, Some(400) | None));
    }
    assert_found(guarded, runtime, running, "proxy.foreign_request").await;
}

/// What Lambda takes, the proxy takes: the cause of an error travels in a header of up to 1 MB.
#[tokio::test]
async fn a_large_head_that_lambda_takes_passes() {
    let (guarded, mut runtime, running) = busy().await;
    let cause = "x".repeat(100_000);
    let headers = [("x-large", cause.as_str())];
    assert_eq!(runtime.call("GET", "/2018-06-01/ping", &headers, "").await.status, 200);
    assert_eq!(guarded.request("GET", "/ping").header("x-large"), Some(cause.as_str()));
    assert_eq!(runtime.respond(running.request_id(), "{}").await.status, 202);
    let ledger = guarded.ledger_after(running, runtime).await;
    assert!(
        !ledger.findings().iter().any(|id| id.starts_with("proxy.")),
        "{:?}",
        ledger.findings()
    );
}

#[tokio::test]
async fn security_who_sends_byte_by_byte_holds_nobody_up() {
    let (guarded, runtime, running) = busy().await;
    let mut slow = Raw::connect(guarded.port).await;
    let request = get("/2018-06-01/ping");
    let (begin, rest) = request.split_at(20);
    for byte in begin.bytes() {
        slow.send([byte]).await;
    }
    let mut runtime = runtime;
    assert_eq!(runtime.respond(running.request_id(), "{}").await.status, 202);
    for byte in rest.bytes() {
        slow.send([byte]).await;
    }
    assert_eq!(slow.status().await, Some(200));
    let id = running.request_id().to_owned();
    let ledger = guarded.ledger_after(running, runtime).await;
    assert_eq!(ledger.invocation(&id)["outcome"], "success");
}
