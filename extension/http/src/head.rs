//! Heads of requests and responses: parsed once, written on without the fields of this hop.

use crate::framing::Framing;
use std::borrow::Cow;
use std::mem::MaybeUninit;
use std::ops::Range;

/// Largest head that is read, in bytes: the Runtime API takes request line and headers of up to
/// 1 MB ("Lambda quotas").
pub const HEAD_BYTES_MAX: usize = 1024 * 1024;

/// Fields of a head, at most.
const FIELDS_MAX: usize = 256;

/// Fields that end at each hop (RFC 9110 section 7.6.1). `trailer` is not among them: the
/// Runtime API announces the error trailers of a streamed response in it. `transfer-encoding`
/// is not either, because bodies pass in the framing they came in.
const HOP_BY_HOP: [&str; 7] =
    ["connection", "keep-alive", "proxy-connection", "te", "upgrade", "expect", "http2-settings"];

/// Fields that say where a body ends.
const FRAMING: [&str; 3] = ["content-length", "transfer-encoding", "trailer"];

fn is_one_of(name: &[u8], known: &[&str]) -> bool {
    known.iter().any(|known| name.eq_ignore_ascii_case(known.as_bytes()))
}

/// Why bytes are no head.
#[derive(Debug, thiserror::Error)]
pub enum HeadError {
    /// They are not HTTP/1.
    #[error("it is no HTTP/1 message: {0}")]
    Syntax(#[from] httparse::Error),
    /// Two fields disagree on where the body ends: one of the hops would be fooled.
    #[error("its fields disagree on where the body ends")]
    Framing,
    /// It changes the protocol, which nobody asked for (RFC 9110 section 7.8).
    #[error("it answers 101, and no other protocol was asked for")]
    Upgrade,
}

/// The fields of a head, as they were sent.
#[derive(Debug, Default)]
pub struct Fields {
    text: Vec<u8>,
    places: Vec<(Range<usize>, Range<usize>)>,
}

impl Fields {
    fn from_parsed(parsed: &[httparse::Header<'_>]) -> Self {
        let bytes: usize = parsed.iter().map(|field| field.name.len() + field.value.len()).sum();
        let mut fields = Self {
            text: Vec::with_capacity(bytes + 128),
            places: Vec::with_capacity(parsed.len() + 2),
        };
        for field in parsed {
            fields.push(field.name, field.value);
        }
        fields
    }

    /// Adds a field.
    pub fn push(&mut self, name: &str, value: &[u8]) {
        let start = self.text.len();
        self.text.extend_from_slice(name.as_bytes());
        let middle = self.text.len();
        self.text.extend_from_slice(value);
        self.places.push((start..middle, middle..self.text.len()));
    }

    fn iter(&self) -> impl Iterator<Item = (&[u8], &[u8])> {
        let slice = |range: &Range<usize>| self.text.get(range.clone()).unwrap_or_default();
        self.places.iter().map(move |(name, value)| (slice(name), slice(value)))
    }

    /// The first value of a field, names compared without case.
    pub fn get(&self, name: &str) -> Option<&[u8]> {
        self.iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(name.as_bytes()))
            .map(|(_, value)| value)
    }

    /// The first value of a field as text, where it is text.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.get(name).and_then(|value| std::str::from_utf8(value).ok())
    }

    /// Removes all fields of a name.
    pub fn remove(&mut self, name: &str) {
        let text = std::mem::take(&mut self.text);
        self.places.retain(|(known, _)| {
            !text.get(known.clone()).unwrap_or_default().eq_ignore_ascii_case(name.as_bytes())
        });
        self.text = text;
    }

    /// Removes the fields that end at this hop, and those that `connection` nominates.
    pub fn strip_hop_by_hop(&mut self) {
        let nominated: Vec<String> = self.tokens("connection").map(str::to_owned).collect();
        // What frames the body is no sender's to nominate away.
        let nominated = nominated.iter().filter(|name| !is_one_of(name.as_bytes(), &FRAMING));
        let nominated: Vec<&str> = nominated.map(String::as_str).collect();
        let text = std::mem::take(&mut self.text);
        self.places.retain(|(name, _)| {
            let name = text.get(name.clone()).unwrap_or_default();
            !is_one_of(name, &HOP_BY_HOP) && !is_one_of(name, &nominated)
        });
        self.text = text;
    }

