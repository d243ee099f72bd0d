//! What a record holds of an event beyond its digest, where the policy asks for it.
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

/// The content of an event, redacted or sealed.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Payload {
    /// The event with its structure kept and its values masked (`payload: redacted`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub redacted: Option<Box<RawValue>>,
    /// The event encrypted to the recipient that the policy names (`payload: sealed`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sealed: Option<Sealed>,
    /// Why the content is not here or not whole: `too-long`, `not-json`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub left_out: Option<String>,
}

/// An encrypted event; `tollgate unseal` opens it with the recipient's secret key.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Sealed {
    /// The first eight bytes of the SHA-256 of the recipient's public key, 16 hex digits.
    pub recipient: String,
    /// The sender's encapsulated key, base64 (RFC 9180, `enc`).
    pub enc: String,
    /// The ciphertext with its tag, base64.
    pub ciphertext: String,
}

impl PartialEq for Payload {
    fn eq(&self, other: &Self) -> bool {
        let text = |payload: &Self| payload.redacted.as_ref().map(|raw| raw.get().to_owned());
        text(self) == text(other) && self.sealed == other.sealed && self.left_out == other.left_out
    }
}

impl Eq for Payload {}

impl Payload {
    /// A record that is too long has no room for content.
    pub(super) fn shorten(&mut self) {
        let room = 64 * 1024;
        let redacted = self.redacted.as_ref().map_or(0, |raw| raw.get().len());
        let sealed = self.sealed.as_ref().map_or(0, |sealed| sealed.ciphertext.len());
        if redacted + sealed > room {
            *self = Self { left_out: Some("too-long".to_owned()), ..Self::default() };
        }
    }
}
