//! Whatever dies, each invocation ends in exactly one record.

use crate::support::guarded::Setup;
use crate::support::places;
use serde_json::{Value, json};
use std::time::Duration;
use tollgate_emulator::Answer;

#[tokio::test]
async fn a_function_that_fails() {
    for (setup, control) in [
        (Setup::rust(), r#"{"control":{"fail":true}}"#),
        (Setup::python(), r#"{"control":{"fail":true}}"#),
    ] {
        let guarded = setup.start().await;
        let invoked = guarded.invoke(control).await;
        assert!(matches!(invoked.answer, Answer::Error { .. }), "{:?}", invoked.answer);
        let ledger = guarded.ledger().await;
        assert_eq!(ledger.invocation(&invoked.request_id)["outcome"], "error");
        ledger.assert_verifies();
    }
}

#[tokio::test]
async fn a_function_that_exits() {
    for setup in [Setup::rust(), Setup::python()] {
        let guarded = setup.start().await;
        let before = guarded.invoke("{}").await;
        let dead = guarded.invoke(r#"{"control":{"exit":3}}"#).await;
        assert!(matches!(dead.answer, Answer::Crash { .. }), "{:?}", dead.answer);
        let after = guarded.invoke("{}").await;
        assert_eq!(after.answer.error_type(), None);
        let ledger = guarded.ledger().await;
        assert_eq!(ledger.invocation(&before.request_id)["outcome"], "success");
        assert_eq!(ledger.invocation(&dead.request_id)["outcome"], "crash");
        assert_eq!(ledger.invocation(&after.request_id)["outcome"], "success");
        assert_eq!(ledger.of_kind("open").len(), 2, "a reset is a new process and a new chain");
        ledger.assert_verifies();
    }
}

/// A record that cannot be written takes no other along: a gap names its invocation, and the process
/// that follows does not tell of it again.
#[tokio::test]
async fn a_panic_in_the_writing_of_a_record() {
    let planted = places::planted_layer();
    let setup = Setup::rust().map(|it| it.layer(planted).env("TOLLGATE_PLANT", "record"));
    let guarded = setup.start().await;
    let mut ids = Vec::new();
    for _ in 0..2 {
        let invoked = guarded.invoke("{}").await;
        assert!(matches!(invoked.answer, Answer::Response { .. }), "{:?}", invoked.answer);
        ids.push(invoked.request_id);
    }
    assert!(guarded.environment.kill_extension("tollgate"));
    guarded.environment.reset_done().await;
    ids.push(guarded.invoke("{}").await.request_id);
    let ledger = guarded.ledger().await;
    let gaps = ledger.of_kind("gap");
    let failed = gaps.iter().filter(|gap| gap["reason"] == "failure");
    let named: Vec<Value> = failed.map(|gap| gap["requestIds"].clone()).collect();
    assert_eq!(named, ids.iter().map(|id| json!([id])).collect::<Vec<_>>());
    assert_eq!(ledger.of_kind("invocation").len(), 0, "{}", ledger.text());
    assert!(ledger.findings().contains(&"internal.panic".to_owned()));
    ledger.assert_verifies();
}

#[tokio::test]
async fn a_function_that_runs_into_its_timeout() {
    let short = |setup: Setup| setup.map(|settings| settings.timeout(Duration::from_secs(1)));
    for setup in [short(Setup::rust()), short(Setup::python())] {
        let guarded = setup.start().await;
        let late = guarded.invoke(r#"{"control":{"sleep_ms":60000}}"#).await;
        assert!(matches!(late.answer, Answer::Timeout { .. }), "{:?}", late.answer);
        let after = guarded.invoke("{}").await;
        assert_eq!(after.answer.error_type(), None, "{:?}", after.answer);
        let ledger = guarded.ledger().await;
        assert_eq!(ledger.invocation(&late.request_id)["outcome"], "timeout");
        assert_eq!(ledger.invocation(&after.request_id)["outcome"], "success");
        ledger.assert_verifies();
    }
}

#[tokio::test]
async fn a_killed_runtime() {
    let guarded = Setup::rust().start().await;
    let running = guarded.environment.begin(r#"{"control":{"sleep_ms":60000}}"#).unwrap();
    guarded.at_work().await;
    guarded.environment.kill_runtime();
    let dead = running.finished().await.unwrap();
    assert!(matches!(dead.answer, Answer::Crash { .. }), "{:?}", dead.answer);
    let after = guarded.invoke("{}").await;
    assert_eq!(after.answer.error_type(), None);
    let ledger = guarded.ledger().await;
    assert_eq!(ledger.invocation(&dead.request_id)["outcome"], "crash");
    ledger.assert_verifies();
}

#[tokio::test]
async fn a_killed_extension_leaves_the_record_to_its_successor() {
    let guarded = Setup::rust().start().await;
    let before = guarded.invoke("{}").await;
    let running = guarded.environment.begin(r#"{"control":{"sleep_ms":60000}}"#).unwrap();
    guarded.at_work().await;
    guarded.environment.kill_extension("tollgate");
    let dead = running.finished().await.unwrap();
    let after = guarded.invoke("{}").await;
    assert_eq!(after.answer.error_type(), None, "{:?}", after.answer);
    let ledger = guarded.ledger().await;
    let record = ledger.invocation(&dead.request_id);
    let opens = ledger.of_kind("open");
    assert_eq!(record["outcome"], "lost");
    assert_eq!(record["adoptedFrom"], opens[0]["chain"]);
    assert_eq!(opens[1]["ancestor"]["chain"], opens[0]["chain"]);
    assert_eq!(opens[0]["environment"], opens[1]["environment"]);
    assert_eq!(ledger.invocation(&before.request_id)["outcome"], "success");
    assert_eq!(ledger.invocation(&after.request_id)["outcome"], "success");
    ledger.assert_verifies();
}

#[tokio::test]
async fn an_extension_killed_again_and_again_loses_nothing() {
    let guarded = Setup::rust().start().await;
    let mut ids = Vec::new();
    for round in 0..6 {
        ids.push(guarded.invoke("{}").await.request_id);
        if round % 2 == 0 {
            guarded.environment.kill_extension("tollgate");
            guarded.environment.reset_done().await;
        }
    }
    let ledger = guarded.ledger().await;
    for id in &ids {
        ledger.invocation(id);
    }
    assert_eq!(ledger.of_kind("invocation").len(), ids.len());
    let (code, said) = ledger.verify();
    assert_eq!(code, Some(0), "{said}");
}

#[tokio::test]
async fn a_damaged_journal_is_told_and_does_not_stop_the_next_process() {
    let guarded = Setup::rust().start().await;
    guarded.invoke("{}").await;
    guarded.environment.kill_extension("tollgate");
    guarded.environment.reset_done().await;
    let journal = guarded.environment.tmp().join(".tollgate/journal");
    let mut bytes = std::fs::read(&journal).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 0x40;
    std::fs::write(&journal, bytes).unwrap();
    assert_eq!(guarded.invoke("{}").await.answer.error_type(), None);
    let gaps = guarded.ledger().await.of_kind("gap");
    assert_eq!(gaps.len(), 1);
    assert_eq!(gaps[0]["reason"], "journal-damaged");
}

#[tokio::test]
async fn an_extension_killed_while_it_refuses_leaves_one_record() {
    use tollgate_emulator::{Endpoint, Fault};
    let guarded = Setup::rust().policy(crate::support::guarded::ENFORCE).start().await;
    guarded.environment.inject(Endpoint::Error, Fault::Hold, 1);
    let running = guarded.environment.begin(r#"{"a":1,"a":2}"#).unwrap();
    let mut requests = guarded.environment.follow_requests();
    requests.find(|request| request.path.ends_with("/error")).await;
    guarded.environment.kill_extension("tollgate");
    guarded.environment.release();
    let dead = running.finished().await.unwrap();
    assert_eq!(guarded.invoke("{}").await.answer.error_type(), None);
    let record = guarded.ledger().await.invocation(&dead.request_id);
    assert_eq!((&record["decision"], &record["outcome"]), (&"refuse".into(), &"lost".into()));
}

#[tokio::test]
async fn a_refusal_that_lambda_does_not_take_at_first_is_one_record() {
    use tollgate_emulator::{Endpoint, Fault};
    let guarded = Setup::rust().policy(crate::support::guarded::ENFORCE).start().await;
    guarded.environment.inject(Endpoint::Error, Fault::Status(500), 3);
    let refused = guarded.invoke(r#"{"a":1,"a":2}"#).await;
    assert_eq!(refused.answer.error_type(), Some("Function.TollgateRefused"));
    let ledger = guarded.ledger().await;
    assert_eq!(ledger.invocation(&refused.request_id)["outcome"], "refused");
    ledger.assert_verifies();
}
