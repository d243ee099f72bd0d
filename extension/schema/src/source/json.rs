//! JSON files, over the scanner of events.
use std::rc::Rc;

use super::{DEPTH_MAX, Forest, Kind, Member, NodeId, Place, Wrong};
use tollgate_event::scan::{self, Container, Form, Text, Visitor};

/// Reads a JSON file.
pub(super) fn read(forest: &mut Forest, file: usize, text: &str) -> Result<NodeId, Wrong> {
    let cursor = Cursor { text, offset: 0, place: Place { file, line: 1, column: 1 } };
    let mut builder = Builder { forest, cursor, open: Vec::new(), root: None, wrong: None };
    let scanned = scan::scan(text.as_bytes(), &mut builder);
    let Builder { mut cursor, root, wrong, .. } = builder;
    if let Some(wrong) = wrong {
        return Err(wrong);
    }
    match (scanned, root) {
        (Ok(()), Some(root)) => Ok(root),
        (Err(error), _) => {
            Err((cursor.place_of(error.offset), format!("not JSON: expected {}", error.expected)))
        }
        (Ok(()), None) => Err((cursor.place, "not JSON: expected a value".to_owned())),
    }
}

struct Builder<'f, 't> {
    forest: &'f mut Forest,
    cursor: Cursor<'t>,
    open: Vec<Open>,
    root: Option<NodeId>,
    /// What ended the reading; the rest is only passed over.
    wrong: Option<Wrong>,
}

/// A container that is not closed yet.
struct Open {
    place: Place,
    key: Option<(Rc<str>, Place)>,
    elements: Vec<NodeId>,
    members: Vec<Member>,
}

impl Builder<'_, '_> {
    fn add(&mut self, place: Place, kind: Kind) {
        if self.wrong.is_some() {
            return;
        }
        match self.forest.add(place, kind) {
            Ok(value) => self.put(value),
            Err(wrong) => self.wrong = Some(wrong),
        }
    }

    fn put(&mut self, value: NodeId) {
        match self.open.last_mut() {
            None => self.root = Some(value),
            Some(open) => match open.key.take() {
                Some((key, place)) => open.members.push(Member { key, place, value }),
                None => open.elements.push(value),
            },
        }
    }

    fn text(&self, text: Text) -> Rc<str> {
        let decoded = text.decoded(self.cursor.text.as_bytes());
        debug_assert_ne!(text.form, Form::NotUtf8);
        String::from_utf8_lossy(&decoded).into()
    }
}

impl Visitor for Builder<'_, '_> {
    fn begin(&mut self, _: Container, at: usize) {
        let place = self.cursor.place_of(at);
        if self.open.len() >= DEPTH_MAX && self.wrong.is_none() {
            self.wrong = Some((place, format!("nested deeper than {DEPTH_MAX}")));
        }
        if self.wrong.is_none() {
            self.open.push(Open { place, key: None, elements: Vec::new(), members: Vec::new() });
        }
    }

    fn end(&mut self, container: Container, _: usize) {
        if self.wrong.is_some() {
            return;
        }
        let Some(open) = self.open.pop() else { return };
        let kind = match container {
            Container::Object => Kind::Table(open.members.into()),
            Container::Array => Kind::List(open.elements.into()),
        };
        self.add(open.place, kind);
    }

    fn key(&mut self, key: Text) {
        let named = (self.text(key), self.cursor.place_of(key.start.saturating_sub(1)));
        if let Some(open) = self.open.last_mut() {
            open.key = Some(named);
        }
    }

    fn string(&mut self, value: Text) {
        let place = self.cursor.place_of(value.start.saturating_sub(1));
        let text = self.text(value);
        self.add(place, Kind::Text(text));
    }

    fn scalar(&mut self, start: usize, end: usize) {
        let place = self.cursor.place_of(start);
        let kind = match self.cursor.text.get(start..end).unwrap_or_default() {
            "true" => Kind::Bool(true),
            "false" => Kind::Bool(false),
            "null" => Kind::Null,
            number => Kind::Number(number.into()),
        };
        self.add(place, kind);
    }
}

/// Turns offsets that only grow into places.
struct Cursor<'t> {
    text: &'t str,
    offset: usize,
    place: Place,
}

impl Cursor<'_> {
    fn place_of(&mut self, offset: usize) -> Place {
        for character in self.text.get(self.offset..offset).unwrap_or_default().chars() {
            if character == '\n' {
                self.place.line = self.place.line.saturating_add(1);
                self.place.column = 1;
            } else {
                self.place.column = self.place.column.saturating_add(1);
            }
        }
        self.offset = self.offset.max(offset);
        self.place
    }
}
