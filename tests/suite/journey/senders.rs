//! Batches of several senders: each message is held against its own sender's budget.

use crate::support::guarded::{Guarded, Setup};
use crate::support::places;
use serde_json::{Value, json};
use tollgate_emulator::Invoked;

const BUDGETS: &str = "budgets:\n  - { name: each, unit: invocations, limit: 1, per: 1h, scope: caller, key: \
                       principal }\n  - { name: probing, unit: refusals, limit: 3, per: 1h, scope: caller, \
                       key: principal, over: alert }\n";

fn policy(source: &str) -> String {
    format!("version: 1\nmode: enforce\nsources:\n  - {{ {source} }}\n{BUDGETS}")
}

const REPORTS: &str =
    "trigger: sqs, on_refuse: report-item, mapping: { reports_item_failures: true }";

/// A message of each of these senders.
fn batch(senders: &[&str]) -> String {
    let text = std::fs::read_to_string(places::fixtures("events/sqs/ten-messages.json")).unwrap();
    let mut event: Value = serde_json::from_str(&text).unwrap();
    let records = event["Records"].as_array_mut().unwrap();
    records.truncate(senders.len());
    for (record, sender) in records.iter_mut().zip(senders) {
        record["attributes"]["SenderId"] = json!(sender);
    }
    event.to_string()
}

fn id(index: usize) -> String {
    format!("059f36b4-87a3-44ab-83d2-66197597{index:04}")
}

/// The messages that an answer reports as failed.
fn failed(invoked: &Invoked) -> Vec<String> {
    let answer: Value = serde_json::from_slice(&invoked.answer.body()).unwrap();
    let failures = answer["batchItemFailures"].as_array().cloned().unwrap_or_default();
    failures.iter().map(|it| it["itemIdentifier"].as_str().unwrap().to_owned()).collect()
}

async fn invoke(guarded: &Guarded, senders: &[&str]) -> Invoked {
    guarded.invoke(batch(senders)).await
}

#[tokio::test]
async fn security_a_spent_sender_is_refused_by_the_message_and_the_others_go_on() {
    for setup in [Setup::rust(), Setup::python()] {
        let guarded = setup.policy(&policy(REPORTS)).start().await;
        assert_eq!(failed(&invoke(&guarded, &["flood"]).await), Vec::<String>::new());
        let mixed = invoke(&guarded, &["good", "flood", "other", "flood"]).await;
        assert_eq!(failed(&mixed), [id(1), id(3)]);
        // All of one caller's: nobody wakes the function.
        let alone = invoke(&guarded, &["flood", "flood"]).await;
        assert_eq!(failed(&alone), [id(0), id(1)]);
        let ledger = guarded.ledger().await;
        let record = ledger.invocation(&mixed.request_id);
        assert_eq!(
            (&record["decision"], &record["outcome"]),
            (&json!("filter"), &json!("success"))
        );
        assert_eq!(record["items"], json!({ "total": 4, "refused": 2 }));
        assert_eq!(record["withheld"]["ids"], json!([id(1), id(3)]));
        let named = |record: &Value, id: &str| {
            let checks = record["checks"].as_array().unwrap().iter();
            checks.filter(|it| it["id"] == id).map(|it| it["at"].clone()).collect::<Vec<_>>()
        };
        assert_eq!(named(&record, "budget.spent"), [json!("/Records/1"), json!("/Records/3")]);
        let record = ledger.invocation(&alone.request_id);
        assert_eq!(
            (&record["decision"], &record["outcome"]),
            (&json!("refuse"), &json!("refused"))
        );
        assert!(ledger.findings().contains(&"budget.threshold".to_owned()), "its refusals count");
        ledger.assert_verifies();
    }
}

#[tokio::test]
async fn without_item_failures_the_queue_keeps_the_batch_and_the_innocent_keep_their_budget() {
    let guarded = Setup::rust().policy(&policy("trigger: sqs")).start().await;
    assert_eq!(invoke(&guarded, &["flood"]).await.answer.error_type(), None);
    let mixed = invoke(&guarded, &["flood", "good"]).await;
    assert_eq!(mixed.answer.error_type(), Some("Function.TollgateRefused"));
    assert_eq!(invoke(&guarded, &["good"]).await.answer.error_type(), None);
    let spent = invoke(&guarded, &["good"]).await;
    assert_eq!(spent.answer.error_type(), Some("Function.TollgateRefused"));
    guarded.ledger().await.assert_verifies();
}
