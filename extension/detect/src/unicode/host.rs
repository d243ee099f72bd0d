//! Words and host names of letters out of two scripts that look like one.
use crate::finding::Match;
use crate::text::Role;

/// Whether a letter of Cyrillic, Greek, Armenian or phonetics looks like one of ASCII in most type.
const fn is_alike(letter: char) -> bool {
    is_alike_cyrillic(letter) || is_alike_other(letter)
}

/// Those of Cyrillic.
const fn is_alike_cyrillic(letter: char) -> bool {
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
            | 'С'
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
            | 'У'
            | 'Ү'
            | 'Ԍ'
            | 'Ӏ'
            | 'Ԛ'
            | 'Ԝ'
            | 'Ѵ'
            | 'Ь'
            | 'ь'
            | 'ү'
            | 'ғ'
    )
}

/// Those of Greek, Armenian and phonetics.
const fn is_alike_other(letter: char) -> bool {
    matches!(
        letter,
        'α' | 'ο'
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
            | 'Ϲ'
            | 'Ϻ'
            | 'ɡ'
            | 'ɑ'
            | 'օ'
            | 'ո'
            | 'ս'
            | 'հ'
            | 'ց'
            | 'Ս'
            | 'Օ'
            | 'Տ'
            | 'զ'
            | 'ռ'
    )
}

