//! The Invoke API in front of an environment.
#![expect(clippy::unwrap_used, reason = "test code")]

use std::net::SocketAddr;
use std::sync::Arc;

use serde_json::json;
use tollgate_emulator::Front;

use crate::support::{Client, control, function, start};

const INVOKE: &str = "/2015-03-31/functions/function/invocations";

async fn served() -> Client {
    let front = Front::bind(SocketAddr::from(([127, 0, 0, 1], 0))).await.unwrap();
    let address = front.address().unwrap();
    tokio::spawn(front.serve(Arc::new(start(function()).await)));
    Client::connect(address).await.unwrap()
}

#[tokio::test]
async fn an_event_is_answered_with_the_functions_bytes() {
    let mut client = served().await;
    let reply = client.post(INVOKE, &[], b"[1]").await;
    assert_eq!((reply.status, reply.body.as_slice()), (200, &b"[1]"[..]));
    assert_eq!(reply.header("x-amz-function-error"), None);
    assert_eq!(reply.header("x-amz-executed-version"), Some("$LATEST"));
}

#[tokio::test]
async fn an_error_is_status_200_with_a_header() {
    let mut client = served().await;
    let event = control(&json!({ "fail": true }));
    let reply = client.post(INVOKE, &[], &event.body).await;
    assert_eq!(reply.status, 200);
    assert_eq!(reply.header("x-amz-function-error"), Some("Unhandled"));
    assert_eq!(reply.json()["errorMessage"], "told to fail");
}

#[tokio::test]
async fn the_callers_headers_reach_the_runtime() {
    let mut client = served().await;
    let headers = [
        ("x-amz-client-context", "eyJhIjoxfQ=="),
        ("x-amzn-trace-id", "Root=1-1-1"),
        ("x-amz-tenant-id", "blue"),
    ];
    let event = control(&json!({ "headers": true }));
    let seen = client.post(INVOKE, &headers, &event.body).await.json();
    assert_eq!(seen["lambda-runtime-client-context"], r#"{"a":1}"#);
    assert_eq!(seen["lambda-runtime-trace-id"], "Root=1-1-1");
    assert_eq!(seen["lambda-runtime-aws-tenant-id"], "blue");
    let broken = client.post(INVOKE, &[("x-amz-client-context", "?")], b"{}").await;
    assert_eq!(broken.status, 400);
}

#[tokio::test]
async fn other_paths_and_methods_are_refused() {
    let mut client = served().await;
    assert_eq!(client.post("/other", &[], b"{}").await.status, 404);
    assert_eq!(client.get(INVOKE, &[]).await.status, 405);
}
