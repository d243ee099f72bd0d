//! What `tollgate check` says of the prices that budgets of money are counted by.
#![expect(clippy::unwrap_used, reason = "test code")]
use std::process::Command;

use serde_json::Value;

/// What `check` says of a policy, where `AWS_REGION` is this one or not set.
fn check(policy: &str, arguments: &[&str], region: Option<&str>) -> String {
    let directory = tempfile::tempdir().unwrap();
    std::fs::write(directory.path().join("p.yaml"), format!("version: 1\n{policy}\n")).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_tollgate"));
    command.current_dir(&directory).arg("check").args(arguments).arg("p.yaml");
    command.env_remove("AWS_REGION").envs(region.map(|region| ("AWS_REGION", region)));
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

const MONEY: &str =
    "budgets: [{ name: wallet, unit: usd, limit: 25, per: day, scope: environment }]";
const CALLS: &str =
    "budgets: [{ name: calls, unit: invocations, limit: 25, per: day, scope: environment }]";
const OWN: &str = "prices: { gb_second: 0.00002, request: 0.0000003 }";

#[test]
fn a_region_without_prices_is_told() {
    let note = "note: p.yaml:1:1: budgets.wallet: no prices of `me-central-1` are known: the dearest of \
                all known Regions are counted, so that the budget ends early rather than late; set \
                `prices.gb_second` and `prices.request`\n";
    let by_argument = check(MONEY, &["--region", "me-central-1"], None);
    assert!(by_argument.starts_with(note), "{by_argument}");
    assert_eq!(by_argument, check(MONEY, &[], Some("me-central-1")));
    // The argument is nearer than the surroundings.
    let known = check(MONEY, &["--region", "eu-west-1"], Some("me-central-1"));
    assert!(known.starts_with("p.yaml: ok"), "{known}");
    for (policy, region) in [
        (MONEY, None),
        (MONEY, Some("us-east-1")),
        (CALLS, Some("me-central-1")),
        (&*format!("{MONEY}\n{OWN}"), Some("me-central-1")),
    ] {
        let said = check(policy, &[], region);
        assert!(!said.contains("note:"), "{policy} {region:?}: {said}");
    }
    // One price of its own is not enough.
    let half =
        check(&format!("{MONEY}\nprices: {{ request: 0.0000003 }}"), &[], Some("me-central-1"));
    assert!(half.starts_with(note), "{half}");
}

#[test]
fn a_region_that_bills_in_another_currency_is_told() {
    let said = check(MONEY, &["--region", "cn-northwest-1"], None);
    assert!(
        said.contains("note: p.yaml:1:1: budgets.wallet: `cn-northwest-1` bills in yuan"),
        "{said}"
    );
    let own = check(&format!("{MONEY}\n{OWN}"), &["--region", "cn-northwest-1"], None);
    assert!(!own.contains("note:"), "{own}");
    let said = check(MONEY, &["--region", "us-gov-west-1"], None);
    assert!(said.contains("no prices of `us-gov-west-1` are known"), "{said}");
}

#[test]
fn tiers_that_no_table_has_are_told() {
    let tier = format!("{MONEY}\nprices: {{ tier: 2 }}");
    let said = check(&tier, &["--region", "eu-west-1"], None);
    let note = "note: p.yaml:1:1: budgets.wallet: tiers of `eu-west-1` are not known: the price of tier 1 \
                is counted; set `prices.gb_second`\n";
    assert!(said.starts_with(note), "{said}");
    assert!(!check(&tier, &["--region", "us-east-1"], None).contains("note:"));
}

#[test]
fn machines_get_the_note_as_an_object() {
    let said = check(MONEY, &["--json", "--region", "il-central-1"], None);
    let note: Value = serde_json::from_str(said.lines().next().unwrap()).unwrap();
    assert_eq!((&note["severity"], &note["key"]), (&"note".into(), &"budgets.wallet".into()));
    assert!(note["message"].as_str().unwrap().contains("il-central-1"), "{note}");
}
