//! `SnapStart`: the snapshot after init, the restore with the first invocation, its keys.
use std::collections::BTreeSet;

use serde_json::{Value, json};
use tollgate_emulator::Ending;

use crate::support::{Client, body, control, function, layered, start};
use crate::telemetry::{delivered, names};

#[tokio::test]
async fn everything_stands_still_from_the_snapshot_to_the_restore() {
    let environment = start(function().snap_start(true)).await;
    assert!(environment.is_frozen(), "the snapshot");
    assert_eq!(environment.invoke("1").await.unwrap().ending, Ending::Ready);
    assert!(!environment.is_frozen());
}

#[tokio::test]
async fn a_restore_is_told_even_of_a_runtime_that_knows_of_none() {
    let telemetry = json!({
        "schemaVersion": "2025-01-29",
        "types": ["platform"],
        "buffering": { "maxItems": 1000, "maxBytes": 262_144, "timeoutMs": 25 },
    });
    let (settings, _layer) = layered(function(), &json!({ "guard": { "telemetry": telemetry } }));
    let environment = start(settings.snap_start(true)).await;
    environment.invoke("1").await.unwrap();
    environment.shutdown().await.unwrap();
    let events = delivered(&environment);
    let names = names(&events);
    for name in ["restoreStart", "restoreRuntimeDone", "restoreReport"] {
        assert!(names.contains(&format!("platform.{name}").as_str()), "{names:?}");
    }
    assert_eq!(events[0]["record"]["phase"], "snap-start");
    let report = events.iter().find(|event| event["type"] == "platform.report").unwrap();
    let metrics = &report["record"]["metrics"];
    assert!(metrics["restoreDurationMs"].is_f64(), "{metrics}");
    assert_eq!(metrics["initDurationMs"], Value::Null, "it was billed with the snapshot");
}

#[tokio::test]
async fn keys_are_asked_for_and_not_in_the_variables() {
    let environment = start(function().snap_start(true)).await;
    let invoked = environment.invoke(control(&json!({ "variables": true }))).await.unwrap();
    let variables: Value = serde_json::from_str(&body(&invoked)).unwrap();
    assert_eq!(variables["AWS_SECRET_ACCESS_KEY"], Value::Null);
    let uri = variables["AWS_CONTAINER_CREDENTIALS_FULL_URI"].as_str().unwrap();
    assert_eq!(uri, format!("http://{}/2021-04-23/credentials", environment.api()));
    let token = variables["AWS_CONTAINER_AUTHORIZATION_TOKEN"].as_str().unwrap();
    let mut client = Client::to(&environment).await;
    let keys = client.get("/2021-04-23/credentials", &[("authorization", token)]).await;
    assert_eq!(keys.status, 200);
    let keys = keys.json();
    let fields: BTreeSet<&str> = keys.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(fields, BTreeSet::from(["AccessKeyId", "Expiration", "SecretAccessKey", "Token"]));
    let stranger = client.get("/2021-04-23/credentials", &[("authorization", "other")]).await;
    assert_eq!(stranger.status, 404);
}

#[tokio::test]
async fn other_environments_have_no_such_endpoint() {
    let environment = start(function()).await;
    let mut client = Client::to(&environment).await;
    assert_eq!(client.get("/2021-04-23/credentials", &[]).await.status, 404);
}
