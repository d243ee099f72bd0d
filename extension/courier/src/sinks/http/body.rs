//! Bodies of requests: lines in the form that the endpoint takes.

use super::otlp;
use crate::sinks::record::Head;
use flate2::Compression;
use flate2::write::GzEncoder;
use ruzstd::encoding::{CompressionLevel, compress_to_vec};
use std::io::Write as _;
use tollgate_link::sink::{Compress, Format, Http, Line};
use tollgate_link::{Cause, Failure};

/// A body, not compressed.
pub(super) struct Body {
    pub(super) bytes: Vec<u8>,
    pub(super) content_type: &'static str,
}

impl Body {
    /// The body that carries these lines.
    pub(super) fn of(to: &Http, lines: &[Line]) -> Self {
        let (bytes, content_type) = match to.format {
            Format::Ndjson => (ndjson(lines), "application/x-ndjson"),
            Format::Otlp => (otlp::protobuf(&to.resource, lines), "application/x-protobuf"),
            Format::OtlpJson => (otlp::json(&to.resource, lines), "application/json"),
            Format::Hec => (hec(&to.resource, lines), "application/json"),
        };
        Self { bytes, content_type }
    }
}

/// One record a line, byte for byte.
fn ndjson(lines: &[Line]) -> Vec<u8> {
    let mut body = Vec::new();
    for line in lines {
        body.extend_from_slice(&line.bytes.0);
        body.push(b'\n');
    }
    body
}

/// Events of Splunk's HTTP Event Collector ("Format events for HTTP Event Collector"): one object
/// after the other, with the record itself, byte for byte, as `event`.
fn hec(resource: &[(String, String)], lines: &[Line]) -> Vec<u8> {
    let host = resource.iter().find(|(key, _)| key == "faas.name").map_or("", |(_, name)| name);
    let host = serde_json::Value::from(host);
    let mut body = Vec::new();
    for line in lines {
        let head = Head::of(&line.bytes.0);
        let (seconds, ms) = (line.at_ms / 1_000, line.at_ms % 1_000);
        let fields = serde_json::json!({ "record_id": head.id(), "kind": head.kind });
        let start = format!(
            "{{\"time\":{seconds}.{ms:03},\"host\":{host},\"source\":\"tollgate\",\
             \"sourcetype\":\"tollgate:ledger\",\"fields\":{fields},\"event\":"
        );
        body.extend_from_slice(start.as_bytes());
        body.extend_from_slice(&line.bytes.0);
        body.extend_from_slice(b"}\n");
    }
    body
}

/// Compresses a body.
pub(super) fn compress(how: Compress, bytes: Vec<u8>) -> Result<Vec<u8>, Failure> {
    match how {
        Compress::None => Ok(bytes),
        Compress::Zstd => Ok(compress_to_vec(bytes.as_slice(), CompressionLevel::Fastest)),
        Compress::Gzip => {
            gzip(&bytes).map_err(|error| Failure::new(Cause::Service, format!("gzip: {error}")))
        }
    }
}

fn gzip(bytes: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes)?;
    encoder.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines() -> Vec<Line> {
        let text = br#"{"tollgate":1,"kind":"gap","chain":"ab","epoch":0,"seq":7,"x":"\u00e9 "}"#;
        vec![Line { at_ms: 1_700_000_000_042, bytes: text.to_vec().into() }; 2]
    }

    #[test]
    fn splunk_gets_time_id_and_the_records_own_bytes() {
        let resource = vec![("faas.name".to_owned(), "a\"b".to_owned())];
        let body = hec(&resource, &lines());
        let events: Vec<serde_json::Value> = serde_json::Deserializer::from_slice(&body)
            .into_iter()
            .collect::<Result<_, _>>()
            .unwrap();
        assert_eq!(events.len(), 2);
        assert_eq!(events[0]["time"], 1_700_000_000.042);
        assert_eq!(events[0]["host"], "a\"b");
        assert_eq!(events[0]["fields"]["record_id"], "ab:7");
        let text = String::from_utf8(body).unwrap();
        assert!(text.contains(std::str::from_utf8(&lines()[0].bytes.0).unwrap()));
    }

    #[test]
    fn what_was_compressed_comes_back() {
        let body = ndjson(&lines());
        let gzip = compress(Compress::Gzip, body.clone()).unwrap();
        let mut back = Vec::new();
        std::io::copy(&mut flate2::read::GzDecoder::new(gzip.as_slice()), &mut back).unwrap();
        assert_eq!(back, body);
        let zstd = compress(Compress::Zstd, body.clone()).unwrap();
        let mut decoder = ruzstd::decoding::StreamingDecoder::new(zstd.as_slice()).unwrap();
        let mut back = Vec::new();
        std::io::copy(&mut decoder, &mut back).unwrap();
        assert_eq!(back, body);
    }
}
