//! What of an event and its caller may stand in a record: structure kept, values masked, names
//! under pseudonyms.
mod halves;
mod names;
mod walk;

use tollgate_event::Digest;
use tollgate_leak::Watch;
use tollgate_policy::{RedactField, RedactHow};
use zeroize::Zeroizing;

use crate::hash::hex;
use crate::record::{Caller, Payload};
use crate::sealed::mac;

/// The longest content of an event that a record holds, in bytes of JSON.
pub const CONTENT_BYTES_MAX: usize = 48 * 1024;

/// What a policy says of contents, ready to be used.
#[derive(Debug, Clone, Default)]
pub struct Redactor {
    watch: Watch,
    fields: Vec<RedactField>,
    /// Whether everything is masked that no field keeps.
    keeps: bool,
}

impl Redactor {
    /// Masks as the fields say, and whatever is recognised as secret or personal, the
    /// environment's own secrets included.
    pub fn new(watch: Watch, fields: &[RedactField]) -> Self {
        let keeps = fields.iter().any(|field| field.how == RedactHow::Keep);
        Self { watch, fields: fields.to_vec(), keeps }
    }

    /// The event with its structure kept and its values masked.
    pub fn event(&self, event: &[u8]) -> Payload {
        let left_out = |why: &str| Payload { left_out: Some(why.to_owned()), ..Payload::default() };
        match walk::redact(self, event, CONTENT_BYTES_MAX) {
            Ok(text) => match serde_json::value::RawValue::from_string(text) {
                Ok(redacted) => Payload { redacted: Some(redacted), ..Payload::default() },
                Err(_) => left_out("not-json"),
            },
            Err(walk::Stop::Full) => left_out("too-long"),
            Err(walk::Stop::NotJson) => left_out("not-json"),
        }
    }

    /// A text that may come from outside, with everything secret or personal in it masked.
    pub fn text(&self, text: &mut String) {
        if let Some(found) = tollgate_leak::redact(&self.watch, text) {
            *text = found.text;
        }
    }

    fn how(&self, path: &str) -> How {
        let said = self.fields.iter().rev().find(|field| field.matches(path));
        match said.map(|field| field.how) {
            Some(RedactHow::Mask) => How::Mask,
            None if self.keeps => How::Mask,
            Some(RedactHow::Keep) | None => How::Classes,
        }
    }
}

/// What happens to a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum How {
    /// It is masked, whatever it is.
    Mask,
    /// Only what is recognised in it is masked.
    Classes,
}

/// Names of callers as keyed digests: the same caller has the same name, and nobody without the key
/// can tell whose it is. The key is wiped when it is dropped.
#[derive(Clone)]
pub struct Pseudonyms(Zeroizing<Vec<u8>>);

impl std::fmt::Debug for Pseudonyms {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("Pseudonyms")
    }
}

impl Pseudonyms {
    /// The shortest key, in bytes.
    pub const KEY_BYTES_MIN: usize = 16;

    /// Takes a key; none if it is too short.
    pub fn new(key: &[u8]) -> Option<Self> {
        (key.len() >= Self::KEY_BYTES_MIN).then(|| Self(Zeroizing::new(key.to_vec())))
    }

    /// A name's pseudonym: `p:` and the first 16 bytes of HMAC-SHA-256 over the sort of name, a
    /// line feed and the name, in hex.
    pub fn of(&self, sort: &str, name: &str) -> String {
        let digest = mac(&self.0, &[sort.as_bytes(), b"\n", name.as_bytes()]);
        let digest = digest.map(|digest| *digest).unwrap_or_default();
        format!("p:{}", hex(digest.first_chunk::<16>().unwrap_or(&[0; 16])))
    }

    /// Puts pseudonyms in the place of a caller's names and address.
    pub fn hide(&self, caller: &mut Caller) {
        let Caller { kind, id, key_id, source_ip, pseudonym } = caller;
        if *pseudonym {
            return;
        }
        for (sort, name) in [(kind.as_str(), id), ("key", key_id), ("address", source_ip)] {
            if let Some(name) = name {
                *name = self.of(sort, name);
            }
        }
        *pseudonym = true;
    }
}

/// A number for a caller that says nothing of who it is: what counts per caller are kept under.
pub fn caller_number(caller: &Caller) -> u64 {
    let id = caller.id.as_deref().or(caller.source_ip.as_deref()).unwrap_or_default();
    let digest = Digest::of(format!("{}\n{id}", caller.kind).as_bytes());
    digest.as_bytes().first_chunk::<8>().map_or(0, |first| u64::from_be_bytes(*first))
}

#[cfg(test)]
mod tests;
