//! Tokens with what the rules ask about them.
use std::cell::Cell;

use super::token::{END, Gap, Kind, Token};
use super::word::Word;

/// Where a token stands, seen from the statement that the text may land in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// Behind a quote that closes a string which began outside of the text.
    Breakout,
    /// Behind a number, or something closed, that is all the text has before.
    Numeric,
    /// At the start of the text.
    Start,
    /// Anywhere else.
    Inside,
}

/// A window of tokens.
pub(super) struct View<'a> {
    pub bytes: &'a [u8],
    pub lower: &'a [u8],
    tokens: &'a [Token],
    /// Whether the window begins where the text begins.
    first: bool,
    /// Apostrophes, quotes and backticks in the window.
    quotes: [usize; 3],
    /// Tokens that were looked at since somebody asked.
    looks: Cell<u64>,
}

impl<'a> View<'a> {
    pub(super) fn new(bytes: &'a [u8], lower: &'a [u8], tokens: &'a [Token], first: bool) -> Self {
        let mut quotes = [0; 3];
        let [apostrophes, doubles, backticks] = &mut quotes;
        for token in tokens {
            match token.kind {
                Kind::Apostrophe => *apostrophes += usize::from(!token.inner),
                Kind::Quote => *doubles += 1,
                Kind::Backtick => *backticks += 1,
                _ => {}
            }
        }
        Self { bytes, lower, tokens, first, quotes, looks: Cell::new(0) }
    }

    /// The token there, or the end.
    #[inline]
    pub(super) fn at(&self, at: usize) -> Token {
        self.looks.set(self.looks.get() + 1);
        self.tokens.get(at).copied().unwrap_or(END)
    }

    /// How many tokens were looked at since this was last asked.
    pub(super) fn looks(&self) -> u64 {
        self.looks.take()
    }

    /// The token before that one, or the end.
    pub(super) fn before(&self, at: usize) -> Token {
        at.checked_sub(1).map_or(END, |at| self.at(at))
    }

    pub(super) fn kind(&self, at: usize) -> Kind {
        self.at(at).kind
    }

    pub(super) fn word(&self, at: usize) -> Word {
        self.at(at).word
    }

    /// How many quotes of a kind there are.
    pub(super) const fn quotes(&self, kind: Kind) -> usize {
        let [apostrophes, doubles, backticks] = self.quotes;
        match kind {
            Kind::Apostrophe => apostrophes,
            Kind::Quote => doubles,
            _ => backticks,
        }
    }

    /// Whether the quote at `at` begins a quotation, as in prose and markdown, rather than ends
    /// one: a blank or nothing before it, a letter right after it, and its pair further on.
    fn is_opening(&self, at: usize) -> bool {
        let quote = self.at(at);
        // `filename="select (4).pdf"`
        let given = self.before(at).kind == Kind::Compare
            && at >= 2
            && self.kind(at - 2) == Kind::Word
            && self.quotes(quote.kind) == 2;
        let apart = quote.gap != Gap::None || at == 0 || given;
        let pairs = self.quotes(quote.kind).is_multiple_of(2);
        let whole = at > 0
            || self.quotes(quote.kind) >= 4
            || self.tokens.last().is_some_and(|last| last.kind == quote.kind);
        let next = self.at(at + 1);
        apart && pairs && whole && next.gap == Gap::None && next.kind == Kind::Word
    }

