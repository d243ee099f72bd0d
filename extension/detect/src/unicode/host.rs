//! Words and host names of letters out of two scripts that look like one.
use crate::finding::Match;

/// Whether a letter of Cyrillic, Greek or phonetics looks like one of ASCII in most type.
const fn is_alike(letter: char) -> bool {
    matches!(
        letter,
        'а' | 'с'
            | 'ԁ'
            | 'е'
            | 'һ'
            | 'і'
            | 'ј'
            | 'ӏ'
            | 'о'
            | 'р'
            | 'ԛ'
            | 'ѕ'
            | 'ԝ'
            | 'х'
            | 'у'
            | 'ѵ'
            | 'А'
            | 'В'
            | 'Е'
            | 'Н'
            | 'І'
            | 'Ј'
            | 'К'
            | 'М'
            | 'О'
            | 'Р'
            | 'Ѕ'
            | 'Т'
            | 'Х'
            | 'Ү'
            | 'Ԍ'
            | 'Ӏ'
            | 'α'
            | 'ο'
            | 'ρ'
            | 'ν'
            | 'ι'
            | 'ϲ'
            | 'ϳ'
            | 'υ'
            | 'κ'
            | 'Α'
            | 'Β'
            | 'Ε'
            | 'Ζ'
            | 'Η'
            | 'Ι'
            | 'Κ'
            | 'Μ'
            | 'Ν'
            | 'Ο'
            | 'Ρ'
            | 'Τ'
            | 'Υ'
            | 'Χ'
            | 'ɡ'
            | 'ɑ'
            | 'օ'
            | 'ո'
            | 'ս'
            | 'հ'
            | 'ց'
    )
}

/// Letters, near enough: of what is not ASCII, all but the blocks of marks and signs.
const fn is_letter(character: char) -> bool {
    character.is_ascii_alphabetic()
        || matches!(character, '\u{C0}'..'\u{2000}' | '\u{2C00}'..'\u{3000}' | '\u{3041}'..)
}

/// Longer words are none.
const WORD_CHARS_MAX: u32 = 63;

/// Judges the words of a text; in a `name` no word has letters of two scripts.
pub(super) fn judge(bytes: &[u8], name: bool) -> Option<Match> {
    if wide_host(bytes) {
        return Some(Match::medium("disguised-host"));
    }
    let mut word = Word::default();
    for character in bytes.utf8_chunks().flat_map(|chunk| chunk.valid().chars()) {
        if is_letter(character) {
            word.take(character);
        } else {
            if word.is_disguised(name) {
                return Some(Match::medium("mixed-scripts"));
            }
            // A name with look-alikes, in a domain that is written in ASCII.
            let alike = character == '.' && (word.is_alike_only() || word.is_spoofed());
            word = Word { host: alike, ..Word::default() };
        }
        if word.host && word.ascii >= 2 && word.letters == word.ascii && word.letters <= 4 {
            word.domain = true;
        }
    }
    (word.is_disguised(name) || word.host && word.domain && word.letters <= 4)
        .then(|| Match::medium("mixed-scripts"))
}

/// Signs that host names are read with as a full stop (Unicode Technical Standard 46), before a
/// domain in ASCII; or letters of full width after `://`.
fn wide_host(bytes: &[u8]) -> bool {
    const DOTS: [&str; 4] = ["．", "。", "｡", "․"];
    const DOMAINS: [&[u8]; 8] =
        [b"com", b"net", b"org", b"io", b"info", b"gov", b"edu", b"internal"];
    let dotted = DOTS.iter().any(|dot| {
        memchr::memmem::find_iter(bytes, dot).take(16).any(|at| {
            let tail = bytes.get(at + dot.len()..).unwrap_or_default();
            let name = tail.iter().take_while(|byte| byte.is_ascii_alphanumeric()).count();
            let domain = tail.get(..name).unwrap_or_default().to_ascii_lowercase();
            let label = at.checked_sub(1).and_then(|before| bytes.get(before));
            label.is_some_and(u8::is_ascii_alphanumeric) && DOMAINS.contains(&domain.as_slice())
        })
    });
    dotted
        || memchr::memmem::find_iter(bytes, b"://")
            .take(16)
            .any(|at| matches!(bytes.get(at + 3..at + 6), Some([0xEF, 0xBC | 0xBD, _])))
}

/// The letters in a row so far.
#[derive(Default)]
struct Word {
    letters: u32,
    ascii: u32,
    alike: u32,
    /// Other letters of the scripts that have look-alikes.
    other: u32,
    /// Whether an ASCII letter came after a look-alike.
    returned: bool,
    /// Whether a label of look-alikes and a dot stand before.
    host: bool,
    domain: bool,
}

impl Word {
    fn take(&mut self, character: char) {
        self.letters += 1;
        if character.is_ascii() {
            self.ascii += 1;
            self.returned |= self.alike > 0;
        } else if is_alike(character) {
            self.alike += 1;
        } else if matches!(character, '\u{370}'..='\u{52F}') {
            self.other += 1;
        }
    }

    /// ASCII letters with look-alikes among them. A suffix of another script is grammar, but not
    /// in a name.
    fn is_disguised(&self, name: bool) -> bool {
        let among = self.returned || name;
        let mixed = self.ascii >= 2 && self.alike >= 1 && self.other == 0 && among;
        let nearly = self.ascii >= 1 && self.alike >= 2 && self.letters >= 4 && self.returned;
        (mixed || nearly && self.other == 0) && self.letters <= WORD_CHARS_MAX
    }

    /// The same before a domain.
    fn is_spoofed(&self) -> bool {
        self.ascii >= 1 && self.alike >= 1 && self.other == 0 && self.letters >= 3
    }

    fn is_alike_only(&self) -> bool {
        self.alike >= 4 && self.alike == self.letters
    }
}
