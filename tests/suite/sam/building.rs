//! `sam build` where it needs neither network nor Docker: examples whose code is packaged as it is,
//! and those whose Makefile calls a compiler that is on this machine.
use super::{examples, name, succeeds, tool};
use crate::support::places;
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// Builds an example.
pub(super) fn built(example: &Path) -> TempDir {
    let directory = tempfile::tempdir().unwrap();
    let mut build = tool("sam");
    build.arg("build").arg("--template-file").arg(example.join("template.yaml"));
    build.arg("--build-dir").arg(directory.path().join("build"));
    build.arg("--cache-dir").arg(directory.path().join("cache"));
    // What this test was built with must not reach the example's own compiler.
    build.env_remove("RUSTFLAGS").env_remove("CARGO_ENCODED_RUSTFLAGS");
    let target = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/examples");
    std::fs::create_dir_all(&target).unwrap();
    let target = target.canonicalize().unwrap();
    build.env("CARGO_TARGET_DIR", &target);
    build.env("PATH", with_go()).env("GOCACHE", target.join("go")).env("GOFLAGS", "-mod=mod");
    build.env("GOTOOLCHAIN", "local");
    succeeds(build.current_dir(directory.path()));
    directory
}

/// The path for programs, with Go's last.
fn with_go() -> std::ffi::OsString {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let go = std::iter::once(places::go_tools());
    std::env::join_paths(std::env::split_paths(&path).chain(go)).unwrap()
}

/// Whether a program is on the path; says so when it is not.
pub(crate) fn at_hand(program: &str, what: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let found = std::env::split_paths(&path).any(|directory| directory.join(program).is_file());
    if !found {
        // Past the test harness, which keeps what passing tests print to itself.
        let message = format!("not tried: {what} needs `{program}`, which is not on this machine");
        writeln!(std::io::stderr().lock(), "{message}").unwrap();
    }
    found
}

/// The example of this name.
pub(super) fn example(wanted: &str) -> PathBuf {
    examples().into_iter().find(|example| name(example) == wanted).unwrap()
}

#[test]
fn examples_without_a_compiler_build_as_they_are() {
    for example in examples() {
        let text = std::fs::read_to_string(example.join("template.yaml")).unwrap();
        if text.contains("SkipBuild: true") {
            let directory = built(&example);
            assert!(directory.path().join("build/template.yaml").is_file(), "{example:?}");
        }
    }
}

/// The files that a custom runtime needs are there, and Lambda may execute what it starts.
fn holds_a_bootstrap(directory: &Path) {
    let package = directory.join("build/Orders");
    for program in ["bootstrap", "orders"] {
        let mode = std::fs::metadata(package.join(program)).unwrap().permissions().mode();
        assert_eq!(mode & 0o111, 0o111, "{program}: {mode:o}");
    }
    let bootstrap = std::fs::read_to_string(package.join("bootstrap")).unwrap();
    assert!(bootstrap.contains("exec /opt/tollgate/exec "), "{bootstrap}");
    assert!(package.join("tollgate.yaml").is_file() && package.join("order.schema.json").is_file());
}

#[test]
fn the_rust_example_builds() {
    holds_a_bootstrap(built(&example("rust")).path());
}

#[test]
fn the_go_example_builds() {
    holds_a_bootstrap(built(&example("go")).path());
}

#[test]
fn the_java_example_builds() {
    if at_hand("javac", "the example in Java") {
        let directory = built(&example("java-snapstart"));
        let package = directory.path().join("build/Quotes");
        assert!(package.join("example/Quotes.class").is_file());
        assert!(package.join("tollgate.yaml").is_file());
    }
}
