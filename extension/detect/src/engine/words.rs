//! Finds the literals of all families in one pass, in any case of ASCII letters.
use std::sync::OnceLock;

use super::calm;
use super::look::suspect;
use super::sieve::{Form, Marks};
use crate::family::Families;
use crate::table::DETECTORS;
use crate::work::Work;

/// How many bytes are looked at with one branch.
const CHUNK: usize = 32;
/// How many of them are done with then; every window that starts in them ends in the chunk.
const CHUNK_STEP: usize = 30;
/// How many bytes of a word windows start in.
const WORD_STEP: usize = 6;
/// What comparing with a literal costs.
const STEPS_A_CANDIDATE: u64 = 16;
/// What passing over a literal that nobody asks about costs.
const STEPS_TO_PASS: u64 = 1;
/// Slots of the table; a power of two.
const SLOTS: usize = 1 << 12;
/// Bits of a hash.
const HASH_BITS: u32 = 16;
/// Both cases of a letter become one. Other bytes may become equal: what is found is compared.
const FOLD: u64 = u64::MAX / 255 * 0x20;

/// Literals, and where windows of their bytes lead. Of every text one window in `STRIDE` is
/// looked up; so every literal has one at each offset below that.
pub(super) struct Words<const STRIDE: usize, const WINDOW: usize> {
    /// A bit for each hash that some window has.
    hashes: Box<[u64; 1 << (HASH_BITS - 6)]>,
    /// The first candidate of a slot, counted from 1; 0 is none.
    slots: Box<[u16; SLOTS]>,
    candidates: Vec<Candidate>,
    /// Whether stretches of plain words are passed over: no literal counts in the midst of them.
    is_calm: bool,
}

struct Candidate {
    literal: Vec<u8>,
    /// Where in the literal the window stands.
    offset: usize,
    families: Families,
    counts: Counts,
    /// The slot's next candidate, counted from 1; 0 is none.
    next: u16,
}

/// Whether a literal counts where it stands.
type Counts = fn(&[u8], usize, &[u8]) -> bool;

/// A literal, whose it is and whether it counts.
type Literal = (Vec<u8>, Families, Counts);

/// Every literal, for texts that are looked at closely.
pub(super) type Near = Words<2, 3>;
/// Those that the sieve would pass, for texts that it goes over: longer windows at a longer
/// stride. Those too short for that count only where they are a whole string of JSON.
pub(super) type Far = Words<3, 4>;

impl Near {
    /// Made when first asked for, in some microseconds.
    pub(super) fn get() -> &'static Self {
        static NEAR: OnceLock<Near> = OnceLock::new();
        NEAR.get_or_init(|| Self::of(literals(), false))
    }
}

impl Far {
    /// Made when first asked for, in some microseconds. Where few families ask, what they look for
    /// is no phrase: beside it stand signs, digits or the bounds of a string.
    pub(super) fn get(marks: Marks) -> &'static Self {
        static FAR: [OnceLock<Far>; 2] = [OnceLock::new(), OnceLock::new()];
        let [all, few] = &FAR;
        let (far, asking) = if marks.few { (few, Families::LITERAL) } else { (all, Families::ALL) };
        let marks = Marks::of(Form::Json, asking);
        far.get_or_init(|| {
            let unseen = literals().filter(|(text, families, _)| {
                let word = [b"a", text.as_slice(), b"a"].concat();
                !families.and(asking).is_empty()
                    && suspect(&word, 1, marks, &mut Work::default()).is_none()
            });
            let unseen = unseen.map(|(text, families, counts)| match text.len() {
                Self::SHORTEST.. => (text, families, counts),
                _ => ([b"\"", text.as_slice(), b"\""].concat(), families, counts),
            });
            Self::of(unseen, marks.few)
        })
    }
}

fn literals() -> impl Iterator<Item = Literal> {
    DETECTORS.iter().flat_map(|detector| {
        let (families, counts) = (Families::from_iter([detector.family]), detector.counts);
        detector
            .literals
            .lines()
            .map(move |literal| (literal.as_bytes().to_vec(), families, counts))
    })
}

