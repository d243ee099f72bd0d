//! Payment card numbers: issuer range and length, then the Luhn digit (ISO/IEC 7812-1).
use super::Reach;
use crate::class::Class;

/// The longest card number with separators: 19 digits in groups of four.
const TEXT_BYTES_MAX: usize = 23;

pub(super) fn card(before: Option<u8>, ahead: &[u8]) -> Option<(Class, Reach)> {
    // The digits after a decimal point are no card.
    if before.is_some_and(|before| matches!(before, b'.' | b'_' | b'-' | b'+')) {
        return None;
    }
    // Fewer digits than a group are none either; most numbers end here.
    if !ahead.get(..4)?.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let separator = ahead.iter().find(|byte| !byte.is_ascii_digit()).copied();
    let separator = separator.filter(|byte| matches!(byte, b' ' | b'-'));
    let plain = ahead.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let (digits, bytes) = match separator {
        Some(separator) if plain <= 6 => grouped(ahead, separator)?,
        _ => (ahead.iter().copied().take(plain).collect(), plain),
    };
    let rest = ahead.get(bytes..).unwrap_or_default();
    let goes_on = match rest {
        [b'.', next, ..] => next.is_ascii_digit(),
        [next, ..] => next.is_ascii_alphanumeric() || *next == b'_',
        [] => false,
    };
    let valid = !goes_on && is_issued(&digits) && luhn(&digits);
    valid.then_some((Class::Card, Reach::Bytes(bytes)))
}

/// Digits in groups with one separator throughout: fours, or 4-6-5 and 4-6-4.
fn grouped(ahead: &[u8], separator: u8) -> Option<(Vec<u8>, usize)> {
    let window = ahead.get(..TEXT_BYTES_MAX).unwrap_or(ahead);
    let end = window
        .iter()
        .position(|byte| !byte.is_ascii_digit() && *byte != separator)
        .unwrap_or(window.len());
    let text = window.get(..end)?;
    let mut lengths = text.split(|byte| *byte == separator).map(<[u8]>::len);
    let groups = [lengths.next(), lengths.next(), lengths.next(), lengths.next(), lengths.next()];
    let used = match groups {
        [Some(4), Some(4), Some(4), Some(4), Some(3)] => 5,
        [Some(4), Some(4), Some(4), Some(4), _] => 4,
        [Some(4), Some(6), Some(4 | 5), ..] => 3,
        _ => return None,
    };
    let mut bytes = 0;
    let mut digits = Vec::with_capacity(19);
    for group in text.split(|byte| *byte == separator).take(used) {
        digits.extend_from_slice(group);
        bytes += group.len() + 1;
    }
    Some((digits, bytes - 1))
}

/// Whether a scheme issues numbers that begin so, of this length. Ranges as the schemes publish
/// them; the 13 digits of old Visa cards are left out, because milliseconds since 1970 have 13.
fn is_issued(digits: &[u8]) -> bool {
    let first = |count: usize| {
        digits.iter().take(count).fold(0_u32, |sum, digit| sum * 10 + u32::from(digit - b'0'))
    };
    match digits.len() {
        14 => matches!(first(3), 300..=305 | 360..=369 | 380..=389),
        15 => matches!(first(2), 34 | 37),
        16 => {
            digits.first() == Some(&b'4')
                || matches!(first(2), 51..=55 | 65)
                || matches!(first(4), 2221..=2720 | 3528..=3589 | 6011)
                || matches!(first(3), 644..=649 | 622..=626)
        }
        19 => matches!(first(2), 62 | 65) || first(4) == 6011,
        _ => false,
    }
}

/// Whether the last digit is the one that Luhn's formula gives, and the digits are not all the same.
fn luhn(digits: &[u8]) -> bool {
    let mut sum = 0_u32;
    for (at, digit) in digits.iter().rev().enumerate() {
        let value = u32::from(digit - b'0');
        sum += match (at % 2, value * 2) {
            (0, _) => value,
            (_, doubled) if doubled > 9 => doubled - 9,
            (_, doubled) => doubled,
        };
    }
    let first = digits.first();
    sum.is_multiple_of(10) && digits.iter().any(|digit| Some(digit) != first)
}
