//! Order, copies and files.
use super::super::{ProblemKind, Verdict, Verifier};
use super::ledger::{Ledger, Plan, push, verify};

#[test]
fn every_swap_is_found() {
    let ledger = Ledger::write(&Plan::default());
    let last = ledger.last_seal();
    for first in 0..=last {
        for second in first + 1..=last {
            let mut lines = ledger.lines.clone();
            lines.swap(first, second);
            let report = verify(&lines, &ledger.roots());
            assert_eq!(report.verdict, Verdict::Broken, "{first} {second}");
            assert_eq!(report.chains[0].problems[0].kind, ProblemKind::OutOfOrder);
        }
    }
}

#[test]
fn a_moved_line_is_named_once() {
    let ledger = Ledger::write(&Plan::default());
    let mut lines = ledger.lines.clone();
    let moved = lines.remove(3);
    lines.push(moved);
    let report = verify(&lines, &ledger.roots());
    let problems = &report.chains[0].problems;
    assert_eq!(problems.len(), 1);
    assert_eq!(
        problems[0].to_string(),
        "ledger.ndjson:17: chain 01010101: record 3: out of order: it stands after record 16"
    );
}

#[test]
fn later_copies_are_harmless_and_counted() {
    let ledger = Ledger::write(&Plan::default());
    let lines = [&ledger.lines[..], &ledger.lines].concat();
    let report = verify(&lines, &ledger.roots());
    assert_eq!(report.verdict, Verdict::Verified);
    assert_eq!(report.duplicates, ledger.lines.len() as u64);
}

#[test]
fn a_chain_may_be_spread_over_files_in_any_order() {
    let ledger = Ledger::write(&Plan::default());
    let (first, second) = ledger.lines.split_at(7);
    let mut verifier = Verifier::default();
    push(&mut verifier, "b", second);
    push(&mut verifier, "a", first);
    assert_eq!(verifier.finish(&ledger.roots()).verdict, Verdict::Verified);
}

#[test]
fn each_file_has_its_own_order() {
    let ledger = Ledger::write(&Plan::default());
    let mut swapped = ledger.lines.clone();
    swapped.swap(2, 3);
    let mut verifier = Verifier::default();
    push(&mut verifier, "a", &ledger.lines);
    push(&mut verifier, "b", &swapped);
    let report = verifier.finish(&ledger.roots());
    assert_eq!(report.verdict, Verdict::Broken);
    let place = report.chains[0].problems[0].place.as_ref().unwrap();
    assert_eq!((place.file.as_str(), place.line), ("b", 4));
}

#[test]
fn chains_may_interleave() {
    let one = Ledger::write(&Plan::default());
    let two = Ledger::write(&Plan { seed: 2, ..Plan::default() });
    let lines: Vec<_> =
        one.lines.iter().zip(&two.lines).flat_map(|(a, b)| [a.clone(), b.clone()]).collect();
    let report = verify(&lines, &super::ledger::trust(&[&one, &two]));
    assert_eq!(report.verdict, Verdict::Verified);
    assert_eq!(report.chains.len(), 2);
}
