//! Texts of parameters and forms as JSON, by what their schema expects.
use crate::check;
use crate::program::{Id, Program, Types};
use crate::source::write_quoted;
use crate::tape::{Kind, Tape};
use crate::violation::Violation;

/// A parameter's value before its types are known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Raw {
    One(String),
    Many(Vec<String>),
    Table(Vec<(String, String)>),
}

/// What form a value takes by its schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    One,
    Many,
    /// A list or a single text.
    Either,
    Table,
}

/// The shape that a rule expects.
pub(super) fn shape(program: &Program, rule: Option<Id>) -> Shape {
    let types = rule.map_or(Types::ANY, |rule| program.types_of(rule));
    if types == Types::ANY {
        return Shape::One;
    }
    let single = Types::TEXT.or(Types::NUMBER).or(Types::BOOL);
    if types.meets(single) {
        return if types.meets(Types::LIST) { Shape::Either } else { Shape::One };
    }
    if types.meets(Types::LIST) {
        Shape::Many
    } else if types.meets(Types::TABLE) {
        Shape::Table
    } else {
        Shape::One
    }
}

/// Checks a value against a rule.
pub(super) fn check(
    program: &Program,
    rule: Id,
    raw: &Raw,
    steps_left: &mut u64,
) -> Result<(), Violation> {
    let mut json = String::new();
    write(program, Some(rule), raw, &mut json);
    let first = check_json(program, rule, json.as_bytes(), steps_left);
    let Raw::One(text) = raw else { return first };
    let types = program.types_of(rule);
    let other = if first.is_ok() {
        return first;
    } else if !json.starts_with('"') && types.meets(Types::TEXT) {
        // `7` may be meant as a text, where the schema allows both.
        let mut quoted = String::new();
        write_quoted(text, &mut quoted);
        quoted
    } else if types == Types::ANY && is_scalar(text) {
        text.clone()
    } else {
        return first;
    };
    check_json(program, rule, other.as_bytes(), steps_left).or(first)
}

pub(super) fn check_json(
    program: &Program,
    rule: Id,
    json: &[u8],
    steps_left: &mut u64,
) -> Result<(), Violation> {
    check::check(program, rule, &Tape::read(json)?, steps_left)
}

/// Writes a value as JSON.
pub(super) fn write(program: &Program, rule: Option<Id>, raw: &Raw, json: &mut String) {
    match raw {
        Raw::One(text) => write_one(program, rule, text, json),
        Raw::Many(texts) => {
            let items = rule.and_then(|rule| items_of(program, rule));
            json.push('[');
            for (i, text) in texts.iter().enumerate() {
                json.push_str(if i == 0 { "" } else { "," });
                write_one(program, items, text, json);
            }
            json.push(']');
        }
        Raw::Table(members) => {
            json.push('{');
            for (i, (name, text)) in members.iter().enumerate() {
                json.push_str(if i == 0 { "" } else { "," });
                write_quoted(name, json);
                json.push(':');
                write_one(
                    program,
                    rule.and_then(|rule| member_of(program, rule, name)),
                    text,
                    json,
                );
            }
            json.push('}');
        }
    }
}

/// A number or a flag where the rule expects one and the text is one; a text otherwise.
fn write_one(program: &Program, rule: Option<Id>, text: &str, json: &mut String) {
    let types = rule.map_or(Types::TEXT, |rule| program.types_of(rule));
    let is_number =
        || is_scalar(text) && text.starts_with(|c: char| c == '-' || c.is_ascii_digit());
    // A schema that does not speak of types takes what is written.
    let untyped = types == Types::ANY;
    let literal = (types.meets(Types::NUMBER) && !untyped && is_number())
        || (types.meets(Types::BOOL) && !untyped && ["true", "false"].contains(&text))
        || (types.meets(Types::NULL) && !types.meets(Types::TEXT) && text == "null");
    match text {
        "" if types.meets(Types::NULL) && !types.meets(Types::TEXT) => json.push_str("null"),
        text if literal => json.push_str(text),
        text => write_quoted(text, json),
    }
}

/// Whether a text is a number, `true`, `false` or `null` as JSON writes them.
fn is_scalar(text: &str) -> bool {
    let tape = Tape::read(text.as_bytes()).ok();
    let kind = tape.map(|tape| tape.value(0).kind);
    kind.is_some_and(|kind| ![Kind::Text, Kind::List, Kind::Table].contains(&kind))
        && !text.contains([' ', '\t', '\n', '\r'])
}

/// The rule of a list's elements.
pub(super) fn items_of(program: &Program, rule: Id) -> Option<Id> {
    program.find(rule, |rule| rule.list.as_ref().and_then(|list| list.rest).map(|(id, _)| id))
}

/// The rule of an object's member.
pub(super) fn member_of(program: &Program, rule: Id, name: &str) -> Option<Id> {
    let known = program.find(rule, |rule| {
        let known = &rule.table.as_ref()?.known;
        known.iter().find(|known| *known.name == *name)?.rule
    });
    known.or_else(|| program.find(rule, |rule| rule.table.as_ref()?.rest))
}

/// Whether an object may have a member of this name.
pub(super) fn may_have(program: &Program, rule: Id, name: &str) -> bool {
    let named = program.find(rule, |rule| {
        let known = &rule.table.as_ref()?.known;
        known.iter().find(|known| *known.name == *name).map(|_| ())
    });
    let closed = program.find(rule, |rule| {
        let rest = program.rule(rule.table.as_ref()?.rest?)?;
        rest.never.then_some(())
    });
    named.is_some() || closed.is_none()
}
