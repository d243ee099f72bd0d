//! A document as a table of where its values stand, made in one pass over its bytes.
use std::borrow::Cow;

use tollgate_event::scan::{self, Container, Form, Text, Visitor};

use crate::number::Decimal;
use crate::violation::{DEPTH, DUPLICATE_KEYS, JSON, Pointer, UTF8, Violation};

/// The deepest nesting of a document; bounds the recursion of everything that walks it.
const DEPTH_MAX: usize = 256;
/// Objects of at most this many members are compared pairwise for duplicates.
const PAIRWISE_MAX: usize = 16;

/// A value's number in its tape; the whole document is 0.
pub(crate) type At = u32;

/// The kinds of value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Null,
    True,
    False,
    Number,
    Text,
    List,
    Table,
}

/// One value.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Value {
    pub(crate) kind: Kind,
    /// Whether a text or the key has escapes.
    escaped: bool,
    key_escaped: bool,
    /// Its bytes; of a text those between the quotes.
    start: u32,
    end: u32,
    /// The number of the value after it and all that it holds.
    after: At,
    /// How many elements or members it has.
    pub(crate) count: u32,
    /// The bytes of its key, if it is a member.
    key_start: u32,
    key_end: u32,
}

/// What stands where there is no value.
const NOTHING: Value = Value {
    kind: Kind::Null,
    escaped: false,
    key_escaped: false,
    start: 0,
    end: 0,
    after: At::MAX,
    count: 0,
    key_start: 0,
    key_end: 0,
};

/// All values of a document, in its order.
pub(crate) struct Tape<'a> {
    json: &'a [u8],
    values: Vec<Value>,
}

impl<'a> Tape<'a> {
    /// Reads a document. Takes 32 bytes a value, and time linear in `json` but for the sorting of
    /// the keys of large objects.
    pub(crate) fn read(json: &'a [u8]) -> Result<Self, Violation> {
        if u32::try_from(json.len()).is_err() {
            return Err(Violation::of_document(String::new(), JSON));
        }
        let tape = Self { json, values: Vec::with_capacity(json.len() / 16 + 1) };
        let mut builder = Builder { tape, open: Vec::new(), key: (0, 0, false), wrong: None };
        let scanned = scan::scan(json, &mut builder);
        let Builder { mut tape, open, wrong, .. } = builder;
        // Where the reading stopped, the containers around it are still open.
        let end = narrow(tape.values.len());
        for at in open {
            if let Some(value) = tape.values.get_mut(at as usize) {
                value.after = end;
            }
        }
        if scanned.is_err() {
            return Err(Violation::of_document(String::new(), JSON));
        }
        match wrong {
            Some((at, keyword)) => Err(Violation::of_document(tape.pointer(at), keyword)),
            None => Ok(tape),
        }
    }

    #[inline]
    pub(crate) fn value(&self, at: At) -> Value {
        self.values.get(at as usize).copied().unwrap_or(NOTHING)
    }

    /// The elements or members of a value, in order.
    #[inline]
    pub(crate) fn children(&self, at: At) -> impl Iterator<Item = At> + '_ {
        let end = self.value(at).after;
        let mut next = at + 1;
        let count = self.value(at).count;
        (0..count).map_while(move |_| {
            let child = next;
            next = self.value(child).after;
            (child < end).then_some(child)
        })
    }

    /// A text's value.
    #[inline]
    pub(crate) fn text(&self, value: Value) -> Cow<'a, [u8]> {
        self.decoded(value.start, value.end, value.escaped)
    }

    /// A member's key.
    #[inline]
    pub(crate) fn key(&self, value: Value) -> Cow<'a, [u8]> {
        self.decoded(value.key_start, value.key_end, value.key_escaped)
    }

    /// How long a value is as it is written, in bytes.
    pub(crate) fn written(value: Value) -> u64 {
        u64::from(value.end.saturating_sub(value.start))
    }

    /// A number's value.
    pub(crate) fn number(&self, value: Value) -> Decimal {
        Decimal::read(self.slice(value.start, value.end))
    }

    /// Whether a number has no fraction. Most say so by their form.
    #[inline]
    pub(crate) fn is_whole(&self, value: Value) -> bool {
        let text = self.slice(value.start, value.end);
        !text.iter().any(|byte| matches!(byte, b'.' | b'e' | b'E')) || self.number(value).is_whole()
    }

    /// A member of an object.
    pub(crate) fn member(&self, table: At, key: &[u8]) -> Option<At> {
        self.children(table).find(|child| *self.key(self.value(*child)) == *key)
    }

    /// A pointer to a value that carries no content.
    pub(crate) fn pointer(&self, target: At) -> String {
        let mut pointer = Pointer::default();
        let mut at = 0;
        while at < target {
            let holds = |(_, child): &(usize, At)| target < self.value(*child).after;
            let Some((index, child)) = self.children(at).enumerate().find(holds) else { break };
            match self.value(at).kind {
                Kind::Table => pointer.push_key(&self.key(self.value(child))),
                _ => pointer.push_index(index),
            }
            at = child;
        }
        pointer.finish()
    }

    /// Writes a value so that equal values, and only those, give equal bytes.
    pub(crate) fn write_canonical(&self, at: At, out: &mut Vec<u8>) {
        let value = self.value(at);
        match value.kind {
            Kind::Null => out.push(b'n'),
            Kind::True => out.push(b't'),
            Kind::False => out.push(b'f'),
            Kind::Number => self.number(value).write_canonical(out),
            Kind::Text => write_text(&self.text(value), out),
            Kind::List => {
                out.push(b'[');
                self.children(at).for_each(|child| self.write_canonical(child, out));
                out.push(b']');
            }
            Kind::Table => {
                let named = |child| (self.key(self.value(child)), child);
                let mut members: Vec<_> = self.children(at).map(named).collect();
                members.sort_unstable();
                out.push(b'{');
                for (key, child) in members {
                    write_text(&key, out);
                    self.write_canonical(child, out);
                }
                out.push(b'}');
            }
        }
    }

    #[inline]
    fn decoded(&self, start: u32, end: u32, escaped: bool) -> Cow<'a, [u8]> {
        let raw = self.slice(start, end);
        if escaped { scan::unescape(raw).into() } else { raw.into() }
    }

    #[inline]
    fn slice(&self, start: u32, end: u32) -> &'a [u8] {
        self.json.get(start as usize..end as usize).unwrap_or_default()
    }

    /// A member whose key stood there before.
    fn twin(&self, table: At) -> Option<At> {
        let count = self.value(table).count as usize;
        if count <= PAIRWISE_MAX {
            let mut seen = [0; PAIRWISE_MAX];
            return self.children(table).enumerate().find_map(|(i, child)| {
                let key = self.key(self.value(child));
                let print = fingerprint(&key);
                let alike = seen.iter().take(i).any(|other| *other == print);
                *seen.get_mut(i)? = print;
                // Keys that only look alike are rare.
                let twin = alike && self.member(table, &key) != Some(child);
                twin.then_some(child)
            });
        }
        let mut keys: Vec<_> =
            self.children(table).map(|child| (self.key(self.value(child)), child)).collect();
        keys.sort_unstable();
        keys.array_windows().find(|[(a, _), (b, _)]| a == b).map(|[_, (_, twin)]| *twin)
    }
}

