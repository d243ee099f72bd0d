//! Fragments of SQL as tokens. Quotes are tokens of their own: which of them opens and which
//! closes depends on where the value lands, and the grammar tries the readings.
use super::word::{Word, word};

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Past the last token.
    End,
    /// A word; what it means is in [`Token::word`].
    Word,
    /// `@name`, `@@name`.
    Variable,
    Number,
    /// `1.e`: a number that `MySQL` ends wherever the next token begins.
    Exponent,
    Apostrophe,
    Quote,
    Backtick,
    Open,
    Close,
    Comma,
    Semicolon,
    Dot,
    Colon,
    /// `::`
    Cast,
    /// `--`
    Dashes,
    Hash,
    /// A comment that does not end.
    OpenComment,
    /// The end of a comment that did not begin here.
    EndComment,
    Nul,
    /// `=`, `<`, `!=`, `<=>`, `:=`, `->>`, `@>` and their kind.
    Compare,
    /// `+`, `-`, `*`, `/`, `%`, `^`, `&`, `|`, `~`, `!`.
    Arithmetic,
    /// `||`
    Pipes,
    /// `&&`
    Ands,
    /// `{` or `}`.
    Brace,
    /// `[` or `]`.
    Bracket,
    Backslash,
    Dollars,
    Other,
}

/// What stands between a token and the one before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Gap {
    None,
    Space,
    /// A comment that ends, or a line comment with its line break.
    Comment,
    /// `/*!50000`: a comment that `MySQL` executes.
    Version,
}

/// One token.
#[derive(Debug, Clone, Copy)]
pub(super) struct Token {
    pub kind: Kind,
    pub word: Word,
    pub gap: Gap,
    /// Of a quote: the first, third, fifth… of its kind.
    pub odd: bool,
    /// Of a quote: it stands between two letters, as in `O'Brien`, and pairs with none.
    pub inner: bool,
    pub start: u32,
    pub end: u32,
}

pub(super) const END: Token = Token {
    kind: Kind::End,
    word: Word::None,
    gap: Gap::Space,
    odd: false,
    inner: false,
    start: 0,
    end: 0,
};

/// Reads tokens one after another.
pub(super) struct Lexer<'a> {
    lower: &'a [u8],
    at: usize,
    /// Whether `+` is a blank.
    plus: bool,
    /// Quotes seen so far, by kind.
    quotes: [bool; 3],
    /// No `*/` begins before here.
    no_end_before: usize,
    /// No line ends before here.
    no_break_before: usize,
}

impl<'a> Lexer<'a> {
    pub(super) const fn new(lower: &'a [u8], plus: bool) -> Self {
        Self { lower, at: 0, plus, quotes: [false; 3], no_end_before: 0, no_break_before: 0 }
    }

    fn byte(&self, at: usize) -> u8 {
        self.lower.get(at).copied().unwrap_or(0)
    }

    /// The next token, or nothing at the end.
    pub(super) fn next(&mut self) -> Option<Token> {
        let gap = self.skip();
        let start = self.at;
        let first = *self.lower.get(start)?;
        // A quote behind a backslash may close a string or not: it is not counted.
        let inner = first == b'\''
            && start > 0
            && self.byte(start - 1).is_ascii_alphabetic()
            && self.byte(start + 1).is_ascii_alphabetic();
        let escaped = start > 0 && self.byte(start - 1) == b'\\';
        let (kind, length) = self.kind(first);
        self.at = start + length;
        let text = self.lower.get(start..self.at).unwrap_or_default();
        Some(Token {
            kind,
            word: if kind == Kind::Word { word(text) } else { Word::None },
            gap,
            odd: escaped || inner || self.toggle(kind),
            inner,
            start: u32::try_from(start).unwrap_or(u32::MAX),
            end: u32::try_from(self.at).unwrap_or(u32::MAX),
        })
    }

    fn toggle(&mut self, kind: Kind) -> bool {
        let [apostrophe, quote, backtick] = &mut self.quotes;
        let seen = match kind {
            Kind::Apostrophe => apostrophe,
            Kind::Quote => quote,
            Kind::Backtick => backtick,
            _ => return false,
        };
        *seen = !*seen;
        *seen
    }

