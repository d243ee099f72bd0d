//! Characters that hide or disguise others: turned directions, what is not seen, look-alikes.
//!
//! All of them have honest uses: Persian needs the zero-width non-joiner, emoji the joiner, Arabic
//! and Hebrew marks of direction. What is found has none: directions that are never set back or
//! forced, characters that are not seen between ASCII letters, words of two scripts that look
//! like one.
mod control;
mod fold;
mod host;
mod overlong;
mod signs;

pub(crate) use fold::plain;

use crate::family::Confidence;
use crate::finding::Match;
use crate::text::{Classes, Role, Text};
use crate::work::Work;

/// What wakes it: all classes of one entry.
pub(crate) const WAKE: &[Classes] = &[
    Classes::FORMAT,
    Classes::MIXED,
    Classes::CONTROL,
    Classes::FOREIGN.with(Classes::DOT).with(Classes::LETTER),
];
/// What wakes it whatever the classes; in lower case, at least four bytes each.
pub(crate) const LITERALS: &str = "\
    xn--\n+adw-\n+ad4-\n+aci-\n+acc-\n+ac8-\n+acg-\n。com\n。org\n｡com\n｡net\n｡org\n．com\n．net\n\
    ．org";

/// What reading a byte costs, in steps, and what judging a byte that is not ASCII does.
const STEPS_A_BYTE: u64 = 6;
const STEPS_A_HIGH: u64 = 32;
/// Directions that may be open at once.
const OPEN_MAX: u32 = 64;
/// Characters in a row that are not seen: fewer are left over from copying.
const UNSEEN_MAX: u32 = 5;
/// The same where nothing else stands before.
const UNSEEN_LEADING_MAX: u32 = 12;
/// A word that is no longer has no place to be parted at.
const SHORT_WORD_BYTES_MAX: usize = 9;
/// Longer words are none.
const NAME_BYTES_MAX: usize = 96;
/// Letters in a row that pass for others, in a name: footnotes and ordinals have fewer.
const ODD_MAX: u32 = 2;
/// Marks in a row on one character: Vietnamese and phonetics have three.
const MARKS_MAX: u32 = 4;
/// Characters with three marks, and struck through, that no text needs so many of.
const DEEP_MAX: u32 = 2;
const STRUCK_MAX: u32 = 2;
/// Letters in a row in another style, in one word: ordinals have fewer.
const STYLED_MAX: u32 = 3;

/// Judges one decoding of a text.
pub(crate) fn inspect(text: &Text<'_>, work: &mut Work) -> Option<Match> {
    let high = text.bytes.iter().filter(|byte| !byte.is_ascii()).count();
    work.spend(STEPS_A_BYTE * text.bytes.len() as u64 + STEPS_A_HIGH * high as u64).ok()?;
    let mut look = Look::new(text);
    let (mut overlong, mut other) = (false, false);
    let mut unsure = None;
    for chunk in text.bytes.utf8_chunks() {
        for character in chunk.valid().chars() {
            match look.take(character) {
                Some(found) if found.confidence > Confidence::Low => return Some(found),
                found => unsure = unsure.or(found),
            }
        }
        overlong |= overlong::is(chunk.invalid(), text.bytes);
        // Other encodings have such bytes, too, and many that are neither these nor UTF-8.
        let lead = chunk.invalid().first();
        other |= lead
            .is_some_and(|byte| !matches!(byte, 0x80..=0xC1 | 0xE0 | 0xED | 0xF0 | 0xF8 | 0xFC));
        look.is_text &= chunk.invalid().is_empty();
    }
    if overlong && !other {
        return Some(Match::high("overlong-utf-8"));
    }
    let found = look.finish(text.bytes.len());
    if found.is_some() || text.role.is_free() {
        return found.or(unsure);
    }
    if look.folds
        && work.spend(8 * text.bytes.len() as u64).is_ok()
        && fold::is_word(text.bytes, look.token)
    {
        return Some(Match::medium("disguised-word"));
    }
    if signs::is_utf_7(text.bytes) {
        return Some(Match::medium("utf-7"));
    }
    host::judge(text.bytes, text.role, look.named || look.token).or(unsure)
}

