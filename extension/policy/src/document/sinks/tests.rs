//! Tests of `ledger.sinks`.
use crate::compile::{Overrides, compile};
use crate::document::{Document, Role};
use crate::sinks::{
    CloudWatchSink, Compress, FileSink, Header, HeaderValue, HttpFormat, HttpSink, Sink,
};

fn compiled(text: &str) -> Result<(), String> {
    let document = Document { name: "p.yaml", text, role: Role::Function };
    compile(&[document], &Overrides::default()).map(drop).map_err(|it| it.to_string())
}

/// A line that a document is refused for, with one message that starts so.
fn wrong(line: &str, expected: &str) {
    let problems = compiled(&format!("version: 1\n{line}\n")).unwrap_err();
    let found = problems.lines().any(|line| line.starts_with(&format!("p.yaml:{expected}")));
    assert!(found, "{problems}\nexpected: {expected}");
}

/// The sinks of the document that sets every key.
pub(in crate::document) fn full() -> Vec<Sink> {
    let header = |name: &str, prefix: &str, value| Header {
        name: name.into(),
        prefix: prefix.into(),
        value,
    };
    vec![
        Sink::File(FileSink::new("/var/log/ledger.ndjson")),
        Sink::File(FileSink { path: "/mnt/ledger".into(), max_bytes: Some(1 << 20), keep: 2 }),
        Sink::Http(HttpSink {
            url: "https://example.com/logs".into(),
            format: HttpFormat::Otlp,
            compress: Compress::Zstd,
            headers: vec![
                header("x-kind", "", HeaderValue::Plain("audit".into())),
                header("authorization", "Bearer ", HeaderValue::Variable("TOKEN".into())),
            ],
            hmac_env: Some("SIGNING_KEY".into()),
        }),
        Sink::CloudWatch(CloudWatchSink {
            log_group: Some("/audit/orders".into()),
            log_stream: Some("a/{environment}".into()),
            region: Some("eu-west-1".into()),
        }),
    ]
}

#[test]
fn a_sink_says_what_it_needs_and_nothing_else() {
    let sinks = |text: &str| format!("ledger: {{ sinks: [{text}] }}");
    wrong(&sinks("{ type: fil }"), "2:27: ledger.sinks[0].type: `fil` is not one of");
    wrong(&sinks("{ path: /a }"), "2:19: ledger.sinks[0].type: missing");
    wrong(&sinks("{ type: file }"), "2:19: ledger.sinks[0].path: missing");
    wrong(&sinks("{ type: http }"), "2:19: ledger.sinks[0].url: missing");
    wrong(
        &sinks("{ type: stdout, url: 'https://example.com' }"),
        "2:40: ledger.sinks[0].url: only with `type: http`",
    );
    for url in [
        "http://example.com/",
        "https://user@example.com/",
        "http://127.0.0.1.example.com/",
        "ftp://x",
        "https:///x",
    ] {
        let text = sinks(&format!("{{ type: http, url: '{url}' }}"));
        wrong(&text, &format!("2:38: ledger.sinks[0].url: `{url}` is not an address such as"));
    }
    for url in ["http://localhost:4318/v1/logs", "http://[::1]/", "http://127.9.0.1?x"] {
        let text = sinks(&format!("{{ type: http, url: '{url}' }}"));
        assert!(compiled(&format!("version: 1\n{text}\n")).is_ok(), "{url}");
    }
    wrong(
        &sinks("{ type: http, url: 'https://example.com', headers: [{ name: a }] }"),
        "2:71: ledger.sinks[0].headers[0]: expected one of `value` and `env`",
    );
    wrong(
        &sinks("{ type: stdout }, { type: stdout }"),
        "2:37: ledger.sinks[1]: the same sink twice",
    );
    wrong(&sinks(""), "2:18: ledger.sinks: no sink; records must go somewhere");
    wrong(
        &sinks("{ type: cloudwatch, log_stream: '{enviroment}' }"),
        "2:51: ledger.sinks[0].log_stream: `{enviroment}` is not the name of a log stream",
    );
}
