//! A copy as it is stored: one JSON document an event.

use serde::Serialize;
use tollgate_policy::{Copies, Facts};

/// The document's name: the request id, and enough of the digest to tell two events of one id apart.
pub(super) fn name(facts: &Facts) -> String {
    let plain = |c: &char| c.is_ascii_alphanumeric() || *c == '-';
    let id: String = facts.invocation.request_id.chars().filter(plain).take(64).collect();
    let digest: String = facts.event_digest.to_string().chars().take(16).collect();
    format!("{id}-{digest}.json")
}

/// What is stored.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Document<'a> {
    /// The version of this form.
    tollgate: u32,
    kind: &'static str,
    request_id: &'a str,
    function: &'a str,
    /// Milliseconds since the Unix epoch.
    decided_ms: u64,
    trigger: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    source: Option<&'a str>,
    /// SHA-256 of the whole event, as in its record.
    event_sha256: String,
    items: Vec<Item<'a>>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Item<'a> {
    /// The place in the batch; none for the whole event.
    #[serde(skip_serializing_if = "Option::is_none")]
    index: Option<u32>,
    /// What the source calls it.
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<&'a str>,
    /// The check that refused it.
    check: &'static str,
    /// Its bytes, as they stood in the event: base64 (RFC 4648 section 4).
    data: String,
}

impl<'a> Document<'a> {
    pub(super) fn of(facts: &'a Facts, copies: &'a Copies) -> Self {
        let items = copies.items.iter().map(|copy| Item {
            index: copy.index,
            id: copy.id.as_deref(),
            check: copy.check,
            data: base64(&copy.bytes),
        });
        Self {
            tollgate: 1,
            kind: "quarantine",
            request_id: &facts.invocation.request_id,
            function: &facts.invocation.function_arn,
            decided_ms: facts.decided_ms,
            trigger: facts.trigger.as_str(),
            source: facts.source.arn.as_deref(),
            event_sha256: facts.event_digest.to_string(),
            items: items.collect(),
        }
    }

    pub(super) fn to_json(&self) -> Vec<u8> {
        // Strings and numbers only, so it always serialises.
        let mut json = serde_json::to_vec(self).unwrap_or_default();
        json.push(b'\n');
        json
    }
}

fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let byte = |index: usize| u32::from(chunk.get(index).copied().unwrap_or(0));
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for digit in 0..4_usize {
            let value = usize::try_from(bits >> (18 - 6 * digit) & 63).unwrap_or(0);
            let digit = if digit > chunk.len() { None } else { DIGITS.get(value) };
            text.push(digit.map_or('=', |digit| char::from(*digit)));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::base64;

    #[test]
    fn base64_is_as_rfc_4648_has_it() {
        for (bytes, text) in [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg=="),
            ("fooba", "Zm9vYmE="),
            ("foobar", "Zm9vYmFy"),
        ] {
            assert_eq!(base64(bytes.as_bytes()), text);
        }
        assert_eq!(base64(&[0xfb, 0xff, 0xfe]), "+//+");
    }
}
