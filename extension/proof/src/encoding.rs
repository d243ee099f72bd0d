//! Bytes as text: hex and both alphabets of base64, each read in its one exact form.
use base64::engine::Engine as _;
use base64::engine::general_purpose::{GeneralPurpose, STANDARD, URL_SAFE_NO_PAD};

/// Base64 (RFC 4648, section 4) with padding. Trailing bits must be zero.
pub(crate) fn base64(text: &[u8]) -> Option<Vec<u8>> {
    decode(&STANDARD, text)
}

/// Base64url (RFC 4648, section 5) without padding, as RFC 7515 asks. Trailing bits must be zero.
pub(crate) fn base64url(text: &[u8]) -> Option<Vec<u8>> {
    decode(&URL_SAFE_NO_PAD, text)
}

/// The same, written.
pub(crate) fn to_base64url(bytes: &[u8]) -> String {
    let mut buffer = vec![0; bytes.len().div_ceil(3) * 4];
    let length = URL_SAFE_NO_PAD.encode_slice(bytes, &mut buffer).unwrap_or_default();
    buffer.truncate(length);
    String::from_utf8(buffer).unwrap_or_default()
}

/// Hex digits of either case, two a byte.
pub(crate) fn hex(text: &[u8]) -> Option<Vec<u8>> {
    let (pairs, rest) = text.as_chunks::<2>();
    let nibble = |digit: u8| char::from(digit).to_digit(16);
    let byte = |[high, low]: &[u8; 2]| u8::try_from(nibble(*high)? << 4 | nibble(*low)?).ok();
    if rest.is_empty() { pairs.iter().map(byte).collect() } else { None }
}

/// The same, written in lower case.
pub(crate) fn to_hex(bytes: &[u8]) -> String {
    let digit = |nibble: u8| char::from_digit(u32::from(nibble), 16).unwrap_or('0');
    bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]).map(digit).collect()
}

fn decode(engine: &GeneralPurpose, text: &[u8]) -> Option<Vec<u8>> {
    let mut buffer = vec![0; base64::decoded_len_estimate(text.len())];
    let length = engine.decode_slice(text, &mut buffer).ok()?;
    buffer.truncate(length);
    Some(buffer)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn only_the_exact_form_is_read() {
        assert_eq!(base64url(b"Zg").as_deref(), Some(&b"f"[..]));
        assert_eq!(base64(b"Zg==").as_deref(), Some(&b"f"[..]));
        for text in ["Zg=", "Zg==", "Zh", "Z", "Zm 9", "Zm9v\n", "Zm+v"] {
            assert_eq!(base64url(text.as_bytes()), None, "{text}");
        }
        for text in ["Zg", "Zh==", "Zm-v", "Zm9v\n"] {
            assert_eq!(base64(text.as_bytes()), None, "{text}");
        }
        assert_eq!(hex(b"0aFf").as_deref(), Some(&[10, 255][..]));
        for text in ["0", "0g", "+1", " 1"] {
            assert_eq!(hex(text.as_bytes()), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(bytes in prop::collection::vec(any::<u8>(), 0..100)) {
            prop_assert_eq!(base64url(to_base64url(&bytes).as_bytes()), Some(bytes.clone()));
            prop_assert_eq!(hex(to_hex(&bytes).as_bytes()), Some(bytes));
        }
    }
}
