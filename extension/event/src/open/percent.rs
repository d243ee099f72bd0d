//! Percent encoding, as in form data: `%XX` is a byte, `+` a blank.

/// Whether decoding changes nothing.
pub(super) fn is_plain(text: &[u8]) -> bool {
    !text.iter().any(|byte| matches!(byte, b'%' | b'+'))
}

/// Decodes at the end of a buffer. What is no escape stays as it is.
pub(super) fn decode_into(text: &[u8], buffer: &mut Vec<u8>) {
    buffer.reserve(text.len());
    let mut rest = text;
    while let Some((&byte, after)) = rest.split_first() {
        rest = after;
        match (byte, after) {
            (b'+', _) => buffer.push(b' '),
            (b'%', [high, low, following @ ..]) => match (digit(*high), digit(*low)) {
                (Some(high), Some(low)) => {
                    buffer.push(high << 4 | low);
                    rest = following;
                }
                _ => buffer.push(byte),
            },
            _ => buffer.push(byte),
        }
    }
}

/// The same where a `+` stands for itself.
pub(crate) fn unpercent(text: &str) -> String {
    let mut decoded = Vec::new();
    decode_into(text.replace('+', "%2B").as_bytes(), &mut decoded);
    String::from_utf8(decoded).unwrap_or_default()
}

fn digit(byte: u8) -> Option<u8> {
    match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        b'A'..=b'F' => Some(byte - b'A' + 10),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decodes_escapes_and_leaves_the_rest() {
        for (text, expected) in [
            ("a+b%20c", "a b c"),
            ("%e2%82%AC", "€"),
            ("100%", "100%"),
            ("%4", "%4"),
            ("%zz%41", "%zzA"),
            ("%%41", "%A"),
            ("%252F", "%2F"),
        ] {
            let mut decoded = Vec::new();
            decode_into(text.as_bytes(), &mut decoded);
            assert_eq!(String::from_utf8(decoded).unwrap(), expected, "{text}");
        }
        assert_eq!(unpercent("a+b%2Fc%0A"), "a+b/c\n");
        assert!(is_plain(b"plain/key") && !is_plain(b"a+b") && !is_plain(b"a%41"));
    }
}
