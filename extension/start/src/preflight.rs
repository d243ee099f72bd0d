//! The socket on which the extension speaks to Lambda before its event loop exists, and after.

use crate::wire::{Answer, Arriving, Call};
use std::io::{self, Read as _, Write as _};
use std::net::{TcpStream, ToSocketAddrs as _};
use std::time::Duration;

/// Longest wait for an answer. Both calls are answered at once, or a few tens of milliseconds
/// later; without an answer the platform's own limit on initialisation would end us anyway.
const ANSWER_WAIT: Duration = Duration::from_secs(8);

/// A connection to Lambda's local API, used one request at a time.
#[derive(Debug)]
pub(crate) struct Preflight {
    stream: TcpStream,
    authority: String,
    reusable: bool,
}

impl Preflight {
    /// Connects to `host:port`.
    pub(crate) fn connect(authority: &str) -> io::Result<Self> {
        let mut failure = io::Error::new(io::ErrorKind::NotFound, "the name has no address");
        for address in authority.to_socket_addrs()? {
            match TcpStream::connect(address) {
                Ok(stream) => {
                    stream.set_nodelay(true)?;
                    stream.set_read_timeout(Some(ANSWER_WAIT))?;
                    return Ok(Self { stream, authority: authority.to_owned(), reusable: true });
                }
                Err(error) => failure = error,
            }
        }
        Err(failure)
    }

    /// Sends a request and waits for its answer.
    pub(crate) fn call(&mut self, call: &Call<'_>) -> io::Result<Answer> {
        self.send(call)?;
        let mut arriving = Arriving::default();
        let mut buffer = [0; 2048];
        loop {
            let read = match self.stream.read(&mut buffer) {
                // Whoever was stopped (SIGSTOP) and goes on has slept through a read with a limit.
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                read => read?,
            };
            if let Some(answer) = arriving.feed(buffer.get(..read).unwrap_or_default())? {
                self.reusable = answer.keeps_alive();
                return Ok(answer);
            }
        }
    }

    /// Sends a request whose answer is read later, from the stream.
    pub(crate) fn send(&mut self, call: &Call<'_>) -> io::Result<()> {
        if !self.reusable {
            *self = Self::connect(&self.authority)?;
        }
        self.reusable = false;
        self.stream.write_all(&call.encode(&self.authority))
    }

    /// The socket, for an event loop.
    pub(crate) fn into_stream(self) -> io::Result<TcpStream> {
        self.stream.set_read_timeout(None)?;
        self.stream.set_nonblocking(true)?;
        Ok(self.stream)
    }
}
