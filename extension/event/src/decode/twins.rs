//! Duplicate keys: which two members of one object have the same decoded key.
//!
//! A held key is 8 bytes: a 32-bit hash and its position. Hashes are seeded with the event's own
//! SHA-256, so that whoever writes keys that collide changes the seed they collide under.
use super::survey::narrow;
use crate::digest::Digest;
use crate::scan::{Form, Text, text_at};

/// Objects of at most this many members are compared pairwise; larger ones are sorted.
const PAIRWISE_MAX: usize = 12;

/// The keys of the objects that are open, innermost last.
#[derive(Debug)]
pub(super) struct Twins {
    seed: [u64; 2],
    held: Vec<Held>,
}

/// A key: its hash in the upper half, the offset of its first byte in the lower.
type Held = u64;

impl Twins {
    pub(super) fn new(digest: Digest) -> Self {
        let (words, _) = digest.as_bytes().as_chunks::<8>();
        let word = |i: usize| words.get(i).map_or(0, |bytes| u64::from_le_bytes(*bytes));
        Self { seed: [word(0), word(1) | 1], held: Vec::new() }
    }

    /// How many keys are held: at most the limit on keys, which has 32 bits.
    #[inline]
    pub(super) fn held(&self) -> u32 {
        narrow(self.held.len())
    }

    /// Holds a key until its object ends.
    #[inline]
    pub(super) fn hold(&mut self, body: &[u8], key: Text) {
        let hash = match key.form {
            Form::Plain => self.hash(key.of(body)),
            Form::Escaped | Form::NotUtf8 => self.hash(&key.decoded(body)),
        };
        self.held.push(hash & 0xFFFF_FFFF_0000_0000 | u64::from(narrow(key.start)));
    }

    /// The object ends whose keys are those from `from` on; they are let go. Gives the place of
    /// a key that stood there before.
    #[inline]
    pub(super) fn release(&mut self, body: &[u8], from: u32) -> Option<u32> {
        let keys = self.held.get_mut(from as usize..).unwrap_or_default();
        let twin = if keys.len() <= PAIRWISE_MAX {
            twin_pairwise(body, keys)
        } else {
            twin_sorted(body, keys)
        };
        self.held.truncate(from as usize);
        twin.map(place)
    }

    /// A folded multiplication for each 8 bytes: quick, and unpredictable without the seed.
    #[inline]
    fn hash(&self, key: &[u8]) -> u64 {
        let [seed, factor] = self.seed;
        let (words, rest) = key.as_chunks::<8>();
        let mut hash = seed ^ key.len() as u64;
        for word in words {
            hash = fold(hash ^ u64::from_le_bytes(*word), factor);
        }
        fold(hash ^ last_word(key, rest), factor)
    }
}

/// Without a branch for each pair: nearly all hashes differ.
#[inline]
fn twin_pairwise(body: &[u8], keys: &[Held]) -> Option<Held> {
    let mut rest = keys;
    while let Some((last, before)) = rest.split_last() {
        let closest = before.iter().map(|other| (other ^ last) >> 32).min();
        if closest == Some(0) && before.iter().any(|other| is_same_key(body, *other, *last)) {
            return Some(*last);
        }
        rest = before;
    }
    None
}

fn twin_sorted(body: &[u8], keys: &mut [Held]) -> Option<Held> {
    keys.sort_unstable();
    keys.chunk_by(|a, b| (a ^ b) >> 32 == 0)
        .filter(|same_hash| same_hash.len() > 1)
        // Different keys with one hash are chance, so that a run of them is short; a long run is
        // twins, and the first comparison ends it.
        .find_map(|same_hash| twin_pairwise(body, same_hash))
}

fn is_same_key(body: &[u8], a: Held, b: Held) -> bool {
    if (a ^ b) >> 32 != 0 {
        return false;
    }
    match (text_at(body, place(a)), text_at(body, place(b))) {
        (Some(a), Some(b)) => a.decoded(body) == b.decoded(body),
        _ => false,
    }
}

/// The position half of a held key.
#[expect(clippy::cast_possible_truncation, reason = "the lower half is the position")]
const fn place(held: Held) -> u32 {
    held as u32
}

/// The bytes after the last whole word: read again from the end where the key is long enough,
/// which is quicker than byte by byte.
#[inline]
fn last_word(key: &[u8], rest: &[u8]) -> u64 {
    if let Some(last) = key.last_chunk::<8>() {
        return u64::from_le_bytes(*last);
    }
    match (rest.first_chunk::<4>(), rest.last_chunk::<4>()) {
        (Some(first), Some(last)) => {
            u64::from(u32::from_le_bytes(*first)) << 32 | u64::from(u32::from_le_bytes(*last))
        }
        _ => rest.iter().fold(0, |word, byte| word << 8 | u64::from(*byte)),
    }
}

#[inline]
#[expect(clippy::cast_possible_truncation, reason = "both halves of the product are used")]
const fn fold(a: u64, b: u64) -> u64 {
    let product = a as u128 * b as u128;
    product as u64 ^ (product >> 64) as u64
}
