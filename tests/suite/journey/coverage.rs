//! A layer whose wrapper is missing must not slow the function, and must be seen.

use crate::support::guarded::Setup;

#[tokio::test]
async fn an_ungated_function_is_recorded_and_not_held() {
    let guarded = Setup::rust().without_wrapper().start().await;
    let slow = guarded.invoke(r#"{"control":{"sleep_ms":300}}"#).await;
    let second = guarded.invoke("{}").await;
    assert_eq!(slow.answer.error_type(), None);
    // The extension asked for its next event while the function was still at work: an
    // invocation that it does not guard never waits for it.
    let ours = slow.phases.extensions_next.iter().find(|(name, _)| name == "tollgate").unwrap();
    assert!(ours.1 < slow.phases.response_complete.unwrap(), "{:?}", slow.phases);
    let ledger = guarded.ledger().await;
    for id in [&slow.request_id, &second.request_id] {
        assert_eq!(ledger.invocation(id)["outcome"], "ungated");
    }
    assert_eq!(ledger.findings().iter().filter(|id| *id == "coverage.ungated").count(), 2);
    ledger.assert_verifies();
}

#[tokio::test]
async fn a_guarded_function_is_held_until_its_record_is_written_and_no_longer() {
    let guarded = Setup::rust().start().await;
    let invoked = guarded.invoke(r#"{"control":{"sleep_ms":50}}"#).await;
    let ours = invoked.phases.extensions_next.iter().find(|(name, _)| name == "tollgate").unwrap();
    assert!(ours.1 > invoked.phases.response_complete.unwrap(), "{:?}", invoked.phases);
    assert!(!guarded.ledger().await.findings().contains(&"coverage.ungated".to_owned()));
}
