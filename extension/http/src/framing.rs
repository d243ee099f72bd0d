//! Where a body ends, found while its bytes pass.

use std::io;

/// Longest line of chunk framing or trailer, in bytes. An error trailer carries a document.
const LINE_BYTES_MAX: usize = 1024 * 1024;

/// How the end of a body is told (RFC 9112 section 6).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Framing {
    /// By its length in bytes.
    Length(u64),
    /// By an empty chunk.
    Chunked,
    /// By the end of the connection.
    ToClose,
}

/// A part of a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part<'a> {
    /// Bytes of the content.
    Data(&'a [u8]),
    /// A trailer field's line, `name: value`.
    Trailer(&'a [u8]),
}

/// Follows a body's bytes and knows when it has ended.
#[derive(Debug)]
pub struct Tracker {
    state: State,
    line: Vec<u8>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Data(u64),
    ToClose,
    ChunkSize,
    Chunk(u64),
    ChunkEnd,
    Trailer,
    Done,
}

impl Tracker {
    /// A tracker at the start of a body.
    pub fn new(framing: Framing) -> Self {
        let state = match framing {
            Framing::Length(0) => State::Done,
            Framing::Length(length) => State::Data(length),
            Framing::Chunked => State::ChunkSize,
            Framing::ToClose => State::ToClose,
        };
        Self { state, line: Vec::new() }
    }

    /// Whether the body has ended.
    pub fn is_done(&self) -> bool {
        self.state == State::Done
    }

    /// The end of the connection: gives an error where the body needed more.
    pub fn close(&mut self) -> io::Result<()> {
        match self.state {
            State::Done => Ok(()),
            State::ToClose => {
                self.state = State::Done;
                Ok(())
            }
            _ => Err(io::Error::new(io::ErrorKind::UnexpectedEof, "the body is cut off")),
        }
    }

    /// Takes bytes that follow those before; gives back how many belong to the body. Each part
    /// of the content is handed to `each`.
    pub fn advance(&mut self, bytes: &[u8], each: &mut impl FnMut(Part<'_>)) -> io::Result<usize> {
        let mut rest = bytes;
        while !rest.is_empty() && !self.is_done() {
            rest = match self.state {
                State::Data(left) => self.data(left, rest, State::Data, State::Done, each),
                State::Chunk(left) => self.data(left, rest, State::Chunk, State::ChunkEnd, each),
                State::ToClose => {
                    each(Part::Data(rest));
                    &[]
                }
                State::ChunkSize | State::ChunkEnd | State::Trailer => self.lines(rest, each)?,
                State::Done => rest,
            };
        }
        Ok(bytes.len() - rest.len())
    }

    fn data<'a>(
        &mut self,
        left: u64,
        bytes: &'a [u8],
        more: fn(u64) -> State,
        end: State,
        each: &mut impl FnMut(Part<'_>),
    ) -> &'a [u8] {
        let now = usize::try_from(left).unwrap_or(usize::MAX).min(bytes.len());
        let (data, rest) = bytes.split_at_checked(now).unwrap_or((bytes, &[]));
        each(Part::Data(data));
        let left = left.saturating_sub(now as u64);
        self.state = if left == 0 { end } else { more(left) };
        rest
    }

    /// Takes one line of framing, or what there is of it.
    fn lines<'a>(
        &mut self,
        bytes: &'a [u8],
        each: &mut impl FnMut(Part<'_>),
    ) -> io::Result<&'a [u8]> {
        let Some(end) = bytes.iter().position(|byte| *byte == b'\n') else {
            self.keep(bytes)?;
            return Ok(&[]);
        };
        let (now, rest) = bytes.split_at_checked(end + 1).unwrap_or((bytes, &[]));
        self.keep(now)?;
        let line = std::mem::take(&mut self.line);
        let text = line.strip_suffix(b"\r\n").ok_or_else(|| bad("a line does not end in CRLF"))?;
        self.state = match self.state {
            State::ChunkEnd if text.is_empty() => State::ChunkSize,
            State::ChunkEnd => return Err(bad("a chunk is longer than it says")),
            State::ChunkSize => match chunk_size(text)? {
                0 => State::Trailer,
                size => State::Chunk(size),
            },
            State::Trailer if text.is_empty() => State::Done,
            state => {
                each(Part::Trailer(text));
                state
            }
        };
        Ok(rest)
    }

    fn keep(&mut self, bytes: &[u8]) -> io::Result<()> {
        if self.line.len() + bytes.len() > LINE_BYTES_MAX {
            return Err(bad("a line is too long"));
        }
        self.line.extend_from_slice(bytes);
        Ok(())
    }
}