    /// Skips blanks and comments, and says what it skipped.
    fn skip(&mut self) -> Gap {
        let mut gap = Gap::None;
        loop {
            let first = self.byte(self.at);
            match first {
                b' ' | b'\t'..=b'\r' | 0xa0 => {
                    self.at += 1;
                    if gap == Gap::None {
                        gap = Gap::Space;
                    }
                }
                // What some parsers end a string at, others skip.
                0 if self.at > 0 && self.byte(self.at + 1).is_ascii_alphanumeric() => {
                    self.at += 1;
                    gap = Gap::Comment;
                }
                0xc2 if self.byte(self.at + 1) == 0xa0 => {
                    self.at += 2;
                    if gap == Gap::None {
                        gap = Gap::Space;
                    }
                }
                b'+' if self.plus && !self.is_sum() => {
                    self.at += 1;
                    if gap == Gap::None {
                        gap = Gap::Space;
                    }
                }
                b'/' if self.byte(self.at + 1) == b'*' => match self.comment() {
                    Some((length, kind)) => {
                        self.at += length;
                        gap = kind;
                    }
                    None => return gap,
                },
                b'#' | b'-' => match self.line_comment(first) {
                    Some(length) => {
                        self.at += length;
                        gap = Gap::Comment;
                    }
                    None => return gap,
                },
                _ => return gap,
            }
        }
    }

    /// Whether a plus stands between two digits.
    fn is_sum(&self) -> bool {
        let digit = |at: Option<usize>| at.is_some_and(|at| self.byte(at).is_ascii_digit());
        digit(self.at.checked_sub(1)) && digit(Some(self.at + 1))
    }

    /// The length of a comment that ends soon; of one that `MySQL` executes, that of its head.
    fn comment(&mut self) -> Option<(usize, Gap)> {
        if self.byte(self.at + 2) == b'!' {
            let digits = self.run(self.at + 3, |byte| byte.is_ascii_digit()).min(6);
            let after = self.byte(self.at + 3 + digits);
            if digits >= 4 || after.is_ascii_lowercase() {
                return Some((3 + digits, Gap::Version));
            }
        }
        let from = (self.at + 2).max(self.no_end_before);
        let to = self.lower.len().min(self.at + COMMENT_BYTES_MAX).max(from);
        let near = self.lower.get(from..to)?;
        let found = near.windows(2).position(|pair| pair == b"*/");
        if found.is_none() {
            self.no_end_before = to.saturating_sub(1);
        }
        found.map(|length| (from + length + 2 - self.at, Gap::Comment))
    }

    /// The length of a comment to the end of a line, if another line follows soon.
    fn line_comment(&mut self, first: u8) -> Option<usize> {
        if first == b'-' && self.byte(self.at + 1) != b'-' {
            return None;
        }
        let from = self.at.max(self.no_break_before);
        let to = self.lower.len().min(self.at + COMMENT_BYTES_MAX).max(from);
        let near = self.lower.get(from..to)?;
        let found = near.iter().position(|byte| matches!(byte, b'\n' | b'\r'));
        if found.is_none() {
            self.no_break_before = to;
        }
        found.map(|length| from + length + 1 - self.at)
    }

    fn run(&self, from: usize, is: impl Fn(u8) -> bool) -> usize {
        let rest = self.lower.get(from..).unwrap_or_default();
        rest.iter().position(|byte| !is(*byte)).unwrap_or(rest.len())
    }

