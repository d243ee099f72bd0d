//! Responses in streaming mode: chunks, trailers and wrong modes.
use serde_json::json;
use tollgate_emulator::Answer;

use crate::support::{control, function, path, start, start_busy};

#[tokio::test]
async fn chunks_and_trailers_arrive_with_their_times() {
    let environment = start(function()).await;
    let event = control(&json!({ "stream": true, "pause_ms": 300 }));
    let invoked = environment.invoke(event).await.unwrap();
    let phases = &invoked.phases;
    let Answer::Response { body, content_type, streamed, trailers, chunks } = &invoked.answer
    else {
        unreachable!("{:?}", invoked.answer)
    };
    assert_eq!(
        (&body[..], content_type.as_str(), *streamed),
        (&b"firstsecond"[..], "text/plain", true)
    );
    let midstream = "Function.Midstream".to_owned();
    assert_eq!(*trailers, [("lambda-runtime-function-error-type".to_owned(), midstream)]);
    assert_eq!((&chunks[0].bytes[..], &chunks[1].bytes[..]), (&b"first"[..], &b"second"[..]));
    assert!(chunks[1].micros >= chunks[0].micros + 100_000, "{chunks:?}");
    assert!(phases.response_started.unwrap() <= chunks[0].micros, "{phases:?}");
    assert!(phases.response_complete.unwrap() >= chunks[1].micros, "{phases:?}");
    assert_eq!(invoked.answer.error_type(), Some("Function.Midstream"));
}

#[tokio::test]
async fn a_stream_may_be_larger_than_a_buffered_response() {
    let (_environment, mut runtime, running) = start_busy().await;
    let path = path(running.request_id(), "response");
    let large = vec![b'x'; 8 * 1024 * 1024];
    let mode = [("lambda-runtime-function-response-mode", "streaming")];
    assert_eq!(runtime.post(&path, &mode, &large).await.status, 202);
    runtime.poll().await;
    assert_eq!(running.finished().await.unwrap().answer.body().len(), large.len());
}

#[tokio::test]
async fn another_mode_is_refused_and_fails_the_invocation() {
    let (_environment, mut runtime, mut running) = start_busy().await;
    let path = path(running.request_id(), "response");
    let mode = [("lambda-runtime-function-response-mode", "buffered")];
    let reply = runtime.post(&path, &mode, b"{}").await;
    assert_eq!(reply.refusal(), (400, "InvalidFunctionResponseMode".to_owned()));
    let answer = running.answer().await.unwrap();
    assert_eq!(answer.error_type(), Some("Runtime.InvalidResponseModeHeader"));
}
