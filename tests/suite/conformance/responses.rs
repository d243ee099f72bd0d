//! Buffered responses pass as they are, and Lambda's verdict on them comes back.

use crate::support::guarded::Setup;
use crate::support::runtime::Runtime;
use tollgate_emulator::{Answer, PAYLOAD_BYTES_MAX};

async fn answered(body: Vec<u8>) {
    let guarded = Setup::by_hand().launch().await;
    let mut runtime = Runtime::connect(guarded.port).await;
    let mut running = guarded.environment.begin("{}").unwrap();
    runtime.next().await;
    let reply = runtime.respond(running.request_id(), body.clone()).await;
    assert_eq!(reply.status, 202);
    match running.answer().await.unwrap() {
        Answer::Response { body: got, content_type, streamed, .. } => {
            assert!(got == body, "{} bytes sent, {} arrived", body.len(), got.len());
            assert_eq!((content_type.as_str(), streamed), ("application/json", false));
        }
        other => panic!("{other:?}"),
    }
    let ledger = guarded.ledger_after(running, runtime).await;
    let response = &ledger.of_kind("invocation")[0]["response"];
    assert_eq!(response["bytes"], body.len());
}

#[tokio::test]
async fn small_empty_and_binary() {
    for body in [&b"{}"[..], b"", b"\x00\xff\xfe not UTF-8"] {
        answered(body.to_vec()).await;
    }
}

#[tokio::test]
async fn three_megabytes() {
    answered(vec![b'x'; 3 * 1024 * 1024]).await;
}

#[tokio::test]
async fn the_largest_response() {
    answered(vec![b'x'; PAYLOAD_BYTES_MAX]).await;
}

#[tokio::test]
async fn lambdas_413_is_passed_on() {
    let guarded = Setup::by_hand().launch().await;
    let mut runtime = Runtime::connect(guarded.port).await;
    let running = guarded.environment.begin("{}").unwrap();
    runtime.next().await;
    let reply = runtime.respond(running.request_id(), vec![b'x'; PAYLOAD_BYTES_MAX + 1]).await;
    assert_eq!(reply.status, 413);
    assert!(reply.body.windows(7).any(|part| part == b"6291556"), "{:?}", reply.body);
    let ledger = guarded.ledger_after(running, runtime).await;
    let record = &ledger.of_kind("invocation")[0];
    assert_eq!(record["outcome"], "error");
    assert_eq!(record["errorType"], "Function.ResponseSizeTooLarge");
}
