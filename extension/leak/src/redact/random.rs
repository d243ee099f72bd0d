//! Strings that look random: what nobody can name is a key, a token or a session more often than not.
use super::Span;
use crate::class::Class;

/// The shortest string of mixed characters that is told from words, in bytes.
const MIXED_BYTES_MIN: usize = 20;

/// The shortest string of hex digits: 128 bits.
const HEX_BYTES_MIN: usize = 32;

/// Entropy per character, in bits, from which a string of 20 characters and more looks random;
/// English has about 4.1 over single letters, but words have no digits among them.
const MIXED_BITS_MIN: f64 = 3.6;
const HEX_BITS_MIN: f64 = 3.0;

/// Finds runs of letters, digits and the signs of base64 that look random. Ids in the form of
/// RFC 9562 (UUIDs) stay: records are joined by them.
pub(super) fn runs(text: &[u8], spans: &mut Vec<Span>) {
    let mut start = 0;
    for run in text.split(|byte| !is_part(*byte)) {
        let body = run.len() - run.iter().rev().take_while(|byte| **byte == b'=').count();
        let body = run.get(..body).unwrap_or_default();
        if body.len() >= MIXED_BYTES_MIN && is_random(body) {
            spans.push((Class::Random, start..start + run.len()));
        }
        start += run.len() + 1;
    }
}

const fn is_part(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'+' | b'/' | b'=')
}

fn is_random(run: &[u8]) -> bool {
    if is_uuid(run) {
        return false;
    }
    let has = |kind: fn(&u8) -> bool| run.iter().any(kind);
    if run.iter().all(u8::is_ascii_hexdigit) {
        let letters = has(u8::is_ascii_alphabetic);
        return letters && run.len() >= HEX_BYTES_MIN && bits(run) >= HEX_BITS_MIN;
    }
    let mixed = has(u8::is_ascii_digit) && has(u8::is_ascii_alphabetic);
    // A path, a sentence in kebab-case or a dated name has signs between short words.
    let longest = run.split(|byte| !byte.is_ascii_alphanumeric()).map(<[u8]>::len).max();
    mixed && longest.unwrap_or_default() >= 12 && bits(run) >= MIXED_BITS_MIN
}

fn is_uuid(run: &[u8]) -> bool {
    run.len() == 36
        && run.iter().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => *byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}

/// Shannon's entropy over single characters.
fn bits(run: &[u8]) -> f64 {
    let mut counts = [0_u32; 256];
    for byte in run {
        if let Some(count) = counts.get_mut(usize::from(*byte)) {
            *count += 1;
        }
    }
    let total = f64::from(u32::try_from(run.len()).unwrap_or(u32::MAX));
    let share = |count: &&u32| f64::from(**count) / total;
    counts
        .iter()
        .filter(|count| **count > 0)
        .map(|count| share(&count))
        .map(|p| -p * p.log2())
        .sum()
}