    /// The token's text in lower case.
    pub(super) fn text(&self, at: usize) -> &'a [u8] {
        let token = self.at(at);
        self.lower.get(token.start as usize..token.end as usize).unwrap_or_default()
    }

    /// Whether the token was written in capital letters.
    pub(super) fn is_upper(&self, at: usize) -> bool {
        let token = self.at(at);
        self.bytes
            .get(token.start as usize..token.end as usize)
            .is_some_and(|text| !text.iter().any(u8::is_ascii_lowercase))
    }

    /// Past closing parentheses and their kind.
    pub(super) fn skip_closes(&self, mut at: usize) -> usize {
        for _ in 0..NESTING_MAX {
            if !matches!(self.kind(at), Kind::Close | Kind::Brace | Kind::Bracket) {
                break;
            }
            at += 1;
        }
        at
    }

    /// Past opening parentheses.
    pub(super) fn skip_opens(&self, mut at: usize) -> usize {
        for _ in 0..NESTING_MAX {
            if self.kind(at) != Kind::Open {
                break;
            }
            at += 1;
        }
        at
    }

    /// Where the token stands.
    pub(super) fn place(&self, at: usize) -> Place {
        let mut before = at;
        for _ in 0..NESTING_MAX {
            match before.checked_sub(1).map(|index| self.kind(index)) {
                Some(Kind::Close | Kind::Brace | Kind::Bracket | Kind::EndComment | Kind::Nul) => {
                    before -= 1;
                }
                Some(Kind::Semicolon) if before == at => before -= 1,
                _ => break,
            }
        }
        let token = self.before(before);
        match token.kind {
            Kind::End if before < at => Place::Numeric,
            Kind::End => Place::Start,
            Kind::Backtick if token.gap != Gap::None => Place::Inside,
            kind if is_quote(kind) && token.odd => {
                if self.is_opening(before - 1) {
                    Place::Inside
                } else {
                    Place::Breakout
                }
            }
            Kind::Dollars => Place::Breakout,
            Kind::Number | Kind::Exponent if self.first && before <= 3 && self.starts_numeric() => {
                Place::Numeric
            }
            Kind::Word if self.first && before == 1 && before < at => Place::Numeric,
            _ => Place::Inside,
        }
    }

    /// Whether the text begins with a number, signs or parentheses before it aside.
    pub(super) fn starts_numeric(&self) -> bool {
        match self.kind(0) {
            Kind::Number | Kind::Exponent => true,
            Kind::Arithmetic | Kind::Open => matches!(self.kind(1), Kind::Number | Kind::Exponent),
            _ => false,
        }
    }

    /// Whether a comment begins there that hides what the statement goes on with.
    pub(super) fn is_terminator(&self, at: usize) -> bool {
        let next = self.at(at + 1);
        let tail = (1..=TAIL_TOKENS_MAX + 1).all(|step| self.kind(at + step) != Kind::End);
        match self.kind(at) {
            Kind::OpenComment | Kind::Nul | Kind::Dashes => !tail,
            Kind::Hash => next.kind == Kind::End || (!tail && next.gap != Gap::None),
            Kind::Semicolon => {
                matches!(next.kind, Kind::Dashes | Kind::Hash | Kind::OpenComment | Kind::Nul)
                    && self.is_terminator(at + 1)
            }
            _ => false,
        }
    }

    /// Whether the text, or what a comment leaves of it, ends there.
    pub(super) fn is_end(&self, at: usize) -> bool {
        self.kind(at) == Kind::End || self.is_terminator(at)
    }

    /// Past quotes, parentheses and signs that stand between two words of a statement.
    pub(super) fn skip_noise(&self, mut at: usize) -> usize {
        for _ in 0..NESTING_MAX {
            let noise = match self.at(at) {
                token if is_quote(token.kind) => true,
                token => {
                    matches!(
                        token.kind,
                        Kind::Open
                            | Kind::EndComment
                            | Kind::Close
                            | Kind::Brace
                            | Kind::Bracket
                            | Kind::Other
                    ) || (token.kind == Kind::Arithmetic && self.text(at) == b"+")
                }
            };
            if !noise {
                break;
            }
            at += 1;
        }
        at
    }
}

/// Nested parentheses that rules look through.
const NESTING_MAX: usize = 12;
/// Tokens after a comment's beginning that scanners and people leave there.
const TAIL_TOKENS_MAX: usize = 3;

pub(super) const fn is_quote(kind: Kind) -> bool {
    matches!(kind, Kind::Apostrophe | Kind::Quote | Kind::Backtick)
}
