//! Log lines: what the processes of an environment print, captured line by line.
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::io::{AsyncRead, AsyncReadExt as _};

use crate::clock;
use crate::shared::Shared;
use crate::tape::{Follower, Weigh};

/// One line that a process printed, without its line end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogLine {
    /// Who printed it.
    pub origin: Origin,
    /// On which of the two streams.
    pub stream: Stream,
    /// The line; bytes that are not UTF-8 are replaced.
    pub text: Arc<str>,
    /// Microseconds since the environment's start.
    pub micros: u64,
}

/// A process of an environment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// The runtime process: the wrapper and the function.
    Runtime,
    /// The external extension of this name.
    Extension(String),
}

/// A standard stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stream {
    /// Standard output.
    Stdout,
    /// Standard error.
    Stderr,
}

/// Follows the log of an environment from its first line on.
pub type LogStream = Follower<LogLine>;

impl std::fmt::Display for Origin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Runtime => f.write_str("runtime"),
            Self::Extension(name) => write!(f, "extension {name}"),
        }
    }
}

impl LogLine {
    /// Whether the extension `name` printed it.
    pub fn is_from_extension(&self, name: &str) -> bool {
        matches!(&self.origin, Origin::Extension(own) if own == name)
    }
}

impl Weigh for LogLine {
    fn weight(&self) -> usize {
        self.text.len() + size_of::<Self>()
    }
}

/// `CloudWatch` Logs takes at most 256 KB an event; Lambda cuts longer lines there.
const LINE_BYTES_MAX: usize = 256 * 1024;

/// Reads one stream of a process to its end; every line goes to the log and to telemetry.
pub(crate) async fn capture(
    shared: Arc<Shared>,
    origin: Origin,
    stream: Stream,
    mut pipe: impl AsyncRead + Unpin,
) {
    let mut buffer = Vec::new();
    // A read error means that the stream is over, like its end.
    while matches!(pipe.read_buf(&mut buffer).await, Ok(count) if count > 0) {
        take_lines(&mut buffer, |line| keep(&shared, &origin, stream, line));
    }
    if !buffer.is_empty() {
        keep(&shared, &origin, stream, &buffer);
    }
}

/// Takes all whole lines, and pieces of over-long ones, out of the buffer.
fn take_lines(buffer: &mut Vec<u8>, mut line: impl FnMut(&[u8])) {
    let mut rest = buffer.as_slice();
    loop {
        let head = rest.get(..LINE_BYTES_MAX).unwrap_or(rest);
        if let Some(end) = head.iter().position(|byte| *byte == b'\n') {
            let (whole, after) = rest.split_at(end);
            line(whole);
            rest = after.get(1..).unwrap_or_default();
        } else if rest.len() >= LINE_BYTES_MAX {
            let (piece, after) = rest.split_at(LINE_BYTES_MAX);
            line(piece);
            rest = after;
        } else {
            break;
        }
    }
    let taken = buffer.len() - rest.len();
    buffer.drain(..taken);
}

fn keep(shared: &Shared, origin: &Origin, stream: Stream, line: &[u8]) {
    let text: Arc<str> = String::from_utf8_lossy(line).into();
    shared.telemetry.log_line(origin, &text);
    let micros = clock::micros_since(shared.started);
    shared.logs.push(LogLine { origin: origin.clone(), stream, text, micros });
}

/// Waits for the end of a process's streams. A descendant that left the process group can hold
/// them open, so not for long.
pub(crate) async fn drained(readers: Vec<tokio::task::JoinHandle<()>>) {
    let deadline = Instant::now() + Duration::from_millis(250);
    for reader in readers {
        let _ = tokio::time::timeout_at(deadline.into(), reader).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(text: &[u8]) -> (Vec<usize>, usize) {
        let (mut buffer, mut lines) = (text.to_vec(), Vec::new());
        take_lines(&mut buffer, |line| lines.push(line.len()));
        (lines, buffer.len())
    }

    #[test]
    fn lines_are_cut_at_line_ends_and_at_the_limit() {
        assert_eq!(split(b"one\n\nthree\nrest"), (vec![3, 0, 5], 4));
        let long = vec![b'x'; LINE_BYTES_MAX * 2 + 7];
        assert_eq!(split(&long), (vec![LINE_BYTES_MAX, LINE_BYTES_MAX], 7));
    }
}
