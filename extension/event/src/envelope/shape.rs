//! The words in which envelopes are described.
use super::format::Format;

/// What a value must be.
#[derive(Debug)]
pub(super) enum Shape {
    /// Any value.
    Any,
    /// A string.
    Text,
    /// A string of this format.
    Of(Format),
    /// One of these strings.
    Word(&'static [&'static str]),
    /// A number.
    Number,
    /// `true` or `false`.
    Bool,
    /// An object with these members among others.
    Object(&'static [Member]),
    /// An object whose members all are so.
    Map(&'static Shape),
    /// An array whose elements all are so.
    List(&'static Shape),
    /// The first of these that is of the value's JSON type.
    Either(&'static [Shape]),
    /// The same in all records as in the first, byte for byte; one number for each such member.
    Same(u8, &'static Shape),
    /// As the first of these tables whose word is the value of this member.
    Choice(&'static str, &'static [(&'static str, &'static Shape)]),
}

/// A member of an object.
#[derive(Debug)]
pub(super) struct Member {
    pub(super) key: &'static str,
    /// Whether it must be there and not `null`.
    pub(super) needed: bool,
    pub(super) shape: Shape,
}

/// The most members that a table may name.
pub(super) const MEMBERS_MAX: usize = 32;

/// A member that must be there.
pub(super) const fn need(key: &'static str, shape: Shape) -> Member {
    Member { key, needed: true, shape }
}

/// A member that may be missing or `null`.
pub(super) const fn may(key: &'static str, shape: Shape) -> Member {
    Member { key, needed: false, shape }
}

/// An object of which nothing is known.
pub(super) const OBJECT: Shape = Shape::Object(&[]);
/// A list of strings.
pub(super) const TEXTS: Shape = Shape::List(&Shape::Text);
/// Strings by name.
pub(super) const TEXT_MAP: Shape = Shape::Map(&Shape::Text);
/// Lists of strings by name.
pub(super) const TEXTS_MAP: Shape = Shape::Map(&TEXTS);
/// Base64 (RFC 4648, section 4).
pub(super) const BASE64: Shape = Shape::Of(Format::Base64);
/// An ARN.
pub(super) const ARN: Shape = Shape::Of(Format::Arn);
/// A name or id that a service gave.
pub(super) const NAME: Shape = Shape::Of(Format::Name);
/// One line of text.
pub(super) const LINE: Shape = Shape::Of(Format::Line);
/// A region.
pub(super) const REGION: Shape = Shape::Of(Format::Region);
/// An account.
pub(super) const ACCOUNT: Shape = Shape::Of(Format::Account);
/// A date and time.
pub(super) const TIME: Shape = Shape::Of(Format::Time);
/// A date and time, or a number since the epoch.
pub(super) const INSTANT: Shape = Shape::Either(&[Shape::Number, TIME]);
/// Digits in a string.
pub(super) const DIGITS: Shape = Shape::Of(Format::Digits);

impl Shape {
    /// Whether a value that starts with this byte is of its JSON type.
    pub(super) fn is_for(&self, first: u8) -> bool {
        match self {
            Self::Any => true,
            Self::Text | Self::Of(_) | Self::Word(_) => first == b'"',
            Self::Number => first == b'-' || first.is_ascii_digit(),
            Self::Bool => matches!(first, b't' | b'f'),
            Self::Object(_) | Self::Map(_) | Self::Choice(..) => first == b'{',
            Self::List(_) => first == b'[',
            Self::Either(shapes) => shapes.iter().any(|shape| shape.is_for(first)),
            Self::Same(_, shape) => shape.is_for(first),
        }
    }

    /// What is expected, for a message.
    pub(super) fn expected(&self) -> &'static str {
        match self {
            Self::Any => "a value",
            Self::Text => "a string",
            Self::Of(format) => format.expected(),
            Self::Word(_) => "one of the words that the service writes",
            Self::Number => "a number",
            Self::Bool => "`true` or `false`",
            Self::Object(_) | Self::Map(_) | Self::Choice(..) => "an object",
            Self::List(_) => "an array",
            Self::Either(shapes) => shapes.first().map_or("a value", Self::expected),
            Self::Same(_, shape) => shape.expected(),
        }
    }
}
