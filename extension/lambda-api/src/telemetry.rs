//! The Telemetry API, version 2022-07-01: subscription and the events it delivers.

use serde::Deserialize;
use serde_json::value::RawValue;

/// Path of the subscription call.
pub const SUBSCRIBE_PATH: &str = "/2022-07-01/telemetry";

/// Schema versions, newest first. Managed Instances take only the newest; an older platform
/// answers 400 to a version that it does not know.
pub const SCHEMA_VERSIONS: [&str; 3] = ["2025-01-29", "2022-12-13", "2022-07-01"];

/// Smallest `maxItems` that the platform accepts.
pub const ITEMS_MIN: u32 = 1_000;
/// Smallest `maxBytes` that the platform accepts, in bytes.
pub const BYTES_MIN: u32 = 262_144;

/// Body of a subscription to platform events, delivered by HTTP POST to `port`.
///
/// `timeout_ms` is how long the platform may hold a batch (25 to 30,000 milliseconds). Only
/// `platform` events are asked for: an extension that subscribes to its own output feeds itself.
pub fn subscribe_body(schema: &str, port: u16, timeout_ms: u32) -> Vec<u8> {
    format!(
        "{{\"schemaVersion\":\"{schema}\",\"types\":[\"platform\"],\"buffering\":\
         {{\"maxItems\":{ITEMS_MIN},\"maxBytes\":{BYTES_MIN},\"timeoutMs\":{timeout_ms}}},\
         \"destination\":{{\"protocol\":\"HTTP\",\"URI\":\"http://sandbox.localdomain:{port}\"}}}}"
    )
    .into_bytes()
}

/// One telemetry event whose record is not looked into yet.
#[derive(Debug, Deserialize)]
pub struct Envelope<'a> {
    /// The event's type, such as `platform.report`.
    #[serde(rename = "type")]
    pub kind: String,
    /// The record; its shape depends on the type.
    #[serde(borrow)]
    pub record: Option<&'a RawValue>,
}

/// The platform events this product acts on.
#[derive(Debug, Clone, PartialEq)]
pub enum PlatformEvent {
    /// An invocation began (`platform.start`).
    Start(InvocationMark),
    /// The runtime asked for the next event (`platform.runtimeDone`).
    RuntimeDone(InvocationMark),
    /// The invocation's bill (`platform.report`).
    Report(Report),
}

/// A mark in the life of an invocation.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct InvocationMark {
    /// Request id of the invocation.
    pub request_id: String,
    /// `success`, `failure`, `error` or `timeout`; absent at the start.
    #[serde(default)]
    pub status: String,
}

/// What an invocation took, as Lambda bills it.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Report {
    /// Request id of the invocation.
    pub request_id: String,
    /// `success`, `failure`, `error` or `timeout`.
    #[serde(default)]
    pub status: String,
    /// Type of the error, where there was one.
    #[serde(default)]
    pub error_type: Option<String>,
    /// The figures. Managed Instances give only the duration.
    #[serde(default)]
    pub metrics: Metrics,
}

/// Figures of a report. Durations are milliseconds.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Metrics {
    /// Time the handler ran.
    pub duration_ms: f64,
    /// Time billed, whole milliseconds.
    pub billed_duration_ms: Option<f64>,
    /// Configured memory in MB.
    #[serde(rename = "memorySizeMB")]
    pub memory_size_mb: Option<u64>,
    /// Largest memory in use in MB.
    #[serde(rename = "maxMemoryUsedMB")]
    pub max_memory_used_mb: Option<u64>,
    /// Time of initialisation, on a cold start.
    pub init_duration_ms: Option<f64>,
    /// Time of the restore, with SnapStart.
    pub restore_duration_ms: Option<f64>,
}

/// Reads a batch, a JSON array of events. Unknown types and records of an unknown shape are
/// skipped, so that a new event type never costs the batch.
///
/// # Errors
/// When the batch is no JSON array of objects.
pub fn read_batch(body: &[u8]) -> Result<Vec<PlatformEvent>, serde_json::Error> {
    let envelopes: Vec<Envelope<'_>> = serde_json::from_slice(body)?;
    Ok(envelopes.iter().filter_map(read_event).collect())
}

fn read_event(envelope: &Envelope<'_>) -> Option<PlatformEvent> {
    let record = envelope.record?.get();
    match envelope.kind.as_str() {
        "platform.start" => serde_json::from_str(record).ok().map(PlatformEvent::Start),
        "platform.runtimeDone" => serde_json::from_str(record).ok().map(PlatformEvent::RuntimeDone),
        "platform.report" => serde_json::from_str(record).ok().map(PlatformEvent::Report),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_is_read_and_unknown_events_are_skipped() {
        let batch = br#"[
            {"time":"2026-11-23T00:00:00.000Z","type":"platform.novelty","record":{"x":1}},
            {"time":"2026-11-23T00:00:00.000Z","type":"function","record":"a line"},
            {"time":"2026-11-23T00:00:00.000Z","type":"platform.report","record":
              {"requestId":"r","status":"success","metrics":{"durationMs":1.44,
               "billedDurationMs":20,"memorySizeMB":128,"maxMemoryUsedMB":30,"initDurationMs":18.45}}}
        ]"#;
        let events = read_batch(batch).unwrap();
        let [PlatformEvent::Report(report)] = events.as_slice() else {
            panic!("{events:?}");
        };
        assert_eq!(report.metrics.memory_size_mb, Some(128));
        assert_eq!(report.metrics.init_duration_ms, Some(18.45));
    }

    #[test]
    fn managed_instances_reports_carry_only_a_duration() {
        let batch = br#"[{"type":"platform.report","record":{"requestId":"r","metrics":{"durationMs":3}}}]"#;
        assert!(matches!(read_batch(batch).unwrap().as_slice(),
            [PlatformEvent::Report(report)] if report.metrics.billed_duration_ms.is_none()));
    }

    #[test]
    fn a_body_that_is_no_array_is_an_error() {
        assert!(read_batch(b"{}").is_err());
        assert!(read_batch(b"").is_err());
    }

    #[test]
    fn the_subscription_is_valid_json_with_the_documented_members() {
        let body: serde_json::Value =
            serde_json::from_slice(&subscribe_body(SCHEMA_VERSIONS[0], 4243, 500)).unwrap();
        assert_eq!(body["destination"]["URI"], "http://sandbox.localdomain:4243");
        assert_eq!(body["buffering"]["timeoutMs"], 500);
        assert_eq!(body["types"][0], "platform");
    }
}