/// What was seen of a text so far.
#[expect(clippy::struct_excessive_bools, reason = "independent marks of one text")]
struct Look {
    /// Whether natural language and source code belong here.
    free: bool,
    /// Whether it is a name or an address: of one line, and for machines.
    named: bool,
    /// Whether people name it: a file; and whether it is an address, which they do not.
    file: bool,
    address: bool,
    /// Whether it is one word with a letter of ASCII or in another style, and whether that has
    /// the form of a host or an address of mail.
    token: bool,
    host: bool,
    /// Whether a character stands for a letter of ASCII, or hides within a word.
    folds: bool,
    /// Full stops in a row, and those right behind a digit in another style.
    dots: u32,
    counted: u32,
    /// Signs in a row that look like full stops and are none, and digits of other scripts before one.
    faint: u32,
    numbers: u32,
    /// Signs in a row that look like hyphens.
    dashes: u32,
    /// Letters in a row in another style; characters with many marks, and struck ones.
    styled: u32,
    deep: u32,
    struck: u32,
    /// Open embeddings and isolates of the line.
    open: u32,
    /// Whether a direction was forced, turned to the left, or set at all.
    forced: bool,
    whole: bool,
    turned: bool,
    directed: bool,
    has_right_to_left: bool,
    /// Characters in a row that are not seen, and of all the text.
    unseen: u32,
    unseen_in_all: u32,
    /// Whether anything is seen but blanks.
    is_seen: bool,
    /// The last character that is no plain one, the last that is seen, and the last that is no
    /// disguised separator.
    last: char,
    before: char,
    anchor: char,
    /// Whether a styled letter came right after one of ASCII.
    joined: bool,
    /// Marks in a row, and letters that pass for others.
    marks: u32,
    odd: u32,
    /// Whether only flags may stand here: a black flag was the last emoji.
    in_flag: bool,
    tags: u32,
    selectors: u32,
    /// Blanks of an unusual width at an ASCII letter, and usual ones.
    odd_blanks: u32,
    blanks: u32,
    /// Whether the text begins with something that is not seen, and with a soft hyphen; whether one
    /// parts a word.
    leads: bool,
    marked: bool,
    soft: bool,
    parted: bool,
    /// Whether all is ASCII but what is not seen and those blanks.
    is_plain: bool,
    /// Whether all is UTF-8.
    is_text: bool,
    controls: control::Controls,
    wide: signs::WideWord,
}

impl Look {
    fn new(text: &Text<'_>) -> Self {
        let (role, bytes) = (text.role, text.bytes);
        let short = !role.is_free() && bytes.len() < NAME_BYTES_MAX;
        let token = short && !bytes.iter().any(u8::is_ascii_whitespace);
        Self {
            token,
            host: token && bytes.iter().any(|byte| matches!(byte, b'.' | b'@')),
            folds: false,
            dots: 0,
            counted: 0,
            faint: 0,
            numbers: 0,
            dashes: 0,
            styled: 0,
            deep: 0,
            struck: 0,
            free: role.is_free(),
            named: matches!(
                role,
                Role::FileName | Role::Url | Role::Path | Role::Key | Role::Header
            ),
            file: matches!(role, Role::FileName),
            address: matches!(role, Role::Url | Role::Path),
            open: 0,
            forced: false,
            whole: false,
            turned: false,
            directed: false,
            has_right_to_left: false,
            unseen: 0,
            unseen_in_all: 0,
            is_seen: false,
            last: ' ',
            before: ' ',
            anchor: ' ',
            joined: false,
            marks: 0,
            odd: 0,
            in_flag: false,
            tags: 0,
            selectors: 0,
            odd_blanks: 0,
            blanks: 0,
            leads: false,
            marked: false,
            soft: false,
            parted: false,
            is_plain: true,
            is_text: true,
            controls: control::Controls::new(),
            wide: signs::WideWord::new(),
        }
    }