impl<const STRIDE: usize, const WINDOW: usize> Words<STRIDE, WINDOW> {
    /// The shortest literal that has a window at each offset below the stride.
    const SHORTEST: usize = STRIDE + WINDOW - 1;

    fn of(literals: impl Iterator<Item = Literal>, is_calm: bool) -> Self {
        let mut words = Self {
            hashes: Box::new([0; 1 << (HASH_BITS - 6)]),
            slots: Box::new([0; SLOTS]),
            candidates: Vec::new(),
            is_calm,
        };
        for literal in literals {
            let (text, _, _) = &literal;
            let first = Self::first_window(text);
            for offset in first..first + STRIDE {
                words.insert(&literal, offset);
            }
        }
        words
    }

    /// Behind the run of one byte that the literal begins with, as far as that can be: such runs
    /// may fill whole texts, and there every window would have to be compared.
    fn first_window(literal: &[u8]) -> usize {
        let run = literal.iter().take_while(|byte| Some(*byte) == literal.first()).count();
        run.saturating_sub(1).min(literal.len().saturating_sub(Self::SHORTEST))
    }

    fn insert(&mut self, (literal, families, counts): &Literal, offset: usize) {
        let Some(window) = window_at::<WINDOW>(literal, offset) else { return };
        let Ok(number) = u16::try_from(self.candidates.len() + 1) else { return };
        let hash = hash::<WINDOW>(window);
        if let Some(bits) = self.hashes.get_mut(hash >> 6) {
            *bits |= 1 << (hash & 63);
        }
        if let Some(slot) = self.slots.get_mut(hash % SLOTS) {
            let (literal, families, counts) = (literal.clone(), *families, *counts);
            self.candidates.push(Candidate { literal, offset, families, counts, next: *slot });
            *slot = number;
        }
    }

    /// Those of `wanted` of which a literal stands in the text.
    pub(super) fn families_in(&self, text: &[u8], wanted: Families, work: &mut Work) -> Families {
        let (mut at, mut found) = (0, Families::NONE);
        while let Some((place, families)) = self.next(text, at, wanted.without(found), work) {
            if families.is_empty() {
                break;
            }
            found = found.or(families);
            at = place + 1;
        }
        found
    }

    /// The first literal of one of `wanted` that has a window at or after `from`: where that
    /// window stands, to go on one byte after it, and whose it is; nobody's when the work is
    /// used up. What is compared is paid for: texts can be all windows of literals.
    pub(super) fn next(
        &self,
        text: &[u8],
        from: usize,
        wanted: Families,
        work: &mut Work,
    ) -> Option<(usize, Families)> {
        let (mut at, mut sure, mut lively) = (from, from, from + calm::NEAR);
        while let Some(chunk) = text.get(at..).and_then(<[u8]>::first_chunk::<CHUNK>) {
            if self.is_calm && at >= lively {
                let odd = calm::odd_block(text, sure)?;
                sure = odd + calm::BLOCK;
                lively = sure + calm::NEAR;
                at = at.max(odd.saturating_sub(calm::NEAR));
                continue;
            }
            if self.any_in(chunk) {
                let mut windows = (at..at + CHUNK_STEP).step_by(STRIDE);
                let found = windows.find_map(|at| self.look_up(text, at, wanted, work));
                if found.is_some() {
                    return found;
                }
            }
            at += CHUNK_STEP;
        }
        let mut windows = (at..text.len()).step_by(STRIDE);
        windows.find_map(|at| self.look_up(text, at, wanted, work))
    }

    /// Whether a window in the chunk may be of a literal.
    #[inline]
    fn any_in(&self, chunk: &[u8; CHUNK]) -> bool {
        let words = [0, 6, 12, 18, 24].map(|at| {
            let word = chunk.get(at..).and_then(<[u8]>::first_chunk);
            u64::from_le_bytes(word.copied().unwrap_or_default()) | FOLD
        });
        let bits = words.map(|word| {
            let windows = (0..WORD_STEP).step_by(STRIDE);
            windows.fold(0, |any, at| any | self.bit(word >> (8 * at)))
        });
        bits.iter().fold(0, |any, bit| any | bit) != 0
    }

