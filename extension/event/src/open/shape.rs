//! Tables that say what the members of an envelope hold, and the walk that follows them.
use super::content::{Media, Part};
use super::here::Here;
use super::opener::{Opener, between_quotes};
use super::place::Pointer;
use super::unmarshal;
use crate::scan;

/// An object's known members, in groups that are asked one after the other. What is not listed may
/// be anybody's and is yielded.
pub(super) type Shape = &'static [Members];

/// Members and what they hold.
pub(super) type Members = &'static [(&'static str, Holds)];

/// What a member holds.
#[derive(Debug, Clone, Copy)]
pub(super) enum Holds {
    /// What the service or the function's owner wrote: not yielded, unless whoever wrote the
    /// payload could have written it.
    Service,
    /// A text.
    Text(Part),
    /// A text in form encoding.
    Url(Part),
    /// A document.
    Json(Part),
    /// A document, or a string that may hold one: JSON, an envelope, or just text.
    Payload(Part),
    /// Base64 of anything.
    Base64(Part),
    /// Base64 of gzip of an object.
    Zipped(Shape),
    /// An item of a table.
    Item(Part),
    /// A document of a collection.
    Document(Part),
    /// Names with their values.
    Named(Part),
    /// A list of names with their values.
    NamedList(Part),
    /// A list of objects with a name and a value each.
    Pairs(Part),
    /// Lists of such objects under any key.
    PairLists(Part),
    /// Attributes of messages, with their types.
    Attributes,
    /// An object.
    Object(Shape),
    /// A list of objects.
    Each(Shape),
    /// Objects under any key.
    Map(Shape),
    /// The batch: a list of objects.
    Items(Shape),
    /// The batch: lists of objects under any key.
    ItemLists(Shape),
}

