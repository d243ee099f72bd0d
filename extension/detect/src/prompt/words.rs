//! A text as words: in lower case, one blank between two, each character of scripts that write
//! without blanks a word of its own, and nothing that cannot be seen.

/// The words of a text, with a blank before the first and after the last.
pub(super) fn reduce(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    let mut words = String::with_capacity(text.len() + 2);
    words.push(' ');
    for letter in text.chars() {
        if is_invisible(letter) {
            continue;
        }
        if is_syllabic(letter) {
            blank(&mut words);
            words.push(letter);
            words.push(' ');
        } else if letter.is_alphanumeric() || is_mark(letter) {
            words.extend(letter.to_lowercase());
        } else if letter == '@' {
            // An address of mail: somewhere to send to.
            blank(&mut words);
            words.push_str("atsign ");
        } else if !matches!(letter, '\'' | '\u{2019}' | '`') {
            blank(&mut words);
        }
    }
    blank(&mut words);
    words
}

fn blank(words: &mut String) {
    if !words.ends_with(' ') {
        words.push(' ');
    }
}

/// Zero-width characters, and those that a text is broken with to slip past a filter.
fn is_invisible(letter: char) -> bool {
    matches!(
        letter,
        '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}'..='\u{2064}' | '\u{feff}' | '\u{202a}'..='\u{202e}'
            | '\u{fe00}'..='\u{fe0f}' | '\u{640}'
    )
}

/// Han, Hiragana and Katakana; Thai, Lao, Burmese and Khmer.
fn is_syllabic(letter: char) -> bool {
    matches!(
        letter,
        '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{e00}'..='\u{eff}'
            | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}'
    )
}

/// Vowel signs of Indic scripts belong to their word.
fn is_mark(letter: char) -> bool {
    matches!(letter, '\u{900}'..='\u{97f}' | '\u{300}'..='\u{36f}' | '\u{64b}'..='\u{652}')
}
