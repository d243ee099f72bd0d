//! Streamed responses pass frame by frame, trailers included.

use crate::support::guarded::Setup;
use crate::support::runtime::Runtime;
use bytes::Bytes;
use http::{HeaderMap, HeaderValue};
use http_body_util::channel::{Channel, Sender};
use tollgate_emulator::{Answer, Running};

const TRAILERS: &str = "Lambda-Runtime-Function-Error-Type, Lambda-Runtime-Function-Error-Body";
const CONTENT: &str = "application/vnd.awslambda.http-integration-response";

async fn begin(guarded: &crate::support::guarded::Guarded, runtime: &mut Runtime) -> Running {
    let running = guarded.environment.begin("{}").unwrap();
    runtime.next().await;
    running
}

#[tokio::test]
async fn frames_are_not_gathered() {
    let guarded = Setup::by_hand().launch().await;
    let mut runtime = Runtime::connect(guarded.port).await;
    let mut running = begin(&guarded, &mut runtime).await;
    let (mut sender, body): (Sender<Bytes>, Channel<Bytes>) = Channel::new(1);
    let id = running.request_id().to_owned();
    let sending = tokio::spawn(async move {
        let reply = runtime.stream(&id, &[("content-type", CONTENT)], body).await;
        (runtime, reply)
    });
    sender.send_data(Bytes::from_static(b"first")).await.unwrap();
    // The second part is sent only after the first has arrived at Lambda.
    guarded.body_bytes_at_least("/response", 5).await;
    sender.send_data(Bytes::from_static(b" second")).await.unwrap();
    drop(sender);
    let (runtime, reply) = sending.await.unwrap();
    assert_eq!(reply.status, 202);
    match running.answer().await.unwrap() {
        Answer::Response { body, content_type, streamed, trailers, .. } => {
            assert_eq!(body.as_ref(), b"first second");
            assert_eq!((content_type.as_str(), streamed), (CONTENT, true));
            assert!(trailers.is_empty());
        }
        other => panic!("{other:?}"),
    }
    let ledger = guarded.ledger_after(running, runtime).await;
    let response = &ledger.of_kind("invocation")[0]["response"];
    assert_eq!((&response["streamed"], &response["bytes"]), (&true.into(), &12.into()));
}

#[tokio::test]
async fn error_trailers_arrive_and_make_the_outcome_an_error() {
    let guarded = Setup::by_hand().launch().await;
    let mut runtime = Runtime::connect(guarded.port).await;
    let mut running = begin(&guarded, &mut runtime).await;
    let (mut sender, body): (Sender<Bytes>, Channel<Bytes>) = Channel::new(4);
    sender.send_data(Bytes::from_static(b"half")).await.unwrap();
    let mut trailers = HeaderMap::new();
    let name = "lambda-runtime-function-error-type";
    trailers.insert(name, HeaderValue::from_static("Runtime.StreamError"));
    trailers.insert("lambda-runtime-function-error-body", HeaderValue::from_static("e30="));
    sender.send_trailers(trailers).await.unwrap();
    drop(sender);
    let reply = runtime.stream(running.request_id(), &[("trailer", TRAILERS)], body).await;
    assert_eq!(reply.status, 202);
    let answer = running.answer().await.unwrap();
    assert_eq!(answer.error_type(), Some("Runtime.StreamError"), "{answer:?}");
    let ledger = guarded.ledger_after(running, runtime).await;
    let record = &ledger.of_kind("invocation")[0];
    assert_eq!(record["outcome"], "error");
    assert_eq!(record["errorType"], "Runtime.StreamError");
}

#[tokio::test]
async fn a_wrong_response_mode_gets_lambdas_400() {
    let guarded = Setup::by_hand().launch().await;
    let mut runtime = Runtime::connect(guarded.port).await;
    let running = begin(&guarded, &mut runtime).await;
    let path = format!("/2018-06-01/runtime/invocation/{}/response", running.request_id());
    let headers = [("lambda-runtime-function-response-mode", "sideways")];
    assert_eq!(runtime.call("POST", &path, &headers, "{}").await.status, 400);
}
