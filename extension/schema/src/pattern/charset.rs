//! Sets of characters, and the classes of characters that an expression cannot tell apart.
use std::collections::HashMap;

use super::categories;

/// The last code point.
const LAST: u32 = 0x10_FFFF;
/// How many classes an expression may need.
const CLASSES_MAX: usize = 4096;

/// A set of characters: sorted ranges that do not touch, both ends included.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(super) struct CharSet(Vec<(u32, u32)>);

impl CharSet {
    pub(super) fn of(ranges: &[(u32, u32)]) -> Self {
        let mut ranges = ranges.to_vec();
        tollgate_order::sort(&mut ranges);
        let mut merged: Vec<(u32, u32)> = Vec::new();
        for (from, to) in ranges {
            match merged.last_mut() {
                Some((_, end)) if from <= end.saturating_add(1) => *end = to.max(*end),
                _ => merged.push((from, to)),
            }
        }
        Self(merged)
    }

    pub(super) fn single(character: u32) -> Self {
        Self(vec![(character, character)])
    }

    pub(super) fn all() -> Self {
        Self(vec![(0, LAST)])
    }

    /// `\d`.
    pub(super) fn digits() -> Self {
        Self(vec![(0x30, 0x39)])
    }

    /// `\w`.
    pub(super) fn words() -> Self {
        Self(vec![(0x30, 0x39), (0x41, 0x5A), (0x5F, 0x5F), (0x61, 0x7A)])
    }

    /// `\s`: ECMA-262, `WhiteSpace` and `LineTerminator`.
    pub(super) fn blanks() -> Self {
        let mut ranges = vec![(0x09, 0x0D), (0x20, 0x20), (0xA0, 0xA0), (0x1680, 0x1680)];
        ranges.extend([(0x2000, 0x200A), (0x2028, 0x2029), (0x202F, 0x202F), (0x205F, 0x205F)]);
        ranges.extend([(0x3000, 0x3000), (0xFEFF, 0xFEFF)]);
        Self(ranges)
    }

    /// `.`: anything but a line terminator.
    pub(super) fn dot() -> Self {
        Self::of(&[(0x0A, 0x0A), (0x0D, 0x0D), (0x2028, 0x2029)]).negated()
    }

    /// `\p{…}`: a general category by its short or long name, or one of a few properties.
    pub(super) fn property(name: &str) -> Option<Self> {
        match name {
            "Any" => Some(Self::all()),
            "ASCII" => Some(Self(vec![(0, 0x7F)])),
            "Alphabetic" | "Alpha" => Some(Self::where_holds(char::is_alphabetic)),
            "Lowercase" | "Lower" => Some(Self::where_holds(char::is_lowercase)),
            "Uppercase" | "Upper" => Some(Self::where_holds(char::is_uppercase)),
            "White_Space" | "space" => Some(Self::where_holds(char::is_whitespace)),
            "digit" => Self::property("Nd"),
            "punct" => Self::property("P"),
            "cntrl" => Self::property("Cc"),
            _ => categories::ranges(name).map(|ranges| Self::of(&ranges)),
        }
    }

    fn where_holds(holds: impl Fn(char) -> bool) -> Self {
        let hits = (0..=LAST).filter(|code| char::from_u32(*code).is_some_and(&holds));
        let mut ranges: Vec<(u32, u32)> = Vec::new();
        for code in hits {
            match ranges.last_mut() {
                Some((_, end)) if *end + 1 == code => *end = code,
                _ => ranges.push((code, code)),
            }
        }
        Self(ranges)
    }

    pub(super) fn negated(&self) -> Self {
        let mut ranges = Vec::new();
        let mut from = 0;
        for (start, end) in &self.0 {
            if from < *start {
                ranges.push((from, start - 1));
            }
            from = end + 1;
        }
        if from <= LAST {
            ranges.push((from, LAST));
        }
        Self(ranges)
    }

    pub(super) fn ranges(&self) -> &[(u32, u32)] {
        &self.0
    }

    fn contains(&self, code: u32) -> bool {
        let after = self.0.partition_point(|(from, _)| *from <= code);
        after.checked_sub(1).and_then(|at| self.0.get(at)).is_some_and(|(_, to)| code <= *to)
    }
}

/// A number for every character; those with the same number are in the same sets.
#[derive(Debug)]
pub(super) struct Alphabet {
    ascii: [u16; 128],
    /// Where runs of one class begin, from 0 on.
    runs: Vec<(u32, u16)>,
    /// One character of each class.
    samples: Vec<u32>,
}

impl Alphabet {
    pub(super) fn new(sets: &[CharSet]) -> Result<Self, String> {
        let mut borders: Vec<u32> = vec![0];
        for (from, to) in sets.iter().flat_map(CharSet::ranges) {
            borders.extend([*from, to + 1]);
        }
        borders.retain(|border| *border <= LAST);
        tollgate_order::sort(&mut borders);
        borders.dedup();
        let mut known: HashMap<Vec<u64>, u16> = HashMap::new();
        let mut alphabet = Self { ascii: [0; 128], runs: Vec::new(), samples: Vec::new() };
        for border in borders {
            let mut signature = vec![0u64; sets.len().div_ceil(64)];
            for (i, _) in sets.iter().enumerate().filter(|(_, set)| set.contains(border)) {
                if let Some(word) = signature.get_mut(i / 64) {
                    *word |= 1 << (i % 64);
                }
            }
            let fresh = u16::try_from(known.len()).unwrap_or(u16::MAX);
            let class = *known.entry(signature).or_insert(fresh);
            if class == fresh {
                alphabet.samples.push(border);
            }
            alphabet.runs.push((border, class));
        }
        if alphabet.samples.len() > CLASSES_MAX {
            return Err("a regular expression with too many different classes".to_owned());
        }
        for (code, slot) in (0..).zip(&mut alphabet.ascii) {
            *slot = class_in(&alphabet.runs, code);
        }
        Ok(alphabet)
    }

    #[inline]
    pub(super) fn class(&self, character: char) -> u16 {
        let code = u32::from(character);
        match self.ascii.get(code as usize) {
            Some(class) => *class,
            None => class_in(&self.runs, code),
        }
    }

    /// How many classes there are.
    pub(super) fn classes(&self) -> usize {
        self.samples.len()
    }

    /// Which classes a set holds.
    pub(super) fn classes_of(&self, set: &CharSet) -> Box<[bool]> {
        self.samples.iter().map(|sample| set.contains(*sample)).collect()
    }
}

fn class_in(runs: &[(u32, u16)], code: u32) -> u16 {
    let after = runs.partition_point(|(from, _)| *from <= code);
    after.checked_sub(1).and_then(|at| runs.get(at)).map_or(0, |(_, class)| *class)
}