/// Whether a letter is one of ASCII with a dot above or below, or without the one that it has.
const fn is_dotted(letter: char) -> bool {
    matches!(
        letter,
        'ạ' | 'ẹ'
            | 'ị'
            | 'ọ'
            | 'ụ'
            | 'ḅ'
            | 'ḍ'
            | 'ḥ'
            | 'ḳ'
            | 'ḷ'
            | 'ṃ'
            | 'ṇ'
            | 'ṛ'
            | 'ṣ'
            | 'ṭ'
            | 'ẉ'
            | 'ẓ'
            | 'ċ'
            | 'ė'
            | 'ġ'
            | 'ȧ'
            | 'ȯ'
            | 'ḃ'
            | 'ḋ'
            | 'ḟ'
            | 'ṁ'
            | 'ṅ'
            | 'ṗ'
            | 'ṙ'
            | 'ṡ'
            | 'ṫ'
            | 'ẇ'
            | 'ẋ'
            | 'ẏ'
            | 'ı'
            | 'ḁ'
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
pub(super) fn judge(bytes: &[u8], role: Role, name: bool) -> Option<Match> {
    if wide_host(bytes) {
        return Some(Match::medium("disguised-host"));
    }
    let has = |part: &str| memchr::memmem::find(bytes, part.as_bytes()).is_some();
    let kind = match (name, role) {
        (true, Role::Url) => Kind::Address,
        (true, _) if has("://") => Kind::Address,
        (_, Role::FileName) => Kind::File,
        (true, _) => Kind::Name,
        // Phonetics, and languages that are written with its letters.
        _ if has("ɛ") || has("ɔ") || has("ə") => Kind::Phonetic,
        _ => Kind::Text,
    };
    words(&mut bytes.utf8_chunks().flat_map(|chunk| chunk.valid().chars()), kind)
        .or_else(|| labels(bytes))
}

/// Labels of hosts as the name system has them (`xn--…`), judged as they are shown.
fn labels(bytes: &[u8]) -> Option<Match> {
    memchr::memmem::find_iter(bytes, b"xn--").take(16).find_map(|at| {
        let rest = bytes.get(at + 4..)?;
        let is_label = |byte: &&u8| byte.is_ascii_alphanumeric() || **byte == b'-';
        let length = rest.iter().take(60).take_while(is_label).count();
        let (label, domain) = rest.split_at_checked(length)?;
        let domain = domain.iter().take(8).map(|byte| char::from(*byte));
        words(&mut shown(label)?.into_iter().chain(domain), Kind::Address)
    })
}

/// The characters that a label stands for (RFC 3492, section 6.2); `None` when it is none.
fn shown(label: &[u8]) -> Option<Vec<char>> {
    let cut = label.iter().rposition(|byte| *byte == b'-');
    let (plain, digits) = cut.map_or((b"".as_slice(), label), |cut| label.split_at(cut));
    let digits = if cut.is_some() { digits.get(1..)? } else { digits };
    let mut shown: Vec<char> = plain.iter().map(|byte| char::from(*byte)).collect();
    let (mut code, mut place, mut bias) = (128_u32, 0_u32, 72_u32);
    let mut digits = digits.iter();
    while digits.len() > 0 {
        let (start, mut weight) = (place, 1_u32);
        for step in (36_u32..).step_by(36) {
            let digit = match digits.next()?.to_ascii_lowercase() {
                letter @ b'a'..=b'z' => letter - b'a',
                number @ b'0'..=b'9' => number - b'0' + 26,
                _ => return None,
            };
            place = place.checked_add(u32::from(digit).checked_mul(weight)?)?;
            let least = step.saturating_sub(bias).clamp(1, 26);
            if u32::from(digit) < least {
                break;
            }
            weight = weight.checked_mul(36 - least)?;
        }
        let length = u32::try_from(shown.len() + 1).ok()?;
        bias = adapted(place - start, length, start == 0);
        code = code.checked_add(place / length)?;
        let at = place % length;
        shown.insert(usize::try_from(at).ok()?, char::from_u32(code)?);
        place = at + 1;
    }
    Some(shown)
}

/// The bias for the next number (RFC 3492, section 6.1).
const fn adapted(delta: u32, length: u32, first: bool) -> u32 {
    let delta = if first { delta / 700 } else { delta / 2 };
    let mut delta = delta + delta / length;
    let mut bias = 0;
    while delta > 455 {
        delta /= 35;
        bias += 36;
    }
    bias + 36 * delta / (delta + 38)
}

/// What the words are of.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Text,
    Phonetic,
    Name,
    File,
    Address,
}

/// Letters of other scripts than Latin's, of which a word of ASCII has none.
const fn is_foreign(letter: char, kind: Kind) -> bool {
    match letter {
        '\u{400}'..='\u{58F}'
        // Of those whose words are written with blanks, and without joining an ASCII word.
        | '\u{900}'..='\u{DFF}'
        | '\u{10A0}'..='\u{10FF}'
        | '\u{1200}'..='\u{139F}'
        | '\u{1400}'..='\u{167F}'
        | '\u{2C00}'..='\u{2C5F}'
        | '\u{2D00}'..='\u{2DDF}'
        | '\u{A500}'..='\u{A63F}' => true,
        '\u{E00}'..='\u{109F}' | '\u{1780}'..='\u{1AFF}' => {
            matches!(kind, Kind::Name | Kind::Address)
        }
        // Greek stands in formulas, Hebrew and Arabic before a foreign word; and letters of Latin
        // that look like others, and are of no language that hosts are named in.
        '\u{370}'..='\u{3FF}'
        | '\u{1F00}'..='\u{1FFF}'
        | '\u{5D0}'..='\u{8FF}'
        | 'Ɩ'
        | 'ƽ'
        | 'Ƽ'
        | 'ǀ'..='ǃ'
        | 'ſ'
        | 'ƨ'
        | 'ƅ'
        | 'ɩ'
        | 'ƞ' => matches!(kind, Kind::Address),
        _ => false,
    }
}

fn words(characters: &mut dyn Iterator<Item = char>, kind: Kind) -> Option<Match> {
    let mut word = Word::default();
    for character in characters {
        if is_letter(character) {
            word.take(character, kind);
        } else if !character.is_ascii_digit() {
            if word.is_disguised(kind) || word.is_domain() {
                return Some(Match::medium("mixed-scripts"));
            }
            // A name with look-alikes, in a domain that is written in ASCII.
            let alike = character == '.'
                && kind != Kind::File
                && (word.is_alike_only() || word.is_spoofed() || word.is_dotted());
            word = Word { host: alike, ..Word::default() };
        }
        if word.host && word.ascii >= 2 && word.letters == word.ascii && word.letters <= 4 {
            word.domain = true;
        }
    }
    (word.is_disguised(kind) || word.is_domain()).then(|| Match::medium("mixed-scripts"))
}

/// Signs that host names are read with as a full stop (Unicode Technical Standard 46), before a
/// domain in ASCII; or letters of full width after `://`.
fn wide_host(bytes: &[u8]) -> bool {
    const DOTS: [&str; 11] = ["．", "。", "｡", "․", "‧", "·", "∙", "⋅", "・", "ㆍ", "•"];
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
#[expect(clippy::struct_excessive_bools, reason = "independent marks of one word")]
struct Word {
    letters: u32,
    ascii: u32,
    alike: u32,
    /// Other letters of the scripts that have look-alikes.
    other: u32,
    /// Letters of ASCII with a small mark below or a dot above.
    dotted: u32,
    /// Whether an ASCII letter came after a look-alike.
    returned: bool,
    /// Letters of Cyrillic and Armenian since the last one of ASCII, and whether one of those
    /// came after one or two of them.
    run: u32,
    enclosed: bool,
    /// Whether one or two of them stand before all letters of ASCII.
    begun: bool,
    /// Whether a label of look-alikes and a dot stand before.
    host: bool,
    domain: bool,
}

impl Word {
    fn take(&mut self, character: char, kind: Kind) {
        self.letters += 1;
        self.run += u32::from(is_foreign(character, kind));
        if character.is_ascii() {
            self.enclosed |= self.ascii > 0 && matches!(self.run, 1..=2);
            self.begun |= self.ascii == 0 && matches!(self.run, 1..=2);
            self.run = 0;
            self.ascii += 1;
            self.returned |= self.alike > 0;
        } else if kind == Kind::Phonetic && matches!(character, '\u{250}'..='\u{2AF}') {
            self.other += 1;
        } else if is_alike(character) {
            self.alike += 1;
        } else if matches!(character, '\u{370}'..='\u{52F}') {
            self.other += 1;
        } else if is_dotted(character) {
            self.dotted += 1;
        }
    }

    /// One letter with a dot that is easily overlooked, and otherwise ASCII.
    const fn is_dotted(&self) -> bool {
        self.dotted == 1 && self.ascii + 1 == self.letters && self.letters >= 5
    }

    /// ASCII letters with look-alikes among them. A suffix of another script is grammar, but not
    /// in a name.
    fn is_disguised(&self, kind: Kind) -> bool {
        let is_text = matches!(kind, Kind::Text | Kind::Phonetic);
        // One at the end may be an ending, but not before a domain.
        let ends = matches!(self.run, 1..=2) && kind == Kind::Address && self.run != self.letters;
        let begins = self.begun && !is_text;
        if (self.enclosed || ends || begins) && self.ascii > 2 && self.letters <= WORD_CHARS_MAX {
            return true;
        }
        let among = self.returned || !is_text;
        let mixed = self.ascii >= 2 && self.alike >= 1 && self.other == 0 && among;
        let nearly = self.ascii >= 1 && self.alike >= 2 && self.letters >= 4 && self.returned;
        (mixed || nearly && self.other == 0) && self.letters <= WORD_CHARS_MAX
    }

    /// A short word of ASCII behind a label of look-alikes.
    const fn is_domain(&self) -> bool {
        self.host && self.domain && self.letters <= 4
    }

    /// The same before a domain.
    fn is_spoofed(&self) -> bool {
        self.ascii >= 1 && self.alike >= 1 && self.other == 0 && self.letters >= 3
    }

    fn is_alike_only(&self) -> bool {
        self.alike >= 4 && self.alike == self.letters
    }
}
