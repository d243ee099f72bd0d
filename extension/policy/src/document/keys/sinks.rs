//! Keys of the ledger's sinks.
use super::forms::{PATH, REGION, VARIABLE};
use super::{Form, Key, Kind, REQUIRED, key, words};
use crate::sinks::{Compress, HttpFormat, SinkType};

/// The keys, in the order of the reference.
pub(super) const SINKS: &[Key] = &[
    key(
        "ledger.sinks",
        Kind::Tables,
        "one of `type: stdout`, unless `sink` names one",
        "Where records go; each gets all of them. The sink of `ledger.sink` is one more.",
    ),
    key(
        "ledger.sinks[].type",
        Kind::Word(words::<SinkType>),
        REQUIRED,
        "What it is: standard output, a file, an HTTP endpoint or CloudWatch Logs.",
    ),
    key("ledger.sinks[].path", Kind::Text(&PATH), "none", "The file, with `type: file`."),
    key(
        "ledger.sinks[].max_bytes",
        Kind::Size { max: 1 << 40 },
        "none, it grows",
        "Size beyond which the file is renamed to `<path>.1` and a new one begun.",
    ),
    key(
        "ledger.sinks[].keep",
        Kind::Count { max: 100 },
        "4",
        "How many renamed files are kept, with `max_bytes`.",
    ),
    key(
        "ledger.sinks[].url",
        Kind::Text(&URL),
        "none",
        "The endpoint, with `type: http`. Without TLS only on loopback.",
    ),
    key(
        "ledger.sinks[].format",
        Kind::Word(words::<HttpFormat>),
        "ndjson",
        "What bodies are: one record a line, OTLP logs (protobuf or JSON), or Splunk's HTTP Event \
         Collector.",
    ),
    key(
        "ledger.sinks[].compress",
        Kind::Word(words::<Compress>),
        "gzip",
        "How bodies are compressed.",
    ),
    key("ledger.sinks[].headers", Kind::Tables, "none", "Header fields of each request."),
    key("ledger.sinks[].headers[].name", Kind::Text(&HEADER_NAME), REQUIRED, "The field's name."),
    key(
        "ledger.sinks[].headers[].value",
        Kind::Text(&HEADER_VALUE),
        "none",
        "Its value, as it stands: nothing secret belongs here.",
    ),
    key(
        "ledger.sinks[].headers[].env",
        Kind::Text(&VARIABLE),
        "none",
        "The environment variable that holds its value.",
    ),
    key(
        "ledger.sinks[].headers[].prefix",
        Kind::Text(&HEADER_VALUE),
        "none",
        "What comes before the value, such as `Bearer ` or `Splunk `.",
    ),
    key(
        "ledger.sinks[].hmac_env",
        Kind::Text(&VARIABLE),
        "none: requests are not signed",
        "The environment variable that holds the key, in base64, of each request's signature \
         (Standard Webhooks).",
    ),
    key(
        "ledger.sinks[].log_group",
        Kind::Text(&LOG_GROUP),
        "`/aws/lambda/<function>`",
        "The log group, with `type: cloudwatch`. It must exist.",
    ),
    key(
        "ledger.sinks[].log_stream",
        Kind::Text(&LOG_STREAM),
        "`tollgate/{version}/{environment}`",
        "The log stream, made when it is missing; `{environment}`, `{function}` and `{version}` \
         stand for what they name.",
    ),
    key(
        "ledger.sinks[].region",
        Kind::Text(&REGION),
        "the function's",
        "The region of the log group.",
    ),
];

/// Without TLS only where nobody listens on the way; credentials belong into headers.
static URL: Form = Form {
    name: "an address such as `https://example.com/logs` (`http://` only on loopback, no user name)",
    pattern: "^https?://[^@\\s]+$",
    bytes_max: 2048,
    holds: is_url,
};

fn is_url(text: &str) -> bool {
    let plain = text.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'@');
    if let Some(rest) = text.strip_prefix("https://") {
        return plain && !rest.is_empty() && !rest.starts_with(['/', ':', '?', '#']);
    }
    let Some(rest) = text.strip_prefix("http://") else { return false };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = match authority.strip_prefix('[') {
        Some(bracketed) => bracketed.split(']').next(),
        None => authority.split(':').next(),
    };
    let host = host.unwrap_or_default();
    let is_loopback = host.parse().is_ok_and(|it: core::net::IpAddr| it.is_loopback());
    plain && (host == "localhost" || is_loopback)
}

static HEADER_NAME: Form = Form {
    name: "the name of a header field",
    pattern: "^[A-Za-z0-9-]{1,64}$",
    bytes_max: 64,
    holds: |text| !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-'),
};

static HEADER_VALUE: Form = Form {
    name: "a text of visible ASCII characters and blanks",
    pattern: "^[ -~]+$",
    bytes_max: 1024,
    holds: |text| !text.is_empty() && text.bytes().all(|b| (b' '..=b'~').contains(&b)),
};

/// API reference, `CreateLogGroup`: parameter `logGroupName`.
static LOG_GROUP: Form = Form {
    name: "the name of a log group",
    pattern: "^[A-Za-z0-9._/#-]{1,512}$",
    bytes_max: 512,
    holds: |text| {
        let fits = |b: u8| b.is_ascii_alphanumeric() || b"._/#-".contains(&b);
        !text.is_empty() && text.bytes().all(fits)
    },
};

/// API reference, `CreateLogStream`: parameter `logStreamName`.
static LOG_STREAM: Form = Form {
    name: "the name of a log stream, in which `{environment}`, `{function}` and `{version}` may stand",
    pattern: "^[^:*{}]*(\\{(environment|function|version)\\}[^:*{}]*)*$",
    bytes_max: 256,
    holds: |text| {
        let known = ["{environment}", "{function}", "{version}"];
        let rest = known.iter().fold(text.to_owned(), |text, name| text.replace(name, ""));
        !text.is_empty() && !rest.contains([':', '*', '{', '}'])
    },
};
