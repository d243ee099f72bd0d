//! The function's runtime as the benchmark plays it: blocking, keep-alive, no delay, one write a request.
use crate::wire::{Body, Reader, bad, send};
use std::io;
use std::net::{SocketAddr, TcpStream, ToSocketAddrs};

/// One connection to a Runtime API, direct or through a relay.
#[derive(Debug)]
pub struct Client {
    host: SocketAddr,
    stream: TcpStream,
    reader: Reader<TcpStream>,
    body: Body,
}

impl Client {
    /// Connects.
    pub fn connect(to: impl ToSocketAddrs) -> io::Result<Self> {
        let stream = TcpStream::connect(to)?;
        stream.set_nodelay(true)?;
        let reader = Reader::new(stream.try_clone()?);
        Ok(Self { host: stream.peer_addr()?, stream, reader, body: Body::default() })
    }

    /// Polls for the next event and gives its request id; the event is in [`Client::event`].
    pub fn next_event(&mut self) -> io::Result<String> {
        self.poll()?;
        self.answer(200)
    }

    /// Sends the poll and does not wait: how a runtime stands between invocations.
    pub fn poll(&mut self) -> io::Result<()> {
        let head = format!(
            "GET /2018-06-01/runtime/invocation/next HTTP/1.1\r\nHost: {}\r\n\r\n",
            self.host
        );
        send(&mut self.stream, &head, b"")
    }

    /// The last event or answer received.
    pub fn event(&self) -> &[u8] {
        self.body.bytes()
    }

    /// Sends the response of an invocation.
    pub fn respond(&mut self, id: &str, response: &[u8]) -> io::Result<()> {
        self.send_post(&format!("/2018-06-01/runtime/invocation/{id}/response"), response)?;
        self.answer(202).map(drop)
    }

    /// Any POST that is answered with 200.
    pub fn post(&mut self, path: &str, body: &[u8]) -> io::Result<String> {
        self.send_post(path, body)?;
        self.answer(200)?;
        Ok(String::from_utf8_lossy(self.event()).into_owned())
    }

    /// Any GET that is answered with 200.
    pub fn get(&mut self, path: &str) -> io::Result<String> {
        let head = format!("GET {path} HTTP/1.1\r\nHost: {}\r\n\r\n", self.host);
        send(&mut self.stream, &head, b"")?;
        self.answer(200)?;
        Ok(String::from_utf8_lossy(self.event()).into_owned())
    }

    fn send_post(&mut self, path: &str, body: &[u8]) -> io::Result<()> {
        let head = format!(
            "POST {path} HTTP/1.1\r\nHost: {}\r\nContent-Type: application/json\r\n\
             Content-Length: {}\r\n\r\n",
            self.host,
            body.len()
        );
        send(&mut self.stream, &head, body)
    }

    fn answer(&mut self, expected: u16) -> io::Result<String> {
        let head = self.reader.head()?.ok_or_else(|| bad("connection closed"))?;
        self.reader.body(&head, &mut self.body)?;
        if head.word(1).parse() != Ok(expected) {
            return Err(bad(&format!("got `{}`, not {expected}", head.start_line())));
        }
        Ok(head.header("lambda-runtime-aws-request-id").unwrap_or_default().to_owned())
    }
}
