//! Templates of input transformers: a text in which `<name>` stands for a value of the event.
use serde_json::{Value, json};

use super::{InputError, is_json};
use crate::clock;

/// Variables that need no path.
const PREDEFINED: [&str; 5] = [
    "aws.events.rule-arn",
    "aws.events.rule-name",
    "aws.events.event.ingestion-time",
    "aws.events.event",
    "aws.events.event.json",
];

/// A template that was read.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Template {
    pieces: Vec<Piece>,
    /// Whether it is JSON; else what comes out is one string.
    is_json: bool,
}

#[derive(Debug, Clone, PartialEq)]
enum Piece {
    Text(String),
    Variable { name: String, quoted: bool },
}

/// What stands for the variables.
pub(super) struct Known<'a> {
    pub(super) event: &'a Value,
    pub(super) rule_arn: &'a str,
    pub(super) variables: Vec<(&'a str, Option<Value>)>,
}

/// Whether a variable of a map may have this name.
pub(super) fn is_name(text: &str) -> bool {
    let fits = |character: char| character.is_ascii_alphanumeric() || "_-.".contains(character);
    !text.is_empty() && text.chars().all(fits)
}

impl Template {
    pub(super) fn read(text: &str, names: &[&str]) -> Result<Self, InputError> {
        let mut pieces = Vec::new();
        let (mut rest, mut quoted) = (text, false);
        while let Some(at) = rest.find('<') {
            let (before, opened) = rest.split_at_checked(at).unwrap_or_default();
            quoted = quotes(before, quoted);
            let variable = opened.get(1..).and_then(|inside| inside.split_once('>'));
            let Some((name, after)) = variable.filter(|(name, _)| is_name(name)) else {
                // A sign, and no variable.
                pieces.push(Piece::Text(format!("{before}<")));
                rest = opened.get(1..).unwrap_or_default();
                continue;
            };
            if !names.contains(&name) && !PREDEFINED.contains(&name) {
                return Err(InputError(format!(
                    "`<{name}>` is no variable of the `InputPathsMap`, which has {}",
                    if names.is_empty() {
                        "none".to_owned()
                    } else {
                        format!("`{}`", names.join("`, `"))
                    }
                )));
            }
            if is_key(after, quoted) {
                return Err(InputError(format!("`<{name}>` cannot be the key of an object")));
            }
            pieces.push(Piece::Text(before.to_owned()));
            pieces.push(Piece::Variable { name: name.to_owned(), quoted });
            rest = after;
        }
        pieces.push(Piece::Text(rest.to_owned()));
        let template = Self { pieces, is_json: text.trim_start().starts_with(['{', '[', '"']) };
        template.check(names)?;
        Ok(template)
    }

    /// Filled with texts, a template of JSON must be JSON.
    fn check(&self, names: &[&str]) -> Result<(), InputError> {
        let event = json!({});
        let variables = names.iter().map(|name| (*name, Some(json!("text")))).collect();
        self.fill(&Known { event: &event, rule_arn: "arn", variables }).map(drop)
    }

    pub(super) fn fill(&self, known: &Known<'_>) -> Result<String, InputError> {
        let as_json = self.write(known, !self.is_json);
        if !self.is_json {
            // A value alone stands for itself, anything else is a text.
            let alone = self.write(known, false);
            return Ok(if is_json(&alone).is_ok() { alone } else { json!(as_json).to_string() });
        }
        let problem = |why| InputError(format!("the `InputTemplate` makes no JSON of it: {why}"));
        is_json(&as_json).map_err(problem)?;
        Ok(as_json)
    }

    fn write(&self, known: &Known<'_>, plain: bool) -> String {
        let write = |piece: &Piece| match piece {
            Piece::Text(text) => text.clone(),
            Piece::Variable { name, quoted } => known.value(name, *quoted, plain),
        };
        self.pieces.iter().map(write).collect()
    }
}

impl Known<'_> {
    /// A value as it stands in the template: as JSON, or inside a string.
    fn value(&self, name: &str, quoted: bool, plain: bool) -> String {
        let value = match name {
            "aws.events.rule-arn" => json!(self.rule_arn),
            "aws.events.rule-name" => json!(self.rule_arn.rsplit('/').next()),
            "aws.events.event.ingestion-time" => json!(clock::rfc3339(clock::unix_ms())),
            "aws.events.event" => self.without_detail(),
            "aws.events.event.json" => self.event.clone(),
            _ => {
                let found = self.variables.iter().find(|(own, _)| *own == name);
                // What the event does not have is empty.
                found.and_then(|(_, value)| value.clone()).unwrap_or_else(|| json!(""))
            }
        };
        match value {
            Value::String(text) if plain => text,
            Value::String(text) if quoted => inside(&text),
            other if quoted && !plain => inside(&other.to_string()),
            other => other.to_string(),
        }
    }

    fn without_detail(&self) -> Value {
        let mut event = self.event.clone();
        if let Some(members) = event.as_object_mut() {
            members.remove("detail");
        }
        event
    }
}

/// A text as it stands between quotation marks.
fn inside(text: &str) -> String {
    let quoted = json!(text).to_string();
    let inside = quoted.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    inside.unwrap_or_default().to_owned()
}

/// Whether a string is open behind this text.
fn quotes(text: &str, mut open: bool) -> bool {
    let mut escaped = false;
    for character in text.chars() {
        match character {
            '\\' if open && !escaped => escaped = true,
            '"' if !escaped => open = !open,
            _ => escaped = false,
        }
    }
    open
}

/// Whether the string or value that ends in this text is the key of an object.
fn is_key(after: &str, quoted: bool) -> bool {
    let mut rest = after;
    if quoted {
        let mut escaped = false;
        let end = after.char_indices().find(|(_, character)| {
            let ends = *character == '"' && !escaped;
            escaped = *character == '\\' && !escaped;
            ends
        });
        rest = end.and_then(|(at, _)| after.get(at + 1..)).unwrap_or_default();
    }
    rest.trim_start().starts_with(':') && quoted
}
