//! YAML, with the short intrinsics of CloudFormation.
use std::borrow::Cow;
use std::sync::Arc;

use saphyr_parser::{Event, Marker, Parser, ScalarStyle, Tag};

use super::{Builder, Dress, Fault, Inside};
use crate::intrinsic;
use crate::node::{Node, Style};

/// Reads a YAML text.
pub(super) fn read(text: &str) -> Result<Arc<Node>, Fault> {
    let cursor = Cursor { text, characters: 0, bytes: 0 };
    let mut reader = Reader { text, builder: Builder::default(), cursor };
    let mut parser = Parser::new_from_str(text);
    while let Some(next) = parser.next_event() {
        match next {
            Ok((event, span)) => {
                let start = reader.cursor.bytes(span.start);
                let end = reader.cursor.bytes(span.end);
                reader.take(event, start, end)?;
            }
            Err(error) => {
                let at = reader.cursor.bytes(*error.marker());
                return Err((at, format!("not YAML: {}", error.info())));
            }
        }
    }
    reader.builder.root.ok_or_else(|| (0, "the template is empty; expected a mapping".to_owned()))
}

struct Reader<'t> {
    text: &'t str,
    builder: Builder,
    cursor: Cursor<'t>,
}

impl Reader<'_> {
    fn take(&mut self, event: Event<'_>, start: usize, end: usize) -> Result<(), Fault> {
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                let (dress, is_text) = dress(anchor, tag, start)?;
                let plain = style == ScalarStyle::Plain && !is_text;
                self.builder.scalar(start..end, text.into_owned(), plain, dress)
            }
            Event::SequenceStart(anchor, tag) => {
                let (dress, _) = dress(anchor, tag, start)?;
                let (start, style) = self.begins(start, b'[');
                self.builder.begin(start, style, dress, Inside::List(Vec::new()))
            }
            Event::MappingStart(anchor, tag) => {
                let (dress, _) = dress(anchor, tag, start)?;
                let inside = Inside::Table { members: Vec::new(), key: None };
                let (start, style) = self.begins(start, b'{');
                self.builder.begin(start, style, dress, inside)
            }
            Event::SequenceEnd | Event::MappingEnd => {
                // The parser counts what follows a bracket to it.
                let is_bracket = matches!(self.text.as_bytes().get(start), Some(b']' | b'}'));
                self.builder.end(if is_bracket { start + 1 } else { end })
            }
            Event::Alias(anchor) => self.builder.alias(anchor, start..end),
            Event::DocumentStart(_) if self.builder.root.is_some() => {
                Err((start, "a second document; expected one".to_owned()))
            }
            _ => Ok(()),
        }
    }

    /// Where a container begins behind its tag and anchor, and whether it stands in brackets.
    fn begins(&self, mut start: usize, bracket: u8) -> (usize, Style) {
        let bytes = self.text.as_bytes();
        let rest = |at: usize| bytes.get(at..).unwrap_or_default().iter();
        while let Some(b'&' | b'!' | b'#' | b' ' | b'\t' | b'\r' | b'\n') = bytes.get(start) {
            start += match bytes.get(start) {
                Some(b'#') => rest(start).take_while(|byte| **byte != b'\n').count(),
                Some(b'&' | b'!') => {
                    rest(start).take_while(|byte| !byte.is_ascii_whitespace()).count()
                }
                _ => 1,
            };
        }
        let style = if bytes.get(start) == Some(&bracket) { Style::Flow } else { Style::Block };
        (start, style)
    }
}

/// What stands before a value, and whether it says that the value is a text (`!!str`).
fn dress(anchor: usize, tag: Option<Cow<'_, Tag>>, at: usize) -> Result<(Dress, bool), Fault> {
    let Some(tag) = tag else { return Ok((Dress { anchor, intrinsic: None }, false)) };
    if tag.is_yaml_core_schema() {
        return Ok((Dress { anchor, intrinsic: None }, tag.suffix == "str"));
    }
    if tag.handle != "!" {
        return Err((at, format!("unknown tag `{tag}`")));
    }
    let key = intrinsic::long_form(&tag.suffix).map_err(|message| (at, message))?;
    Ok((Dress { anchor, intrinsic: Some(key) }, false))
}

/// Turns counts of characters into offsets. They grow, but for small steps back.
struct Cursor<'t> {
    text: &'t str,
    characters: usize,
    bytes: usize,
}

impl Cursor<'_> {
    fn bytes(&mut self, marker: Marker) -> usize {
        let wanted = marker.index();
        while self.characters > wanted {
            let before = self.text.get(..self.bytes).unwrap_or_default();
            self.bytes -= before.chars().next_back().map_or(0, char::len_utf8);
            self.characters -= 1;
        }
        let ahead = self.text.get(self.bytes..).unwrap_or_default();
        for character in ahead.chars().take(wanted - self.characters) {
            self.bytes += character.len_utf8();
            self.characters += 1;
        }
        self.bytes
    }
}
