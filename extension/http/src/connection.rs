//! A socket with the bytes that were read from it and not used yet.

use crate::framing::{Part, Tracker};
use crate::head::{HEAD_BYTES_MAX, HeadError, RequestHead, ResponseHead};
use bytes::BufMut as _;
use std::io::{self, IoSlice};
use tokio::io::{AsyncReadExt as _, Interest};
use tokio::net::TcpStream;

/// Bytes of the read buffer of an idle connection: more than any head of the Runtime API.
const BUFFER_BYTES: usize = 8 * 1024;

/// Bytes that are read at once while a large body passes.
const BUFFER_BYTES_LARGE: usize = 128 * 1024;

/// Why a message could not be read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The connection.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// The message.
    #[error(transparent)]
    Head(#[from] HeadError),
    /// A head without an end.
    #[error("its head is too long")]
    TooLong,
}

/// A connection in either direction.
#[derive(Debug)]
pub struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
    start: usize,
    end: usize,
    peer: u16,
}

impl Connection {
    /// Takes a socket; small writes leave at once.
    pub fn new(stream: TcpStream) -> io::Result<Self> {
        stream.set_nodelay(true)?;
        Ok(Self { stream, buffer: vec![0; BUFFER_BYTES], start: 0, end: 0, peer: 0 })
    }

    /// The same, with the port that it was opened from.
    #[must_use]
    pub fn opened_from(self, peer: u16) -> Self {
        Self { peer, ..self }
    }

    /// The port that it was opened from, where that was asked for.
    pub fn peer(&self) -> u16 {
        self.peer
    }

    /// Bytes that were read and not used.
    pub fn unread(&self) -> &[u8] {
        self.buffer.get(self.start..self.end).unwrap_or_default()
    }

    /// Marks bytes as used.
    pub fn consume(&mut self, bytes: usize) {
        self.start = (self.start + bytes).min(self.end);
        if self.start == self.end {
            (self.start, self.end) = (0, 0);
        }
    }

    /// Reads more; zero is the end of the connection.
    pub async fn fill(&mut self) -> io::Result<usize> {
        self.make_room();
        let room = self.buffer.get_mut(self.end..).unwrap_or_default();
        let read = self.stream.read(room).await?;
        self.end += read;
        Ok(read)
    }

    fn try_fill(&mut self) -> io::Result<usize> {
        self.make_room();
        let room = self.buffer.get_mut(self.end..).unwrap_or_default();
        let read = self.stream.try_read(room)?;
        self.end += read;
        Ok(read)
    }

    fn make_room(&mut self) {
        if self.end < self.buffer.len() {
            return;
        }
        if self.start > 0 {
            self.buffer.copy_within(self.start..self.end, 0);
            (self.start, self.end) = (0, self.end - self.start);
        } else {
            self.buffer.resize(self.buffer.len() * 2, 0);
        }
    }

    /// Makes the buffer fit for a large body, or small again after one.
    fn resize_for(&mut self, large: bool) {
        let bytes = if large { BUFFER_BYTES_LARGE } else { BUFFER_BYTES };
        if self.start == self.end && self.buffer.len() != bytes {
            (self.start, self.end) = (0, 0);
            self.buffer = vec![0; bytes];
        }
    }

    /// Whether the other side has closed an idle connection. Nothing is asked of the system
    /// where the event loop has heard of nothing.
    pub fn is_stale(&mut self) -> bool {
        // The end, or bytes that nobody asked for.
        !self.unread().is_empty() || !self.is_silent()
    }

    /// Waits until the other side hangs up. What it sends meanwhile is kept.
    pub async fn hung_up(&mut self) {
        while let Ok(read) = self.fill().await {
            if read == 0 || self.end - self.start > HEAD_BYTES_MAX {
                return;
            }
        }
    }

    /// Reads a request's head; nothing when the connection ended before one. While a part of it
    /// waits for its rest, `unfinished` is told how much memory that takes.
    pub async fn read_request(
        &mut self,
        bytes_max: usize,
        unfinished: &dyn Fn(usize),
    ) -> Result<Option<RequestHead>, ReadError> {
        let mut seen = 0;
        loop {
            // What comes byte by byte is not parsed as often.
            if (seen == 0 || self.head_may_end_behind(seen))
                && let Some((head, length)) = RequestHead::parse(self.unread())?
            {
                self.consume(length);
                if self.buffer.len() > BUFFER_BYTES_LARGE {
                    self.resize_for(false);
                }
                return Ok(Some(head));
            }
            let before = self.end - self.start;
            if before > bytes_max {
                return Err(ReadError::TooLong);
            }
            if before > 0 {
                unfinished(self.buffer.len());
            }
            seen = before;
            if self.fill().await? == 0 {
                return if before == 0 { Ok(None) } else { Err(eof().into()) };
            }
        }
    }

