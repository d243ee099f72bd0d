//! A log group of CloudWatch in the place of a file: `cloudwatch:GROUP?since=7d`.
use std::collections::HashMap;
use std::io;

use tollgate_budget::{Window, Zone};
use tollgate_courier::reader::{self, Extract};

use crate::command::replay::now;

/// What such a path begins with.
const PREFIX: &str = "cloudwatch:";

/// The log group that a path names; none where it names a file.
pub(super) fn parse(path: &str) -> Option<Result<Extract, String>> {
    path.strip_prefix(PREFIX).map(extract)
}

fn extract(text: &str) -> Result<Extract, String> {
    let (group, options) = text.split_once('?').unwrap_or((text, ""));
    if group.is_empty() {
        return Err(format!("expected a log group after `{PREFIX}`"));
    }
    let mut extract = Extract { group: group.to_owned(), ..Extract::default() };
    for option in options.split('&').filter(|option| !option.is_empty()) {
        let (name, value) = option.split_once('=').unwrap_or((option, ""));
        let text = Some(value.to_owned()).filter(|value| !value.is_empty());
        match name {
            "since" => extract.from_ms = Some(ago(value)?),
            "until" => extract.to_ms = Some(ago(value)?),
            "region" => extract.region = text,
            "streams" => extract.streams = text,
            "filter" => extract.filter = text,
            _ => {
                return Err(format!(
                    "`{name}` is no option of a log group; expected `since`, `until`, `region`, \
                     `streams` or `filter`"
                ));
            }
        }
    }
    Ok(extract)
}

/// So long before now: milliseconds since the Unix epoch.
fn ago(text: &str) -> Result<i64, String> {
    let Ok(Window::Sliding { ms }) = Window::parse(text, Zone::UTC) else {
        return Err(format!("`{text}`: expected a time before now, from `1s` to `31d`"));
    };
    i64::try_from(now().unix_ms.saturating_sub(ms)).map_err(|_| "too long ago".to_owned())
}

/// Hands out every event as a line: the stream's name, the event's number in it from 1, its text.
pub(super) fn read(extract: &Extract, take: &mut dyn FnMut(&str, u64, &[u8])) -> io::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let mut numbers: HashMap<String, u64> = HashMap::new();
    let mut pass = |stream: &str, message: &str| {
        let number = numbers.entry(stream.to_owned()).or_default();
        *number += 1;
        let file = format!("{PREFIX}{}/{stream}", extract.group);
        let mut line = Vec::with_capacity(message.len() + 1);
        line.extend_from_slice(message.as_bytes());
        line.push(b'\n');
        take(&file, *number, &line);
    };
    runtime.block_on(reader::read(extract, &mut pass)).map_err(io::Error::other)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_group_is_read_with_its_options() {
        assert_eq!(parse("ledger.ndjson"), None);
        let read = |text: &str| parse(text).unwrap();
        let extract =
            read("cloudwatch:/aws/lambda/orders?since=7d&region=eu-west-1&filter=x").unwrap();
        assert_eq!(extract.group, "/aws/lambda/orders");
        assert_eq!(
            (extract.region.as_deref(), extract.filter.as_deref()),
            (Some("eu-west-1"), Some("x"))
        );
        assert!(extract.from_ms.is_some() && extract.to_ms.is_none());
        for (text, wrong) in [
            ("cloudwatch:", "expected a log group"),
            ("cloudwatch:a?since=yesterday", "`yesterday`: expected a time before now"),
            ("cloudwatch:a?from=1h", "`from` is no option of a log group"),
        ] {
            assert!(read(text).unwrap_err().starts_with(wrong), "{text}");
        }
    }
}
