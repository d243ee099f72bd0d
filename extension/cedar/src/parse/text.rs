//! What the escapes of a text stand for.
use crate::ast::Pattern;

/// The text that is meant; none if an escape is wrong.
pub(super) fn unescape(raw: &str) -> Option<String> {
    let mut text = String::with_capacity(raw.len());
    let mut chars = raw.chars();
    while let Some(char) = chars.next() {
        match char {
            '\\' => text.push(escape(&mut chars)?),
            // As in Rust: a carriage return must be written as an escape.
            '\r' => return None,
            _ => text.push(char),
        }
    }
    Some(text)
}

/// The pattern that is meant: `*` is any text, `\*` a star.
pub(super) fn pattern(raw: &str) -> Option<Pattern> {
    let mut parts = Vec::new();
    let mut part = String::new();
    let mut chars = raw.chars();
    while let Some(char) = chars.next() {
        match char {
            '*' => parts.push(std::mem::take(&mut part).into_boxed_str()),
            '\\' => {
                let mut ahead = chars.clone();
                if ahead.next() == Some('*') {
                    chars = ahead;
                    part.push('*');
                    continue;
                }
                match escape(&mut chars)? {
                    // However it is written, it is a wildcard unless it is `\*`.
                    '*' => parts.push(std::mem::take(&mut part).into_boxed_str()),
                    char => part.push(char),
                }
            }
            '\r' => return None,
            _ => part.push(char),
        }
    }
    parts.push(part.into_boxed_str());
    Some(Pattern(parts))
}

/// What stands behind a backslash.
fn escape(chars: &mut std::str::Chars<'_>) -> Option<char> {
    match chars.next()? {
        'n' => Some('\n'),
        'r' => Some('\r'),
        't' => Some('\t'),
        '0' => Some('\0'),
        same @ ('\\' | '\'' | '"') => Some(same),
        'x' => {
            let (high, low) = (chars.next()?.to_digit(16)?, chars.next()?.to_digit(16)?);
            char::from_u32(high * 16 + low).filter(char::is_ascii)
        }
        'u' => unicode(chars),
        _ => None,
    }
}

/// `{1F600}`: at most six digits, with lines between them but not before.
fn unicode(chars: &mut std::str::Chars<'_>) -> Option<char> {
    if chars.next()? != '{' {
        return None;
    }
    let (mut code, mut digits) = (0_u32, 0);
    loop {
        match chars.next()? {
            '}' if digits > 0 => return char::from_u32(code),
            '_' if digits > 0 => {}
            digit => {
                code = (code << 4) | digit.to_digit(16)?;
                digits += 1;
                if digits > 6 {
                    return None;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_are_those_of_rust() {
        for (raw, expected) in [
            (r#"a\n\t\0\\\'\""#, Some("a\n\t\0\\'\"")),
            (r"\x41\u{1F_600}", Some("A😀")),
            (r"\x80", None),
            (r"\u{_1}", None),
            (r"\u{}", None),
            (r"\u{1234567}", None),
            (r"\u{d800}", None),
            (r"\q", None),
            (r"\*", None),
            ("a\rb", None),
        ] {
            assert_eq!(unescape(raw).as_deref(), expected, "{raw}");
        }
    }

    #[test]
    fn a_star_is_a_wildcard_unless_it_is_escaped() {
        let of = |parts: &[&str]| Some(Pattern(parts.iter().map(|part| (*part).into()).collect()));
        assert_eq!(pattern(r"a*b\*c*"), of(&["a", "b*c", ""]));
        assert_eq!(pattern(""), of(&[""]));
        assert_eq!(pattern(r"\q"), None);
    }
}
