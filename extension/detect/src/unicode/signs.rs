//! Kinds of characters that hide or disguise, by block (Unicode Character Database 15, and
//! Unicode Technical Standard 39, "Unicode Security Mechanisms", for those that look alike).

/// Characters that take no room: joiners, fillers, marks of order, deprecated controls.
pub(super) const fn is_unseen(character: char) -> bool {
    matches!(
        character,
        '\u{200B}'..='\u{200D}'
            | '\u{2060}'..='\u{2065}'
            | '\u{1D159}'
            | '\u{206A}'..='\u{206F}'
            | '\u{FEFF}'
            | '\u{180E}'
            | '\u{115F}'
            | '\u{1160}'
            | '\u{17B4}'
            | '\u{17B5}'
            | '\u{2800}'
            | '\u{3164}'
            | '\u{FFA0}'
            | '\u{00AD}'
            | '\u{034F}'
            | '\u{FFF9}'..='\u{FFFC}'
            | '\u{1BCA0}'..='\u{1BCA3}'
            | '\u{1D173}'..='\u{1D17A}'
    )
}

/// Letters that take room and show nothing: an editor leaves none of them behind.
pub(super) const fn is_filler(character: char) -> bool {
    matches!(
        character,
        '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}' | '\u{2800}' | '\u{3164}' | '\u{FFA0}'
    )
}

/// Digits of full width, in rings, raised and lowered.
pub(super) const fn is_odd_digit(character: char) -> bool {
    matches!(
        character,
        '０'..='９' | '①'..='⑨' | '⓪' | '⓿' | '➀'..='➈' | '➊'..='➒' | '⓵'..='⓽' | '¹' | '²' | '³'
            | '\u{2070}'..='\u{2079}' | '\u{2080}'..='\u{2089}' | '\u{1D7CE}'..='\u{1D7FF}'
    )
}

/// Marks that only say a direction: of use beside letters that run from the right.
pub(super) const fn is_direction_mark(character: char) -> bool {
    matches!(character, '\u{200E}' | '\u{200F}' | '\u{061C}')
}

/// Characters that vary the one before.
pub(super) const fn is_selector(character: char) -> bool {
    matches!(
        character,
        '\u{E0100}'..='\u{E01EF}' | '\u{FE00}'..='\u{FE0F}' | '\u{180B}'..='\u{180D}'
    )
}

/// Letters and numbers that run from the right.
pub(super) const fn is_right_to_left(character: char) -> bool {
    matches!(character, '\u{590}'..='\u{8FF}' | '\u{FB1D}'..='\u{FEFC}' | '\u{10800}'..='\u{10FFF}')
}

/// Signs that look like a slash, a backslash, a colon, a semicolon or a full stop.
pub(super) const fn is_separator(character: char) -> bool {
    matches!(
        character,
        '\u{2044}'
            | '\u{2215}'
            | '\u{2216}'
            | '\u{29F5}'
            | '\u{29F8}'
            | '\u{29F9}'
            | '\u{2024}'
            | '\u{37E}'
            | '\u{A789}'
            | '\u{2236}'
            | '\u{FE55}'
            | '\u{FE68}'
            | '\u{FE52}'
            | '\u{27CB}'
            | '\u{27CD}'
            | '\u{2571}'
            | '\u{2572}'
            | '\u{2F03}'
            | '\u{205A}'
            | '\u{5C3}'
            | '\u{2025}'
            | '\u{2041}'
            | '\u{2CC6}'
            | '\u{1735}'
            | '\u{204F}'
            | '\u{2223}'
            | '\u{2758}'
    ) || is_rare_dot(character)
}

/// Signs and full stops of rare scripts that look like one of ASCII; text of those scripts has them
/// beside letters of its own.
const fn is_rare_dot(character: char) -> bool {
    matches!(
        character,
        '\u{6D4}'
            | '\u{701}'
            | '\u{702}'
            | '\u{A60E}'
            | '\u{A4F8}'
            | '\u{2E31}'
            | '\u{10A50}'
            | '\u{1D16D}'
    )
}

/// Signs that look like a full stop, or are read as one.
pub(super) const fn is_faint_dot(character: char) -> bool {
    is_rare_dot(character)
        || matches!(
            character,
            '\u{2024}'
                | '\u{2025}'
                | '\u{2027}'
                | '\u{FE52}'
                | '\u{B7}'
                | '\u{30FB}'
                | '。'
                | '｡'
                | '．'
        )
}

/// Strokes of East Asian writing that look like a slash.
pub(super) const fn is_stroke(character: char) -> bool {
    matches!(
        character,
        '\u{30CE}' | '\u{3033}' | '\u{31D3}' | '\u{31D4}' | '\u{4E36}' | '\u{4E3F}' | '\u{1D23A}'
    )
}

/// Signs that look like a hyphen-minus; text has them for itself, names of files and hosts do not.
pub(super) const fn is_dash(character: char) -> bool {
    matches!(
        character,
        '\u{2010}'..='\u{2012}' | '\u{2212}' | '\u{FE63}' | '\u{FF0D}' | '\u{2796}' | '\u{1806}'
    )
}

