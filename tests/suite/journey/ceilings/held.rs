//! Buffered answers that are held to a size or a time: refused before anything of them is sent.

use super::{held_to, json, refused_by};
use crate::support::guarded::Setup;
use crate::support::runtime::Runtime;
use bytes::Bytes;
use http_body_util::channel::Channel;

#[tokio::test]
async fn an_answer_that_is_too_large_is_not_sent() {
    for setup in [Setup::rust(), Setup::python()] {
        let guarded = held_to(setup, "response_bytes: 1000").start().await;
        let fits = guarded.invoke(r#"{"control":{"reply_bytes":1000}}"#).await;
        assert_eq!(fits.answer.body().len(), 1000);
        let over = guarded.invoke(r#"{"control":{"reply_bytes":1001}}"#).await;
        refused_by(&over, "ceiling.response_bytes");
        let huge = guarded.invoke(r#"{"control":{"reply_bytes":3000000}}"#).await;
        refused_by(&huge, "ceiling.response_bytes");
        let after = guarded.invoke("{}").await;
        assert_eq!(json(&after)["echo"], serde_json::json!({}), "the function lives on");
        let ledger = guarded.ledger().await;
        assert_eq!(ledger.of_kind("open").len(), 1);
        let record = ledger.invocation(&huge.request_id);
        assert_eq!(record["outcome"], "ceiling");
        assert_eq!(record["ceilings"]["responseBytes"]["used"], 3_000_000);
        assert_eq!(record["ceilings"]["responseBytes"]["exceeded"], true);
        assert_eq!(record["checks"][0]["detail"], "3000000 > 1000");
        assert_eq!(ledger.invocation(&fits.request_id)["outcome"], "success");
        ledger.assert_verifies();
    }
}

/// What Lambda refuses by itself, it refuses under a ceiling as well.
#[tokio::test]
async fn an_answer_that_lambda_refuses_is_still_lambdas_matter() {
    let guarded = held_to(Setup::by_hand(), "time: 20s, after_time: detach").launch().await;
    let mut runtime = Runtime::connect(guarded.port).await;
    let running = guarded.environment.begin("{}").unwrap();
    let event = runtime.next().await;
    let reply = runtime.respond(event.request_id(), vec![b'x'; 7 * 1024 * 1024]).await;
    assert_eq!(reply.status, 413);
    let id = event.request_id().to_owned();
    let ledger = guarded.ledger_after(running, runtime).await;
    assert_eq!(ledger.invocation(&id)["errorType"], "Function.ResponseSizeTooLarge");
}

/// A body that is begun and never ended: nothing of it was sent, so the caller gets the refusal.
#[tokio::test]
async fn an_answer_that_never_ends_is_ended_by_its_time() {
    let guarded = held_to(Setup::by_hand(), "time: 400ms, after_time: detach").launch().await;
    let mut runtime = Runtime::connect(guarded.port).await;
    let mut running = guarded.environment.begin("{}").unwrap();
    let id = runtime.next().await.request_id().to_owned();
    let (mut sender, body): (_, Channel<Bytes>) = Channel::new(1);
    let path = format!("/2018-06-01/runtime/invocation/{id}/response");
    let sending = tokio::spawn(async move {
        let reply = runtime.post(&path, body).await;
        (runtime, reply)
    });
    sender.send_data(Bytes::from_static(b"{\"half\":")).await.unwrap();
    let answer = running.answer().await.unwrap();
    assert_eq!(answer.error_type(), Some("Function.TollgateRefused"), "{answer:?}");
    sender.send_data(Bytes::from_static(b"1}")).await.unwrap();
    drop(sender);
    let (runtime, reply) = sending.await.unwrap();
    assert_eq!(reply.status, 202, "the runtime learns nothing");
    let ledger = guarded.ledger_after(running, runtime).await;
    assert_eq!(ledger.invocation(&id)["ceilings"]["endedBy"], "ceiling");
    ledger.assert_verifies();
}

#[tokio::test]
async fn errors_of_the_function_pass_a_ceiling_on_bytes() {
    let guarded = held_to(Setup::rust(), "response_bytes: 1, time: 5s").start().await;
    let failed = guarded.invoke(r#"{"control":{"fail":true}}"#).await;
    let said = String::from_utf8_lossy(&failed.answer.body()).into_owned();
    assert!(said.contains("told to fail"), "{said}");
    let record = guarded.ledger().await.invocation(&failed.request_id);
    assert_eq!(
        (&record["outcome"], &record["ceilings"]["endedBy"]),
        (&"error".into(), &"function".into())
    );
}