impl Opener<'_> {
    /// Opens the members of an object.
    pub(super) fn walk(&mut self, here: Here<'_, '_>, shape: Shape, place: &Pointer<'_>) {
        if here.first() != Some(b'{') {
            return self.around(b"", here.json(), place);
        }
        here.members(|key, here| self.member(shape, key, here, place));
    }

    /// Opens an event: an object, or a list of them as a resolver's batch is.
    pub(super) fn walk_all(&mut self, here: Here<'_, '_>, shape: Shape, place: &Pointer<'_>) {
        if here.first() == Some(b'[') {
            return here.elements(|index, here| self.walk(here, shape, &place.index(index)));
        }
        self.walk(here, shape, place);
    }

    fn member(&mut self, shape: Shape, key: &[u8], here: Here<'_, '_>, place: &Pointer<'_>) {
        let place = place.key(key);
        match holds(shape, key) {
            Some(holds) => self.hold(holds, key, here, &place),
            None => self.around(key, here.json(), &place),
        }
    }

    fn hold(&mut self, holds: Holds, key: &[u8], here: Here<'_, '_>, place: &Pointer<'_>) {
        match holds {
            Holds::Service if self.is_outermost() => drop(here.json()),
            Holds::Service => self.around(key, here.json(), place),
            Holds::Text(part) => {
                let json = here.json();
                if json != b"\"\"" {
                    self.with_name(key, |opener, name| opener.text(part, name, json, place));
                }
            }
            Holds::Url(part) => self.url(part, here.json(), place),
            Holds::Json(part) => self.json(part, None, here.json(), place),
            Holds::Payload(part) => self.payload(part, here, place),
            Holds::Base64(part) => self.base64(part, here.json(), place),
            Holds::Zipped(shape) => self.zipped(here.json(), shape, place),
            Holds::Item(part) => self.unmarshalled(part, here, place, unmarshal::item),
            Holds::Document(part) => self.unmarshalled(part, here, place, unmarshal::document),
            Holds::Named(part) => self.named(part, here, place),
            Holds::NamedList(part) => self.each(here, place, |opener, here, place| {
                opener.named(part, here, place);
            }),
            Holds::Pairs(part) => self.pairs(part, here, place),
            Holds::PairLists(part) => self.map(here, place, |opener, here, place| {
                opener.pairs(part, here, place);
            }),
            Holds::Attributes => self.attributes(here, place),
            Holds::Object(shape) => self.walk(here, shape, place),
            Holds::Each(shape) => self.each(here, place, |opener, here, place| {
                opener.walk(here, shape, place);
            }),
            Holds::Map(shape) => self.map(here, place, |opener, here, place| {
                opener.walk(here, shape, place);
            }),
            Holds::Items(shape) => self.items(here, shape, place),
            Holds::ItemLists(shape) => self.map(here, place, |opener, here, place| {
                opener.items(here, shape, place);
            }),
        }
    }

    /// The items of a batch.
    pub(super) fn items(&mut self, here: Here<'_, '_>, shape: Shape, place: &Pointer<'_>) {
        self.each(here, place, |opener, here, place| {
            opener.in_item(|opener| opener.walk(here, shape, place));
        });
    }

    /// Each element of an array; something else is yielded as it is.
    fn each(
        &mut self,
        here: Here<'_, '_>,
        place: &Pointer<'_>,
        mut open: impl FnMut(&mut Self, Here<'_, '_>, &Pointer<'_>),
    ) {
        if here.first() != Some(b'[') {
            return self.around(b"", here.json(), place);
        }
        here.elements(|index, here| open(self, here, &place.index(index)));
    }

    /// Each member of an object; something else is yielded as it is.
    fn map(
        &mut self,
        here: Here<'_, '_>,
        place: &Pointer<'_>,
        mut open: impl FnMut(&mut Self, Here<'_, '_>, &Pointer<'_>),
    ) {
        if here.first() != Some(b'{') {
            return self.around(b"", here.json(), place);
        }
        here.members(|key, here| open(self, here, &place.key(key)));
    }

    /// Names with a text, several texts, or bytes each.
    pub(super) fn named(&mut self, part: Part, here: Here<'_, '_>, place: &Pointer<'_>) {
        if here.first() != Some(b'{') {
            return self.text(part, None, here.json(), place);
        }
        here.members(|key, here| {
            let place = place.key(key);
            let json = here.json();
            self.with_name(key, |opener, name| opener.named_value(part, name, json, &place));
        });
    }

    fn named_value(&mut self, part: Part, name: Option<&str>, json: &[u8], place: &Pointer<'_>) {
        match json.first() {
            Some(b'[') => {
                if !self.byte_list(part, name, json, place) {
                    Here::Known(crate::value::Value::inside(json)).elements(|index, here| {
                        self.text(part, name, here.json(), &place.index(index));
                    });
                }
            }
            Some(b'{') => {
                let [bytes] = crate::value::Value::inside(json).members(["bytes"]);
                let bytes = bytes.is_some_and(|bytes| {
                    self.byte_list(part, name, bytes.json(), &place.key(b"bytes"))
                });
                if !bytes {
                    self.json(part, name, json, place);
                }
            }
            _ => self.text(part, name, json, place),
        }
    }

    /// A list of bytes, as Kafka's headers and RabbitMQ's long strings are written: at least one,
    /// signed or not. Says whether it is one.
    fn byte_list(
        &mut self,
        part: Part,
        name: Option<&str>,
        json: &[u8],
        place: &Pointer<'_>,
    ) -> bool {
        let Some(list) = json.strip_prefix(b"[").and_then(|list| list.strip_suffix(b"]")) else {
            return false;
        };
        if !matches!(list.trim_ascii_start().first(), Some(b'-' | b'0'..=b'9')) {
            return false;
        }
        let mut bytes = self.buffer();
        let is_list = list.split(|byte| *byte == b',').all(|number| {
            let byte = byte_of(number.trim_ascii());
            bytes.extend(byte);
            byte.is_some()
        });
        if is_list {
            self.give_bytes(part, name, &bytes, place);
        }
        self.keep(bytes);
        is_list
    }

    fn pairs(&mut self, part: Part, here: Here<'_, '_>, place: &Pointer<'_>) {
        self.each(here, place, |opener, here, place| opener.pair(part, here, place));
    }

    /// An object with a name and a value.
    fn pair(&mut self, part: Part, here: Here<'_, '_>, place: &Pointer<'_>) {
        if here.first() != Some(b'{') {
            return self.text(part, None, here.json(), place);
        }
        let (mut name, mut value) = (None, None);
        here.members(|key, here| {
            let json = here.json();
            match key {
                b"name" | b"key" if name.is_none() => name = Some(json),
                b"value" if value.is_none() => value = Some(json),
                b"type" if json.len() <= 32 => {}
                _ => self.around(key, json, &place.key(key)),
            }
        });
        let name = name.map(between_quotes).unwrap_or_default();
        let value = value.unwrap_or(b"\"\"");
        let place = place.key(b"value");
        self.with_name(name, |opener, name| opener.text(part, name, value, &place));
    }

    /// Attributes of a message (Amazon SQS and SNS API references, `MessageAttributeValue`).
    fn attributes(&mut self, here: Here<'_, '_>, place: &Pointer<'_>) {
        if here.first() != Some(b'{') {
            return self.text(Part::Attribute, None, here.json(), place);
        }
        here.members(|key, here| {
            let place = place.key(key);
            if here.first() == Some(b'{') {
                self.attribute(key, here, &place);
            } else {
                let json = here.json();
                self.with_name(key, |opener, name| {
                    opener.text(Part::Attribute, name, json, &place);
                });
            }
        });
    }

    /// A type may carry a label of the sender's: `String.anything`.
    fn attribute(&mut self, name: &[u8], here: Here<'_, '_>, place: &Pointer<'_>) {
        let mut binary = false;
        let mut value = None;
        here.members(|key, here| {
            let json = here.json();
            let place = place.key(key);
            match key {
                b"Value" if value.is_none() => value = Some(json),
                b"dataType" | b"DataType" | b"Type" if is_plain_type(json) => {
                    binary = json == b"\"Binary\"";
                }
                b"binaryValue" | b"BinaryValue" => self.binary_attribute(name, json, &place),
                b"stringListValues" | b"binaryListValues" if json == b"[]" => {}
                _ => self.with_name(name, |opener, name| {
                    opener.text(Part::Attribute, name, json, &place);
                }),
            }
        });
        let Some(value) = value else { return };
        let place = place.key(b"Value");
        if binary {
            self.binary_attribute(name, value, &place);
        } else {
            self.with_name(name, |opener, name| opener.text(Part::Attribute, name, value, &place));
        }
    }

    fn binary_attribute(&mut self, name: &[u8], json: &[u8], place: &Pointer<'_>) {
        self.decoded(Part::Attribute, json, place, |opener, data| {
            opener.with_name(name, |opener, name| {
                opener.unpacked(data, place, |opener, data| {
                    opener.give_bytes(Part::Attribute, name, data, place);
                });
            });
        });
    }

    /// A list of texts, or one.
    pub(super) fn texts(&mut self, part: Part, here: Here<'_, '_>, place: &Pointer<'_>) {
        if here.first() != Some(b'[') {
            return self.text(part, None, here.json(), place);
        }
        here.elements(|index, here| self.text(part, None, here.json(), &place.index(index)));
    }

    /// A whole text that is no JSON.
    pub(super) fn unreadable(&mut self, body: &[u8]) {
        let is_text = std::str::from_utf8(body).is_ok();
        let media = if is_text { Media::Text } else { Media::Binary };
        self.give(Part::Input, media, None, &Pointer::ROOT, body);
    }
}

/// Whether a shape has a key, escapes decoded.
pub(super) fn knows(shape: Shape, key: &[u8]) -> bool {
    find(shape, key).is_some()
}

/// What a shape says of a key, compared as it is decoded.
fn holds(shape: Shape, key: &[u8]) -> Option<Holds> {
    if key.contains(&b'\\') {
        return find(shape, &scan::unescape(key));
    }
    find(shape, key)
}

fn find(shape: Shape, key: &[u8]) -> Option<Holds> {
    let mut members = shape.iter().copied().flatten();
    members.find(|(name, _)| name.as_bytes() == key).map(|(_, holds)| *holds)
}

fn is_plain_type(json: &[u8]) -> bool {
    matches!(json, b"\"String\"" | b"\"Number\"" | b"\"Binary\"" | b"\"String.Array\"")
}

/// A byte as a number, signed or not.
fn byte_of(number: &[u8]) -> Option<u8> {
    let number = std::str::from_utf8(number).ok()?;
    let signed = || number.parse::<i8>().ok().map(i8::cast_unsigned);
    number.parse::<u8>().ok().or_else(signed)
}
