//! A file of lines that is renamed when it has grown, and a new one begun.

use std::fs::{File, OpenOptions, rename};
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use tollgate_policy::FileSink;

/// A file, and when it is renamed.
#[derive(Debug)]
pub(super) struct Rotation {
    file: File,
    path: PathBuf,
    bytes: u64,
    bytes_max: Option<u64>,
    keep: u32,
}

impl Rotation {
    /// Opens the file, made where it is missing.
    pub(super) fn open(options: &FileSink) -> io::Result<Self> {
        let path = PathBuf::from(&options.path);
        let file = open(&path)?;
        let bytes = file.metadata()?.len();
        Ok(Self { file, path, bytes, bytes_max: options.max_bytes, keep: options.keep })
    }

    /// How many bytes may be written now. Where the next line, of `line` bytes, begins and does
    /// not fit, the file is renamed first; a line is never spread over two files.
    pub(super) fn room(&mut self, line: usize, begins: bool) -> io::Result<usize> {
        let Some(bytes_max) = self.bytes_max else { return Ok(usize::MAX) };
        let fits = |bytes: u64| bytes.saturating_add(line as u64) <= bytes_max;
        if begins && self.bytes > 0 && !fits(self.bytes) {
            self.rotate()?;
        }
        // One line at a time: the next one may belong into the next file.
        Ok(line)
    }

    pub(super) fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.file.write(bytes)?;
        self.bytes = self.bytes.saturating_add(written as u64);
        Ok(written)
    }

    /// Renames `<path>` to `<path>.1`, that one to `<path>.2`, and so on; the last one goes.
    fn rotate(&mut self) -> io::Result<()> {
        for number in (1..self.keep).rev() {
            move_if_there(&self.numbered(number), &self.numbered(number + 1))?;
        }
        move_if_there(&self.path, &self.numbered(1))?;
        self.file = open(&self.path)?;
        self.bytes = self.file.metadata()?.len();
        Ok(())
    }

    fn numbered(&self, number: u32) -> PathBuf {
        let mut name = self.path.clone().into_os_string();
        name.push(format!(".{number}"));
        name.into()
    }
}

fn open(path: &Path) -> io::Result<File> {
    OpenOptions::new().create(true).append(true).mode(0o600).open(path)
}

fn move_if_there(from: &Path, to: &Path) -> io::Result<()> {
    match rename(from, to) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        other => other,
    }
}
