//! The Telemetry API: subscriptions, and what is refused.

use super::cases::{ALL, CLASSIC, Case, MANAGED, play};
use super::extensions::registered;
use super::stage::{Setting, Stage, seen};

const API: &str = "Telemetry API";
const PATH: &str = "/2022-07-01/telemetry";

fn case(name: &'static str, expected: &'static str) -> Case {
    Case {
        name,
        source: API,
        modes: ALL,
        setting: Setting { extension: true, ..Setting::default() },
        expected,
        play: play!(subscribes),
    }
}

pub(super) fn cases() -> Vec<Case> {
    vec![
        Case { play: play!(subscribes), ..case("a telemetry subscription", "200 \"OK\"") },
        Case {
            play: play!(schema),
            ..case("a subscription of an unknown schema", "400 ValidationError")
        },
        Case {
            modes: CLASSIC,
            play: play!(older),
            ..case("a subscription of the first schema", "200 \"OK\"")
        },
        Case {
            modes: MANAGED,
            play: play!(older),
            ..case("the first schema on Managed Instances", "400 ValidationError")
        },
        Case {
            play: play!(bounds),
            ..case("a subscription beyond the bounds", "400 ValidationError")
        },
        Case {
            play: play!(anonymous),
            ..case("a subscription without identifier", "403 Extension.MissingExtensionIdentifier")
        },
        Case {
            modes: MANAGED,
            play: play!(logs),
            ..case("the Logs API on Managed Instances", "404")
        },
    ]
}

fn subscription(schema: &str, timeout_ms: u64) -> String {
    let port = tollgate_emulator::free_port().unwrap();
    serde_json::json!({
        "schemaVersion": schema,
        "types": ["platform"],
        "buffering": { "maxItems": 1000, "maxBytes": 262_144, "timeoutMs": timeout_ms },
        "destination": { "protocol": "HTTP", "URI": format!("http://sandbox.localdomain:{port}") },
    })
    .to_string()
}

async fn subscribe(stage: &Stage, body: String) -> String {
    let (mut extension, id) = registered(stage, r#"{"events":["SHUTDOWN"]}"#).await;
    let headers =
        [("lambda-extension-identifier", id.as_str()), ("content-type", "application/json")];
    let reply = extension.call("PUT", PATH, &headers, body).await;
    match reply.status {
        200 => format!("200 {}", String::from_utf8_lossy(&reply.body)),
        _ => seen(&reply),
    }
}

async fn subscribes(stage: &mut Stage) -> String {
    subscribe(stage, subscription("2025-01-29", 1000)).await
}

async fn schema(stage: &mut Stage) -> String {
    subscribe(stage, subscription("2030-01-01", 1000)).await
}

async fn older(stage: &mut Stage) -> String {
    subscribe(stage, subscription("2022-07-01", 1000)).await
}

async fn bounds(stage: &mut Stage) -> String {
    subscribe(stage, subscription("2025-01-29", 24)).await
}

async fn anonymous(stage: &mut Stage) -> String {
    let (mut extension, _) = registered(stage, r#"{"events":["SHUTDOWN"]}"#).await;
    let body = subscription("2025-01-29", 1000);
    seen(&extension.call("PUT", PATH, &[("content-type", "application/json")], body).await)
}

async fn logs(stage: &mut Stage) -> String {
    let (mut extension, id) = registered(stage, r#"{"events":["SHUTDOWN"]}"#).await;
    let headers = [("lambda-extension-identifier", id.as_str())];
    seen(&extension.call("PUT", "/2020-08-15/logs", &headers, "{}").await)
}
