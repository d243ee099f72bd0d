//! The shutdown phase: order, limits, SIGTERM and SIGKILL.
#![expect(clippy::unwrap_used, reason = "test code")]

use std::time::Duration;

use serde_json::{Value, json};
use tollgate_emulator::{Departure, InvokeError, Reason, Shutdown};

use crate::support::{PROBE, function, gone, layered, line, start};

fn departure<'a>(shutdown: &'a Shutdown, name: &str) -> &'a Departure {
    &shutdown.extensions.iter().find(|(own, _)| own == name).unwrap().1
}

#[tokio::test]
async fn the_runtime_goes_first_by_sigterm_then_the_extensions_by_their_event() {
    let (settings, _layer) = layered(function(), &json!({ "guard": {} }));
    let environment = start(settings).await;
    let shutdown = environment.shutdown().await.unwrap();
    assert_eq!(shutdown.reason, Reason::Spindown);
    let runtime = shutdown.runtime.as_ref().unwrap();
    assert_eq!((runtime.status.as_str(), runtime.killed), ("signal: terminated", false));
    let guard = departure(&shutdown, "guard");
    assert_eq!(guard.status, "exit status 0");
    assert!(guard.event_taken && !guard.killed, "{guard:?}");
    assert!(guard.micros >= runtime.micros, "{shutdown:?}");
    assert!(shutdown.duration < Duration::from_secs(1), "it ends with the last process");
}

#[tokio::test]
async fn the_event_says_why_and_until_when() {
    let (settings, _layer) = layered(function(), &json!({ "guard": {} }));
    let environment = start(settings).await;
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    environment.shutdown().await.unwrap();
    let text = line(&environment, "SHUTDOWN").await;
    let event: Value = serde_json::from_str(text.strip_prefix("event ").unwrap()).unwrap();
    assert_eq!(event["shutdownReason"], "spindown");
    let left = event["deadlineMs"].as_u64().unwrap() - u64::try_from(now.as_millis()).unwrap();
    assert!((1000..=2100).contains(&left), "{left}");
}

#[tokio::test]
async fn without_extensions_the_runtime_is_killed_at_once() {
    let environment = start(function()).await;
    let shutdown = environment.shutdown().await.unwrap();
    let runtime = shutdown.runtime.unwrap();
    assert_eq!((runtime.status.as_str(), runtime.killed), ("signal: killed", true));
}

#[tokio::test]
async fn extensions_that_did_not_ask_for_shutdown_are_killed_at_once() {
    let orders = json!({ "deaf": { "events": [] }, "guard": {} });
    let (settings, _layer) = layered(function(), &orders);
    let environment = start(settings).await;
    let shutdown = environment.shutdown().await.unwrap();
    let deaf = departure(&shutdown, "deaf");
    assert_eq!((deaf.status.as_str(), deaf.killed), ("signal: killed", true));
    assert!(!deaf.event_taken);
}

#[tokio::test]
async fn a_laggard_is_killed_after_2_seconds_in_all() {
    let script = format!("trap '' TERM; exec {PROBE}");
    let settings = tollgate_emulator::Settings::new(["sh", "-c", &script]);
    let orders = json!({ "slow": { "shutdown": { "hang": true } } });
    let (settings, _layer) = layered(settings, &orders);
    let environment = start(settings).await;
    let shutdown = environment.shutdown().await.unwrap();
    let slow = departure(&shutdown, "slow");
    assert!(slow.killed && slow.event_taken, "{shutdown:?}");
    let runtime = shutdown.runtime.as_ref().unwrap();
    assert!(runtime.killed && runtime.micros >= 600_000, "{shutdown:?}");
    let millis = shutdown.duration.as_millis();
    assert!((2000..3500).contains(&millis), "{shutdown:?}");
}

#[tokio::test]
async fn the_last_lines_of_an_extension_are_in_the_log() {
    let (settings, _layer) = layered(function(), &json!({ "guard": {} }));
    let environment = start(settings).await;
    environment.shutdown().await.unwrap();
    let logs = environment.logs();
    let last = logs.iter().rev().find(|line| line.is_from_extension("guard")).unwrap();
    assert_eq!(&*last.text, "extension leaves");
}

#[tokio::test]
async fn nothing_is_taken_after_a_shutdown() {
    let environment = start(function()).await;
    environment.shutdown().await.unwrap();
    assert_eq!(environment.invoke("{}").await.unwrap_err(), InvokeError::Closed);
    assert_eq!(environment.shutdown().await.unwrap_err(), InvokeError::Closed);
    assert_eq!(environment.pids(), []);
}

#[tokio::test]
async fn a_dropped_environment_leaves_no_process() {
    let (settings, _layer) = layered(function(), &json!({ "guard": {} }));
    let environment = start(settings).await;
    let pids = environment.pids();
    assert_eq!(pids.len(), 2);
    drop(environment);
    for (_, pid) in pids {
        gone(pid).await;
    }
}
