//! What opening an event yields: one content after the other.
use std::fmt;

use super::place::Pointer;

/// One thing in an event that a sender can influence, decoded.
#[derive(Debug, Clone, Copy)]
pub struct Content<'a> {
    /// The item of the batch that it is in: [`Item::index`](crate::Item::index).
    pub item: Option<u32>,
    /// What it is to the event.
    pub part: Part,
    /// How its bytes are to be read.
    pub media: Media,
    /// The name of a header, parameter, cookie, attribute or member, unescaped. As hostile as the
    /// bytes.
    pub name: Option<&'a str>,
    /// Where it stands. Two contents may have the same place: pairs out of one string.
    pub pointer: &'a Pointer<'a>,
    /// Its bytes with all decoding done: unescaped, out of base64 and gzip, unmarshalled.
    pub bytes: &'a [u8],
    /// How many envelopes it came out of, the event itself not counted.
    pub level: u8,
}

/// How the bytes of a content are to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Media {
    /// One JSON text (RFC 8259): it was scanned and has no syntax error.
    Json,
    /// Text, in UTF-8 but for what a percent encoding held.
    Text,
    /// Form data: `a=b&c=d`, not decoded further.
    Form,
    /// Parts between boundaries (RFC 2046), as they came.
    Multipart,
    /// XML or HTML, by what the sender calls it or by its first bytes.
    Xml,
    /// Not UTF-8, and not said to be text. A lenient reader may find text in it.
    Binary,
}

/// Writes the parts and their names once.
macro_rules! parts {
    ($($(#[$doc:meta])* $variant:ident $name:literal,)*) => {
        /// What a content is to its event.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum Part {
            $($(#[$doc])* $variant,)*
        }

        impl Part {
            /// Every part.
            pub const ALL: [Self; [$($name),*].len()] = [$(Self::$variant),*];

            /// Its name in policies and output.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)*
                }
            }
        }
    };
}

parts! {
    /// The method of an HTTP request.
    Method "method",
    /// The path of an HTTP request as it came, percent encoding and all; an ARN or a URL that ends
    /// in it; the function that an agent asks for.
    Path "path",
    /// A parameter out of the path.
    PathParameter "path-parameter",
    /// A parameter of the query: every value of it, from the form of the query that has most. Or a
    /// whole query, where it is no list of parameters: GraphQL.
    Query "query",
    /// A parameter as another form of the query in the same event has it, where that differs: the
    /// values of a name joined by commas, or the last of them.
    OtherQuery "other-query",
    /// A value of a header, from the form of the headers that has all.
    Header "header",
    /// A value as the other form of the headers in the same event has it, where that differs.
    OtherHeader "other-header",
    /// A cookie.
    Cookie "cookie",
    /// The body of an HTTP request, or a message over a WebSocket.
    Body "body",
    /// The body of a queue's, topic's or log's message.
    Message "message",
    /// An attribute or property beside a payload: of a message, a user, a session.
    Attribute "attribute",
    /// What an event on a bus tells.
    Detail "detail",
    /// The data of a stream's record.
    Data "data",
    /// A key: of an object in S3, of a stream's record, of a table's item.
    Key "key",
    /// A table's item or a collection's document as it is now.
    NewImage "new-image",
    /// The same as it was before.
    OldImage "old-image",
    /// What a function is called with: a direct event, a resolver's arguments, a resource's
    /// properties, an agent's parameters (a model chose them).
    Input "input",
    /// What another function answered.
    Response "response",
    /// What a person said or wrote to a bot.
    Utterance "utterance",
    /// What a bot made of it.
    Slot "slot",
    /// What an authorizer or identity provider says of the caller.
    Claims "claims",
    /// A token that is to be judged.
    Token "token",
    /// A password or answer to a challenge: never shown, never kept.
    Secret "secret",
    /// What stands around a payload and is not known to come from the service: unknown members,
    /// and all members of an envelope in an envelope, which whoever wrote the payload wrote too.
    Envelope "envelope",
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Media {
    /// Its name in output.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Text => "text",
            Self::Form => "form",
            Self::Multipart => "multipart",
            Self::Xml => "xml",
            Self::Binary => "binary",
        }
    }
}

impl fmt::Display for Media {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
