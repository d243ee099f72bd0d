//! Edits, deletions, splices and rewriting: whatever is done at or before the last seal is found.
use proptest::prelude::*;

use super::super::{ProblemKind, Report, Roots, Status, Verdict, Verifier};
use super::ledger::{Ledger, Plan, keyring, relink, secret, verify};
use crate::epoch::{Key, SEAL_DOMAIN};
use crate::hash::{Hash, hex};
use crate::merkle::Tree;

fn closed() -> Ledger {
    Ledger::write(&Plan::default())
}

fn open_ended() -> Ledger {
    Ledger::write(&Plan { records: 14, close: false, ..Plan::default() })
}

fn raw(ledger: &Ledger) -> Vec<Vec<u8>> {
    ledger.lines.iter().cloned().map(String::into_bytes).collect()
}

/// Verifies bytes that need not be text, with newlines as a file has them.
fn verify_raw(lines: &[Vec<u8>], roots: &Roots) -> Report {
    let mut verifier = Verifier::default();
    for (number, line) in (1..).zip(lines) {
        verifier.push("ledger.ndjson", number, &[line, b"\n".as_slice()].concat());
    }
    verifier.finish(roots)
}

#[track_caller]
fn first_problem(report: &Report) -> String {
    assert_eq!(report.verdict, Verdict::Broken, "{report:#?}");
    let chain = report.chains.first().into_iter().flat_map(|chain| &chain.problems);
    chain.chain(&report.problems).next().unwrap().to_string()
}

#[test]
fn an_edit_names_file_line_sequence_and_why() {
    let ledger = closed();
    let mut lines = ledger.lines.clone();
    lines[3] = lines[3].replace("success", "refused");
    assert_eq!(
        first_problem(&verify(&lines, &ledger.roots())),
        "ledger.ndjson:4: chain 01010101: record 3: \
         altered: its hash is not the one the next record names"
    );
}

#[test]
fn a_deletion_names_file_line_sequence_and_why() {
    let ledger = closed();
    let mut lines = ledger.lines.clone();
    lines.remove(3);
    assert_eq!(
        first_problem(&verify(&lines, &ledger.roots())),
        "ledger.ndjson:4: chain 01010101: record 3: missing: no line holds it"
    );
}

