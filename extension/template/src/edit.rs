//! Members and elements are added and taken out again; every other byte stays what it is.
use std::ops::Range;
use std::sync::Arc;

use crate::node::{Node, Style};
use crate::read::Wrong;
use crate::template::{Language, Template};

/// What is added.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Value {
    /// A text.
    Text(String),
    /// `Ref`.
    Reference(String),
    /// A sequence.
    List(Vec<Value>),
    /// A mapping.
    Table(Vec<(String, Value)>),
}

/// One replacement of bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Edit {
    span: Range<usize>,
    text: String,
}

impl Edit {
    fn applied(self, text: &str) -> String {
        let before = text.get(..self.span.start).unwrap_or_default();
        let after = text.get(self.span.end..).unwrap_or_default();
        format!("{before}{}{after}", self.text)
    }
}

/// The text with a value added to the container at `path`; `key` names a member, and is none for an
/// element of a sequence.
pub(crate) fn added(
    template: &Template,
    path: &[&str],
    key: Option<&str>,
    value: &Value,
) -> Result<String, Wrong> {
    let Some((node, key_start)) = find(template, path) else {
        return Err(template.wrong(0, format!("`{}` is not there", path.join("."))));
    };
    let edit = match node.style {
        Style::Flow => Some(into_brackets(template, node, key, value)),
        Style::Block => into_lines(template, node, key_start.map(|span| span.start), key, value),
        _ => None,
    };
    let edit = edit.ok_or_else(|| {
        let message = format!(
            "cannot add to `{}` here: it is no plain mapping or sequence; do this one by hand",
            path.join(".")
        );
        template.wrong(node.span.start, message)
    })?;
    Ok(edit.applied(template.text()))
}

/// The text with a value where nothing stands (`Globals:`, `Layers: ~`), and what stood there.
pub(crate) fn filled(
    template: &Template,
    path: &[&str],
    value: &Value,
) -> Result<(String, String), Wrong> {
    let wrong = |at| {
        let message = format!(
            "cannot fill `{}` here: something stands beside its key; do this one by hand",
            path.join(".")
        );
        template.wrong(at, message)
    };
    let Some((node, Some(key))) = find(template, path) else {
        return Err(template.wrong(0, format!("`{}` is not there", path.join("."))));
    };
    let within = path.split_last().and_then(|(_, outer)| find(template, outer));
    let in_lines = within.is_some_and(|(outer, _)| outer.style == Style::Block);
    let text = template.text();
    let before = node.word(text).to_owned();
    let inline = inline(template.language(), value);
    let edit = if node.style != Style::Scalar {
        None
    } else if !before.is_empty() {
        Some(Edit { span: node.span.clone(), text: inline })
    } else if in_lines {
        below_key(text, key, value)
    } else {
        behind_key(text, key).map(|at| Edit { span: at..at, text: inline })
    };
    let edit = edit.ok_or_else(|| wrong(key.start))?;
    Ok((edit.applied(text), before))
}

/// The text with `before` in place of the value at `path`, which [`filled`] put there.
pub(crate) fn emptied(template: &Template, path: &[&str], before: &str) -> Option<String> {
    let text = template.text();
    let (node, key) = find(template, path)?;
    let span = match node.style {
        Style::Flow => node.span.clone(),
        Style::Block => content_end(text, key?.start)..content_end(text, parts(node).pop()?.end),
        _ => return None,
    };
    Some(Edit { span, text: before.to_owned() }.applied(text))
}

/// Lines beneath a key that has nothing but a comment behind it.
fn below_key(text: &str, key: &Range<usize>, value: &Value) -> Option<Edit> {
    let lead = text.get(line_start(text, key.start)..key.start)?;
    let at = content_end(text, key.start);
    let rest = text.get(key.end..at)?.trim_start_matches([' ', '\t']).strip_prefix(':')?;
    let bare = rest.trim_start_matches([' ', '\t']);
    let is_comment = bare.starts_with('#') && bare.len() < rest.len();
    if !(lead.bytes().all(|byte| byte == b' ') && (bare.is_empty() || is_comment)) {
        return None;
    }
    let mut lines = Vec::new();
    match value {
        Value::Table(all) => {
            for (key, one) in all {
                block_member(&mut lines, lead.len() + 2, key, one);
            }
        }
        Value::List(all) => {
            for one in all {
                block_element(&mut lines, lead.len() + 2, one);
            }
        }
        Value::Text(_) | Value::Reference(_) => return None,
    }
    let end = line_break(text);
    Some(Edit { span: at..at, text: lines.iter().flat_map(|line| [end, line]).collect() })
}

