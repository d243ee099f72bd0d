//! Where ledger lines go.
/// A place that takes ledger lines.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Sink {
    /// Standard output: the function's own log group.
    #[default]
    Stdout,
    /// A file, appended to.
    File(FileSink),
    /// Requests over HTTP, made by the courier.
    Http(HttpSink),
    /// A log stream of CloudWatch Logs, written by the courier.
    CloudWatch(CloudWatchSink),
}

impl Sink {
    /// Its name in documents and records.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Stdout => "stdout",
            Self::File(_) => "file",
            Self::Http(_) => "http",
            Self::CloudWatch(_) => "cloudwatch",
        }
    }

    /// Whether it is outside of the environment: then the courier carries lines to it.
    pub fn is_outside(&self) -> bool {
        matches!(self, Self::Http(_) | Self::CloudWatch(_))
    }
}

/// The words of `ledger.sinks[].type`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SinkType {
    /// Standard output.
    Stdout,
    /// A file.
    File,
    /// Requests over HTTP.
    Http,
    /// CloudWatch Logs.
    CloudWatch,
}

crate::options::choice!(SinkType {
    "stdout" => Stdout, "file" => File, "http" => Http, "cloudwatch" => CloudWatch
});

/// A file of ledger lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileSink {
    /// Its absolute path.
    pub path: String,
    /// Size in bytes beyond which it is renamed and a new one begun; none lets it grow.
    pub max_bytes: Option<u64>,
    /// How many renamed files are kept. Default: 4.
    pub keep: u32,
}

impl FileSink {
    /// Renamed files that are kept unless the policy says otherwise.
    pub const KEEP: u32 = 4;

    /// A file that grows.
    pub fn new(path: impl Into<String>) -> Self {
        Self { path: path.into(), max_bytes: None, keep: Self::KEEP }
    }
}

/// An HTTP endpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HttpSink {
    /// Where requests go.
    pub url: String,
    /// What their bodies are. Default: NDJSON.
    pub format: HttpFormat,
    /// How bodies are compressed. Default: gzip.
    pub compress: Compress,
    /// Header fields.
    pub headers: Vec<Header>,
    /// The environment variable that holds the key of their signature, if they are signed.
    pub hmac_env: Option<String>,
}

/// One header field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    /// Its name.
    pub name: String,
    /// What is sent before the value.
    pub prefix: String,
    /// The value, or where it comes from.
    pub value: HeaderValue,
}

/// Where a header's value comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HeaderValue {
    /// The policy itself: nothing secret.
    Plain(String),
    /// This environment variable.
    Variable(String),
}

/// What bodies are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum HttpFormat {
    /// One record a line.
    #[default]
    Ndjson,
    /// OTLP logs, protobuf.
    Otlp,
    /// OTLP logs, JSON.
    OtlpJson,
    /// Splunk's HTTP Event Collector.
    Hec,
}

crate::options::choice!(HttpFormat {
    "ndjson" => Ndjson, "otlp" => Otlp, "otlp-json" => OtlpJson, "hec" => Hec
});

/// How bodies are compressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Compress {
    /// Not at all.
    None,
    /// RFC 1952.
    #[default]
    Gzip,
    /// RFC 8878.
    Zstd,
}

crate::options::choice!(Compress { "none" => None, "gzip" => Gzip, "zstd" => Zstd });

/// A log stream.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CloudWatchSink {
    /// The log group. Default: `/aws/lambda/` and the function's name.
    pub log_group: Option<String>,
    /// The log stream, in which `{environment}`, `{function}` and `{version}` stand for what they
    /// name. Default: [`Self::LOG_STREAM`].
    pub log_stream: Option<String>,
    /// The group's region. Default: the function's own.
    pub region: Option<String>,
}

impl CloudWatchSink {
    /// The stream unless the policy names one: each environment has its own.
    pub const LOG_STREAM: &str = "tollgate/{version}/{environment}";
}
