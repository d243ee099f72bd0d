//! The unmodified client crate on the emulator: every kind of answer.
#![expect(clippy::unwrap_used, reason = "test code")]

use std::time::Duration;

use serde_json::{Value, json};
use tollgate_emulator::{Answer, Ending, Environment, Event, Invoked, Settings};

async fn start() -> Environment {
    let command = [env!("CARGO_BIN_EXE_function-echo")];
    Environment::start(Settings::new(command).timeout(Duration::from_secs(5))).await.unwrap()
}

async fn invoke(environment: &Environment, event: Value) -> Invoked {
    environment.invoke(Event::new(event.to_string())).await.unwrap()
}

fn body(answer: &Answer) -> Value {
    serde_json::from_slice(&answer.body()).unwrap()
}

#[tokio::test]
async fn events_are_echoed_in_the_form_of_their_source() {
    let environment = start().await;
    let plain = invoke(&environment, json!({ "a": [1, 2.5, null] })).await;
    assert_eq!(body(&plain.answer), json!({ "echo": { "a": [1, 2.5, null] } }));
    let large = "x".repeat(1_000_000);
    let echoed = invoke(&environment, json!([large])).await;
    assert_eq!(body(&echoed.answer)["echo"][0], large.as_str());
    let queue = json!({ "Records": [{ "eventSource": "aws:sqs" }] });
    let failures = invoke(&environment, queue).await;
    assert_eq!(body(&failures.answer), json!({ "batchItemFailures": [] }));
}

#[tokio::test]
async fn an_error_and_a_panic_are_function_errors() {
    let environment = start().await;
    for control in [json!({ "fail": true }), json!({ "panic": true })] {
        let invoked = invoke(&environment, json!({ "control": control })).await;
        assert!(matches!(invoked.answer, Answer::Error { .. }), "{:?}", invoked.answer);
        assert_eq!(invoked.ending, Ending::Ready);
    }
}

#[tokio::test]
async fn an_exit_is_a_crash() {
    let environment = start().await;
    let invoked = invoke(&environment, json!({ "control": { "exit": 3 } })).await;
    assert_eq!(invoked.answer.error_type(), Some("Runtime.ExitError"));
    let next = invoke(&environment, json!(1)).await;
    assert_eq!(body(&next.answer), json!({ "echo": 1 }));
}

#[tokio::test]
async fn the_client_echoes_the_invocation_id() {
    let environment = start().await;
    invoke(&environment, json!(1)).await;
    let requests = environment.requests();
    let response = requests.iter().find(|request| request.path.ends_with("/response")).unwrap();
    assert_eq!(response.header("lambda-runtime-invocation-id").map(str::len), Some(36));
}
