//! The exceptions of other emulators, and the table of the documentation that is made of them.

use super::cases::{self, Case, Mode};
use super::stage::Subject;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// Something that an emulator does in another way than the documents say.
#[derive(Debug)]
pub(super) struct Exception {
    case: String,
    subject: String,
    pub(super) seen: String,
    reason: String,
}

impl Exception {
    pub(super) fn is_for(&self, case: &str, subject: Subject) -> bool {
        self.case == case && self.subject == subject.name()
    }
}

const COLUMNS: [Subject; 5] = [
    Subject::Rie(Mode::OnDemand),
    Subject::Rie(Mode::Managed),
    Subject::Rie(Mode::SnapStart),
    Subject::CargoLambda,
    Subject::Simulator,
];

fn below_root(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(path)
}

/// The entries of the data file.
pub(super) fn exceptions() -> Vec<Exception> {
    let path = below_root("tests/suite/conformance/lambda/exceptions.toml");
    let text = std::fs::read_to_string(path).unwrap();
    let table: toml::Table = text.parse().unwrap();
    let entries = table["exception"].as_array().unwrap();
    let field = |entry: &toml::Value, name: &str| entry[name].as_str().unwrap().to_owned();
    entries
        .iter()
        .map(|entry| Exception {
            case: field(entry, "case"),
            subject: field(entry, "subject"),
            seen: field(entry, "seen"),
            reason: field(entry, "reason"),
        })
        .collect()
}

fn table() -> String {
    let exceptions = exceptions();
    let mut notes: Vec<String> = Vec::new();
    let mut text = String::from(
        "| Rule | Source | Expected | Here | RIE | RIE, Managed Instances | RIE, SnapStart | cargo lambda watch | lambda-simulator |\n\
         | --- | --- | --- | --- | --- | --- | --- | --- | --- |\n",
    );
    for case in cases::all() {
        let cells: Vec<String> =
            COLUMNS.iter().map(|subject| cell(&case, *subject, &exceptions, &mut notes)).collect();
        let Case { name, source, expected, .. } = case;
        let cells = cells.join(" | ");
        writeln!(text, "| {name} | {source} | `{expected}` | yes | {cells} |").unwrap();
    }
    text.push('\n');
    for (number, note) in (1..).zip(&notes) {
        writeln!(text, "{number}. {note}").unwrap();
    }
    text
}

fn cell(
    case: &Case,
    subject: Subject,
    exceptions: &[Exception],
    notes: &mut Vec<String>,
) -> String {
    if !case.modes.contains(&subject.mode()) {
        return "-".to_owned();
    }
    let Some(exception) = exceptions.iter().find(|own| own.is_for(case.name, subject)) else {
        return "yes".to_owned();
    };
    let note = format!("`{}`: {}", exception.seen, exception.reason);
    let number = notes.iter().position(|own| *own == note).unwrap_or_else(|| {
        notes.push(note);
        notes.len() - 1
    });
    format!("no ({})", number + 1)
}

const BEGIN: &str = "<!-- table: written by `BLESS=1 cargo test -p tollgate-suite` -->\n";
const END: &str = "<!-- end of the table -->\n";

#[test]
fn the_table_of_emulators_is_what_the_cases_and_exceptions_say() {
    let path = below_root("extension/docs/emulators.md");
    let page = std::fs::read_to_string(&path).unwrap();
    let (before, rest) = page.split_once(BEGIN).unwrap();
    let (written, after) = rest.split_once(END).unwrap();
    let table = table();
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(&path, [before, BEGIN, &table, END, after].concat()).unwrap();
    } else {
        assert_eq!(written, table, "run with BLESS=1 to write the table again");
    }
}

#[test]
fn every_exception_is_for_a_case_and_an_emulator_and_has_a_reason() {
    let cases = cases::all();
    for exception in exceptions() {
        let subject = COLUMNS.iter().find(|subject| subject.name() == exception.subject);
        let case = cases.iter().find(|case| case.name == exception.case);
        let (Some(subject), Some(case)) = (subject, case) else {
            panic!("{exception:?} is for nothing");
        };
        assert!(case.modes.contains(&subject.mode()), "{exception:?} is never looked at");
        assert_ne!(exception.seen, case.expected, "{exception:?} is none");
        assert!(exception.reason.len() > 20, "{exception:?} says too little");
    }
}
