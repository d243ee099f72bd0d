//! What the courier must know of a sink: the policy's words, and who sends.

use tollgate_ledger::record::Open;
use tollgate_link::sink::{CloudWatch, Compress, Format, Http, SinkSpec, Value};
use tollgate_policy::{CloudWatchSink, HeaderValue, HttpFormat, HttpSink, Sink};

/// The sink for the courier; none where it needs no courier.
pub(crate) fn of(sink: &Sink, open: &Open) -> Option<SinkSpec> {
    match sink {
        Sink::Stdout | Sink::File(_) => None,
        Sink::Http(http) => Some(SinkSpec::Http(http_spec(http, open))),
        Sink::CloudWatch(to) => Some(SinkSpec::CloudWatch(cloudwatch_spec(to, open))),
    }
}

fn http_spec(http: &HttpSink, open: &Open) -> Http {
    let header = |header: &tollgate_policy::Header| {
        let value = match &header.value {
            HeaderValue::Plain(text) => Value::Plain(format!("{}{text}", header.prefix)),
            HeaderValue::Variable(name) => {
                Value::Variable { prefix: header.prefix.clone(), name: name.clone() }
            }
        };
        (header.name.clone(), value)
    };
    let variable = |name: &String| Value::Variable { prefix: String::new(), name: name.clone() };
    Http {
        url: http.url.clone(),
        format: match http.format {
            HttpFormat::Ndjson => Format::Ndjson,
            HttpFormat::Otlp => Format::Otlp,
            HttpFormat::OtlpJson => Format::OtlpJson,
            HttpFormat::Hec => Format::Hec,
        },
        compress: match http.compress {
            tollgate_policy::Compress::None => Compress::None,
            tollgate_policy::Compress::Gzip => Compress::Gzip,
            tollgate_policy::Compress::Zstd => Compress::Zstd,
        },
        headers: http.headers.iter().map(header).collect(),
        hmac: http.hmac_env.as_ref().map(variable),
        resource: resource(open),
    }
}

/// In the words of OpenTelemetry's semantic conventions, `faas` and `cloud`.
fn resource(open: &Open) -> Vec<(String, String)> {
    let function = &open.function;
    let all = [
        ("service.name", function.name.as_str()),
        ("cloud.provider", "aws"),
        ("cloud.platform", "aws_lambda"),
        ("cloud.region", &function.region),
        ("cloud.account.id", function.account.as_deref().unwrap_or_default()),
        ("faas.name", &function.name),
        ("faas.version", &function.version),
        ("faas.instance", &open.environment),
    ];
    let given = all.into_iter().filter(|(_, value)| !value.is_empty());
    given.map(|(key, value)| (key.to_owned(), value.to_owned())).collect()
}

fn cloudwatch_spec(to: &CloudWatchSink, open: &Open) -> CloudWatch {
    let group = || format!("/aws/lambda/{}", open.function.name);
    let stream = to.log_stream.as_deref().unwrap_or(CloudWatchSink::LOG_STREAM);
    // The version of an unpublished function, `$LATEST`, stands in stream names as `[$LATEST]`
    // with Lambda itself; only `:` and `*` may not stand there.
    let stream = stream
        .replace("{environment}", &open.environment)
        .replace("{function}", &open.function.name)
        .replace("{version}", &open.function.version);
    CloudWatch {
        log_group: to.log_group.clone().unwrap_or_else(group),
        log_stream: stream,
        region: to.region.clone(),
    }
}
