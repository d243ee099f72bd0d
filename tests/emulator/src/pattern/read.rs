//! Reads patterns, with errors that name the place in the pattern.
use serde_json::{Map, Value};

use super::rule::{NUMBER_MAX, Network, Range, Rule};
use super::text::{Text, wildcard};
use super::{Below, Tree};

/// A pattern that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}{problem}", place(path))]
pub struct PatternError {
    /// The members that lead to the place.
    pub path: Vec<String>,
    /// What is wrong there, and what would be right.
    pub problem: String,
}

fn place(path: &[String]) -> String {
    if path.is_empty() { String::new() } else { format!("`{}`: ", path.join(".")) }
}

type Read<T> = Result<T, PatternError>;

/// The keys of rules.
const OPERATORS: [&str; 8] = [
    "anything-but",
    "cidr",
    "equals-ignore-case",
    "exists",
    "numeric",
    "prefix",
    "suffix",
    "wildcard",
];

impl PatternError {
    pub(super) fn syntax(error: &serde_json::Error) -> Self {
        Self::new(format!("the pattern is not JSON: {error}"))
    }

    fn new(problem: impl Into<String>) -> Self {
        Self { path: Vec::new(), problem: problem.into() }
    }

    fn below(mut self, name: &str) -> Self {
        self.path.insert(0, name.to_owned());
        self
    }
}

/// Reads a whole pattern.
pub(super) fn pattern(value: &Value) -> Read<Tree> {
    match value {
        Value::Object(members) if !members.is_empty() => tree(members),
        Value::Object(_) => Err(PatternError::new("the pattern is empty: name at least one field")),
        other => Err(PatternError::new(format!(
            "the pattern must be an object such as {{\"source\": [\"com.example\"]}}, not {}",
            kind(other)
        ))),
    }
}

fn tree(members: &Map<String, Value>) -> Read<Tree> {
    let mut tree = Tree::default();
    for (name, value) in members {
        if name == "$or" {
            tree.either = either(value).map_err(|wrong| wrong.below(name))?;
        } else {
            let below = below(value).map_err(|wrong| wrong.below(name))?;
            tree.fields.push((name.clone(), below));
        }
    }
    Ok(tree)
}

fn either(value: &Value) -> Read<Vec<Tree>> {
    let expected = || PatternError::new("`$or` must be a list of at least two objects");
    let Value::Array(trees) = value else { return Err(expected()) };
    if trees.len() < 2 {
        return Err(expected());
    }
    let trees = trees.iter().enumerate().map(|(at, one)| match one {
        Value::Object(members) if !members.is_empty() => {
            tree(members).map_err(|wrong| wrong.below(&at.to_string()))
        }
        _ => Err(expected()),
    });
    trees.collect()
}

fn below(value: &Value) -> Read<Below> {
    match value {
        Value::Object(members) if members.is_empty() => {
            Err(PatternError::new("an empty object asks nothing: name a field in it"))
        }
        Value::Object(members) => {
            match members.keys().find(|key| OPERATORS.contains(&key.as_str())) {
                Some(operator) if members.len() == 1 => Err(PatternError::new(format!(
                    "`{operator}` must stand in a list, such as [{value}]"
                ))),
                _ => tree(members).map(Below::Tree),
            }
        }
        Value::Array(rules) if rules.is_empty() => {
            Err(PatternError::new("an empty list matches nothing: name at least one value"))
        }
        Value::Array(rules) => rules.iter().map(rule).collect::<Read<_>>().map(Below::Rules),
        leaf => {
            Err(PatternError::new(format!("{} must stand in a list, such as [{leaf}]", kind(leaf))))
        }
    }
}

fn rule(value: &Value) -> Read<Rule> {
    let members = match value {
        Value::Object(members) => members,
        Value::Array(_) => {
            return Err(PatternError::new("a list in a list: values stand side by side in one"));
        }
        plain => return Ok(Rule::Is(plain.clone())),
    };
    let mut members = members.iter();
    let (Some((operator, operand)), None) = (members.next(), members.next()) else {
        return Err(PatternError::new(format!(
            "an object in a list of rules has one operator; the operators are {}",
            OPERATORS.join(", ")
        )));
    };
    operator_of(operator, operand)
}

