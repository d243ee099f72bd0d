//! Files of refused items: whole, private, and only where the function does not clear up.
use super::*;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, symlink};
use tempfile::TempDir;

fn place() -> (TempDir, PathBuf) {
    let root = tempfile::tempdir().unwrap();
    let path = root.path().join("refused");
    (root, path)
}

fn names(path: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(path).unwrap();
    entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

#[test]
fn a_file_is_whole_private_and_alone() {
    let (_root, path) = place();
    let directory = Directory::open(&path, &[]).unwrap();
    directory.write("r-1.json", b"first").unwrap();
    directory.write("r-1.json", b"again").unwrap();
    assert_eq!(std::fs::read(path.join("r-1.json")).unwrap(), b"again");
    assert_eq!(names(&path), ["r-1.json"]);
    let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(&path.join("r-1.json")), mode(&path)), (0o600, 0o700));
}

#[test]
fn security_temporary_directories_are_refused_however_they_are_named() {
    let (root, path) = place();
    let temporary = [root.path()];
    assert!(matches!(Directory::open(&path, &temporary), Err(StoreError::Temporary(_))));
    let outside = tempfile::tempdir().unwrap();
    let link = outside.path().join("link");
    symlink(root.path(), &link).unwrap();
    let through = link.join("below");
    assert!(matches!(Directory::open(&through, &temporary), Err(StoreError::Temporary(_))));
    assert!(matches!(Directory::open(&link, &[]), Err(StoreError::Io(..))), "a link itself");
}

#[test]
fn security_links_that_wait_for_us_are_not_followed() {
    let (root, path) = place();
    let directory = Directory::open(&path, &[]).unwrap();
    let victim = root.path().join("victim");
    std::fs::write(&victim, "kept").unwrap();
    symlink(&victim, path.join(".r-1.json.part")).unwrap();
    symlink(&victim, path.join("r-1.json")).unwrap();
    directory.write("r-1.json", b"copy").unwrap();
    assert_eq!(std::fs::read(&victim).unwrap(), b"kept");
    let written = std::fs::symlink_metadata(path.join("r-1.json")).unwrap();
    assert!(written.is_file() && written.nlink() == 1);
}

#[test]
fn what_cannot_be_written_is_an_error_and_leaves_nothing() {
    let (_root, path) = place();
    let directory = Directory::open(&path, &[]).unwrap();
    std::fs::create_dir(path.join("r-1.json")).unwrap();
    assert!(matches!(directory.write("r-1.json", b"copy"), Err(StoreError::Io(..))));
    assert_eq!(names(&path), ["r-1.json"]);
    let gone = Path::new("/nowhere/refused");
    assert!(matches!(Directory::open(gone, &[]), Err(StoreError::Io(..))));
}
