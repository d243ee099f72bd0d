//! `tollgate verify` on files: forms of input, exit codes and what is printed.

use std::fs;
use std::path::{Path, PathBuf};

use clap::Parser as _;
use flate2::Compression;
use flate2::write::GzEncoder;
use tempfile::TempDir;

use super::*;

const FIXTURES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/fixtures/ledger");

#[derive(clap::Parser)]
struct Command {
    #[command(flatten)]
    args: Args,
}

fn fixture(name: &str) -> PathBuf {
    Path::new(FIXTURES).join(name)
}

fn golden() -> String {
    fs::read_to_string(fixture("ledger.ndjson")).unwrap()
}

fn verify(arguments: &[&Path]) -> Result<Report, Stop> {
    let words = [Path::new("verify")].into_iter().chain(arguments.iter().copied());
    judge(&Command::parse_from(words).args)
}

fn trusted(path: &Path) -> Result<Report, Stop> {
    verify(&[path, Path::new("--trust"), &fixture("trust.json")])
}

#[track_caller]
fn last_line(report: &Report) -> String {
    let mut out = Vec::new();
    summary::write(&mut out, report).unwrap();
    String::from_utf8(out).unwrap().lines().last().unwrap().to_owned()
}

/// A directory with one file in it.
fn directory(name: &str, bytes: &[u8]) -> (TempDir, PathBuf) {
    let directory = TempDir::new().unwrap();
    let path = directory.path().join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(&path, bytes).unwrap();
    (directory, path)
}

fn gzip(text: &str) -> Vec<u8> {
    let mut packed = GzEncoder::new(Vec::new(), Compression::default());
    packed.write_all(text.as_bytes()).unwrap();
    packed.finish().unwrap()
}

#[test]
fn the_golden_ledger_is_verified() {
    let report = trusted(&fixture("ledger.ndjson")).unwrap();
    assert_eq!(
        last_line(&report),
        "verified: 2 chains, 12 records, 11 sealed and authenticated, 1 after the last seal"
    );
}

#[test]
fn a_chain_that_died_before_its_first_checkpoint_says_so() {
    let start: String = golden().lines().take(3).flat_map(|line| [line, "\n"]).collect();
    let (_directory, path) = directory("ledger.ndjson", start.as_bytes());
    let report = verify(&[&path]).unwrap();
    let said = last_line(&report);
    assert_eq!(report.verdict, Verdict::NotAuthenticated);
    assert!(
        said.ends_with("1 ended before a first checkpoint, so that no root can vouch for it"),
        "{said}"
    );
}

#[test]
fn without_a_root_it_says_so() {
    let report = verify(&[&fixture("ledger.ndjson")]).unwrap();
    assert_eq!(
        last_line(&report),
        "self-consistent, not authenticated: 2 chains, 0 under a trust root \
         (--trust or --anchors name one)"
    );
}

#[test]
fn an_edit_is_named_and_the_exit_code_is_4() {
    let (_directory, path) =
        directory("edited.ndjson", golden().replace("33 levels", "3 levels").as_bytes());
    let arguments = ["verify".as_ref(), path.as_path(), "--trust".as_ref(), &fixture("trust.json")];
    assert_eq!(run(&Command::parse_from(arguments).args), Exit::Broken);
    let report = trusted(&path).unwrap();
    let mut out = Vec::new();
    summary::write(&mut out, &report).unwrap();
    let text = String::from_utf8(out).unwrap();
    let line = format!(
        "broken: {}:3: chain 01010101: record 2: altered: its hash is not the one the next record names",
        path.display()
    );
    assert!(text.lines().any(|written| written == line), "{text}");
    assert_eq!(text.lines().last(), Some("broken: 1 of 2 chains, 1 problem"));
}

#[test]
fn gzip_is_unpacked_also_in_several_members() {
    let text = golden();
    let (first, second) = text.split_at(text.len() / 2);
    for bytes in [gzip(&text), [gzip(first), gzip(second)].concat()] {
        let (_directory, path) = directory("ledger.gz", &bytes);
        assert_eq!(trusted(&path).unwrap().verdict, Verdict::Verified);
    }
}

#[test]
fn a_cut_gzip_file_is_an_error() {
    let bytes = gzip(&golden());
    let (_directory, path) = directory("ledger.gz", &bytes[..bytes.len() / 2]);
    let error = trusted(&path).unwrap_err().to_string();
    assert!(error.starts_with(&format!("`{}`: ", path.display())), "{error}");
}

#[test]
fn directories_are_read_whole_and_by_name() {
    let text = golden();
    let at = text.lines().take(5).map(|line| line.len() + 1).sum();
    let (first, second) = text.split_at(at);
    let (directory, _) = directory("deep/b/2.log", second.as_bytes());
    fs::create_dir(directory.path().join("deep/a")).unwrap();
    fs::write(directory.path().join("deep/a/1.log"), first).unwrap();
    fs::write(directory.path().join("deep/notes.txt"), b"\x00\xff no ledger").unwrap();
    let report = trusted(directory.path()).unwrap();
    assert_eq!(report.verdict, Verdict::Verified, "{report:#?}");
}

#[test]
fn a_concatenated_object_without_newlines_is_read() {
    let (_directory, path) = directory("firehose", golden().replace('\n', "").as_bytes());
    assert_eq!(trusted(&path).unwrap().verdict, Verdict::Verified);
}

#[test]
fn every_root_is_read_from_its_file() {
    let ids = fixture("request-ids.log");
    let anchors = fixture("anchors.ndjson");
    let ledger = fixture("ledger.ndjson");
    let report = verify(&[&ledger, "--anchors".as_ref(), &anchors]).unwrap();
    assert_eq!(report.verdict, Verdict::Verified);
    let report = verify(&[&ledger, "--against".as_ref(), &ids]).unwrap();
    assert_eq!(report.missing_invocations, ["8476a536-e9f4-11e8-9739-2dfe598c3fff"]);
    assert_eq!(last_line(&report), "broken: 0 of 2 chains, 1 problem");
}

#[test]
fn nothing_to_verify_is_an_error_unless_a_root_misses_it() {
    let (_directory, path) = directory("empty.log", b"no ledger\n");
    let said = verify(&[&path]).unwrap_err().to_string();
    assert_eq!(said, format!("no ledger record found in `{}`", path.display()));
    assert_eq!(trusted(&path).unwrap().verdict, Verdict::Broken);
}

#[test]
fn unreadable_input_names_the_file() {
    let gone = fixture("gone");
    let error = verify(&[&gone]).unwrap_err().to_string();
    assert!(error.starts_with(&format!("`{}`: ", gone.display())), "{error}");
    let ledger = fixture("ledger.ndjson");
    let error = verify(&[&ledger, "--trust".as_ref(), &ledger]).unwrap_err().to_string();
    assert!(error.starts_with(&format!("`{}`: not JSON: ", ledger.display())), "{error}");
    let arguments = ["verify".as_ref(), gone.as_path()];
    assert_eq!(run(&Command::parse_from(arguments).args), Exit::Failure);
}
