//! What an event says at a place: values looked up through texts that hold JSON themselves.
use crate::classify::Classified;
use crate::open::base64_decode;
use crate::scan;
use crate::value::{TEXT_BYTES_MAX, Value};

/// How many texts within each other are opened on the way: the body of a message, the message in
/// it, and what that holds.
const TEXTS_MOST: u8 = 4;

impl Classified {
    /// The text or number at a place of the event (RFC 6901), or of one of its items by its bytes.
    /// The place goes on through a text that holds JSON, as it is or in base64: `/body/account` is
    /// what EventBridge wrote into a message. Of two equal keys the last. None where nothing
    /// stands there, or more than 512 bytes. What is looked through is taken off `bytes_left`; where
    /// that does not reach, nothing is left of it and nothing is said.
    pub fn said(&self, item: Option<&[u8]>, pointer: &str, bytes_left: &mut u64) -> Option<String> {
        let keys: Vec<String> = pointer
            .split('/')
            .skip(1)
            .map(|key| key.replace("~1", "/").replace("~0", "~"))
            .collect();
        pay(bytes_left, item.unwrap_or_default())?;
        let start = item.map_or_else(|| Value::root(self.decoded()), Value::inside);
        look(start, &keys, TEXTS_MOST, bytes_left)
    }
}

/// Takes as many bytes off as there are.
fn pay(bytes_left: &mut u64, bytes: &[u8]) -> Option<()> {
    let left = bytes_left.checked_sub(bytes.len() as u64);
    *bytes_left = left.unwrap_or(0);
    left.map(drop)
}

fn look(start: Value<'_>, keys: &[String], texts: u8, bytes_left: &mut u64) -> Option<String> {
    let mut value = start;
    for (passed, key) in keys.iter().enumerate() {
        if let Some(raw) = value.raw_text() {
            pay(bytes_left, raw)?;
            let inner = opened(raw)?;
            let inner = Value::inside(inner.trim_ascii());
            return look(inner, keys.get(passed..)?, texts.checked_sub(1)?, bytes_left);
        }
        value = if value.is_array() { element(value, key)? } else { value.get(key)? };
    }
    scalar(value)
}

/// The JSON that a text holds.
fn opened(raw: &[u8]) -> Option<Vec<u8>> {
    let is_json = |text: &[u8]| matches!(text.trim_ascii_start().first(), Some(b'{' | b'['));
    let text = scan::unescape(raw);
    if is_json(&text) {
        return Some(text);
    }
    let mut bytes = Vec::new();
    base64_decode(&text, &mut bytes)?;
    is_json(&bytes).then_some(bytes)
}

fn element<'a>(array: Value<'a>, key: &str) -> Option<Value<'a>> {
    let wanted: usize = key.parse().ok()?;
    let (mut at, mut found) = (0, None);
    array.each_element(|element| {
        if at == wanted {
            found = Some(element);
        }
        at += 1;
    });
    found
}

fn scalar(value: Value<'_>) -> Option<String> {
    let json = value.json();
    let raw = value.raw_text().unwrap_or(json);
    if raw.len() > 6 * TEXT_BYTES_MAX || matches!(json, [b'{' | b'[', ..] | b"null" | b"") {
        return None;
    }
    let text = String::from_utf8(scan::unescape(raw)).ok()?;
    (!text.is_empty() && text.len() <= TEXT_BYTES_MAX).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Invocation, Limits, RawEvent, classify, decode};
    use ::base64::engine::Engine as _;
    use ::base64::engine::general_purpose::STANDARD;
    use bytes::Bytes;
    use proptest::prelude::*;
    use serde_json::{Value as Json, json};

    const LOTS: u64 = 1 << 20;

    fn event(json: &Json) -> Classified {
        let raw = RawEvent::new(Invocation::default(), Bytes::from(json.to_string()));
        classify(decode(raw, &Limits::default()))
    }

    #[test]
    fn a_place_goes_through_texts_that_hold_json() {
        let bridge = json!({ "source": "example.orders", "account": "123456789012", "detail": { "tenant": 7 } });
        let topic = json!({ "TopicArn": "arn:aws:sns:eu-west-1:123456789012:a", "Message": bridge.to_string() });
        let encoded = STANDARD.encode(bridge.to_string());
        let event = event(&json!({
            "body": topic.to_string(), "kinesis": { "partitionKey": "a~b/c", "data": encoded },
            "list": [{ "x": 1 }, { "x": "two" }], "no": null, "yes": true, "a/b": { "m~n": "k" },
        }));
        for (pointer, expected) in [
            ("/body/TopicArn", Some("arn:aws:sns:eu-west-1:123456789012:a")),
            ("/body/Message/account", Some("123456789012")),
            ("/body/Message/detail/tenant", Some("7")),
            ("/kinesis/partitionKey", Some("a~b/c")),
            ("/kinesis/data/source", Some("example.orders")),
            ("/list/1/x", Some("two")),
            ("/yes", Some("true")),
            ("/a~1b/m~0n", Some("k")),
            ("/list/2/x", None),
            ("/list/x", None),
            ("/list", None),
            ("/no", None),
            ("/body/Message/detail", None),
            ("/kinesis/partitionKey/x", None),
            ("/nowhere", None),
        ] {
            assert_eq!(event.said(None, pointer, &mut { LOTS }).as_deref(), expected, "{pointer}");
        }
        let item = br#"{"topic":"orders","topic":"last"}"#;
        assert_eq!(event.said(Some(item), "/topic", &mut { LOTS }).as_deref(), Some("last"));
    }

    #[test]
    fn what_is_too_long_or_too_deep_says_nothing() {
        let long =
            event(&json!({ "a": "x".repeat(TEXT_BYTES_MAX + 1), "b": "x".repeat(TEXT_BYTES_MAX) }));
        assert_eq!(long.said(None, "/a", &mut { LOTS }), None);
        assert!(long.said(None, "/b", &mut { LOTS }).is_some());
        let mut deep = json!({ "a": "end" });
        for _ in 0..TEXTS_MOST {
            deep = json!({ "a": deep.to_string() });
        }
        let pointer = "/a".repeat(usize::from(TEXTS_MOST) + 1);
        assert_eq!(event(&deep).said(None, &pointer, &mut { LOTS }).as_deref(), Some("end"));
        let deeper = event(&json!({ "a": deep.to_string() }));
        assert_eq!(deeper.said(None, &format!("{pointer}/a"), &mut { LOTS }), None);
    }

    #[test]
    fn what_is_looked_through_is_paid_for() {
        let event = event(&json!({ "a": r#"{"b":"x"}"#, "c": 1 }));
        let mut left = 11;
        assert_eq!(event.said(None, "/a/b", &mut left), None, "13 bytes, as they are written");
        assert_eq!(left, 0);
        let mut left = 30;
        assert_eq!(event.said(None, "/a/b", &mut left).as_deref(), Some("x"));
        assert_eq!(event.said(Some(b"{\"d\":2}"), "/d", &mut left).as_deref(), Some("2"));
        assert_eq!(left, 10);
        // What stands in the event itself was looked through before.
        assert_eq!(event.said(None, "/c", &mut 0).as_deref(), Some("1"));
    }

    proptest! {
        #[test]
        fn any_text_ends(text in r#"[{}\[\]":,\\a0 ]{0,80}"#, pointer in "(/[a0~1]{0,3}){0,5}") {
            let outer = event(&json!({ "a": text }));
            outer.said(None, &format!("/a{pointer}"), &mut { LOTS });
            outer.said(Some(text.as_bytes()), &pointer, &mut { LOTS });
        }
    }
}
