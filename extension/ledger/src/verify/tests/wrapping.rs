//! The same verdict from every form in which logs are exported.
use proptest::prelude::*;

use super::super::Verdict;
use super::ledger::{Ledger, Plan, verify};

fn quoted(text: &str) -> String {
    serde_json::to_string(text).unwrap()
}

/// One way to put a record on a line.
fn wrap(way: usize, record: &str) -> String {
    match way {
        0 => record.to_owned(),
        1 => format!("2026-03-16T09:26:53.589Z\t{record}"),
        2 => format!(r#"{{"message":{}}}"#, quoted(record)),
        3 => format!(r#"{{"timestamp":"t","level":"INFO","message":{record}}}"#),
        4 => format!(r#"            "message": {},"#, quoted(&format!("{record}\n"))),
        5 => wrap(2, &wrap(2, record)),
        _ => format!(r#"t {{"logEvents":[{{"id":"0","message":{}}}]}}"#, quoted(&wrap(2, record))),
    }
}

#[test]
fn one_line_holds_the_whole_ledger() {
    let ledger = Ledger::write(&Plan::default());
    let events: Vec<_> = ledger.lines.iter().map(|line| wrap(2, line)).collect();
    for line in [ledger.lines.concat(), format!(r#"{{"logEvents":[{}]}}"#, events.join(","))] {
        assert_eq!(verify(&[line], &ledger.roots()).verdict, Verdict::Verified);
    }
}

proptest! {
    #[test]
    fn every_record_may_be_wrapped_its_own_way(
        ways in prop::collection::vec(0..7_usize, 17),
        noise in prop::collection::vec("[^\"{}]*", 17),
    ) {
        let ledger = Ledger::write(&Plan::default());
        let wrapped = ledger.lines.iter().zip(&ways).zip(noise);
        let lines: Vec<_> =
            wrapped.flat_map(|((line, way), noise)| [noise, wrap(*way, line)]).collect();
        let report = verify(&lines, &ledger.roots());
        prop_assert_eq!(report.verdict, Verdict::Verified, "{:#?}", report);
        prop_assert_eq!(report.damaged.count, 0);
    }
}
