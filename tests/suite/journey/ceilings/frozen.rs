//! Environments that stand still: while a function runs, and between events. Wall time goes on.

use super::{held_to, json, refused_by};
use crate::support::guarded::{Guarded, Setup};
use std::time::Duration;

/// Stands still for so long. Nothing happens meanwhile that could be awaited.
async fn stand_still(guarded: &Guarded, for_ms: u64) {
    guarded.environment.freeze();
    tokio::time::sleep(Duration::from_millis(for_ms)).await;
    guarded.environment.thaw();
}

/// The ceiling came while everything stood still: it is not lost, and ends one invocation.
#[tokio::test]
async fn a_time_that_ended_in_the_freeze_is_up_at_the_thaw() {
    let guarded = held_to(Setup::rust(), "time: 1500ms").start().await;
    let body = r#"{"control":{"sleep_ms":60000}}"#;
    let running = guarded.environment.begin(body).unwrap();
    guarded.at_work().await;
    stand_still(&guarded, 2000).await;
    let late = running.finished().await.unwrap();
    refused_by(&late, "ceiling.time");
    let after = guarded.invoke(r#"{"n":1}"#).await;
    assert_eq!(json(&after), serde_json::json!({ "echo": { "n": 1 } }));
    let ledger = guarded.ledger().await;
    let record = ledger.invocation(&late.request_id);
    assert_eq!(record["ceilings"]["endedBy"], "ceiling");
    assert!(record["ceilings"]["timeMs"]["used"].as_u64() >= Some(2000), "{record}");
    assert_eq!(ledger.of_kind("invocation").len(), 2);
    ledger.assert_verifies();
}

/// A freeze that is shorter than what is left ends nothing.
#[tokio::test]
async fn a_time_that_is_not_up_after_the_freeze_ends_nothing() {
    let setup = Setup::rust().map(|settings| settings.timeout(Duration::from_mins(5)));
    let guarded = held_to(setup, "time: 4m").start().await;
    let running = guarded.environment.begin(r#"{"control":{"sleep_ms":500}}"#).unwrap();
    guarded.at_work().await;
    stand_still(&guarded, 1500).await;
    let done = running.finished().await.unwrap();
    assert_eq!(done.answer.error_type(), None, "{:?}", done.answer);
    let ledger = guarded.ledger().await;
    let record = ledger.invocation(&done.request_id);
    assert_eq!(
        (&record["outcome"], &record["ceilings"]["endedBy"]),
        (&"success".into(), &"function".into())
    );
    ledger.assert_verifies();
}

/// The clock of an invocation stops with it: a long rest is nobody's time, and the next event has all
/// of its own.
#[tokio::test]
async fn a_rest_between_events_is_on_nobodys_account() {
    let guarded = held_to(Setup::rust(), "time: 5s").start().await;
    guarded.invoke(r#"{"n":1}"#).await;
    stand_still(&guarded, 6000).await;
    let next = guarded.invoke(r#"{"n":2}"#).await;
    assert_eq!(json(&next), serde_json::json!({ "echo": { "n": 2 } }));
    let ledger = guarded.ledger().await;
    let record = ledger.invocation(&next.request_id);
    assert!(record["ceilings"]["timeMs"]["used"].as_u64() < Some(5000), "{record}");
    assert_eq!(ledger.of_kind("invocation").len(), 2);
    ledger.assert_verifies();
}

/// A function that goes on after its ceiling may be frozen with the environment: its late answer
/// comes after the thaw, is dropped, and is nobody else's.
#[tokio::test]
async fn a_detached_function_that_was_frozen_answers_nobody() {
    let guarded = held_to(Setup::rust(), "time: 1s, after_time: detach").start().await;
    let mut running = guarded.environment.begin(r#"{"control":{"sleep_ms":3000}}"#).unwrap();
    let late = running.answer().await.unwrap();
    assert_eq!(late.error_type(), Some("Function.TollgateRefused"), "{late:?}");
    stand_still(&guarded, 2500).await;
    let id = running.finished().await.unwrap().request_id;
    let next = guarded.invoke(r#"{"n":2}"#).await;
    assert_eq!(json(&next), serde_json::json!({ "echo": { "n": 2 } }));
    let ledger = guarded.ledger().await;
    assert_eq!(ledger.invocation(&id)["outcome"], "ceiling");
    assert_eq!(ledger.invocation(&next.request_id)["outcome"], "success");
    assert_eq!(ledger.findings().iter().filter(|it| *it == "ceiling.late_reply").count(), 1);
    ledger.assert_verifies();
}