    fn kind(&self, first: u8) -> (Kind, usize) {
        let second = self.byte(self.at + 1);
        match first {
            b'a'..=b'z' | b'A'..=b'Z' | b'_' | 0x80.. => {
                (Kind::Word, self.run(self.at, is_word_byte).max(1))
            }
            b'0'..=b'9' => self.number(),
            b'.' if second.is_ascii_digit() => self.number(),
            b'\'' => (Kind::Apostrophe, 1),
            b'"' => (Kind::Quote, 1),
            b'`' => (Kind::Backtick, 1),
            b'(' => (Kind::Open, 1),
            b')' => (Kind::Close, 1),
            b',' => (Kind::Comma, 1),
            b';' => (Kind::Semicolon, 1),
            b'.' => (Kind::Dot, 1),
            b'{' | b'}' => (Kind::Brace, 1),
            b'[' | b']' => (Kind::Bracket, 1),
            b'\\' => (Kind::Backslash, 1),
            b'#' => (Kind::Hash, if second == b'>' { 2 } else { 1 }),
            0 => (Kind::Nul, 1),
            b'@' if second == b'>' || second == b'?' => (Kind::Compare, 2),
            b'@' => (
                Kind::Variable,
                1 + self.run(self.at + 1, |byte| byte == b'@' || is_word_byte(byte)),
            ),
            b'$' if is_word_byte(second) => (Kind::Word, self.run(self.at, is_word_byte)),
            b'$' => (Kind::Dollars, 1),
            _ => operator(first, second, self.byte(self.at + 2)),
        }
    }

    fn number(&self) -> (Kind, usize) {
        let (first, second) = (self.byte(self.at), self.byte(self.at + 1));
        if first == b'0' && second == b'x' {
            let digits = self.run(self.at + 2, |byte| byte.is_ascii_hexdigit());
            return (Kind::Number, 2 + digits);
        }
        let mut length = self.run(self.at, |byte| byte.is_ascii_digit());
        if self.byte(self.at + length) == b'.' {
            length += 1;
            let fraction = self.run(self.at + length, |byte| byte.is_ascii_digit());
            length += fraction;
            let next = self.byte(self.at + length + 1);
            if fraction == 0 && self.byte(self.at + length) == b'e' && !is_word_byte(next) {
                return (Kind::Exponent, length + 1);
            }
        }
        // Oracle's `1f` and `1d`, with the next word right behind them.
        let glued = self.lower.get(self.at + length + 1..).unwrap_or_default();
        if matches!(self.byte(self.at + length), b'f' | b'd') && glued.starts_with(b"union") {
            return (Kind::Number, length + 1);
        }
        if self.byte(self.at + length) == b'e' {
            let sign = usize::from(matches!(self.byte(self.at + length + 1), b'+' | b'-'));
            let digits = self.run(self.at + length + 1 + sign, |byte| byte.is_ascii_digit());
            if digits > 0 {
                length += 1 + sign + digits;
            }
        }
        (Kind::Number, length)
    }
}

/// Comments that are longer are read as if they did not end.
const COMMENT_BYTES_MAX: usize = 256;

const fn is_word_byte(byte: u8) -> bool {
    matches!(byte, b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_' | b'$' | 0x80..)
        && byte != 0xa0
        && byte != 0xc2
}

const fn operator(first: u8, second: u8, third: u8) -> (Kind, usize) {
    match (first, second, third) {
        (b'<', b'=', b'>') | (b'-', b'>', b'>') | (b'!', b'~', b'*') => (Kind::Compare, 3),
        (b'<' | b'>' | b'!' | b'=' | b'^' | b':', b'=', _)
        | (b'<', b'>' | b'@', _)
        | (b'-', b'>', _)
        | (b'~', b'*', _)
        | (b'!', b'<' | b'>' | b'~', _) => (Kind::Compare, 2),
        (b'<', b'<', _) | (b'>', b'>', _) => (Kind::Arithmetic, 2),
        (b'<' | b'>' | b'=', ..) => (Kind::Compare, 1),
        (b':', b':', _) => (Kind::Cast, 2),
        (b':', ..) => (Kind::Colon, 1),
        (b'|', b'|', _) => (Kind::Pipes, 2),
        (b'&', b'&', _) => (Kind::Ands, 2),
        (b'-', b'-', _) => (Kind::Dashes, 2),
        (b'/', b'*', _) => (Kind::OpenComment, 2),
        (b'*', b'/', _) => (Kind::EndComment, 2),
        (b'+' | b'-' | b'*' | b'/' | b'%' | b'^' | b'&' | b'|' | b'~' | b'!', ..) => {
            (Kind::Arithmetic, 1)
        }
        _ => (Kind::Other, 1),
    }
}
