//! The text of policies as words, numbers, texts and marks.

/// One token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Token<'a> {
    pub(crate) kind: Kind<'a>,
    /// Where it begins, in bytes.
    pub(crate) at: usize,
}

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind<'a> {
    /// An identifier or a reserved word.
    Word(&'a str),
    /// Digits.
    Number(&'a str),
    /// What stands between quotes, escapes and all.
    Text(&'a str),
    /// A slot of a template, `?` included.
    Slot(&'a str),
    /// One or two characters of punctuation.
    Mark(&'static str),
    /// Nothing follows.
    End,
}

/// The longer ones before those that they begin with.
const MARKS: [&str; 26] = [
    "::", "==", "!=", "<=", ">=", "||", "&&", "@", ".", ",", ";", ":", "(", ")", "{", "}", "[",
    "]", "<", ">", "+", "-", "*", "!", "/", "%",
];

/// Reads all tokens, an end at last; or says where and why that cannot be done.
pub(crate) fn read(text: &str) -> Result<Vec<Token<'_>>, (usize, String)> {
    let mut tokens = Vec::new();
    let mut rest = skip(text);
    while !rest.is_empty() {
        let at = text.len() - rest.len();
        let (kind, after) = one(rest).map_err(|why| (at, why))?;
        tokens.push(Token { kind, at });
        rest = skip(after);
    }
    tokens.push(Token { kind: Kind::End, at: text.len() });
    Ok(tokens)
}

/// Steps over blanks and comments.
fn skip(mut text: &str) -> &str {
    loop {
        text = text.trim_start();
        let Some(comment) = text.strip_prefix("//") else { return text };
        let end = comment.find(['\n', '\r']).unwrap_or(comment.len());
        text = comment.get(end..).unwrap_or_default();
    }
}

fn one(text: &str) -> Result<(Kind<'_>, &str), String> {
    match text.bytes().next() {
        Some(b'"') => quoted(text),
        Some(b'0'..=b'9') => {
            let (number, rest) = while_all(text, |byte| byte.is_ascii_digit());
            Ok((Kind::Number(number), rest))
        }
        Some(b'?') => {
            let name = text.get(1..).unwrap_or_default();
            let (name, rest) = while_all(name, is_of_word);
            let slot = text.get(..=name.len()).unwrap_or_default();
            Ok((Kind::Slot(slot), rest))
        }
        Some(first) if is_of_word(first) => {
            let (word, rest) = while_all(text, is_of_word);
            Ok((Kind::Word(word), rest))
        }
        _ => {
            let mark = MARKS.iter().find_map(|mark| Some((*mark, text.strip_prefix(mark)?)));
            let first = text.chars().next().unwrap_or_default();
            let (mark, rest) = mark
                .ok_or_else(|| format!("`{}` is no part of the language", first.escape_debug()))?;
            Ok((Kind::Mark(mark), rest))
        }
    }
}

/// A text; a backslash protects the character behind it, which is no line's end.
fn quoted(text: &str) -> Result<(Kind<'_>, &str), String> {
    let inner = text.get(1..).unwrap_or_default();
    let mut protected = false;
    for (at, byte) in inner.bytes().enumerate() {
        match byte {
            b'\n' if protected => break,
            _ if protected => protected = false,
            b'\\' => protected = true,
            b'"' => {
                let (text, rest) = inner.split_at_checked(at).unwrap_or_default();
                return Ok((Kind::Text(text), rest.get(1..).unwrap_or_default()));
            }
            _ => {}
        }
    }
    Err("this text does not end".to_owned())
}

fn while_all(text: &str, holds: impl Fn(u8) -> bool) -> (&str, &str) {
    let end = text.bytes().position(|byte| !holds(byte)).unwrap_or(text.len());
    text.split_at_checked(end).unwrap_or((text, ""))
}

fn is_of_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(text: &str) -> Vec<Kind<'_>> {
        read(text).unwrap().into_iter().map(|token| token.kind).collect()
    }

    #[test]
    fn a_text_becomes_tokens() {
        let expected = [
            Kind::Word("permit"),
            Kind::Mark("("),
            Kind::Text(r#"a\"b"#),
            Kind::Mark("::"),
            Kind::Mark("<="),
            Kind::Number("12"),
            Kind::Word("x"),
            Kind::Slot("?principal"),
            Kind::End,
        ];
        assert_eq!(kinds("permit // (\n(\"a\\\"b\"::<=12x ?principal //"), expected);
    }

    #[test]
    fn what_is_no_token_is_named_with_its_place() {
        for (text, at) in [("  \"abc", 2), ("a = b", 2), ("a # b", 2), ("\"a\\\nb\"", 0)] {
            assert_eq!(read(text).unwrap_err().0, at, "{text}");
        }
    }
}
