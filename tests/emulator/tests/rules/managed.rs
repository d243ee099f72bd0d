//! Managed Instances: parallel polls, late replies, SHUTDOWN only, one end for all.

use crate::support::{Client, RUNTIME, function, idle, layered, path, start, start_played};
use crate::telemetry::{delivered, names};
use serde_json::json;
use std::time::Duration;
use tollgate_emulator::{Answer, Ending, Environment, FaultPlan, InitStatus, Settings};

fn managed(settings: Settings) -> Settings {
    settings.managed(4)
}

/// An environment whose runtime is played here: the first poll is parked.
async fn parked(settings: Settings) -> (Environment, Client) {
    start_played(managed(settings)).await
}

#[tokio::test]
async fn events_go_to_parallel_polls_and_end_in_any_order() {
    let (environment, mut first) = parked(idle()).await;
    let one = environment.begin("1").unwrap();
    let event = first.receive().await.unwrap();
    assert_eq!(event.header("lambda-runtime-aws-request-id"), Some(one.request_id()));
    let two = environment.begin("2").unwrap();
    let mut second = Client::to(&environment).await;
    second.poll().await;
    let event = second.receive().await.unwrap();
    assert_eq!(event.header("lambda-runtime-aws-request-id"), Some(two.request_id()));
    assert_eq!(event.header("lambda-runtime-client-context"), Some(""), "set even if empty");
    let answers = [(&mut second, two), (&mut first, one)];
    for (client, running) in answers {
        let reply = client.post(&path(running.request_id(), "response"), &[], b"done").await;
        assert_eq!(reply.status, 202);
        let invoked = running.finished().await.unwrap();
        assert_eq!((&invoked.answer.body()[..], invoked.ending), (&b"done"[..], Ending::Ready));
    }
}

#[tokio::test]
async fn the_probe_echoes_as_on_any_other_environment() {
    let environment = start(managed(function())).await;
    for _ in 0..3 {
        assert_eq!(environment.invoke("{}").await.unwrap().ending, Ending::Ready);
    }
}

#[tokio::test]
async fn a_late_reply_is_gone_and_the_runtime_lives_on() {
    let (environment, mut client) = parked(idle().timeout(Duration::from_millis(100))).await;
    let pids = environment.pids();
    let running = environment.begin("1").unwrap();
    client.receive().await.unwrap();
    let target = path(running.request_id(), "response");
    let invoked = running.finished().await.unwrap();
    assert_eq!(invoked.ending, Ending::Timeout);
    let late = client.post(&target, &[], b"late").await;
    assert_eq!(late.refusal(), (410, "InvokeTimeout".to_owned()));
    let again = client.post(&target, &[], b"late").await;
    assert_eq!(again.refusal(), (400, "InvalidRequestID".to_owned()));
    assert_eq!(environment.pids(), pids, "nothing was reset");
}

#[tokio::test]
async fn a_second_reply_is_refused() {
    let (environment, mut client) = parked(idle()).await;
    let running = environment.begin("1").unwrap();
    client.receive().await.unwrap();
    let target = path(running.request_id(), "response");
    assert_eq!(client.post(&target, &[], b"one").await.status, 202);
    let second = client.post(&target, &[], b"two").await;
    assert_eq!(second.refusal(), (400, "InvalidRequestID".to_owned()));
}

#[tokio::test]
async fn an_error_interrupts_a_response_that_is_being_sent() {
    let (environment, mut client) = parked(idle()).await;
    let running = environment.begin("1").unwrap();
    client.receive().await.unwrap();
    let chunked = [("transfer-encoding", "chunked")];
    client.send("POST", &path(running.request_id(), "response"), &chunked, b"4\r\nhalf\r\n").await;
    let response = "/response".to_owned();
    let mut requests = environment.follow_requests();
    let seen = requests.find(|request| request.path.ends_with(&response));
    let seen = seen.await;
    while seen.body_bytes() == 0 {
        tokio::task::yield_now().await;
    }
    let mut other = Client::to(&environment).await;
    let kind = [("lambda-runtime-function-error-type", "Function.Midway")];
    assert_eq!(other.post(&path(running.request_id(), "error"), &kind, b"{}").await.status, 202);
    let invoked = running.finished().await.unwrap();
    assert_eq!(invoked.answer.error_type(), Some("Function.Midway"));
}

