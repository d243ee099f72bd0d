//! A body that is read whole before anything of it goes on.

use crate::upstream::UpstreamError;
use tollgate_http::connection::{Connection, PassError};
use tollgate_http::framing::{Framing, Part, Tracker};
use tollgate_http::head::RequestHead;
use tollgate_lambda_api::runtime::header;

/// A body, or what is known of one that was not kept.
#[derive(Debug, Default)]
pub(crate) struct Gathered {
    /// Its content, as far as that is not longer than what was asked for.
    pub(crate) body: Vec<u8>,
    /// How many bytes of content came.
    pub(crate) bytes: u64,
    /// Whether a trailer says that it failed after its first byte.
    pub(crate) failed: bool,
}

impl Gathered {
    /// The content, where all of it was kept and nothing says that it failed.
    pub(crate) fn whole(self) -> Option<Vec<u8>> {
        let kept = self.body.len() as u64 == self.bytes;
        (kept && !self.failed).then_some(self.body)
    }
}

/// Reads a body to its end and keeps at most `bytes_max` of it.
pub(crate) async fn gather(
    downstream: &mut Connection,
    head: &RequestHead,
    bytes_max: usize,
) -> Result<Gathered, UpstreamError> {
    invite(downstream, head).await?;
    let mut gathered = Gathered::default();
    let keep = |part: Part<'_>| match part {
        Part::Data(data) => {
            gathered.bytes = gathered.bytes.saturating_add(data.len() as u64);
            if gathered.bytes <= bytes_max as u64 {
                gathered.body.extend_from_slice(data);
            } else {
                gathered.body = Vec::new();
            }
        }
        Part::Trailer(line) => gathered.failed = gathered.failed || names_error(line),
    };
    downstream.read_parts(Tracker::new(head.framing), keep).await.map_err(PassError::From)?;
    Ok(gathered)
}

/// Asks for the body, where its sender waits for that (RFC 9110 section 10.1.1).
pub(crate) async fn invite(
    downstream: &Connection,
    head: &RequestHead,
) -> Result<(), UpstreamError> {
    if head.expects_continue && head.framing != Framing::Length(0) {
        downstream.write(b"HTTP/1.1 100 Continue\r\n\r\n").await.map_err(PassError::From)?;
    }
    Ok(())
}

fn names_error(line: &[u8]) -> bool {
    let name = line.split(|byte| *byte == b':').next().unwrap_or_default();
    name.trim_ascii().eq_ignore_ascii_case(header::ERROR_TYPE.as_bytes())
}
