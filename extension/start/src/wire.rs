//! HTTP/1.1 for the three calls of the Extensions API: one small request out, one small answer in.
//!
//! The general client serves the relay. Here it would cost half of the start: these calls are
//! made before the event loop exists, where every page touched delays the function (figures in
//! ARCHITECTURE.md).

use std::io;

/// Largest answer that is read, in bytes; the documented ones have a few hundred.
const ANSWER_BYTES_MAX: usize = 256 * 1024;

/// Fields of an answer's head that are read, at most.
const FIELDS_MAX: usize = 32;

/// A request of ours.
#[derive(Debug)]
pub struct Call<'a> {
    /// `GET`, `POST` or `PUT`.
    pub method: &'a str,
    /// Path, with the API's prefix.
    pub path: &'a str,
    /// Fields besides `Host` and `Content-Length`.
    pub fields: &'a [(&'a str, &'a str)],
    /// Body.
    pub body: &'a [u8],
}

impl Call<'_> {
    /// The request's bytes, to be sent in one write.
    pub fn encode(&self, authority: &str) -> Vec<u8> {
        let Self { method, path, fields, body } = self;
        let mut bytes = Vec::with_capacity(512 + body.len());
        for part in [method, " ", path, " HTTP/1.1\r\nhost: ", authority, "\r\n"] {
            bytes.extend_from_slice(part.as_bytes());
        }
        for (name, value) in *fields {
            for part in [name, ": ", value, "\r\n"] {
                bytes.extend_from_slice(part.as_bytes());
            }
        }
        bytes.extend_from_slice(format!("content-length: {}\r\n\r\n", body.len()).as_bytes());
        bytes.extend_from_slice(body);
        bytes
    }
}

/// What came back.
#[derive(Debug, PartialEq, Eq)]
pub struct Answer {
    /// Status code.
    pub status: u16,
    /// The head as it came.
    head: Vec<u8>,
    /// Body.
    pub body: Vec<u8>,
}

impl Answer {
    /// A field's value.
    pub fn field(&self, name: &str) -> Option<&str> {
        field(&self.head, name)
    }

    /// Whether the connection can take another request.
    pub fn keeps_alive(&self) -> bool {
        self.field("connection").is_none_or(|value| !value.eq_ignore_ascii_case("close"))
    }
}

/// The first value of a field of a head, names compared without case.
fn field<'a>(head: &'a [u8], name: &str) -> Option<&'a str> {
    head.split(|byte| *byte == b'\n').skip(1).find_map(|line| {
        let (known, value) = line.split_at_checked(name.len())?;
        let value = value.strip_prefix(b":")?;
        let same = known.eq_ignore_ascii_case(name.as_bytes());
        same.then(|| std::str::from_utf8(value).ok()).flatten().map(str::trim)
    })
}

/// An answer as it arrives.
#[derive(Debug, Default)]
pub struct Arriving {
    bytes: Vec<u8>,
    /// Its status and where its body starts.
    head: Option<(u16, usize)>,
}

impl Arriving {
    /// Takes what was read; an empty slice is the end of the connection. Gives the answer once
    /// it is whole.
    pub fn feed(&mut self, read: &[u8]) -> io::Result<Option<Answer>> {
        if read.is_empty() {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        if self.bytes.len() + read.len() > ANSWER_BYTES_MAX {
            return Err(malformed("is too long"));
        }
        self.bytes.extend_from_slice(read);
        if self.head.is_none() {
            self.head = parse_head(&self.bytes)?;
        }
        let parts = self.head.and_then(|(status, start)| {
            self.bytes.split_at_checked(start).map(|(head, body)| (status, start, head, body))
        });
        let Some((status, start, head, body)) = parts else {
            return Ok(None);
        };
        let Some(body) = whole_body(head, body)? else {
            return Ok(None);
        };
        let mut head = std::mem::take(&mut self.bytes);
        head.truncate(start);
        self.head = None;
        Ok(Some(Answer { status, head, body }))
    }
}

fn malformed(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, format!("the Lambda API's answer {what}"))
}