fn operator_of(operator: &str, operand: &Value) -> Read<Rule> {
    match operator {
        "exists" => match operand {
            Value::Bool(there) => Ok(Rule::Exists(*there)),
            other => Err(wrong(operator, "true or false", other)),
        },
        "numeric" => range(operand).map(Rule::Within),
        "cidr" => {
            let network = operand.as_str().and_then(Network::read);
            network.map(Rule::Network).ok_or_else(|| {
                wrong(operator, "a range of addresses such as \"10.0.0.0/24\"", operand)
            })
        }
        "anything-but" => but(operand),
        "prefix" | "suffix" | "equals-ignore-case" | "wildcard" => {
            text(operator, operand).map(Rule::Like)
        }
        unknown => Err(PatternError::new(format!(
            "`{unknown}` is no operator; the operators are {}",
            OPERATORS.join(", ")
        ))),
    }
}

fn text(operator: &str, operand: &Value) -> Read<Text> {
    let folded = operand
        .as_object()
        .filter(|members| members.len() == 1)
        .and_then(|members| members.get("equals-ignore-case")?.as_str());
    match (operator, operand, folded) {
        ("prefix", _, Some(start)) => Ok(Text::BeginsAnyCase(start.to_lowercase())),
        ("suffix", _, Some(end)) => Ok(Text::EndsAnyCase(end.to_lowercase())),
        ("prefix", Value::String(start), _) => Ok(Text::Begins(start.clone())),
        ("suffix", Value::String(end), _) => Ok(Text::Ends(end.clone())),
        ("equals-ignore-case", Value::String(all), _) => Ok(Text::AnyCase(all.to_lowercase())),
        ("wildcard", Value::String(written), _) => wildcard(written)
            .map_err(|problem| PatternError::new(format!("`wildcard` {operand}: {problem}"))),
        _ => Err(wrong(operator, "a string", operand)),
    }
}

/// A value, a list of values, or an operator about texts with one text or several.
fn but(operand: &Value) -> Read<Rule> {
    let expected = "a string, a number, a list of them, or one of prefix, suffix, \
                    equals-ignore-case and wildcard";
    let plain = |value: &Value| value.is_string() || value.is_number();
    match operand {
        value if plain(value) => Ok(Rule::Other(vec![value.clone()])),
        Value::Array(values) if !values.is_empty() && values.iter().all(plain) => {
            Ok(Rule::Other(values.clone()))
        }
        Value::Object(members) => {
            let mut members = members.iter();
            let (Some((operator, inner)), None) = (members.next(), members.next()) else {
                return Err(wrong("anything-but", expected, operand));
            };
            if !["prefix", "suffix", "equals-ignore-case", "wildcard"].contains(&operator.as_str())
            {
                return Err(wrong("anything-but", expected, operand));
            }
            let texts = match inner {
                Value::Array(all) if !all.is_empty() => {
                    all.iter().map(|one| text(operator, one)).collect()
                }
                one => text(operator, one).map(|text| vec![text]),
            };
            texts.map(Rule::Unlike)
        }
        other => Err(wrong("anything-but", expected, other)),
    }
}

/// `["=", 5]`, `[">", 0]` or `[">", 0, "<=", 5]`.
fn range(operand: &Value) -> Read<Range> {
    let wrong = || {
        let right = "a comparison such as [\"=\", 5], [\">\", 0] or [\">\", 0, \"<=\", 5]";
        wrong("numeric", right, operand)
    };
    let parts =
        operand.as_array().filter(|parts| [2, 4].contains(&parts.len())).ok_or_else(wrong)?;
    let mut range = Range::default();
    for pair in parts.chunks(2) {
        let [Value::String(sign), Value::Number(number)] = pair else { return Err(wrong()) };
        let number = number.as_f64().ok_or_else(wrong)?;
        if !(-NUMBER_MAX..=NUMBER_MAX).contains(&number) {
            let problem = format!("`numeric` {number}: numbers go from -5.0e9 to 5.0e9");
            return Err(PatternError::new(problem));
        }
        let place = match (sign.as_str(), range.from, range.to) {
            ("=", None, None) if parts.len() == 2 => {
                range.to = Some((number, true));
                &mut range.from
            }
            (">" | ">=", None, None) => &mut range.from,
            ("<" | "<=", None, None) if parts.len() == 2 => &mut range.to,
            ("<" | "<=", Some(_), None) => &mut range.to,
            _ => return Err(wrong()),
        };
        *place = Some((number, sign.contains('=')));
    }
    match (range.from, range.to) {
        (Some((from, _)), Some((to, _))) if parts.len() == 4 && from >= to => {
            Err(PatternError::new(format!(
                "`numeric` {operand}: the lower bound is not below the upper one"
            )))
        }
        _ => Ok(range),
    }
}

fn wrong(operator: &str, expected: &str, found: &Value) -> PatternError {
    PatternError::new(format!("`{operator}` takes {expected}, not {found}"))
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a truth value",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}
