//! Records on their way out: a batch of ledger lines for one sink.

use crate::blob::Blob;
use serde::{Deserialize, Serialize};

/// Most lines in one batch: what `PutLogEvents` takes in one call ("CloudWatch Logs quotas").
pub const LINES_MAX: usize = 10_000;

/// Most bytes of lines in one batch, unless it is a single line. A batch is held in memory and its copy is on the
/// wire, so it stays below the megabyte that `PutLogEvents` takes.
pub const BATCH_BYTES_MAX: usize = 512 * 1024;

/// Carry these lines to this sink, in this order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deliver {
    /// Where to.
    pub sink: SinkSpec,
    /// The oldest first. At most [`LINES_MAX`].
    pub lines: Vec<Line>,
}

/// One ledger line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// When it was written, in milliseconds of Unix time.
    pub at_ms: u64,
    /// Its bytes, from `{` to `}`: what was hashed is what is sent.
    pub bytes: Blob,
}

/// What became of a batch. Lines that are not counted here are to be sent again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delivered {
    /// Lines from the start of the batch that are done: taken, or never to be taken.
    pub done: u32,
    /// How many of these the service will never take: too old, too new, malformed.
    pub rejected: u32,
    /// Why, in a few words.
    pub note: String,
}

/// A sink outside of the environment. It names all that the courier needs, so that a courier that
/// was just started can go on at once.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum SinkSpec {
    /// `PutLogEvents` of CloudWatch Logs.
    CloudWatch(CloudWatch),
    /// Requests over HTTP.
    Http(Http),
}

/// A log stream of CloudWatch Logs.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct CloudWatch {
    /// The log group; it must exist.
    pub log_group: String,
    /// The log stream; made when it is missing.
    pub log_stream: String,
    /// The group's region; the function's own when there is none.
    pub region: Option<String>,
}

/// An HTTP endpoint.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Http {
    /// Where requests go.
    pub url: String,
    /// What their bodies are.
    pub format: Format,
    /// How bodies are compressed.
    pub compress: Compress,
    /// Header fields: name and value.
    pub headers: Vec<(String, Value)>,
    /// The key of the signature over time and body, if requests are signed.
    pub hmac: Option<Value>,
    /// Who sends: attributes of the resource, in the words of OpenTelemetry.
    pub resource: Vec<(String, String)>,
}

/// What a body is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Format {
    /// One JSON object a line.
    Ndjson,
    /// OTLP logs, protobuf.
    Otlp,
    /// OTLP logs, JSON.
    OtlpJson,
    /// Splunk's HTTP Event Collector.
    Hec,
}

/// How a body is compressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Compress {
    /// Not at all.
    None,
    /// RFC 1952.
    Gzip,
    /// RFC 8878.
    Zstd,
}

/// A value that may be secret. Only its place crosses the link.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Value {
    /// As it stands.
    Plain(String),
    /// Of an environment variable of the courier, which has those of the function.
    Variable {
        /// What comes before it.
        prefix: String,
        /// The variable.
        name: String,
    },
}
