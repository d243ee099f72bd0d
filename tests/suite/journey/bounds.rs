//! What a budget may count, what may happen beyond it, and what a store that cannot be asked means.

use crate::support::guarded::{Guarded, Setup};
use crate::support::ledger::Ledger;
use crate::support::places;
use serde_json::{Value, json};
use std::time::{Duration, Instant};
use tollgate_emulator::{Invoked, free_port};

/// More than anything here takes.
const LONG: Duration = Duration::from_mins(2);
const FAILS: &str = r#"{"control":{"fail":true}}"#;

fn policy(lines: &str, budget: &str) -> String {
    format!(
        "version: 1\nmode: enforce\n{lines}budgets:\n  - {{ name: bound, scope: environment, {budget} }}\n"
    )
}

fn is_spent(invoked: &Invoked) -> bool {
    code_of(invoked).as_deref() == Some("budget.spent")
}

/// The code of a refusal; none where the function answered.
fn code_of(invoked: &Invoked) -> Option<String> {
    let refused = invoked.answer.error_type() == Some("Function.TollgateRefused");
    let text = String::from_utf8_lossy(&invoked.answer.body()).into_owned();
    let codes = ["budget.spent", "budget.unavailable", "limits.depth"];
    let code = codes.into_iter().find(|code| text.contains(code));
    refused.then(|| code.unwrap_or_else(|| panic!("{text}")).to_owned())
}

