//! The events to send: files, sent byte for byte.
use std::path::{Path, PathBuf};

use super::error::Trouble;

/// One event file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct EventFile {
    pub(super) path: PathBuf,
    pub(super) body: Vec<u8>,
}

/// The files that were named, then those of each directory and below in the order of their paths.
/// Hidden files are no events.
pub(super) fn collect(
    named: &[PathBuf],
    directories: &[PathBuf],
) -> Result<Vec<EventFile>, Trouble> {
    let mut paths = named.to_vec();
    for directory in directories {
        let mut found = Vec::new();
        walk(directory, &mut found)?;
        if found.is_empty() {
            return Err(Trouble::NoEvents { path: directory.clone() });
        }
        found.sort();
        paths.extend(found);
    }
    paths.into_iter().map(read).collect()
}

fn walk(directory: &Path, found: &mut Vec<PathBuf>) -> Result<(), Trouble> {
    let unreadable = || Trouble::io("cannot read", directory);
    for entry in std::fs::read_dir(directory).map_err(unreadable())? {
        let entry = entry.map_err(unreadable())?;
        if entry.file_name().as_encoded_bytes().starts_with(b".") {
            continue;
        }
        if entry.path().is_dir() {
            walk(&entry.path(), found)?;
        } else {
            found.push(entry.path());
        }
    }
    Ok(())
}

fn read(path: PathBuf) -> Result<EventFile, Trouble> {
    let body = std::fs::read(&path).map_err(Trouble::io("cannot read", &path))?;
    Ok(EventFile { path, body })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_come_in_the_order_of_their_names_whatever_they_hold() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["b.json", "a.bin", ".hidden"] {
            std::fs::write(folder.path().join(name), [0xff]).unwrap();
        }
        std::fs::create_dir(folder.path().join("c")).unwrap();
        std::fs::write(folder.path().join("c/d.json"), "{}").unwrap();
        let events = collect(&[], &[folder.path().to_owned()]).unwrap();
        let names: Vec<&Path> =
            events.iter().map(|event| event.path.strip_prefix(folder.path()).unwrap()).collect();
        assert_eq!(names, [Path::new("a.bin"), Path::new("b.json"), Path::new("c/d.json")]);
        assert_eq!(events[0].body, [0xff]);
    }

    #[test]
    fn an_empty_directory_is_an_error_that_says_what_to_do() {
        let folder = tempfile::tempdir().unwrap();
        let error = collect(&[], &[folder.path().to_owned()]).unwrap_err().to_string();
        assert!(error.ends_with("put files there, or name them with --event"), "{error}");
    }
}
