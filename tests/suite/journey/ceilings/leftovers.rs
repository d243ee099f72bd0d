//! What a function takes of the environment: memory while it runs, and what it leaves behind.

use super::{held_to, refused_by};
use crate::support::guarded::Setup;

#[tokio::test]
async fn processes_and_descriptors_that_are_left_behind_are_found() {
    for setup in [Setup::rust(), Setup::python()] {
        let guarded = held_to(setup, "processes: 1, descriptors: 10").start().await;
        guarded.invoke("{}").await;
        guarded.invoke(r#"{"control":{"open":5,"fork":1}}"#).await;
        assert!(guarded.ledger_so_far().findings().is_empty());
        guarded.invoke(r#"{"control":{"open":20,"fork":2}}"#).await;
        guarded.invoke("{}").await;
        let ledger = guarded.ledger().await;
        let mut findings = ledger.findings();
        findings.sort();
        assert_eq!(findings, ["function.descriptors_left", "function.processes_left"], "told once");
        ledger.assert_verifies();
    }
}

#[tokio::test]
async fn memory_is_told_before_the_platform_kills() {
    let policy = "version: 1\nmode: enforce\nceilings: { memory: 50% }\n";
    let guarded =
        Setup::rust().policy(policy).map(|settings| settings.memory_mb(128)).start().await;
    let event = r#"{"control":{"memory_mb":90,"sleep_ms":400}}"#;
    let large = guarded.invoke(event).await;
    assert_eq!(large.answer.error_type(), None, "{:?}", large.answer);
    let ledger = guarded.ledger().await;
    assert_eq!(ledger.findings()[0], "function.memory", "{}", ledger.text());
    let record = ledger.invocation(&large.request_id);
    assert_eq!(record["ceilings"]["memoryMb"]["limit"], 64);
    assert!(record["ceilings"]["memoryMb"]["used"].as_u64() > Some(90), "{record}");
    assert_eq!(record["checks"][0]["effect"], "observed");
}

#[tokio::test]
async fn memory_can_be_enforced() {
    let policy = "version: 1\nmode: enforce\nceilings: { memory: 50% }\nchecks: { ceiling.memory: enforce }\n";
    let guarded =
        Setup::python().policy(policy).map(|settings| settings.memory_mb(128)).start().await;
    let event = r#"{"control":{"memory_mb":90,"spin_ms":20000}}"#;
    let large = guarded.invoke(event).await;
    refused_by(&large, "ceiling.memory");
    assert_eq!(guarded.invoke("{}").await.answer.error_type(), None);
    let record = guarded.ledger().await.invocation(&large.request_id);
    assert_eq!(
        (&record["outcome"], &record["checks"][0]["id"]),
        (&"ceiling".into(), &"ceiling.memory".into())
    );
}
