//! `ledger.sinks`, with `ledger.sink` and `ledger.path` as its short form.
use super::fields::{Fields, Reader, join};
use crate::problem::{At, Place};
use crate::sinks::{CloudWatchSink, FileSink, Header, HeaderValue, HttpSink, Sink, SinkType};

/// Which keys belong to which type alone.
const OF_TYPE: [(SinkType, &str, &[&str]); 3] = [
    (SinkType::File, "file", &["path", "max_bytes", "keep"]),
    (SinkType::Http, "http", &["url", "format", "compress", "headers", "hmac_env"]),
    (SinkType::CloudWatch, "cloudwatch", &["log_group", "log_stream", "region"]),
];

/// All sinks that the ledger names, in their order.
pub(super) fn read<'a>(
    reader: &mut Reader<'_>,
    ledger: &Fields<'a, '_>,
) -> Option<At<'a, Vec<Sink>>> {
    let short = read_short(reader, ledger);
    let Some(field) = ledger.field("ledger.sinks") else {
        return short.map(|sink| At { value: vec![sink.value], place: sink.place });
    };
    let mut sinks: Vec<Sink> = short.into_iter().map(|sink| sink.value).collect();
    let place = field.value.place;
    let tables = reader.tables(field);
    if tables.is_empty() {
        reader.complain(place, "ledger.sinks", "no sink; records must go somewhere");
    }
    for (i, table) in tables.iter().enumerate() {
        let shown = format!("ledger.sinks[{i}]");
        if let Some(sink) = read_one(reader, table, &shown) {
            if sinks.contains(&sink) {
                reader.complain(table.place, &shown, "the same sink twice");
            } else {
                sinks.push(sink);
            }
        }
    }
    Some(At { value: sinks, place })
}

/// `sink` and `path` are one choice in two keys.
fn read_short<'a>(reader: &mut Reader<'_>, ledger: &Fields<'a, '_>) -> Option<At<'a, Sink>> {
    let path = reader.text(ledger, "ledger.path");
    let sink = ledger.field("ledger.sink");
    let word = sink.and_then(|field| reader.word_of(field));
    let place: Place<'a> = sink.map_or(ledger.place, |field| field.value.place);
    let is_file = word.as_deref() == Some("file");
    match path {
        Some(path) if is_file => Some(At { value: Sink::File(FileSink::new(path.value)), place }),
        Some(path) => {
            reader.complain(path.place, "ledger.path", "only with `sink: file`");
            None
        }
        None if is_file && ledger.field("ledger.path").is_none() => {
            reader.complain(place, "ledger.path", "missing; `sink: file` needs it");
            None
        }
        None => word.filter(|_| !is_file).map(|_| At { value: Sink::Stdout, place }),
    }
}

fn read_one(reader: &mut Reader<'_>, table: &Fields<'_, '_>, shown: &str) -> Option<Sink> {
    let Some(kind) = table.field("ledger.sinks[].type") else {
        reader.complain(table.place, &join(shown, "type"), "missing");
        return None;
    };
    let kind = reader.word::<SinkType>(table, kind.key.path)?.value;
    refuse_strangers(reader, table, kind);
    match kind {
        SinkType::Stdout => Some(Sink::Stdout),
        SinkType::File => read_file(reader, table, shown),
        SinkType::Http => read_http(reader, table, shown),
        SinkType::CloudWatch => {
            let mut text = |path| reader.text(table, path).map(|at| at.value);
            Some(Sink::CloudWatch(CloudWatchSink {
                log_group: text("ledger.sinks[].log_group"),
                log_stream: text("ledger.sinks[].log_stream"),
                region: text("ledger.sinks[].region"),
            }))
        }
    }
}

/// Complains of keys that belong to another type.
fn refuse_strangers(reader: &mut Reader<'_>, table: &Fields<'_, '_>, kind: SinkType) {
    for (owner, name, keys) in OF_TYPE {
        for key in keys.iter().filter(|_| owner != kind) {
            if let Some(field) = table.field(&format!("ledger.sinks[].{key}")) {
                let message = format!("only with `type: {name}`");
                reader.complain(field.value.place, &field.shown, message);
            }
        }
    }
}

fn read_file(reader: &mut Reader<'_>, table: &Fields<'_, '_>, shown: &str) -> Option<Sink> {
    let max_bytes = reader.size(table, "ledger.sinks[].max_bytes").map(|at| at.value);
    let keep = reader.count(table, "ledger.sinks[].keep").map_or(FileSink::KEEP, |at| at.value);
    require(reader, table, "path", shown);
    let path = reader.text(table, "ledger.sinks[].path")?.value;
    Some(Sink::File(FileSink { path, max_bytes, keep }))
}

fn read_http(reader: &mut Reader<'_>, table: &Fields<'_, '_>, shown: &str) -> Option<Sink> {
    let format = reader.word(table, "ledger.sinks[].format").map(|at| at.value);
    let compress = reader.word(table, "ledger.sinks[].compress").map(|at| at.value);
    let hmac_env = reader.text(table, "ledger.sinks[].hmac_env").map(|at| at.value);
    let mut headers = Vec::new();
    if let Some(field) = table.field("ledger.sinks[].headers") {
        for (i, header) in reader.tables(field).iter().enumerate() {
            let shown = format!("{shown}.headers[{i}]");
            headers.extend(read_header(reader, header, &shown));
        }
    }
    require(reader, table, "url", shown);
    let url = reader.text(table, "ledger.sinks[].url")?.value;
    let (format, compress) = (format.unwrap_or_default(), compress.unwrap_or_default());
    Some(Sink::Http(HttpSink { url, format, compress, headers, hmac_env }))
}

fn read_header(reader: &mut Reader<'_>, table: &Fields<'_, '_>, shown: &str) -> Option<Header> {
    let mut text = |name: &str| {
        reader.text(table, &format!("ledger.sinks[].headers[].{name}")).map(|at| at.value)
    };
    let (name, plain, variable) = (text("name"), text("value"), text("env"));
    let prefix = text("prefix").unwrap_or_default();
    if table.field("ledger.sinks[].headers[].name").is_none() {
        reader.complain(table.place, &join(shown, "name"), "missing");
    }
    let given = |key: &str| table.field(&format!("ledger.sinks[].headers[].{key}")).is_some();
    if given("value") == given("env") {
        reader.complain(table.place, shown, "expected one of `value` and `env`");
    }
    let value = plain.map(HeaderValue::Plain).or(variable.map(HeaderValue::Variable))?;
    Some(Header { name: name?, prefix, value })
}

fn require(reader: &mut Reader<'_>, table: &Fields<'_, '_>, key: &str, shown: &str) {
    if table.field(&format!("ledger.sinks[].{key}")).is_none() {
        reader.complain(table.place, &join(shown, key), "missing; this `type` needs it");
    }
}

#[cfg(test)]
pub(super) mod tests;
