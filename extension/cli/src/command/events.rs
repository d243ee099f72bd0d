//! Finding and reading event files, for verbs that decide them.
use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

/// The largest file that is read, in bytes: ten times what Lambda takes.
pub(super) const FILE_BYTES_MAX: u64 = 64 * 1024 * 1024;

/// A file or directory that cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("`{path}`: {cause}")]
pub(super) struct Unreadable {
    path: String,
    cause: io::Error,
}

impl Unreadable {
    pub(super) fn new(path: &Path, cause: io::Error) -> Self {
        Self { path: path.display().to_string(), cause }
    }
}

/// The files named, and the *.json files below the directories named, each directory in order. A
/// directory without any is an error: it is not what was meant.
pub(super) fn find(paths: &[PathBuf]) -> Vec<Result<PathBuf, Unreadable>> {
    let mut found = Vec::new();
    for path in paths {
        if !path.is_dir() {
            found.push(Ok(path.clone()));
            continue;
        }
        let before = found.len();
        walk(path, &mut found);
        if found.len() == before {
            let cause = io::Error::other("no *.json file in it");
            found.push(Err(Unreadable::new(path, cause)));
        }
    }
    found
}

/// Symbolic links below a directory are not followed, so that no loop can hold it up.
fn walk(directory: &Path, found: &mut Vec<Result<PathBuf, Unreadable>>) {
    let entries = fs::read_dir(directory).and_then(Iterator::collect::<io::Result<Vec<_>>>);
    let mut entries = match entries {
        Ok(entries) => entries,
        Err(cause) => return found.push(Err(Unreadable::new(directory, cause))),
    };
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let path = entry.path();
        match entry.file_type() {
            Ok(kind) if kind.is_dir() => walk(&path, found),
            Ok(kind) if kind.is_file() && path.extension().is_some_and(|end| end == "json") => {
                found.push(Ok(path));
            }
            Ok(_) => {}
            Err(cause) => found.push(Err(Unreadable::new(&path, cause))),
        }
    }
}

/// A whole event.
pub(super) fn read(path: &Path) -> Result<Vec<u8>, Unreadable> {
    let mut body = Vec::new();
    let read =
        File::open(path).and_then(|file| file.take(FILE_BYTES_MAX + 1).read_to_end(&mut body));
    match read {
        Ok(bytes) if bytes as u64 > FILE_BYTES_MAX => {
            let message = format!("larger than {FILE_BYTES_MAX} bytes");
            Err(Unreadable::new(path, io::Error::other(message)))
        }
        Ok(_) => Ok(body),
        Err(cause) => Err(Unreadable::new(path, cause)),
    }
}