    /// 1 when a literal has a window with this hash.
    #[inline]
    fn bit(&self, folded: u64) -> u64 {
        let hash = hash::<WINDOW>(folded);
        self.hashes.get(hash >> 6).map_or(0, |bits| bits >> (hash & 63) & 1)
    }

    fn look_up(
        &self,
        text: &[u8],
        at: usize,
        wanted: Families,
        work: &mut Work,
    ) -> Option<(usize, Families)> {
        let window = window_at::<WINDOW>(text, at)?;
        if self.bit(window) == 0 {
            return None;
        }
        let mut number = self.slots.get(hash::<WINDOW>(window) % SLOTS).copied();
        let mut families = Families::NONE;
        while let Some(candidate) =
            number.and_then(|number| self.candidates.get(usize::from(number).wrapping_sub(1)))
        {
            number = Some(candidate.next);
            let is_wanted = !candidate.families.and(wanted).is_empty();
            if work.spend(if is_wanted { STEPS_A_CANDIDATE } else { STEPS_TO_PASS }).is_err() {
                return Some((at, Families::NONE));
            }
            if !is_wanted {
                continue;
            }
            let start = at.checked_sub(candidate.offset);
            let place = start.and_then(|start| text.get(start..start + candidate.literal.len()));
            let counts = |start| (candidate.counts)(text, start, &candidate.literal);
            if place.is_some_and(|place| is_literal(place, &candidate.literal))
                && start.is_some_and(counts)
            {
                families = families.or(candidate.families.and(wanted));
            }
        }
        (!families.is_empty()).then_some((at, families))
    }
}

/// Whether they are equal in any case. Literals differ most at their ends.
fn is_literal(place: &[u8], literal: &[u8]) -> bool {
    let last = |text: &[u8]| text.last().map(u8::to_ascii_lowercase);
    last(place) == last(literal) && place.eq_ignore_ascii_case(literal)
}

/// The window at an offset, folded.
fn window_at<const WINDOW: usize>(text: &[u8], at: usize) -> Option<u64> {
    let window = text.get(at..)?.first_chunk::<WINDOW>()?;
    Some(window.iter().rev().fold(0, |word, &byte| word << 8 | u64::from(byte)) | FOLD)
}

/// A hash of the lowest bytes.
#[inline]
#[expect(clippy::cast_possible_truncation, reason = "at most four bytes are left")]
const fn hash<const WINDOW: usize>(folded: u64) -> usize {
    let window = (folded << (64 - 8 * WINDOW) >> (64 - 8 * WINDOW)) as u32;
    (window.wrapping_mul(0x9E37_79B1) >> (32 - HASH_BITS)) as usize
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::family::Family;

    fn finds_all<const STRIDE: usize, const WINDOW: usize>(literals: &[&str]) {
        let families = Families::from_iter([Family::Sql]);
        let owned = literals
            .iter()
            .map(|literal| (literal.as_bytes().to_vec(), families, (|_, _, _| true) as Counts));
        let words = Words::<STRIDE, WINDOW>::of(owned, false);
        for literal in literals {
            for offset in 0..40 {
                for end in 0..10 {
                    let mut text = vec![b'.'; offset];
                    text.extend(literal.to_ascii_uppercase().bytes());
                    text.extend(vec![b'.'; end]);
                    let found = words.families_in(&text, Families::ALL, &mut Work::default());
                    assert_eq!(found, families, "{text:?}");
                }
            }
        }
        let other = b"a selec t javascript; and more eva1";
        let found = words.families_in(other, Families::ALL, &mut Work::default());
        assert_eq!(found, Families::NONE);
    }

    #[test]
    fn finds_every_literal_at_every_offset_in_either_case() {
        finds_all::<2, 3>(&["eval", "select", "selected", "javascript:", "aaaaaaab"]);
        finds_all::<3, 4>(&["select", "selected", "javascript:", "aaaaaaab"]);
    }

    #[test]
    fn literals_are_long_enough_and_in_lower_case() {
        for detector in &DETECTORS {
            for literal in detector.literals.lines() {
                // Shorter ones are never found; wake by a class, or by a longer phrase.
                assert!(literal.len() >= Near::SHORTEST, "{:?}: {literal}", detector.family);
                assert_eq!(literal, literal.to_ascii_lowercase());
            }
        }
    }
}
