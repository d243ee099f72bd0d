//! Event patterns: the rules of EventBridge, and the filters of event source mappings.
//!
//! A pattern has the form of the event: its leaves are lists of rules, of which one must hold.
//! (EventBridge user guide, "Comparison operators for use in event patterns"; Lambda developer guide,
//! "Control which events Lambda sends to your function".)
mod filter;
mod read;
mod rule;
#[cfg(test)]
mod tests;
mod text;

use serde_json::Value;

pub use filter::{Filter, FilterOf};
pub use read::PatternError;
use rule::Rule;

/// A pattern that was read.
#[derive(Debug, Clone, PartialEq)]
pub struct Pattern(Tree);

/// One level of a pattern: all of its fields must match, and one of the trees of its `$or`.
#[derive(Debug, Clone, Default, PartialEq)]
struct Tree {
    fields: Vec<(String, Below)>,
    either: Vec<Tree>,
}

/// What stands behind a name.
#[derive(Debug, Clone, PartialEq)]
enum Below {
    Tree(Tree),
    Rules(Vec<Rule>),
}

impl Pattern {
    /// Reads the text of a pattern.
    ///
    /// # Errors
    ///
    /// Says what is wrong, where, and what would be right.
    pub fn parse(text: &str) -> Result<Self, PatternError> {
        let value = serde_json::from_str(text).map_err(|error| PatternError::syntax(&error))?;
        Self::of(&value)
    }

    /// Reads a pattern out of a JSON value.
    ///
    /// # Errors
    ///
    /// Says what is wrong, where, and what would be right.
    pub fn of(value: &Value) -> Result<Self, PatternError> {
        read::pattern(value).map(Self)
    }

    /// Whether an event matches.
    pub fn matches(&self, event: &Value) -> bool {
        self.0.matches(Some(event), &[event])
    }
}

impl Tree {
    /// `chosen` is the value that this level is held against. `all` is every value of the event that
    /// stands at its place: elements of lists are tried one by one, but what is absent must be
    /// absent everywhere.
    fn matches(&self, chosen: Option<&Value>, all: &[&Value]) -> bool {
        if let Some(Value::Array(elements)) = chosen
            && !elements.is_empty()
        {
            return elements.iter().any(|element| self.matches(Some(element), all));
        }
        let field = |(name, below): &(String, Below)| {
            let next = chosen.and_then(|value| value.get(name));
            let everywhere: Vec<&Value> =
                spread(all).into_iter().filter_map(|value| value.get(name)).collect();
            below.matches(next, &everywhere)
        };
        self.fields.iter().all(field)
            && (self.either.is_empty() || self.either.iter().any(|tree| tree.matches(chosen, all)))
    }
}

impl Below {
    fn matches(&self, chosen: Option<&Value>, all: &[&Value]) -> bool {
        match self {
            Self::Tree(tree) => tree.matches(chosen, all),
            Self::Rules(rules) => {
                let leaves = leaves(chosen.as_slice());
                rules.iter().any(|rule| match rule {
                    Rule::Exists(true) => !leaves.is_empty(),
                    Rule::Exists(false) => self::leaves(all).is_empty(),
                    rule => leaves.iter().any(|leaf| rule.holds(leaf)),
                })
            }
        }
    }
}

/// The values, with the elements of lists in place of the lists.
fn spread<'v>(values: &[&'v Value]) -> Vec<&'v Value> {
    let mut found = Vec::new();
    for value in values {
        match value {
            Value::Array(elements) => found.extend(spread(&elements.iter().collect::<Vec<_>>())),
            value => found.push(*value),
        }
    }
    found
}

/// The values that rules are held against: rules work on leaves only.
fn leaves<'v>(values: &[&'v Value]) -> Vec<&'v Value> {
    let mut found = spread(values);
    found.retain(|value| !value.is_object());
    found
}
