//! Texts become trees of values. YAML and JSON end in one builder.
mod json;
mod yaml;

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use crate::intrinsic;
use crate::node::{Kind, Member, Node, Style};
use crate::template::{Language, Place};

/// The largest template, in bytes; CloudFormation takes 1 MB.
const TEXT_BYTES_MAX: usize = 4 * 1024 * 1024;
/// The deepest nesting.
const DEPTH_MAX: usize = 100;
/// The most values, counted with aliases expanded: nothing may grow without end.
const VALUES_MAX: usize = 1_000_000;

/// Why a template cannot be read, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wrong {
    /// The template's name.
    pub file: String,
    /// Where it stands.
    pub place: Place,
    /// What is wrong and what was expected.
    pub message: String,
}

impl std::fmt::Display for Wrong {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { file, place, message } = self;
        write!(f, "{file}:{place}: {message}")
    }
}

impl std::error::Error for Wrong {}

/// An offset in bytes, and what is wrong there.
pub(crate) type Fault = (usize, String);

/// Reads a text. What begins with `{` and a quoted key is JSON.
pub(crate) fn read(text: &str) -> Result<(Language, Arc<Node>), Fault> {
    if text.len() > TEXT_BYTES_MAX {
        return Err((0, format!("the template is larger than {TEXT_BYTES_MAX} bytes")));
    }
    let bare = text.trim_start_matches('\u{feff}').trim_start();
    // YAML in braces seldom quotes its first key.
    if bare.strip_prefix('{').is_some_and(|rest| rest.trim_start().starts_with('"')) {
        return json::read(text).map(|root| (Language::Json, root));
    }
    Ok((Language::Yaml, yaml::read(text)?))
}

/// Puts values together as they are met.
#[derive(Default)]
struct Builder {
    open: Vec<Open>,
    root: Option<Arc<Node>>,
    anchors: HashMap<usize, Arc<Node>>,
}

/// A container that is not closed yet.
struct Open {
    start: usize,
    style: Style,
    dress: Dress,
    inside: Inside,
}

enum Inside {
    List(Vec<Arc<Node>>),
    Table { members: Vec<Member>, key: Option<(String, Range<usize>)> },
}

/// What YAML writes before a value.
#[derive(Default)]
struct Dress {
    anchor: usize,
    /// The long form of its short intrinsic.
    intrinsic: Option<String>,
}

impl Builder {
    fn begin(
        &mut self,
        start: usize,
        style: Style,
        dress: Dress,
        inside: Inside,
    ) -> Result<(), Fault> {
        if self.open.len() >= DEPTH_MAX {
            return Err((start, format!("nested deeper than {DEPTH_MAX}")));
        }
        if self.wants_key() {
            return Err((start, "a key must be a text".to_owned()));
        }
        self.open.push(Open { start, style, dress, inside });
        Ok(())
    }

    /// The innermost container ends; `end` is known of containers in brackets.
    fn end(&mut self, end: usize) -> Result<(), Fault> {
        let Some(Open { start, style, dress, inside }) = self.open.pop() else { return Ok(()) };
        let last = match &inside {
            Inside::List(all) => all.last().map(|last| last.span.end),
            Inside::Table { members, .. } => members.last().map(|last| last.value.span.end),
        };
        let end = if style == Style::Flow { end } else { last.unwrap_or(start).max(start) };
        let kind = match inside {
            Inside::List(elements) => Kind::List(elements),
            Inside::Table { members, .. } => Kind::Table(members),
        };
        self.dressed(dress, start..end, style, kind)
    }

    /// A key, or a scalar where no key is awaited.
    fn scalar(
        &mut self,
        span: Range<usize>,
        text: String,
        plain: bool,
        dress: Dress,
    ) -> Result<(), Fault> {
        if self.wants_key() {
            if let Some(Open { inside: Inside::Table { key, members }, .. }) = self.open.last_mut()
            {
                if text != "<<" && members.iter().any(|member| member.key == text) {
                    return Err((span.start, format!("`{text}` stands twice in one mapping")));
                }
                if let Some(complaint) = intrinsic::complaint(&text) {
                    return Err((span.start, complaint));
                }
                *key = Some((text, span));
            }
            return Ok(());
        }
        self.dressed(dress, span, Style::Scalar, Kind::Scalar { text, plain })
    }

    /// A value that is whole, inside its short intrinsic if it has one.
    fn dressed(
        &mut self,
        dress: Dress,
        span: Range<usize>,
        style: Style,
        kind: Kind,
    ) -> Result<(), Fault> {
        let mut node = Arc::new(sized(span.clone(), style, kind));
        if let Some(key) = dress.intrinsic {
            let key_span = span.start..span.start;
            let kind = Kind::Table(vec![Member { key, key_span, value: node }]);
            node = Arc::new(sized(span, Style::Short, kind));
        }
        if dress.anchor != 0 {
            self.anchors.insert(dress.anchor, Arc::clone(&node));
        }
        self.put(node)
    }

    /// The value that an alias stands for; what is inside stands where the original does.
    fn alias(&mut self, anchor: usize, span: Range<usize>) -> Result<(), Fault> {
        let Some(original) = self.anchors.get(&anchor) else {
            return Err((span.start, "an alias to something that is not whole".to_owned()));
        };
        if self.wants_key() {
            return Err((span.start, "a key must be a text, not an alias".to_owned()));
        }
        let Node { kind, size, .. } = original.as_ref();
        let node = Node { span, kind: kind.clone(), style: Style::Alias, size: *size };
        self.put(Arc::new(node))
    }

    /// A value goes into the innermost container.
    fn put(&mut self, node: Arc<Node>) -> Result<(), Fault> {
        if node.size > VALUES_MAX {
            return Err((node.span.start, format!("more than {VALUES_MAX} values")));
        }
        match self.open.last_mut().map(|open| &mut open.inside) {
            None => self.root = Some(node),
            Some(Inside::List(elements)) => elements.push(node),
            Some(Inside::Table { members, key }) => {
                let Some((key, key_span)) = key.take() else {
                    return Err((node.span.start, "a key must be a text".to_owned()));
                };
                members.push(Member { key, key_span, value: node });
            }
        }
        Ok(())
    }

    fn wants_key(&self) -> bool {
        matches!(self.open.last(), Some(Open { inside: Inside::Table { key: None, .. }, .. }))
    }
}

fn sized(span: Range<usize>, style: Style, kind: Kind) -> Node {
    let inside = match &kind {
        Kind::Scalar { .. } => 0,
        Kind::List(all) => all.iter().map(|one| one.size).fold(0, usize::saturating_add),
        Kind::Table(all) => all.iter().map(|one| one.value.size).fold(0, usize::saturating_add),
    };
    Node { span, kind, style, size: inside.saturating_add(1) }
}
