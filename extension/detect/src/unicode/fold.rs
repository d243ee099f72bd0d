//! Letters that stand for ones of ASCII, and the words that they spell.

use super::signs;

/// The letter of ASCII that one in another style or width stands for (compatibility
/// decompositions, Unicode Standard Annex 15, and small capitals), in either case.
pub(crate) fn plain(character: char) -> Option<u8> {
    let code = u32::from(character);
    let letter = match code {
        0xFF21..=0xFF3A | 0xFF41..=0xFF5A => code - 0xFEE0,
        0x1D400..=0x1D6A3 => match (code - 0x1D400) % 52 {
            capital @ 0..26 => capital + 0x41,
            small => small - 26 + 0x61,
        },
        0x249C..=0x24B5 => code - 0x249C + 0x61,
        0x24B6..=0x24CF => code - 0x24B6 + 0x61,
        0x24D0..=0x24E9 => code - 0x24D0 + 0x61,
        0x1F110..=0x1F129 => code - 0x1F110 + 0x61,
        0x1F130..=0x1F149 => code - 0x1F130 + 0x61,
        0x1F150..=0x1F169 => code - 0x1F150 + 0x61,
        0x1F170..=0x1F189 => code - 0x1F170 + 0x61,
        0x130
        | 0x131
        | 0x17F
        | 0x250..0x2BA
        | 0x1D00..0x1DC0
        | 0x2071..0x209D
        | 0x2102..0x2150
        | 0x2160..0x2180
        | 0xA730
        | 0xA731 => return single(character),
        _ => return None,
    };
    u8::try_from(letter).ok()
}

/// The same of letters that stand in no order.
fn single(character: char) -> Option<u8> {
    let at = OTHERS.chars().position(|other| other == character)?;
    PLAIN.get(at).copied()
}

const OTHERS: &str = "\
    İıſɑɡɢɪɴʀʏʙʜʟʰʲʳʷʸᴀᴄᴅᴇᴊᴋᴍᴏᴘᴛᴜᴠᴡᴢᴬᴮᴰᴱᴳᴴᴵᴶᴷᴸᴹᴺᴼᴾᴿᵀᵁᵂ\
        ᵃᵇᵈᵉᵍᵏᵐᵒᵖᵗᵘᵛᵢᵣᵤᵥᶜᶠᶻⁱⁿₐₑₒₓₕₖₗₘₙₚₛₜℂℊℋℌℍℎℐℑℒℓℕℙℚℛℜℝℤ\
        ℨ\u{212A}ℬℭℯℰℱℳℴℹⅅⅆⅇⅈⅉⅠⅤⅩⅬⅭⅮⅯⅰⅴⅹⅼⅽⅾⅿꜰꜱ";
const PLAIN: &[u8] = b"\
    iisagginrybhlhjrwyacdejkmoptuvwzabdeghijklmnoprtuwabdegkmoptuviruvcfzinaeoxhklmn\
        pstcghhhhiillnpqrrrzzkbceefmoiddeijivxlcdmivxlcdmfs";

/// Words of code and of rights that nobody writes so but to slip past a filter.
const WORDS: &str = "\
    admin administrator alert cookie delete document drop eval exec iframe insert javascript \
    localhost onclick onerror onload passwd root script select sleep sudo table union update \
    vbscript where system password from import require ignore instructions null true false";

/// Whether a word is one of those.
pub(super) fn is_known(word: &[u8]) -> bool {
    WORDS.split(' ').any(|known| known.as_bytes() == word)
}

/// Whether a word of a text is one of those once its letters stand for what they look like and
/// what hides in it is taken out; soft hyphens only where the text is one word.
pub(super) fn is_word(bytes: &[u8], token: bool) -> bool {
    let mut word = [0; signs::WIDE_BYTES_MAX];
    let (mut length, mut odd, mut hidden) = (0, false, false);
    let characters = bytes.utf8_chunks().flat_map(|chunk| chunk.valid().chars());
    for character in characters.chain([' ']) {
        let letter = if character.is_ascii_alphabetic() {
            u8::try_from(character).ok()
        } else {
            plain(character).filter(|_| !signs::is_wide(character))
        };
        if let Some(letter) = letter {
            odd |= !character.is_ascii() || hidden;
            hidden = false;
            if let Some(slot) = word.get_mut(length) {
                *slot = letter.to_ascii_lowercase();
            }
            length += 1;
            continue;
        }
        let hides = signs::is_unseen(character)
            || signs::is_overlay(character)
            || signs::is_selector(character);
        if length > 0 && hides && (token || character != '\u{AD}') {
            // At the end it parts words: Khmer and Thai write no blanks.
            hidden = true;
            odd |= token;
            continue;
        }
        if odd && word.get(..length).is_some_and(is_known) {
            return true;
        }
        (length, odd, hidden) = (0, false, false);
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_letter_that_stands_for_another_has_it() {
        assert_eq!(OTHERS.chars().count(), PLAIN.len());
        for (odd, letter) in [('ᴀ', b'a'), ('ʏ', b'y'), ('ⁿ', b'n'), ('ſ', b's'), ('Ⅽ', b'c')]
        {
            assert_eq!(plain(odd), Some(letter), "{odd}");
        }
        assert_eq!(plain('é'), None);
    }

    #[test]
    fn a_word_is_read_through_what_hides_it() {
        for text in [
            "adm\u{131}n",
            "ᴀᴅᴍɪɴ",
            "r\u{2060}o\u{2060}ot",
            "s\u{337}e\u{337}lect",
            "ｓelect ſelect",
        ] {
            assert!(is_word(text.as_bytes(), false), "{text}");
        }
        assert!(is_word("pass\u{AD}word".as_bytes(), true));
        for text in ["admin", "pass\u{AD}word", "x ⁿ", "ʀᴏᴏᴛs", "ａｄｍｉｎ"] {
            assert!(!is_word(text.as_bytes(), false), "{text}");
        }
    }
}
