//! `tollgate explain`, and schemas through `tollgate check`, through the binary.
#![expect(clippy::unwrap_used, reason = "test code")]
use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;

const FIXTURES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/fixtures");

fn tollgate(directory: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tollgate"));
    command.current_dir(directory).args(arguments).output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

fn explained(event: &str, more: &[&str]) -> Output {
    let mut arguments = vec!["explain", event, "--policy", "demo-policy.yaml"];
    arguments.extend(more);
    tollgate(Path::new(FIXTURES), &arguments)
}

#[test]
fn a_refusal_is_explained_stage_by_stage() {
    let output = explained("hostile/sql-in-a-query.json", &[]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let said = text(&output.stdout);
    for line in [
        "trigger       api-gateway-v2",
        "listed        sources[0] of the policy",
        "route         POST /orders",
        "validate      refused, ",
        "  detect.sql              refused     does a text break out into SQL? (enforce)",
        "authorise     not reached",
        "decision      refuse, in mode enforce",
        "answer        to /response: {",
    ] {
        assert!(said.contains(line), "{line}\n{said}");
    }
    assert!(said.contains("at /queryStringParameters/id") || said.contains("at /rawQueryString"));
    assert!(!said.contains('\u{1b}'), "no colours in a pipe");
    assert!(!said.contains("OR '1'"), "no content of the event");
    let all = text(&explained("hostile/sql-in-a-query.json", &["--all"]).stdout);
    assert!(all.contains("  limits.depth            clear"), "{all}");
    assert!(all.contains("  detect.xss              clear"), "{all}");
}

#[test]
fn an_explanation_can_be_read_by_a_program() {
    let output = explained("events/sqs/one-message.json", &["--json"]);
    let said: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((&said["decision"], &said["trigger"]), (&"pass".into(), &"sqs".into()));
    assert_eq!(said["answer"], Value::Null);
    let stages: Vec<&str> =
        said["stages"].as_array().unwrap().iter().map(|it| it["stage"].as_str().unwrap()).collect();
    let expected =
        ["decode", "classify", "authenticate", "admit", "validate", "authorise", "reserve"];
    assert_eq!(stages, expected);
    let checks = said["stages"][4]["checks"].as_array().unwrap();
    assert!(checks.iter().all(|check| check["outcome"] == "clear"), "{checks:?}");
}

#[test]
fn what_cannot_be_explained_says_why() {
    let output = explained("events/none.json", &[]);
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stderr).starts_with("error: `events/none.json`: "));
}

#[test]
fn a_schema_is_checked_with_its_policy() {
    let directory = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = directory.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    };
    let policy = "version: 1\nsources:\n  - { trigger: sqs, schema: schemas/order.json }\n";
    write("tollgate.yaml", policy);
    let missing = tollgate(directory.path(), &["check", "tollgate.yaml"]);
    assert_eq!(missing.status.code(), Some(1));
    let said = text(&missing.stdout);
    let start = "tollgate.yaml:3:29: sources[0].schema: `schemas/order.json`: ";
    assert!(said.starts_with(start), "{said}");
    write("schemas/order.json", "{\n  \"type\": \"objekt\"\n}\n");
    let said = text(&tollgate(directory.path(), &["check", "tollgate.yaml"]).stdout);
    assert!(said.starts_with("schemas/order.json:2:11: /type: "), "{said}");
    write("schemas/order.json", r#"{ "type": "object", "required": ["order"] }"#);
    let good = tollgate(directory.path(), &["check", "tollgate.yaml"]);
    assert_eq!(good.status.code(), Some(0), "{}", text(&good.stdout));
    write("schemas/order.json", r#"{ "type": "object", "requierd": ["order"] }"#);
    let slip = text(&tollgate(directory.path(), &["check", "tollgate.yaml"]).stdout);
    assert!(slip.starts_with("note: schemas/order.json:1:21: "), "{slip}");
}

#[test]
fn security_a_schema_outside_of_the_policys_directory_is_not_read() {
    let directory = tempfile::tempdir().unwrap();
    let inner = directory.path().join("inner");
    std::fs::create_dir(&inner).unwrap();
    std::fs::write(directory.path().join("outer.json"), "{}").unwrap();
    let policy = "version: 1\nsources:\n  - { trigger: sqs, schema: a.json }\n";
    std::fs::write(inner.join("tollgate.yaml"), policy).unwrap();
    std::fs::write(inner.join("a.json"), r#"{ "$ref": "../outer.json" }"#).unwrap();
    let output = tollgate(&inner, &["check", "tollgate.yaml"]);
    assert_eq!(output.status.code(), Some(1), "{}", text(&output.stdout));
}

#[test]
fn json_has_every_check_with_all_and_without() {
    let plain = explained("events/sqs/one-message.json", &["--json"]);
    let all = explained("events/sqs/one-message.json", &["--json", "--all"]);
    assert_eq!(all.status.code(), Some(0), "{}", text(&all.stderr));
    let of = |output: &Output| -> Value { serde_json::from_slice(&output.stdout).unwrap() };
    assert_eq!(of(&plain)["stages"], of(&all)["stages"]);
}

#[test]
fn a_check_is_told_of_by_its_id() {
    let here = Path::new(FIXTURES);
    let said = text(&tollgate(here, &["explain", "--check", "detect.sql"]).stdout);
    for part in [
        "- asks: does a text break out into SQL?",
        "- why: ",
        "```json",
        "checks: { detect.sql: observe }",
    ] {
        assert!(said.contains(part), "no {part}:\n{said}");
    }
    let output = tollgate(here, &["explain", "--check", "limits.utf8", "--json"]);
    let said: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((&said["id"], &said["status"]), (&"limits.utf8".into(), &400.into()));
    assert_eq!(said["example"]["event"], "{\"note\":\"\\xff\"}");
    let output = tollgate(here, &["explain", "--check", "detect.sq"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stderr).contains("did you mean `detect.sql`?"));
    let output = tollgate(here, &["explain", "--check", "nothing.like.it"]);
    assert!(text(&output.stderr).starts_with("error: there is no check `nothing.like.it` (all"));
}
