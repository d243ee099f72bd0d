//! Freeze and thaw between invocations, for whole process groups.
#![expect(clippy::unwrap_used, reason = "test code")]

use serde_json::json;
use tollgate_emulator::{Environment, Freeze, Freezer};

use crate::support::{body, control, layered, line, start};

/// A function that signals freeze: what a cgroup freezes says so elsewhere (`sandbox.rs`).
fn function() -> tollgate_emulator::Settings {
    crate::support::function().freezer(Freezer::Signals)
}

/// Whether every process of the environment is stopped (`T` in /proc).
fn stopped(environment: &Environment) -> Vec<bool> {
    let state = |pid| std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let pids = environment.pids().into_iter();
    pids.map(|(_, pid)| state(pid).contains("State:\tT")).collect()
}

/// SIGSTOP acts at once on a sleeping process, but a running one first has to be interrupted.
async fn until_stopped(environment: &Environment, expected: bool) {
    let waiting = async {
        while stopped(environment).iter().any(|stopped| *stopped != expected) {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(5), waiting).await.unwrap();
}

#[tokio::test]
async fn an_automatic_freeze_comes_after_init_and_after_each_invocation() {
    let settings = function().freeze(Freeze::Automatic);
    let (settings, _layer) = layered(settings, &json!({ "guard": {} }));
    let environment = start(settings).await;
    assert!(environment.is_frozen());
    until_stopped(&environment, true).await;
    let invoked = environment.invoke("[1]").await.unwrap();
    assert_eq!(body(&invoked), "[1]");
    assert!(environment.is_frozen());
    until_stopped(&environment, true).await;
}

#[tokio::test]
async fn a_freeze_by_hand_holds_until_the_thaw() {
    let (settings, _layer) = layered(function(), &json!({ "guard": {} }));
    let environment = start(settings).await;
    assert!(!environment.is_frozen());
    environment.freeze();
    until_stopped(&environment, true).await;
    environment.thaw();
    until_stopped(&environment, false).await;
    assert!(!environment.is_frozen());
}

#[tokio::test]
async fn an_invocation_thaws_and_a_running_one_can_be_frozen() {
    let environment = start(function()).await;
    environment.freeze();
    let orders = json!({ "print": "awake", "sleep_ms": 50 });
    let running = environment.begin(control(&orders)).unwrap();
    line(&environment, "awake").await;
    environment.freeze();
    until_stopped(&environment, true).await;
    environment.thaw();
    assert_eq!(running.finished().await.unwrap().answer.error_type(), None);
}

#[tokio::test]
async fn a_shutdown_thaws() {
    let settings = function().freeze(Freeze::Automatic);
    let (settings, _layer) = layered(settings, &json!({ "guard": {} }));
    let environment = start(settings).await;
    let shutdown = environment.shutdown().await.unwrap();
    assert_eq!(shutdown.extensions[0].1.status, "exit status 0");
}
