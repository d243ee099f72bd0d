//! Where things stand: the top level, the licence, module files.
use super::tree::Tree;
use super::{none, one};
use std::collections::BTreeSet;

/// All that may stand at the top, beside dot-files.
const TOP_LEVEL: [&str; 11] = [
    "CHANGELOG.md",
    "Cargo.lock",
    "Cargo.toml",
    "LICENSE",
    "README.md",
    "extension",
    "layer",
    "rust-toolchain.toml",
    "sam",
    "scripts",
    "tests",
];

/// Nothing new appears at the top by accident.
pub(super) fn top_level(tree: &Tree) -> Vec<String> {
    let names: BTreeSet<_> = tree.files.keys().filter_map(|path| path.split('/').next()).collect();
    let strange =
        names.into_iter().filter(|name| !name.starts_with('.') && !TOP_LEVEL.contains(name));
    strange.map(|name| format!("{name}: does not belong at the top level")).collect()
}

/// The licence is there, whole, and what the workspace says it is.
pub(super) fn licence(tree: &Tree) -> Vec<String> {
    let text = tree.files.get("LICENSE").map_or("", String::as_str);
    let whole = ["Apache License", "Version 2.0, January 2004", "END OF TERMS AND CONDITIONS"];
    let missing = whole.into_iter().filter(|part| !text.contains(part));
    missing.map(|part| format!("LICENSE: `{part}` is missing")).collect()
}

/// A module's file bears its name.
pub(super) fn module_files(tree: &Tree) -> Vec<String> {
    let found = tree.ending(&["/mod.rs"]);
    found.map(|(path, _)| format!("{path}: name it after its module instead")).collect()
}

#[test]
fn a_stray_file_at_the_top_is_found() {
    none(&top_level(&Tree::of(&[("Cargo.toml", ""), (".github/SECURITY.md", ""), ("sam/a", "")])));
    one(&top_level(&Tree::of(&[("notes.txt", "")])), "notes.txt");
    one(&top_level(&Tree::of(&[("src/a.rs", ""), ("src/b.rs", "")])), "src");
}

#[test]
fn a_missing_licence_is_found() {
    assert_eq!(licence(&Tree::of(&[("LICENSE", "MIT")])).len(), 3);
    assert_eq!(licence(&Tree::of(&[])).len(), 3);
}

#[test]
fn a_nameless_module_file_is_found() {
    one(&module_files(&Tree::of(&[("a/mod.rs", ""), ("a/modes.rs", "")])), "a/mod.rs");
}
