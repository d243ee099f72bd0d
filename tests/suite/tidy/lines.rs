//! What stands in files: a first line that says what the file is for, lengths, words, pure code.
use super::tree::Tree;
use super::{none, one};

/// Lines a file may have at most.
const LINES_MAX: usize = 599;
/// Characters that say something; less is a name repeated.
const PURPOSE_CHARS: usize = 12;
/// Files that are scripts without saying so in their names.
const SCRIPTS: [&str; 9] = [
    ".ci/run",
    "layer/exec",
    "scripts/bench",
    "scripts/build-command",
    "scripts/build-layer",
    "scripts/demo",
    "scripts/fuzz",
    "scripts/test",
    "scripts/xtask/run",
];
/// Samples stand for other people's files.
const SAMPLES: &str = "tests/fixtures/events/";

/// Words for what was put off; written in halves, so that this file passes.
const FORBIDDEN: [&str; 8] = [
    concat!("TO", "DO"),
    concat!("FIX", "ME"),
    concat!("#[ign", "ore"),
    concat!("#[al", "low("),
    concat!("#![al", "low("),
    concat!("to", "do!("),
    concat!("unimpl", "emented!("),
    concat!("db", "g!("),
];

/// Crates that decide and remember from what they are handed, and nothing else.
const PURE: [&str; 10] = [
    "extension/order/src/",
    "extension/lanes/src/",
    "extension/cedar/src/",
    "extension/event/src/",
    "extension/budget/src/",
    "extension/detect/src/",
    "extension/schema/src/",
    "extension/proof/src/",
    "extension/policy/src/",
    "extension/ledger/src/",
];
/// What such a crate would need for input, output, a clock or randomness.
const IMPURE: [&str; 9] = [
    "std::fs",
    "std::net",
    "std::process",
    "std::env",
    "std::thread",
    "std::io::stdin",
    "SystemTime::now",
    "Instant::now",
    "getrandom",
];

/// Every source, script and setting says in its first line what it is for.
pub(super) fn first_lines(tree: &Tree) -> Vec<String> {
    let mut complaints = Vec::new();
    for (path, text) in
        tree.ending(&[".rs", ".toml", ".yaml", ".yml", ".sh", ".py"]).chain(tree.ending(&SCRIPTS))
    {
        let rust = path.rsplit('.').next() == Some("rs");
        let marker = if rust { "//! " } else { "# " };
        let mut lines = text.lines().skip_while(|line| line.starts_with("#!/"));
        let purpose = lines.next().and_then(|line| line.strip_prefix(marker));
        if !path.starts_with(SAMPLES)
            && purpose.is_none_or(|text| text.trim().len() < PURPOSE_CHARS)
        {
            complaints.push(format!("{path}:1: begin with `{marker}` and what the file is for"));
        }
    }
    complaints
}

/// Files stay short enough to be read at one go.
pub(super) fn lengths(tree: &Tree) -> Vec<String> {
    let sources = tree.ending(&[".rs", ".py", ".sh"]).chain(tree.ending(&SCRIPTS));
    let counted = sources.map(|(path, text)| (path, text.lines().count()));
    let long = counted.filter(|(_, lines)| *lines > LINES_MAX);
    long.map(|(path, lines)| format!("{path}: {lines} lines, more than {LINES_MAX}")).collect()
}

/// Nothing is put off, and no lint or test is silenced without a reason.
pub(super) fn words(tree: &Tree) -> Vec<String> {
    let mut complaints = Vec::new();
    for (path, text) in
        tree.ending(&[".rs", ".py", ".sh", ".toml", ".yaml", ".md"]).chain(tree.ending(&SCRIPTS))
    {
        for (number, line) in text.lines().enumerate() {
            if let Some(word) = FORBIDDEN.iter().find(|word| line.contains(**word)) {
                complaints.push(format!("{path}:{}: `{word}`", number + 1));
            }
        }
    }
    complaints
}

/// The pure crates touch neither files, network, clock nor randomness; their tests may.
pub(super) fn purity(tree: &Tree) -> Vec<String> {
    let mut complaints = Vec::new();
    for (path, text) in tree.ending(&[".rs"]) {
        let is_test = path.ends_with("/tests.rs") || path.contains("/tests/");
        if is_test || !PURE.iter().any(|pure| path.starts_with(pure)) {
            continue;
        }
        let code = text.lines().take_while(|line| !line.starts_with("#[cfg(test)]"));
        for (number, line) in code.enumerate().filter(|(_, line)| !is_comment(line)) {
            if let Some(word) = IMPURE.iter().find(|word| line.contains(**word)) {
                complaints.push(format!("{path}:{}: `{word}` in a pure crate", number + 1));
            }
        }
    }
    complaints
}

fn is_comment(line: &str) -> bool {
    line.trim_start().starts_with("//")
}

#[test]
fn a_file_without_a_purpose_is_found() {
    let good = [
        ("a.rs", "//! What this is for.\n"),
        ("a.sh", "#!/bin/sh\n# What this is for.\n"),
        ("a.toml", "# What this is for.\n"),
        ("tests/fixtures/events/a.yaml", "a: 1\n"),
    ];
    none(&first_lines(&Tree::of(&good)));
    for (path, text) in [
        ("a.rs", "use std::io;\n"),
        ("a.rs", "//! Short.\n"),
        ("a.rs", ""),
        ("a.py", "#!/usr/bin/python3\nimport os\n"),
        ("layer/exec", "#!/bin/sh\nexec \"$@\"\n"),
        ("a.yaml", "version: 1\n"),
    ] {
        one(&first_lines(&Tree::of(&[(path, text)])), path);
    }
}

#[test]
fn a_long_file_is_found() {
    none(&lengths(&Tree::of(&[("a.rs", &"\n".repeat(LINES_MAX))])));
    one(&lengths(&Tree::of(&[("a.rs", &"\n".repeat(LINES_MAX + 1))])), "600 lines");
}

#[test]
fn every_forbidden_word_is_found() {
    none(&words(&Tree::of(&[("a.rs", "todo = \"deny\"\n#[expect(dead_code, reason = \"r\")]\n")])));
    for word in FORBIDDEN {
        one(&words(&Tree::of(&[("a.rs", &format!("fine\n    {word}\n"))])), "a.rs:2");
    }
}

#[test]
fn an_impure_line_is_found_in_pure_crates_only() {
    for word in IMPURE {
        let line = format!("let x = {word};\n");
        one(&purity(&Tree::of(&[("extension/policy/src/a.rs", &line)])), word);
        none(&purity(&Tree::of(&[("extension/sidecar/src/a.rs", &line)])));
        let tested = format!("// {word}\n#[cfg(test)]\n{line}");
        none(&purity(&Tree::of(&[("extension/policy/src/a.rs", &tested)])));
        none(&purity(&Tree::of(&[("extension/policy/src/a/tests.rs", &line)])));
        none(&purity(&Tree::of(&[("extension/policy/src/a/tests/b.rs", &line)])));
    }
}
