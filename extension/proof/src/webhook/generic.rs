//! Webhooks of services that are not in the table: policy says where what stands.
use super::{Signed, bounded, seconds};
use crate::encoding;
use crate::hash::Hash;
use crate::proof::Unproved;
use crate::request::Request;

/// How a service of one's own signs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Generic {
    /// The header with the code.
    pub header: String,
    /// The hash function under the code.
    pub hash: Hash,
    /// How the code is written.
    pub encoding: Encoding,
    /// What stands before the code, such as `sha256=`.
    pub prefix: String,
    /// The header with the time, in seconds since the Unix epoch.
    pub timestamp_header: Option<String>,
    /// What is signed.
    pub signed: Template,
}

/// How a code is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Encoding {
    /// Hex digits of either case.
    #[default]
    Hex,
    /// Base64 with padding.
    Base64,
    /// Base64url without padding.
    Base64Url,
}

/// What is signed: text with `{body}` in it, and `{timestamp}` where there is one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template(Vec<Piece>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Text(String),
    Body,
    Timestamp,
}

impl Template {
    /// Reads a template. It must hold `{body}` once, `{timestamp}` at most once, and no other
    /// braces.
    pub fn parse(text: &str) -> Option<Self> {
        let mut pieces = Vec::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('{') {
            let (name, after) = after.split_once('}')?;
            if !before.is_empty() {
                pieces.push(Piece::Text(before.to_owned()));
            }
            pieces.push(match name {
                "body" => Piece::Body,
                "timestamp" => Piece::Timestamp,
                _ => return None,
            });
            rest = after;
        }
        if !rest.is_empty() {
            pieces.push(Piece::Text(rest.to_owned()));
        }
        let count = |wanted: &Piece| pieces.iter().filter(|piece| *piece == wanted).count();
        let whole = count(&Piece::Body) == 1 && count(&Piece::Timestamp) <= 1;
        let closed =
            pieces.iter().all(|piece| !matches!(piece, Piece::Text(it) if it.contains('}')));
        (whole && closed).then_some(Self(pieces))
    }

    /// The body alone.
    pub fn body() -> Self {
        Self(vec![Piece::Body])
    }

    /// Whether the time is signed.
    pub fn has_timestamp(&self) -> bool {
        self.0.contains(&Piece::Timestamp)
    }
}

impl Generic {
    pub(super) fn read<'a>(&'a self, request: &Request<'a>) -> Result<Signed<'a>, Unproved> {
        const FORM: Unproved = Unproved::invalid("the signature's header has another form");
        let header = bounded(request.needs(&self.header, "no signature's header")?)?;
        let time = match &self.timestamp_header {
            Some(name) => Some(request.needs(name, "no timestamp's header")?),
            None => None,
        };
        let text = header.strip_prefix(self.prefix.as_str()).ok_or(FORM)?.as_bytes();
        let code = match self.encoding {
            Encoding::Hex => encoding::hex(text),
            Encoding::Base64 => encoding::base64(text),
            Encoding::Base64Url => encoding::base64url(text),
        };
        let part = |piece: &'a Piece| match piece {
            Piece::Text(text) => text.as_bytes(),
            Piece::Body => request.body,
            Piece::Timestamp => time.unwrap_or_default().as_bytes(),
        };
        Ok(Signed {
            hash: self.hash,
            codes: vec![code.ok_or(FORM)?],
            parts: self.signed.0.iter().map(part).collect(),
            seconds: time.map(seconds).transpose()?,
            id: None,
        })
    }
}
