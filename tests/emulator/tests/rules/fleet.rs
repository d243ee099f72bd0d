//! Fleets: environments come with concurrent events and go when idle.

use std::time::Duration;

use serde_json::json;
use tollgate_emulator::{Fleet, FleetError, FleetEvent, Scale};

use crate::support::{control, function};

fn fleet(environments_max: usize, idle_max: Duration) -> Fleet {
    Fleet::new(Scale { environments_max, idle_max }, || Ok(function()))
}

const LONG: Duration = Duration::from_mins(10);

#[tokio::test]
async fn concurrent_events_have_an_environment_each_and_more_are_throttled() {
    let fleet = fleet(2, LONG);
    let first = fleet.begin(control(&json!({ "sleep_ms": 300 }))).unwrap();
    let second = fleet.begin(control(&json!({ "sleep_ms": 300 }))).unwrap();
    let third = fleet.begin("{}");
    assert!(matches!(third, Err(FleetError::Throttled { environments_max: 2 })), "{third:?}");
    first.finished().await.unwrap();
    second.finished().await.unwrap();
    assert_eq!(fleet.size(), (2, 2));
    fleet.shutdown().await;
    assert_eq!(fleet.size(), (0, 2));
}

#[tokio::test]
async fn events_one_after_another_share_one_environment() {
    let fleet = fleet(3, LONG);
    for expected in ["1", "2", "3"] {
        let invoked = fleet.invoke(control(&json!({ "count_in": "marks" }))).await.unwrap();
        assert_eq!(invoked.answer.body(), expected);
    }
    assert_eq!(fleet.size(), (1, 1));
    fleet.shutdown().await;
}

#[tokio::test]
async fn an_idle_environment_is_shut_down() {
    let fleet = fleet(2, Duration::from_millis(20));
    fleet.invoke("{}").await.unwrap();
    fleet.shrunk_to(0).await;
    fleet.invoke("{}").await.unwrap();
    fleet.shutdown().await;
}

#[tokio::test]
async fn a_retired_fleet_starts_afresh_and_what_is_at_work_ends_first() {
    let fleet = fleet(2, LONG);
    let running = fleet.begin(control(&json!({ "sleep_ms": 200, "count_in": "marks" }))).unwrap();
    fleet.retire().await;
    assert_eq!(running.finished().await.unwrap().answer.body(), "1");
    let invoked = fleet.invoke(control(&json!({ "count_in": "marks" }))).await.unwrap();
    assert_eq!(invoked.answer.body(), "1");
    fleet.shutdown().await;
    assert!(matches!(fleet.begin("{}"), Err(FleetError::Closed)));
    let started = fleet.logs().iter().filter(|line| &*line.text == "function started").count();
    assert_eq!(started, 2);
}

#[tokio::test]
async fn a_follower_is_told_what_happens() {
    let (fleet, mut events) = Fleet::followed(Scale::default(), || Ok(function()));
    fleet.invoke(control(&json!({ "print": "hello" }))).await.unwrap();
    fleet.shutdown().await;
    drop(fleet);
    let (mut told, mut hello) = (Vec::new(), false);
    while let Some(event) = events.recv().await {
        match event {
            FleetEvent::Started { number: 1, .. } => told.push("started"),
            FleetEvent::Invoked { number: 1, event, .. } => {
                assert!(event.body.starts_with(b"{\"control\""));
                told.push("invoked");
            }
            FleetEvent::Ended { number: 1, .. } => told.push("ended"),
            FleetEvent::Line { line, .. } => hello |= &*line.text == "hello",
            other => told.push(if matches!(other, FleetEvent::Refused { .. }) {
                "refused"
            } else {
                "other"
            }),
        }
    }
    assert_eq!(told, ["started", "invoked", "ended"]);
    assert!(hello);
}

#[tokio::test]
async fn a_fleet_that_cannot_start_says_why() {
    let missing = || Ok(tollgate_emulator::Settings::new(["no-such-program"]));
    let fleet = Fleet::new(Scale::default(), missing);
    let error = fleet.invoke("{}").await.unwrap_err().to_string();
    assert!(error.contains("`no-such-program` was not found"), "{error}");
    assert_eq!(fleet.size().0, 0);
}