    /// Appends the fields and the empty line that ends a head.
    fn encode(&self, out: &mut Vec<u8>) {
        for (name, value) in self.iter() {
            for part in [name, b": ", value, b"\r\n"] {
                out.extend_from_slice(part);
            }
        }
        out.extend_from_slice(b"\r\n");
    }

    fn has_token(&self, name: &str, token: &str) -> bool {
        self.tokens(name).any(|known| known.eq_ignore_ascii_case(token))
    }

    /// The members of a list, which may stand in several fields (RFC 9110 section 5.3).
    fn tokens(&self, name: &str) -> impl Iterator<Item = &str> {
        self.iter()
            .filter(move |(known, _)| known.eq_ignore_ascii_case(name.as_bytes()))
            .filter_map(|(_, value)| std::str::from_utf8(value).ok())
            .flat_map(|list| list.split(',').map(str::trim))
    }

    /// Where the body ends, as these fields say; nothing when they say nothing.
    fn framing(&self) -> Result<Option<Framing>, HeadError> {
        let mut lengths = self
            .iter()
            .filter(|(name, _)| name.eq_ignore_ascii_case(b"content-length"))
            .map(|(_, value)| std::str::from_utf8(value).ok().and_then(parse_length));
        let length = lengths.next();
        if lengths.any(|other| Some(other) != length) {
            return Err(HeadError::Framing);
        }
        let codings =
            self.iter().filter(|(name, _)| name.eq_ignore_ascii_case(b"transfer-encoding"));
        if codings.count() > 1 {
            return Err(HeadError::Framing);
        }
        match (self.get("transfer-encoding"), length) {
            (None, None) => Ok(None),
            (None, Some(Some(length))) => Ok(Some(Framing::Length(length))),
            (Some(coding), None) if coding.eq_ignore_ascii_case(b"chunked") => {
                Ok(Some(Framing::Chunked))
            }
            _ => Err(HeadError::Framing),
        }
    }
}

/// The target without scheme and authority, which a client that takes us for a forward proxy
/// sends (RFC 9112 section 3.2.2): the same resource must be recognised in either form.
fn origin_form(target: &str) -> Cow<'_, str> {
    let Some((scheme, rest)) = target.split_once("://") else {
        return target.into();
    };
    if !scheme.bytes().all(|byte| byte.is_ascii_alphabetic()) {
        return target.into();
    }
    match rest.find(['/', '?']).and_then(|start| rest.get(start..)) {
        None => "/".into(),
        Some(path) if path.starts_with('/') => path.into(),
        Some(query) => format!("/{query}").into(),
    }
}

/// Digits only: a sign or a list would be read differently at another hop.
fn parse_length(text: &str) -> Option<u64> {
    let text = text.trim();
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| text.parse().ok()).flatten()
}

/// A request's head.
#[derive(Debug)]
pub struct RequestHead {
    /// The method, as sent.
    pub method: String,
    /// The target with its query string, as sent.
    pub target: String,
    /// The fields.
    pub fields: Fields,
    /// Where the body ends.
    pub framing: Framing,
    /// Whether the connection stays open after the answer.
    pub keep_alive: bool,
    /// Whether the sender waits for `100 Continue` before it sends the body.
    pub expects_continue: bool,
}

impl RequestHead {
    /// Parses a head; gives it with its length once it is whole.
    pub fn parse(bytes: &[u8]) -> Result<Option<(Self, usize)>, HeadError> {
        let mut buffer = [const { MaybeUninit::uninit() }; FIELDS_MAX];
        let mut parsed = httparse::Request::new(&mut []);
        let httparse::Status::Complete(length) =
            parsed.parse_with_uninit_headers(bytes, &mut buffer)?
        else {
            return Ok(None);
        };
        let fields = Fields::from_parsed(parsed.headers);
        let head = Self {
            method: parsed.method.unwrap_or_default().to_owned(),
            target: origin_form(parsed.path.unwrap_or_default()).into_owned(),
            framing: fields.framing()?.unwrap_or(Framing::Length(0)),
            keep_alive: keep_alive(&fields, parsed.version),
            expects_continue: fields.has_token("expect", "100-continue"),
            fields,
        };
        Ok(Some((head, length)))
    }

    /// The path, without the query string.
    pub fn path(&self) -> &str {
        self.target.split_once('?').map_or(self.target.as_str(), |(path, _)| path)
    }

