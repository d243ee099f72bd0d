//! Looks at many bytes of a text at once, with instructions that not every processor has.
//!
//! Programs for x86-64 are built for processors of 2003, and what is looped over bytes gets 16 at a time.
//! Every processor that Lambda offers has AVX2 (or, on arm64, table look-ups of NEON): 32 bytes at a time,
//! told apart by two table look-ups for all of them. [`Wide::get`] asks the processor once; where it has
//! less, the caller goes its narrow way. All of the unsafe code is the crate `fearless_simd`'s.
mod sets;

pub use sets::Sets;

use fearless_simd::prelude::*;
use fearless_simd::{Level, u8x32};

#[cfg(target_arch = "x86_64")]
type Token = fearless_simd::Avx2;
#[cfg(target_arch = "aarch64")]
type Token = fearless_simd::Neon;
#[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
type Token = fearless_simd::Fallback;

/// Bytes that are looked at together: a bit each in a word.
pub const BLOCK: usize = 64;

/// That the processor has the instructions.
#[derive(Debug, Clone, Copy)]
pub struct Wide(Token);

impl Wide {
    /// `None` where the processor lacks them.
    #[inline]
    pub fn get() -> Option<Self> {
        let level = Level::new();
        #[cfg(target_arch = "x86_64")]
        let token = level.as_avx2();
        #[cfg(target_arch = "aarch64")]
        let token = level.as_neon();
        #[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
        let token = (level, None).1;
        token.map(Self)
    }

    /// Runs what is built with these instructions: `work` and all in it that is `#[inline(always)]`.
    #[inline]
    pub fn run<R>(self, work: impl FnOnce(Self) -> R) -> R {
        self.0.vectorize(
            #[inline(always)]
            || work(self),
        )
    }

    /// Takes a block.
    #[inline(always)]
    #[expect(clippy::inline_always, reason = "the caller's instructions count")]
    pub fn load(self, block: &[u8; BLOCK]) -> Block {
        let (halves, _) = block.as_chunks::<HALF>();
        // There are two: the compiler sees that.
        let half = |at: usize| halves.get(at).copied().unwrap_or_default();
        Block { low: u8x32::simd_from(self.0, half(0)), high: u8x32::simd_from(self.0, half(1)) }
    }
}

const HALF: usize = BLOCK / 2;

/// A block of bytes. What is asked of it is answered by a word: bit 0 is of the first byte.
#[derive(Debug, Clone, Copy)]
pub struct Block {
    low: u8x32<Token>,
    high: u8x32<Token>,
}

impl Block {
    /// Which bytes are no ASCII.
    #[inline(always)]
    #[expect(clippy::inline_always, reason = "the caller's instructions count")]
    pub fn beyond_ascii(self) -> u64 {
        self.bits(
            #[inline(always)]
            |half| half.simd_ge(0x80).to_bitmask(),
        )
    }

    /// Which bytes are this one.
    #[inline(always)]
    #[expect(clippy::inline_always, reason = "the caller's instructions count")]
    pub fn equal(self, byte: u8) -> u64 {
        self.bits(
            #[inline(always)]
            |half| half.simd_eq(byte).to_bitmask(),
        )
    }

    /// Which bytes are members of the first and of the second of two sets.
    #[inline(always)]
    #[expect(clippy::inline_always, reason = "the caller's instructions count")]
    pub fn members(self, sets: &Sets) -> [u64; 2] {
        let [[a, b], [c, d]] = [self.low, self.high].map(
            #[inline(always)]
            |half| sets::members(half, sets),
        );
        [a | c << HALF, b | d << HALF]
    }

    #[inline(always)]
    #[expect(clippy::inline_always, reason = "the caller's instructions count")]
    fn bits(self, ask: impl Fn(u8x32<Token>) -> u64) -> u64 {
        ask(self.low) | ask(self.high) << HALF
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn each_byte_is_told_as_one_by_one(text: [u8; 32], more: [u8; 32], sought: u8) {
            let mut block = [0; BLOCK];
            block[..32].copy_from_slice(&text);
            block[32..].copy_from_slice(&more);
            let bits = |is: &dyn Fn(u8) -> bool| {
                block.iter().rev().fold(0_u64, |bits, byte| bits << 1 | u64::from(is(*byte)))
            };
            let Some(wide) = Wide::get() else { return Ok(()) };
            let found = wide.run(|wide| {
                let block = wide.load(&block);
                (block.beyond_ascii(), block.equal(sought), block.equal(text[0]))
            });
            let one = text[0];
            prop_assert_eq!(found, (bits(&|b| b >= 0x80), bits(&|b| b == sought), bits(&|b| b == one)));
        }
    }
}
