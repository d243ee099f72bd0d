//! OTLP logs: `ExportLogsServiceRequest` as protobuf and as JSON, written out by hand.
//!
//! Field numbers are those of opentelemetry-proto 1.x (`logs.proto`, `common.proto`,
//! `resource.proto`, `logs_service.proto`). The body of each log record is the ledger line itself, so that
//! what arrives can be verified.

mod protobuf;

use crate::sinks::record::Head;
use protobuf::Message;
use serde::Deserialize;
use serde_json::json;
use tollgate_link::sink::{Format, Line};

const SCOPE: &str = "tollgate";

/// What an endpoint did not take of a request that it accepted ("OTLP Specification", partial
/// success): such records must not be sent again.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Partial {
    pub(super) rejected: u32,
    pub(super) note: String,
}

/// Attributes of one record: its id, in the words of OpenTelemetry's semantic conventions, and
/// what it is.
fn attributes(head: &Head) -> [(&'static str, String); 2] {
    [("log.record.uid", head.id()), ("tollgate.kind", head.kind.clone())]
}

/// The request as protobuf.
pub(super) fn protobuf(resource: &[(String, String)], lines: &[Line]) -> Vec<u8> {
    let mut scope_logs = Message::default();
    let mut scope = Message::default();
    scope.text(1, SCOPE).text(2, env!("CARGO_PKG_VERSION"));
    scope_logs.message(1, &scope);
    for line in lines {
        scope_logs.message(2, &log_record(line));
    }
    let mut resource_message = Message::default();
    for (key, value) in resource {
        resource_message.message(1, &key_value(key, value));
    }
    let mut resource_logs = Message::default();
    resource_logs.message(1, &resource_message).message(2, &scope_logs);
    let mut request = Message::default();
    request.message(1, &resource_logs);
    request.into_bytes()
}

fn log_record(line: &Line) -> Message {
    let head = Head::of(&line.bytes.0);
    let (number, name) = head.severity();
    let nanos = line.at_ms.saturating_mul(1_000_000);
    let mut body = Message::default();
    body.bytes(1, &line.bytes.0);
    let mut record = Message::default();
    record.fixed64(1, nanos).varint(2, u64::from(number)).text(3, name).message(5, &body);
    for (key, value) in attributes(&head) {
        record.message(6, &key_value(key, &value));
    }
    record.fixed64(11, nanos).text(12, &format!("tollgate.{}", head.kind));
    record
}

fn key_value(key: &str, value: &str) -> Message {
    let mut any = Message::default();
    any.text(1, value);
    let mut pair = Message::default();
    pair.text(1, key).message(2, &any);
    pair
}

/// The request as JSON ("OTLP/HTTP", JSON Protobuf Encoding: 64-bit numbers are texts).
pub(super) fn json(resource: &[(String, String)], lines: &[Line]) -> Vec<u8> {
    let pair = |key: &str, value: &str| json!({"key": key, "value": {"stringValue": value}});
    let record = |line: &Line| {
        let head = Head::of(&line.bytes.0);
        let (number, name) = head.severity();
        let nanos = line.at_ms.saturating_mul(1_000_000).to_string();
        let attributes: Vec<_> =
            attributes(&head).iter().map(|(key, value)| pair(key, value)).collect();
        json!({
            "timeUnixNano": nanos,
            "observedTimeUnixNano": nanos,
            "severityNumber": number,
            "severityText": name,
            "eventName": format!("tollgate.{}", head.kind),
            "body": {"stringValue": String::from_utf8_lossy(&line.bytes.0)},
            "attributes": attributes,
        })
    };
    let resource: Vec<_> = resource.iter().map(|(key, value)| pair(key, value)).collect();
    let request = json!({"resourceLogs": [{
        "resource": {"attributes": resource},
        "scopeLogs": [{
            "scope": {"name": SCOPE, "version": env!("CARGO_PKG_VERSION")},
            "logRecords": lines.iter().map(record).collect::<Vec<_>>(),
        }],
    }]});
    request.to_string().into_bytes()
}

/// Reads what an endpoint says of a request that it accepted. What cannot be read says nothing.
pub(super) fn partial(format: Format, answer: &[u8]) -> Partial {
    match format {
        Format::Otlp => protobuf::partial(answer).unwrap_or_default(),
        Format::OtlpJson => partial_json(answer),
        Format::Ndjson | Format::Hec => Partial::default(),
    }
}

fn partial_json(answer: &[u8]) -> Partial {
    #[derive(Default, Deserialize)]
    #[serde(rename_all = "camelCase", default)]
    struct Response {
        partial_success: Success,
    }
    #[derive(Default, Deserialize)]
    #[serde(rename_all = "camelCase", default)]
    struct Success {
        rejected_log_records: serde_json::Value,
        error_message: String,
    }
    let success = serde_json::from_slice::<Response>(answer).unwrap_or_default().partial_success;
    // A 64-bit number: a text, or by some senders a number.
    let text = success.rejected_log_records.to_string();
    let rejected = text.trim_matches('"').parse().unwrap_or(0);
    Partial { rejected, note: clip(success.error_message) }
}

/// The start of a text that somebody else wrote.
fn clip(text: String) -> String {
    if text.chars().count() > 200 { text.chars().take(200).collect() } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines() -> Vec<Line> {
        let text = br#"{"tollgate":1,"kind":"gap","chain":"ab","epoch":0,"seq":7}"#;
        vec![Line { at_ms: 5, bytes: text.to_vec().into() }]
    }

    #[test]
    fn json_has_the_line_its_id_and_its_time() {
        let resource = vec![("service.name".to_owned(), "orders".to_owned())];
        let value: serde_json::Value = serde_json::from_slice(&json(&resource, &lines())).unwrap();
        let logs = &value["resourceLogs"][0];
        assert_eq!(logs["resource"]["attributes"][0]["value"]["stringValue"], "orders");
        let record = &logs["scopeLogs"][0]["logRecords"][0];
        assert_eq!(record["timeUnixNano"], "5000000");
        assert_eq!(record["severityNumber"], 13);
        assert_eq!(record["attributes"][0]["value"]["stringValue"], "ab:7");
        let body = record["body"]["stringValue"].as_str().unwrap();
        assert_eq!(body.as_bytes(), lines()[0].bytes.0);
    }

    #[test]
    fn a_partial_success_is_read_in_both_forms() {
        let expected = Partial { rejected: 3, note: "no".to_owned() };
        let text = br#"{"partialSuccess":{"rejectedLogRecords":"3","errorMessage":"no"}}"#;
        assert_eq!(partial(Format::OtlpJson, text), expected);
        assert_eq!(partial(Format::Otlp, &[0x0a, 6, 0x08, 3, 0x12, 2, b'n', b'o']), expected);
        for nothing in [&b""[..], b"{}", b"ok", &[0x0a, 0xff], &[0xff; 20]] {
            assert_eq!(partial(Format::OtlpJson, nothing), Partial::default());
            assert_eq!(partial(Format::Otlp, nothing), Partial::default());
        }
    }
}
