//! JSON, over the scanner of events.
use std::sync::Arc;

use tollgate_event::scan::{self, Container, Text, Visitor};

use super::{Builder, Dress, Fault, Inside};
use crate::node::{Node, Style};

/// Reads a JSON text.
pub(super) fn read(text: &str) -> Result<Arc<Node>, Fault> {
    let mut reader = Reader { text, builder: Builder::default(), fault: None };
    let scanned = scan::scan(text.as_bytes(), &mut reader);
    if let Some(fault) = reader.fault {
        return Err(fault);
    }
    scanned.map_err(|error| (error.offset, format!("not JSON: expected {}", error.expected)))?;
    reader.builder.root.ok_or_else(|| (0, "not JSON: expected a value".to_owned()))
}

struct Reader<'t> {
    text: &'t str,
    builder: Builder,
    /// What ended the reading; the rest is only passed over.
    fault: Option<Fault>,
}

impl Reader<'_> {
    fn step(&mut self, step: impl FnOnce(&mut Builder) -> Result<(), Fault>) {
        if self.fault.is_none() {
            self.fault = step(&mut self.builder).err();
        }
    }

    fn quoted(&mut self, text: Text) {
        let decoded = text.decoded(self.text.as_bytes());
        let value = String::from_utf8_lossy(&decoded).into_owned();
        let span = text.start.saturating_sub(1)..text.end + 1;
        self.step(|builder| builder.scalar(span, value, false, Dress::default()));
    }
}

impl Visitor for Reader<'_> {
    fn begin(&mut self, container: Container, at: usize) {
        let inside = match container {
            Container::Object => Inside::Table { members: Vec::new(), key: None },
            Container::Array => Inside::List(Vec::new()),
        };
        self.step(|builder| builder.begin(at, Style::Flow, Dress::default(), inside));
    }

    fn end(&mut self, _: Container, end: usize) {
        self.step(|builder| builder.end(end));
    }

    fn key(&mut self, key: Text) {
        self.quoted(key);
    }

    fn string(&mut self, value: Text) {
        self.quoted(value);
    }

    fn scalar(&mut self, start: usize, end: usize) {
        let text = self.text.get(start..end).unwrap_or_default().to_owned();
        self.step(|builder| builder.scalar(start..end, text, true, Dress::default()));
    }
}
