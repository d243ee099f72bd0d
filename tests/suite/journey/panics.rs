//! A panic in any stage is caught, decided and recorded; the process lives on.

use crate::support::guarded::{ENFORCE, Setup};
use crate::support::places;

const STAGES: [&str; 7] =
    ["decode", "classify", "authenticate", "admit", "validate", "authorise", "reserve"];

async fn planted(stage: &str, policy: &str, event: &str) -> (Option<String>, serde_json::Value) {
    let guarded = Setup::rust()
        .policy(policy)
        .map(|settings| settings.layer(places::planted_layer()).env("TOLLGATE_PLANT", stage))
        .start()
        .await;
    let invoked = guarded.invoke(event).await;
    let error = invoked.answer.error_type().map(str::to_owned);
    let ledger = guarded.ledger().await;
    assert_eq!(ledger.of_kind("open").len(), 1, "{stage}: the process survived");
    ledger.assert_verifies();
    (error, ledger.invocation(&invoked.request_id))
}

#[tokio::test]
async fn enforced_it_refuses_the_event() {
    for stage in STAGES {
        let (error, record) = planted(stage, ENFORCE, "{}").await;
        assert_eq!(error.as_deref(), Some("Function.TollgateRefused"), "{stage}");
        assert_eq!(record["checks"][0]["id"], "internal.panic", "{stage}: {record}");
    }
}

#[tokio::test]
async fn on_error_allow_lets_the_event_pass() {
    for stage in STAGES {
        let policy = format!("{ENFORCE}on_error: allow\n");
        let (error, record) = planted(stage, &policy, "{}").await;
        assert_eq!(error, None, "{stage}");
        assert_eq!(record["checks"][0]["id"], "internal.panic", "{stage}: {record}");
    }
}
