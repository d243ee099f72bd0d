//! `tollgate learn` out of the sample events and a ledger: the policy is one, and it refuses none of
//! what it was learned from.
#![expect(clippy::unwrap_used, reason = "test code")]

use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;

const EVENTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/fixtures/events");

fn tollgate(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_tollgate")).args(arguments).output().unwrap()
}

fn text(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn learned(out: &Path, more: &[&str]) -> Value {
    let out = out.to_str().unwrap();
    let output = tollgate(&[&["learn", "--out", out, "--json"], more].concat());
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

/// Decides everything under the policy as it was written, but for its mode.
fn replayed(out: &Path, events: &str) -> Vec<Value> {
    let policy = out.join("tollgate.yaml");
    let observing = std::fs::read_to_string(&policy).unwrap();
    let enforcing = out.join("enforcing.yaml");
    std::fs::write(&enforcing, observing.replace("mode: observe", "mode: enforce")).unwrap();
    let enforcing = enforcing.to_str().unwrap();
    let output = tollgate(&["replay", "--policy", enforcing, "--events", events, "--json"]);
    assert!(output.status.success());
    text(&output).lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn a_policy_learned_from_the_samples_refuses_none_of_them() {
    let directory = tempfile::tempdir().unwrap();
    let out = directory.path();
    let summary = learned(out, &["--events", EVENTS]);
    assert!(summary["sources"].as_u64() > Some(40), "{summary}");
    assert!(summary["schemas"].as_u64() > Some(20), "{summary}");
    let policy = out.join("tollgate.yaml");
    let check = tollgate(&["check", policy.to_str().unwrap()]);
    assert!(check.status.success(), "{}", text(&check));
    let replayed = replayed(out, EVENTS);
    assert!(replayed.len() > 100);
    for one in &replayed {
        assert_eq!(one["decision"], "pass", "{one}");
    }
    let written = std::fs::read_to_string(policy).unwrap();
    assert!(written.contains("# Seen once; at most"), "{written}");
}

#[test]
fn what_was_never_seen_is_refused_once_it_enforces() {
    let directory = tempfile::tempdir().unwrap();
    let (events, out) = (directory.path().join("events"), directory.path().join("out"));
    std::fs::create_dir(&events).unwrap();
    for number in 0..3 {
        let event = serde_json::json!({ "order": number, "state": "paid" });
        std::fs::write(events.join(format!("{number}.json")), event.to_string()).unwrap();
    }
    learned(&out, &["--events", events.to_str().unwrap()]);
    let other = directory.path().join("other");
    std::fs::create_dir(&other).unwrap();
    std::fs::write(other.join("new.json"), r#"{"order":"1","state":"paid"}"#).unwrap();
    std::fs::copy(format!("{EVENTS}/sqs/one-message.json"), other.join("sqs.json")).unwrap();
    let replayed = replayed(&out, other.to_str().unwrap());
    let checks: Vec<_> = replayed.iter().map(|one| &one["checks"][0]).collect();
    assert_eq!(checks, ["schema.body", "source.unlisted"], "{replayed:?}");
}

#[test]
fn records_are_learned_from_and_nothing_is_overwritten() {
    let directory = tempfile::tempdir().unwrap();
    let ledger = directory.path().join("ledger.ndjson");
    let record = |minute: u64, caller: &str| {
        format!(
            r#"{{"tollgate":1,"kind":"invocation","chain":"00","epoch":0,"seq":1,"prev":"00","time":"t","requestId":"r","trigger":"function-url","source":{{"account":"123456789012"}},"userIdentity":{{"type":"iam","principalId":"arn:aws:sts::123456789012:assumed-role/{caller}/{caller}"}},"request":{{"method":"GET","routeKey":"$default"}},"event":{{"sha256":"00","bytes":700}},"items":{{"total":1,"refused":0}},"decision":"pass","mode":"observe","checks":[],"policy":"p","coldStart":false,"outcome":"success","times":{{"received":{}}}}}"#,
            minute * 60_000
        )
    };
    let lines =
        [record(1, "checkout"), "noise".to_owned(), record(1, "checkout"), record(2, "basket")];
    std::fs::write(&ledger, lines.join("\n")).unwrap();
    let out = directory.path().join("out");
    let arguments = ["--records", ledger.to_str().unwrap()];
    let summary = learned(&out, &arguments);
    assert_eq!((&summary["records"], &summary["callers"]), (&3.into(), &true.into()));
    let written = std::fs::read_to_string(out.join("tollgate.yaml")).unwrap();
    assert!(written.contains("role/checkout' # seen 2 times"), "{written}");
    assert!(written.contains("# At most 2 events came in one minute."), "{written}");
    let out = out.to_str().unwrap();
    let again = tollgate(&[&["learn", "--out", out], &arguments[..]].concat());
    assert!(!again.status.success());
    assert!(String::from_utf8_lossy(&again.stderr).contains("is there already"));
    let empty = directory.path().join("empty");
    std::fs::write(&empty, "").unwrap();
    let none = tollgate(&["learn", "--records", empty.to_str().unwrap()]);
    assert!(String::from_utf8_lossy(&none.stderr).contains("nothing was observed"));
}
