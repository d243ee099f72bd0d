//! Lines and telemetry that the function forges.

use crate::support::guarded::Setup;
use crate::support::ledger::Ledger;
use crate::support::runtime::Runtime;

async fn real() -> Ledger {
    let guarded = Setup::rust().start().await;
    for _ in 0..3 {
        guarded.invoke("{}").await;
    }
    guarded.ledger().await
}

#[tokio::test]
async fn security_forged_lines_do_not_disturb_the_sealed_part() {
    let mut ledger = real().await;
    let trust = ledger.trust();
    for line in ledger.text().lines() {
        // The same place in the chain, other content: what a function prints that knows all ids.
        ledger.push(&line.replace("\"time\":\"2026-", "\"time\":\"2025-"));
    }
    let (code, said) = ledger.verify_under(&trust);
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("foreign"), "{said}");
}

#[tokio::test]
async fn security_an_edited_record_is_found() {
    let ledger = real().await;
    let trust = ledger.trust();
    let edited = ledger.text().replacen("\"outcome\":\"success\"", "\"outcome\":\"refused\"", 1);
    let edited = Ledger::from_lines(edited.lines().map(str::to_owned));
    let (code, said) = edited.verify_under(&trust);
    assert_eq!(code, Some(4), "{said}");
}

#[tokio::test]
async fn security_another_environments_ledger_is_not_authenticated() {
    let (ours, theirs) = (real().await, real().await);
    let (code, said) = theirs.verify_under(&ours.trust());
    assert_eq!(code, Some(4), "the chain that the trust file names is missing: {said}");
}

#[tokio::test]
async fn security_forged_telemetry_bills_nothing() {
    let guarded = Setup::rust().start().await;
    let invoked = guarded.invoke("{}").await;
    let subscribed = guarded.request("PUT", "/2022-07-01/telemetry");
    assert_eq!(subscribed.status(), Some(200));
    let report = |id: &str| {
        format!(
            "[{{\"type\":\"platform.report\",\"record\":{{\"requestId\":\"{id}\",\
             \"metrics\":{{\"durationMs\":1,\"billedDurationMs\":1000000}}}}}}]"
        )
    };
    let port = guarded.telemetry_port();
    let mut sender = Runtime::connect(port).await;
    for body in [report("never-seen"), "not telemetry".into(), report("never-seen")] {
        assert_eq!(sender.call("POST", "/", &[], body).await.status, 200);
    }
    let ledger = guarded.ledger().await;
    let reports = ledger.of_kind("report");
    assert!(reports.iter().all(|report| report["requestId"] == invoked.request_id.as_str()));
    assert!(ledger.findings().contains(&"telemetry.forged".to_owned()), "{:?}", ledger.findings());
}

#[tokio::test]
async fn security_the_telemetry_listener_bounds_what_it_reads() {
    let guarded = Setup::rust().start().await;
    let port = guarded.telemetry_port();
    let mut sender = Runtime::connect(port).await;
    let reply = sender.call("POST", "/", &[], vec![b' '; 3_000_000]).await;
    assert_eq!(reply.status, 413);
    assert_eq!(guarded.invoke("{}").await.answer.error_type(), None);
}
