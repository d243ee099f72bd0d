//! A whole template: its text, its values, its resources and functions.
use std::fmt;
use std::sync::Arc;

use crate::function::{self, Function};
use crate::node::{Kind, Member, Node};
use crate::read::{self, Wrong};

/// How a template is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// YAML.
    Yaml,
    /// JSON.
    Json,
}

/// A place in a template.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// From 1.
    pub line: u32,
    /// From 1, in characters.
    pub column: u32,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.line, self.column)
    }
}

/// A template that was read.
#[derive(Debug, Clone)]
pub struct Template {
    file: String,
    text: String,
    language: Language,
    root: Arc<Node>,
}

/// A resource of a template.
#[derive(Debug, Clone, Copy)]
pub struct Resource<'t> {
    /// Its logical id.
    pub id: &'t str,
    /// Its type, such as `AWS::SQS::Queue`.
    pub kind: &'t str,
    /// The member of `Resources` that it is.
    pub member: &'t Member,
}

impl<'t> Resource<'t> {
    /// A property, by its path.
    pub fn property(&self, path: &[&str]) -> Option<&'t Arc<Node>> {
        self.member.value.get("Properties")?.at(path)
    }
}

impl Template {
    /// Reads a template; `file` is its name in messages.
    pub fn read(file: &str, text: &str) -> Result<Self, Wrong> {
        let wrong =
            |at, message| Wrong { file: file.to_owned(), place: place_of(text, at), message };
        let (language, root) = read::read(text).map_err(|(at, message)| wrong(at, message))?;
        if !matches!(root.kind, Kind::Table(_)) {
            return Err(wrong(root.span.start, "expected a mapping with `Resources`".to_owned()));
        }
        let template = Self { file: file.to_owned(), text: text.to_owned(), language, root };
        match template.root.get("Resources") {
            Some(resources) if matches!(resources.kind, Kind::Table(_)) => Ok(template),
            Some(resources) => {
                let message = "`Resources` must be a mapping of logical ids".to_owned();
                Err(wrong(resources.span.start, message))
            }
            None => Err(wrong(0, "no `Resources`: this is no template".to_owned())),
        }
    }

    /// Its name in messages.
    pub fn file(&self) -> &str {
        &self.file
    }

    /// Its text, as it was read.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// How it is written.
    pub fn language(&self) -> Language {
        self.language
    }

    /// Its values.
    pub fn root(&self) -> &Node {
        &self.root
    }

    /// The place of a byte of the text.
    pub fn place(&self, at: usize) -> Place {
        place_of(&self.text, at)
    }

    /// A complaint about a byte of the text.
    pub fn wrong(&self, at: usize, message: impl Into<String>) -> Wrong {
        Wrong { file: self.file.clone(), place: self.place(at), message: message.into() }
    }

    /// The resources, in order.
    pub fn resources(&self) -> impl Iterator<Item = Resource<'_>> {
        let members = self.root.get("Resources").map(|node| node.members()).unwrap_or_default();
        members.iter().map(|member| Resource {
            id: &member.key,
            kind: member.value.get("Type").and_then(|kind| kind.text()).unwrap_or_default(),
            member,
        })
    }

    /// A resource by its logical id.
    pub fn resource(&self, id: &str) -> Option<Resource<'_>> {
        self.resources().find(|resource| resource.id == id)
    }

    /// The functions, in order, with what `Globals` says of them.
    pub fn functions(&self) -> Vec<Function<'_>> {
        function::all(self)
    }

    /// What a value is, where the template alone tells: a scalar, a parameter's default, or a
    /// `Fn::Sub` or `Fn::Join` of such.
    pub fn value(&self, node: &Node) -> Option<String> {
        match (node.text(), node.intrinsic()) {
            (Some(text), _) => Some(text.to_owned()),
            (None, Some(("Ref", name))) => self.default_of(name.text()?),
            (None, Some(("Fn::Sub", argument))) => self.substituted(argument),
            (None, Some(("Fn::Join", argument))) => {
                let [separator, parts] = argument.elements() else { return None };
                let parts: Option<Vec<_>> =
                    parts.elements().iter().map(|part| self.value(part)).collect();
                Some(parts?.join(separator.text()?))
            }
            _ => None,
        }
    }

    fn default_of(&self, parameter: &str) -> Option<String> {
        let default = self.root.at(&["Parameters", parameter, "Default"])?;
        default.text().map(str::to_owned)
    }

    fn substituted(&self, argument: &Node) -> Option<String> {
        let mut rest = argument.text()?;
        let mut whole = String::new();
        while let Some((before, after)) = rest.split_once("${") {
            let (name, after) = after.split_once('}')?;
            whole.push_str(before);
            match name.strip_prefix('!') {
                // `${!Literal}` is the text `${Literal}`.
                Some(literal) => {
                    whole.push_str("${");
                    whole.push_str(literal);
                    whole.push('}');
                }
                None => whole.push_str(&self.default_of(name.trim())?),
            }
            rest = after;
        }
        whole.push_str(rest);
        Some(whole)
    }
}

fn place_of(text: &str, at: usize) -> Place {
    let before = text.as_bytes().get(..at.min(text.len())).unwrap_or_default();
    let line_start = before.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
    let line = before.split(|byte| *byte == b'\n').count();
    let column =
        String::from_utf8_lossy(before.get(line_start..).unwrap_or_default()).chars().count();
    let number = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    Place { line: number(line), column: number(column + 1) }
}
