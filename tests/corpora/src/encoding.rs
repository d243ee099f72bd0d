//! The dresses that one and the same text can come in.
use crate::grammar::expand::mixed;
use crate::rng::Rng;
use std::fmt::Write as _;

/// How a text is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Encoding {
    /// As it is.
    Raw,
    /// Capital and small letters by chance, for texts whose reader does not mind.
    MixedCase,
    /// All but letters and digits as `%27`.
    Percent,
    /// Every byte as `%27`.
    PercentAll,
    /// `%27` written as `%2527`.
    PercentTwice,
    /// All but letters and digits as `&#39;`.
    HtmlDecimal,
    /// Every character as `&#x27;`.
    HtmlHex,
    /// All but letters and digits as `&#0000039`, without the semicolon.
    HtmlPadded,
    /// `<`, `>`, `"`, `'`, `&`, and the colon and others, by their names.
    HtmlNamed,
    /// All but letters and digits as `\u0027`.
    UnicodeEscape,
    /// All but letters and digits as `\x27`.
    HexEscape,
    /// Base64, in a field that is known to be base64.
    Base64,
    /// A member of a JSON document.
    Json,
    /// A member of a JSON document, every character of it as `\u0027`.
    JsonEscaped,
    /// A member of a JSON document that is itself text in a JSON document.
    JsonInJson,
    /// A value in `a=b&c=d`.
    Form,
    /// A value in `a=b&c=d` with every byte as `%27`.
    FormPercentAll,
    /// ASCII moved to the fullwidth forms of Unicode.
    Fullwidth,
    /// Dots, slashes and backslashes as overlong UTF-8, in percent.
    Overlong,
    /// `/**/` for every space.
    Comments,
}

impl Encoding {
    /// `text`, dressed. What a document wraps (JSON, forms, base64) is not done here.
    pub fn apply(self, text: &str, rng: &mut Rng) -> String {
        let special = |letter: char| !letter.is_ascii_alphanumeric();
        match self {
            Self::MixedCase => mixed(text, rng),
            Self::Percent => percent(text, special),
            Self::PercentAll | Self::FormPercentAll => percent(text, |_| true),
            Self::PercentTwice => percent(text, special).replace('%', "%25"),
            Self::Form => percent(text, special).replace("%20", "+"),
            Self::HtmlDecimal => each(text, special, |code, out| write!(out, "&#{code};")),
            Self::HtmlHex => each(text, |_| true, |code, out| write!(out, "&#x{code:x};")),
            Self::HtmlPadded => html_padded(text),
            Self::HtmlNamed => html_named(text),
            Self::UnicodeEscape => unicode_escape(text, special),
            Self::JsonEscaped => unicode_escape(text, |_| true),
            Self::HexEscape => each(text, special, |code, out| match code {
                0..256 => write!(out, "\\x{code:02x}"),
                _ => write!(out, "\\u{{{code:x}}}"),
            }),
            Self::Fullwidth => text.chars().map(fullwidth).collect(),
            Self::Overlong => {
                text.replace('.', "%c0%ae").replace('/', "%c0%af").replace('\\', "%c1%9c")
            }
            Self::Comments => text.replace(' ', "/**/"),
            Self::Raw | Self::Base64 | Self::Json | Self::JsonInJson => text.to_owned(),
        }
    }

    /// The name that tables show.
    pub fn name(self) -> String {
        serde_json::to_value(self)
            .ok()
            .and_then(|name| name.as_str().map(str::to_owned))
            .unwrap_or_default()
    }
}

fn each(
    text: &str,
    chosen: impl Fn(char) -> bool,
    write_one: impl Fn(u32, &mut String) -> std::fmt::Result,
) -> String {
    let mut out = String::new();
    for letter in text.chars() {
        if !chosen(letter) || write_one(u32::from(letter), &mut out).is_err() {
            out.push(letter);
        }
    }
    out
}

/// Bytes as `%27`; capitals or not by the byte's own value, so that both occur.
fn percent(text: &str, chosen: impl Fn(char) -> bool) -> String {
    let mut out = String::new();
    for letter in text.chars() {
        if !chosen(letter) {
            out.push(letter);
            continue;
        }
        for byte in letter.encode_utf8(&mut [0; 4]).bytes() {
            let written = match byte % 3 {
                0 => write!(out, "%{byte:02X}"),
                _ => write!(out, "%{byte:02x}"),
            };
            debug_assert!(written.is_ok());
        }
    }
    out
}

