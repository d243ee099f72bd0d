//! The function timeout: the answer, the reset and what survives it.
use std::time::Duration;

use serde_json::json;
use tollgate_emulator::{Answer, Ending, InitStatus};

use crate::support::{PROBE, body, control, function, layered, line, start};

const LIMIT: Duration = Duration::from_millis(500);

#[tokio::test]
async fn a_function_over_its_timeout_is_stopped_and_started_again_with_its_tmp() {
    let (settings, _layer) = layered(function().timeout(LIMIT), &json!({ "guard": {} }));
    let environment = start(settings).await;
    let count = json!({ "count_in": "count" });
    assert_eq!(body(&environment.invoke(control(&count)).await.unwrap()), "1");
    let invoked = environment.invoke(control(&json!({ "sleep_ms": 60_000 }))).await.unwrap();
    let Answer::Timeout { message } = &invoked.answer else { unreachable!("{:?}", invoked.answer) };
    assert!(
        message.ends_with(&format!("{} Task timed out after 0.50 seconds", invoked.request_id))
    );
    assert_eq!(invoked.ending, Ending::Timeout);
    assert!(invoked.phases.ended >= 500_000, "{:?}", invoked.phases);
    assert!(line(&environment, "SHUTDOWN").await.contains(r#""shutdownReason":"timeout""#));
    let next = environment.invoke(control(&count)).await.unwrap();
    assert_eq!(next.init.as_ref().unwrap().status, InitStatus::Success);
    assert_eq!(body(&next), "2", "/tmp is kept");
}

#[tokio::test]
async fn the_deadline_holds_for_extensions_too() {
    let orders = json!({ "slow": { "invoke": { "hang": true } } });
    let (settings, _layer) = layered(function().timeout(LIMIT), &orders);
    let environment = start(settings).await;
    let invoked = environment.invoke("{}").await.unwrap();
    assert!(matches!(invoked.answer, Answer::Response { .. }), "the caller has its answer");
    assert_eq!(invoked.ending, Ending::Timeout);
}

#[tokio::test]
async fn the_deadline_is_the_timeout_after_the_start() {
    let environment = start(function().timeout(Duration::from_secs(7))).await;
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    let invoked = environment.invoke("{}").await.unwrap();
    let left = invoked.deadline_ms - u64::try_from(now.as_millis()).unwrap();
    assert!((7000..8000).contains(&left), "{left}");
}

#[tokio::test]
async fn a_runtime_that_ignores_sigterm_is_killed_after_600_ms() {
    let script = format!("trap '' TERM; exec {PROBE}");
    let settings = tollgate_emulator::Settings::new(["sh", "-c", &script]).timeout(LIMIT);
    let (settings, _layer) = layered(settings, &json!({ "guard": {} }));
    let environment = start(settings).await;
    let invoked = environment.invoke(control(&json!({ "sleep_ms": 60_000 }))).await.unwrap();
    let reset = invoked.phases.ended - 500_000;
    assert!((600_000..1_900_000).contains(&reset), "{reset}");
}

#[tokio::test]
async fn a_late_answer_of_an_earlier_invocation_is_refused() {
    let environment = start(function().timeout(LIMIT)).await;
    let invoked = environment.invoke(control(&json!({ "sleep_ms": 60_000 }))).await.unwrap();
    let mut late = crate::support::Client::to(&environment).await;
    let path = format!("{}/invocation/{}/response", crate::support::RUNTIME, invoked.request_id);
    let reply = late.post(&path, &[], b"late").await;
    assert_eq!(reply.refusal(), (400, "InvalidRequestID".to_owned()));
}