/// Whether a character looks like one that parts names, and is none.
pub(super) const fn is_part(character: char) -> bool {
    is_separator(character)
        || is_wide_separator(character)
        || is_odd_blank(character)
        || is_dash(character)
        || is_narrow_blank(character)
}

/// The same in forms of other width, which East Asian text has anyway.
pub(super) const fn is_wide_separator(character: char) -> bool {
    matches!(character, '／' | '＼' | '：' | '．' | '｡' | '；' | '。')
}

/// Letters of ASCII in another style: mathematical, circled, squared, ligatures.
pub(super) const fn is_styled(character: char) -> bool {
    matches!(
        character,
        '\u{1D400}'..='\u{1D7FF}'
            | '\u{24B6}'..='\u{24E9}'
            | '\u{1F110}'..='\u{1F169}'
            | '\u{FB00}'..='\u{FB06}'
            | '\u{212A}'
    )
}

/// Letters that pass for ones of ASCII in a word: those of no script, and of Cherokee and Lisu.
/// Beside no letter of ASCII they are what they are.
pub(super) const fn is_odd_letter(character: char) -> bool {
    is_raised(character)
        || matches!(
            character,
            '\u{13A0}'..='\u{13F5}' | '\u{A4D0}'..='\u{A4F7}' | '\u{AB70}'..='\u{ABBF}'
        )
}

/// Signs that are normalised to several of ASCII, one of which parts an address: `a/c`, `?!`,
/// `::=`.
pub(super) const fn is_compound(character: char) -> bool {
    matches!(
        character,
        '\u{2100}' | '\u{2101}' | '\u{2105}' | '\u{2106}' | '\u{2047}'
            ..='\u{2049}' | '\u{2A74}' | '\u{FE13}' | '\u{FE30}'
    )
}

/// Signs of currency that old code pages have in the place of the backslash.
pub(super) const fn is_yen(character: char) -> bool {
    matches!(character, '\u{A5}' | '\u{20A9}')
}

/// Decimal digits of other scripts, the usual ones (general category Nd).
pub(super) const fn is_other_digit(character: char) -> bool {
    matches!(
        character,
        '\u{660}'..='\u{669}' | '\u{6F0}'..='\u{6F9}' | '\u{7C0}'..='\u{7C9}' | '\u{966}'..='\u{96F}'
            | '\u{9E6}'..='\u{9EF}' | '\u{A66}'..='\u{A6F}' | '\u{AE6}'..='\u{AEF}' | '\u{B66}'..='\u{B6F}'
            | '\u{BE6}'..='\u{BEF}' | '\u{C66}'..='\u{C6F}' | '\u{CE6}'..='\u{CEF}' | '\u{D66}'..='\u{D6F}'
            | '\u{E50}'..='\u{E59}' | '\u{ED0}'..='\u{ED9}' | '\u{F20}'..='\u{F29}' | '\u{1040}'..='\u{1049}'
            | '\u{17E0}'..='\u{17E9}' | '\u{1810}'..='\u{1819}' | '\u{1D7CE}'..='\u{1D7FF}'
    )
}

/// Letters of mathematics, in rings and in squares.
pub(super) const fn is_math(character: char) -> bool {
    matches!(
        character,
        '\u{1D400}'..='\u{1D7FF}' | '\u{24B6}'..='\u{24E9}' | '\u{1F110}'..='\u{1F169}' | '\u{212A}'
    )
}

/// Letters of scripts that no word shares with letters of ASCII: Cherokee, Lisu, Coptic, runes, and
/// those of the supplementary plane.
pub(super) const fn is_rare_script(character: char) -> bool {
    matches!(
        character,
        '\u{13A0}'..='\u{13FF}'
            | '\u{AB70}'..='\u{ABBF}'
            | '\u{A4D0}'..='\u{A4FD}'
            | '\u{2C80}'..='\u{2CE3}'
            | '\u{1680}'..='\u{16FF}'
            | '\u{10280}'..='\u{107FF}'
            | '\u{11000}'..='\u{16FFF}'
    )
}

/// Small capitals, raised and lowered letters, Roman numerals, letters in brackets; not the open
/// o, with which languages of West Africa are written.
pub(super) const fn is_raised(character: char) -> bool {
    matches!(
        character,
        '\u{1D00}'..='\u{1D0F}'
            | '\u{1D12}'..='\u{1D6A}'
            | '\u{2071}'
            | '\u{207F}'
            | '\u{2090}'..='\u{209C}'
            | '\u{210A}'..='\u{2113}'
            | '\u{212F}'..='\u{2134}'
            | '\u{2160}'..='\u{217F}'
            | '\u{249C}'..='\u{24B5}'
            | '\u{A730}'..='\u{A731}'
            | '\u{17F}'
    )
}

/// The same of phonetics, which writes them among letters of ASCII.
pub(super) const fn is_phonetic(character: char) -> bool {
    matches!(
        character,
        'ɢ' | 'ɪ' | 'ɴ' | 'ʀ' | 'ʏ' | 'ʙ' | 'ʜ' | 'ʟ' | 'ɡ' | 'ɑ' | 'ʇ' | 'ǝ' | 'ɐ' | 'ʍ' | 'ʎ'
    )
}

