//! The filters of an event source mapping: which records of a queue or stream reach the function.
//!
//! (Lambda developer guide, "Using event filtering with an Amazon SQS event source" and its siblings.)
use serde_json::Value;

use super::{Below, Pattern, PatternError, Tree};
use crate::base64;

/// Most filters of one mapping, once the quota of five was raised.
const FILTERS_MAX: usize = 10;
/// Characters of one pattern (Lambda API reference, "Filter").
const PATTERN_CHARACTERS_MAX: usize = 4096;

/// Whose records are filtered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FilterOf {
    /// SQS: the text of a message is its `body`.
    Sqs,
    /// Kinesis: what a record carries is its `data`.
    Kinesis,
    /// `DynamoDB`: a record is filtered as the function would get it.
    DynamoDb,
}

/// The filters of a mapping: a record passes if one of them matches.
#[derive(Debug, Clone, PartialEq)]
pub struct Filter {
    of: FilterOf,
    patterns: Vec<Pattern>,
}

impl Filter {
    /// Reads the patterns of `FilterCriteria`.
    ///
    /// # Errors
    ///
    /// Says which pattern is wrong (the path begins with its place in the list, from 0), and how.
    pub fn read(of: FilterOf, patterns: &[impl AsRef<str>]) -> Result<Self, PatternError> {
        let wrong = |path: Vec<String>, problem: String| PatternError { path, problem };
        if patterns.len() > FILTERS_MAX {
            let problem = format!("a mapping has at most {FILTERS_MAX} filters");
            return Err(wrong(Vec::new(), problem));
        }
        let patterns = patterns.iter().enumerate().map(|(at, text)| {
            let text = text.as_ref();
            if text.chars().count() > PATTERN_CHARACTERS_MAX {
                let problem = format!("a pattern has at most {PATTERN_CHARACTERS_MAX} characters");
                return Err(wrong(vec![at.to_string()], problem));
            }
            Pattern::parse(text).map_err(|mut error| {
                error.path.insert(0, at.to_string());
                error
            })
        });
        Ok(Self { of, patterns: patterns.collect::<Result<_, _>>()? })
    }

    /// Whether the mapping sends a record, which has the form that the function gets.
    pub fn passes(&self, record: &Value) -> bool {
        let (seen, content) = self.seen(record);
        let fits = |pattern: &Pattern| match content.and_then(|name| pattern.0.below(name)) {
            // What is asked of JSON cannot be answered by what is none, and the other way round.
            Some(Below::Tree(_)) => {
                content.and_then(|name| seen.get(name)).is_some_and(Value::is_object)
            }
            _ => true,
        };
        self.patterns.is_empty()
            || self.patterns.iter().any(|pattern| fits(pattern) && pattern.matches(&seen))
    }

    /// A record as patterns see it, and the name of what it carries.
    fn seen(&self, record: &Value) -> (Value, Option<&'static str>) {
        let mut seen = record.clone();
        match self.of {
            FilterOf::DynamoDb => (seen, None),
            FilterOf::Sqs => {
                open(&mut seen, "body", |text| serde_json::from_str(text).ok());
                (seen, Some("body"))
            }
            FilterOf::Kinesis => {
                // The members of `kinesis` stand at the top of a pattern.
                let inner = seen.get("kinesis").and_then(Value::as_object).cloned();
                if let (Some(inner), Some(members)) = (inner, seen.as_object_mut()) {
                    members.extend(inner);
                }
                open(&mut seen, "data", |text| serde_json::from_slice(&base64::decode(text)?).ok());
                (seen, Some("data"))
            }
        }
    }
}

/// Puts a JSON object in the place of the text that it is.
fn open(record: &mut Value, name: &str, read: impl FnOnce(&str) -> Option<Value>) {
    if let Some(place) = record.get_mut(name)
        && let Some(value) = place.as_str().and_then(read).filter(Value::is_object)
    {
        *place = value;
    }
}

impl Tree {
    /// What a field is asked, also inside `$or`.
    fn below(&self, name: &str) -> Option<&Below> {
        let own = self.fields.iter().find(|(own, _)| own == name).map(|(_, below)| below);
        own.or_else(|| self.either.iter().find_map(|tree| tree.below(name)))
    }
}
