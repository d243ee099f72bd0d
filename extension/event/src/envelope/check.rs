//! Reads an event by a table. Recursion goes as deep as the table, never as deep as the event.
use std::borrow::Cow;

use super::shape::{MEMBERS_MAX, Member, Shape};
use crate::decode::Fault;
use crate::scan;
use crate::value::Value;
use crate::walk::Walk;

/// The longest key of a map that is written in a pointer, in bytes.
const KEY_BYTES_MAX: usize = 64;
/// The longest escape of one byte: `\u0041`.
const ESCAPE_BYTES_MAX: usize = 6;
/// How many members can be told to be the same in all records.
const SAMES: usize = 2;

/// What is wrong, and where.
#[derive(Debug)]
pub(super) struct Wrong {
    keyword: &'static str,
    expected: &'static str,
    /// The parts of the pointer, innermost first.
    place: Vec<Cow<'static, str>>,
}

/// The first thing that is wrong with a value.
pub(super) fn check(root: Value<'_>, shape: &Shape) -> Option<Wrong> {
    let mut reader = Reader { firsts: [None; SAMES] };
    reader.outer(root, shape).err()
}

/// What is known of the records before.
struct Reader<'a> {
    firsts: [Option<&'a [u8]>; SAMES],
}

type Checked = Result<(), Wrong>;

impl<'a> Reader<'a> {
    /// A value whose children may be in the event's outline, so that what no table names is not
    /// looked at again.
    fn outer(&mut self, value: Value<'a>, shape: &Shape) -> Checked {
        match (shape, value.outline()) {
            (Shape::Object(members), Some(children)) if value.is_object() => {
                let mut seen = Seen::default();
                for (key, child) in children {
                    let Some((place, member)) = find(members, key, seen.after) else { continue };
                    seen.mark(place);
                    self.member(member, child.json(), |this| this.outer(child, &member.shape))?;
                }
                seen.finish(members)
            }
            (Shape::List(each), Some(children)) if value.is_array() => {
                for (index, (_, child)) in children.enumerate() {
                    self.outer(child, each).map_err(|wrong| wrong.in_element(index))?;
                }
                Ok(())
            }
            (Shape::Either(shapes), Some(_)) => {
                let first = value.json().first().copied().unwrap_or_default();
                match shapes.iter().find(|shape| shape.is_for(first)) {
                    Some(shape) => self.outer(value, shape),
                    None => Err(Wrong::new("type", shape.expected())),
                }
            }
            (Shape::Choice(key, tables), Some(_)) if value.is_object() => {
                self.outer(value, chosen(value, key, tables)?)
            }
            _ => self.inner(&mut Walk::new(value.json()), shape),
        }
    }

    /// The value that comes next.
    fn inner(&mut self, walk: &mut Walk<'a>, shape: &Shape) -> Checked {
        let first = walk.peek().unwrap_or_default();
        if !shape.is_for(first) {
            return Err(Wrong::new("type", shape.expected()));
        }
        match shape {
            Shape::Object(members) => self.object(walk, members),
            Shape::Map(each) => self.map(walk, each),
            Shape::List(each) => self.list(walk, each),
            Shape::Either(shapes) => match shapes.iter().find(|shape| shape.is_for(first)) {
                Some(shape) => self.inner(walk, shape),
                None => Err(Wrong::new("type", shape.expected())),
            },
            Shape::Same(number, shape) => self.same(walk, *number, shape),
            Shape::Choice(key, tables) => {
                let json = walk.value();
                let table = chosen(Value::inside(json), key, tables)?;
                self.inner(&mut Walk::new(json), table)
            }
            Shape::Of(_) | Shape::Word(_) => text(walk.text().unwrap_or_default(), shape),
            Shape::Any | Shape::Text | Shape::Number | Shape::Bool => {
                walk.value();
                Ok(())
            }
        }
    }

    fn object(&mut self, walk: &mut Walk<'a>, members: &[Member]) -> Checked {
        let mut seen = Seen::default();
        let mut more = walk.enter();
        while more {
            let key = walk.key();
            match find(members, key, seen.after) {
                Some((place, member)) => {
                    seen.mark(place);
                    let mut ahead = *walk;
                    let first = ahead.peek();
                    if first == Some(b'n') {
                        self.member(member, walk.value(), |_| Ok(()))?;
                    } else {
                        self.inner(walk, &member.shape)
                            .map_err(|wrong| wrong.within(member.key))?;
                    }
                }
                None => {
                    walk.value();
                }
            }
            more = walk.more();
        }
        seen.finish(members)
    }

    /// A member that a table names: `null` stands for none.
    fn member(
        &mut self,
        member: &Member,
        json: &[u8],
        check: impl FnOnce(&mut Self) -> Checked,
    ) -> Checked {
        let checked = match (json, member.needed) {
            (b"null", false) => Ok(()),
            (b"null", true) if !matches!(member.shape, Shape::Any) => {
                Err(Wrong::new("type", member.shape.expected()))
            }
            _ => check(self),
        };
        checked.map_err(|wrong| wrong.within(member.key))
    }

