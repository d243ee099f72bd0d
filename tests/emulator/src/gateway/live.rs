//! A streamed answer on its way to the caller: the prelude first, then the body as it comes.
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::{Bytes, BytesMut};
use http_body::{Body, Frame};

use super::reply::{self, Malformed, Shaped};
use crate::live::{LiveReader, Piece};

/// A prelude must end within so many bytes. Not documented by AWS.
const PRELUDE_BYTES_MAX: usize = 1024 * 1024;

/// The body of a reply that goes on while the function writes.
#[derive(Debug)]
pub(super) struct LiveBody {
    first: Option<Bytes>,
    pieces: LiveReader,
    whole: bool,
}

/// Waits until status and headers are known; the rest of the body follows behind them.
pub(super) async fn begin(
    content_type: &str,
    mut pieces: LiveReader,
) -> Result<(Shaped, LiveBody), Malformed> {
    let mut shaped = match reply::stream_head(content_type) {
        Some(shaped) => shaped,
        None => with_prelude(&mut pieces).await?,
    };
    let first = Some(std::mem::take(&mut shaped.body)).filter(|first| !first.is_empty());
    Ok((shaped, LiveBody { first, pieces, whole: false }))
}

async fn with_prelude(pieces: &mut LiveReader) -> Result<Shaped, Malformed> {
    let mut read = BytesMut::new();
    loop {
        if reply::has_prelude(&read) {
            return reply::with_prelude(&read.freeze());
        }
        match pieces.next().await {
            Some(Piece::Data(data)) if read.len() + data.len() <= PRELUDE_BYTES_MAX => {
                read.extend_from_slice(&data);
            }
            Some(Piece::Head { .. }) => {}
            _ => return Err(Malformed),
        }
    }
}

impl Body for LiveBody {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        if let Some(first) = self.first.take() {
            return Poll::Ready(Some(Ok(Frame::data(first))));
        }
        loop {
            let piece = match self.pieces.poll_next(context) {
                Poll::Ready(piece) => piece,
                Poll::Pending => return Poll::Pending,
            };
            match piece {
                Some(Piece::Data(data)) => return Poll::Ready(Some(Ok(Frame::data(data)))),
                Some(Piece::Head { .. }) => {}
                Some(Piece::End) => self.whole = true,
                None if self.whole => return Poll::Ready(None),
                // The function failed midway: the connection ends without the end of the body.
                None => return Poll::Ready(Some(Err(io::Error::other("broken off")))),
            }
        }
    }
}
