//! A pass over JSON that writes the redacted text as it goes: no tree, no more output than allowed.
use serde::de::{DeserializeSeed, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::Deserializer;

use super::{How, Redactor, halves, names};

/// How deep JSON in texts of JSON is followed.
const NESTING_MAX: u32 = 3;

/// Why there is no text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stop {
    /// It is longer than allowed.
    Full,
    /// The input is no JSON.
    NotJson,
}

pub(super) fn redact(redactor: &Redactor, json: &[u8], bytes_max: usize) -> Result<String, Stop> {
    let mut out = Out { text: String::new(), path: String::new(), bytes_max, nesting: 0 };
    into(redactor, json, &mut out, How::Classes)?;
    Ok(out.text)
}

fn into(redactor: &Redactor, json: &[u8], out: &mut Out, how: How) -> Result<(), Stop> {
    let json = halves::replaced(json);
    let mut deserializer = Deserializer::from_slice(&json);
    let walked = Value { redactor, out, how }.deserialize(&mut deserializer);
    let ended = walked.and_then(|()| deserializer.end());
    match ended {
        _ if out.text.len() > out.bytes_max => Err(Stop::Full),
        Ok(()) => Ok(()),
        Err(_) => Err(Stop::NotJson),
    }
}

struct Out {
    text: String,
    /// Where the pass is: the steps to it, each after a slash.
    path: String,
    bytes_max: usize,
    nesting: u32,
}

impl Out {
    fn string(&mut self, text: &str) {
        // A string always serialises.
        self.text.push_str(&serde_json::to_string(text).unwrap_or_default());
    }
}

/// One value, which is written while it is read.
struct Value<'a> {
    redactor: &'a Redactor,
    out: &'a mut Out,
    /// What the fields around it say.
    how: How,
}

impl<'de> DeserializeSeed<'de> for Value<'_> {
    type Value = ();

    fn deserialize<D: serde::Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        if self.out.text.len() > self.out.bytes_max {
            return Err(D::Error::custom("full"));
        }
        from.deserialize_any(self)
    }
}

impl Value<'_> {
    fn masks(&self) -> bool {
        self.how == How::Mask || self.redactor.how(&self.out.path) == How::Mask
    }

    fn scalar(self, text: &str, sort: &str) {
        let text = if self.masks() { format!("\"[{sort}]\"") } else { text.to_owned() };
        self.out.text.push_str(&text);
    }

    /// A number of many digits may be a card or an account.
    fn number(self, text: &str) {
        match tollgate_leak::redact(&self.redactor.watch, text) {
            Some(found) if !self.masks() => self.out.string(&found.text),
            _ => self.scalar(text, "number"),
        }
    }

    fn text(self, text: &str) {
        if self.how == How::Mask {
            self.out.string("[masked]");
            return;
        }
        let Self { redactor, out, how } = self;
        let is_json = text.trim_ascii_start().starts_with(['{', '[']);
        if is_json && out.nesting < NESTING_MAX && nested(redactor, text, out, how) {
            return;
        }
        let value = Value { redactor, out, how };
        // What has names and cannot be read, or lies too deep, hides secrets from us, not from readers.
        if is_json && begins_object(text) { value.length(text) } else { value.leaf(text) }
    }

    fn length(self, text: &str) {
        self.out.string(&format!("[text {}]", text.chars().count()));
    }

    fn leaf(self, text: &str) {
        if self.redactor.how(&self.out.path) == How::Mask {
            self.length(text);
            return;
        }
        match tollgate_leak::redact(&self.redactor.watch, text) {
            Some(found) => self.out.string(&found.text),
            None => self.out.string(text),
        }
    }
}

/// Whether a text begins as an object with a name does, or as a list of such.
fn begins_object(text: &str) -> bool {
    let body =
        text.trim_start_matches(|letter: char| letter == '[' || letter.is_ascii_whitespace());
    body.strip_prefix('{').is_some_and(|inner| inner.trim_ascii_start().starts_with('"'))
}

/// JSON in a text stays a text, redacted inside. False where it is no JSON after all.
fn nested(redactor: &Redactor, text: &str, out: &mut Out, how: How) -> bool {
    let inner_max = out.bytes_max.saturating_sub(out.text.len());
    let path = std::mem::take(&mut out.path);
    let mut inner =
        Out { text: String::new(), path, bytes_max: inner_max, nesting: out.nesting + 1 };
    let steps = inner.path.len();
    let walked = into(redactor, text.as_bytes(), &mut inner, how);
    inner.path.truncate(steps);
    out.path = inner.path;
    if walked == Err(Stop::NotJson) {
        return false;
    }
    out.string(&inner.text);
    true
}

impl<'de> Visitor<'de> for Value<'_> {
    type Value = ();

    fn expecting(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("JSON")
    }

    fn visit_bool<E>(self, value: bool) -> Result<(), E> {
        self.scalar(if value { "true" } else { "false" }, "boolean");
        Ok(())
    }

    fn visit_i64<E>(self, value: i64) -> Result<(), E> {
        self.number(&value.to_string());
        Ok(())
    }

    fn visit_u64<E>(self, value: u64) -> Result<(), E> {
        self.number(&value.to_string());
        Ok(())
    }

    fn visit_f64<E>(self, value: f64) -> Result<(), E> {
        let text = serde_json::to_string(&value).unwrap_or_default();
        self.number(&text);
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        self.out.text.push_str("null");
        Ok(())
    }

    fn visit_str<E>(self, text: &str) -> Result<(), E> {
        self.text(text);
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        let Self { redactor, out, how } = self;
        let steps = out.path.len();
        out.text.push('[');
        let mut index = 0_u32;
        loop {
            out.path.push('/');
            out.path.push_str(&index.to_string());
            let before = out.text.len();
            if index > 0 {
                out.text.push(',');
            }
            let more = list.next_element_seed(Value { redactor, out: &mut *out, how })?;
            out.path.truncate(steps);
            if more.is_none() {
                out.text.truncate(before);
                break;
            }
            index += 1;
        }
        out.text.push(']');
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<(), A::Error> {
        let Self { redactor, out, how } = self;
        let steps = out.path.len();
        out.text.push('{');
        let mut first = true;
        while let Some(name) = members.next_key::<String>()? {
            if !std::mem::take(&mut first) {
                out.text.push(',');
            }
            match tollgate_leak::redact(&redactor.watch, &name) {
                Some(found) => out.string(&found.text),
                None => out.string(&name),
            }
            out.text.push(':');
            out.path.push('/');
            out.path.push_str(&name);
            let how = if names::is_secret(&name) { How::Mask } else { how };
            members.next_value_seed(Value { redactor, out: &mut *out, how })?;
            out.path.truncate(steps);
        }
        out.text.push('}');
        Ok(())
    }
}
