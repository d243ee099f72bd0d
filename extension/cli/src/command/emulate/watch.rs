//! Notices changes of the function, the layer and the policy by the times of their files.
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use super::{Args, words};

/// How often the files are looked at.
const LOOK: Duration = Duration::from_millis(300);
/// More files than this are not looked at.
const FILES_MAX: usize = 5000;
/// What tools write, and nobody changes by hand.
const PASSED_OVER: [&str; 4] = ["target", "node_modules", "__pycache__", "venv"];

/// The files that matter, and when each was changed.
pub(super) struct Watched {
    roots: Vec<PathBuf>,
    seen: BTreeMap<PathBuf, SystemTime>,
}

impl Watched {
    /// What the command names, the layer and the policy; for a command without a file of its own the
    /// current directory.
    pub(super) fn new(args: &Args, command: &str) -> Self {
        let words = words::split(command).unwrap_or_default();
        let mut roots: Vec<PathBuf> =
            words.iter().map(PathBuf::from).filter(|path| path.is_file()).collect();
        if roots.is_empty() {
            roots.push(PathBuf::from("."));
        }
        roots.extend(args.place.as_ref().map(|place| place.task_root.clone()));
        roots.extend(args.layer.clone());
        roots.extend(args.policy.clone());
        let seen = look(&roots);
        Self { roots, seen }
    }

    /// Waits for a change, and until nothing has changed for a moment: a build writes many files.
    pub(super) async fn change(&mut self) -> PathBuf {
        let mut first = None;
        loop {
            tokio::time::sleep(LOOK).await;
            let now = look(&self.roots);
            match (difference(&self.seen, &now), &first) {
                (None, Some(path)) => return PathBuf::clone(path),
                (None, None) => {}
                (Some(path), _) => {
                    first.get_or_insert(path);
                    self.seen = now;
                }
            }
        }
    }
}

/// A file that is new, gone or changed.
fn difference(
    before: &BTreeMap<PathBuf, SystemTime>,
    now: &BTreeMap<PathBuf, SystemTime>,
) -> Option<PathBuf> {
    let changed = now.iter().find(|(path, time)| before.get(*path) != Some(time));
    let gone = || before.iter().find(|(path, _)| !now.contains_key(*path));
    changed.or_else(gone).map(|(path, _)| path.clone())
}

fn look(roots: &[PathBuf]) -> BTreeMap<PathBuf, SystemTime> {
    let mut seen = BTreeMap::new();
    for root in roots {
        enter(root, &mut seen);
    }
    seen
}

/// What cannot be read has not changed.
fn enter(path: &Path, seen: &mut BTreeMap<PathBuf, SystemTime>) {
    if seen.len() >= FILES_MAX {
        return;
    }
    let Ok(data) = path.metadata() else { return };
    if !data.is_dir() {
        if let Ok(time) = data.modified() {
            seen.insert(path.to_owned(), time);
        }
        return;
    }
    let Ok(entries) = path.read_dir() else { return };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if !name.starts_with('.') && !PASSED_OVER.contains(&name.as_ref()) {
            enter(&entry.path(), seen);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn new_gone_and_changed_files_are_noticed_and_what_tools_write_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let roots = [folder.path().to_owned()];
        let file = folder.path().join("app.py");
        let empty = look(&roots);
        std::fs::write(&file, "a").unwrap();
        let one = look(&roots);
        assert_eq!(difference(&empty, &one), Some(file.clone()));
        std::fs::create_dir(folder.path().join("target")).unwrap();
        std::fs::write(folder.path().join("target/x"), "a").unwrap();
        std::fs::write(folder.path().join(".hidden"), "a").unwrap();
        assert_eq!(difference(&one, &look(&roots)), None);
        let later = SystemTime::now() + Duration::from_secs(9);
        std::fs::File::options().write(true).open(&file).unwrap().set_modified(later).unwrap();
        assert_eq!(difference(&one, &look(&roots)), Some(file.clone()));
        std::fs::remove_file(&file).unwrap();
        assert_eq!(difference(&one, &look(&roots)), Some(file));
    }
}
