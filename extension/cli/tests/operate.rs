//! `tollgate stop`, `allow` and `budget`, through the binary: what they say where nothing can be asked.
//! The journeys of the suite ask a table.
#![expect(clippy::unwrap_used, reason = "test code")]
use std::path::Path;
use std::process::Command;

/// The exit code, and what was said on standard error. Nobody listens at the endpoint.
fn tollgate(arguments: &[&str], variables: &[(&str, &str)]) -> (Option<i32>, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tollgate"));
    command.args(arguments).env_clear().env("AWS_ENDPOINT_URL", "http://127.0.0.1:9");
    let output = command.envs(variables.iter().copied()).output().unwrap();
    assert_eq!(output.stdout, b"", "{arguments:?}");
    (output.status.code(), String::from_utf8(output.stderr).unwrap())
}

const KEYS: [(&str, &str); 3] = [
    ("AWS_REGION", "eu-west-1"),
    ("AWS_ACCESS_KEY_ID", "example"),
    ("AWS_SECRET_ACCESS_KEY", "example"),
];

#[test]
fn what_is_missing_is_named() {
    let stop = ["stop", "--all", "--table", "orders"];
    for (variables, wanted) in [
        (&KEYS[1..], "error: no region: `AWS_REGION` is not set\n"),
        (&KEYS[..1], "error: no credentials: `AWS_ACCESS_KEY_ID` is not set\n"),
        (&KEYS[..2], "error: no credentials: `AWS_SECRET_ACCESS_KEY` is not set\n"),
    ] {
        assert_eq!(tollgate(&stop, variables), (Some(1), wanted.to_owned()));
    }
    let (code, said) = tollgate(&stop, &KEYS);
    assert_eq!(code, Some(1));
    assert!(said.starts_with("error: `orders`: "), "{said}");
}

#[test]
fn a_policy_without_a_table_of_orders_is_named() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("tollgate.yaml");
    std::fs::write(&path, "version: 1\n").unwrap();
    let path = text(&path);
    let wanted = format!("error: `{path}` names no table of orders: set `tables.orders`\n");
    for verb in ["stop", "allow"] {
        let told = tollgate(&[verb, "--all", "--policy", path], &KEYS);
        assert_eq!(told, (Some(1), wanted.clone()));
    }
    let (code, said) = tollgate(&["budget", "wallet", "--policy", path], &KEYS);
    let wanted = "error: no budget is named `wallet`; the policy has none\n";
    assert_eq!((code, said.as_str()), (Some(1), wanted));
}

#[test]
fn security_an_order_that_names_nobody_is_no_order() {
    for arguments in [
        &["stop", "--table", "orders"][..],
        &["stop", "--all"],
        &["stop", "--table", "orders", "--all", "--function", "orders"],
        &["stop", "--table", "orders", "--all", "--list"],
        &["stop", "--table", "orders", "--caller", "203.0.113.7"],
        &["stop", "--table", "orders", "--source", "*"],
        &["stop", "--table", "orders", "--all", "--for", "day"],
        &["allow", "--table", "orders"],
        &["budget", "--policy", "tollgate.yaml", "--limit", "5"],
    ] {
        assert_eq!(tollgate(arguments, &KEYS).0, Some(2), "{arguments:?}");
    }
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}
