//! The Telemetry API: what is delivered, in which order and when.
#![expect(clippy::unwrap_used, reason = "test code")]

use serde_json::{Value, json};
use tempfile::TempDir;
use tollgate_emulator::{Environment, Freeze, Schema, Settings, Telemetry};

use crate::support::{control, function, layered, line, start};

fn subscribed(settings: Settings, types: &[&str]) -> (Settings, TempDir) {
    let subscription = json!({
        "schemaVersion": "2025-01-29",
        "types": types,
        "buffering": { "maxItems": 1000, "maxBytes": 262_144, "timeoutMs": 25 },
    });
    layered(settings, &json!({ "guard": { "telemetry": subscription } }))
}

/// The events that the extension has printed, oldest first.
pub(crate) fn delivered(environment: &Environment) -> Vec<Value> {
    let logs = environment.logs();
    let events = logs.iter().filter_map(|line| line.text.strip_prefix("telemetry "));
    events.map(|event| serde_json::from_str(event).unwrap()).collect()
}

pub(crate) fn names(events: &[Value]) -> Vec<&str> {
    events.iter().map(|event| event["type"].as_str().unwrap()).collect()
}

/// The first delivered event of a type.
async fn event(environment: &Environment, name: &str) -> Value {
    let text = line(environment, &format!("\"type\":\"{name}\"")).await;
    serde_json::from_str(text.strip_prefix("telemetry ").unwrap()).unwrap()
}

#[tokio::test]
async fn an_environments_life_is_told_in_order_with_early_events_replayed() {
    let (settings, _layer) = subscribed(function(), &["platform"]);
    let environment = start(settings).await;
    environment.invoke("{}").await.unwrap();
    event(&environment, "platform.report").await;
    let mut events = delivered(&environment);
    // The extension subscribes while the runtime boots, so its event has no fixed place.
    let at = names(&events).iter().position(|name| *name == "platform.telemetrySubscription");
    let subscription = events.remove(at.unwrap());
    assert_eq!(subscription["record"]["types"], json!(["platform"]));
    let expected = [
        "platform.initStart",
        "platform.initRuntimeDone",
        "platform.extension",
        "platform.initReport",
        "platform.start",
        "platform.runtimeDone",
        "platform.report",
    ];
    assert_eq!(names(&events), expected);
    assert_eq!(events[0]["record"]["initializationType"], "on-demand");
    assert_eq!(events[0]["record"]["phase"], "init");
    assert_eq!(events[2]["record"]["events"], json!(["INVOKE", "SHUTDOWN"]));
    assert!(events[3]["record"]["metrics"]["durationMs"].as_f64().unwrap() > 0.0);
    assert!(events[0]["time"].as_str().unwrap().ends_with('Z'));
}

#[tokio::test]
async fn the_report_has_the_figures_of_the_invocation() {
    let (settings, _layer) = subscribed(function().memory_mb(256), &["platform"]);
    let environment = start(settings).await;
    let invoked = environment.invoke(control(&json!({ "sleep_ms": 20 }))).await.unwrap();
    let report = event(&environment, "platform.report").await;
    let record = &report["record"];
    assert_eq!(record["requestId"], invoked.request_id.as_str());
    assert_eq!(record["status"], "success");
    let metrics = &record["metrics"];
    assert_eq!(metrics["memorySizeMB"], 256);
    let duration = metrics["durationMs"].as_f64().unwrap();
    let init = metrics["initDurationMs"].as_f64().unwrap();
    let billed = metrics["billedDurationMs"].as_f64().unwrap();
    assert!(duration >= 20.0, "{metrics}");
    assert!((billed - (duration + init).ceil()).abs() <= 1.0, "{metrics}");
    assert!(metrics["maxMemoryUsedMB"].as_u64().unwrap() > 0);
}

#[tokio::test]
async fn the_report_waits_for_the_extension_and_for_the_thaw() {
    let (settings, _layer) = subscribed(function().freeze(Freeze::Automatic), &["platform"]);
    let environment = start(settings).await;
    let first = environment.invoke("1").await.unwrap();
    assert!(!names(&delivered(&environment)).contains(&"platform.report"));
    environment.invoke("2").await.unwrap();
    environment.shutdown().await.unwrap();
    let events = delivered(&environment);
    let reports: Vec<&Value> =
        events.iter().filter(|event| event["type"] == "platform.report").collect();
    assert_eq!(reports.len(), 2, "the rest comes at shutdown");
    assert_eq!(reports[0]["record"]["requestId"], first.request_id.as_str());
}

#[tokio::test]
async fn log_lines_go_to_those_who_asked_for_them() {
    let (settings, _layer) = subscribed(function(), &["function"]);
    let environment = start(settings).await;
    environment.invoke(control(&json!({ "print": "a line" }))).await.unwrap();
    environment.shutdown().await.unwrap();
    let events = delivered(&environment);
    assert_eq!(names(&events), ["function", "function"]);
    assert_eq!(events[1]["record"], "a line");
}

#[tokio::test]
async fn json_lines_become_objects_with_the_json_log_format() {
    let settings = function().env("AWS_LAMBDA_LOG_FORMAT", "JSON");
    let (settings, _layer) = subscribed(settings, &["function"]);
    let environment = start(settings).await;
    let print = json!({ "print": r#"{"level":"INFO"}"# });
    environment.invoke(control(&print)).await.unwrap();
    environment.shutdown().await.unwrap();
    assert_eq!(delivered(&environment)[1]["record"], json!({ "level": "INFO" }));
}

#[tokio::test]
async fn a_timeout_is_reported_before_the_reset_is_over() {
    let settings = function().timeout(std::time::Duration::from_millis(150));
    let (settings, _layer) = subscribed(settings, &["platform"]);
    let environment = start(settings).await;
    environment.invoke(control(&json!({ "sleep_ms": 60_000 }))).await.unwrap();
    let events = delivered(&environment);
    let ends = ["platform.runtimeDone", "platform.report"];
    for event in events.iter().filter(|event| ends.contains(&event["type"].as_str().unwrap())) {
        assert_eq!(event["record"]["status"], "timeout");
    }
    assert_eq!(names(&events)[names(&events).len() - 2..], ends);
}

#[tokio::test]
async fn an_error_is_told_with_its_type() {
    let (settings, _layer) = subscribed(function(), &["platform"]);
    let environment = start(settings).await;
    environment.invoke(control(&json!({ "fail": true }))).await.unwrap();
    let done = event(&environment, "platform.runtimeDone").await;
    assert_eq!(done["record"]["status"], "error");
    assert_eq!(done["record"]["errorType"], "Function.ProbeFailed");
}

#[tokio::test]
async fn newer_schemas_are_refused_where_the_platform_is_older() {
    let settings = function().telemetry(Telemetry::UpTo(Schema::V20221213));
    let (settings, _layer) = subscribed(settings, &["platform"]);
    let environment = start(settings).await;
    let answer = line(&environment, "subscribed").await;
    assert!(answer.starts_with("subscribed 400"), "{answer}");
    assert!(answer.contains("ValidationError"), "{answer}");
}

#[tokio::test]
async fn the_api_can_be_missing_as_in_awss_own_emulator() {
    let settings = function().telemetry(Telemetry::NotSupported);
    let (settings, _layer) = subscribed(settings, &["platform"]);
    let environment = start(settings).await;
    let answer = line(&environment, "subscribed").await;
    assert!(answer.starts_with("subscribed 202"), "{answer}");
    assert!(answer.contains("Telemetry.NotSupported"), "{answer}");
}
