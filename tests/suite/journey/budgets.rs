//! Budgets on the local Lambda: who is over is refused, a reset forgets nothing, records tell what
//! it cost.

use crate::support::guarded::Setup;
use tollgate_emulator::Answer;

const THREE: &str = "version: 1\nmode: enforce\nbudgets:\n  - { name: three, unit: invocations, \
                     limit: 3, per: 1h, scope: environment }\n";

#[tokio::test]
async fn who_is_over_is_refused_until_the_window_ends() {
    let guarded = Setup::rust().policy(THREE).start().await;
    for _ in 0..3 {
        assert_eq!(guarded.invoke("{}").await.answer.error_type(), None);
    }
    let over = guarded.invoke("{}").await;
    assert_eq!(over.answer.error_type(), Some("Function.TollgateRefused"));
    let ledger = guarded.ledger().await;
    let record = ledger.invocation(&over.request_id);
    assert_eq!(record["checks"][0]["id"], "budget.spent");
    assert_eq!(record["outcome"], "refused");
    ledger.assert_verifies();
}

#[tokio::test]
async fn a_reset_forgets_no_count() {
    let guarded = Setup::rust().policy(THREE).start().await;
    assert_eq!(guarded.invoke("{}").await.answer.error_type(), None);
    // Each of these ends the process; what they took was written down before they began.
    for _ in 0..2 {
        let dead = guarded.invoke(r#"{"control":{"exit":3}}"#).await;
        assert!(matches!(dead.answer, Answer::Crash { .. }), "{:?}", dead.answer);
    }
    let over = guarded.invoke("{}").await;
    assert_eq!(over.answer.error_type(), Some("Function.TollgateRefused"));
}

#[tokio::test]
async fn a_record_tells_what_was_set_aside_and_what_it_cost() {
    let policy = "version: 1\nmode: enforce\nceilings: { time: 3s }\nbudgets:\n  - { name: wallet, \
                  unit: usd, limit: 1, per: day, scope: function }\n";
    let guarded = Setup::rust().policy(policy).start().await;
    let first = guarded.invoke("{}").await;
    let second = guarded.invoke("{}").await;
    assert_eq!(second.answer.error_type(), None);
    let ledger = guarded.ledger().await;
    let record = ledger.invocation(&second.request_id);
    let amount = |name: &str| record["cost"][name].as_u64().unwrap();
    assert!(amount("reservedPicodollars") > amount("estimatedPicodollars"), "{record}");
    assert!(amount("estimatedPicodollars") > 200_000, "a request, and at least a millisecond");
    assert_eq!(record["budgets"][0]["name"], "wallet");
    assert_eq!(record["budgets"][0]["basis"], "memory");
    let reports = ledger.of_kind("report");
    let report = reports.iter().find(|it| it["requestId"] == first.request_id.as_str()).unwrap();
    assert!(report["cost"]["settledPicodollars"].as_u64().unwrap() > 200_000, "{report}");
    ledger.assert_verifies();
}
