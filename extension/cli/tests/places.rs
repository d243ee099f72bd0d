//! Where events come from and who calls, through `tollgate explain`, `replay` and `check`.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "test code")]
use std::path::Path;
use std::process::{Command, Output};

use serde_json::{Value, json};
use tempfile::TempDir;

const EVENTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/fixtures/events");

fn tollgate(directory: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tollgate"));
    command.current_dir(directory).args(arguments).output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

fn policy(lines: &str) -> TempDir {
    let directory = tempfile::tempdir().unwrap();
    let text = format!("version: 1\nmode: enforce\ndetect: none\n{lines}\n");
    std::fs::write(directory.path().join("p.yaml"), text).unwrap();
    directory
}

/// The decision and the checks about one event, by `replay`; `explain` says the same.
fn decided(lines: &str, event: &Value, more: &[&str]) -> (String, Vec<String>) {
    let directory = policy(lines);
    std::fs::write(directory.path().join("e.json"), event.to_string()).unwrap();
    let of = |arguments: &[&str]| -> Value {
        let output = tollgate(directory.path(), &[arguments, more].concat());
        assert!(output.status.success(), "{}", text(&output.stderr));
        serde_json::from_slice(&output.stdout).unwrap()
    };
    let replayed = of(&["replay", "--policy", "p.yaml", "--events", "e.json", "--json"]);
    let explained = of(&["explain", "e.json", "--policy", "p.yaml", "--json"]);
    assert_eq!(replayed["decision"], explained["decision"]);
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let checks = replayed["checks"].as_array().unwrap().iter().map(text).collect();
    (text(&replayed["decision"]), checks)
}

fn fixture(path: &str) -> Value {
    serde_json::from_slice(&std::fs::read(format!("{EVENTS}/{path}.json")).unwrap()).unwrap()
}

fn topic(partition: &str, region: &str, account: &str) -> Value {
    let arn = format!("arn:{partition}:sns:{region}:{account}:orders");
    let message = fixture("sns/alarm").to_string();
    let before = fixture("sns/alarm")["Records"][0]["Sns"]["TopicArn"].as_str().unwrap().to_owned();
    serde_json::from_str(&message.replace(&before, &arn)).unwrap()
}

#[test]
fn every_partition_is_listed_apart() {
    for (partition, region) in
        [("aws", "eu-west-1"), ("aws-cn", "cn-north-1"), ("aws-us-gov", "us-gov-west-1")]
    {
        let event = topic(partition, region, "123456789012");
        for listed in ["aws", "aws-cn", "aws-us-gov"] {
            let by_name = format!("sources: [{{ trigger: sns, partition: {listed} }}]");
            let by_arn = format!("sources: [{{ trigger: sns, arn: 'arn:{listed}:sns:*' }}]");
            let sovereign = format!("sovereignty: {{ partitions: {listed} }}");
            for (lines, check) in [
                (by_name, "source.unlisted"),
                (by_arn, "source.unlisted"),
                (sovereign, "source.sovereignty"),
            ] {
                let expected =
                    if partition == listed { ("pass", vec![]) } else { ("refuse", vec![check]) };
                let (decision, checks) = decided(&lines, &event, &[]);
                assert_eq!(
                    (decision.as_str(), checks),
                    (expected.0, expected.1.iter().map(ToString::to_string).collect()),
                    "{partition} {lines}"
                );
            }
        }
    }
}

#[test]
fn data_and_function_stay_where_they_may_be() {
    let lines = "sovereignty: { regions: [eu-west-1, eu-central-1], run_in: eu-west-1 }";
    let here = ["--function-arn", "arn:aws:lambda:eu-west-1:123456789012:function:orders"];
    let there = ["--function-arn", "arn:aws:lambda:us-east-1:123456789012:function:orders"];
    let sovereignty = vec!["source.sovereignty".to_owned()];
    let event = |region| topic("aws", region, "123456789012");
    assert_eq!(decided(lines, &event("eu-central-1"), &here).0, "pass");
    assert_eq!(decided(lines, &event("us-east-1"), &here), ("refuse".into(), sovereignty.clone()));
    assert_eq!(decided(lines, &event("eu-west-1"), &there), ("refuse".into(), sovereignty));
}

#[test]
fn organisation_alias_and_tenant_are_asked_for() {
    let own = "o-example1234";
    let mut url = fixture("function-url/iam-caller");
    url["requestContext"]["authorizer"]["iam"]["principalOrgId"] = json!(own);
    let listed = |more: &str| format!("sources: [{{ trigger: function-url, {more} }}]");
    let arn = |name: &str| format!("arn:aws:lambda:eu-west-1:123456789012:function:{name}");
    let (live, bare) = (arn("orders:live"), arn("orders"));
    let (live, bare) = (["--function-arn", &live], ["--function-arn", &bare]);
    for (lines, more, expected) in [
        (listed(&format!("organisation: {own}")), &[][..], "pass"),
        (listed("organisation: o-0000000000"), &[], "refuse"),
        (listed("alias: live"), &live, "pass"),
        (listed("alias: live"), &bare, "refuse"),
        (listed("alias: live"), &[], "refuse"),
        (listed("tenant: t-*"), &["--tenant", "t-1"], "pass"),
        (listed("tenant: t-*"), &["--tenant", "u-1"], "refuse"),
        (listed("tenant: t-*"), &[], "refuse"),
    ] {
        assert_eq!(decided(&lines, &url, more).0, expected, "{lines} {more:?}");
    }
}

#[test]
fn a_caller_that_is_only_named_counts_where_the_owner_says_so() {
    let url = fixture("function-url/iam-caller");
    let lines = |invoke: &str| {
        format!(
            "direct_invoke: {invoke}\nsources: [{{ trigger: function-url, auth: {{ asserted: {{ iam: \
             'arn:aws:iam::123456789012:user/example' }} }} }}]"
        )
    };
    assert_eq!(decided(&lines("closed"), &url, &[]), ("pass".into(), vec![]));
    assert_eq!(decided(&lines("open"), &url, &[]), ("refuse".into(), vec!["auth.invalid".into()]));
    let directory = policy(&lines("closed"));
    std::fs::write(directory.path().join("e.json"), url.to_string()).unwrap();
    let said = tollgate(directory.path(), &["explain", "e.json", "--policy", "p.yaml"]);
    let said = text(&said.stdout);
    assert!(said.contains("grade         asserted\nproof         asserted holds"), "{said}");
}

#[test]
fn mistakes_name_their_place() {
    for (lines, wanted) in [
        ("sovereignty: { regions: [europe] }", "p.yaml:4:"),
        ("sovereignty: { partitions: [aws-eu] }", "did you mean"),
        ("sovereignty: { run: eu-west-1 }", "sovereignty"),
        ("sources: [{ trigger: function-url, organisation: example }]", "sources[0].organisation"),
        ("sources: [{ trigger: direct, alias: '' }]", "sources[0].alias"),
        ("sources: [{ trigger: sns, partition: gov }]", "sources[0].partition"),
        ("sources: [{ trigger: sqs, auth: { asserted: { iam: '*' } } }]", "name no IAM caller"),
        ("contexts: { life: 60s }", "expected one of `key_file`"),
        ("contexts: { key_env: A, key_file: b }", "expected one of `key_file`"),
    ] {
        let directory = policy(lines);
        let checked = tollgate(directory.path(), &["check", "p.yaml"]);
        let said = text(&checked.stdout) + &text(&checked.stderr);
        assert_eq!(checked.status.code(), Some(1), "{lines}\n{said}");
        assert!(said.contains(wanted), "{lines}\n{said}");
    }
    let directory = policy("");
    let event = format!("{EVENTS}/sqs/one-message.json");
    let explain = ["explain", &event, "--policy", "p.yaml"];
    for (more, code, wanted) in [
        (["--function-arn", "orders"], 2, "expected arn:aws:lambda:REGION:ACCOUNT:function:NAME"),
        (["--client-context", "missing.json"], 1, "missing.json"),
    ] {
        let output = tollgate(directory.path(), &[&explain[..], &more].concat());
        assert_eq!(output.status.code(), Some(code));
        assert!(text(&output.stderr).contains(wanted), "{}", text(&output.stderr));
    }
}

#[test]
fn a_context_is_checked_for_the_function_that_was_invoked() {
    let directory = policy(
        "sources: [{ trigger: direct, auth: { context: { keys_file: keys.json } } }]\ncallers: { functions: [orders] }",
    );
    let run = |arguments: &[&str]| tollgate(directory.path(), arguments);
    let save =
        |name: &str, bytes: &[u8]| std::fs::write(directory.path().join(name), bytes).unwrap();
    save("key.json", &run(&["sign", "--new-key", "k"]).stdout);
    save("keys.json", &run(&["sign", "--public", "key.json"]).stdout);
    save("e.json", b"{\"order\": 7}");
    let arn = |name: &str| format!("arn:aws:lambda:eu-west-1:123456789012:function:{name}");
    let (target, caller) = (arn("charge"), arn("orders"));
    let signed =
        run(&["sign", "--key", "key.json", "--target", &target, "--as", &caller, "e.json"]);
    let context = json!({ "custom": { "tollgate": text(&signed.stdout).trim() } });
    save("context.json", context.to_string().as_bytes());
    let explained = |invoked: &str| {
        let arguments = ["explain", "e.json", "--policy", "p.yaml", "--function-arn", invoked];
        let output = run(&[&arguments[..], &["--client-context", "context.json"]].concat());
        text(&output.stdout)
    };
    let said = explained(&arn("charge:live"));
    for line in ["grade         signed", "proof         context holds", "the caller is known"] {
        assert!(said.contains(line), "{line}\n{said}");
    }
    let other = explained(&arn("refund"));
    assert!(other.contains("auth.invalid") && other.contains("grade         unproved"), "{other}");
}