    fn map(&mut self, walk: &mut Walk<'a>, each: &Shape) -> Checked {
        let mut more = walk.enter();
        while more {
            let key = walk.key();
            self.inner(walk, each).map_err(|wrong| wrong.under(key))?;
            more = walk.more();
        }
        Ok(())
    }

    fn list(&mut self, walk: &mut Walk<'a>, each: &Shape) -> Checked {
        let mut more = walk.enter();
        let mut index = 0;
        while more {
            // Long lists are of these.
            let is_plain = match each {
                Shape::Text => walk.text().is_some(),
                Shape::Number => walk.number(),
                _ => false,
            };
            if !is_plain {
                self.inner(walk, each).map_err(|wrong| wrong.in_element(index))?;
            }
            index += 1;
            more = walk.more();
        }
        Ok(())
    }

    fn same(&mut self, walk: &mut Walk<'a>, number: u8, shape: &Shape) -> Checked {
        let json = walk.value();
        let Some(first) = self.firsts.get_mut(usize::from(number)) else { return Ok(()) };
        match *first {
            // Equal bytes need no second look.
            Some(first) if first == json => Ok(()),
            Some(_) => Err(Wrong::new("same", "the value of the first record")),
            None => {
                *first = Some(json);
                self.inner(&mut Walk::new(json), shape)
            }
        }
    }
}

/// The table that an object says in a member that it follows.
fn chosen<'t>(
    object: Value<'_>,
    key: &'static str,
    tables: &'t [(&str, &Shape)],
) -> Result<&'t Shape, Wrong> {
    let word = object.get(key);
    let table = tables.iter().find(|(known, _)| word.is_some_and(|word| word.is(known)));
    let wrong = || Wrong::new("enum", "a source that is known").within(key);
    table.map(|(_, shape)| *shape).ok_or_else(wrong)
}

/// A string, as written between its quotes, by its format or as one of a few words.
fn text(raw: &[u8], shape: &Shape) -> Checked {
    if let Shape::Of(format) = shape
        && raw.len() > ESCAPE_BYTES_MAX * format.bytes_max()
    {
        return Err(Wrong::new("format", format.expected()));
    }
    let text =
        if raw.contains(&b'\\') { Cow::Owned(scan::unescape(raw)) } else { Cow::Borrowed(raw) };
    match shape {
        Shape::Of(format) if !format.fits(&text) => Err(Wrong::new("format", format.expected())),
        Shape::Word(words) if !words.iter().any(|word| word.as_bytes() == &*text) => {
            Err(Wrong::new("enum", shape.expected()))
        }
        _ => Ok(()),
    }
}

/// The member of a table that a key names. Services write members in one order, so that the one
/// `after` the last is tried first.
fn find<'t>(members: &'t [Member], key: &[u8], after: usize) -> Option<(usize, &'t Member)> {
    if let Some(next) = members.get(after)
        && next.key.as_bytes() == key
    {
        return Some((after, next));
    }
    let find =
        |key: &[u8]| members.iter().enumerate().find(|(_, member)| member.key.as_bytes() == key);
    find(key).or_else(|| {
        let is_escaped = key.len() <= ESCAPE_BYTES_MAX * KEY_BYTES_MAX && key.contains(&b'\\');
        is_escaped.then(|| scan::unescape(key)).and_then(|key| find(&key))
    })
}

/// Which members of a table were met.
#[derive(Default)]
struct Seen {
    places: u32,
    /// The place after the last one.
    after: usize,
}

impl Seen {
    fn mark(&mut self, place: usize) {
        self.places |= 1 << (place % MEMBERS_MAX);
        self.after = place + 1;
    }

    fn finish(self, members: &[Member]) -> Checked {
        let missing = members
            .iter()
            .enumerate()
            .find(|(place, member)| member.needed && self.places >> (place % MEMBERS_MAX) & 1 == 0);
        match missing {
            Some((_, member)) => {
                Err(Wrong::new("required", member.shape.expected()).within(member.key))
            }
            None => Ok(()),
        }
    }
}

impl Wrong {
    fn new(keyword: &'static str, expected: &'static str) -> Self {
        Self { keyword, expected, place: Vec::new() }
    }

    fn within(mut self, key: &'static str) -> Self {
        self.place.push(key.into());
        self
    }

    /// Keys of maps are content: only those that look like names are written out.
    fn under(mut self, key: &[u8]) -> Self {
        let is_name_byte = |b: &u8| b.is_ascii_alphanumeric() || b"_.$-".contains(b);
        let is_name = !key.is_empty() && key.len() <= KEY_BYTES_MAX && key.iter().all(is_name_byte);
        let key = std::str::from_utf8(key).ok().filter(|_| is_name);
        self.place.push(key.map_or("*".into(), |key| key.to_owned().into()));
        self
    }

    fn in_element(mut self, index: usize) -> Self {
        self.place.push(index.to_string().into());
        self
    }

    /// The fault as it is reported.
    pub(super) fn fault(self, check: &'static str) -> Fault {
        let at: String = self.place.iter().rev().flat_map(|part| ["/", part]).collect();
        Fault { check, at, detail: format!("{}: expected {}", self.keyword, self.expected) }
    }
}