fn bad(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, format!("the chunk framing is wrong: {what}"))
}

/// Hex digits, then perhaps an extension after `;` (RFC 9112 section 7.1).
fn chunk_size(line: &[u8]) -> io::Result<u64> {
    let digits = line.split(|byte| *byte == b';').next().unwrap_or_default().trim_ascii();
    let text = std::str::from_utf8(digits).unwrap_or_default();
    let valid = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    valid
        .then(|| u64::from_str_radix(text, 16).ok())
        .flatten()
        .ok_or_else(|| bad("a chunk size is no hexadecimal number"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Feeds bytes in steps: content, trailers, bytes used, and whether the end was found.
    fn track(
        framing: Framing,
        bytes: &[u8],
        step: usize,
    ) -> io::Result<(Vec<u8>, Vec<String>, usize, bool)> {
        let mut tracker = Tracker::new(framing);
        let (mut data, mut trailers, mut used) = (Vec::new(), Vec::new(), 0);
        for part in bytes.chunks(step) {
            let taken = tracker.advance(part, &mut |part| match part {
                Part::Data(bytes) => data.extend_from_slice(bytes),
                Part::Trailer(line) => trailers.push(String::from_utf8_lossy(line).into_owned()),
            })?;
            used += taken;
            if tracker.is_done() {
                break;
            }
        }
        Ok((data, trailers, used, tracker.is_done()))
    }

    #[test]
    fn chunks_and_trailers_are_followed_however_they_arrive() {
        let body = b"5\r\nhello\r\n1;ext=1\r\n!\r\n0\r\nA: b\r\nC: d\r\n\r\nGET /next";
        for step in 1..body.len() {
            let (data, trailers, used, done) = track(Framing::Chunked, body, step).unwrap();
            assert_eq!(data, b"hello!", "step {step}");
            assert_eq!(trailers, ["A: b", "C: d"]);
            assert_eq!((used, done), (body.len() - b"GET /next".len(), true));
        }
    }

    #[test]
    fn a_length_is_kept_to_the_byte() {
        for step in 1..8 {
            let (data, _, used, done) = track(Framing::Length(5), b"helloGET", step).unwrap();
            assert_eq!((data.as_slice(), used, done), (&b"hello"[..], 5, true));
        }
        let (_, _, used, done) = track(Framing::Length(0), b"GET", 1).unwrap();
        assert_eq!((used, done), (0, true));
    }

    #[test]
    fn a_cut_body_is_told_from_a_whole_one() {
        let mut tracker = Tracker::new(Framing::Length(5));
        tracker.advance(b"hel", &mut |_| {}).unwrap();
        assert!(tracker.close().is_err());
        let mut tracker = Tracker::new(Framing::ToClose);
        tracker.advance(b"hel", &mut |_| {}).unwrap();
        assert!(tracker.close().is_ok() && tracker.is_done());
    }

    #[test]
    fn security_wrong_chunk_framing_is_an_error() {
        for body in [
            &b"5\r\nhelloX\r\n"[..],
            b"-5\r\nhello",
            b"\r\n",
            b"5\nhello\n",
            b"fffffffffffffffff\r\n",
            b"5 5\r\nhello\r\n",
            b"0x5\r\nhello\r\n",
        ] {
            assert!(track(Framing::Chunked, body, 4096).is_err(), "{body:?}");
        }
    }
}
