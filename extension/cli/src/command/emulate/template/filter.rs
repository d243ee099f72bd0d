//! What a template says of the events that a function gets: `FilterCriteria` of mappings, patterns of
//! rules, keys of buckets, policies of subscriptions.
use serde_json::{Map, Value};
use tollgate_emulator::PatternError;
use tollgate_template::{Function, Kind, Node, Template, Trigger};

use super::topic;
use crate::command::emulate::error::Trouble;
use crate::command::emulate::filter::Sieve;
use crate::command::emulate::say;
use crate::command::emulate::source::Name;

/// What lets the items of a trigger through.
pub(super) fn of(
    function: &Function<'_>,
    name: Name,
    trigger: &Trigger<'_>,
) -> Result<Sieve, Trouble> {
    let template = function.template;
    match name {
        Name::Sqs | Name::SqsFifo | Name::Kinesis | Name::Dynamodb => {
            mapping(template, name, trigger)
        }
        Name::Eventbridge => match pattern_of(template, trigger) {
            Some(pattern) => whole(template, name, pattern),
            None => Ok(Sieve::None),
        },
        Name::Sns => topic::of_function(function, trigger),
        Name::S3 => Ok(keys(template, trigger)),
        Name::RuleSchedule | Name::Schedule => Ok(Sieve::None),
    }
}

/// `FilterCriteria`: a list of patterns, each a text.
fn mapping(template: &Template, name: Name, trigger: &Trigger<'_>) -> Result<Sieve, Trouble> {
    let Some(filters) = trigger.property(&["FilterCriteria", "Filters"]) else {
        return match trigger.property(&["FilterCriteria"]) {
            Some(criteria) => {
                Err(wrong(template, criteria, "expected `Filters`, a list of `Pattern`s"))
            }
            None => Ok(Sieve::None),
        };
    };
    if !matches!(filters.kind, Kind::List(_)) {
        return Err(wrong(template, filters, "`Filters` must be a list of `Pattern`s"));
    }
    let mut texts = Vec::new();
    for filter in filters.elements() {
        let Some(pattern) = filter.get("Pattern") else {
            return Err(wrong(template, filter, "a filter must have a `Pattern`"));
        };
        if matches!(pattern.kind, Kind::Table(_)) && pattern.intrinsic().is_none() {
            let message = "`Pattern` must be a text that holds JSON, such as '{\"body\": {\"kind\": [\"order\"]}}'";
            return Err(wrong(template, pattern, message));
        }
        match template.value(pattern) {
            Some(text) => texts.push(text),
            None => return Ok(unknown(trigger, pattern)),
        }
    }
    Sieve::read(name, &texts).map_err(|mut error| {
        let at = if error.path.is_empty() { None } else { error.path.remove(0).parse().ok() };
        let filter = at.and_then(|at: usize| filters.elements().get(at));
        let node = filter.and_then(|filter| filter.get("Pattern")).unwrap_or(filters);
        wrong(template, node, &error.to_string())
    })
}

/// The pattern of SAM's event, or of the rule that is allowed to invoke.
fn pattern_of<'t>(template: &'t Template, trigger: &Trigger<'t>) -> Option<&'t Node> {
    let rule = || template.resource(trigger.source?.refers_to()?)?.property(&["EventPattern"]);
    trigger.property(&["Pattern"]).or_else(rule).map(AsRef::as_ref)
}

fn keys(template: &Template, trigger: &Trigger<'_>) -> Sieve {
    let rules = trigger.property(&["Filter", "S3Key", "Rules"]).map(|rules| rules.elements());
    let rules = rules.unwrap_or_default();
    let said = |wanted: &str| {
        let named = |rule: &&std::sync::Arc<Node>| {
            let name = rule.get("Name").and_then(|name| name.text());
            name.is_some_and(|name| name.eq_ignore_ascii_case(wanted))
        };
        let rule = rules.iter().find(named)?;
        template.value(rule.get("Value")?)
    };
    match (said("prefix"), said("suffix")) {
        (None, None) => Sieve::None,
        (prefix, suffix) => {
            Sieve::Keys { prefix: prefix.unwrap_or_default(), suffix: suffix.unwrap_or_default() }
        }
    }
}

/// A pattern that stands in the template as a mapping, or as a text that holds JSON.
pub(super) fn whole(template: &Template, name: Name, pattern: &Node) -> Result<Sieve, Trouble> {
    let text = match pattern.text() {
        Some(text) => text.to_owned(),
        None => json(template, pattern)?.to_string(),
    };
    Sieve::read(name, &[text]).map_err(|mut error: PatternError| {
        // The first member is the place in the list of one.
        error.path.drain(..1.min(error.path.len()));
        let deepest = deepest(pattern, &error.path);
        wrong(template, deepest, &error.to_string())
    })
}

/// The node that a path leads to, or the last one on the way.
fn deepest<'n>(node: &'n Node, path: &[String]) -> &'n Node {
    let Some((first, rest)) = path.split_first() else { return node };
    let element = || first.parse().ok().and_then(|at: usize| node.elements().get(at));
    match node.get(first).or_else(element) {
        Some(below) => deepest(below, rest),
        None => node,
    }
}

/// A node as the JSON that CloudFormation makes of it.
fn json(template: &Template, node: &Node) -> Result<Value, Trouble> {
    if node.intrinsic().is_some() {
        let unknown =
            || wrong(template, node, "only a deployment knows this; --filter says it here");
        return template.value(node).map(Value::String).ok_or_else(unknown);
    }
    match &node.kind {
        Kind::Scalar { plain: false, text } => Ok(Value::String(text.clone())),
        Kind::Scalar { text, .. } if node.is_null() => Ok(Value::Null),
        Kind::Scalar { text, .. } => Ok(match (node.truth(), text.parse::<serde_json::Number>()) {
            (Some(truth), _) => Value::Bool(truth),
            (None, Ok(number)) => Value::Number(number),
            (None, Err(_)) => Value::String(text.clone()),
        }),
        Kind::List(all) => {
            all.iter().map(|one| json(template, one)).collect::<Result<_, _>>().map(Value::Array)
        }
        Kind::Table(members) => {
            let mut object = Map::new();
            for member in members {
                object.insert(member.key.clone(), json(template, &member.value)?);
            }
            Ok(Value::Object(object))
        }
    }
}

fn unknown(trigger: &Trigger<'_>, pattern: &Node) -> Sieve {
    say(&format!(
        "note: `{}`: only a deployment knows {}; its filters are not applied, --filter says them here",
        trigger.id,
        pattern.in_words()
    ));
    Sieve::None
}

pub(super) fn wrong(template: &Template, node: &Node, message: &str) -> Trouble {
    Trouble::Template(template.wrong(node.span.start, message).to_string())
}
