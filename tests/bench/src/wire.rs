//! The least of HTTP/1.1 that the mock, the client and the baselines need (RFC 9112): std only.
use std::io::{self, Read, Write};

/// Bytes of the read buffer, and so the longest message head that is taken.
pub const BUFFER_BYTES: usize = 64 * 1024;

/// A message's start line and header lines.
#[derive(Debug)]
pub struct Head {
    text: String,
}

impl Head {
    /// The request or status line, without its line end.
    pub fn start_line(&self) -> &str {
        self.text.lines().next().unwrap_or_default()
    }

    /// The whole head as it was sent, with the empty line that ends it.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The start line's `n`th word.
    pub fn word(&self, n: usize) -> &str {
        self.start_line().split(' ').nth(n).unwrap_or_default()
    }

    /// A header's value; names are compared without regard to case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.text.lines().skip(1).find_map(|line| {
            let (key, value) = line.split_once(':')?;
            key.eq_ignore_ascii_case(name).then(|| value.trim())
        })
    }

    /// How the body that follows is delimited; a message without either header has none.
    pub fn framing(&self) -> io::Result<Framing> {
        if self.header("transfer-encoding").is_some_and(|v| v.eq_ignore_ascii_case("chunked")) {
            return Ok(Framing::Chunked);
        }
        let length = self.header("content-length").unwrap_or("0");
        let length = length.parse().map_err(|_| bad("content-length is no number"))?;
        Ok(Framing::Length(length))
    }
}

/// How a body is delimited (RFC 9112 section 6).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Framing {
    /// So many bytes follow.
    Length(usize),
    /// Chunks follow, each with its size in hex before it.
    Chunked,
}

/// A body that keeps its memory from message to message.
#[derive(Debug, Default)]
pub struct Body {
    memory: Vec<u8>,
    used: usize,
}

impl Body {
    /// The bytes of the last message read.
    pub fn bytes(&self) -> &[u8] {
        self.memory.get(..self.used).unwrap_or_default()
    }

    /// Room for `more` bytes after those in use, which are counted as used.
    fn grow(&mut self, more: usize) -> &mut [u8] {
        let start = self.used;
        self.used += more;
        if self.memory.len() < self.used {
            self.memory.resize(self.used, 0);
        }
        self.memory.get_mut(start..self.used).unwrap_or_default()
    }
}

/// Reads messages one after another from a stream.
#[derive(Debug)]
pub struct Reader<R> {
    stream: R,
    buffer: Vec<u8>,
    from: usize,
    to: usize,
}

impl<R: Read> Reader<R> {
    /// A reader with a fixed buffer of [`BUFFER_BYTES`].
    pub fn new(stream: R) -> Self {
        Self { stream, buffer: vec![0; BUFFER_BYTES], from: 0, to: 0 }
    }

    /// The next message's head, or `None` when the peer closed between two messages.
    pub fn head(&mut self) -> io::Result<Option<Head>> {
        loop {
            if let Some(bytes) = self.take_head() {
                let text = String::from_utf8(bytes).map_err(|_| bad("head is not UTF-8"))?;
                return Ok(Some(Head { text }));
            }
            if !self.fill()? {
                return if self.from == self.to { Ok(None) } else { Err(bad("head cut off")) };
            }
        }
    }

    /// Reads the body that belongs to `head` into `body`, in place of what it held.
    pub fn body(&mut self, head: &Head, body: &mut Body) -> io::Result<()> {
        body.used = 0;
        match head.framing()? {
            Framing::Length(length) => self.exact(body.grow(length)),
            Framing::Chunked => self.chunks(body),
        }
    }

    /// Up to `most` bytes that have arrived, or are read now; empty only when the peer closed.
    pub fn some(&mut self, most: usize) -> io::Result<&[u8]> {
        if self.from == self.to && !self.fill()? {
            return Ok(&[]);
        }
        let start = self.from;
        self.from = self.to.min(start.saturating_add(most));
        Ok(self.buffer.get(start..self.from).unwrap_or_default())
    }

    /// How many bytes are buffered and not yet taken.
    pub fn buffered(&self) -> usize {
        self.to - self.from
    }