/// The status and where the body starts, once the head is whole.
fn parse_head(bytes: &[u8]) -> io::Result<Option<(u16, usize)>> {
    let mut fields = [httparse::EMPTY_HEADER; FIELDS_MAX];
    let mut head = httparse::Response::new(&mut fields);
    let parsed = head.parse(bytes).map_err(|error| malformed(&format!("is no HTTP: {error}")))?;
    let httparse::Status::Complete(length) = parsed else {
        return Ok(None);
    };
    Ok(Some((head.code.unwrap_or(0), length)))
}

/// The body, once it is whole. Only bodies that say where they end are read.
fn whole_body(head: &[u8], bytes: &[u8]) -> io::Result<Option<Vec<u8>>> {
    if field(head, "transfer-encoding").is_some() {
        return dechunk(bytes);
    }
    let length = match field(head, "content-length") {
        Some(text) => text.parse().map_err(|_| malformed("has no usable length"))?,
        None => 0,
    };
    Ok(bytes.get(..length).map(<[u8]>::to_vec))
}

fn dechunk(mut bytes: &[u8]) -> io::Result<Option<Vec<u8>>> {
    let mut body = Vec::with_capacity(bytes.len());
    loop {
        let parsed = httparse::parse_chunk_size(bytes).map_err(|_| malformed("has a bad chunk"))?;
        let httparse::Status::Complete((start, size)) = parsed else {
            return Ok(None);
        };
        let size = usize::try_from(size).map_err(|_| malformed("has a huge chunk"))?;
        let end = start.saturating_add(size);
        // A line break ends each chunk; after the last, empty one it ends the body.
        let (Some(chunk), Some(rest)) = (bytes.get(start..end), bytes.get(end.saturating_add(2)..))
        else {
            return Ok(None);
        };
        if size == 0 {
            return Ok(Some(body));
        }
        body.extend_from_slice(chunk);
        bytes = rest;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8], step: usize) -> io::Result<Option<Answer>> {
        let mut arriving = Arriving::default();
        for part in bytes.chunks(step) {
            if let Some(answer) = arriving.feed(part)? {
                return Ok(Some(answer));
            }
        }
        Ok(None)
    }

    #[test]
    fn answers_are_read_however_they_arrive() {
        let plain =
            "HTTP/1.1 200 OK\r\nLambda-Extension-Identifier: id\r\nContent-Length: 2\r\n\r\n{}";
        let chunked =
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n{\r\n1\r\n}\r\n0\r\n\r\n";
        for text in [plain, chunked] {
            for step in [1, 3, 7, 4096] {
                let answer = read(text.as_bytes(), step).unwrap().unwrap();
                assert_eq!((answer.status, answer.body.as_slice()), (200, &b"{}"[..]));
                assert!(answer.keeps_alive());
            }
        }
    }

    #[test]
    fn an_answer_without_a_body_is_whole_after_its_head() {
        let answer =
            read(b"HTTP/1.1 202 Accepted\r\nConnection: close\r\n\r\n", 5).unwrap().unwrap();
        assert_eq!((answer.status, answer.keeps_alive()), (202, false));
    }

    #[test]
    fn a_cut_answer_is_not_whole() {
        assert_eq!(read(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{}", 4096).unwrap(), None);
        let cut = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{}";
        assert_eq!(read(cut, 4096).unwrap(), None);
    }

    #[test]
    fn what_is_no_answer_is_an_error() {
        assert!(read(b"SSH-2.0-x\r\n\r\n", 4096).is_err());
        assert!(read(b"HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n", 4096).is_err());
        assert!(Arriving::default().feed(b"").is_err());
    }

    #[test]
    fn a_request_is_one_block_of_bytes() {
        let call = Call { method: "GET", path: "/x", fields: &[("a", "b")], body: b"" };
        assert_eq!(
            call.encode("h:1"),
            b"GET /x HTTP/1.1\r\nhost: h:1\r\na: b\r\ncontent-length: 0\r\n\r\n"
        );
    }
}
