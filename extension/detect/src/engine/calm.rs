//! Tells stretches of plain words from those in which a name of a program could stand.
//!
//! What few families look for by its words (names of classes and files, beginnings of serialised
//! objects) has something odd in it or close to it: a sign before a letter, a letter beside a
//! digit, a colon, the bounds of a string. Plain words go by many bytes at a time.

pub(super) use tollgate_lanes::BLOCK;

use tollgate_lanes::Wide;

/// How far from something odd a word counts, in bytes; more than any word has.
pub(super) const NEAR: usize = 64;

/// Where the first block at or after `from` begins that has something odd in it. The end of a text
/// counts as such.
pub(super) fn odd_block(text: &[u8], from: usize) -> Option<usize> {
    let Some(before) = from.checked_sub(1) else { return (!text.is_empty()).then_some(0) };
    let (blocks, rest) = text.get(from..)?.as_chunks::<BLOCK>();
    let (earlier, _) = text.get(before..)?.as_chunks::<BLOCK>();
    let odd = match Wide::get() {
        Some(wide) => wide.run(
            #[inline(always)]
            |_| odd_among(earlier, blocks),
        ),
        None => odd_among(earlier, blocks),
    };
    let odd = odd.or((!rest.is_empty()).then_some(blocks.len()));
    odd.map(|blocks| from + blocks * BLOCK)
}

#[inline(always)]
#[expect(clippy::inline_always, reason = "built with the instructions of the caller")]
fn odd_among(earlier: &[[u8; BLOCK]], blocks: &[[u8; BLOCK]]) -> Option<usize> {
    earlier.iter().zip(blocks).position(
        #[inline(always)]
        |(earlier, block)| is_odd(earlier, block),
    )
}

#[inline(always)]
#[expect(clippy::inline_always, reason = "built with the instructions of the caller")]
fn is_odd(before: &[u8; BLOCK], block: &[u8; BLOCK]) -> bool {
    let pairs = before.iter().zip(block);
    pairs.fold(
        false,
        #[inline(always)]
        |odd, (&before, &byte)| odd | is_odd_pair(before, byte),
    )
}

#[inline(always)]
#[expect(clippy::inline_always, reason = "built with the instructions of the caller")]
#[expect(clippy::needless_bitwise_bool, reason = "a branch would keep it from becoming SIMD")]
const fn is_odd_pair(before: u8, byte: u8) -> bool {
    let after_letter = is_letter(before);
    let may_precede = after_letter
        | (before >= 0x80)
        | (before == b' ')
        | (before == b'"')
        | (before == b'\'')
        | (before == b'\\');
    let digit = byte.wrapping_sub(b'0') <= 9;
    (is_letter(byte) & !may_precede)
        | (digit & after_letter)
        | (byte == b':')
        | ((byte == b'"') & (before != b'\\'))
}

#[inline(always)]
#[expect(clippy::inline_always, reason = "built with the instructions of the caller")]
const fn is_letter(byte: u8) -> bool {
    (byte | 0x20).wrapping_sub(b'a') <= b'z' - b'a'
}

#[cfg(test)]
mod tests {
    use super::*;

    fn odd(text: &str) -> Option<usize> {
        let text = format!("{}{text}{}", " ".repeat(64), " ".repeat(64));
        odd_block(text.as_bytes(), 64).filter(|at| *at < text.len() / BLOCK * BLOCK)
    }

    #[test]
    fn plain_words_are_calm() {
        for text in [
            "The order, of 12.50 EUR - paid 2026-11-23; ring twice",
            "caf\u{e9} d\u{e9}livr\u{e9} \\\"fragile\\\" and it's late.\\nThen we wait",
            "\u{41f}\u{440}\u{438}\u{432}\u{435}\u{442}, 1/2",
        ] {
            assert_eq!(odd(text), None, "{text}");
        }
    }

    #[test]
    fn names_of_programs_and_bounds_are_odd() {
        for text in ["boot.ini", "rO0AB", "@type", "!!python", "x:y", "\"a", "a_b", "(eval", "0x2e"]
        {
            assert_eq!(odd(text), Some(64), "{text}");
            let behind = format!("{}{text}", " ".repeat(128));
            assert_eq!(odd(&behind), Some(192), "{text}");
        }
        assert_eq!(odd_block(b"", 0), None);
        assert_eq!(odd_block(b"a", 0), Some(0));
        assert_eq!(odd_block(&[b' '; 70], 1), Some(65));
    }
}