    /// The head as it goes on: the target behind `prefix`, this hop's fields left out.
    pub fn encode(&self, method: &str, prefix: &str, authority: &str) -> Vec<u8> {
        let mut out = Vec::with_capacity(self.fields.text.len() + self.target.len() + 256);
        for part in [method, " ", prefix, &self.target, " HTTP/1.1\r\nHost: ", authority] {
            out.extend_from_slice(part.as_bytes());
        }
        out.extend_from_slice(b"\r\n");
        self.fields.encode(&mut out);
        out
    }

    /// Makes the fields fit for the next hop.
    pub fn prepare(&mut self) {
        self.fields.strip_hop_by_hop();
        self.fields.remove("host");
    }
}

/// A response's head.
#[derive(Debug)]
pub struct ResponseHead {
    /// The status code.
    pub status: u16,
    reason: String,
    /// The fields.
    pub fields: Fields,
    /// Where the body ends.
    pub framing: Framing,
    /// Whether the connection stays open after the body.
    pub keep_alive: bool,
}

impl ResponseHead {
    /// Parses a head; gives it with its length once it is whole.
    pub fn parse(bytes: &[u8]) -> Result<Option<(Self, usize)>, HeadError> {
        let mut buffer = [const { MaybeUninit::uninit() }; FIELDS_MAX];
        let mut parsed = httparse::Response::new(&mut []);
        let status = httparse::ParserConfig::default().parse_response_with_uninit_headers(
            &mut parsed,
            bytes,
            &mut buffer,
        )?;
        let httparse::Status::Complete(length) = status else {
            return Ok(None);
        };
        let fields = Fields::from_parsed(parsed.headers);
        let status = parsed.code.unwrap_or(0);
        if status == 101 {
            return Err(HeadError::Upgrade);
        }
        // RFC 9112 section 6.3: these have no body whatever their fields say.
        let bodiless = status < 200 || status == 204 || status == 304;
        let framing = match fields.framing()? {
            _ if bodiless => Framing::Length(0),
            Some(framing) => framing,
            None => Framing::ToClose,
        };
        let head = Self {
            status,
            reason: parsed.reason.unwrap_or_default().to_owned(),
            keep_alive: keep_alive(&fields, parsed.version) && framing != Framing::ToClose,
            framing,
            fields,
        };
        Ok(Some((head, length)))
    }

    /// Whether it only announces the real answer (RFC 9110 section 15.2).
    pub fn is_interim(&self) -> bool {
        (100..200).contains(&self.status)
    }

    /// Whether it says that the request was taken.
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// The head as it goes on. `close` tells the receiver that the connection ends.
    pub fn encode(&self, close: bool) -> Vec<u8> {
        let mut out = Vec::with_capacity(self.fields.text.len() + 256);
        let first_line = format!("HTTP/1.1 {:03} {}\r\n", self.status, self.reason);
        out.extend_from_slice(first_line.as_bytes());
        if close {
            out.extend_from_slice(b"Connection: close\r\n");
        }
        self.fields.encode(&mut out);
        out
    }
}

fn keep_alive(fields: &Fields, version: Option<u8>) -> bool {
    match version {
        Some(0) => fields.has_token("connection", "keep-alive"),
        _ => !fields.has_token("connection", "close"),
    }
}

