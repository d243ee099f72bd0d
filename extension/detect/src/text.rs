//! One text as a family sees it: decoded, in lower case too, with the kinds of bytes in it.

/// What a text is, as far as its place tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// A key of an object, a parameter's name.
    Key,
    /// A value; the usual case.
    Value,
    /// The value of a header.
    Header,
    /// The path of a request.
    Path,
    /// The name of a file, a key of an object store.
    FileName,
    /// An address.
    Url,
    /// The owner says: natural language or source code. What is usual there is no finding.
    FreeText,
    /// The owner says: this goes to a language model. Natural language otherwise.
    ModelInput,
}

impl Role {
    /// Whether natural language and source code belong here.
    pub const fn is_free(self) -> bool {
        matches!(self, Self::FreeText | Self::ModelInput)
    }
}

/// One decoding of a text. Long texts come in windows that overlap.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Text<'a> {
    /// Its bytes; nearly always UTF-8.
    pub bytes: &'a [u8],
    /// The same in ASCII lower case, of the same length.
    pub lower: &'a [u8],
    /// What it is.
    pub role: Role,
    /// The kinds of bytes in it; may name some that are not there, never leaves one out.
    pub classes: Classes,
}

/// Kinds of bytes, and of neighbours, that may be in a text: one bit each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Classes(u64);

/// Names for the bits.
macro_rules! classes {
    ($($(#[$doc:meta])* $name:ident = $bit:literal;)*) => {
        impl Classes {
            $($(#[$doc])* pub(crate) const $name: Self = Self(1 << $bit);)*
        }
    };
}

classes! {
    /// A carriage return or a line feed.
    BREAK = 0;
    /// A tab.
    TAB = 1;
    /// Another control character, DEL or NUL; or a byte that no UTF-8 of common text has.
    CONTROL = 2;
    /// `!`
    BANG = 3;
    /// `"`
    QUOTE = 4;
    /// `#`
    HASH = 5;
    /// `$`
    DOLLAR = 6;
    /// `%`
    PERCENT = 7;
    /// `&`
    AMPERSAND = 8;
    /// `'`
    APOSTROPHE = 9;
    /// `(` or `)`
    PAREN = 10;
    /// `*`
    STAR = 11;
    /// `+`
    PLUS = 12;
    /// `-`
    DASH = 13;
    /// `.`
    DOT = 14;
    /// `/`
    SLASH = 15;
    /// `:`
    COLON = 16;
    /// `;`
    SEMICOLON = 17;
    /// `<`
    LESS = 18;
    /// `=`
    EQUALS = 19;
    /// `>`
    GREATER = 20;
    /// `?`
    QUESTION = 21;
    /// `@`
    AT = 22;
    /// `[` or `]`
    BRACKET = 23;
    /// `\\`
    BACKSLASH = 24;
    /// `^`
    CARET = 25;
    /// `_`
    UNDERSCORE = 26;
    /// A backtick.
    BACKTICK = 27;
    /// `{` or `}`
    BRACE = 28;
    /// `|`
    PIPE = 29;
    /// `~`
    TILDE = 30;
    /// `,`
    COMMA = 31;
    /// An ASCII digit.
    DIGIT = 32;
    /// An ASCII letter.
    LETTER = 33;
    /// A space.
    SPACE = 34;
    /// A byte that is not ASCII.
    HIGH = 35;
    /// An apostrophe that does not stand between two letters: O'Brien has none.
    LONE_APOSTROPHE = 36;
    /// A letter, digit, `_`, `]`, `)` or `}` directly before `(`: a call.
    CALL = 37;
    /// `..`
    DOTS = 38;
    /// `--`
    DASHES = 39;
    /// `//`
    SLASHES = 40;
    /// `/*` or `*/`
    COMMENT = 41;
    /// `:/`
    SCHEME = 42;
    /// `{` after `{`, `$`, `#`, `*`, `@`, `~`, `%` or `<`; before `%`, `#`, `$`, `/`, `@` or `*`.
    OPENER = 43;
    /// `<` before a letter, `/`, `!`, `?`, `%`, `#`, a control character or a blank.
    TAG = 44;
    /// `&&` or `||`
    TWICE = 45;
    /// `/` at the start or after a blank, quote, `=` or the like: an absolute path.
    ROOT = 46;
    /// `:\\`, or two backslashes.
    DRIVE = 47;
    /// One of `=`, `+`, `-`, `@` at the start of the text or of a cell (after a comma,
    /// semicolon, tab, quote or line break).
    LEADING_SIGN = 48;
    /// `;`, `|`, `&` or a line break before a letter, blank, `/`, `$` or digit.
    SEPARATOR = 49;
    /// `__`
    UNDERSCORES = 50;
    /// `)(`, `*)`, `(|`, `(&`, `(!`: parts of a directory's filter.
    FILTER = 51;
    /// `$` before `(` or a letter.
    VARIABLE = 52;
    /// A character that is not seen, one of another width, or a sequence that is not UTF-8.
    FORMAT = 53;
    /// An ASCII letter and a Greek, Cyrillic, Armenian or Hebrew letter side by side.
    MIXED = 54;
    /// A Greek, Cyrillic, Armenian or Hebrew letter.
    FOREIGN = 62;
    /// The text was encoded in another one: percent signs, references, escapes, base64.
    DECODED = 63;
}

impl Classes {
    pub(crate) const fn from_bits(bits: u64) -> Self {
        Self(bits)
    }

    pub(crate) const fn bits(self) -> u64 {
        self.0
    }

    /// Both these and those.
    #[must_use]
    pub(crate) const fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether every one of `wanted` is there.
    #[inline]
    pub(crate) const fn has(self, wanted: Self) -> bool {
        self.0 & wanted.0 == wanted.0
    }

    /// Whether one of `wanted` is there.
    #[inline]
    pub(crate) const fn has_any(self, wanted: Self) -> bool {
        self.0 & wanted.0 != 0
    }
}
