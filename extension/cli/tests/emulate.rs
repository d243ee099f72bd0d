//! `tollgate emulate` through its binary, with a function and an extension in bash.
#![expect(clippy::unwrap_used, reason = "test code")]

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::{Value, json};

/// One HTTP call on a connection of its own: METHOD PATH HEADERS BODY.
const CALL: &str = r#"#!/bin/bash
call() {
  exec 3<>"/dev/tcp/${AWS_LAMBDA_RUNTIME_API/://}"
  printf '%s /%s HTTP/1.1\r\nhost: lambda\r\nconnection: close\r\ncontent-length: %d\r\n%b\r\n%s' \
    "$1" "$2" "${#4}" "$3" "$4" >&3
  reply=$(tr -d '\r' <&3)
}
header() { sed -n "s/^$1: //p" <<<"$reply"; }
"#;

/// Answers every event with status 201, as for an HTTP front end.
const FUNCTION: &str = r#"
while call GET 2018-06-01/runtime/invocation/next "" ""; do
  id=$(header Lambda-Runtime-Aws-Request-Id)
  [ -n "$id" ] || exit 1
  call POST "2018-06-01/runtime/invocation/$id/response" "" '{"statusCode":201}'
done
"#;

/// Prints an `open` record, and an `invocation` record for every INVOKE.
const EXTENSION: &str = r#"
call POST 2020-01-01/extension/register "Lambda-Extension-Name: tollgate\r\n" \
  '{"events":["INVOKE","SHUTDOWN"]}'
own="Lambda-Extension-Identifier: $(header Lambda-Extension-Identifier)\r\n"
echo "{\"tollgate\":1,\"kind\":\"open\",\"chain\":\"c1\",\"publicKey\":\"k1\",\"policy\":\"$TOLLGATE_POLICY\"}"
while call GET 2020-01-01/extension/event/next "$own" ""; do
  case "$reply" in
    *SHUTDOWN*) exit 0 ;;
  esac
  id=$(sed -n 's/.*"requestId":"\([^"]*\)".*/\1/p' <<<"$reply")
  echo "{\"tollgate\":1,\"kind\":\"invocation\",\"requestId\":\"$id\",\"trigger\":\"direct\",\"decision\":\"pass\",\"checks\":[],\"items\":{\"total\":1,\"refused\":0},\"micros\":{\"decide\":4,\"overhead\":6}}"
done
"#;

fn script(path: &Path, text: &str) {
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, format!("{CALL}{text}")).unwrap();
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755)).unwrap();
}

/// A directory with the function, the layer and two events.
fn world() -> tempfile::TempDir {
    let world = tempfile::tempdir().unwrap();
    script(&world.path().join("function"), FUNCTION);
    script(&world.path().join("layer/extensions/tollgate"), EXTENSION);
    std::fs::create_dir(world.path().join("events")).unwrap();
    std::fs::write(world.path().join("events/b.json"), "{}").unwrap();
    std::fs::write(world.path().join("events/a.bin"), [0xff]).unwrap();
    std::fs::write(world.path().join("policy.yaml"), "version: 1\n").unwrap();
    world
}

fn emulate(world: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tollgate"));
    command.arg("emulate").args(arguments).current_dir(world).output().unwrap()
}

const ALL: [&str; 6] = ["--layer", "layer", "--function", "./function", "--events", "events"];

#[test]
fn every_event_is_one_json_object_and_nothing_else_is_printed() {
    let world = world();
    let output = emulate(world.path(), &[&ALL[..], &["--json"]].concat());
    assert!(output.status.success(), "{output:?}");
    let text = String::from_utf8(output.stdout).unwrap();
    let rows: Vec<Value> = text.lines().map(|row| serde_json::from_str(row).unwrap()).collect();
    let files: Vec<&Value> = rows.iter().map(|row| &row["file"]).collect();
    assert_eq!(files, ["events/a.bin", "events/b.json"]);
    let row = &rows[1];
    assert_eq!((&row["trigger"], &row["decision"]), (&json!("direct"), &json!("pass")));
    assert_eq!((&row["status"], &row["added_micros"]), (&json!(201), &json!(6)));
    assert_eq!(row["record"].as_str().map(str::len), Some(64));
}

#[test]
fn the_ledger_and_the_keys_are_written_to_files() {
    let world = world();
    let files = ["--ledger", "out/ledger.ndjson", "--trust", "out/trust.json"];
    let policy = ["--policy", "policy.yaml"];
    let output = emulate(world.path(), &[&ALL[..], &files, &policy].concat());
    assert!(output.status.success(), "{output:?}");
    let ledger = std::fs::read_to_string(world.path().join("out/ledger.ndjson")).unwrap();
    let first: Value = serde_json::from_str(ledger.lines().next().unwrap()).unwrap();
    let expected = world.path().canonicalize().unwrap().join("policy.yaml");
    assert_eq!(first["policy"], expected.to_str().unwrap());
    assert_eq!(ledger.lines().count(), 3);
    let trust = std::fs::read_to_string(world.path().join("out/trust.json")).unwrap();
    assert_eq!(trust, "{\"keys\":[{\"chain\":\"c1\",\"publicKey\":\"k1\"}]}\n");
    let table = String::from_utf8(output.stdout).unwrap();
    let b = table.lines().find(|line| line.starts_with("events/b.json")).unwrap();
    assert!(b.contains("direct") && b.contains("pass") && b.contains("201"), "{table}");
}

#[test]
fn several_functions_run_one_after_another() {
    let world = world();
    let output =
        emulate(world.path(), &[&ALL[..], &["--function", "bash ./function", "--json"]].concat());
    assert!(output.status.success(), "{output:?}");
    assert_eq!(String::from_utf8(output.stdout).unwrap().lines().count(), 4);
}

#[test]
fn what_cannot_be_run_says_why_and_exits_with_1() {
    let world = world();
    let failed = |arguments: &[&str]| {
        let output = emulate(world.path(), arguments);
        assert_eq!(output.status.code(), Some(1), "{output:?}");
        String::from_utf8(output.stderr).unwrap()
    };
    let missing = failed(&["--function", "no-such-program", "--events", "events"]);
    assert!(missing.contains("`no-such-program` was not found"), "{missing}");
    let no_layer = failed(&["--function", "./function", "--events", "events", "--layer", "events"]);
    assert!(no_layer.contains("has no extensions"), "{no_layer}");
    let no_event = failed(&["--function", "./function", "--event", "none.json"]);
    assert!(no_event.contains("cannot read `none.json`"), "{no_event}");
}
