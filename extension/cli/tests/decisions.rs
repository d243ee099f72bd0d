//! `tollgate check` and `tollgate replay`, through the binary.
#![expect(clippy::unwrap_used, reason = "test code")]
use std::path::Path;
use std::process::{Command, Output};

use serde_json::{Value, json};

const FIXTURES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/fixtures");

fn tollgate(directory: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tollgate"));
    command.current_dir(directory).args(arguments).output().unwrap()
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

/// A directory with these files.
fn directory(files: &[(&str, &str)]) -> tempfile::TempDir {
    let directory = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = directory.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    directory
}

/// The decisions of the demo's policy about every file below a directory of fixtures.
fn demo_decisions(directory: &str) -> Vec<Value> {
    let files = std::fs::read_dir(Path::new(FIXTURES).join(directory)).unwrap();
    let mut arguments = vec!["replay", "--json", "--policy", "demo-policy.yaml", "--events"];
    // Named one by one: a directory's files are read only if they end in .json.
    let paths: Vec<String> =
        files.map(|file| file.unwrap().path().to_str().unwrap().to_owned()).collect();
    arguments.extend(paths.iter().map(String::as_str));
    let output = tollgate(Path::new(FIXTURES), &arguments);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let rows = stdout(&output);
    rows.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn the_demos_policy_passes_what_is_benign_and_refuses_what_is_hostile() {
    for (directory, wanted) in [("events", "pass"), ("hostile", "refuse")] {
        let decisions = demo_decisions(directory);
        assert!(decisions.len() > 20, "{directory}: {}", decisions.len());
        for row in decisions {
            assert_eq!(row["decision"], wanted, "{row}");
        }
    }
}

#[test]
fn each_sam_examples_policy_is_sound_and_decides_its_events_as_their_names_say() {
    let examples = std::fs::read_dir(Path::new(FIXTURES).join("../../sam/examples")).unwrap();
    let examples: Vec<_> = examples.map(|entry| entry.unwrap().path()).collect();
    assert!(examples.len() >= 10, "{examples:?}");
    for example in examples {
        let run = |arguments: &[&str]| {
            let mut command = Command::new(env!("CARGO_BIN_EXE_tollgate"));
            command.env("WEBHOOK_SECRET", "example-secret").current_dir(&example);
            stdout(&command.args(arguments).output().unwrap())
        };
        let checked = run(&["check", "tollgate.yaml"]);
        assert!(checked.starts_with("tollgate.yaml: ok, enforce, "), "{example:?}: {checked}");
        let rows = run(&["replay", "--json", "--policy", "tollgate.yaml", "--events", "events"]);
        let rows: Vec<Value> =
            rows.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert!(rows.len() >= 4, "{example:?}: {rows:?}");
        for row in rows {
            let file = row["file"].as_str().unwrap().trim_start_matches("events/");
            let wanted = match file.split_once('-') {
                Some(("refused", _)) => "refuse",
                Some(("filtered", _)) => "filter",
                _ => "pass",
            };
            assert_eq!(row["decision"], wanted, "{example:?}: {row}");
        }
    }
}

#[test]
fn replay_of_a_directory_without_events_is_an_error() {
    let directory = directory(&[("policy.yaml", "version: 1\n"), ("events/notes.txt", "")]);
    let output =
        tollgate(directory.path(), &["replay", "--policy", "policy.yaml", "--events", "events"]);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(stderr(&output), "error: `events`: no *.json file in it\n");
}

#[test]
fn check_says_ok_or_names_every_problem() {
    let files = [
        ("good.yaml", "version: 1\nmode: enforce\n"),
        ("bad.yaml", "moed: x\nlimits: { depth: 0 }\n"),
    ];
    let directory = directory(&files);
    let good = tollgate(directory.path(), &["check", "good.yaml"]);
    assert_eq!(good.status.code(), Some(0));
    assert!(stdout(&good).starts_with("good.yaml: ok, enforce, "), "{}", stdout(&good));
    let both = tollgate(directory.path(), &["check", "bad.yaml", "good.yaml", "missing.yaml"]);
    assert_eq!(both.status.code(), Some(1));
    let lines = stdout(&both);
    let lines: Vec<_> = lines.lines().collect();
    let expected = [
        "bad.yaml:1:1: version: missing; expected `1`",
        "bad.yaml:1:1: moed: unknown key; did you mean `mode`?",
        "bad.yaml:2:18: limits.depth: `0` is too small; expected a whole number from 1 to 1024",
    ];
    let mut found: Vec<_> = lines.iter().take(3).copied().collect();
    found.sort_by_key(|line| expected.iter().position(|other| other == line));
    assert_eq!(found, expected);
    assert!(lines.iter().skip(3).all(|line| line.starts_with("good.yaml: ok")));
    assert!(stderr(&both).contains("`missing.yaml`: cannot be read: "), "{}", stderr(&both));
}

#[test]
fn check_holds_a_policy_against_the_baseline_and_prints_json() {
    let files = [
        ("fleet.yaml", "version: 1\nmode: enforce\n"),
        ("own.yaml", "version: 1\nmode: observe\n"),
    ];
    let directory = directory(&files);
    let output =
        tollgate(directory.path(), &["check", "--json", "--baseline", "fleet.yaml", "own.yaml"]);
    assert_eq!(output.status.code(), Some(1));
    let problem: Value = serde_json::from_str(&stdout(&output)).unwrap();
    let message = "`observe` loosens `enforce` set at fleet.yaml:2:7";
    let expected = json!({ "severity": "error", "file": "own.yaml", "line": 2, "column": 7, "key": "mode", "message": message });
    assert_eq!(problem, expected);
}

#[test]
fn check_prints_the_schema() {
    let output = tollgate(Path::new("."), &["check", "--schema"]);
    let schema: Value = serde_json::from_str(&stdout(&output)).unwrap();
    assert_eq!(schema.pointer("/properties/mode/enum"), Some(&json!(["observe", "enforce"])));
}

#[test]
fn replay_prints_one_object_a_line_in_the_order_of_the_files() {
    let files = [
        ("policy.yaml", "version: 1\nmode: enforce\n"),
        ("events/b/twice.json", "{\"a\":1,\"a\":2}"),
        ("events/a.json", "{}"),
        ("events/ignored.txt", "{"),
        ("events/c.json", "{"),
    ];
    let directory = directory(&files);
    let arguments =
        ["replay", "--policy", "policy.yaml", "--events", "events", "none.json", "--json"];
    let output = tollgate(directory.path(), &arguments);
    assert_eq!(output.status.code(), Some(1));
    assert!(stderr(&output).starts_with("error: `none.json`: "), "{}", stderr(&output));
    let mut lines: Vec<Value> =
        stdout(&output).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    for line in &mut lines {
        let micros = line.as_object_mut().unwrap().remove("micros").unwrap();
        assert!(micros.as_f64().unwrap() >= 0.0);
    }
    let line = |file: &str, decision: &str, checks: &[&str], refused: u32| {
        json!({
            "file": file,
            "trigger": "direct",
            "decision": decision,
            "checks": checks,
            "items": { "total": 1, "refused": refused },
        })
    };
    let expected = [
        line("events/a.json", "pass", &[], 0),
        line("events/b/twice.json", "refuse", &["limits.duplicate_keys"], 1),
        line("events/c.json", "refuse", &["limits.json"], 1),
    ];
    assert_eq!(lines, expected);
}

#[test]
fn replay_prints_a_table_and_a_summary() {
    let directory = directory(&[("policy.yaml", "version: 1\nmode: observe\n")]);
    let events = format!("{FIXTURES}/events/sqs");
    let arguments = ["replay", "--policy", "policy.yaml", "--events", &events];
    let table = stdout(&tollgate(directory.path(), &arguments));
    let mut lines = table.lines();
    assert!(lines.next().unwrap().starts_with("EVENT "));
    assert!(lines.all(|line| line.contains("  sqs      pass      -       0 of ")), "{table}");
    let summary = tollgate(directory.path(), &[&arguments[..], &["--summary"]].concat());
    assert_eq!(stdout(&summary), "TRIGGER  DECISION  EVENTS\nsqs      pass      4\n");
    let summary = tollgate(directory.path(), &[&arguments[..], &["--summary", "--json"]].concat());
    let counts: Value = serde_json::from_str(&stdout(&summary)).unwrap();
    let expected = json!({ "events": 4, "decisions": { "sqs": { "pass": 4 } }, "checks": {} });
    assert_eq!(counts, expected);
}

#[test]
fn replay_needs_a_policy_that_can_be_read() {
    let directory = directory(&[("policy.yaml", "version: 1\nmoed: x\n"), ("a.json", "{}")]);
    let arguments = ["replay", "--policy", "policy.yaml", "--events", "a.json", "--json"];
    let output = tollgate(directory.path(), &arguments);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(stdout(&output), "");
    let expected = "error: policy.yaml:2:1: moed: unknown key; did you mean `mode`?\n";
    assert_eq!(stderr(&output), expected);
}
