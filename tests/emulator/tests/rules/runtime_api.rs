//! The Runtime API: headers, statuses and the state machine, with the test as runtime.
use serde_json::json;
use tollgate_emulator::{Answer, Ending, Event, InvokeError, PAYLOAD_BYTES_MAX};

use crate::support::{
    Client, RUNTIME, body, control, function, idle, path, start, start_busy, start_played,
};

#[tokio::test]
async fn next_carries_every_header_and_the_bytes_of_the_event() {
    let (environment, mut runtime) = start_played(idle()).await;
    let event = Event {
        client_context: Some(r#"{"custom":{}}"#.to_owned()),
        cognito_identity: Some(r#"{"cognitoIdentityId":"id"}"#.to_owned()),
        trace: Some("Root=1-00000000-000000000000000000000000;Sampled=1".to_owned()),
        tenant: Some("blue".to_owned()),
        qualifier: Some("live".to_owned()),
        ..Event::new(vec![0xff, 0x00, b'{'])
    };
    let running = environment.begin(event).unwrap();
    let reply = runtime.receive().await.unwrap();
    assert_eq!((reply.status, reply.body.as_slice()), (200, &[0xff, 0x00, b'{'][..]));
    let expected = [
        ("lambda-runtime-aws-request-id", running.request_id()),
        (
            "lambda-runtime-invoked-function-arn",
            "arn:aws:lambda:eu-west-1:123456789012:function:function:live",
        ),
        ("lambda-runtime-trace-id", "Root=1-00000000-000000000000000000000000;Sampled=1"),
        ("lambda-runtime-client-context", r#"{"custom":{}}"#),
        ("lambda-runtime-cognito-identity", r#"{"cognitoIdentityId":"id"}"#),
        ("lambda-runtime-aws-tenant-id", "blue"),
        ("content-type", "application/json"),
        ("content-length", "3"),
    ];
    for (name, value) in expected {
        assert_eq!(reply.header(name), Some(value), "{name}");
    }
    assert_eq!(reply.header("lambda-runtime-invocation-id").map(str::len), Some(36));
    assert_eq!(reply.header("lambda-runtime-deadline-ms").map(str::len), Some(13));
}

#[tokio::test]
async fn headers_without_a_value_are_left_out() {
    let (environment, mut runtime) = start_played(idle().invocation_id(false)).await;
    let _running = environment.begin("{}").unwrap();
    let reply = runtime.receive().await.unwrap();
    for name in ["client-context", "cognito-identity", "aws-tenant-id", "invocation-id"] {
        assert_eq!(reply.header(&format!("lambda-runtime-{name}")), None, "{name}");
    }
    assert!(reply.header("lambda-runtime-trace-id").unwrap().starts_with("Root=1-"));
}

#[tokio::test]
async fn a_large_event_arrives_chunked_and_whole() {
    let (environment, mut runtime) = start_played(idle()).await;
    let large: Vec<u8> = (0..=250).cycle().take(PAYLOAD_BYTES_MAX).collect();
    let _running = environment.begin(Event::new(large.clone())).unwrap();
    let reply = runtime.receive().await.unwrap();
    assert_eq!(reply.header("transfer-encoding"), Some("chunked"));
    assert_eq!(reply.header("content-length"), None);
    assert!(reply.body == large, "{} bytes", reply.body.len());
}

#[tokio::test]
async fn an_event_over_the_limit_is_not_taken() {
    let environment = start(function()).await;
    let refused = environment.invoke(Event::new(vec![b'1'; PAYLOAD_BYTES_MAX + 1])).await;
    let (bytes, max) = (PAYLOAD_BYTES_MAX + 1, PAYLOAD_BYTES_MAX);
    assert_eq!(refused.unwrap_err(), InvokeError::RequestTooLarge { bytes, max });
}

#[tokio::test]
async fn a_poll_during_a_running_invocation_gets_the_same_event_again() {
    let (environment, mut runtime) = start_played(idle()).await;
    let running = environment.begin("[1,2]").unwrap();
    runtime.receive().await.unwrap();
    let again = runtime.get(&format!("{RUNTIME}/invocation/next"), &[]).await;
    assert_eq!(again.header("lambda-runtime-aws-request-id"), Some(running.request_id()));
    assert_eq!(again.body, b"[1,2]");
}

#[tokio::test]
async fn an_answer_ends_the_invocation_with_the_next_poll_only() {
    let (_environment, mut runtime, mut running) = start_busy().await;
    let id = running.request_id().to_owned();
    let accepted = runtime.post(&path(&id, "response"), &[], b"done").await;
    assert_eq!((accepted.status, accepted.body.as_slice()), (202, &b"{\"status\":\"OK\"}\n"[..]));
    assert_eq!(running.answer().await.unwrap().body(), "done");
    runtime.poll().await;
    let invoked = running.finished().await.unwrap();
    assert_eq!(invoked.ending, Ending::Ready);
    let phases = invoked.phases;
    assert!(phases.event_taken < phases.response_started, "{phases:?}");
    assert!(phases.response_complete < phases.runtime_next, "{phases:?}");
}

#[tokio::test]
async fn a_second_answer_is_refused_before_the_next_poll_and_after_it() {
    let (environment, mut runtime, running) = start_busy().await;
    let id = running.request_id().to_owned();
    runtime.post(&path(&id, "response"), &[], b"first").await;
    // The id is still that of the current invocation: it is the state that does not allow it.
    let second = runtime.post(&path(&id, "error"), &[], b"second").await;
    assert_eq!(second.refusal(), (403, "InvalidStateTransition".to_owned()));
    assert_eq!(
        second.json()["errorMessage"],
        "State transition from RuntimeResponseSentState to InvocationErrorResponse failed for \
         runtime. Error: State transition is not allowed"
    );
    runtime.poll().await;
    assert_eq!(running.finished().await.unwrap().answer.body(), "first");
    let mut other = Client::to(&environment).await;
    let late = other.post(&path(&id, "response"), &[], b"third").await;
    assert_eq!(late.refusal(), (400, "InvalidRequestID".to_owned()));
}

#[tokio::test]
async fn a_wrong_id_is_refused_and_leaves_the_state_as_it_is() {
    let (_environment, mut runtime, running) = start_busy().await;
    let wrong = runtime.post(&path("00000000", "response"), &[], b"x").await;
    assert_eq!(wrong.refusal(), (400, "InvalidRequestID".to_owned()));
    assert_eq!(wrong.json()["errorMessage"], "Invalid request ID");
    let right = runtime.post(&path(running.request_id(), "response"), &[], b"y").await;
    assert_eq!(right.status, 202);
}

#[tokio::test]
async fn a_reply_that_echoes_the_id_of_another_attempt_is_refused() {
    let (environment, mut runtime) = start_played(idle()).await;
    let running = environment.begin("{}").unwrap();
    let reply = runtime.receive().await.unwrap();
    let path = path(running.request_id(), "response");
    let stale = [("lambda-runtime-invocation-id", "11111111-1111-4111-8111-111111111111")];
    assert_eq!(
        runtime.post(&path, &stale, b"x").await.refusal(),
        (400, "InvalidRequestID".to_owned())
    );
    let own = reply.header("lambda-runtime-invocation-id").unwrap();
    let right = runtime.post(&path, &[("lambda-runtime-invocation-id", own)], b"y").await;
    assert_eq!(right.status, 202);
}

#[tokio::test]
async fn an_answer_before_any_event_is_refused() {
    let (environment, _runtime) = start_played(idle()).await;
    let mut other = Client::to(&environment).await;
    let early = other.post(&path("some-id", "response"), &[], b"x").await;
    assert_eq!(early.refusal(), (400, "InvalidRequestID".to_owned()));
    let init_error = other.post(&format!("{RUNTIME}/init/error"), &[], b"{}").await;
    assert_eq!(init_error.refusal(), (403, "InvalidStateTransition".to_owned()));
}

#[tokio::test]
async fn a_response_over_the_limit_gets_413_and_the_caller_an_error() {
    let (_environment, mut runtime, running) = start_busy().await;
    let path = path(running.request_id(), "response");
    let large = vec![b'x'; PAYLOAD_BYTES_MAX + 1];
    let reply = runtime.post(&path, &[], &large).await;
    assert_eq!(reply.refusal(), (413, "RequestEntityTooLarge".to_owned()));
    assert_eq!(
        reply.json()["errorMessage"],
        "Exceeded maximum allowed payload size (6291556 bytes)."
    );
    runtime.poll().await;
    let answer = running.finished().await.unwrap().answer;
    assert_eq!(answer.error_type(), Some("Function.ResponseSizeTooLarge"));
}

#[tokio::test]
async fn a_response_at_the_limit_is_taken() {
    let environment = start(function()).await;
    let event = control(&json!({ "bytes": PAYLOAD_BYTES_MAX }));
    assert_eq!(body(&environment.invoke(event).await.unwrap()).len(), PAYLOAD_BYTES_MAX);
}

#[tokio::test]
async fn a_truncated_response_fails_the_invocation() {
    let (_environment, mut runtime, mut running) = start_busy().await;
    let path = path(running.request_id(), "response");
    runtime.send("POST", &path, &[("content-length", "100")], b"only this").await;
    runtime.finish().await;
    let answer = running.answer().await.unwrap();
    assert_eq!(answer.error_type(), Some("Runtime.TruncatedResponse"));
}

#[tokio::test]
async fn broken_chunking_gets_400() {
    let (_environment, mut runtime, mut running) = start_busy().await;
    let path = path(running.request_id(), "response");
    let chunked = [("transfer-encoding", "chunked")];
    runtime.send("POST", &path, &chunked, b"5\r\nfirst\r\nnonsense\r\n").await;
    let reply = runtime.receive().await.unwrap();
    assert_eq!(reply.refusal(), (400, "TruncatedHTTPRequest".to_owned()));
    let answer = running.answer().await.unwrap();
    assert_eq!(answer.error_type(), Some("Runtime.TruncatedResponse"));
}

#[tokio::test]
async fn an_error_goes_to_the_caller_as_it_is() {
    let (_environment, mut runtime, mut running) = start_busy().await;
    let kind = [("lambda-runtime-function-error-type", "Function.TollgateRefused")];
    let reply = runtime.post(&path(running.request_id(), "error"), &kind, b"{\"why\":1}").await;
    assert_eq!(reply.status, 202);
    let expected = Answer::Error {
        error_type: "Function.TollgateRefused".to_owned(),
        body: bytes::Bytes::from_static(b"{\"why\":1}"),
    };
    assert_eq!(running.answer().await.unwrap(), expected);
}

#[tokio::test]
async fn paths_and_methods_that_do_not_exist_are_told_apart() {
    let (environment, _runtime) = start_played(idle()).await;
    let mut client = Client::to(&environment).await;
    assert_eq!(client.get("/2018-06-01/ping", &[]).await.body, b"pong");
    assert_eq!(client.get("/2018-06-01/runtime/other", &[]).await.status, 404);
    assert_eq!(client.get(&format!("{RUNTIME}/restore/next"), &[]).await.status, 404);
    assert_eq!(client.post(&format!("{RUNTIME}/invocation/next"), &[], b"").await.status, 405);
    assert_eq!(client.get(&path("some-id", "response"), &[]).await.status, 405);
}

#[tokio::test]
async fn the_api_can_stand_below_a_path_prefix() {
    let environment = start(function().path_prefix("/.rt/function")).await;
    let invoked = environment.invoke(control(&json!({ "variables": true }))).await;
    let variables: serde_json::Value = serde_json::from_str(&body(&invoked.unwrap())).unwrap();
    let expected = format!("{}/.rt/function", environment.api());
    assert_eq!(variables["AWS_LAMBDA_RUNTIME_API"], expected.as_str());
}

#[tokio::test]
async fn snap_start_restores_with_the_first_invocation() {
    let settings = idle().snap_start(true);
    let environment = tollgate_emulator::Environment::launch(settings).await.unwrap();
    crate::support::line(&environment, "function started").await;
    let mut runtime = Client::to(&environment).await;
    runtime.send("GET", &format!("{RUNTIME}/restore/next"), &[], b"").await;
    environment.init().await;
    let mut running = environment.begin("[7]").unwrap();
    let restored = runtime.receive().await.unwrap();
    assert_eq!((restored.status, restored.body.len()), (200, 0));
    runtime.poll().await;
    assert_eq!(runtime.receive().await.unwrap().body, b"[7]");
    runtime.post(&path(running.request_id(), "response"), &[], b"[8]").await;
    assert_eq!(running.answer().await.unwrap().body(), "[8]");
}
