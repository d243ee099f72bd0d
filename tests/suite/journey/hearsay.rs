//! Telemetry that is late, lost, in the wrong order or doubled: the books stay right.

use crate::support::guarded::{Guarded, Setup};
use crate::support::ledger::Ledger;
use tollgate_emulator::FaultPlan;

/// What a budget knows of an invocation is settled by its report.
const WALLET: &str = "version: 1\nmode: enforce\nceilings: { time: 3s }\nbudgets:\n  - { name: wallet, \
                      unit: usd, limit: 1, per: day, scope: function }\n";

/// Three invocations, the second of which is struck; their request ids and the ledger.
async fn three(fault: &str) -> (Vec<String>, Ledger) {
    let fault = FaultPlan::parse(fault).unwrap();
    let setup = Setup::rust().policy(WALLET).map(|settings| settings.fault(fault));
    let guarded: Guarded = setup.start().await;
    let mut ids = Vec::new();
    for _ in 0..3 {
        let invoked = guarded.invoke("{}").await;
        assert_eq!(invoked.answer.error_type(), None);
        ids.push(invoked.request_id);
    }
    let ledger = guarded.ledger().await;
    assert_eq!(ledger.of_kind("invocation").len(), 3, "{}", ledger.text());
    for id in &ids {
        let record = ledger.invocation(id);
        assert_eq!((&record["outcome"], &record["decision"]), (&"success".into(), &"pass".into()));
    }
    assert_eq!(ledger.findings(), Vec::<String>::new(), "{}", ledger.text());
    ledger.assert_verifies();
    (ids, ledger)
}

/// How many bills an invocation has, each with what it cost.
fn bills(ledger: &Ledger, id: &str) -> usize {
    let reports = ledger.of_kind("report");
    let own: Vec<_> = reports.iter().filter(|report| report["requestId"] == id).collect();
    let settled = |report: &serde_json::Value| report["cost"]["settledPicodollars"].as_u64();
    assert!(own.iter().all(|report| settled(report) > Some(0)), "{}", ledger.text());
    own.len()
}

#[tokio::test]
async fn a_report_that_comes_after_the_next_invocation_is_still_the_bill_of_its_own() {
    let (ids, ledger) = three("late-report=900s@2").await;
    let reports = ledger.of_kind("report");
    let order: Vec<_> =
        reports.iter().map(|report| report["requestId"].as_str().unwrap()).collect();
    assert_eq!(order, [&ids[0], &ids[2], &ids[1]], "it comes at shutdown");
    assert!(ids.iter().all(|id| bills(&ledger, id) == 1));
}

#[tokio::test]
async fn an_invocation_without_telemetry_has_its_record_and_no_bill() {
    let (ids, ledger) = three("lost-telemetry@2").await;
    let counts: Vec<usize> = ids.iter().map(|id| bills(&ledger, id)).collect();
    assert_eq!(counts, [1, 0, 1], "{}", ledger.text());
}

#[tokio::test]
async fn telemetry_in_the_wrong_order_or_doubled_bills_once() {
    for fault in ["reversed-telemetry@2", "doubled-telemetry@2", "doubled-telemetry"] {
        let (ids, ledger) = three(fault).await;
        assert!(ids.iter().all(|id| bills(&ledger, id) == 1), "{fault}: {}", ledger.text());
    }
}
