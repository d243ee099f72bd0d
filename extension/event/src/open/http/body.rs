//! A request's body: out of base64, unpacked, and read as what it is.
use super::Request;
use crate::open::content::{Media, Part};
use crate::open::here::Here;
use crate::open::opener::{Opener, between_quotes};
use crate::open::payload;
use crate::open::place::Pointer;

/// What a content type says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Said {
    Json,
    Form,
    Multipart,
    Xml,
    Text,
    Other,
}

impl Request<'_> {
    pub(super) fn open_body(&self, opener: &mut Opener<'_>) {
        let Some((key, body)) = self.body else { return };
        let place = Pointer::ROOT.key(key);
        let json = body.json();
        if json.first() != Some(&b'"') {
            return opener.payload(Part::Body, Here::Known(body), &place);
        }
        let said = self.content_type.map_or(Said::Other, |json| {
            let text = opener.unescaped(between_quotes(json));
            let said = said(&text);
            opener.done(text);
            said
        });
        let text = opener.unescaped(between_quotes(json));
        if self.is_base64.is_some_and(|(_, is_base64)| is_base64.json() == b"true") {
            opener.decoded_text(Part::Body, &text, &place, |opener, data| {
                opener.unpacked(data, &place, |opener, data| give(opener, data, said, &place));
            });
        } else {
            give(opener, &text, said, &place);
        }
        opener.done(text);
    }
}

/// JSON is JSON whatever the sender calls it, as functions parse it without asking. Else the
/// content type counts, and then the first bytes.
fn give(opener: &mut Opener<'_>, body: &[u8], said: Said, place: &Pointer<'_>) {
    if body.is_empty() {
        return;
    }
    let is_text = std::str::from_utf8(body).is_ok();
    let first = payload::first(payload::without_mark(body));
    if is_text && (matches!(first, Some(b'{' | b'[')) || said == Said::Json) {
        return opener.read(Part::Body, body, place);
    }
    let media = match said {
        Said::Form => Media::Form,
        Said::Multipart => Media::Multipart,
        Said::Xml => Media::Xml,
        Said::Json | Said::Text | Said::Other => {
            if is_text && payload::is_xml(body) {
                Media::Xml
            } else if is_text || said != Said::Other {
                Media::Text
            } else {
                Media::Binary
            }
        }
    };
    opener.give(Part::Body, media, None, place, body);
}

/// Reads a content type (RFC 9110, section 8.3) as far as needed: type, subtype and suffix.
fn said(content_type: &[u8]) -> Said {
    let kind = content_type.split(|byte| *byte == b';').next().unwrap_or_default();
    let mut kind = kind.trim_ascii().to_owned();
    kind.make_ascii_lowercase();
    let ends = |suffix: &[u8]| kind.ends_with(suffix);
    match kind.as_slice() {
        b"application/json" | b"text/json" => Said::Json,
        b"application/x-www-form-urlencoded" => Said::Form,
        b"application/xml" | b"text/xml" | b"text/html" => Said::Xml,
        _ if kind.starts_with(b"multipart/") => Said::Multipart,
        _ if ends(b"+json") => Said::Json,
        _ if ends(b"+xml") => Said::Xml,
        _ if kind.starts_with(b"text/") => Said::Text,
        _ => Said::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_types() {
        for (content_type, expected) in [
            ("application/json; charset=utf-8", Said::Json),
            ("Application/Problem+JSON", Said::Json),
            (" application/x-www-form-urlencoded ", Said::Form),
            ("multipart/form-data; boundary=x", Said::Multipart),
            ("image/svg+xml", Said::Xml),
            ("text/plain", Said::Text),
            ("application/octet-stream", Said::Other),
            ("", Said::Other),
        ] {
            assert_eq!(said(content_type.as_bytes()), expected, "{content_type}");
        }
    }
}
