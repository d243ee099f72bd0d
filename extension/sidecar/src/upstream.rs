//! The client side: connections to Lambda's local API, kept open and used one request at a time.

use std::cell::RefCell;
use std::io;
use tokio::net::TcpStream;
use tollgate_http::connection::{Connection, PassError, ReadError};
use tollgate_http::framing::Tracker;
use tollgate_http::head::ResponseHead;
use tollgate_lambda_api::{Endpoint, ErrorBody};

/// Idle connections kept; more than a classic runtime needs, few enough for 1,024 descriptors.
const IDLE_MAX: usize = 64;

/// Why a request got no answer.
#[derive(Debug, thiserror::Error)]
pub(crate) enum UpstreamError {
    /// No connection could be opened; nothing was sent.
    #[error("cannot connect to the Lambda API at `{address}`: {source}")]
    Connect {
        /// Where the connection went.
        address: String,
        /// What the system said.
        source: io::Error,
    },
    /// The connection broke when the request may have been processed.
    #[error("the connection to the Lambda API broke: {0}")]
    Broken(ReadError),
    /// The body of a request could not be passed on.
    #[error("a body could not be passed on: {0}")]
    Body(#[from] PassError),
}

impl From<io::Error> for UpstreamError {
    fn from(error: io::Error) -> Self {
        Self::Broken(error.into())
    }
}

impl From<ReadError> for UpstreamError {
    fn from(error: ReadError) -> Self {
        Self::Broken(error)
    }
}

/// An answer whose body is still to be read from its connection.
#[derive(Debug)]
pub(crate) struct Answering {
    /// The answer's head.
    pub(crate) head: ResponseHead,
    /// The connection it comes from; to be given back after the body.
    pub(crate) connection: Connection,
    /// Whether the request was sent a second time, after a connection that broke.
    pub(crate) repeated: bool,
}

/// Largest body of an answer that is read into memory, in bytes.
const ANSWER_BYTES_MAX: usize = 64 * 1024;

impl Answering {
    /// Reads the answer's body.
    pub(crate) async fn read_body(&mut self) -> io::Result<Vec<u8>> {
        let mut body = Vec::new();
        let tracker = Tracker::new(self.head.framing);
        let keep = |data: &[u8]| body.extend_from_slice(data);
        self.connection.read_body_up_to(ANSWER_BYTES_MAX, tracker, keep).await?;
        Ok(body)
    }
}

/// Whether an answer of status 400 says that the invocation is not open any more: after a
/// connection that broke, the first try had arrived then.
pub(crate) fn says_invalid_request_id(body: &[u8]) -> bool {
    serde_json::from_slice::<ErrorBody>(body)
        .is_ok_and(|body| body.error_type == "InvalidRequestID")
}

/// Lambda's local API, as `AWS_LAMBDA_RUNTIME_API` names it.
#[derive(Debug)]
pub(crate) struct Upstream {
    endpoint: Endpoint,
    idle: RefCell<Vec<Connection>>,
}

impl Upstream {
    /// Takes the value of `AWS_LAMBDA_RUNTIME_API`.
    pub(crate) fn new(runtime_api: &str) -> Self {
        Self { endpoint: Endpoint::new(runtime_api), idle: RefCell::default() }
    }

    /// `host:port`.
    pub(crate) fn address(&self) -> &str {
        self.endpoint.address()
    }

    /// The path before every endpoint; empty on Lambda.
    pub(crate) fn prefix(&self) -> &str {
        self.endpoint.prefix()
    }

    /// A connection that can take a request: a kept one that is not closed, or a new one.
    pub(crate) async fn connection(&self) -> Result<Connection, UpstreamError> {
        let kept = || self.idle.borrow_mut().pop();
        while let Some(mut connection) = kept() {
            if !connection.is_stale() {
                return Ok(connection);
            }
        }
        let failed = |source| UpstreamError::Connect { address: self.address().to_owned(), source };
        let stream = TcpStream::connect(self.address()).await.map_err(failed)?;
        Connection::new(stream).map_err(failed)
    }

    /// Sends a whole request and reads the head of its answer.
    pub(crate) async fn send(&self, head: &[u8], body: &[u8]) -> Result<Answering, UpstreamError> {
        let mut connection = self.connection().await?;
        connection.write_both(head, body).await?;
        let head = connection.read_response().await?;
        Ok(Answering { head, connection, repeated: false })
    }

    /// Keeps a connection whose answer was read to its end.
    pub(crate) fn keep(&self, answered: Answering) {
        let mut idle = self.idle.borrow_mut();
        // Bytes behind an answer would be taken for the next one.
        let clean = answered.connection.unread().is_empty();
        if answered.head.keep_alive && clean && idle.len() < IDLE_MAX {
            idle.push(answered.connection);
        }
    }

    /// Forgets all kept connections: after a restore they belong to another machine.
    pub(crate) fn forget_connections(&self) {
        self.idle.borrow_mut().clear();
    }
}
