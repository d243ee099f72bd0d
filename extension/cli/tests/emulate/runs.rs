//! Events, ledgers, HTTP, items and faults, as the command line says them.
use std::process::Command;

use serde_json::{Value, json};

use crate::support::{emulate, world};

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

/// A line on standard error that has this part, and what follows it.
fn after(reader: &mut impl std::io::BufRead, part: &str) -> String {
    loop {
        let mut line = String::new();
        assert_ne!(reader.read_line(&mut line).unwrap(), 0, "no line with `{part}`");
        if let Some((_, rest)) = line.trim_end().split_once(part) {
            return rest.to_owned();
        }
    }
}

#[test]
fn http_requests_are_taken_recorded_and_sent_again() {
    use std::io::{Read as _, Write as _};
    let world = world();
    let arguments =
        ["--listen", "0", "--front", "rest-api", "--json", "--timing", "--record", "kept"];
    let mut command = Command::new(env!("CARGO_BIN_EXE_tollgate"));
    let mut child = command
        .args([&["emulate"], &ALL[..4], &arguments].concat())
        .current_dir(world.path())
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let mut stderr = std::io::BufReader::new(child.stderr.take().unwrap());
    let url = after(&mut stderr, "curl http://");
    let mut client = std::net::TcpStream::connect(url.strip_suffix("/prod").unwrap()).unwrap();
    client.write_all(b"GET /prod/a HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n").unwrap();
    let mut reply = String::new();
    client.read_to_string(&mut reply).unwrap();
    assert!(reply.starts_with("HTTP/1.1 201 "), "{reply}");
    let stdout = child.stdout.take().unwrap();
    let mut row = String::new();
    std::io::BufRead::read_line(&mut std::io::BufReader::new(stdout), &mut row).unwrap();
    let row: Value = serde_json::from_str(&row).unwrap();
    assert_eq!((&row["file"], &row["decision"]), (&json!("kept/00001.json"), &json!("pass")));
    assert!(row["phases"]["ended"].as_u64() >= row["phases"]["dispatched"].as_u64(), "{row}");
    let ended = Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(ended.success() && child.wait().unwrap().success());
    let again = emulate(world.path(), &["--function", "./function", "--events", "kept", "--json"]);
    assert!(again.status.success(), "{again:?}");
    let kept = std::fs::read(world.path().join("kept/00001.json")).unwrap();
    assert_eq!(serde_json::from_slice::<Value>(&kept).unwrap()["path"], "/a");
}

#[test]
fn items_go_through_their_source() {
    let world = world();
    std::fs::write(world.path().join("items"), "a\nb\nc\n").unwrap();
    let source = ["--source", "sqs", "--items", "items", "--batch", "2", "--json"];
    let output = emulate(world.path(), &[&ALL[..4], &source].concat());
    assert!(output.status.success(), "{output:?}");
    assert_eq!(String::from_utf8(output.stdout).unwrap().lines().count(), 2);
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("3 handled, 0 given up, 2 invocations"), "{said}");
    std::fs::write(world.path().join("items"), "{}\n[]\n").unwrap();
    let source = ["--source", "dynamodb", "--items", "items"];
    let output = emulate(world.path(), &[&ALL[..4], &source].concat());
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("`items`, line 2: a JSON object is expected"), "{said}");
}

#[test]
fn faults_strike_and_their_names_are_checked() {
    let world = world();
    let output = emulate(world.path(), &[&ALL[..], &["--json", "--fault", "throttle@2"]].concat());
    assert!(output.status.success(), "{output:?}");
    let text = String::from_utf8(output.stdout).unwrap();
    let rows: Vec<Value> = text.lines().map(|row| serde_json::from_str(row).unwrap()).collect();
    assert_eq!(rows[0]["status"], 201);
    assert_eq!(rows[1]["error_type"], "TooManyRequestsException");
    for (arguments, part) in [
        (["--fault", "boom"], "the faults are crash, hang"),
        (["--front", "soap"], "the fronts are function-url"),
        (["--listen", "here"], "neither a port nor an address"),
    ] {
        let output = emulate(world.path(), &[&ALL[..], &arguments].concat());
        assert_eq!(output.status.code(), Some(2), "{output:?}");
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(said.contains(part), "{said}");
    }
}
