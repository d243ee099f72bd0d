//! Verification against an adversary: what is found, what is not to be found, and what must not
//! break.

mod forging;
mod ledger;
mod order;
mod roots;
mod tampering;
mod wrapping;

use ledger::{Ledger, Plan, verify};

use crate::hash::Hash;

use super::{ProblemKind, Roots, Status, Verdict};

#[test]
fn an_untouched_ledger_holds() {
    let ledger = Ledger::write(&Plan::default());
    let report = verify(&ledger.lines, &ledger.roots());
    assert_eq!(report.verdict, Verdict::Verified, "{report:#?}");
    let chain = &report.chains[0];
    assert_eq!(chain.status, Status::Authenticated);
    assert_eq!(chain.sealed, ledger.lines.len() as u64);
    assert_eq!(chain.sealed_to, Some(ledger.lines.len() as u64 - 1));
    assert_eq!((chain.unsealed, chain.foreign, chain.closed), (0, 0, true));
    assert_eq!(report.warnings, [""; 0]);
}

#[test]
fn without_a_root_it_is_consistent_and_no_more() {
    let ledger = Ledger::write(&Plan::default());
    let report = verify(&ledger.lines, &Roots::default());
    assert_eq!(report.verdict, Verdict::NotAuthenticated);
    assert_eq!(report.chains[0].status, Status::SelfConsistent);
}

#[test]
fn a_ledger_of_every_length_and_rhythm_holds() {
    for records in 0..12 {
        for cadence in 1..5 {
            for close in [true, false] {
                let ledger = Ledger::write(&Plan { records, cadence, close, ..Plan::default() });
                let report = verify(&ledger.lines, &ledger.roots());
                let sealed = close || records >= cadence;
                let expected = if sealed { Verdict::Verified } else { Verdict::NotAuthenticated };
                assert_eq!(report.verdict, expected, "{records} {cadence} {close} {report:#?}");
                let chain = &report.chains[0];
                assert_eq!(chain.sealed + chain.unsealed, ledger.lines.len() as u64);
                assert_eq!(chain.status == Status::Unsealed, !sealed);
            }
        }
    }
}

#[test]
fn an_empty_epoch_holds() {
    let mut writer = ledger::Writer::open(1);
    writer.checkpoint();
    writer.checkpoint();
    let ledger = writer.close();
    assert_eq!(verify(&ledger.lines, &ledger.roots()).verdict, Verdict::Verified);
}

#[test]
fn counts_come_from_the_proved_records() {
    let mut writer = ledger::Writer::open(1);
    writer.invocation("a", false);
    writer.invocation("b", true);
    writer.finding();
    writer.checkpoint();
    writer.invocation("c", true);
    let ledger = writer.stop();
    let report = verify(&ledger.lines, &ledger.roots());
    let chain = &report.chains[0];
    assert_eq!((chain.sealed, chain.unsealed), (5, 1));
    assert_eq!((chain.invocations, chain.refused), (2, 1));
}

#[test]
fn a_compact_refusal_counts_as_the_invocation_it_is() {
    let mut writer = ledger::Writer::open(1);
    writer.invocation("a", false);
    writer.compact("b");
    let ledger = writer.close();
    let report = verify(&ledger.lines, &ledger::against("a\nb", ledger.roots()));
    assert_eq!(report.verdict, Verdict::Verified, "{report:#?}");
    assert_eq!((report.chains[0].invocations, report.chains[0].refused), (2, 1));
}

#[test]
fn a_clock_that_goes_back_is_a_warning() {
    let mut writer = ledger::Writer::open(1);
    writer.at_ms -= 60_000;
    writer.finding();
    let ledger = writer.close();
    let report = verify(&ledger.lines, &ledger.roots());
    assert_eq!(report.verdict, Verdict::Verified);
    assert!(report.warnings[0].ends_with("the clock went back 1 times"), "{report:#?}");
}

#[test]
fn two_records_of_one_invocation_are_a_warning() {
    let mut writer = ledger::Writer::open(1);
    writer.invocation("twice", false);
    writer.invocation("twice", false);
    let ledger = writer.close();
    let report = verify(&ledger.lines, &ledger.roots());
    assert_eq!(report.verdict, Verdict::Verified);
    assert_eq!(report.warnings, ["invocation twice has 2 records (a retry, or a duplicate)"]);
}

#[test]
fn a_signer_that_states_wrong_counts_is_found() {
    let ledger = Ledger::write(&Plan { records: 3, cadence: 9, ..Plan::default() });
    let close: serde_json::Value = serde_json::from_str(ledger.lines.last().unwrap()).unwrap();
    let root = close["root"].as_str().unwrap().to_owned();
    for (from, to, kind) in [
        (r#""records":4,"#, r#""records":3,"#, ProblemKind::WrongCounts),
        (r#""refused":0"#, r#""refused":1"#, ProblemKind::WrongCounts),
        (&root, &Hash::of(b"other").to_string(), ProblemKind::WrongRoot),
    ] {
        let mut lines = ledger.lines.clone();
        let last = lines.pop().unwrap();
        let edited = last.replacen(from, to, 1);
        assert_ne!(edited, last);
        lines.push(ledger.sign(0, &edited));
        let report = verify(&lines, &ledger.roots());
        assert_eq!(report.verdict, Verdict::Broken);
        assert_eq!(report.chains[0].problems[0].kind, kind, "{report:#?}");
    }
}