/// The place of a value behind a key in brackets, where a blank stands already.
fn behind_key(text: &str, key: &Range<usize>) -> Option<usize> {
    let rest = text.get(key.end..)?;
    let behind = rest.trim_start_matches([' ', '\t']).strip_prefix(':')?;
    let value = behind.strip_prefix(' ')?;
    let next = value.trim_start().chars().next()?;
    (next != '#').then_some(text.len() - value.len())
}

/// The text without a member, or without the element that `is_it` knows.
pub(crate) fn removed(
    template: &Template,
    path: &[&str],
    key: Option<&str>,
    is_it: &dyn Fn(&Node) -> bool,
) -> Option<String> {
    let (node, _) = find(template, path)?;
    let parts = parts(node);
    let index = match key {
        Some(key) => node.members().iter().position(|member| member.key == key)?,
        None => node.elements().iter().position(|element| is_it(element))?,
    };
    let part = parts.get(index)?.clone();
    let span = match node.style {
        Style::Flow => match index.checked_sub(1).and_then(|before| parts.get(before)) {
            Some(before) => before.end..part.end,
            // The first goes with the comma behind it, if one is there.
            None => match parts.get(1) {
                Some(next) => part.start..next.start,
                None => node.span.start + 1..part.end,
            },
        },
        Style::Block => {
            let start = line_start(template.text(), part.start);
            let mut end = line_end(template.text(), part.end);
            if path.is_empty() && template.text().get(end..).is_some_and(starts_empty) {
                end = line_end(template.text(), end);
            }
            start..end
        }
        _ => return None,
    };
    Some(Edit { span, text: String::new() }.applied(template.text()))
}

/// A value, and the key that leads to it; none of the root.
fn find<'t>(template: &'t Template, path: &[&str]) -> Option<(&'t Node, Option<&'t Range<usize>>)> {
    let mut found = (template.root(), None);
    for key in path {
        let member = found.0.member(key)?;
        found = (&member.value, Some(&member.key_span));
    }
    Some(found)
}

/// The bytes of each member or element.
fn parts(node: &Node) -> Vec<Range<usize>> {
    let end = |value: &Arc<Node>, least: usize| value.span.end.max(least);
    let members =
        node.members().iter().map(|one| one.key_span.start..end(&one.value, one.key_span.end));
    members.chain(node.elements().iter().map(|one| one.span.clone())).collect()
}

/// Behind the last one, as the last one stands: on its line, or on a line of its own.
fn into_brackets(template: &Template, node: &Node, key: Option<&str>, value: &Value) -> Edit {
    let text = template.text();
    let new = member(template.language(), key, value);
    let Some(last) = parts(node).pop() else {
        let at = node.span.start + 1;
        return Edit { span: at..at, text: new };
    };
    let start = line_start(text, last.start);
    let lead = text.get(start..last.start).unwrap_or_default();
    let own_line = start > 0 && lead.bytes().all(|byte| byte == b' ' || byte == b'\t');
    let between = if own_line { format!(",{}{lead}", line_break(text)) } else { ", ".to_owned() };
    Edit { span: last.end..last.end, text: format!("{between}{new}") }
}

