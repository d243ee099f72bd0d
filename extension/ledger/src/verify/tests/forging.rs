//! Lines that an outsider adds, through the function's own standard output: they are listed, and
//! break nothing that was sealed.
use proptest::prelude::*;

use super::super::{Report, Roots, Status, Verdict};
use super::ledger::{Ledger, Plan, Writer, keyring, relink, verify};
use super::tampering::forge;

fn ledger() -> Ledger {
    Ledger::write(&Plan::default())
}

/// The sealed part stands as it stood, and every added line is accounted for.
#[track_caller]
fn unmoved(ledger: &Ledger, report: &Report, added: usize) {
    assert_eq!(report.verdict, Verdict::Verified, "{report:#?}");
    assert_eq!(report.chains.len(), 1);
    assert_eq!(report.chains[0].sealed, ledger.lines.len() as u64);
    let listed = report.foreign.count + report.damaged.count + report.duplicates;
    assert_eq!(listed, added as u64, "{report:#?}");
}

fn with(ledger: &Ledger, at: usize, forged: &[String]) -> Vec<String> {
    let mut lines = ledger.lines.clone();
    lines.splice(at..at, forged.iter().cloned());
    lines
}

#[test]
fn forged_records_of_the_chain_are_foreign() {
    let ledger = ledger();
    let forged: Vec<_> = ledger.lines[1..5]
        .iter()
        .map(|line| line.replace("success", "timeout").replacen("Z\",", "Z\" ,", 1))
        .collect();
    for at in 0..=ledger.lines.len() {
        unmoved(&ledger, &verify(&with(&ledger, at, &forged), &ledger.roots()), forged.len());
    }
}

#[test]
fn forged_seals_and_opens_are_foreign() {
    let ledger = ledger();
    let other = Ledger::write(&Plan { seed: 7, ..Plan::default() });
    let disguised: Vec<_> =
        other.lines.iter().map(|line| line.replace(&other.chain(), &ledger.chain())).collect();
    for line in 0..disguised.len() {
        let forged = &disguised[line..=line];
        for at in [0, line, ledger.lines.len()] {
            unmoved(&ledger, &verify(&with(&ledger, at, forged), &ledger.roots()), 1);
        }
    }
    unmoved(&ledger, &verify(&with(&ledger, 3, &disguised), &ledger.roots()), disguised.len());
}

/// The first key is public: anyone can write an `open` record that names it.
#[test]
fn a_forged_open_with_the_trusted_key_is_foreign() {
    let ledger = ledger();
    let mut forged = vec![ledger.lines[0].replacen("Z\",", "Z\" ,", 1), ledger.lines[1].clone()];
    relink(&mut forged, 0);
    for at in [0, ledger.lines.len()] {
        unmoved(&ledger, &verify(&with(&ledger, at, &forged), &ledger.roots()), 2);
    }
}

#[test]
fn a_complete_forged_chain_of_the_same_id_is_foreign() {
    let ledger = ledger();
    let forged = forge(&ledger, 9);
    for roots in [ledger.roots(), keyring(&[&ledger])] {
        let report = verify(&[&forged[..], &ledger.lines].concat(), &roots);
        unmoved(&ledger, &report, forged.len());
    }
    // Without a trust root nobody can tell which of the two is real.
    let report = verify(&[&forged[..], &ledger.lines].concat(), &Roots::default());
    assert_eq!(report.verdict, Verdict::Broken);
}

