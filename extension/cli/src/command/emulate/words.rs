//! Splits a command into words as a shell does, without expanding anything.

/// The words of a command; quotes and backslashes keep blanks together. `None` for an open quote.
pub(super) fn split(command: &str) -> Option<Vec<String>> {
    let (mut words, mut word, mut quote) = (Vec::new(), None::<String>, None);
    let mut letters = command.chars();
    while let Some(letter) = letters.next() {
        match (quote, letter) {
            (Some(open), _) if letter == open => quote = None,
            (None, '\'' | '"') => {
                quote = Some(letter);
                word.get_or_insert_default();
            }
            (None, _) if letter.is_whitespace() => words.extend(word.take()),
            (None | Some('"'), '\\') => word.get_or_insert_default().push(letters.next()?),
            _ => word.get_or_insert_default().push(letter),
        }
    }
    words.extend(word);
    quote.is_none().then_some(words)
}

#[cfg(test)]
mod tests {
    use super::split;

    #[test]
    fn words_are_split_at_blanks_outside_of_quotes() {
        let words = |command| split(command).unwrap();
        assert_eq!(words("python3 -m  x"), ["python3", "-m", "x"]);
        assert_eq!(words(r#"sh -c 'echo "a b"' """#), ["sh", "-c", r#"echo "a b""#, ""]);
        assert_eq!(words(r#"a\ b "c\"d" e'f'"#), ["a b", "c\"d", "ef"]);
        assert!(words("  ").is_empty());
    }

    #[test]
    fn an_open_quote_is_no_command() {
        assert_eq!(split("sh -c 'echo"), None);
        assert_eq!(split("sh \\"), None);
    }
}