    /// A printable character of ASCII after another, and nothing that it could end: most are.
    fn take_plain(&mut self, character: char) -> bool {
        let calm = matches!(character, ' '..='~')
            && matches!(self.before, ' '..='~')
            && self.unseen + self.selectors == 0
            && !self.directed
            && self.controls.take_plain()
            && self.wide.take_plain(character);
        if calm {
            self.dots = if character == '.' { self.dots + 1 } else { 0 };
            self.faint = 0;
            self.before = character;
            self.anchor = character;
            self.blanks += u32::from(character == ' ');
            self.is_seen |= character != ' ';
            self.in_flag = false;
        }
        calm
    }

    fn take(&mut self, character: char) -> Option<Match> {
        if self.take_plain(character) {
            return None;
        }
        self.last = character;
        match character {
            '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' => return self.direction(character),
            '\n' if self.open > 0 => return Some(Match::high("turned-direction")),
            '\u{E0000}'..='\u{E007F}' => return self.tag(character),
            '\u{206A}'..='\u{206F}' if !self.free => {
                return Some(Match::medium("deprecated-format"));
            }
            _ if signs::is_selector(character) => return self.selector(character),
            // A hyphen that shows where a line ends: in the text of pages.
            '\u{AD}' if !self.named => {
                self.soft_hyphen();
                return None;
            }
            _ if signs::is_unseen(character) => {
                // A text may begin with a mark of its order of bytes.
                if character != '\u{FEFF}' || self.is_seen || self.unseen > 0 {
                    self.unseen += 1;
                    self.leads |= !self.is_seen;
                }
                self.unseen_in_all += 1;
                self.folds = true;
                return (self.unseen > UNSEEN_MAX
                    && (self.is_seen || self.unseen > UNSEEN_LEADING_MAX))
                    .then(|| Match::medium("hidden-text"));
            }
            _ if signs::is_direction_mark(character) => {
                self.directed |= self.before.is_ascii_alphabetic();
                self.marked |= !self.is_seen;
                return None;
            }
            _ => {}
        }
        let found = self.seen(character).or_else(|| self.spoken(character));
        self.is_seen |= !character.is_whitespace();
        self.count(character);
        let raised = !character.is_ascii() && signs::is_raised(character);
        let odd = raised || self.named && signs::is_phonetic(character);
        self.odd = if odd { self.odd + 1 } else { 0 };
        self.joined = (self.joined || self.before.is_ascii_alphabetic())
            && (signs::is_styled(character) || signs::is_odd_letter(character));
        self.dots = if character == '.' { self.dots + 1 } else { 0 };
        self.dashes = if signs::is_dash(character) { self.dashes + 1 } else { 0 };
        let part = matches!(character, '.' | '。' | '．' | '｡');
        self.counted += u32::from(part && signs::is_odd_digit(self.before));
        self.numbers += u32::from(
            part && signs::is_other_digit(self.before)
                || signs::is_faint_dot(character) && self.before.is_ascii_digit(),
        );
        self.faint = match character {
            '\u{2025}' => 2,
            _ if signs::is_faint_dot(character) => self.faint + 1,
            _ => 0,
        };
        self.before = character;
        if !signs::is_part(character) {
            self.anchor = character;
        }
        (self.unseen, self.selectors, self.tags, self.directed) = (0, 0, 0, false);
        self.in_flag = character == '\u{1F3F4}';
        found
    }

    /// A selector follows what it varies; those of the supplement vary characters of Han.
    fn selector(&mut self, character: char) -> Option<Match> {
        self.selectors += 1;
        let odd = character >= '\u{E0100}' && self.before < '\u{2E80}' && !self.free;
        if !self.is_seen {
            self.leads = true;
            self.unseen_in_all += 1;
        }
        (self.selectors > 3 || odd && self.is_seen).then(|| Match::high("hidden-text"))
    }