    fn take_head(&mut self) -> Option<Vec<u8>> {
        let held = self.buffer.get(self.from..self.to)?;
        let end = held.windows(4).position(|w| w == b"\r\n\r\n")? + 4;
        let bytes = held.get(..end)?.to_vec();
        self.from += end;
        Some(bytes)
    }

    fn fill(&mut self) -> io::Result<bool> {
        self.buffer.copy_within(self.from..self.to, 0);
        self.to -= self.from;
        self.from = 0;
        let room = self.buffer.get_mut(self.to..).unwrap_or_default();
        if room.is_empty() {
            return Err(bad("head does not fit the buffer"));
        }
        let read = self.stream.read(room)?;
        self.to += read;
        Ok(read > 0)
    }

    fn exact(&mut self, out: &mut [u8]) -> io::Result<()> {
        let held = self.buffer.get(self.from..self.to).unwrap_or_default();
        let (now, later) = out.split_at_mut(held.len().min(out.len()));
        now.copy_from_slice(held.get(..now.len()).unwrap_or_default());
        self.from += now.len();
        self.stream.read_exact(later)
    }

    fn line(&mut self) -> io::Result<String> {
        let mut line = Vec::new();
        loop {
            match self.some(1)? {
                [] => return Err(bad("chunk cut off")),
                [b'\n'] => {
                    return String::from_utf8(line).map_err(|_| bad("chunk size is no text"));
                }
                [b'\r'] => {}
                byte => line.extend_from_slice(byte),
            }
        }
    }

    fn chunks(&mut self, body: &mut Body) -> io::Result<()> {
        loop {
            let size = self.line()?;
            let size = size.split(';').next().unwrap_or_default().trim();
            let size =
                usize::from_str_radix(size, 16).map_err(|_| bad("chunk size is no number"))?;
            if size > 0 {
                self.exact(body.grow(size))?;
                self.line()?;
            } else {
                while !self.line()?.is_empty() {}
                return Ok(());
            }
        }
    }
}

/// Writes a head and its body: the head and the body's first part in one write, so that no packet
/// waits for an acknowledgement.
pub fn send(stream: &mut impl Write, head: &str, body: &[u8]) -> io::Result<()> {
    let (first, rest) = body.split_at(body.len().min(BUFFER_BYTES));
    let mut start = Vec::with_capacity(head.len() + first.len());
    start.extend_from_slice(head.as_bytes());
    start.extend_from_slice(first);
    stream.write_all(&start)?;
    stream.write_all(rest)
}

/// An error that says what was wrong with a message.
pub fn bad(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &[u8]) -> io::Result<(String, Vec<u8>)> {
        let mut reader = Reader::new(text);
        let head = reader.head()?.ok_or_else(|| bad("nothing"))?;
        let mut body = Body::default();
        reader.body(&head, &mut body)?;
        Ok((head.start_line().to_owned(), body.bytes().to_vec()))
    }

    #[test]
    fn reads_a_body_by_its_length() {
        let (line, body) = read(b"HTTP/1.1 200 OK\r\ncontent-LENGTH: 2\r\n\r\nabc").unwrap();
        assert_eq!((line.as_str(), body.as_slice()), ("HTTP/1.1 200 OK", b"ab".as_slice()));
    }

    #[test]
    fn reads_a_body_in_chunks() {
        let text = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3;x=y\r\nabc\r\n1\r\nd\r\n0\r\nt: 1\r\n\r\n";
        assert_eq!(read(text).unwrap().1, b"abcd");
    }

    #[test]
    fn refuses_a_body_that_is_cut_off() {
        assert!(read(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc").is_err());
        assert!(read(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nab").is_err());
    }

    #[test]
    fn a_shorter_body_hides_the_longer_one_before_it() {
        let mut reader = Reader::new(
            b"A b\r\nContent-Length: 4\r\n\r\nabcdA b\r\nContent-Length: 1\r\n\r\nx".as_slice(),
        );
        let mut body = Body::default();
        for expected in [b"abcd".as_slice(), b"x"] {
            let head = reader.head().unwrap().unwrap();
            reader.body(&head, &mut body).unwrap();
            assert_eq!(body.bytes(), expected);
        }
        assert!(reader.head().unwrap().is_none());
    }
}