#[test]
fn lines_after_a_close_are_foreign() {
    let ledger = ledger();
    let head = ledger.lines.last().unwrap();
    let (epoch, seq) = (3, ledger.lines.len());
    for line in [1, 5] {
        let forged = ledger.lines[line]
            .replacen(&format!(r#""seq":{line}"#), &format!(r#""seq":{seq}"#), 1)
            .replacen(r#""epoch":0"#, &format!(r#""epoch":{epoch}"#), 1);
        let mut forged = vec![head.clone(), forged];
        relink(&mut forged, 0);
        let lines = with(&ledger, ledger.lines.len(), &forged[1..]);
        unmoved(&ledger, &verify(&lines, &ledger.roots()), 1);
    }
}

/// Far beyond the last seal, with seals of its own: without a witness it could be anybody's.
#[test]
fn forged_epochs_beyond_an_open_end_are_foreign() {
    let ledger = Ledger::write(&Plan { close: false, ..Plan::default() });
    let forged: Vec<_> = forge(&ledger, 9)
        .iter()
        .map(|line| {
            line.replacen(r#""epoch":"#, r#""epoch":7"#, 1).replacen(r#""seq":"#, r#""seq":9"#, 1)
        })
        .collect();
    let lines = with(&ledger, ledger.lines.len(), &forged);
    unmoved(&ledger, &verify(&lines, &ledger.roots()), forged.len());
}

#[test]
fn claims_to_a_chain_that_is_not_there_are_foreign() {
    let ledger = ledger();
    let other = Ledger::write(&Plan { seed: 7, ..Plan::default() });
    let lines = with(&ledger, 2, &other.lines[1..]);
    unmoved(&ledger, &verify(&lines, &ledger.roots()), other.lines.len() - 1);
}

/// Nobody vouches for a stranger, and nothing that is wrong inside it is a break of ours.
#[test]
fn a_strangers_chain_is_not_authenticated_and_breaks_nothing() {
    let ledger = ledger();
    let mut other = Ledger::write(&Plan { seed: 7, ..Plan::default() });
    for damage in [false, true] {
        if damage {
            other.lines.remove(3);
        }
        let report = verify(&[&ledger.lines[..], &other.lines].concat(), &ledger.roots());
        assert_eq!(report.verdict, Verdict::NotAuthenticated, "{report:#?}");
        assert_eq!(report.chains[0].status, Status::Authenticated);
        assert_eq!(report.chains[1].status, Status::Stranger);
        assert_eq!(report.chains[1].problems.is_empty(), !damage);
    }
}

/// A checkpoint that a forger hangs on the very end of an open chain cannot be told from ours
/// altered, so it breaks the verdict until the chain goes on.
#[test]
fn a_forged_seal_on_an_open_end_breaks_until_the_next_real_one() {
    let mut writer = Writer::open(1);
    writer.invocation("a", false);
    let cut = Ledger::write(&Plan { records: 1, cadence: 1, close: true, ..Plan::default() });
    writer.checkpoint();
    let ledger = writer.stop();
    let forged = cut.lines[2].replacen(r#""nextKey":"#, r#""nextKey": "#, 1);
    let open_end = vec![ledger.lines[0].clone(), ledger.lines[1].clone(), forged.clone()];
    let mut attached = open_end.clone();
    relink(&mut attached, 1);
    assert_eq!(verify(&attached, &ledger.roots()).verdict, Verdict::Broken);
    attached.push(ledger.lines[2].clone());
    let report = verify(&attached, &ledger.roots());
    assert_eq!(report.verdict, Verdict::Verified, "{report:#?}");
    assert_eq!(report.foreign.count, 1);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_700))]

    /// Whatever is added between the lines, the sealed part stands: more than ten thousand lines in all.
    #[test]
    fn added_lines_never_break(
        added in prop::collection::vec((any::<usize>(), any::<usize>(), any::<usize>(), any::<u8>()), 1..12),
    ) {
        let ledger = ledger();
        let mut lines = ledger.lines.clone();
        for (from, to, at, byte) in added {
            let mut forged = ledger.lines[from % ledger.lines.len()].clone().into_bytes();
            let at = at % forged.len();
            forged[at] = byte % 128;
            lines.insert(to % lines.len(), String::from_utf8(forged).unwrap());
        }
        // An unchanged copy in front of its original is a reordering; it is not what is tried.
        let order = |lines: &[String]| {
            let firsts: Vec<_> = ledger.lines.iter().map(|line| lines.iter().position(|other| other == line)).collect();
            firsts.is_sorted()
        };
        prop_assume!(order(&lines));
        let report = verify(&lines, &ledger.roots());
        prop_assert_ne!(report.verdict, Verdict::Broken, "{:#?}", report);
        prop_assert_eq!(report.chains[0].sealed.max(report.chains.last().unwrap().sealed), ledger.lines.len() as u64);
    }

    /// Arbitrary text is no ledger and no reason to fail.
    #[test]
    fn any_lines_are_survived(lines in prop::collection::vec(".*", 0..20)) {
        let report = verify(&lines, &Roots::default());
        prop_assert_eq!(report.verdict, Verdict::NotAuthenticated);
    }
}
