//! Processes that end: what the caller gets, and that the next invocation finds all restarted.
use serde_json::json;
use tollgate_emulator::{Answer, Ending, InitStatus, Origin};

use crate::support::{body, control, function, gone, layered, line, start};

fn crash(answer: &Answer) -> (&str, &str) {
    match answer {
        Answer::Crash { error_type, message } => (error_type, message),
        other => unreachable!("{other:?}"),
    }
}

#[tokio::test]
async fn a_runtime_that_exits_fails_its_invocation_and_is_started_again() {
    let (settings, _layer) = layered(function(), &json!({ "guard": {} }));
    let environment = start(settings).await;
    let invoked = environment.invoke(control(&json!({ "exit": 3 }))).await.unwrap();
    let (error_type, message) = crash(&invoked.answer);
    assert_eq!(error_type, "Runtime.ExitError");
    let id = &invoked.request_id;
    let expected = format!("RequestId: {id} Error: Runtime exited with error: exit status 3");
    assert_eq!(message, expected);
    assert!(line(&environment, "SHUTDOWN").await.contains(r#""shutdownReason":"failure""#));
    let next = environment.invoke("[2]").await.unwrap();
    assert_eq!(next.init.as_ref().unwrap().status, InitStatus::Success);
    assert_eq!(body(&next), "[2]");
}

#[tokio::test]
async fn exit_status_0_is_a_failure_as_well() {
    let environment = start(function()).await;
    let invoked = environment.invoke(control(&json!({ "exit": 0 }))).await.unwrap();
    assert!(crash(&invoked.answer).1.ends_with("Runtime exited without providing a reason"));
}

#[tokio::test]
async fn an_answer_given_before_the_exit_is_the_callers() {
    let environment = start(function()).await;
    let invoked = environment.invoke(control(&json!({ "exit_after": 1 }))).await.unwrap();
    assert!(matches!(invoked.answer, Answer::Response { .. }), "{:?}", invoked.answer);
    assert_eq!(invoked.ending, Ending::Failure { error_type: "Runtime.ExitError".to_owned() });
}

#[tokio::test]
async fn a_killed_runtime_fails_the_running_invocation() {
    let environment = start(function()).await;
    let orders = json!({ "print": "here", "sleep_ms": 60_000 });
    let running = environment.begin(control(&orders)).unwrap();
    line(&environment, "here").await;
    assert!(environment.kill_runtime());
    let invoked = running.finished().await.unwrap();
    assert!(crash(&invoked.answer).1.ends_with("Runtime exited with error: signal: killed"));
}

#[tokio::test]
async fn an_extension_that_exits_with_0_is_a_crash() {
    let orders = json!({ "guard": { "invoke": { "exit": 0 } } });
    let (settings, _layer) = layered(function(), &orders);
    let environment = start(settings).await;
    let invoked = environment.invoke(control(&json!({ "sleep_ms": 60_000 }))).await.unwrap();
    let (error_type, message) = crash(&invoked.answer);
    assert_eq!(error_type, "Extension.Crash");
    assert!(message.ends_with("exit code 0"), "{message}");
}

#[tokio::test]
async fn an_exit_error_names_the_failure() {
    let orders = json!({ "guard": { "invoke": { "exit_error": true } } });
    let (settings, _layer) = layered(function(), &orders);
    let environment = start(settings).await;
    let invoked = environment.invoke(control(&json!({ "sleep_ms": 60_000 }))).await.unwrap();
    assert_eq!(crash(&invoked.answer).0, "Extension.ExitError");
}

#[tokio::test]
async fn an_extension_that_exits_in_init_fails_it() {
    let (settings, _layer) = layered(function(), &json!({ "guard": { "exit_at_start": 7 } }));
    let environment = tollgate_emulator::Environment::start(settings).await.unwrap();
    let init = environment.init().await;
    assert_eq!(init.error_type.as_deref(), Some("Extension.Crash"));
    assert_eq!(init.message.as_deref(), Some("exit status 7"));
}

#[tokio::test]
async fn a_process_killed_between_invocations_resets_the_environment() {
    let (settings, _layer) = layered(function(), &json!({ "guard": {}, "other": {} }));
    let environment = start(settings).await;
    let before = environment.pids();
    assert!(environment.kill_extension("guard"));
    environment.reset_done().await;
    let logs = environment.logs();
    let told = logs.iter().filter(|line| line.text.contains("\"failure\"")).count();
    assert_eq!(told, 1, "the other extension gets SHUTDOWN");
    let invoked = environment.invoke("{}").await.unwrap();
    assert_eq!(invoked.init.unwrap().status, InitStatus::Success);
    let after = environment.pids();
    assert_eq!(after.len(), 3);
    assert!(after.iter().all(|process| !before.contains(process)), "{before:?} {after:?}");
}

#[tokio::test]
async fn descendants_of_the_runtime_end_with_it() {
    // The shell stays the leader of its group, the probe is its child.
    let script = format!("{} & echo child=$!; wait", crate::support::PROBE);
    let settings = tollgate_emulator::Settings::new(["sh", "-c", &script]);
    let environment = start(settings).await;
    let child = line(&environment, "child=").await;
    let child = child.strip_prefix("child=").unwrap();
    let leader = environment.pids().into_iter().find(|(origin, _)| *origin == Origin::Runtime);
    assert_ne!(leader.unwrap().1.to_string(), child);
    environment.shutdown().await.unwrap();
    gone(child.parse().unwrap()).await;
}
