//! How a call in a grammar becomes text.
use super::{Alternative, Grammar, Piece, Section};
use crate::encoding::{base64, hex};
use crate::rng::Rng;

/// Rules within rules; beyond it a call is left empty.
const DEPTH_MAX: u32 = 40;
const LOWER: &[u8] = b"abcdefghijklmnopqrstuvwxyz";
const UPPER: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const ALNUM: &[u8] = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
const HEX_LOWER: &[u8] = b"0123456789abcdef";
const HEX_UPPER: &[u8] = b"0123456789ABCDEF";
/// Functions whose argument is the name of a rule.
const OF_RULES: [&str; 9] =
    ["b64", "b64l", "b64u", "hexof", "hexl", "HEXl", "opt", "json", "title"];

impl Grammar {
    /// One text of a section.
    pub fn make(&self, section: &Section, rng: &mut Rng) -> String {
        let mut text = String::new();
        self.one_of(&section.alternatives, rng, DEPTH_MAX, &mut text);
        text
    }

    /// One text of a rule; nothing where there is no such rule.
    pub fn make_rule(&self, rule: &str, rng: &mut Rng) -> String {
        let mut text = String::new();
        self.rule(rule, rng, DEPTH_MAX, &mut text);
        text
    }

    /// Whether a call means something; asked once, when a grammar is read.
    pub(super) fn knows(&self, function: &str, argument: &str) -> bool {
        match function {
            "rep" => {
                argument.split_once(':').is_some_and(|(_, rule)| self.rules.contains_key(rule))
            }
            "n" | "az" | "AZ" | "alnum" | "hex" | "HEX" => bounds(argument).is_some(),
            "u" => character(argument).is_some(),
            "kw" | "pick" => !argument.is_empty(),
            of if OF_RULES.contains(&of) => self.rules.contains_key(argument),
            "sp" | "tab" | "nl" | "cr" => argument.is_empty(),
            rule => argument.is_empty() && self.rules.contains_key(rule),
        }
    }

    fn one_of(&self, alternatives: &[Alternative], rng: &mut Rng, depth: u32, out: &mut String) {
        for piece in rng.pick(alternatives).into_iter().flatten() {
            match piece {
                Piece::Text(text) => out.push_str(text),
                Piece::Call { function, argument } => {
                    self.call(function, argument, rng, depth, out);
                }
            }
        }
    }

    fn rule(&self, name: &str, rng: &mut Rng, depth: u32, out: &mut String) {
        if let (Some(alternatives), Some(depth)) = (self.rules.get(name), depth.checked_sub(1)) {
            self.one_of(alternatives, rng, depth, out);
        }
    }

    fn text_of(&self, name: &str, rng: &mut Rng, depth: u32) -> String {
        let mut text = String::new();
        self.rule(name, rng, depth, &mut text);
        text
    }

    fn call(&self, function: &str, argument: &str, rng: &mut Rng, depth: u32, out: &mut String) {
        match function {
            "sp" => out.push(' '),
            "tab" => out.push('\t'),
            "nl" => out.push('\n'),
            "cr" => out.push('\r'),
            "u" => out.extend(character(argument)),
            "n" => {
                let (low, high) = bounds(argument).unwrap_or_default();
                out.push_str(&rng.between(low, high).to_string());
            }
            "az" => letters(LOWER, argument, rng, out),
            "AZ" => letters(UPPER, argument, rng, out),
            "alnum" => letters(ALNUM, argument, rng, out),
            "hex" => letters(HEX_LOWER, argument, rng, out),
            "HEX" => letters(HEX_UPPER, argument, rng, out),
            "kw" => keyword(argument, rng, out),
            "pick" => {
                let choices: Vec<_> = argument.split('|').collect();
                out.push_str(rng.pick(&choices).copied().unwrap_or_default());
            }
            "rep" => {
                let (times, rule) = argument.split_once(':').unwrap_or_default();
                for _ in 0..times.parse::<u32>().unwrap_or_default() {
                    self.rule(rule, rng, depth, out);
                }
            }
            "opt" if rng.once_in(2) => {}
            "opt" => self.rule(argument, rng, depth, out),
            of if OF_RULES.contains(&of) => {
                let text = self.text_of(argument, rng, depth);
                out.push_str(&transformed(of, &text));
            }
            rule => self.rule(rule, rng, depth, out),
        }
    }
}

/// A rule's text in another form.
fn transformed(function: &str, text: &str) -> String {
    match function {
        "b64" => base64(text.as_bytes()),
        "b64l" => base64(&latin1(text)),
        "b64u" => base64(&latin1(text)).replace('+', "-").replace('/', "_").replace('=', ""),
        "hexof" => hex(text.as_bytes()),
        "hexl" => hex(&latin1(text)),
        "HEXl" => hex(&latin1(text)).to_uppercase(),
        "json" => serde_json::to_string(text).unwrap_or_default(),
        _ => {
            let mut letters = text.chars();
            letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect()
        }
    }
}

/// Characters that stand for bytes.
pub(crate) fn latin1(text: &str) -> Vec<u8> {
    text.chars().map(|letter| u8::try_from(u32::from(letter)).unwrap_or(b'?')).collect()
}

fn bounds(argument: &str) -> Option<(u64, u64)> {
    let (low, high) = argument.split_once('-').unwrap_or((argument, argument));
    Some((low.parse().ok()?, high.parse().ok()?))
}

fn character(argument: &str) -> Option<char> {
    u32::from_str_radix(argument, 16).ok().and_then(char::from_u32)
}

fn letters(of: &[u8], argument: &str, rng: &mut Rng, out: &mut String) {
    let (low, high) = bounds(argument).unwrap_or_default();
    for _ in 0..rng.between(low, high) {
        out.extend(rng.pick(of).map(|byte| char::from(*byte)));
    }
}

/// A word whose case does not matter to whoever reads it.
fn keyword(word: &str, rng: &mut Rng, out: &mut String) {
    match rng.between(0, 3) {
        0 => out.push_str(&word.to_uppercase()),
        1 => out.push_str(&word.to_lowercase()),
        2 => out.push_str(word),
        _ => out.push_str(&mixed(word, rng)),
    }
}

/// Capital and small letters by chance.
pub(crate) fn mixed(text: &str, rng: &mut Rng) -> String {
    let one = |letter: char| {
        if rng.once_in(2) { letter.to_ascii_uppercase() } else { letter.to_ascii_lowercase() }
    };
    text.chars().map(one).collect()
}
