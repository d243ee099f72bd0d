//! Ceilings on what came before an invocation: how often it was tried, how often the function came by.

use super::{held_to, json, refused_by};
use crate::support::guarded::Setup;
use crate::support::places;
use serde_json::Value;
use tollgate_emulator::Event;

/// X-Ray's lineage as AWS services append it: beyond the bound a loop ends here.
#[tokio::test]
async fn a_function_that_triggers_itself_is_stopped() {
    let guarded = held_to(Setup::rust(), "hops: 2").start().await;
    let by = |count: u32| Event {
        trace: Some(format!(
            "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1;\
             Lineage=1:a87bd80c:{count}|1:68fd508a:1"
        )),
        ..Event::new("{}")
    };
    for count in 0..=2 {
        let passed = guarded.environment.invoke(by(count)).await.unwrap();
        assert_eq!(passed.answer.error_type(), None, "{count}");
    }
    let looped = guarded.environment.invoke(by(3)).await.unwrap();
    refused_by(&looped, "ceiling.hops");
    let ledger = guarded.ledger().await;
    let record = ledger.invocation(&looped.request_id);
    assert_eq!(
        (&record["outcome"], &record["checks"][0]["detail"]),
        (&"refused".into(), &"3 > 2".into())
    );
    ledger.assert_verifies();
}

/// A message that fails again and again goes back alone; the others reach the function.
#[tokio::test]
async fn a_message_that_was_tried_too_often_leaves_its_batch() {
    let policy = "version: 1\nmode: enforce\nceilings: { retries: 3 }\nsources:\n  - trigger: sqs\n    \
                  mapping: { reports_item_failures: true }\n    on_refuse: report-item\n";
    let guarded = Setup::rust().policy(policy).start().await;
    let path = places::fixtures("events/sqs/ten-messages.json");
    let mut event: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    event["Records"][4]["attributes"]["ApproximateReceiveCount"] = "5".into();
    let tried = guarded.invoke(event.to_string()).await;
    let failures = json(&tried)["batchItemFailures"].clone();
    assert_eq!(failures.as_array().unwrap().len(), 1, "{failures}");
    assert_eq!(failures[0]["itemIdentifier"], event["Records"][4]["messageId"]);
    let ledger = guarded.ledger().await;
    let record = ledger.invocation(&tried.request_id);
    assert_eq!(
        (&record["items"]["refused"], &record["checks"][0]["id"]),
        (&1.into(), &"ceiling.retries".into())
    );
    ledger.assert_verifies();
}
