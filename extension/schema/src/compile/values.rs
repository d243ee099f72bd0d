//! The values that keywords take, or a complaint where they are of another form.
use std::rc::Rc;
use std::sync::Arc;

use super::Compiler;
use crate::nearest::nearest;
use crate::number::{Decimal, Unit};
use crate::pattern::Pattern;
use crate::program::{Constants, Types};
use crate::source::{Kind, NodeId};
use crate::tape::Tape;

/// The names of types.
const TYPES: [&str; 7] = ["string", "number", "integer", "boolean", "object", "array", "null"];

impl Compiler<'_> {
    pub(super) fn number(&mut self, node: NodeId) -> Option<Decimal> {
        if let Kind::Number(text) = self.archive.forest.kind(node) {
            return Some(Decimal::read(text.as_bytes()));
        }
        self.complain(node, "expected a number");
        None
    }

    pub(super) fn unit(&mut self, node: NodeId) -> Option<Unit> {
        let unit = Unit::new(&self.number(node)?);
        if unit.is_none() {
            self.complain(node, "expected a number above 0 of at most 19 digits");
        }
        unit
    }

    pub(super) fn count(&mut self, node: NodeId) -> Option<u64> {
        let number = match self.archive.forest.kind(node) {
            Kind::Number(text) => Decimal::read(text.as_bytes()).as_u64(),
            _ => None,
        };
        if number.is_none() {
            self.complain(node, "expected a whole number from 0");
        }
        number
    }

    pub(super) fn flag(&mut self, node: NodeId) -> bool {
        let flag = self.archive.forest.flag(node);
        if flag.is_none() {
            self.complain(node, "expected `true` or `false`");
        }
        flag == Some(true)
    }

    pub(crate) fn text(&mut self, node: NodeId) -> Option<Rc<str>> {
        let text = self.archive.forest.text(node);
        if text.is_none() {
            self.complain(node, "expected a string");
        }
        text
    }

    pub(super) fn texts(&mut self, node: NodeId) -> Vec<Box<str>> {
        let Kind::List(elements) = self.archive.forest.kind(node) else {
            self.complain(node, "expected a list of strings");
            return Vec::new();
        };
        elements
            .iter()
            .filter_map(|element| self.text(*element))
            .map(|text| (*text).into())
            .collect()
    }

    pub(super) fn types(&mut self, node: NodeId) -> Types {
        let single = [node];
        let elements = match self.archive.forest.kind(node) {
            Kind::List(elements) => elements,
            _ => Rc::from(single.as_slice()),
        };
        let mut types = Types::NONE;
        for element in elements.iter() {
            let Some(name) = self.text(*element) else { continue };
            if let Some(named) = Types::named(&name) {
                types = types.or(named);
                continue;
            }
            let (hint, name) = (hint(nearest(&name, TYPES)), quote(&name));
            let message =
                format!("{name} is no type; expected one of `{}`{hint}", TYPES.join("`, `"));
            self.complain(*element, message);
        }
        if types == Types::NONE && elements.is_empty() {
            self.complain(node, "expected at least one type");
        }
        types
    }

    pub(super) fn constants(&mut self, keyword: &'static str, nodes: &[NodeId]) -> Constants {
        let mut constants = Constants { keyword, texts: Vec::new(), others: Vec::new() };
        for node in nodes {
            if let Some(text) = self.archive.forest.text(*node) {
                constants.texts.push(text.as_bytes().into());
                continue;
            }
            let json = self.archive.forest.json(*node);
            // What was read from a file without twins can be read again.
            if let Ok(tape) = Tape::read(json.as_bytes()) {
                let mut canonical = Vec::new();
                tape.write_canonical(0, &mut canonical);
                constants.others.push(canonical.into());
            }
        }
        tollgate_order::sort(&mut constants.texts);
        tollgate_order::sort(&mut constants.others);
        constants
    }

    pub(super) fn pattern(&mut self, node: NodeId) -> Option<Arc<Pattern>> {
        let text = self.text(node)?;
        self.pattern_of(&text, |compiler, message| compiler.complain(node, message))
    }

    /// Patterns that are written the same are compiled once.
    pub(super) fn pattern_of(
        &mut self,
        text: &Rc<str>,
        complain: impl FnOnce(&mut Self, String),
    ) -> Option<Arc<Pattern>> {
        let compiled = self
            .patterns
            .entry(text.clone())
            .or_insert_with(|| Pattern::new(text).map(Arc::new))
            .clone();
        compiled.map_err(|message| complain(self, message)).ok()
    }
}

/// The end of a message that knows better.
pub(crate) fn hint(nearest: Option<&str>) -> String {
    nearest.map_or_else(String::new, |known| format!("; did you mean `{known}`?"))
}

/// A text out of a document, cut where it is long.
pub(crate) fn quote(text: &str) -> String {
    const CHARS_MAX: usize = 64;
    let cut: String = text.chars().take(CHARS_MAX).collect();
    let mark = if cut.len() < text.len() { "…" } else { "" };
    format!("`{}{mark}`", cut.escape_debug())
}