    /// Code pages have it as a hyphen, which begins an option.
    fn soft_hyphen(&mut self) {
        self.folds |= self.token;
        self.soft |= !self.is_seen;
        self.parted |= self.before.is_ascii_lowercase();
    }

    /// Marks, and letters that stand for others.
    fn count(&mut self, character: char) {
        self.marks = if signs::is_mark(character) { self.marks + 1 } else { 0 };
        self.deep += u32::from(self.marks == MARKS_MAX - 1);
        let overlay = signs::is_overlay(character);
        self.struck += u32::from(overlay && self.before.is_ascii_alphabetic());
        let letter = !character.is_ascii() && plain(character).is_some();
        self.folds |= letter || overlay;
        let styled = letter && !signs::is_wide(character) && character != 'ı' && character != 'İ';
        self.styled = if styled { self.styled + 1 } else { 0 };
    }

    /// What controls a terminal, blanks that are none, words in letters of full width.
    fn spoken(&mut self, character: char) -> Option<Match> {
        if self.free {
            return None;
        }
        let odd = signs::is_odd_blank(character) && character != '\u{3000}';
        let at_letter = self.before.is_ascii_alphabetic() || !self.is_seen;
        self.odd_blanks += u32::from(odd && at_letter);
        self.blanks += u32::from(character == ' ');
        self.is_plain &= odd || character.is_ascii();
        self.wide.take(character);
        self.controls.take(self.before, character, self.named)
    }

    fn direction(&mut self, character: char) -> Option<Match> {
        match character {
            '\u{202C}' | '\u{2069}' => self.open = self.open.saturating_sub(1),
            _ => {
                self.open += 1;
                self.whole = !self.is_seen && self.open == 1 && self.unseen_in_all == 0;
            }
        }
        self.forced |= matches!(character, '\u{202D}' | '\u{202E}');
        self.turned |= matches!(character, '\u{202B}' | '\u{2067}');
        (self.open > OPEN_MAX).then(|| Match::high("turned-direction"))
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
        self.has_right_to_left |= signs::is_right_to_left(character);
        if self.free {
            return None;
        }
        let is_ascii = character.is_ascii_alphanumeric();
        let after_ascii = self.before.is_ascii_alphanumeric();
        let address = self.host || self.named;
        let joins = |other: char| {
            other.is_ascii_alphanumeric()
                || matches!(other, '_' | '@' | '<')
                || address && matches!(other, '.' | '/' | ':' | '-')
        };
        let within = joins(character) && joins(self.before);
        let hidden = self.unseen > 0 && (within || is_ascii && self.named && !self.is_seen);
        // A selector varies what has other forms, and no letter of ASCII has.
        let varied = self.selectors > 0
            && self.before.is_ascii_alphabetic()
            && character.is_ascii_alphabetic();
        // A mark of direction between two letters of a word, or before the ending of a name.
        let ending = self.named && !self.has_right_to_left && character == '.';
        let within = character.is_ascii_alphabetic() || ending;
        if hidden || varied || self.directed && within && after_ascii {
            return Some(Match::medium("hidden-character"));
        }
        if signs::is_noncharacter(character)
            || (self.named || self.token) && signs::is_private(character) && after_ascii
        {
            return Some(Match::medium("no-character"));
        }
        if self.marks >= MARKS_MAX && signs::is_mark(character) {
            return Some(Match::medium("stacked-marks"));
        }
        let foreign = signs::is_rare_script;
        if foreign(self.before) && character.is_ascii_alphabetic()
            || foreign(character) && self.before.is_ascii_alphabetic()
        {
            return Some(Match::medium("mixed-scripts"));
        }
        if self.joined && character.is_ascii_alphabetic() {
            return Some(Match::medium("styled-letter"));
        }
        if (self.named || self.token)
            && let Some(found) = self.seen_in_either(character)
        {
            return Some(found);
        }
        let found = match (self.named, self.token) {
            (true, _) => self.seen_in_name(character),
            (_, true) => self.seen_in_word(character),
            _ => None,
        };
        found.or_else(|| {
            // In an address they part what looks like a path or a host.
            let disguised = signs::is_separator(self.before) && character.is_ascii_alphabetic();
            disguised.then(|| Match::low("disguised-separator"))
        })
    }

