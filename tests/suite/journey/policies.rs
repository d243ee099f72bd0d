//! Policies that cannot be used: every event is refused, nothing crashes, the log says why.

use crate::support::guarded::Setup;
use tollgate_emulator::InitStatus;

const BROKEN: &str = "version: 1\nmode: enforce\nlimits:\n  depht: 3\n";

#[tokio::test]
async fn a_broken_policy_refuses_every_event_and_says_why() {
    let guarded = Setup::rust().policy(BROKEN).start().await;
    assert_eq!(guarded.environment.init().await.status, InitStatus::Success);
    for _ in 0..2 {
        let invoked = guarded.invoke("{}").await;
        assert_eq!(invoked.answer.error_type(), Some("Function.TollgateRefused"));
        let text = String::from_utf8(invoked.answer.body().to_vec()).unwrap();
        assert!(text.contains("policy.invalid"), "{text}");
    }
    let said = guarded.complaints();
    assert!(said.contains(":4:") && said.contains("depht") && said.contains("`depth`"), "{said}");
    let ledger = guarded.ledger().await;
    assert_eq!(ledger.of_kind("open").len(), 1, "one process all along");
    assert!(ledger.findings().contains(&"policy.invalid".to_owned()));
    ledger.assert_verifies();
}

#[tokio::test]
async fn an_owner_may_choose_to_let_events_pass_instead() {
    let guarded = Setup::rust()
        .policy(BROKEN)
        .map(|settings| settings.env("TOLLGATE_ON_INVALID", "pass"))
        .start()
        .await;
    assert_eq!(guarded.invoke("{}").await.answer.error_type(), None);
}

#[tokio::test]
async fn a_policy_that_was_named_and_is_not_there_is_an_error() {
    let guarded = Setup::rust()
        .map(|settings| settings.env("TOLLGATE_POLICY", "/nowhere/tollgate.yaml"))
        .start()
        .await;
    let invoked = guarded.invoke("{}").await;
    assert_eq!(invoked.answer.error_type(), Some("Function.TollgateRefused"));
    assert!(guarded.complaints().contains("/nowhere/tollgate.yaml"), "{}", guarded.complaints());
}

#[tokio::test]
async fn a_misspelt_variable_is_reported_with_the_right_one() {
    let guarded = Setup::rust().map(|settings| settings.env("TOLLGATE_POLICI", "x")).start().await;
    assert_eq!(guarded.invoke("{}").await.answer.error_type(), None);
    let said = guarded.complaints();
    assert!(said.contains("TOLLGATE_POLICI") && said.contains("`TOLLGATE_POLICY`"), "{said}");
}

#[tokio::test]
async fn the_ledger_can_go_to_a_file() {
    let files = tempfile::tempdir().unwrap();
    let path = files.path().join("ledger.ndjson");
    let policy = format!("version: 1\nledger: {{ sink: file, path: {} }}\n", path.display());
    let guarded = Setup::rust().policy(&policy).start().await;
    let invoked = guarded.invoke("{}").await;
    assert!(guarded.ledger().await.of_kind("open").is_empty(), "nothing goes to stdout");
    let lines = std::fs::read_to_string(&path).unwrap();
    let ledger = crate::support::ledger::Ledger::from_lines(lines.lines().map(str::to_owned));
    assert_eq!(ledger.invocation(&invoked.request_id)["outcome"], "success");
    ledger.assert_verifies();
}

#[tokio::test]
async fn a_ledger_without_payload_holds_no_digest_of_it() {
    let guarded = Setup::rust().policy("version: 1\nledger: { payload: none }\n").start().await;
    let invoked = guarded.invoke("{}").await;
    let record = guarded.ledger().await.invocation(&invoked.request_id);
    assert!(record["event"].is_null() && record["response"]["sha256"].is_null(), "{record}");
}

#[tokio::test]
async fn the_mode_can_be_tightened_by_a_variable() {
    let guarded =
        Setup::rust().map(|settings| settings.env("TOLLGATE_MODE", "enforce")).start().await;
    let invoked = guarded.invoke(r#"{"a":1,"a":2}"#).await;
    assert_eq!(invoked.answer.error_type(), Some("Function.TollgateRefused"));
}

#[tokio::test]
async fn a_function_cannot_loosen_the_layers_policy() {
    let files = tempfile::tempdir().unwrap();
    super::clients::copy(&crate::support::places::layer(), files.path());
    let baseline = files.path().join("tollgate/policy.yaml");
    std::fs::write(&baseline, "version: 1\nmode: enforce\n").unwrap();
    let guarded = Setup::rust()
        .map(|settings| settings.layer(files.path()))
        .policy("version: 1\nmode: observe\n")
        .start()
        .await;
    let invoked = guarded.invoke("{}").await;
    assert!(String::from_utf8_lossy(&invoked.answer.body()).contains("policy.invalid"));
    let said = guarded.complaints();
    assert!(said.contains("tollgate.yaml:2:") && said.contains("policy.yaml:2"), "{said}");
}

#[tokio::test]
async fn flushing_in_overlap_seals_by_count_and_at_the_end() {
    let policy =
        "version: 1\nledger: { flush: overlap, checkpoint: { records: 4, seconds: 600 } }\n";
    let guarded = Setup::rust().policy(policy).start().await;
    for _ in 0..10 {
        guarded.invoke("{}").await;
    }
    let ledger = guarded.ledger().await;
    assert!((2..=6).contains(&ledger.of_kind("checkpoint").len()), "{}", ledger.text());
    ledger.assert_verifies();
}