    /// Whether the end of a head may be among what came after so many bytes.
    fn head_may_end_behind(&self, seen: usize) -> bool {
        let tail = self.unread().get(seen.saturating_sub(3)..).unwrap_or_default();
        [&b"\n\n"[..], b"\n\r\n"].iter().any(|end| tail.windows(end.len()).any(|it| it == *end))
    }

    /// Reads a response's head; interim ones are skipped.
    pub async fn read_response(&mut self) -> Result<ResponseHead, ReadError> {
        loop {
            if let Some((head, length)) = ResponseHead::parse(self.unread())? {
                self.consume(length);
                if !head.is_interim() {
                    return Ok(head);
                }
                continue;
            }
            self.check_head_bytes()?;
            if self.fill().await? == 0 {
                return Err(eof().into());
            }
        }
    }

    fn check_head_bytes(&self) -> Result<(), ReadError> {
        if self.end - self.start > HEAD_BYTES_MAX { Err(ReadError::TooLong) } else { Ok(()) }
    }

    /// Reads a body to its end, however long.
    pub async fn read_body(&mut self, tracker: Tracker, each: impl FnMut(&[u8])) -> io::Result<()> {
        self.read_body_up_to(usize::MAX, tracker, each).await
    }

    /// Reads a body to its end; one of more than `bytes` bytes is an error.
    pub async fn read_body_up_to(
        &mut self,
        bytes: usize,
        mut tracker: Tracker,
        mut each: impl FnMut(&[u8]),
    ) -> io::Result<()> {
        let mut left = bytes;
        loop {
            let mut fits = true;
            let used = tracker.advance(self.unread(), &mut |part| {
                if let Part::Data(data) = part {
                    fits = fits && data.len() <= left;
                    left = left.saturating_sub(data.len());
                    each(data);
                }
            })?;
            if !fits {
                let text = format!("a body of more than {bytes} bytes");
                return Err(io::Error::new(io::ErrorKind::InvalidData, text));
            }
            self.consume(used);
            if tracker.is_done() {
                break;
            }
            self.resize_for(true);
            if self.fill().await? == 0 {
                tracker.close()?;
            }
        }
        self.resize_for(false);
        Ok(())
    }