    /// Whether all of what is seen is ASCII.
    const fn is_plain_text(&self) -> bool {
        self.is_plain && self.is_seen
    }

    /// Whether something that is not seen leads, and is no mark of the order of bytes.
    const fn hidden_first(&self) -> bool {
        self.leads && self.unseen_in_all > 0
    }

    /// What no name and no address has, and text may have.
    fn seen_in_name(&self, character: char) -> Option<Match> {
        let is_ascii = character.is_ascii_alphanumeric();
        let leads = self.anchor == ' ' && signs::is_dash(self.before);
        if leads && character.is_ascii_alphabetic() {
            return Some(Match::medium("disguised-option"));
        }
        let narrow = !self.address && signs::is_narrow_blank(self.before);
        if signs::is_part(self.before)
            && !narrow
            && is_ascii
            && (self.anchor.is_ascii_alphanumeric() || self.anchor == ':')
            && !(character.is_ascii_digit() && self.anchor.is_ascii_digit())
        {
            return Some(Match::medium("disguised-separator"));
        }
        let mixed = |one: char, other: char| {
            let odd = signs::is_wide(one) || signs::is_odd_letter(one) || signs::is_phonetic(one);
            let digits = !self.file && signs::is_wide(one) && other.is_ascii_digit();
            odd && other.is_ascii_alphabetic() || digits
        };
        if matches!(character, '\u{85}' | '\u{2028}' | '\u{2029}') {
            return Some(Match::medium("disguised-break"));
        }
        if signs::is_overlay(character) && self.before.is_ascii_alphanumeric() {
            return Some(Match::medium("stacked-marks"));
        }
        (self.odd >= ODD_MAX
            || signs::is_styled(character)
            || mixed(character, self.before)
            || mixed(self.before, character))
        .then(|| Match::medium("styled-letter"))
    }

    /// What neither a name nor a value of one word has.
    fn seen_in_either(&self, character: char) -> Option<Match> {
        let mixes = |one: char, other: char| signs::is_other_digit(one) && other.is_ascii_digit();
        if mixes(self.before, character) || mixes(character, self.before) {
            return Some(Match::medium("mixed-digits"));
        }
        if self.token && signs::is_overlay(self.before) && character.is_ascii_alphabetic() {
            return Some(Match::medium("stacked-marks"));
        }
        if self.climbs(character) {
            return Some(Match::medium("disguised-separator"));
        }
        // What looks like a colon or a slash, before slashes, a domain or what follows a name.
        let parted = (signs::is_separator(self.before) || signs::is_dash(self.before) && self.host)
            && (matches!(character, '/' | '\\' | '@' | '.' | ':')
                || self.host && character.is_ascii_alphabetic())
            && self.anchor.is_ascii_alphanumeric();
        // Digits of full width or in rings, as a reader of addresses takes them.
        let numbered = self.counted >= 2 && self.host || self.numbers >= 3;
        if parted || numbered {
            return Some(Match::medium("disguised-separator"));
        }
        // `..¥` is a folder where the code page is one of East Asia.
        let leads = signs::is_yen(character) && self.dots >= 2;
        let compound = (self.host || self.named) && signs::is_compound(self.before);
        (leads || compound && character.is_ascii_graphic())
            .then(|| Match::medium("disguised-separator"))
    }

