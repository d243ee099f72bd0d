//! Characters that hide or disguise others: turned directions, what is not seen, look-alikes.
//!
//! All of them have honest uses: Persian needs the zero-width non-joiner, emoji the joiner, Arabic
//! and Hebrew marks of direction. What is found has none: directions that are never set back or
//! forced, characters that are not seen between ASCII letters, words of two scripts that look
//! like one.
mod host;

use crate::finding::Match;
use crate::text::{Classes, Role, Text};
use crate::work::Work;

/// What wakes it: all classes of one entry.
pub(crate) const WAKE: &[Classes] = &[
    Classes::FORMAT,
    Classes::MIXED,
    Classes::CONTROL.with(Classes::HIGH),
    Classes::FOREIGN.with(Classes::DOT).with(Classes::LETTER),
];
/// What wakes it whatever the classes; in lower case, at least four bytes each.
pub(crate) const LITERALS: &[&str] = &["xn--80", "xn--e1", "xn--p1"];

/// Directions that may be open at once.
const OPEN_MAX: u32 = 64;
/// Characters in a row that are not seen: fewer are left over from copying.
const UNSEEN_MAX: u32 = 5;

/// Judges one decoding of a text.
pub(crate) fn inspect(text: &Text<'_>, work: &mut Work) -> Option<Match> {
    work.spend(4 * text.bytes.len() as u64).ok()?;
    let mut look = Look::new(text.role);
    let (mut overlong, mut other) = (false, false);
    for chunk in text.bytes.utf8_chunks() {
        for character in chunk.valid().chars() {
            if let Some(found) = look.take(character) {
                return Some(found);
            }
        }
        overlong |= is_overlong(chunk.invalid(), text.bytes);
        // Other encodings have such bytes, too, and many that are neither these nor UTF-8.
        let lead = chunk.invalid().first();
        other |= lead.is_some_and(|byte| !matches!(byte, 0x80..=0xC1 | 0xE0 | 0xF0));
    }
    if overlong && !other {
        return Some(Match::high("overlong-utf-8"));
    }
    look.finish().or_else(|| if text.role.is_free() { None } else { host::judge(text.bytes) })
}

/// Whether an invalid sequence is the start of a longer form of an ASCII character.
fn is_overlong(invalid: &[u8], text: &[u8]) -> bool {
    let Some(&lead) = invalid.first() else { return false };
    // Where it stands: the sequence is cut by whoever splits at what is invalid.
    let follows = |lead: u8,
                   range: std::ops::RangeInclusive<u8>,
                   last: std::ops::RangeInclusive<u8>| {
        text.windows(3)
            .any(|w| matches!(w, [a, b, c] if *a == lead && range.contains(b) && last.contains(c)))
    };
    match lead {
        0xC0 | 0xC1 => text.windows(2).any(|w| matches!(w, [0xC0 | 0xC1, 0x80..=0xBF])),
        0xE0 => follows(0xE0, 0x80..=0x81, 0x80..=0xBF),
        0xF0 => follows(0xF0, 0x80..=0x80, 0x80..=0x81),
        _ => false,
    }
}

/// What was seen of a text so far.
struct Look {
    role: Role,
    /// Open embeddings and isolates of the line.
    open: u32,
    forced: bool,
    has_right_to_left: bool,
    /// Characters in a row that are not seen.
    unseen: u32,
    /// The last character that is seen, and the one before all that are not.
    before: char,
    /// Whether only flags may stand here: a black flag was the last emoji.
    in_flag: bool,
    tags: u32,
    selectors: u32,
}

impl Look {
    fn new(role: Role) -> Self {
        Self {
            role,
            open: 0,
            forced: false,
            has_right_to_left: false,
            unseen: 0,
            before: ' ',
            in_flag: false,
            tags: 0,
            selectors: 0,
        }
    }

    fn take(&mut self, character: char) -> Option<Match> {
        match character {
            '\u{202A}' | '\u{202B}' | '\u{2066}'..='\u{2068}' => {
                self.open += 1;
                return (self.open > OPEN_MAX).then(|| Match::high("turned-direction"));
            }
            '\u{202D}' | '\u{202E}' => {
                self.open += 1;
                self.forced = true;
                return None;
            }
            '\u{202C}' | '\u{2069}' => {
                self.open = self.open.saturating_sub(1);
                return None;
            }
            '\n' if self.open > 0 => return Some(Match::high("turned-direction")),
            '\u{E0000}'..='\u{E007F}' => return self.tag(character),
            '\u{E0100}'..='\u{E01EF}' | '\u{FE00}'..='\u{FE0F}' => {
                self.selectors += 1;
                // One follows what it varies.
                return (self.selectors > 3).then(|| Match::high("hidden-text"));
            }
            '\u{200B}'..='\u{200D}'
            | '\u{2060}'..='\u{2064}'
            | '\u{FEFF}'
            | '\u{180E}'
            | '\u{115F}'
            | '\u{1160}'
            | '\u{3164}'
            | '\u{FFA0}'
            | '\u{00AD}'
            | '\u{034F}' => {
                self.unseen += 1;
                return (self.unseen > UNSEEN_MAX).then(|| Match::medium("hidden-text"));
            }
            _ => {}
        }
        let found = self.seen(character);
        self.before = character;
        (self.unseen, self.selectors, self.tags) = (0, 0, 0);
        self.in_flag = character == '\u{1F3F4}';
        found
    }

    /// Tags spell the regions of flags; anywhere else they are text that nobody sees.
    fn tag(&mut self, tag: char) -> Option<Match> {
        self.tags += 1;
        if tag == '\u{E007F}' && self.in_flag {
            self.in_flag = false;
            return None;
        }
        (!self.in_flag || self.tags > 8).then(|| Match::high("hidden-text"))
    }

    fn seen(&mut self, character: char) -> Option<Match> {
        self.has_right_to_left |=
            matches!(character, '\u{590}'..='\u{8FF}' | '\u{FB1D}'..='\u{FEFC}');
        if self.role.is_free() {
            return None;
        }
        if self.unseen > 0
            && self.before.is_ascii_alphanumeric()
            && character.is_ascii_alphanumeric()
        {
            return Some(Match::medium("hidden-character"));
        }
        // Separators that are none: in an address they part what looks like a path or a host.
        let disguised = matches!(
            self.before,
            '\u{2044}'
                | '\u{2215}'
                | '\u{29F8}'
                | '\u{2024}'
                | '\u{37E}'
                | '\u{A789}'
                | '\u{2236}'
                | '\u{FE55}'
        );
        (disguised && character.is_ascii_alphabetic()).then(|| Match::low("disguised-separator"))
    }

    fn finish(&self) -> Option<Match> {
        let one_line =
            matches!(self.role, Role::FileName | Role::Url | Role::Path | Role::Key | Role::Header);
        if self.open > 0 || self.forced && (one_line || !self.has_right_to_left) {
            return Some(Match::high("turned-direction"));
        }
        None
    }
}

#[cfg(test)]
mod tests;
