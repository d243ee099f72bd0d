//! Reads lines of logs from files, directories and standard input, plain or gzip, and from log groups.
mod group;

use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, IsTerminal as _, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use flate2::bufread::MultiGzDecoder;
use tollgate_courier::reader::Extract;

/// The longest line that is kept in memory. A longer one is read in parts, and a record across two
/// parts is counted as damaged. Firehose writes objects of at most 128 MiB ("Amazon Data Firehose:
/// buffering hints"), which may be one line.
const LINE_BYTES_MAX: u64 = 256 << 20;
/// Read ahead of a file.
const BUFFER_BYTES: usize = 256 << 10;
/// The first two bytes of gzip (RFC 1952, 2.3.1).
const GZIP: &[u8] = &[0x1f, 0x8b];
/// How often progress is shown.
const PROGRESS: Duration = Duration::from_secs(1);

/// Reads all paths, in the order given; directories with all that is in them, by name.
/// `take` gets the file's name, the line's number from 1, and the line with its newline.
pub(super) fn read(
    paths: &[PathBuf],
    take: &mut dyn FnMut(&str, u64, &[u8]),
) -> Result<(), Unread> {
    let mut reading = Reading { take, lines: 0, progress: Progress::new() };
    for path in paths {
        reading.path(path)?;
    }
    reading.progress.done();
    Ok(())
}

/// Paths, as messages name them; after a few of them only how many more there are.
pub(super) fn named(paths: &[PathBuf]) -> String {
    const NAMED: usize = 3;
    let names: Vec<String> =
        paths.iter().take(NAMED).map(|path| format!("`{}`", path.display())).collect();
    match paths.len().saturating_sub(NAMED) {
        0 => names.join(", "),
        more => format!("{} and {more} more", names.join(", ")),
    }
}

/// All of a file that is small: as it is, or unpacked.
pub(super) fn whole(path: &Path) -> io::Result<Vec<u8>> {
    let bytes = fs::read(path)?;
    if !bytes.starts_with(GZIP) {
        return Ok(bytes);
    }
    let mut unpacked = Vec::new();
    MultiGzDecoder::new(bytes.as_slice()).read_to_end(&mut unpacked)?;
    Ok(unpacked)
}

/// A path that could not be read, and why.
pub(super) type Unread = (PathBuf, io::Error);

struct Reading<'a> {
    take: &'a mut dyn FnMut(&str, u64, &[u8]),
    lines: u64,
    progress: Progress,
}

impl Reading<'_> {
    fn path(&mut self, path: &Path) -> Result<(), Unread> {
        let unread = |cause| (path.to_owned(), cause);
        if path.as_os_str() == "-" {
            return self.bytes("-", io::stdin().lock()).map_err(unread);
        }
        if let Some(extract) = path.to_str().and_then(group::parse) {
            return self.group(&extract.map_err(io::Error::other).map_err(unread)?).map_err(unread);
        }
        if path.is_dir() {
            return self.directory(path);
        }
        let file = File::open(path).map_err(unread)?;
        let name = path.display().to_string();
        self.bytes(&name, BufReader::with_capacity(BUFFER_BYTES, file)).map_err(unread)
    }

    fn group(&mut self, extract: &Extract) -> io::Result<()> {
        let Self { take, lines, progress } = self;
        group::read(extract, &mut |file, number, line| {
            take(file, number, line);
            *lines += 1;
            progress.show(*lines);
        })
    }

    /// Links inside a directory are not followed: they could lead back into it.
    fn directory(&mut self, path: &Path) -> Result<(), Unread> {
        let unread = |cause| (path.to_owned(), cause);
        let mut entries =
            fs::read_dir(path).and_then(Iterator::collect::<io::Result<Vec<_>>>).map_err(unread)?;
        entries.sort_by_key(fs::DirEntry::file_name);
        for entry in entries {
            let kind = entry.file_type().map_err(unread)?;
            if kind.is_file() || kind.is_dir() {
                self.path(&entry.path())?;
            }
        }
        Ok(())
    }

    fn bytes(&mut self, name: &str, mut input: impl BufRead) -> io::Result<()> {
        if input.fill_buf()?.starts_with(GZIP) {
            let unpacked = MultiGzDecoder::new(input);
            return self.lines(name, BufReader::with_capacity(BUFFER_BYTES, unpacked));
        }
        self.lines(name, input)
    }

    fn lines(&mut self, name: &str, mut input: impl BufRead) -> io::Result<()> {
        let mut line = Vec::new();
        let mut number = 1;
        while input.by_ref().take(LINE_BYTES_MAX).read_until(b'\n', &mut line)? > 0 {
            (self.take)(name, number, &line);
            self.lines += 1;
            self.progress.show(self.lines);
            number += u64::from(line.ends_with(b"\n"));
            line.clear();
        }
        Ok(())
    }
}

/// A line on a terminal's standard error that says how far the reading is.
struct Progress {
    due: Option<Instant>,
    shown: bool,
}

impl Progress {
    fn new() -> Self {
        let due = io::stderr().is_terminal().then(|| Instant::now() + PROGRESS);
        Self { due, shown: false }
    }

    fn show(&mut self, lines: u64) {
        // The clock is asked once in many records: it costs as much as reading one.
        if self.due.is_none_or(|due| !lines.is_multiple_of(1024) || Instant::now() < due) {
            return;
        }
        self.due = Some(Instant::now() + PROGRESS);
        self.shown = true;
        // Progress that cannot be shown is no reason to stop.
        let _unseen = write!(io::stderr().lock(), "\r{lines} lines read");
    }

    fn done(&self) {
        if self.shown {
            let _unseen = writeln!(io::stderr().lock());
        }
    }
}
