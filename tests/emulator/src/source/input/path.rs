//! The paths that EventBridge takes: names behind dots, places in lists, and `*`.
use std::fmt;

use serde_json::Value;

use super::InputError;

/// A path that was read.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Path {
    text: String,
    steps: Vec<Step>,
}

#[derive(Debug, Clone, PartialEq)]
enum Step {
    Name(String),
    Place(usize),
    All,
}

impl Path {
    pub(super) fn read(text: &str) -> Result<Self, InputError> {
        let wrong = |problem: &str| InputError(format!("the path `{text}` {problem}"));
        let Some(mut rest) = text.strip_prefix('$') else {
            return Err(wrong("must begin with `$`, such as `$.detail.state`"));
        };
        let mut steps = Vec::new();
        while !rest.is_empty() {
            if let Some(after) = rest.strip_prefix('.') {
                let end = after.find(['.', '[']).unwrap_or(after.len());
                let (name, after) = after.split_at_checked(end).unwrap_or_default();
                match name {
                    "" => return Err(wrong("lacks a name behind a dot")),
                    "*" => steps.push(Step::All),
                    name => steps.push(Step::Name(name.to_owned())),
                }
                rest = after;
            } else if let Some((inside, after)) =
                rest.strip_prefix('[').and_then(|after| after.split_once(']'))
            {
                steps.push(match (inside, inside.parse()) {
                    ("*", _) => Step::All,
                    (_, Ok(place)) => Step::Place(place),
                    _ => {
                        let expected = "has a name in brackets; EventBridge takes dots, such as `$.detail.state`, \
                                        and places in lists, such as `$.resources[0]`";
                        return Err(wrong(expected));
                    }
                });
                rest = after;
            } else {
                return Err(wrong("must go on with `.name` or `[0]`"));
            }
        }
        Ok(Self { text: text.to_owned(), steps })
    }

    /// What stands there; `None` where nothing does.
    pub(super) fn find(&self, event: &Value) -> Option<Value> {
        find(event, &self.steps)
    }
}

fn find(value: &Value, steps: &[Step]) -> Option<Value> {
    let Some((first, rest)) = steps.split_first() else { return Some(value.clone()) };
    match (first, value) {
        (Step::Name(name), Value::Object(members)) => find(members.get(name)?, rest),
        (Step::Place(place), Value::Array(elements)) => find(elements.get(*place)?, rest),
        (Step::All, Value::Array(elements)) => Some(all(elements.iter(), rest)),
        (Step::All, Value::Object(members)) => Some(all(members.values(), rest)),
        _ => None,
    }
}

fn all<'v>(values: impl Iterator<Item = &'v Value>, rest: &[Step]) -> Value {
    Value::Array(values.filter_map(|value| find(value, rest)).collect())
}

impl fmt::Display for Path {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "`{}`", self.text)
    }
}