/// Each unit with an event that uses it up, and one that then meets the bound.
#[tokio::test]
async fn each_unit_counts_what_its_name_says() {
    let padded = format!(r#"{{"pad":"{}"}}"#, "x".repeat(700));
    for (lines, budget, uses) in [
        ("", "unit: invocations, limit: 1, per: 1h", "{}"),
        ("", "unit: errors, limit: 1, per: 1h", FAILS),
        ("limits: { depth: 3 }\n", "unit: refusals, limit: 1, per: 1h", "[[[[[[1]]]]]]"),
        ("", "unit: bytes, limit: 720, per: 1h", padded.as_str()),
    ] {
        let guarded = Setup::rust().policy(&policy(lines, budget)).start().await;
        assert!(!is_spent(&guarded.invoke(uses).await), "{budget}");
        let over = guarded.invoke(r#"{"something":"longer than twenty bytes"}"#).await;
        assert!(is_spent(&over), "{budget}: {over:?}");
        guarded.ledger().await.assert_verifies();
    }
    // An event that fails does not count where errors do not, nor one that succeeds where they do.
    let guarded =
        Setup::rust().policy(&policy("", "unit: errors, limit: 1, per: 1h")).start().await;
    for _ in 0..3 {
        assert!(!is_spent(&guarded.invoke("{}").await));
    }
    guarded.ledger().await.assert_verifies();
}

/// What an invocation may cost at worst must fit before it passes: its ceiling on time decides.
#[tokio::test]
async fn money_and_gb_seconds_are_asked_for_by_the_worst_case() {
    // 128 MB for ten minutes: 75 GB-seconds, about 0.00125 dollars.
    for (unit, fits, does_not) in [("gb_seconds", "90", "70"), ("usd", "0.0016", "0.0011")] {
        for (limit, passes) in [(fits, true), (does_not, false)] {
            let budget =
                format!("unit: {unit}, limit: {limit}, per: day, time_zone: Europe/Berlin");
            let setup = Setup::rust().policy(&policy("ceilings: { time: 10m }\n", &budget));
            let timed = setup.map(|it| it.timeout(Duration::from_mins(15)).memory_mb(128));
            let guarded = timed.start().await;
            let invoked = guarded.invoke("{}").await;
            assert_eq!(!is_spent(&invoked), passes, "{unit} {limit}: {invoked:?}");
            guarded.ledger().await.assert_verifies();
        }
    }
}

fn fixture(path: &str) -> String {
    std::fs::read_to_string(places::fixtures(&format!("events/{path}.json"))).unwrap()
}

fn effects(ledger: &Ledger, invoked: &Invoked) -> Vec<(Value, Value)> {
    let record = ledger.invocation(&invoked.request_id);
    let checks = record["checks"].as_array().cloned().unwrap_or_default();
    checks.iter().map(|it| (it["id"].clone(), it["effect"].clone())).collect()
}

/// The four ways beyond a limit, for an event that its service sends asynchronously.
#[tokio::test]
async fn beyond_the_limit_happens_what_the_policy_says() {
    // Quarantine lies outside `/tmp`.
    let copies = tempfile::tempdir_in("/var/tmp").unwrap();
    let store = format!("quarantine: \"file:{}\"\n", copies.path().display());
    let event = fixture("eventbridge/custom-event");
    for (over, error, effect, finding) in [
        ("refuse", Some("Function.TollgateRefused"), "enforced", None),
        ("observe", None, "observed", None),
        ("alert", None, "observed", Some("budget.over")),
        ("quarantine", None, "enforced", None),
    ] {
        let budget = format!("unit: invocations, limit: 1, per: 1h, over: {over}");
        let guarded = Setup::rust().policy(&policy(&store, &budget)).start().await;
        let first = guarded.invoke(event.clone()).await;
        assert_eq!(first.answer.error_type(), None, "{over}: {first:?}");
        let beyond = guarded.invoke(event.clone()).await;
        assert_eq!(beyond.answer.error_type(), error, "{over}");
        let ledger = guarded.ledger().await;
        assert_eq!(effects(&ledger, &beyond), [(json!("budget.spent"), json!(effect))], "{over}");
        let findings = ledger.findings();
        assert_eq!(findings.iter().any(|it| it == "budget.over"), finding.is_some(), "{over}");
        let stored = std::fs::read_dir(copies.path()).unwrap().count();
        assert_eq!(stored > 0, over == "quarantine", "{over}");
        let record = ledger.invocation(&beyond.request_id);
        let outcome = if effect == "observed" { "success" } else { "refused" };
        assert_eq!(record["outcome"], outcome, "{over}: {record}");
        ledger.assert_verifies();
    }
}

#[tokio::test]
async fn each_threshold_is_noted_once_when_it_is_reached() {
    let budget = "unit: invocations, limit: 10, per: 1h, thresholds: [50%, 80%, 100%]";
    let guarded = Setup::rust().policy(&policy("", budget)).start().await;
    for _ in 0..12 {
        guarded.invoke("{}").await;
    }
    let ledger = guarded.ledger().await;
    let findings = ledger.of_kind("finding");
    let noted = findings.iter().filter(|it| it["id"] == "budget.threshold");
    let details: Vec<_> = noted.map(|it| it["detail"].as_str().unwrap().to_owned()).collect();
    assert_eq!(details, [50, 80, 100].map(|at| format!("`bound` is used to {at}%")));
    ledger.assert_verifies();
}

/// Several at once: each is in the record, and the one with the least room decides.
#[tokio::test]
async fn of_several_budgets_the_tightest_wins() {
    let more = "  - { name: tight, scope: function, unit: invocations, limit: 2, per: 1h }\n  - { name: \
                wide, scope: caller, key: tenant, unit: bytes, limit: 1MiB, per: month }\n";
    let budgets = policy("", "unit: invocations, limit: 9, per: day") + more;
    let guarded = Setup::rust().policy(&budgets).start().await;
    let first = guarded.invoke("{}").await;
    assert!(!is_spent(&first));
    assert!(!is_spent(&guarded.invoke("{}").await));
    let over = guarded.invoke("{}").await;
    assert!(is_spent(&over));
    let ledger = guarded.ledger().await;
    let listed = ledger.invocation(&first.request_id)["budgets"].as_array().unwrap().clone();
    let mut names: Vec<_> = listed.iter().map(|it| it["name"].as_str().unwrap()).collect();
    names.sort_unstable();
    assert_eq!(names, ["bound", "tight", "wide"]);
    let checks = &ledger.invocation(&over.request_id)["checks"];
    assert!(checks[0]["detail"].as_str().unwrap().contains("`tight`"), "{checks}");
    assert_eq!(checks.as_array().unwrap().len(), 1, "{checks}");
    ledger.assert_verifies();
}

/// An environment whose store nobody answers for.
async fn alone(rules: &str) -> Guarded {
    let policy = format!(
        "version: 1\nmode: enforce\ntables: {{ budgets: budgets }}\nbudgets:\n  - {{ name: shared, unit: \
         invocations, limit: 100, per: 31d, scope: function, store: dynamodb, lease: {{ smallest: 3, \
         largest: 8 }}, {rules} }}\n"
    );
    let nobody = format!("http://127.0.0.1:{}", free_port().unwrap());
    let setup = Setup::rust().policy(&policy).map(|it| it.env("AWS_ENDPOINT_URL", nobody));
    setup.start().await
}

/// Invokes until an event passes, or until one is refused.
async fn until(guarded: &Guarded, passes: bool) -> u32 {
    let end = Instant::now() + LONG;
    let mut others = 0;
    loop {
        let code = code_of(&guarded.invoke("{}").await);
        if code.is_none() == passes {
            return others;
        }
        others += 1;
        assert!(Instant::now() < end, "{code:?} after {others}: {}", guarded.complaints());
    }
}

#[tokio::test]
async fn a_store_that_cannot_be_asked_closes_or_opens_as_the_policy_says() {
    let closed = alone("first: credit, on_store_error: closed").await;
    // One passes by its credit, unless the failure was known before it came.
    assert!(until(&closed, false).await <= 1);
    for _ in 0..5 {
        assert_eq!(code_of(&closed.invoke("{}").await).as_deref(), Some("budget.unavailable"));
    }
    closed.ledger().await.assert_verifies();

    let refuses = alone("first: refuse, on_store_error: closed").await;
    for _ in 0..3 {
        assert_eq!(code_of(&refuses.invoke("{}").await).as_deref(), Some("budget.unavailable"));
    }
    refuses.ledger().await.assert_verifies();

    // Open: once the failure is known, everything passes.
    let open = alone("first: refuse, on_store_error: open").await;
    until(&open, true).await;
    for _ in 0..20 {
        assert_eq!(code_of(&open.invoke("{}").await), None);
    }
    open.ledger().await.assert_verifies();
}

/// Safe: one smallest lease for the window, and no more however often the store is asked again.
#[tokio::test]
async fn a_store_that_cannot_be_asked_costs_a_smallest_lease_at_most() {
    let safe = alone("first: refuse, on_store_error: safe").await;
    until(&safe, true).await;
    let passed = 1 + until(&safe, false).await;
    assert_eq!(passed, 3, "the smallest lease");
    for _ in 0..20 {
        assert!(code_of(&safe.invoke("{}").await).is_some());
    }
    let ledger = safe.ledger().await;
    let passed = ledger.of_kind("invocation");
    let passed = passed.iter().filter(|it| it["outcome"] == "success").count();
    assert_eq!(passed, 3);
    ledger.assert_verifies();
}
