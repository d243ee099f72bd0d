//! Base64 (RFC 4648, both alphabets) where a whole text is plausibly that, and hides a text.

/// Shorter texts are words, ids or hashes as often as anything encoded.
const BYTES_MIN: usize = 12;
/// So much of the beginning must decode to text.
const PROBE_BYTES: usize = 64;

/// The text that is encoded; `None` when it is not base64, or hides no text.
pub(in crate::engine) fn decode(text: &[u8]) -> Option<Vec<u8>> {
    let body = text.trim_ascii();
    let body = body.strip_suffix(b"==").or(body.strip_suffix(b"=")).unwrap_or(body);
    if body.len() < BYTES_MIN || body.len() % 4 == 1 {
        return None;
    }
    let probe = body.get(..PROBE_BYTES.min(body.len() / 4 * 4))?;
    if !is_text(&decode_all(probe)?) {
        return None;
    }
    decode_all(body)
}

fn decode_all(body: &[u8]) -> Option<Vec<u8>> {
    let mut decoded = Vec::with_capacity(body.len() / 4 * 3 + 3);
    for chunk in body.chunks(4) {
        let bits = chunk.iter().try_fold(0u32, |bits, &byte| Some(bits << 6 | value(byte)?))?;
        let [_, a, b, c] = (bits << (6 * (4 - chunk.len()))).to_be_bytes();
        let bytes = [a, b, c];
        decoded.extend_from_slice(bytes.get(..chunk.len() * 3 / 4)?);
    }
    Some(decoded)
}

fn value(byte: u8) -> Option<u32> {
    let value = match byte {
        b'A'..=b'Z' => byte - b'A',
        b'a'..=b'z' => byte - b'a' + 26,
        b'0'..=b'9' => byte - b'0' + 52,
        b'+' | b'-' => 62,
        b'/' | b'_' => 63,
        _ => return None,
    };
    Some(value.into())
}

/// Whether all of it is printable; random bytes are not.
fn is_text(bytes: &[u8]) -> bool {
    let printable =
        |&byte: &u8| (b' '..0x7F).contains(&byte) || matches!(byte, b'\t' | b'\r' | b'\n');
    bytes.iter().all(printable)
}

#[cfg(test)]
mod tests {
    use super::decode;

    #[test]
    fn finds_a_text_that_is_hidden_and_nothing_else() {
        let hidden = b"PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==";
        assert_eq!(decode(hidden).as_deref(), Some(b"<script>alert(1)</script>".as_slice()));
        let bare = hidden.strip_suffix(b"==").unwrap();
        assert_eq!(decode(bare), decode(hidden));
        for other in ["aGVsbG8=", "correct horse battery", "q83vEjRWeJCrze8SNFZ4kKvN7w==", ""] {
            assert_eq!(decode(other.as_bytes()), None, "{other}");
        }
    }
}
