//! The rules of the house, held by tests; each rule is also tried on input that breaks it.

mod edges;
mod layout;
mod lines;
mod tree;

use tree::Tree;

/// Fails with all complaints, one a line.
fn none(complaints: &[String]) {
    assert!(complaints.is_empty(), "\n{}\n", complaints.join("\n"));
}

/// Fails unless exactly one complaint was made and it contains `part`.
fn one(complaints: &[String], part: &str) {
    assert_eq!(complaints.len(), 1, "{complaints:?}");
    assert!(complaints.iter().all(|complaint| complaint.contains(part)), "{complaints:?}");
}

#[test]
fn the_repository_keeps_every_rule() {
    let tree = Tree::read();
    assert!(tree.files.len() > 50, "the tree was not found");
    let mut complaints = layout::top_level(&tree);
    complaints.extend(layout::licence(&tree));
    complaints.extend(layout::module_files(&tree));
    complaints.extend(lines::first_lines(&tree));
    complaints.extend(lines::lengths(&tree));
    complaints.extend(lines::words(&tree));
    complaints.extend(lines::purity(&tree));
    complaints.extend(edges::manifests(&tree));
    complaints.extend(edges::between_crates(&tree));
    complaints.extend(edges::reserved(&tree));
    complaints.extend(edges::sidecar_stays_offline(&tree));
    none(&complaints);
}