/// A whole message of our own.
pub fn message(first_line: &str, fields: &[(&str, &str)], body: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(256 + body.len());
    out.extend_from_slice(first_line.as_bytes());
    out.extend_from_slice(b"\r\n");
    for (name, value) in fields {
        for part in [name, ": ", value, "\r\n"] {
            out.extend_from_slice(part.as_bytes());
        }
    }
    out.extend_from_slice(format!("Content-Length: {}\r\n\r\n", body.len()).as_bytes());
    out.extend_from_slice(body);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(text: &str) -> Result<RequestHead, HeadError> {
        RequestHead::parse(text.as_bytes()).map(|parsed| parsed.unwrap().0)
    }

    #[test]
    fn a_head_goes_on_with_its_spelling_and_without_this_hops_fields() {
        let text = "PATCH /odd/%2F?q=1&q=%20 HTTP/1.1\r\nHost: 127.0.0.1:9009\r\nX-Odd: a, b;c\r\n\
                    Connection: close, X-Private\r\nX-Private: 1\r\nKeep-Alive: timeout=5\r\n\
                    Trailer: Lambda-Runtime-Function-Error-Type\r\nTransfer-Encoding: chunked\r\n\r\n";
        let mut head = request(text).unwrap();
        assert!(!head.keep_alive);
        head.prepare();
        let sent = head.encode("PATCH", "/.rt", "169.254.100.1:9001");
        let sent = String::from_utf8(sent).unwrap();
        assert_eq!(
            sent,
            "PATCH /.rt/odd/%2F?q=1&q=%20 HTTP/1.1\r\nHost: 169.254.100.1:9001\r\n\
             X-Odd: a, b;c\r\nTrailer: Lambda-Runtime-Function-Error-Type\r\n\
             Transfer-Encoding: chunked\r\n\r\n"
        );
    }

    #[test]
    fn security_an_absolute_target_is_the_resource_it_names() {
        for (target, path) in [
            ("http://127.0.0.1:9009/2018-06-01/x?y=1", "/2018-06-01/x"),
            ("HTTP://h/2018-06-01/x", "/2018-06-01/x"),
            ("http://h", "/"),
            ("/a?u=http://h/b", "/a"),
        ] {
            assert_eq!(request(&format!("GET {target} HTTP/1.1\r\n\r\n")).unwrap().path(), path);
        }
        assert_eq!(request("GET http://h?x=1 HTTP/1.1\r\n\r\n").unwrap().target, "/?x=1");
    }

    #[test]
    fn what_ends_at_this_hop_may_be_listed_in_several_fields() {
        let text = "GET / HTTP/1.1\r\nConnection: X-One\r\nconnection: close, X-Two\r\n\
                    X-One: 1\r\nX-Two: 2\r\nX-Three: 3\r\n\r\n";
        let mut head = request(text).unwrap();
        assert!(!head.keep_alive);
        head.prepare();
        let sent = String::from_utf8(head.encode("GET", "", "h")).unwrap();
        assert_eq!(sent, "GET / HTTP/1.1\r\nHost: h\r\nX-Three: 3\r\n\r\n");
    }

    #[test]
    fn a_cut_head_is_not_whole() {
        let text = "GET / HTTP/1.1\r\nA: b\r\n\r\n";
        for cut in 0..text.len() {
            assert!(RequestHead::parse(&text.as_bytes()[..cut]).unwrap().is_none(), "{cut}");
        }
    }

    #[test]
    fn security_fields_that_disagree_on_the_body_are_refused() {
        for fields in [
            "Content-Length: 5\r\nTransfer-Encoding: chunked",
            "Content-Length: 5\r\nContent-Length: 6",
            "Content-Length: +5",
            "Content-Length: 5, 5",
            "Content-Length: -1",
            "Transfer-Encoding: gzip, chunked",
            "Transfer-Encoding: identity",
            "Transfer-Encoding : chunked",
            "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity",
            "Transfer-Encoding: chunked\r\ntransfer-encoding: chunked",
        ] {
            assert!(request(&format!("POST / HTTP/1.1\r\n{fields}\r\n\r\n")).is_err(), "{fields}");
        }
        let same = request("POST / HTTP/1.1\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\n");
        assert_eq!(same.unwrap().framing, Framing::Length(5));
    }

    #[test]
    fn security_a_sender_cannot_nominate_the_framing_away() {
        let text = "POST / HTTP/1.1\r\nConnection: Content-Length\r\nContent-Length: 5\r\n\r\n";
        let mut head = request(text).unwrap();
        head.prepare();
        assert_eq!(head.fields.text("content-length"), Some("5"));
    }

    #[test]
    fn security_an_answer_that_changes_the_protocol_is_no_answer() {
        let answer = |status| format!("HTTP/1.1 {status} Other\r\nUpgrade: h2c\r\n\r\n");
        assert!(ResponseHead::parse(answer(101).as_bytes()).is_err());
        assert!(ResponseHead::parse(answer(103).as_bytes()).unwrap().unwrap().0.is_interim());
    }

    #[test]
    fn responses_without_a_length_end_with_the_connection() {
        let parse = |text: &str| ResponseHead::parse(text.as_bytes()).unwrap().unwrap().0;
        let open = parse("HTTP/1.1 200 OK\r\n\r\n");
        assert_eq!((open.framing, open.keep_alive), (Framing::ToClose, false));
        let none = parse("HTTP/1.1 204 No Content\r\n\r\n");
        assert_eq!((none.framing, none.keep_alive), (Framing::Length(0), true));
        assert!(parse("HTTP/1.1 100 Continue\r\n\r\n").is_interim());
    }
}