fn unicode_escape(text: &str, chosen: impl Fn(char) -> bool) -> String {
    let mut out = String::new();
    for letter in text.chars() {
        if !chosen(letter) {
            out.push(letter);
            continue;
        }
        for unit in letter.encode_utf16(&mut [0; 2]) {
            let written = write!(out, "\\u{unit:04x}");
            debug_assert!(written.is_ok());
        }
    }
    out
}

fn html_padded(text: &str) -> String {
    let mut out = String::new();
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        if letter.is_ascii_alphanumeric() {
            out.push(letter);
            continue;
        }
        let ends_itself = letters.peek().is_none_or(|next| !next.is_ascii_digit());
        let written =
            write!(out, "&#{:07}{}", u32::from(letter), if ends_itself { "" } else { ";" });
        debug_assert!(written.is_ok());
    }
    out
}

fn html_named(text: &str) -> String {
    let names = [
        ('<', "&lt;"),
        ('>', "&gt;"),
        ('"', "&quot;"),
        ('\'', "&apos;"),
        ('&', "&amp;"),
        (':', "&colon;"),
        ('(', "&lpar;"),
        (')', "&rpar;"),
        ('/', "&sol;"),
        ('\\', "&bsol;"),
        ('{', "&lcub;"),
        ('}', "&rcub;"),
        ('$', "&dollar;"),
        (';', "&semi;"),
        ('|', "&vert;"),
        ('=', "&equals;"),
    ];
    let mut out = String::new();
    for letter in text.chars() {
        match names.iter().find(|(named, _)| *named == letter) {
            Some((_, name)) => out.push_str(name),
            None => out.push(letter),
        }
    }
    out
}

fn fullwidth(letter: char) -> char {
    match letter {
        '!'..='~' => char::from_u32(u32::from(letter) + 0xFEE0).unwrap_or(letter),
        other => other,
    }
}

/// Base64 of RFC 4648 section 4, with padding.
pub fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for chunk in bytes.chunks(3) {
        let byte = |index: usize| u32::from(chunk.get(index).copied().unwrap_or_default());
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for place in 0..4_usize {
            let index = usize::try_from(bits >> (18 - 6 * place) & 63).unwrap_or_default();
            match LETTERS.get(index) {
                Some(letter) if place <= chunk.len() => out.push(char::from(*letter)),
                _ => out.push('='),
            }
        }
    }
    out
}

/// Two hexadecimal digits a byte.
pub fn hex(bytes: &[u8]) -> String {
    let mut out = String::new();
    for byte in bytes {
        let written = write!(out, "{byte:02x}");
        debug_assert!(written.is_ok());
    }
    out
}

#[test]
fn every_dress_is_what_it_says() {
    let dressed = |encoding: Encoding, text: &str| encoding.apply(text, &mut Rng::new(1, "dress"));
    assert_eq!(dressed(Encoding::Percent, "a'é"), "a%27%C3%a9");
    assert_eq!(dressed(Encoding::PercentAll, "a"), "%61");
    assert_eq!(dressed(Encoding::PercentTwice, "'"), "%2527");
    assert_eq!(dressed(Encoding::HtmlDecimal, "a<"), "a&#60;");
    assert_eq!(dressed(Encoding::HtmlHex, "a<"), "&#x61;&#x3c;");
    assert_eq!(dressed(Encoding::HtmlPadded, "<a'1"), "&#0000060a&#0000039;1");
    assert_eq!(dressed(Encoding::HtmlNamed, "<a"), "&lt;a");
    assert_eq!(dressed(Encoding::UnicodeEscape, "a'😀"), "a\\u0027\\ud83d\\ude00");
    assert_eq!(dressed(Encoding::HexEscape, "a'"), "a\\x27");
    assert_eq!(dressed(Encoding::Fullwidth, "a/ "), "ａ／ ");
    assert_eq!(dressed(Encoding::Overlong, "../"), "%c0%ae%c0%ae%c0%af");
    assert_eq!(dressed(Encoding::Comments, "a b"), "a/**/b");
    assert_eq!(dressed(Encoding::Form, "a b'"), "a+b%27");
}

#[test]
fn base64_follows_the_test_vectors_of_the_rfc() {
    for (plain, coded) in
        [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg==")]
    {
        assert_eq!(base64(plain.as_bytes()), coded);
    }
}
