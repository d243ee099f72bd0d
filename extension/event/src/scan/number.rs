//! Numbers: RFC 8259, section 6. Only their grammar; a value too large for a float is still one.
use super::SyntaxError;

/// The offset after the number at `start`, which is a digit or a minus.
#[inline]
pub(super) fn scan(json: &[u8], start: usize) -> Result<usize, SyntaxError> {
    let mut at = start;
    if json.get(at) == Some(&b'-') {
        at += 1;
    }
    at = match json.get(at) {
        Some(b'0') => at + 1,
        _ => digits(json, at)?,
    };
    if json.get(at) == Some(&b'.') {
        at = digits(json, at + 1)?;
    }
    if let Some(b'e' | b'E') = json.get(at) {
        at += 1;
        if let Some(b'+' | b'-') = json.get(at) {
            at += 1;
        }
        at = digits(json, at)?;
    }
    Ok(at)
}

/// The offset after one or more digits.
#[inline]
fn digits(json: &[u8], start: usize) -> Result<usize, SyntaxError> {
    let mut at = start;
    while let Some(b'0'..=b'9') = json.get(at) {
        at += 1;
    }
    if at == start { Err(SyntaxError { offset: at, expected: "a digit" }) } else { Ok(at) }
}
