//! YAML 1.2 as a small tree that knows where everything stands. JSON is YAML too.
//!
//! Only what a policy needs: anchors, aliases and tags are refused, so that nothing expands.
use saphyr_parser::{Event, Marker, Parser, ScalarStyle};

use crate::problem::{Place, Problem};

/// The largest document, in bytes.
const DOCUMENT_BYTES_MAX: usize = 256 * 1024;
/// The deepest nesting; a policy needs 5.
const DEPTH_MAX: usize = 16;

/// A value of a document.
#[derive(Debug, Clone)]
pub(super) struct Node<'a> {
    pub(super) place: Place<'a>,
    pub(super) kind: Kind<'a>,
}

/// The kinds of value.
#[derive(Debug, Clone)]
pub(super) enum Kind<'a> {
    /// A text; `plain` when it stands without quotes, so that it may be a number or `true`.
    Scalar { text: String, plain: bool },
    /// A sequence.
    List(Vec<Node<'a>>),
    /// A mapping, in the order it was written.
    Table(Vec<Member<'a>>),
}

/// A member of a mapping.
#[derive(Debug, Clone)]
pub(super) struct Member<'a> {
    pub(super) key: String,
    pub(super) place: Place<'a>,
    pub(super) value: Node<'a>,
}

/// Reads a document. What can be read is given even where there are problems.
pub(super) fn read<'a>(
    file: &'a str,
    text: &'a str,
    problems: &mut Vec<Problem>,
) -> Option<Node<'a>> {
    let start = Place { file, line: 1, column: 1 };
    if text.len() > DOCUMENT_BYTES_MAX {
        let message = format!("the document is larger than {DOCUMENT_BYTES_MAX} bytes");
        problems.push(start.problem("", message));
        return None;
    }
    let mut builder = Builder { file, problems, open: Vec::new(), root: None };
    let mut parser = Parser::new_from_str(text);
    while let Some(next) = parser.next_event() {
        let step = match next {
            Ok((event, span)) => builder.take(event, builder.place(span.start)),
            Err(error) => {
                let message = format!("not YAML: {}", error.info());
                Err(builder.place(*error.marker()).problem("", message))
            }
        };
        // What follows such an error cannot be told apart from its consequences.
        if let Err(problem) = step {
            builder.problems.push(problem);
            return None;
        }
    }
    if builder.root.is_none() {
        builder.problems.push(start.problem("", "the document is empty; expected a mapping"));
    }
    builder.root
}

struct Builder<'a, 'p> {
    file: &'a str,
    problems: &'p mut Vec<Problem>,
    open: Vec<Open<'a>>,
    root: Option<Node<'a>>,
}

/// A container that is not closed yet.
struct Open<'a> {
    node: Node<'a>,
    /// The key whose value comes next.
    key: Option<(String, Place<'a>)>,
}

impl<'a> Builder<'a, '_> {
    /// Takes one event; an error ends the reading.
    fn take(&mut self, event: Event<'_>, place: Place<'a>) -> Result<(), Problem> {
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                self.refuse_extras(anchor, tag.is_some(), place);
                let plain = style == ScalarStyle::Plain;
                self.add(Node { place, kind: Kind::Scalar { text: text.into_owned(), plain } });
            }
            Event::SequenceStart(anchor, tag) => {
                self.refuse_extras(anchor, tag.is_some(), place);
                self.begin(Node { place, kind: Kind::List(Vec::new()) })?;
            }
            Event::MappingStart(anchor, tag) => {
                self.refuse_extras(anchor, tag.is_some(), place);
                self.begin(Node { place, kind: Kind::Table(Vec::new()) })?;
            }
            Event::SequenceEnd | Event::MappingEnd => {
                if let Some(open) = self.open.pop() {
                    self.add(open.node);
                }
            }
            Event::Alias(_) => return Err(place.problem("", "aliases (`*name`) are not supported")),
            Event::DocumentStart(_) if self.root.is_some() => {
                return Err(place.problem("", "a second document; expected one"));
            }
            _ => {}
        }
        Ok(())
    }

    fn begin(&mut self, node: Node<'a>) -> Result<(), Problem> {
        if self.open.len() == DEPTH_MAX {
            return Err(node.place.problem("", format!("nested deeper than {DEPTH_MAX}")));
        }
        self.open.push(Open { node, key: None });
        Ok(())
    }

    /// A value is whole: it goes into the innermost container.
    fn add(&mut self, node: Node<'a>) {
        let Some(open) = self.open.last_mut() else {
            self.root = Some(node);
            return;
        };
        match &mut open.node.kind {
            Kind::List(elements) => elements.push(node),
            Kind::Table(members) => match (open.key.take(), node.kind) {
                (Some((key, place)), kind) => {
                    members.push(Member { key, place, value: Node { place: node.place, kind } });
                }
                (None, Kind::Scalar { text, .. }) => open.key = Some((text, node.place)),
                (None, _) => {
                    // The value that follows belongs to no key that could be known.
                    open.key = Some(("?".to_owned(), node.place));
                    self.problems.push(node.place.problem("", "a key must be a text"));
                }
            },
            Kind::Scalar { .. } => {}
        }
    }

    fn refuse_extras(&mut self, anchor: usize, tagged: bool, place: Place<'a>) {
        if anchor != 0 {
            self.problems.push(place.problem("", "anchors (`&name`) are not supported"));
        }
        if tagged {
            self.problems.push(place.problem("", "tags (`!name`) are not supported"));
        }
    }

    fn place(&self, marker: Marker) -> Place<'a> {
        let number = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        Place { file: self.file, line: number(marker.line()), column: number(marker.col() + 1) }
    }
}