#[tokio::test]
async fn an_error_body_over_1_mib_is_too_large() {
    let (environment, mut client) = parked(idle()).await;
    let running = environment.begin("1").unwrap();
    client.receive().await.unwrap();
    let body = vec![b'x'; 1024 * 1024 + 1];
    let reply = client.post(&path(running.request_id(), "error"), &[], &body).await;
    assert_eq!(reply.refusal(), (413, "RequestEntityTooLarge".to_owned()));
    assert_eq!(client.post(&path(running.request_id(), "error"), &[], b"{}").await.status, 202);
}

#[tokio::test]
async fn an_event_for_a_poll_that_hung_up_is_lost() {
    let (environment, _client) = parked(idle()).await;
    environment.drop_connections(None);
    let invoked = environment.invoke("1").await.unwrap();
    assert_eq!(invoked.answer.error_type(), Some("Runtime.Unknown"));
}

#[tokio::test]
async fn without_an_idle_runtime_the_event_ends_as_unavailable() {
    let settings = idle().timeout(Duration::from_millis(300));
    let (environment, mut client) = parked(settings).await;
    let busy = environment.begin("1").unwrap();
    client.receive().await.unwrap();
    let second = environment.invoke("2").await.unwrap();
    assert_eq!(second.answer.error_type(), Some("Runtime.Unavailable"));
    drop(busy);
}

#[tokio::test]
async fn extensions_can_ask_for_shutdown_only() {
    let orders = json!({ "watcher": { "events": ["INVOKE", "SHUTDOWN"] } });
    let (settings, _layer) = layered(managed(function()), &orders);
    let environment = Environment::start(settings).await.unwrap();
    assert_eq!(environment.init().await.status, InitStatus::Error);
    let register = environment.requests();
    let register = register.iter().find(|request| request.path.ends_with("/register")).unwrap();
    assert_eq!(register.status(), Some(403));
}

#[tokio::test]
async fn the_end_of_the_runtime_ends_every_invocation_and_the_environment_is_replaced() {
    let environment = start(managed(function()).fault(FaultPlan::parse("crash@1").unwrap())).await;
    std::fs::write(environment.tmp().join("kept"), "").unwrap();
    let struck = environment.invoke("1").await.unwrap();
    assert!(matches!(struck.answer, Answer::Crash { .. }), "{struck:?}");
    let after = environment.invoke("2").await.unwrap();
    assert_eq!(after.ending, Ending::Ready);
    assert!(after.init.is_some());
    assert!(!environment.tmp().join("kept").exists(), "a new environment has a new /tmp");
}

#[tokio::test]
async fn a_hanging_invocation_times_out_alone() {
    let settings = managed(function().timeout(Duration::from_millis(300)));
    let environment = start(settings.fault(FaultPlan::parse("hang@1").unwrap())).await;
    assert_eq!(environment.invoke("1").await.unwrap().ending, Ending::Timeout);
    assert_eq!(environment.invoke("2").await.unwrap().ending, Ending::Ready);
}

#[tokio::test]
async fn telemetry_has_reports_and_no_runtime_done() {
    let telemetry = json!({
        "schemaVersion": "2025-01-29",
        "types": ["platform"],
        "buffering": { "maxItems": 1000, "maxBytes": 262_144, "timeoutMs": 25 },
    });
    let orders = json!({ "watcher": { "events": ["SHUTDOWN"], "telemetry": telemetry } });
    let (settings, _layer) = layered(managed(function()), &orders);
    let environment = start(settings).await;
    let invoked = environment.invoke("{}").await.unwrap();
    environment.shutdown().await.unwrap();
    let events = delivered(&environment);
    assert!(!names(&events).contains(&"platform.runtimeDone"), "{:?}", names(&events));
    let start = events.iter().find(|event| event["type"] == "platform.start").unwrap();
    assert!(start["record"]["functionArn"].as_str().unwrap().contains(":function:"));
    let report = events.iter().find(|event| event["type"] == "platform.report").unwrap();
    assert_eq!(report["record"]["requestId"], invoked.request_id.as_str());
    let metrics = report["record"]["metrics"].as_object().unwrap();
    assert_eq!(metrics.keys().collect::<Vec<_>>(), ["durationMs"]);
    assert_eq!(events[0]["record"]["initializationType"], "lambda-managed-instances");
}

#[tokio::test]
async fn there_is_no_logs_api() {
    let (environment, _client) = parked(idle()).await;
    let mut client = Client::to(&environment).await;
    client.send("PUT", "/2020-08-15/logs", &[], b"{}").await;
    assert_eq!(client.receive().await.unwrap().status, 404);
    assert_eq!(client.get(&format!("{RUNTIME}/restore/next"), &[]).await.status, 404);
}
