//! Bank account numbers: country, length, check digits modulo 97 (ISO 13616-1, ISO/IEC 7064).
use super::Reach;
use crate::class::Class;

/// Lengths by country, from the IBAN registry (SWIFT, release 99).
const LENGTHS: [(&[u8; 2], usize); 44] = [
    (b"AD", 24),
    (b"AE", 23),
    (b"AL", 28),
    (b"AT", 20),
    (b"AZ", 28),
    (b"BA", 20),
    (b"BE", 16),
    (b"BG", 22),
    (b"BH", 22),
    (b"BR", 29),
    (b"CH", 21),
    (b"CY", 28),
    (b"CZ", 24),
    (b"DE", 22),
    (b"DK", 18),
    (b"EE", 20),
    (b"ES", 24),
    (b"FI", 18),
    (b"FR", 27),
    (b"GB", 22),
    (b"GE", 22),
    (b"GR", 27),
    (b"HR", 21),
    (b"HU", 28),
    (b"IE", 22),
    (b"IL", 23),
    (b"IS", 26),
    (b"IT", 27),
    (b"KW", 30),
    (b"LI", 21),
    (b"LT", 20),
    (b"LU", 20),
    (b"LV", 21),
    (b"MC", 27),
    (b"MT", 31),
    (b"NL", 18),
    (b"NO", 15),
    (b"PL", 28),
    (b"PT", 25),
    (b"RO", 24),
    (b"SA", 24),
    (b"SE", 24),
    (b"SI", 19),
    (b"SK", 24),
];

pub(super) fn iban(ahead: &[u8]) -> Option<(Class, Reach)> {
    let (country, rest) = ahead.split_first_chunk::<2>()?;
    if !rest.get(..2)?.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let (_, length) = LENGTHS.iter().find(|(known, _)| *known == country)?;
    let mut account = Vec::with_capacity(*length);
    let mut bytes = 0;
    for byte in ahead {
        if account.len() == *length {
            break;
        }
        match byte {
            b'0'..=b'9' | b'A'..=b'Z' => account.push(*byte),
            // People write groups of four.
            b' ' if account.len() % 4 == 0 => {}
            _ => return None,
        }
        bytes += 1;
    }
    let ends = ahead.get(bytes).is_none_or(|next| !next.is_ascii_alphanumeric());
    let whole = account.len() == *length && ends && is_checked(&account);
    whole.then_some((Class::Iban, Reach::Bytes(bytes)))
}

/// The first four characters go to the end, letters count from 10, and the whole leaves 1.
fn is_checked(account: &[u8]) -> bool {
    let Some((head, tail)) = account.split_at_checked(4) else { return false };
    let rest = tail.iter().chain(head).fold(0_u32, |rest, byte| match byte {
        b'0'..=b'9' => (rest * 10 + u32::from(byte - b'0')) % 97,
        _ => (rest * 100 + u32::from(byte - b'A') + 10) % 97,
    });
    rest == 1
}