/// Beneath the line of the container's key, as its first one is indented; in the root before
/// `Resources`.
fn into_lines(
    template: &Template,
    node: &Node,
    key_start: Option<usize>,
    key: Option<&str>,
    value: &Value,
) -> Option<Edit> {
    let text = template.text();
    let first = match key_start {
        Some(_) => parts(node).first()?.start,
        None => node.member("Resources")?.key_span.start,
    };
    let start = line_start(text, first);
    let lead = text.get(start..first)?;
    let indent = lead.bytes().take_while(|byte| *byte == b' ').count();
    let rest = lead.get(indent..)?;
    // The first element stands behind its dash.
    let dash = rest.strip_prefix('-').is_some_and(|rest| rest.trim().is_empty());
    if !(rest.is_empty() && key.is_some() || dash && key.is_none()) {
        return None;
    }
    let at = match key_start {
        Some(key_start) => line_end(text, key_start),
        None => above_comments(text, start),
    };
    if at > start {
        return None;
    }
    let mut lines = Vec::new();
    match key {
        Some(key) => block_member(&mut lines, indent, key, value),
        None => block_element(&mut lines, indent, value),
    }
    let end = line_break(text);
    let mut new: String = lines.into_iter().flat_map(|line| [line, end.to_owned()]).collect();
    if key_start.is_none() {
        new.push_str(end);
    }
    Some(Edit { span: at..at, text: new })
}

/// The start of the comments that stand right above a line.
fn above_comments(text: &str, mut start: usize) -> usize {
    while start > 0 {
        let before = line_start(text, start - 1);
        if before == 0 || !text.get(before..start).is_some_and(|line| line.starts_with('#')) {
            break;
        }
        start = before;
    }
    start
}

fn block_member(lines: &mut Vec<String>, indent: usize, key: &str, value: &Value) {
    let lead = " ".repeat(indent);
    match value {
        Value::Text(_) | Value::Reference(_) => {
            lines.push(format!("{lead}{key}: {}", inline(Language::Yaml, value)));
        }
        Value::List(all) => {
            lines.push(format!("{lead}{key}:"));
            for one in all {
                block_element(lines, indent + 2, one);
            }
        }
        Value::Table(all) => {
            lines.push(format!("{lead}{key}:"));
            for (key, one) in all {
                block_member(lines, indent + 2, key, one);
            }
        }
    }
}

fn block_element(lines: &mut Vec<String>, indent: usize, value: &Value) {
    lines.push(format!("{}- {}", " ".repeat(indent), inline(Language::Yaml, value)));
}

/// A member or element on one line.
fn member(language: Language, key: Option<&str>, value: &Value) -> String {
    let value = inline(language, value);
    match (key, language) {
        (None, _) => value,
        (Some(key), Language::Yaml) => format!("{key}: {value}"),
        (Some(key), Language::Json) => format!("\"{key}\": {value}"),
    }
}

fn inline(language: Language, value: &Value) -> String {
    match (value, language) {
        (Value::Text(text), Language::Json) => format!("\"{text}\""),
        (Value::Text(text), Language::Yaml) if is_plain(text) => text.clone(),
        (Value::Text(text), Language::Yaml) => format!("'{}'", text.replace('\'', "''")),
        (Value::Reference(name), Language::Yaml) => format!("!Ref {name}"),
        (Value::Reference(name), Language::Json) => format!("{{ \"Ref\": \"{name}\" }}"),
        (Value::List(all), _) => {
            let all: Vec<_> = all.iter().map(|one| inline(language, one)).collect();
            format!("[{}]", all.join(", "))
        }
        (Value::Table(all), _) => {
            let all: Vec<_> =
                all.iter().map(|(key, one)| member(language, Some(key), one)).collect();
            format!("{{ {} }}", all.join(", "))
        }
    }
}

/// Whether YAML reads a text as itself without quotes, inside brackets too.
fn is_plain(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '/')
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"/:._+-".contains(&byte))
        && !text.ends_with(':')
}

fn line_break(text: &str) -> &'static str {
    if text.contains("\r\n") { "\r\n" } else { "\n" }
}

/// The start of the line that a byte stands in.
fn line_start(text: &str, at: usize) -> usize {
    text.get(..at).and_then(|before| before.rfind('\n')).map_or(0, |at| at + 1)
}

/// The start of the line after it.
fn line_end(text: &str, at: usize) -> usize {
    text.get(at..).and_then(|after| after.find('\n')).map_or(text.len(), |end| at + end + 1)
}

/// The end of what stands in a line, before its break.
fn content_end(text: &str, at: usize) -> usize {
    let end = line_end(text, at);
    let line = text.get(at..end).unwrap_or_default();
    at + line.trim_end_matches(['\r', '\n']).len()
}

fn starts_empty(text: &str) -> bool {
    text.starts_with('\n') || text.starts_with("\r\n")
}
