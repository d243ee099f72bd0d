//! Which items of a source reach the function: `--filter`, or what the template says.
use serde_json::{Value, json};
use tollgate_emulator::{Filter, FilterOf, Notice, Pattern, PatternError};

use super::error::Trouble;
use super::source::Name;

/// What lets items through. Several patterns of a mapping or several rules: one is enough.
#[derive(Debug, Clone, Default)]
pub(super) enum Sieve {
    /// Nothing was said: all pass.
    #[default]
    None,
    /// `FilterCriteria` of an event source mapping.
    Mapping(Filter),
    /// Patterns of rules, held against the event; of a subscription, held against the message.
    Events(Vec<Pattern>),
    /// A subscription's policy that is held against the message's attributes.
    Attributes(Pattern),
    /// `Filter` of a bucket's notification: how a key begins and ends.
    Keys { prefix: String, suffix: String },
}

impl Sieve {
    /// Reads patterns for the items of a source.
    pub(super) fn read(name: Name, patterns: &[String]) -> Result<Self, PatternError> {
        match name {
            Name::Sqs | Name::SqsFifo => Filter::read(FilterOf::Sqs, patterns).map(Self::Mapping),
            Name::Kinesis => Filter::read(FilterOf::Kinesis, patterns).map(Self::Mapping),
            Name::Dynamodb => Filter::read(FilterOf::DynamoDb, patterns).map(Self::Mapping),
            Name::Sns | Name::Eventbridge | Name::S3 | Name::RuleSchedule | Name::Schedule => {
                let read = patterns.iter().enumerate().map(|(at, text)| {
                    Pattern::parse(text).map_err(|mut error| {
                        error.path.insert(0, at.to_string());
                        error
                    })
                });
                read.collect::<Result<_, _>>().map(Self::Events)
            }
        }
    }

    /// Reads `--filter`.
    pub(super) fn of_line(name: Name, patterns: &[String]) -> Result<Self, Trouble> {
        let why = match name {
            Name::S3 => Some(
                "s3 has no patterns: a bucket's notification filters by the key's prefix and suffix",
            ),
            Name::RuleSchedule | Name::Schedule => Some("a schedule has no patterns"),
            _ => None,
        };
        if let Some(why) = why {
            return Err(Trouble::Filter { filter: patterns.join(" "), why: why.to_owned() });
        }
        Self::read(name, patterns).map_err(|mut error| {
            let at = if error.path.is_empty() { None } else { error.path.remove(0).parse().ok() };
            let named = at.and_then(|at: usize| patterns.get(at));
            let filter = named.cloned().unwrap_or_else(|| patterns.join(" "));
            Trouble::Filter { filter, why: error.to_string() }
        })
    }

    /// The filter of a queue or a stream.
    pub(super) fn mapping(&self) -> Option<&Filter> {
        if let Self::Mapping(filter) = self { Some(filter) } else { None }
    }

    /// Whether what a service is told reaches the function.
    pub(super) fn passes(&self, notice: &Notice) -> bool {
        match (self, notice) {
            (Self::Keys { prefix, suffix }, Notice::S3 { key, .. }) => {
                key.starts_with(prefix.as_str()) && key.ends_with(suffix.as_str())
            }
            (Self::Attributes(pattern), Notice::Sns { attributes, .. }) => {
                pattern.matches(&Value::Object(attributes.clone()))
            }
            (Self::Events(patterns), notice) => {
                let seen = match notice {
                    // A subscription's policy is held against the message, which must be JSON.
                    Notice::Sns { message, .. } => {
                        serde_json::from_str(message).unwrap_or(json!({}))
                    }
                    other => other.document(),
                };
                patterns.iter().any(|pattern| pattern.matches(&seen))
            }
            _ => true,
        }
    }
}