    /// Two full stops and a slash, one of them in disguise.
    fn climbs(&self, character: char) -> bool {
        let slash = signs::is_separator(character)
            || signs::is_wide_separator(character)
            || signs::is_stroke(character);
        self.faint >= 2 && (slash || matches!(character, '/' | '\\'))
            || self.dots >= 2 && slash && !signs::is_faint_dot(character)
    }

    /// What no value of one word has.
    fn seen_in_word(&self, character: char) -> Option<Match> {
        if self.dashes >= 2 && self.anchor == ' ' && character.is_ascii_alphabetic() {
            return Some(Match::medium("disguised-option"));
        }
        if matches!(character, '\u{85}' | '\u{2028}' | '\u{2029}') {
            return Some(Match::medium("disguised-break"));
        }
        let parts = signs::is_separator(self.before) || matches!(self.before, '．' | '｡');
        let digits = character.is_ascii_digit() && self.anchor.is_ascii_digit();
        if parts
            && character.is_ascii_alphanumeric()
            && (self.anchor.is_ascii_alphanumeric() || self.anchor == ':')
            && !digits
        {
            return Some(Match::medium("disguised-separator"));
        }
        // An ordinal ends in raised letters; signs of property follow a name.
        let before = signs::is_odd_letter(self.before)
            || signs::is_math(self.before)
            || signs::is_wide(self.before) && !self.before.is_numeric();
        let phonetic = self.host && signs::is_phonetic(self.before);
        ((before || phonetic) && character.is_ascii_lowercase() || self.styled >= STYLED_MAX)
            .then(|| Match::medium("styled-letter"))
    }

    fn finish(&self, length: usize) -> Option<Match> {
        let left = !self.has_right_to_left;
        // Set at the start for the whole of a text that runs from the right.
        let whole = self.whole && self.open == 1 && !left && !self.forced && !self.address;
        if self.open > 0 && !whole
            || self.forced && (self.named || left)
            || self.turned && left && !self.free
        {
            return Some(Match::high("turned-direction"));
        }
        if self.free {
            return None;
        }
        // What is one word of ASCII is a name wherever it stands.
        let word = self.is_plain && self.is_seen && self.blanks == 0 && length < NAME_BYTES_MAX;
        let varied = self.token && self.before.is_ascii_alphabetic();
        let hidden = self.unseen > 0 || (self.named || varied) && self.selectors > 0;
        let trails = hidden && self.before.is_ascii_alphanumeric();
        if trails && (self.named || word || varied) || word && self.hidden_first() {
            return Some(Match::medium("hidden-character"));
        }
        // A mark of direction around an account's name.
        let around = self.token && self.is_plain_text() && self.before.is_ascii_lowercase();
        if around && (self.directed || self.marked) {
            return Some(Match::medium("hidden-character"));
        }
        let parted = self.parted && word && length <= SHORT_WORD_BYTES_MAX;
        if self.soft && self.is_plain_text() || parted {
            return Some(Match::medium("hidden-character"));
        }
        if self.odd_blanks > 0 && self.blanks == 0 && self.is_plain && self.is_seen {
            return Some(Match::medium("disguised-blank"));
        }
        if self.deep >= DEEP_MAX || self.struck > STRUCK_MAX {
            return Some(Match::medium("stacked-marks"));
        }
        if self.token && self.styled >= STYLED_MAX {
            return Some(Match::medium("styled-letter"));
        }
        if self.wide.is_found() || self.token && self.wide.is_small() {
            return Some(Match::medium("wide-word"));
        }
        if let Some(found) = self.controls.finish(self.is_text, length) {
            return Some(found);
        }
        // An editor may leave one behind; a value of nothing else is no empty one.
        let left = u32::from(!self.named && !signs::is_filler(self.last));
        let nothing = !self.is_seen && self.unseen_in_all > left;
        nothing.then(|| Match::medium("nothing-seen"))
    }
}

#[cfg(test)]
mod tests;
