//! The repository as the rules see it: every file that belongs to it, by path.
use std::collections::BTreeMap;
use std::path::Path;

/// What is built or fetched into the tree, and git's own directory.
const NOT_OURS: [&str; 4] = [".git", "target", "node_modules", "__pycache__"];

/// Workspaces of their own: what only the nightly compiler builds, a program of others that no
/// other build is to have, and an example that is to be copied as it is.
const APART: [&str; 3] =
    ["tests/fuzz/targets/Cargo.toml", "tests/foreign/Cargo.toml", "sam/examples/rust/Cargo.toml"];

/// Paths relative to the root, with the text of each file (nothing for what is not text).
pub(super) struct Tree {
    pub(super) files: BTreeMap<String, String>,
}

impl Tree {
    /// Reads the repository that this crate stands in.
    pub(super) fn read() -> Self {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let mut files = BTreeMap::new();
        walk(&root, "", &mut files);
        Self { files }
    }

    /// A tree made for a test.
    pub(super) fn of(files: &[(&str, &str)]) -> Self {
        let own = |(path, text): &(&str, &str)| ((*path).to_owned(), (*text).to_owned());
        Self { files: files.iter().map(own).collect() }
    }

    /// Files whose path ends in one of `ends`.
    pub(super) fn ending(&self, ends: &[&str]) -> impl Iterator<Item = (&str, &str)> {
        let files = self.files.iter().map(|(path, text)| (path.as_str(), text.as_str()));
        files.filter(move |(path, _)| ends.iter().any(|end| path.ends_with(end)))
    }

    /// The manifests of all crates: the crate's directory and the parsed file.
    pub(super) fn crates(&self) -> Vec<(&str, toml::Table)> {
        let manifests = self.ending(&["/Cargo.toml"]).filter(|(path, _)| !APART.contains(path));
        let parsed = manifests.map(|(path, text)| {
            (path.trim_end_matches("/Cargo.toml"), text.parse().unwrap_or_default())
        });
        parsed.collect()
    }
}

fn walk(directory: &Path, prefix: &str, files: &mut BTreeMap<String, String>) {
    for entry in std::fs::read_dir(directory).into_iter().flatten().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let path = format!("{prefix}{name}");
        if NOT_OURS.contains(&name.as_str()) {
            continue;
        }
        if entry.path().is_dir() {
            walk(&entry.path(), &format!("{path}/"), files);
        } else {
            files.insert(path, std::fs::read_to_string(entry.path()).unwrap_or_default());
        }
    }
}
