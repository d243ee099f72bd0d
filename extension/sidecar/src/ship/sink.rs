//! Sinks within the environment, which take lines at once: standard output (the function's log
//! group) and files.

mod rotation;

use rotation::Rotation;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use std::collections::VecDeque;
use std::io;
use std::os::fd::AsFd;
use std::rc::Rc;
use tollgate_link::sink::Line;
use tollgate_policy::FileSink;

/// Largest single write to a pipe: what a writable pipe always has room for (`PIPE_BUF`), so
/// that a reader who stopped reading never stops us.
pub(crate) const CHUNK_BYTES: usize = 4096;

/// Bytes that are gathered for one write to a file.
const GATHER_BYTES: usize = 64 * 1024;

/// A sink, and how much it has of the line at the head of its queue.
#[derive(Debug)]
pub(crate) struct Sink {
    target: Target,
    /// Bytes of the first line, its newline included, that were written.
    offset: usize,
    buffer: Vec<u8>,
    failure: Option<String>,
}

#[derive(Debug)]
enum Target {
    Stdout,
    File(Rotation),
}

impl Sink {
    /// Standard output, which Lambda sends to the function's log group.
    pub(crate) fn stdout() -> Self {
        Self::new(Target::Stdout)
    }

    /// A file that lines are appended to; made where it is missing.
    pub(crate) fn file(options: &FileSink) -> io::Result<Self> {
        Ok(Self::new(Target::File(Rotation::open(options)?)))
    }

    fn new(target: Target) -> Self {
        Self { target, offset: 0, buffer: Vec::new(), failure: None }
    }

    /// Writes what the target takes now, without waiting, and takes lines that are written in
    /// full off the queue. Gives their bytes, newlines included.
    pub(crate) fn ship(&mut self, queue: &mut VecDeque<Rc<Line>>) -> usize {
        let mut taken = 0;
        while !queue.is_empty() {
            match self.write_some(queue) {
                Ok(0) => break,
                Ok(written) => {
                    self.failure = None;
                    taken += self.advance(written, queue);
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => {
                    self.failure = Some(error.to_string());
                    break;
                }
            }
        }
        taken
    }

    /// Whether a line was written in part.
    pub(crate) fn is_within_a_line(&self) -> bool {
        self.offset > 0
    }

    /// Why the last write failed, once.
    pub(crate) fn take_failure(&mut self) -> Option<String> {
        self.failure.take()
    }

    fn advance(&mut self, written: usize, queue: &mut VecDeque<Rc<Line>>) -> usize {
        let mut taken = 0;
        self.offset += written;
        while let Some(first) = queue.front() {
            let length = first.bytes.0.len() + 1;
            if self.offset < length {
                break;
            }
            self.offset -= length;
            queue.pop_front();
            taken += length;
        }
        taken
    }

    fn write_some(&mut self, queue: &VecDeque<Rc<Line>>) -> io::Result<usize> {
        match &mut self.target {
            Target::File(file) => {
                let first = queue.front().map_or(0, |line| line.bytes.0.len() + 1);
                let room = file.room(first, self.offset == 0)?;
                gather(queue, self.offset, room.min(GATHER_BYTES), &mut self.buffer);
                file.write(&self.buffer)
            }
            Target::Stdout => {
                let stdout = io::stdout();
                if !is_writable(&stdout)? {
                    return Ok(0);
                }
                gather(queue, self.offset, CHUNK_BYTES, &mut self.buffer);
                Ok(rustix::io::write(stdout.as_fd(), &self.buffer)?)
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

/// Puts the start of the queue into a buffer: lines, each with its newline, up to a size.
fn gather(queue: &VecDeque<Rc<Line>>, offset: usize, bytes_max: usize, buffer: &mut Vec<u8>) {
    buffer.clear();
    let mut skip = offset;
    for line in queue {
        let room = bytes_max.saturating_sub(buffer.len());
        if room == 0 {
            return;
        }
        let rest = line.bytes.0.get(skip..).unwrap_or_default();
        buffer.extend_from_slice(rest.get(..room).unwrap_or(rest));
        if rest.len() < room {
            buffer.push(b'\n');
        }
        skip = 0;
    }
}

/// Whether a descriptor takes bytes now.
pub(crate) fn is_writable(stream: &impl AsFd) -> io::Result<bool> {
    let mut fds = [PollFd::new(stream, PollFlags::OUT)];
    let now = Timespec { tv_sec: 0, tv_nsec: 0 };
    let ready = poll(&mut fds, Some(&now))?;
    Ok(ready > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn queue(lines: &[&str]) -> VecDeque<Rc<Line>> {
        let line = |text: &&str| Rc::new(Line { at_ms: 0, bytes: text.as_bytes().to_vec().into() });
        lines.iter().map(line).collect()
    }

    #[test]
    fn whatever_is_written_at_a_time_lines_stay_whole() {
        let lines = ["first", "", "a longer third line", "x"];
        let whole: String = lines.iter().flat_map(|line| [*line, "\n"]).collect();
        for step in 1..=whole.len() {
            let (mut sink, mut queue) = (Sink::stdout(), queue(&lines));
            let (mut written, mut taken) = (Vec::new(), 0);
            while !queue.is_empty() {
                let mut buffer = Vec::new();
                gather(&queue, sink.offset, step, &mut buffer);
                assert!(!buffer.is_empty() && buffer.len() <= step);
                written.extend_from_slice(&buffer);
                taken += sink.advance(buffer.len(), &mut queue);
            }
            assert_eq!(String::from_utf8(written).unwrap(), whole, "step {step}");
            assert_eq!((taken, sink.offset), (whole.len(), 0));
        }
    }

    #[test]
    fn a_file_is_renamed_before_it_is_too_large_and_old_ones_go() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("ledger");
        let text = path.to_str().unwrap().to_owned();
        let mut sink = Sink::file(&FileSink { path: text, max_bytes: Some(12), keep: 2 }).unwrap();
        let mut all = queue(&["1234", "5678", "abcd", "a line beyond the limit", "e", "f"]);
        assert_eq!(sink.ship(&mut all), 5 + 5 + 5 + 24 + 2 + 2);
        let read = |name: &str| std::fs::read_to_string(directory.path().join(name)).ok();
        assert_eq!(read("ledger").as_deref(), Some("e\nf\n"));
        assert_eq!(read("ledger.1").as_deref(), Some("a line beyond the limit\n"));
        assert_eq!(read("ledger.2").as_deref(), Some("abcd\n"));
        assert_eq!(read("ledger.3"), None);
    }
}
