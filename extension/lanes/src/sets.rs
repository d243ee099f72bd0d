//! Two sets of bytes, told by the halves of each byte.
//!
//! A byte is looked up twice, by its low and by its high four bits; what both tables have in common
//! says in which sets it is. A set is a row of low halves for each high half. Equal rows share a bit, so
//! that two pairs of tables hold sixteen different rows: any sets that are not made to be awkward.
use fearless_simd::prelude::*;
use fearless_simd::u8x32;

/// Two sets of bytes; they may overlap.
#[derive(Debug, Clone, Copy)]
pub struct Sets {
    tables: [Tables; 2],
}

/// Up to eight rows, a bit each.
#[derive(Debug, Clone, Copy)]
struct Tables {
    low: [u8; 16],
    high: [u8; 16],
    /// The rows of each set.
    of: [u8; 2],
}

impl Sets {
    /// Sets of the bytes whose entry is true.
    ///
    /// # Panics
    ///
    /// Where they have more than sixteen different rows: when it is compiled, where the sets are constants.
    #[must_use]
    #[expect(clippy::indexing_slicing, reason = "runs when it is compiled")]
    pub const fn new(sets: [&[bool; 256]; 2]) -> Self {
        let none = Tables { low: [0; 16], high: [0; 16], of: [0; 2] };
        let mut made = Self { tables: [none; 2] };
        let mut rows = [(0_u16, 2_usize); 16];
        let mut used = 0;
        let mut at = 0;
        while at < 32 {
            let (set, high) = (at / 16, at % 16);
            let row = row(sets[set], high);
            if row != 0 {
                let mut bit = 0;
                while bit < used && !(rows[bit].0 == row && rows[bit].1 == set) {
                    bit += 1;
                }
                assert!(bit < 16, "sets with too many different rows");
                if bit == used {
                    rows[bit] = (row, set);
                    used += 1;
                }
                made.tables[bit / 8] = made.tables[bit / 8].with(set, row, high, 1 << (bit % 8));
            }
            at += 1;
        }
        made
    }
}

/// The low halves of a set's bytes with this high half.
#[expect(clippy::indexing_slicing, reason = "runs when it is compiled")]
const fn row(set: &[bool; 256], high: usize) -> u16 {
    let (mut row, mut low) = (0, 0);
    while low < 16 {
        if set[high << 4 | low] {
            row |= 1 << low;
        }
        low += 1;
    }
    row
}

impl Tables {
    #[expect(clippy::indexing_slicing, reason = "runs when it is compiled")]
    const fn with(mut self, set: usize, row: u16, high: usize, bit: u8) -> Self {
        self.of[set] |= bit;
        self.high[high] |= bit;
        let mut low = 0;
        while low < 16 {
            if row >> low & 1 != 0 {
                self.low[low] |= bit;
            }
            low += 1;
        }
        self
    }
}

/// Which of the bytes are members of each set.
#[inline(always)]
#[expect(clippy::inline_always, reason = "the caller's instructions count")]
pub(super) fn members<S: Simd>(bytes: u8x32<S>, sets: &Sets) -> [u64; 2] {
    let [one, other] = &sets.tables;
    let rows = [one.rows(bytes), other.rows(bytes)];
    let [a, b] = one.of;
    let [c, d] = other.of;
    [has_any(rows, [a, c]), has_any(rows, [b, d])]
}

impl Tables {
    #[inline(always)]
    #[expect(clippy::inline_always, reason = "the caller's instructions count")]
    fn rows<S: Simd>(&self, bytes: u8x32<S>) -> u8x32<S> {
        let [low, high] = [self.low, self.high].map(
            #[inline(always)]
            |half| u8x32::block_splat(half.simd_into(bytes.simd)),
        );
        low.swizzle_dyn_within_blocks(bytes & 0x0F) & high.swizzle_dyn_within_blocks(bytes >> 4)
    }
}

/// Which bytes are in one of these rows.
#[inline(always)]
#[expect(clippy::inline_always, reason = "the caller's instructions count")]
fn has_any<S: Simd>([rows, more]: [u8x32<S>; 2], of: [u8; 2]) -> u64 {
    let [one, other] = of;
    let none = ((rows & one) | (more & other)).simd_eq(0).to_bitmask();
    !none & u64::from(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{BLOCK, Wide};

    const fn set(of: &[u8]) -> [bool; 256] {
        let (mut set, mut at) = ([false; 256], 0);
        while at < of.len() {
            set[of[at] as usize] = true;
            at += 1;
        }
        set
    }

    #[test]
    fn every_byte_is_in_the_sets_that_it_was_put_in() {
        const FIRST: [bool; 256] = set(b"\0\t\n\r\"'\\%=\x80\xE2\xEA\xFF");
        const SECOND: [bool; 256] = set(b"\t&<>^`;*(/-_$\xC9\xD0\xD1\xEE\xFF");
        const SETS: Sets = Sets::new([&FIRST, &SECOND]);
        let Some(wide) = Wide::get() else { return };
        for byte in 0..=u8::MAX {
            for at in [0, 31, 32, 63] {
                let mut block = [b'a'; BLOCK];
                block[at] = byte;
                let found = wide.run(|wide| wide.load(&block).members(&SETS));
                let expected = [FIRST, SECOND].map(|set| u64::from(set[usize::from(byte)]) << at);
                assert_eq!(found, expected, "{byte:#x} at {at}");
            }
        }
    }
}