#[test]
fn a_line_that_is_no_longer_a_record_names_its_place() {
    let ledger = closed();
    let mut lines = ledger.lines.clone();
    lines[3] = lines[3].replace(r#""mode":"#, r#""mode";"#);
    assert_eq!(
        first_problem(&verify(&lines, &ledger.roots())),
        "ledger.ndjson:4: chain 01010101: record 3: altered: the line is damaged"
    );
}

#[test]
fn every_break_is_named_not_only_one() {
    let ledger = closed();
    let mut lines = ledger.lines.clone();
    lines[2] = lines[2].replace("success", "timeout");
    lines[7] = lines[7].replace("success", "timeout");
    lines.remove(9);
    let report = verify(&lines, &ledger.roots());
    let mut broken: Vec<_> = report.chains[0]
        .problems
        .iter()
        .map(|problem| (problem.seq.unwrap(), problem.kind))
        .collect();
    broken.sort_by_key(|(seq, _)| *seq);
    let expected =
        [(2, ProblemKind::Altered), (7, ProblemKind::Altered), (9, ProblemKind::Missing)];
    assert_eq!(broken, expected);
    assert_eq!(report.chains[0].foreign, 0, "records between breaks are not called foreign");
}

/// Every line up to the last seal, in every way a line can go, with each sort of trust root and
/// with none.
#[test]
fn every_deletion_is_found() {
    for ledger in [closed(), open_ended()] {
        for roots in [ledger.roots(), keyring(&[&ledger]), Roots::default()] {
            for line in 0..ledger.last_seal() {
                let mut lines = ledger.lines.clone();
                lines.remove(line);
                let report = verify(&lines, &roots);
                assert_eq!(report.verdict, Verdict::Broken, "line {line} {report:#?}");
            }
        }
    }
}

#[test]
fn every_deleted_range_is_found_while_a_later_seal_is_there() {
    let ledger = closed();
    for start in 0..ledger.last_seal() {
        for end in start + 1..=ledger.last_seal() {
            let mut lines = ledger.lines.clone();
            lines.drain(start..end);
            let report = verify(&lines, &ledger.roots());
            assert_eq!(report.verdict, Verdict::Broken, "{start}..{end} {report:#?}");
        }
    }
}

/// Each byte of each line up to the last seal, in a ledger of both sorts.
#[test]
fn every_flipped_byte_is_found() {
    for (close, ocsf) in [(true, false), (false, false), (true, true)] {
        let plan = Plan { records: 3, cadence: 2, close, ocsf, ..Plan::default() };
        let ledger = Ledger::write(&plan);
        let roots = ledger.roots();
        for line in 0..=ledger.last_seal() {
            for at in 0..ledger.lines[line].len() {
                let mut lines = raw(&ledger);
                lines[line][at] ^= 1 << (at % 7);
                let report = verify_raw(&lines, &roots);
                assert_eq!(report.verdict, Verdict::Broken, "line {line} byte {at} {report:#?}");
            }
        }
    }
}

/// A process may die while it writes: half a record, also half a seal, is an end that is cut off.
#[test]
fn a_line_cut_short_at_the_end_is_a_truncation() {
    let ledger = Ledger::write(&Plan { records: 3, cadence: 2, ..Plan::default() });
    let last = ledger.last_seal();
    for kept in 0..ledger.lines[last].len() {
        let mut lines = ledger.lines.clone();
        lines[last].truncate(kept);
        let report = verify(&lines, &ledger.roots());
        assert_eq!(report.verdict, Verdict::Verified, "{kept} bytes {report:#?}");
        assert!(!report.chains[0].closed);
    }
}

#[test]
fn truncation_is_reported_and_breaks_nothing() {
    let ledger = closed();
    for kept in 1..ledger.lines.len() {
        let report = verify(&ledger.lines[..kept], &ledger.roots());
        let chain = &report.chains[0];
        assert!(!chain.closed);
        assert_eq!(chain.sealed + chain.unsealed, kept as u64);
        let sealed = chain.sealed > 0;
        assert_eq!(chain.status == Status::Authenticated, sealed, "{report:#?}");
        assert_eq!(report.verdict == Verdict::Verified, sealed);
        assert_ne!(report.verdict, Verdict::Broken);
    }
}

#[test]
fn the_tail_after_the_last_seal_is_unsealed() {
    let ledger = open_ended();
    let mut lines = ledger.lines.clone();
    let last = lines.len() - 1;
    lines[last] = lines[last].replace("success", "refused");
    let report = verify(&lines, &ledger.roots());
    assert_eq!(report.verdict, Verdict::Verified);
    assert_eq!(report.chains[0].unsealed, 2);
}

#[test]
fn recomputing_every_prev_after_an_edit_is_found() {
    let ledger = closed();
    for edited in 1..ledger.last_seal() {
        let mut lines = ledger.lines.clone();
        lines[edited] = lines[edited].replacen("Z\",", "Z\" ,", 1);
        relink(&mut lines, edited);
        for roots in [ledger.roots(), Roots::default()] {
            let report = verify(&lines, &roots);
            assert_eq!(report.verdict, Verdict::Broken, "line {edited} {report:#?}");
        }
    }
}

/// The adversary rewrites one epoch in full: records, root, counts, every `prev`; only the
/// signature cannot be made.
#[test]
fn a_rewritten_epoch_with_a_right_root_is_found() {
    let ledger = closed();
    let mut lines = ledger.lines.clone();
    let seal = 5;
    lines[2] = lines[2].replace("success", "refused");
    relink(&mut lines, 2);
    lines[seal] = restate(&lines[..seal], &lines[seal]);
    relink(&mut lines, seal);
    let report = verify(&lines, &ledger.roots());
    assert_eq!(report.verdict, Verdict::Broken);
    assert_eq!(report.chains[0].problems[0].kind, ProblemKind::BadSignature, "{report:#?}");
}

/// A seal's line with the root that belongs to these records.
fn restate(records: &[String], seal: &str) -> String {
    let mut tree = Tree::default();
    for record in records {
        tree.push(Hash::of(record.as_bytes()).as_bytes());
    }
    let at = seal.find(r#""root":""#).unwrap() + 8;
    let mut seal = seal.to_owned();
    seal.replace_range(at..at + 64, &tree.root().to_string());
    seal
}

/// The process is taken in epoch 2: the adversary has that key, and not those before.
#[test]
fn a_stolen_current_key_cannot_rewrite_an_earlier_epoch() {
    let ledger = closed();
    for signing in 1..4 {
        let mut lines = ledger.lines.clone();
        lines[2] = lines[2].replace("success", "refused");
        relink(&mut lines, 2);
        lines[5] = ledger.sign(signing, &restate(&lines[..5], &lines[5]));
        for seal in [10, 15, 16] {
            relink(&mut lines, 5);
            let epoch = [10, 15, 16].iter().position(|known| *known == seal).unwrap() + 1;
            lines[seal] = ledger.sign(u32::try_from(epoch).unwrap(), &lines[seal]);
        }
        relink(&mut lines, 5);
        let report = verify(&lines, &ledger.roots());
        assert_eq!(report.verdict, Verdict::Broken, "signed by {signing} {report:#?}");
    }
}

/// With the key of the epoch before, which is wiped for that reason, the rewriting would succeed:
/// this shows that the test above fails for the right cause.
#[test]
fn the_wiped_key_is_what_stands_in_the_way() {
    let ledger = Ledger::write(&Plan { records: 4, close: false, ..Plan::default() });
    let mut lines = ledger.lines.clone();
    lines[2] = lines[2].replace("success", "timeout");
    relink(&mut lines, 2);
    lines[5] = ledger.sign(0, &restate(&lines[..5], &lines[5]));
    assert_eq!(verify(&lines, &ledger.roots()).verdict, Verdict::Verified);
}

/// Everything is signed anew with keys of the adversary's own, under the same chain id.
#[test]
fn fresh_keys_are_consistent_but_not_trusted() {
    let ledger = closed();
    let forged = forge(&ledger, 9);
    assert_eq!(verify(&forged, &Roots::default()).verdict, Verdict::NotAuthenticated);
    let report = verify(&forged, &ledger.roots());
    assert_eq!(report.verdict, Verdict::Broken);
    assert_eq!(report.chains[0].problems[0].kind, ProblemKind::WrongKey);
    // A bare key names no chain, so all that can be said is that nobody vouches for this one.
    let report = verify(&forged, &keyring(&[&ledger]));
    assert_eq!(report.verdict, Verdict::NotAuthenticated);
    assert_eq!(report.chains[0].status, Status::Stranger);
}

/// Another chain, complete and consistent, under the id of this one.
pub(super) fn forge(ledger: &Ledger, seed: u8) -> Vec<String> {
    let own = Ledger::write(&Plan { seed, ..Plan::default() });
    let mut lines: Vec<_> =
        own.lines.iter().map(|line| line.replace(&own.chain(), &ledger.chain())).collect();
    let mut epoch = 0;
    for at in 0..lines.len() {
        if at > 0 {
            relink(&mut lines[at - 1..=at], 0);
        }
        if lines[at].contains(r#","sig":""#) {
            let first = lines[..at].iter().rposition(|line| line.contains(r#","sig":""#));
            lines[at] = restate(&lines[first.map_or(0, |seal| seal + 1)..at], &lines[at].clone());
            lines[at] = own.sign(epoch, &lines[at]);
            epoch += 1;
        }
    }
    lines
}

#[test]
fn a_record_of_another_chain_does_not_fill_a_hole() {
    let (ledger, other) = (closed(), Ledger::write(&Plan { seed: 2, ..Plan::default() }));
    for line in 0..=ledger.last_seal() {
        for disguised in [false, true] {
            let mut lines = ledger.lines.clone();
            lines[line].clone_from(&other.lines[line]);
            if disguised {
                lines[line] = lines[line].replace(&other.chain(), &ledger.chain());
            }
            let report = verify(&lines, &ledger.roots());
            // Without its last seal the ledger is a truncated one.
            let found = line < ledger.last_seal();
            assert_eq!(report.verdict == Verdict::Broken, found, "line {line} {report:#?}");
        }
    }
}

#[test]
fn an_epoch_sealed_twice_is_a_fork() {
    let ledger = closed();
    let mut lines = ledger.lines.clone();
    lines.push(ledger.sign(1, &lines[10].replacen("Z\",", "Z\", ", 1)));
    let report = verify(&lines, &ledger.roots());
    assert_eq!(report.verdict, Verdict::Broken);
    assert_eq!(report.chains[0].problems[0].kind, ProblemKind::Fork, "{report:#?}");
}

#[test]
fn an_epoch_left_out_with_a_stolen_key_is_a_splice() {
    let ledger = closed();
    let mut lines = ledger.lines.clone();
    // The holder of epoch 2's key hangs its seal on records that skip epoch 1.
    let skipped: Vec<_> = lines.drain(6..=10).collect();
    relink(&mut lines, 5);
    lines[10] = ledger.sign(2, &lines[10]);
    lines[11] = ledger.sign(3, &lines[11]);
    let report = verify(&lines, &ledger.roots());
    assert_eq!(report.verdict, Verdict::Broken, "{report:#?}");
    lines.extend(skipped);
    let report = verify(&lines, &ledger.roots());
    assert_eq!(report.verdict, Verdict::Broken, "{report:#?}");
}

#[test]
fn a_seal_that_names_the_witness_key_alone_proves_no_content() {
    let ledger = Ledger::write(&Plan { close: false, ..Plan::default() });
    // The thief of the witness key can show that seals existed, and cannot make one verify.
    let witness = Key::witness(&secret(1, 0), &secret(1, 1));
    let mut lines = ledger.lines.clone();
    let last = lines.len() - 1;
    let (signed, _) = lines[last].rsplit_once(r#","sig":"#).unwrap();
    let sig = witness.sign(SEAL_DOMAIN, signed.as_bytes());
    lines[last] = format!(r#"{signed},"sig":"{sig}"}}"#);
    assert_eq!(verify(&lines, &ledger.roots()).verdict, Verdict::Broken);
}

/// An `open` record is proved by the first seal alone: without that one, another record with the same
/// key could name a witness key that knows none of the later seals.
#[test]
fn a_first_seal_taken_away_is_found_whatever_open_record_is_there() {
    let ledger = closed();
    let first_seal = ledger.lines.iter().position(|line| line.contains("\"checkpoint\"")).unwrap();
    let at = ledger.lines[0].find("\"witnessKey\":\"").unwrap() + 14;
    let mut open = ledger.lines[0].clone();
    let digit = if open.as_bytes().get(at) == Some(&b'0') { "1" } else { "0" };
    open.replace_range(at..=at, digit);
    let without = |from: usize| ledger.lines[from..].iter().cloned();
    let rest = || without(1).take(first_seal - 1).chain(without(first_seal + 1));
    let in_its_place: Vec<String> = [open.clone()].into_iter().chain(rest()).collect();
    let beside_it: Vec<String> =
        [ledger.lines[0].clone(), open].into_iter().chain(rest()).collect();
    for lines in [in_its_place, beside_it] {
        for roots in [ledger.roots(), keyring(&[&ledger]), Roots::default()] {
            let report = verify(&lines, &roots);
            assert_eq!(report.verdict, Verdict::Broken, "{report:#?}");
        }
    }
}

/// One thing an adversary does to a ledger.
#[derive(Debug, Clone)]
enum Tamper {
    Flip { line: usize, at: usize, bit: u8 },
    Delete { line: usize },
    Swap { line: usize, with: usize },
    Move { line: usize, to: usize },
    Replace { line: usize, by: usize },
    Relink { line: usize },
    Insert { line: usize, at: usize, byte: u8 },
    DeleteRange { line: usize, count: usize },
    CutShort { line: usize, at: usize },
    Splice { line: usize, from: usize, disguised: bool },
}

impl Tamper {
    /// Does it to lines up to `last`; returns whether anything changed.
    fn apply(&self, lines: &mut Vec<Vec<u8>>, last: usize) -> bool {
        let before = lines.clone();
        match *self {
            Self::Flip { line, at, bit } => {
                let line = &mut lines[line % (last + 1)];
                let at = at % line.len();
                line[at] ^= 1 << (bit % 8);
            }
            Self::Delete { line } => {
                lines.remove(line % last);
            }
            Self::Swap { line, with } => lines.swap(line % last, with % last),
            Self::Move { line, to } => {
                let line = lines.remove(line % last);
                lines.insert(to % last, line);
            }
            Self::Replace { line, by } => lines[line % last] = lines[by % last].clone(),
            Self::Relink { line } => {
                let mut text: Vec<_> =
                    lines.iter().map(|line| String::from_utf8(line.clone()).unwrap()).collect();
                let line = line % last;
                text[line] = text[line].replacen("\"time\"", "\"tide\"", 1);
                relink(&mut text, line);
                *lines = text.into_iter().map(String::into_bytes).collect();
            }
            Self::Insert { line, at, byte } => {
                let line = &mut lines[line % (last + 1)];
                // A byte in front of a record or behind it leaves the record as it is.
                let at = 1 + at % (line.len() - 1);
                line.insert(at, byte);
            }
            Self::DeleteRange { line, count } => {
                let line = line % last;
                lines.drain(line..last.min(line + 1 + count % 8));
            }
            Self::CutShort { line, at } => {
                let line = &mut lines[line % last];
                line.truncate(at % line.len());
            }
            Self::Splice { line, from, disguised } => {
                let other = Ledger::write(&Plan { seed: 2, ..Plan::default() });
                let mut text = other.lines[from % other.lines.len()].clone();
                if disguised {
                    text = text.replace(&other.chain(), &hex(&[1; 16]));
                }
                lines[line % last] = text.into_bytes();
            }
        }
        *lines != before
    }
}

fn tamper() -> impl Strategy<Value = Tamper> {
    let n = any::<usize>;
    prop_oneof![
        4 => (n(), n(), any::<u8>()).prop_map(|(line, at, bit)| Tamper::Flip { line, at, bit }),
        1 => n().prop_map(|line| Tamper::Delete { line }),
        1 => (n(), n()).prop_map(|(line, with)| Tamper::Swap { line, with }),
        1 => (n(), n()).prop_map(|(line, to)| Tamper::Move { line, to }),
        1 => (n(), n()).prop_map(|(line, by)| Tamper::Replace { line, by }),
        1 => n().prop_map(|line| Tamper::Relink { line }),
        1 => (n(), n(), any::<u8>()).prop_map(|(line, at, byte)| Tamper::Insert { line, at, byte }),
        1 => (n(), n()).prop_map(|(line, count)| Tamper::DeleteRange { line, count }),
        1 => (n(), n()).prop_map(|(line, at)| Tamper::CutShort { line, at }),
        1 => (n(), n(), any::<bool>()).prop_map(|(line, from, disguised)| Tamper::Splice { line, from, disguised }),
    ]
}

/// Altered copies of records, which anybody can write into the same log.
fn forged(ledger: &Ledger, from: &[(usize, usize)]) -> Vec<Vec<u8>> {
    let alter = |(line, at): &(usize, usize)| {
        let mut bytes = ledger.lines[line % ledger.lines.len()].clone().into_bytes();
        let at = at % bytes.len();
        bytes[at] ^= 1;
        bytes
    };
    from.iter().map(alter).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10_000))]

    #[test]
    fn ten_thousand_tampers_are_found(
        tamper in tamper(),
        close: bool,
        ocsf: bool,
        more in prop::collection::vec((any::<usize>(), any::<usize>()), 0..3),
    ) {
        let ledger = Ledger::write(&Plan { records: 8, cadence: 3, close, ocsf, ..Plan::default() });
        let mut lines = raw(&ledger);
        prop_assume!(tamper.apply(&mut lines, ledger.last_seal()));
        lines.extend(forged(&ledger, &more));
        let report = verify_raw(&lines, &ledger.roots());
        prop_assert_eq!(report.verdict, Verdict::Broken, "{:#?}", report);
    }
}
