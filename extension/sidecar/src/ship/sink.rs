//! Where ledger lines go: standard output (the function's log group) or a file.

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use std::collections::VecDeque;
use std::fs::{File, OpenOptions};
use std::io::{self, Write as _};
use std::os::fd::AsFd;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

/// Largest single write to a pipe: what a writable pipe always has room for (`PIPE_BUF`), so
/// that a reader who stopped reading never stops us.
pub(crate) const CHUNK_BYTES: usize = 4096;

/// A sink, and the bytes it has not taken yet.
#[derive(Debug)]
pub(crate) struct Sink {
    target: Target,
    backlog: VecDeque<u8>,
    failure: Option<String>,
}

#[derive(Debug)]
enum Target {
    Stdout,
    File(File),
}

impl Sink {
    /// Standard output, which Lambda sends to the function's log group.
    pub(crate) fn stdout() -> Self {
        Self { target: Target::Stdout, backlog: VecDeque::new(), failure: None }
    }

    /// A file that lines are appended to; made where it is missing.
    pub(crate) fn file(path: &Path) -> io::Result<Self> {
        let file = OpenOptions::new().create(true).append(true).mode(0o600).open(path)?;
        Ok(Self { target: Target::File(file), backlog: VecDeque::new(), failure: None })
    }

    /// Bytes not taken yet.
    pub(crate) fn backlog_bytes(&self) -> usize {
        self.backlog.len()
    }

    /// Adds a line, without writing it.
    pub(crate) fn push(&mut self, line: &[u8]) {
        self.backlog.extend(line);
        self.backlog.push_back(b'\n');
    }

    /// Writes what the target takes now, without waiting. True when nothing is left.
    pub(crate) fn ship(&mut self) -> bool {
        while !self.backlog.is_empty() {
            match self.write_some() {
                Ok(0) => return false,
                Ok(written) => {
                    self.failure = None;
                    self.backlog.drain(..written);
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => {
                    self.failure = Some(error.to_string());
                    return false;
                }
            }
        }
        true
    }

    /// Why the last write failed, once.
    pub(crate) fn take_failure(&mut self) -> Option<String> {
        self.failure.take()
    }

    fn write_some(&mut self) -> io::Result<usize> {
        let (front, _) = self.backlog.as_slices();
        match &mut self.target {
            Target::File(file) => file.write(front),
            Target::Stdout => {
                let stdout = io::stdout();
                if !is_writable(&stdout)? {
                    return Ok(0);
                }
                let chunk = front.get(..CHUNK_BYTES).unwrap_or(front);
                Ok(rustix::io::write(stdout.as_fd(), chunk)?)
            }
        }
    }
}

/// Writes a line to standard output, if it takes all of it at once.
pub(crate) fn write_line(line: &[u8]) {
    let stdout = io::stdout();
    if line.len() < CHUNK_BYTES && is_writable(&stdout).unwrap_or(false) {
        // What nobody reads is lost: it is no record.
        let _ = rustix::io::write(stdout.as_fd(), &[line, b"\n"].concat());
    }
}

/// Whether a descriptor takes bytes now.
pub(crate) fn is_writable(stream: &impl AsFd) -> io::Result<bool> {
    let mut fds = [PollFd::new(stream, PollFlags::OUT)];
    let now = Timespec { tv_sec: 0, tv_nsec: 0 };
    let ready = poll(&mut fds, Some(&now))?;
    Ok(ready > 0)
}
