//! A connection on which a test writes what it likes, and reads what comes.

use std::future::Future;
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// Far beyond what anything takes: what is not there by then will never come.
const LIMIT: Duration = Duration::from_mins(2);

/// Waits for what must come.
pub(crate) async fn within<T>(what: &str, coming: impl Future<Output = T>) -> T {
    let came = tokio::time::timeout(LIMIT, coming).await;
    came.unwrap_or_else(|_| panic!("nothing came of: {what}"))
}

/// A connection to a port of this machine.
pub(crate) struct Raw {
    stream: TcpStream,
    read: Vec<u8>,
}

impl Raw {
    /// Connects.
    pub(crate) async fn connect(port: u16) -> Self {
        let stream = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
        stream.set_nodelay(true).unwrap();
        Self { stream, read: Vec::new() }
    }

    /// Connects and sends; the other side may stop reading at any point.
    pub(crate) async fn sending(port: u16, bytes: impl AsRef<[u8]>) -> Self {
        let mut raw = Self::connect(port).await;
        raw.send(bytes).await;
        raw
    }

    /// Sends. True where the other side took it.
    pub(crate) async fn send(&mut self, bytes: impl AsRef<[u8]>) -> bool {
        within("a write", self.stream.write_all(bytes.as_ref())).await.is_ok()
    }

    /// Says that no more will be sent.
    pub(crate) async fn finish(&mut self) {
        // It may be closed already.
        drop(self.stream.shutdown().await);
    }

    /// Reads the next answer's head and the body that its length names; nothing at the end.
    pub(crate) async fn answer(&mut self) -> Option<(u16, String, Vec<u8>)> {
        let end = loop {
            if let Some(end) = self.read.windows(4).position(|four| four == b"\r\n\r\n") {
                break end + 4;
            }
            self.read_more().await?;
        };
        let head: Vec<u8> = self.read.drain(..end).collect();
        let head = String::from_utf8(head).unwrap();
        let length = head.lines().find_map(|line| {
            let (name, value) = line.split_once(": ")?;
            name.eq_ignore_ascii_case("content-length").then(|| value.parse::<usize>().unwrap())
        });
        while self.read.len() < length.unwrap_or(0) {
            self.read_more().await?;
        }
        let body = self.read.drain(..length.unwrap_or(0)).collect();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        Some((status, head, body))
    }

    /// The next answer's status; nothing where the connection ended before one.
    pub(crate) async fn status(&mut self) -> Option<u16> {
        self.answer().await.map(|(status, ..)| status)
    }

    /// Waits until the other side has closed the connection.
    pub(crate) async fn closed(&mut self) {
        while self.read_more().await.is_some() {}
    }

    /// Ends the connection by a reset.
    pub(crate) fn reset(self) {
        self.stream.set_zero_linger().unwrap();
    }

    async fn read_more(&mut self) -> Option<()> {
        let read = within("an answer", self.stream.read_buf(&mut self.read)).await;
        matches!(read, Ok(1..)).then_some(())
    }
}

/// A request without a body.
pub(crate) fn get(path: &str) -> String {
    format!("GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
}

/// A request with a body and with fields of one's own.
pub(crate) fn post(path: &str, fields: &str, body: &str) -> String {
    format!("POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{fields}\r\n{body}")
}

/// The path of the runtime's poll.
pub(crate) const NEXT: &str = "/2018-06-01/runtime/invocation/next";

/// The path of an answer.
pub(crate) fn response_path(request_id: &str) -> String {
    format!("/2018-06-01/runtime/invocation/{request_id}/response")
}