/// Letters and digits of ASCII in full width.
pub(super) const fn is_wide(character: char) -> bool {
    matches!(character, '０'..='９' | 'Ａ'..='Ｚ' | 'ａ'..='ｚ')
}

/// Marks that are set over, under or through the character before.
pub(super) const fn is_mark(character: char) -> bool {
    matches!(
        character,
        '\u{300}'..='\u{36F}' | '\u{483}'..='\u{489}' | '\u{20D0}'..='\u{20F0}' | '\u{FE20}'..='\u{FE2F}'
    )
}

/// Blanks at which no line ends: text has them before signs and units.
pub(super) const fn is_narrow_blank(character: char) -> bool {
    matches!(character, '\u{A0}' | '\u{202F}')
}

/// Marks that strike a character through, or ring it.
pub(super) const fn is_overlay(character: char) -> bool {
    matches!(character, '\u{334}'..='\u{338}' | '\u{20D0}'..='\u{20E0}')
}

/// Blanks of an unusual width.
pub(super) const fn is_odd_blank(character: char) -> bool {
    matches!(character, '\u{1680}' | '\u{2000}'..='\u{200A}' | '\u{205F}' | '\u{3000}')
}

/// Code points that never are a character (the standard's section 23.7).
pub(super) const fn is_noncharacter(character: char) -> bool {
    character as u32 & 0xFFFE == 0xFFFE || matches!(character, '\u{FDD0}'..='\u{FDEF}')
}

/// Code points whose meaning is agreed on privately: icons of a font at best.
pub(super) const fn is_private(character: char) -> bool {
    matches!(character, '\u{E000}'..='\u{F8FF}' | '\u{F0000}'..)
}

/// UTF-7 (RFC 2152) of two ASCII characters that need none: `+ADw-script+AD4-`.
pub(super) fn is_utf_7(bytes: &[u8]) -> bool {
    let shifted = |window: &[u8]| match window {
        [b'+', b'A', b'A'..=b'H', last, b'-'] => b"AEIMQUYcgkosw048".contains(last),
        _ => false,
    };
    let pluses = memchr::memchr_iter(b'+', bytes);
    pluses.filter(|at| bytes.get(*at..at + 5).is_some_and(shifted)).nth(1).is_some()
}

/// The longest of them.
pub(super) const WIDE_BYTES_MAX: usize = 16;

/// The letters of full width or in another style in a row, and whether they were such a word. In the text of East
/// Asia all of them are usual.
#[expect(clippy::struct_excessive_bools, reason = "independent marks of one text")]
pub(super) struct WideWord {
    letters: [u8; WIDE_BYTES_MAX],
    length: usize,
    found: bool,
    is_east_asian: bool,
    mixed: bool,
    /// Whether a small letter of ASCII stands right before the word.
    joined: bool,
    /// Small letters of full width, and whether nothing else was seen.
    small: u32,
    only_small: bool,
    before: char,
}

impl WideWord {
    pub(super) const fn new() -> Self {
        let letters = [0; WIDE_BYTES_MAX];
        let (found, is_east_asian, mixed, joined) = (false, false, false, false);
        let (small, only_small) = (0, true);
        let length = 0;
        Self {
            letters,
            length,
            found,
            is_east_asian,
            mixed,
            joined,
            small,
            only_small,
            before: ' ',
        }
    }

    /// Takes a printable character of ASCII; false when that ends a word.
    pub(super) const fn take_plain(&mut self, character: char) -> bool {
        let outside = self.length == 0;
        self.only_small = false;
        if outside {
            self.before = character;
        }
        outside
    }

    /// Whether all is one word of small letters of full width: names of people and brands have
    /// capitals, numbers none of either.
    pub(super) const fn is_small(&self) -> bool {
        self.only_small && self.small >= 4
    }

    pub(super) fn take(&mut self, character: char) {
        let is_small = matches!(character, 'ａ'..='ｚ');
        self.small += u32::from(is_small);
        self.only_small &= is_small || matches!(character, '＿' | '－');
        let letter =
            super::fold::plain(character).filter(|_| is_wide(character) || is_math(character));
        if letter.is_some() || is_wide(character) {
            self.joined |= self.length == 0 && self.before.is_ascii_lowercase();
            if let Some(slot) = self.letters.get_mut(self.length) {
                *slot = letter.unwrap_or_default().to_ascii_lowercase();
            }
            self.length += 1;
        } else if self.length > 0 || matches!(character, '\u{2E80}'..='\u{D7FF}') {
            self.mixed |= self.joined && character.is_ascii_lowercase();
            self.found |= self.is_word();
            self.is_east_asian |= matches!(character, '\u{2E80}'..='\u{D7FF}');
            (self.length, self.joined) = (0, false);
        }
        self.before = character;
    }

    fn is_word(&self) -> bool {
        let word = self.letters.get(..self.length).unwrap_or_default();
        super::fold::is_known(word)
    }

    pub(super) fn is_found(&self) -> bool {
        !self.is_east_asian && (self.found || self.mixed || self.is_word())
    }
}
