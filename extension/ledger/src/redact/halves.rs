//! Halves of letters in JSON: valid by its grammar (RFC 8259 section 8.2), and no text.
use std::borrow::Cow;

/// The same JSON with U+FFFD for each half of a surrogate pair that stands alone. Who cuts a text
/// between the halves of an emoji sends such JSON; the reader of texts would take it for none.
pub(super) fn replaced(json: &[u8]) -> Cow<'_, [u8]> {
    let mut fixed = Cow::Borrowed(json);
    let mut at = 0;
    while let Some(next) = json.get(at..).and_then(|rest| memchr::memchr(b'\\', rest)) {
        let slash = at + next;
        at = match unit(json, slash) {
            None => slash + 2,
            Some(0xD800..=0xDBFF) if matches!(unit(json, slash + 6), Some(0xDC00..=0xDFFF)) => {
                slash + 12
            }
            Some(code) => {
                let digits = slash + 2..slash + 6;
                if (0xD800..=0xDFFF).contains(&code)
                    && let Some(digits) = fixed.to_mut().get_mut(digits)
                {
                    digits.copy_from_slice(b"fffd");
                }
                slash + 6
            }
        };
    }
    fixed
}

/// The code unit that is escaped at `at`; none where there is none.
fn unit(json: &[u8], at: usize) -> Option<u32> {
    let digits = json.get(at..at + 6)?.strip_prefix(b"\\u")?;
    digits.iter().try_fold(0, |code, digit| Some(code << 4 | char::from(*digit).to_digit(16)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_alone_are_replaced_and_pairs_stay() {
        for (json, expected) in [
            (r#""\ud83d\ude00""#, r#""\ud83d\ude00""#),
            (r#""a\ud83d""#, r#""a\ufffd""#),
            (r#""\uDE00\uD83D""#, r#""\ufffd\ufffd""#),
            (r#""\ud83d\ud83d\ude00""#, r#""\ufffd\ud83d\ude00""#),
            (r#""\\ud83d""#, r#""\\ud83d""#),
            (r#""\u0041\n\ud4""#, r#""\u0041\n\ud4""#),
            (r#""\ud83d\"#, r#""\ufffd\"#),
        ] {
            assert_eq!(String::from_utf8_lossy(&replaced(json.as_bytes())), expected);
        }
    }
}