    /// Reads a body to its end, however long, and shows its parts, trailers too.
    pub async fn read_parts(
        &mut self,
        mut tracker: Tracker,
        mut each: impl FnMut(Part<'_>),
    ) -> io::Result<()> {
        loop {
            let used = tracker.advance(self.unread(), &mut each)?;
            self.consume(used);
            if tracker.is_done() {
                break;
            }
            self.resize_for(true);
            if self.fill().await? == 0 {
                tracker.close()?;
            }
        }
        self.resize_for(false);
        Ok(())
    }

    /// Reads a body of `bytes` bytes to the end of `into`, without a buffer in between. What has
    /// come so far is shown to `each` while it is still at hand.
    pub async fn read_exactly<T: AsMut<Vec<u8>>>(
        &mut self,
        bytes: usize,
        into: &mut T,
        each: fn(&mut T),
    ) -> io::Result<()> {
        let here = self.unread();
        let here = here.get(..bytes).unwrap_or(here);
        into.as_mut().extend_from_slice(here);
        let mut left = bytes - here.len();
        self.consume(bytes - left);
        while left > 0 {
            let mut room = into.as_mut().limit(left.min(BUFFER_BYTES_LARGE));
            let read = self.stream.read_buf(&mut room).await?;
            if read == 0 {
                return Err(eof());
            }
            left -= read;
            each(into);
        }
        Ok(())
    }

    /// The part of a body that was read already, framing included; it stays until consumed.
    pub fn body_so_far(
        &self,
        tracker: &mut Tracker,
        each: &mut impl FnMut(Part<'_>),
    ) -> io::Result<&[u8]> {
        let used = tracker.advance(self.unread(), each)?;
        Ok(self.unread().get(..used).unwrap_or_default())
    }

    /// Passes the rest of a body on as it arrives. The first error is told apart by its side.
    pub async fn pass_body(
        &mut self,
        to: &mut Connection,
        tracker: &mut Tracker,
        each: &mut impl FnMut(Part<'_>),
    ) -> Result<(), PassError> {
        while !tracker.is_done() {
            self.resize_for(true);
            if self.fill().await.map_err(PassError::From)? == 0 {
                tracker.close().map_err(PassError::From)?;
            }
            let part = self.body_so_far(tracker, each).map_err(PassError::From)?;
            let used = part.len();
            let written = to.write_while_silent(part).await;
            // Counted by the tracker, so used whatever became of it: read twice, the rest of a
            // body could pass for a request.
            self.consume(used);
            written.map_err(PassError::To)?;
        }
        self.resize_for(false);
        Ok(())
    }

    /// Writes all of it unless the other side speaks first: who answers a body before its end
    /// may have stopped reading it.
    pub async fn write_while_silent(&mut self, mut bytes: &[u8]) -> io::Result<()> {
        while !bytes.is_empty() {
            match self.stream.try_write(bytes) {
                Ok(written) => bytes = bytes.get(written..).unwrap_or_default(),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    let ready = Interest::READABLE | Interest::WRITABLE;
                    let ready = self.stream.ready(ready).await?;
                    if ready.is_readable() && !self.is_silent() {
                        return Err(io::ErrorKind::ConnectionAborted.into());
                    }
                }
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// Whether nothing has come and nothing has ended. What comes is kept.
    fn is_silent(&mut self) -> bool {
        matches!(self.try_fill(), Err(error) if error.kind() == io::ErrorKind::WouldBlock)
    }

    /// Writes all of it.
    pub async fn write(&self, bytes: &[u8]) -> io::Result<()> {
        self.write_both(bytes, &[]).await
    }

    /// Writes two blocks as one, without joining them.
    pub async fn write_both(&self, mut first: &[u8], mut second: &[u8]) -> io::Result<()> {
        while !first.is_empty() || !second.is_empty() {
            let written = match self.try_write_both(first, second) {
                Ok(written) => written,
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    self.stream.writable().await?;
                    continue;
                }
                Err(error) => return Err(error),
            };
            let of_first = written.min(first.len());
            first = first.get(of_first..).unwrap_or_default();
            second = second.get(written - of_first..).unwrap_or_default();
        }
        Ok(())
    }

    fn try_write_both(&self, first: &[u8], second: &[u8]) -> io::Result<usize> {
        match (first.is_empty(), second.is_empty()) {
            (false, true) => self.stream.try_write(first),
            (true, _) => self.stream.try_write(second),
            (false, false) => {
                self.stream.try_write_vectored(&[IoSlice::new(first), IoSlice::new(second)])
            }
        }
    }
}

fn eof() -> io::Error {
    io::ErrorKind::UnexpectedEof.into()
}

/// On which side the passing of a body failed.
#[derive(Debug, thiserror::Error)]
pub enum PassError {
    /// The side it came from.
    #[error("the sender: {0}")]
    From(io::Error),
    /// The side it went to.
    #[error("the receiver: {0}")]
    To(io::Error),
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::framing::Framing;
    use tokio::io::AsyncWriteExt as _;
    use tokio::net::TcpListener;

    async fn pair() -> (Connection, TcpStream) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let near = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
        let (far, _) = listener.accept().await.unwrap();
        (Connection::new(near).unwrap(), far)
    }

    /// The receiver of a body answers before its end and reads no further. What is left of the
    /// body must not be taken for the sender's next request.
    #[tokio::test]
    async fn security_a_body_refused_midway_is_never_read_as_a_request() {
        const BODY_BYTES: usize = 20_000_000;
        let (mut sender, mut client) = pair().await;
        let (mut receiver, mut lambda) = pair().await;
        lambda.write_all(b"HTTP/1.1 413 Payload Too Large\r\n\r\n").await.unwrap();
        let sending = tokio::spawn(async move {
            client.write_all(&vec![b'G'; BODY_BYTES]).await.unwrap();
            client.write_all(b"GET /next").await.unwrap();
            client
        });
        let mut tracker = Tracker::new(Framing::Length(BODY_BYTES as u64));
        let passed = sender.pass_body(&mut receiver, &mut tracker, &mut |_| {}).await;
        assert!(matches!(passed, Err(PassError::To(_))), "{passed:?}");
        assert!(!tracker.is_done());
        sender.read_body(tracker, |_| {}).await.unwrap();
        while sender.unread().len() < b"GET /next".len() {
            sender.fill().await.unwrap();
        }
        assert_eq!(sender.unread(), b"GET /next");
        assert!(!receiver.unread().is_empty(), "the answer is kept");
        drop((sending.await.unwrap(), lambda));
    }
}
