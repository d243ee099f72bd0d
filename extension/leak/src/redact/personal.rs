//! Mail addresses and telephone numbers.
use super::Span;
use crate::class::Class;

/// The longest mail address (RFC 5321, 4.5.3.1.3, without its brackets).
const EMAIL_BYTES_MAX: usize = 254;

/// Digits of a number with its country code (ITU-T E.164: at most 15).
const PHONE_DIGITS: std::ops::RangeInclusive<usize> = 8..=15;

/// Mail addresses: a local part, `@`, and a domain with a dot in it.
pub(super) fn emails(text: &[u8], spans: &mut Vec<Span>) {
    for at in memchr::memchr_iter(b'@', text) {
        let (before, after) = text.split_at_checked(at).unwrap_or_default();
        let local = |byte: &&u8| {
            byte.is_ascii_alphanumeric()
                || !byte.is_ascii()
                || b".!#$%&'*+/=?^_`{|}~-".contains(byte)
        };
        let start = at - before.iter().rev().take(EMAIL_BYTES_MAX).take_while(local).count();
        let domain = after.get(1..).unwrap_or_default();
        let is_domain = |byte: &&u8| {
            byte.is_ascii_alphanumeric() || !byte.is_ascii() || matches!(byte, b'.' | b'-')
        };
        let mut length = domain.iter().take(EMAIL_BYTES_MAX).take_while(is_domain).count();
        while length > 0 && domain.get(length - 1).is_some_and(|last| matches!(last, b'.' | b'-')) {
            length -= 1;
        }
        let domain = domain.get(..length).unwrap_or_default();
        let dot = memchr::memrchr(b'.', domain);
        let named = dot.is_some_and(|dot| dot > 0 && domain.len() - dot > 2);
        if start < at && named {
            spans.push((Class::Email, start..at + 1 + length));
        }
    }
}

/// Telephone numbers: `+` and a country code, or three, three and four digits.
pub(super) fn phones(text: &[u8], spans: &mut Vec<Span>) {
    let mut at = 0;
    while let Some(byte) = text.get(at) {
        let free = at.checked_sub(1).and_then(|before| text.get(before));
        let free = free.is_none_or(|before| !before.is_ascii_alphanumeric());
        let rest = text.get(at..).unwrap_or_default();
        let length = match byte {
            b'+' => international(rest),
            b'(' | b'0'..=b'9' if free => north_american(rest),
            _ => None,
        };
        match length {
            Some(length) => {
                spans.push((Class::Phone, at..at + length));
                at += length;
            }
            None => at += 1,
        }
    }
}

fn international(rest: &[u8]) -> Option<usize> {
    let mut digits = 0;
    let mut length = 1;
    let mut apart = 1;
    for byte in rest.iter().skip(1) {
        match byte {
            b'0'..=b'9' => {
                digits += 1;
                length += apart;
                apart = 1;
            }
            b' ' | b'-' | b'.' | b'(' | b')' | b'/' if digits > 0 && apart < 3 => apart += 1,
            _ => break,
        }
    }
    let goes_on = rest.get(length).is_some_and(u8::is_ascii_alphanumeric);
    (PHONE_DIGITS.contains(&digits) && !goes_on).then_some(length)
}

fn north_american(rest: &[u8]) -> Option<usize> {
    const SHAPES: [&[u8]; 4] =
        [b"(ddd) ddd-dddd", b"(ddd)ddd-dddd", b"ddd-ddd-dddd", b"ddd.ddd.dddd"];
    SHAPES.iter().find_map(|shape| {
        let text = rest.get(..shape.len())?;
        let fits = text.iter().zip(*shape).all(|(byte, wanted)| match wanted {
            b'd' => byte.is_ascii_digit(),
            _ => byte == wanted,
        });
        let ends = rest.get(shape.len()).is_none_or(|next| !next.is_ascii_alphanumeric());
        (fits && ends).then_some(shape.len())
    })
}
