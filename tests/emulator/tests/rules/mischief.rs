//! Telemetry of single invocations that is late, lost, reversed or doubled.
#![expect(clippy::unwrap_used, reason = "test code")]

use serde_json::json;
use tollgate_emulator::{FaultPlan, Settings};

use crate::support::{function, layered, start};
use crate::telemetry::{delivered, names};

/// Three invocations, the second of which is struck; what was delivered from the first one on, and
/// which invocation each event names.
async fn three(fault: &str) -> Vec<(String, Option<usize>)> {
    three_of(function(), &["INVOKE", "SHUTDOWN"], fault).await
}

async fn three_of(
    settings: Settings,
    events: &[&str],
    fault: &str,
) -> Vec<(String, Option<usize>)> {
    let subscription = json!({
        "schemaVersion": "2025-01-29",
        "types": ["platform"],
        "buffering": { "maxItems": 1000, "maxBytes": 262_144, "timeoutMs": 25 },
    });
    let settings = settings.fault(FaultPlan::parse(fault).unwrap());
    let guard = json!({ "guard": { "telemetry": subscription, "events": events } });
    let (settings, _layer) = layered(settings, &guard);
    let environment = start(settings).await;
    let mut ids = Vec::new();
    for _ in 0..3 {
        ids.push(environment.invoke("{}").await.unwrap().request_id);
    }
    // Everything is delivered before the extension is told to end.
    environment.shutdown().await.unwrap();
    let events = delivered(&environment);
    let named = events.iter().map(|event| {
        let id = event.pointer("/record/requestId").and_then(serde_json::Value::as_str);
        ids.iter().position(|own| Some(own.as_str()) == id)
    });
    let all =
        names(&events).into_iter().map(|name| name.trim_start_matches("platform.").to_owned());
    let all: Vec<_> = all.zip(named).collect();
    let first = all.iter().position(|(name, _)| name == "start").unwrap();
    all.into_iter().skip(first).collect()
}

/// An invocation's events as they should be.
fn of(number: usize, names: &[&str]) -> Vec<(String, Option<usize>)> {
    names.iter().map(|name| ((*name).to_owned(), Some(number))).collect()
}

const WHOLE: [&str; 3] = ["start", "runtimeDone", "report"];

#[tokio::test]
async fn a_report_can_be_later_than_the_next_invocation() {
    let told = three("late-report=900s@2").await;
    let expected = [of(0, &WHOLE), of(1, &WHOLE[..2]), of(2, &WHOLE), of(1, &["report"])];
    assert_eq!(told, expected.concat());
}

#[tokio::test]
async fn what_is_lost_is_counted() {
    let told = three("lost-telemetry@2").await;
    let lost = vec![("logsDropped".to_owned(), None)];
    assert_eq!(told, [of(0, &WHOLE), lost, of(2, &WHOLE)].concat());
}

#[tokio::test]
async fn events_can_come_last_one_first() {
    let told = three("reversed-telemetry@2").await;
    let reversed = of(1, &["report", "runtimeDone", "start"]);
    assert_eq!(told, [of(0, &WHOLE), reversed, of(2, &WHOLE)].concat());
}

#[tokio::test]
async fn events_can_come_twice() {
    let told = three("doubled-telemetry@2").await;
    let doubled = of(1, &["start", "start", "runtimeDone", "runtimeDone", "report", "report"]);
    assert_eq!(told, [of(0, &WHOLE), doubled, of(2, &WHOLE)].concat());
}

#[tokio::test]
async fn managed_instances_have_the_same_faults() {
    let told = |fault| three_of(function().managed(1), &["SHUTDOWN"], fault);
    let whole = told("doubled-telemetry@9").await;
    let names: Vec<_> = whole.iter().filter(|(_, own)| *own == Some(1)).cloned().collect();
    assert!(names.len() >= 2, "{whole:?}");
    let doubled = told("doubled-telemetry@2").await;
    assert_eq!(doubled.iter().filter(|(_, own)| *own == Some(1)).count(), 2 * names.len());
    let lost = told("lost-telemetry@2").await;
    assert!(lost.iter().all(|(_, own)| *own != Some(1)), "{lost:?}");
    assert!(lost.iter().any(|(name, _)| name == "logsDropped"), "{lost:?}");
}
