//! What one line of `--items` says, as the notice of a service.
use std::path::Path;

use serde_json::{Map, Value};
use tollgate_emulator::{Notice, Topic};

use super::{Name, SourceArgs};
use crate::command::emulate::error::Trouble;

/// The rule, where nothing names it.
pub(super) const RULE: &str = "rule";
/// The schedule, where nothing names it.
const SCHEDULE: &str = "default/schedule";

pub(super) fn notice(
    args: &SourceArgs,
    name: Name,
    file: &Path,
    line: usize,
    text: &str,
) -> Result<Notice, Trouble> {
    let named = |default: &str| args.named.clone().unwrap_or_else(|| default.to_owned());
    Ok(match name {
        Name::S3 => Notice::S3 {
            bucket: named("uploads"),
            key: text.to_owned(),
            size: 1024,
            name: "ObjectCreated:Put".to_owned(),
        },
        Name::Eventbridge => {
            let object = object(file, line, text)?;
            let word = |name: &str, default: &str| {
                object.get(name).and_then(Value::as_str).unwrap_or(default).to_owned()
            };
            Notice::EventBridge {
                source: word("source", "com.example"),
                detail_type: word("detail-type", "Example"),
                detail: object.get("detail").cloned().unwrap_or_default(),
            }
        }
        Name::RuleSchedule => Notice::Rule { rule: named(RULE), time: time(file, line, text)? },
        Name::Schedule => {
            Notice::Schedule { schedule: named(SCHEDULE), time: time(file, line, text)? }
        }
        _ => published(&named("topic"), file, line, text)?,
    })
}

/// A message of a topic: a text, and behind a tab its attributes.
pub(super) fn published(
    topic: &str,
    file: &Path,
    line: usize,
    text: &str,
) -> Result<Notice, Trouble> {
    let behind_tab = text.rsplit_once('\t').filter(|(_, said)| said.starts_with('{'));
    let (message, attributes) = match behind_tab {
        Some((message, said)) => (message, map(file, line, said)?),
        None => (text, Map::new()),
    };
    Topic::check(&attributes).map_err(|why| wrong(file, line, why.to_string()))?;
    let (topic, message) = (topic.to_owned(), message.to_owned());
    Ok(Notice::Sns { topic, subject: None, message, attributes })
}

/// A line that is a JSON object.
pub(super) fn object(file: &Path, line: usize, text: &str) -> Result<Value, Trouble> {
    map(file, line, text).map(Value::Object)
}

fn map(file: &Path, line: usize, text: &str) -> Result<Map<String, Value>, Trouble> {
    let value = serde_json::from_str(text);
    match value.map_err(|error| wrong(file, line, error.to_string()))? {
        Value::Object(members) => Ok(members),
        _ => Err(wrong(file, line, "a JSON object is expected".to_owned())),
    }
}

/// An hour in whole seconds of UTC.
fn time(file: &Path, line: usize, text: &str) -> Result<String, Trouble> {
    let form = "0000-00-00T00:00:00Z";
    let fits =
        |(is, form): (char, char)| if form == '0' { is.is_ascii_digit() } else { is == form };
    if text.len() == form.len() && text.chars().zip(form.chars()).all(fits) {
        return Ok(text.to_owned());
    }
    let problem = "a time in UTC is expected, such as 2026-03-01T12:00:00Z";
    Err(wrong(file, line, problem.to_owned()))
}

fn wrong(file: &Path, line: usize, problem: String) -> Trouble {
    Trouble::Item { file: file.to_owned(), line, problem }
}
