//! Longer forms of ASCII characters than UTF-8 allows, by which a filter is passed.

/// Whether an invalid sequence is the start of a longer form of an ASCII character.
pub(super) fn is(invalid: &[u8], text: &[u8]) -> bool {
    let Some(&lead) = invalid.first() else { return false };
    // Where it stands: the sequence is cut by whoever splits at what is invalid.
    let follows = |lead: u8,
                   range: std::ops::RangeInclusive<u8>,
                   last: std::ops::RangeInclusive<u8>| {
        text.windows(3)
            .any(|w| matches!(w, [a, b, c] if *a == lead && range.contains(b) && last.contains(c)))
    };
    match lead {
        0xC0 | 0xC1 => {
            let strict = |w: &[u8]| matches!(w, [0xC0 | 0xC1, 0x80..=0xBF]);
            text.windows(2).any(strict) || text.windows(3).any(is_loose)
        }
        0xE0 => follows(0xE0, 0x80..=0x81, 0x80..=0xBF),
        0xF0 => follows(0xF0, 0x80..=0x80, 0x80..=0x81),
        0xF8 => follows(0xF8, 0x80..=0x87, 0x80..=0xBF),
        0xFC => follows(0xFC, 0x80..=0x83, 0x80..=0xBF),
        // Half of a pair of UTF-16, which no UTF-8 has.
        0xED => {
            let halves = |range| follows(0xED, range, 0x80..=0xBF);
            halves(0xA0..=0xAF) != halves(0xB0..=0xBF)
        }
        _ => false,
    }
}

/// Whether a lead byte and any second one, as careless readers take them, are a part of a path
/// beside another part of one: `..%c0%2f`.
fn is_loose(window: &[u8]) -> bool {
    let part = |byte: u8| matches!(byte, b'.' | b'/' | b'\\' | 0xC0 | 0xC1);
    let loose =
        |lead: u8, next: u8| matches!(lead, 0xC0 | 0xC1) && part((lead & 1) << 6 | next & 0x3F);
    match *window {
        [lead, next, other] => loose(lead, next) && part(other),
        _ => false,
    }
}