/// A number that equal keys share, and different ones rarely: their length and last bytes.
#[inline]
pub(crate) fn fingerprint(key: &[u8]) -> u64 {
    let last = match (key.last_chunk::<8>(), key.first_chunk::<4>(), key.last_chunk::<4>()) {
        (Some(last), _, _) => u64::from_le_bytes(*last),
        (None, Some(first), Some(last)) => {
            u64::from(u32::from_le_bytes(*first)) << 32 | u64::from(u32::from_le_bytes(*last))
        }
        _ => key.iter().fold(0, |print, byte| print << 8 | u64::from(*byte)),
    };
    last ^ (key.len() as u64) << 56
}

fn write_text(text: &[u8], out: &mut Vec<u8>) {
    out.push(b'"');
    out.extend_from_slice(&(text.len() as u64).to_be_bytes());
    out.extend_from_slice(text);
}

struct Builder<'a> {
    tape: Tape<'a>,
    /// Containers that are not closed yet.
    open: Vec<At>,
    /// Where the key of the next member stands.
    key: (u32, u32, bool),
    /// The first thing that is wrong.
    wrong: Option<(At, &'static str)>,
}

impl Builder<'_> {
    #[inline]
    fn add(&mut self, kind: Kind, start: usize, end: usize, escaped: bool) -> At {
        let at = narrow(self.tape.values.len());
        let (key_start, key_end, key_escaped) = self.key;
        let (start, end, after) = (narrow(start), narrow(end), at + 1);
        if let Some(open) = self.open.last()
            && let Some(open) = self.tape.values.get_mut(*open as usize)
        {
            open.count += 1;
        }
        self.tape.values.push(Value {
            kind,
            escaped,
            key_escaped,
            start,
            end,
            after,
            count: 0,
            key_start,
            key_end,
        });
        self.key = (0, 0, false);
        at
    }

    #[cold]
    fn complain(&mut self, at: At, keyword: &'static str) {
        self.wrong.get_or_insert((at, keyword));
    }
}

impl Visitor for Builder<'_> {
    #[inline]
    fn begin(&mut self, container: Container, at: usize) {
        if self.wrong.is_some() {
            return;
        }
        let kind = match container {
            Container::Object => Kind::Table,
            Container::Array => Kind::List,
        };
        let value = self.add(kind, at, at, false);
        if self.open.len() >= DEPTH_MAX {
            self.complain(value, DEPTH);
        }
        self.open.push(value);
    }

    #[inline]
    fn end(&mut self, container: Container, end: usize) {
        if self.wrong.is_some() {
            return;
        }
        let Some(at) = self.open.pop() else { return };
        let after = narrow(self.tape.values.len());
        if let Some(value) = self.tape.values.get_mut(at as usize) {
            value.end = narrow(end);
            value.after = after;
        }
        if container == Container::Object
            && let Some(twin) = self.tape.twin(at)
        {
            self.complain(twin, DUPLICATE_KEYS);
        }
    }

    #[inline]
    fn key(&mut self, key: Text) {
        self.key = (narrow(key.start), narrow(key.end), key.form == Form::Escaped);
        if key.form == Form::NotUtf8
            && let Some(table) = self.open.last().copied()
        {
            self.complain(table, UTF8);
        }
    }

    #[inline]
    fn string(&mut self, value: Text) {
        if self.wrong.is_some() {
            return;
        }
        let at = self.add(Kind::Text, value.start, value.end, value.form == Form::Escaped);
        if value.form == Form::NotUtf8 {
            self.complain(at, UTF8);
        }
    }

    #[inline]
    fn scalar(&mut self, start: usize, end: usize) {
        if self.wrong.is_some() {
            return;
        }
        let kind = match self.tape.json.get(start) {
            Some(b't') => Kind::True,
            Some(b'f') => Kind::False,
            Some(b'n') => Kind::Null,
            _ => Kind::Number,
        };
        self.add(kind, start, end, false);
    }
}

/// Positions fit: documents over `u32::MAX` bytes are not read.
#[inline]
#[expect(clippy::cast_possible_truncation, reason = "longer documents are not read")]
const fn narrow(position: usize) -> u32 {
    position as u32
}

#[cfg(test)]
mod tests;
