//! A streamed answer while it is made: the caller reads, and a slow caller slows the function.
use std::fmt;

use bytes::Bytes;
use tokio::sync::mpsc;

/// Pieces between the function and its caller. Each is what one read of the connection gave; beyond
/// them the function waits, as its connection is no longer read.
const PIECES_MAX: usize = 4;

/// A piece of a streamed answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// The function has begun to stream.
    Head {
        /// The request id.
        request_id: String,
        /// The content type, empty if the runtime sent none.
        content_type: String,
    },
    /// Some of the body.
    Data(Bytes),
    /// The body is whole. An answer that ends without this was broken off.
    End,
}

/// Where the pieces of an event's answer go, if the function streams it. See [`Live::channel`].
#[derive(Clone)]
pub struct Live(mpsc::Sender<Piece>);

/// What reads the pieces.
#[derive(Debug)]
pub struct LiveReader(mpsc::Receiver<Piece>);

impl Live {
    /// A way for one answer. The first half belongs into [`Event::live`](crate::Event::live).
    pub fn channel() -> (Self, LiveReader) {
        let (sender, receiver) = mpsc::channel(PIECES_MAX);
        (Self(sender), LiveReader(receiver))
    }

    /// Waits until the caller has room; `false` when it has hung up, which ends nothing: the function
    /// runs on, as it does on Lambda.
    pub(crate) async fn send(&self, piece: Piece) -> bool {
        self.0.send(piece).await.is_ok()
    }
}

impl LiveReader {
    /// The next piece; `None` when there is no more. What is not streamed has none.
    pub async fn next(&mut self) -> Option<Piece> {
        self.0.recv().await
    }

    /// The same for those who are polled.
    pub(crate) fn poll_next(
        &mut self,
        context: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Piece>> {
        self.0.poll_recv(context)
    }
}

impl fmt::Debug for Live {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Live")
    }
}

/// Two ways are the same if they lead to the same reader.
impl PartialEq for Live {
    fn eq(&self, other: &Self) -> bool {
        self.0.same_channel(&other.0)
    }
}

impl Eq for Live {}
