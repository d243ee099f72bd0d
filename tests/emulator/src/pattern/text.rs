//! The rules about texts: how they begin, end, or look.

/// What a text must look like.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Text {
    /// `prefix`
    Begins(String),
    /// `suffix`
    Ends(String),
    /// `{"prefix": {"equals-ignore-case": …}}`, in lower case
    BeginsAnyCase(String),
    /// `{"suffix": {"equals-ignore-case": …}}`, in lower case
    EndsAnyCase(String),
    /// `equals-ignore-case`, in lower case
    AnyCase(String),
    /// `wildcard`: the pieces around its stars
    Wildcard(Vec<String>),
}

impl Text {
    pub(super) fn holds(&self, text: &str) -> bool {
        match self {
            Self::Begins(start) => text.starts_with(start),
            Self::Ends(end) => text.ends_with(end),
            Self::BeginsAnyCase(start) => text.to_lowercase().starts_with(start),
            Self::EndsAnyCase(end) => text.to_lowercase().ends_with(end),
            Self::AnyCase(all) => text.to_lowercase() == *all,
            Self::Wildcard(pieces) => is_like(text, pieces),
        }
    }
}

/// Each piece is taken where it comes first: if the text matches at all, it matches so.
fn is_like(text: &str, pieces: &[String]) -> bool {
    let [first, rest @ ..] = pieces else { return false };
    let Some(mut left) = text.strip_prefix(first.as_str()) else { return false };
    let [middle @ .., last] = rest else { return left.is_empty() };
    for piece in middle {
        match left.split_once(piece.as_str()) {
            Some((_, after)) => left = after,
            None => return false,
        }
    }
    left.ends_with(last.as_str())
}

/// Reads a wildcard: `*` stands for any characters, `\*` and `\\` for themselves.
pub(super) fn wildcard(written: &str) -> Result<Text, String> {
    let mut pieces = vec![String::new()];
    let mut characters = written.chars().peekable();
    while let Some(character) = characters.next() {
        let plain = match character {
            '*' if characters.peek() == Some(&'*') => {
                return Err(
                    "`**`: two wildcards may not follow each other; one `*` is enough".to_owned()
                );
            }
            '*' => {
                pieces.push(String::new());
                continue;
            }
            '\\' => match characters.next() {
                Some(escaped @ ('*' | '\\')) => escaped,
                _ => return Err("a `\\` must stand before `*` or `\\`".to_owned()),
            },
            plain => plain,
        };
        if let Some(piece) = pieces.last_mut() {
            piece.push(plain);
        }
    }
    Ok(Text::Wildcard(pieces))
}
