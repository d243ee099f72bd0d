//! The words of all meanings, unpacked when the first text is judged: as they are written they
//! would be a good part of the program.
use std::sync::LazyLock;

use miniz_oxide::inflate::core::{DecompressorOxide, decompress, inflate_flags};

use crate::bytes::Lexicon;

/// A word with the blank before it, and its meanings. One that ends in a blank stands for
/// itself, another for all that begin like it.
pub(super) struct Word(pub String, pub u64);

impl AsRef<[u8]> for Word {
    fn as_ref(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

/// What `build.rs` packed: a line for each meaning, its bits in hexadecimal digits and its words.
static PACKED: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/lexicon"));
/// Room for all lines.
const BYTES_MAX: usize = 1 << 17;

/// All words, put together when the first text is judged.
pub(super) static WORDS: LazyLock<Lexicon<Word>> = LazyLock::new(|| {
    let mut lines = vec![0; BYTES_MAX];
    let flags = inflate_flags::TINFL_FLAG_USING_NON_WRAPPING_OUTPUT_BUF;
    let (_, _, length) = decompress(&mut DecompressorOxide::new(), PACKED, &mut lines, 0, flags);
    lines.truncate(length);
    let lines = String::from_utf8(lines).unwrap_or_default();
    let words = lines.lines().filter_map(|line| line.split_once(' ')).flat_map(|(bits, set)| {
        let bits = u64::from_str_radix(bits, 16).unwrap_or_default();
        set.split(',').map(move |word| Word(spelled(word.trim()), bits))
    });
    Lexicon::new(words.collect())
});

/// A word as a reduced text has it.
fn spelled(word: &str) -> String {
    let whole = super::words::reduce(word.trim_end_matches('_').as_bytes());
    let stem = word.ends_with('_') && whole.len() > 4;
    if stem { whole.trim_end().to_owned() } else { whole }
}

#[cfg(test)]
mod tests {
    use super::super::{phrases, sets, tongues};
    use super::*;

    #[test]
    fn no_word_is_lost_or_too_short_to_be_found() {
        let sets = sets::SETS.iter().chain(phrases::SETS).chain(tongues::SETS);
        let words = sets.map(|(_, set)| set.split(',').count()).sum::<usize>();
        assert_eq!(WORDS.len(), words);
    }
}
