//! Base64 as AWS services write it: RFC 4648, section 4, with padding and without line breaks.
use ::base64::engine::Engine as _;
use ::base64::engine::general_purpose::STANDARD;

/// How many bytes a text decodes to, if it is base64.
pub(super) fn decoded_bytes(text: &[u8]) -> usize {
    let padding = text.iter().rev().take(2).take_while(|byte| **byte == b'=').count();
    (text.len() / 4 * 3).saturating_sub(padding)
}

/// Decodes into an empty buffer. `None` when the text is not base64; trailing bits must be zero.
pub(crate) fn decode_into(text: &[u8], buffer: &mut Vec<u8>) -> Option<()> {
    buffer.resize(::base64::decoded_len_estimate(text.len()), 0);
    let length = STANDARD.decode_slice(text, buffer).ok()?;
    buffer.truncate(length);
    Some(())
}

#[cfg(test)]
pub(super) fn encode(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn decode(text: &str) -> Option<Vec<u8>> {
        let mut buffer = Vec::new();
        decode_into(text.as_bytes(), &mut buffer).map(|()| buffer)
    }

    #[test]
    fn decodes_the_published_vectors() {
        // RFC 4648, section 10.
        for (text, bytes) in [
            ("", ""),
            ("Zg==", "f"),
            ("Zm8=", "fo"),
            ("Zm9v", "foo"),
            ("Zm9vYg==", "foob"),
            ("Zm9vYmE=", "fooba"),
            ("Zm9vYmFy", "foobar"),
        ] {
            assert_eq!(decode(text).as_deref(), Some(bytes.as_bytes()), "{text}");
        }
    }

    #[test]
    fn refuses_everything_else() {
        for text in [
            "Z", "Zg", "Zg=", "Z===", "====", "Zg==Zg==", "Zh==", "Zm9=", "Zm 9", "Zm9v\n", "Zm-v",
            "=m9v", "Zm9vZm!v", "Zé==",
        ] {
            assert_eq!(decode(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn decodes_what_was_encoded(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let text = encode(&bytes);
            prop_assert_eq!(bytes.len(), decoded_bytes(text.as_bytes()));
            prop_assert_eq!(decode(&text), Some(bytes));
        }
    }
}
