//! `tollgate sign`, through the binary: what it makes, the same binary's gate takes.
#![expect(clippy::unwrap_used, reason = "test code")]
use std::path::Path;
use std::process::{Command, Output};

use serde_json::{Value, json};

const QUEUE: &str = "arn:aws:sqs:eu-west-1:123456789012:orders";
const SIGNER: &str = "arn:aws:lambda:eu-west-1:123456789012:function:orders";

fn tollgate(directory: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tollgate"));
    command.current_dir(directory).args(arguments).output().unwrap()
}

fn ok(directory: &Path, arguments: &[&str]) -> String {
    let output = tollgate(directory, arguments);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// A directory with a key, the list that checks it, a policy and a message's body.
fn directory() -> tempfile::TempDir {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path();
    let write = |name: &str, text: &str| std::fs::write(path.join(name), text).unwrap();
    write("key.json", &ok(path, &["sign", "--new-key", "orders"]));
    write("keys.json", &ok(path, &["sign", "--public", "key.json"]));
    write("body", "an order");
    let policy = "version: 1\nmode: enforce\ndetect: none\nchecks: { schema.envelope: off }\n\
                  sources: [{ trigger: sqs, auth: { context: { keys_file: keys.json } } }]\n";
    write("policy.yaml", policy);
    directory
}

fn sign(directory: &Path, more: &[&str]) -> String {
    let fixed = ["sign", "--key", "key.json", "--as", SIGNER, "--target", QUEUE, "--bytes", "body"];
    ok(directory, &[&fixed, more].concat()).trim().to_owned()
}

fn decide(directory: &Path, context: &str, body: &str) -> Value {
    let event = json!({ "Records": [{
        "messageId": "m-1", "receiptHandle": "r", "body": body, "attributes": {},
        "messageAttributes": { "tollgate": { "stringValue": context, "dataType": "String" } },
        "md5OfBody": "0", "eventSource": "aws:sqs", "eventSourceARN": QUEUE, "awsRegion": "eu-west-1",
    }] });
    std::fs::write(directory.join("event.json"), event.to_string()).unwrap();
    let arguments = ["explain", "--json", "--policy", "policy.yaml", "event.json"];
    serde_json::from_str(&ok(directory, &arguments)).unwrap()
}

#[test]
fn what_is_signed_is_taken_for_its_message_only() {
    let directory = directory();
    let path = directory.path();
    let context = sign(path, &[]);
    let told = decide(path, &context, "an order");
    assert_eq!((&told["decision"], &told["grade"]), (&"pass".into(), &"signed".into()), "{told}");
    assert_eq!(told["caller"], json!({ "kind": "function", "id": SIGNER, "sourceIp": null }));
    assert_eq!(told["proof"]["hops"], json!([SIGNER]));
    assert_eq!(decide(path, &context, "another order")["decision"], "refuse");
    assert_eq!(decide(path, "", "an order")["decision"], "refuse");
}

#[test]
fn a_context_can_be_shown_and_has_its_own_nonce() {
    let directory = directory();
    let shown: Value = serde_json::from_str(&sign(directory.path(), &["--json"])).unwrap();
    assert_eq!(shown["says"]["target"], QUEUE);
    assert_eq!(shown["says"]["hops"][0]["arn"], SIGNER);
    assert!(shown["context"].as_str().unwrap().starts_with("tg1."));
    assert_ne!(sign(directory.path(), &[]), sign(directory.path(), &[]));
}

#[test]
fn what_cannot_be_signed_says_why_and_nothing_of_the_key() {
    let directory = directory();
    let path = directory.path();
    let wrong = |arguments: &[&str]| {
        let output = tollgate(path, arguments);
        assert_eq!(output.status.code(), Some(1), "{arguments:?}");
        String::from_utf8(output.stderr).unwrap()
    };
    let fixed = ["sign", "--key", "key.json", "--as", SIGNER, "--target", QUEUE];
    assert!(wrong(&[&fixed[..], &["body"]].concat()).contains("is no JSON"));
    assert!(
        wrong(&[&fixed[..], &["--bytes", "--life", "90000", "body"]].concat()).contains("a day")
    );
    assert!(wrong(&[&fixed[..], &["--bytes", "none"]].concat()).contains("cannot be read"));
    assert!(wrong(&["sign", "--public", "body"]).contains("is no key"));
    assert!(wrong(&["sign", "--new-key", "a b"]).contains("is no key id"));
    assert_eq!(tollgate(path, &["sign"]).status.code(), Some(2));
}
