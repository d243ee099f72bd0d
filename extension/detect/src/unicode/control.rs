//! Characters that control a terminal or nothing: in a text they hide what stands beside them.
use crate::finding::Match;

/// Texts that are longer come in parts: what one part sets the next may set back.
const WHOLE_BYTES_MAX: usize = 1000;
/// The longest sequence that is read.
const SEQUENCE_CHARS_MAX: u32 = 24;

/// Whether Windows' code page for Western languages has a character in the place of a control.
const fn is_windows(character: char) -> bool {
    matches!(character, '\u{80}'..='\u{9f}')
        && !matches!(character, '\u{81}' | '\u{8d}' | '\u{8f}' | '\u{90}' | '\u{9d}')
}

/// Where in a sequence for a terminal the text is (ECMA-48, section 5.4).
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sequence {
    /// In none.
    None,
    /// After the escape.
    Escape,
    /// In the numbers of a control sequence.
    Numbers,
}

/// The control characters of a text so far.
#[expect(clippy::struct_excessive_bools, reason = "independent marks of one text")]
pub(super) struct Controls {
    sequence: Sequence,
    read: u32,
    /// Whether the numbers are nothing but zero, and whether one of them says: concealed.
    is_zero: bool,
    is_eight: bool,
    /// Whether a colour was set and not set back.
    coloured: bool,
    /// Whether a control stands right after an ASCII letter or digit, and one that parts fields.
    inside: bool,
    parting: bool,
    /// Whether a control stood between two of them.
    found: bool,
    started: bool,
    /// Whether it begins with a control, as binary forms do.
    is_binary: bool,
}

impl Controls {
    pub(super) const fn new() -> Self {
        Self {
            sequence: Sequence::None,
            read: 0,
            is_zero: true,
            is_eight: false,
            coloured: false,
            inside: false,
            parting: false,
            found: false,
            started: false,
            is_binary: false,
        }
    }

    /// Takes a printable character of ASCII; false when it could end something.
    pub(super) fn take_plain(&mut self) -> bool {
        self.started = true;
        self.sequence == Sequence::None && !self.inside
    }

    /// Takes the next character; `named` when it is of a name or an address.
    pub(super) fn take(&mut self, before: char, character: char, named: bool) -> Option<Match> {
        let control = character.is_control();
        self.is_binary |= !self.started && control && !matches!(character, '\u{1b}' | '\u{9b}');
        self.started = true;
        if self.sequence != Sequence::None {
            return self.follow(character);
        }
        if matches!(character, '\u{1b}' | '\u{9b}') && !self.is_binary {
            self.sequence =
                if character == '\u{1b}' { Sequence::Escape } else { Sequence::Numbers };
            (self.read, self.is_zero, self.is_eight) = (0, true, false);
            return named.then(|| Match::medium("terminal-sequence"));
        }
        match character {
            // Fields of exchange formats are parted by these.
            '\u{1}'..='\u{3}' | '\u{1c}'..='\u{1f}' => {
                self.inside |= before.is_ascii_alphabetic();
                self.parting = true;
            }
            '\t' | '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' => self.inside = false,
            // Quotes and dashes of Windows, read as another encoding.
            _ if control && !named && is_windows(character) => self.inside = false,
            _ if control => self.inside |= before.is_ascii_alphanumeric(),
            _ => {
                let ends = character.is_ascii_alphabetic()
                    || !self.parting && character.is_ascii_alphanumeric();
                self.found |= self.inside && (ends || named && character == '.');
                (self.inside, self.parting) = (false, false);
            }
        }
        None
    }

    /// A character of a sequence: colours pass when they are set back.
    fn follow(&mut self, character: char) -> Option<Match> {
        self.read += 1;
        let sequence = || Some(Match::medium("terminal-sequence"));
        match (self.sequence, character) {
            (Sequence::Escape, '[') => self.sequence = Sequence::Numbers,
            (Sequence::Numbers, '0'..='9' | ';' | ':' | '?') if self.read < SEQUENCE_CHARS_MAX => {
                self.is_eight = character == '8';
                self.is_zero &= matches!(character, '0' | ';');
            }
            (Sequence::Numbers, 'm') => {
                self.sequence = Sequence::None;
                if self.is_eight && self.read <= 3 {
                    return Some(Match::medium("hidden-text"));
                }
                self.coloured = !self.is_zero;
            }
            (Sequence::Escape, ']' | 'P' | '^' | '_' | 'X' | 'a'..='z' | '7' | '8')
            | (Sequence::Numbers, 'A'..='Z' | 'a'..='z') => return sequence(),
            _ => self.sequence = Sequence::None,
        }
        None
    }

    /// What the text shows at its end.
    pub(super) fn finish(&self, is_text: bool, length: usize) -> Option<Match> {
        if self.coloured && length < WHOLE_BYTES_MAX {
            return Some(Match::medium("terminal-sequence"));
        }
        let hides = self.found && is_text && !self.is_binary;
        hides.then(|| Match::medium("control-character"))
    }
}
