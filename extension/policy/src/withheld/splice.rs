//! Adding to a JSON text without touching the rest of its bytes.
use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::Value;
use serde_json::value::RawValue;

use super::Merged;

/// A function's answer, as far as it matters where something is added.
pub(super) enum Reply<'a> {
    /// Not one JSON text.
    NoJson,
    /// Nothing at all, or a JSON text that is no object.
    NoObject,
    /// An object.
    Object(Members<'a>),
}

/// The members of the object that a text is.
pub(super) struct Members<'a> {
    text: &'a str,
    members: Vec<(String, &'a RawValue)>,
}

/// One member's value, and where it stands.
pub(super) struct Member<'a> {
    text: &'a str,
    value: &'a str,
}

/// A key that stands twice: readers differ on which one counts.
pub(super) struct Twice;

impl<'a> Reply<'a> {
    pub(super) fn read(answer: &'a [u8]) -> Self {
        let Ok(text) = std::str::from_utf8(answer) else { return Self::NoJson };
        let start = text.trim_ascii_start();
        if start.is_empty() {
            return Self::NoObject;
        }
        if !start.starts_with('{') {
            let read = serde_json::from_str::<&RawValue>(text);
            return if read.is_ok() { Self::NoObject } else { Self::NoJson };
        }
        match serde_json::from_str::<Pairs<'_>>(text) {
            Ok(Pairs(members)) => Self::Object(Members { text, members }),
            Err(_) => Self::NoJson,
        }
    }
}

impl<'a> Members<'a> {
    /// The one member of this name.
    pub(super) fn find(&self, name: &str) -> Result<Option<Member<'a>>, Twice> {
        let mut found = self.members.iter().filter(|(key, _)| key == name);
        match (found.next(), found.next()) {
            (_, Some(_)) => Err(Twice),
            (None, None) => Ok(None),
            (Some((_, value)), None) => Ok(Some(Member { text: self.text, value: value.get() })),
        }
    }

    /// The text with one more member, the last.
    pub(super) fn with_member(&self, name: &str, value: &str) -> Merged {
        let Some((before, after)) = self.text.rsplit_once('}') else { return Merged::Unreadable };
        let comma = if self.members.is_empty() { "" } else { "," };
        Merged::Changed(format!("{before}{comma}\"{name}\":{value}}}{after}").into_bytes())
    }
}

impl Member<'_> {
    pub(super) fn is_null(&self) -> bool {
        self.value == "null"
    }

    /// The elements of the array that it is.
    pub(super) fn elements(&self) -> Option<Vec<Value>> {
        serde_json::from_str(self.value).ok()
    }

    /// The text with another value in its place.
    pub(super) fn replaced(&self, value: &str) -> Merged {
        let Some((before, after)) = self.around() else { return Merged::Unreadable };
        Merged::Changed(format!("{before}{value}{after}").into_bytes())
    }

    /// The text with more elements at the end of the array that it is.
    pub(super) fn appended(&self, elements: &[String]) -> Merged {
        if elements.is_empty() {
            return Merged::AsItIs;
        }
        let Some((before, after)) = self.around() else { return Merged::Unreadable };
        let Some(inside) = self.value.strip_suffix(']') else { return Merged::Unreadable };
        let open = inside.trim_ascii_end();
        let blanks = inside.get(open.len()..).unwrap_or_default();
        let comma = if open == "[" { "" } else { "," };
        let elements = elements.join(",");
        Merged::Changed(format!("{before}{open}{comma}{elements}{blanks}]{after}").into_bytes())
    }

    /// What stands before and after the value, which is a part of the text.
    fn around(&self) -> Option<(&str, &str)> {
        let start = self.value.as_ptr().addr().checked_sub(self.text.as_ptr().addr())?;
        let before = self.text.get(..start)?;
        let after = self.text.get(start.checked_add(self.value.len())?..)?;
        Some((before, after))
    }
}

struct Pairs<'a>(Vec<(String, &'a RawValue)>);

impl<'de> Deserialize<'de> for Pairs<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(ReadPairs)
    }
}

struct ReadPairs;

impl<'de> Visitor<'de> for ReadPairs {
    type Value = Pairs<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut pairs = Vec::new();
        while let Some(pair) = map.next_entry()? {
            pairs.push(pair);
        }
        Ok(Pairs(pairs))
    }
}
