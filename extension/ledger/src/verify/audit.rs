//! What the proved records must add up to: roots, counts, order and time.
use super::case::{Case, Fault};
use super::history::{History, Standing};
use super::parse::Facts;
use super::report::ProblemKind;
use super::store::{Entry, Spot};
use crate::merkle::Tree;
use crate::record::{Kind, Totals};

/// Checks everything that a hash chain alone does not show.
pub(super) fn examine(case: &Case<'_>, history: &mut History) {
    let mut faults = counts(case, history);
    faults.extend(order(case, history));
    history.faults.extend(faults);
}

/// Counts of the proved records.
pub(super) fn totals(case: &Case<'_>, history: &History) -> Totals {
    let mut totals = Totals::default();
    for (_, entry) in of_standing(case, history, Standing::Sealed) {
        add(&mut totals, entry);
    }
    totals
}

/// All records that stand so.
pub(super) fn of_standing<'a>(
    case: &Case<'a>,
    history: &History,
    standing: Standing,
) -> impl Iterator<Item = (u32, &'a Entry)> {
    case.claims.iter().filter(move |(index, _)| history.standing(*index) == standing)
}

/// How many proved records are older than the record before them.
pub(super) fn clock_steps_back(case: &Case<'_>, history: &History) -> usize {
    let mut times: Vec<_> = of_standing(case, history, Standing::Sealed)
        .map(|(_, entry)| (entry.seq, entry.time_ms))
        .collect();
    times.sort_unstable();
    times.array_windows().filter(|[(_, before), (_, after)]| after < before).count()
}

/// Merkle root and counts of every epoch that was walked in full.
fn counts(case: &Case<'_>, history: &History) -> Vec<Fault> {
    let mut faults = Vec::new();
    // Totals run from the `open` record, so they are known only while no epoch is broken.
    let mut running = Some(Totals::default());
    for (seal, records) in history.seals.iter().zip(&history.epochs) {
        let Some(entry) = case.claims.get(*seal) else { continue };
        let Some(stated) = entry.seal() else { continue };
        let Some(records) = records else {
            running = None;
            continue;
        };
        let mut tree = Tree::default();
        for record in records.iter().filter_map(|index| case.claims.get(*index)) {
            tree.push(record.hash.as_bytes());
            if let Some(totals) = &mut running {
                add(totals, record);
            }
        }
        if tree.root() != stated.root {
            faults.push(wrong(ProblemKind::WrongRoot, entry, "Merkle root"));
        }
        if tree.leaves() != stated.records || running.is_some_and(|sum| sum != stated.totals) {
            faults.push(wrong(ProblemKind::WrongCounts, entry, "count of records"));
        }
        if let Some(totals) = &mut running {
            add(totals, entry);
        }
    }
    faults
}

fn add(totals: &mut Totals, entry: &Entry) {
    totals.records += 1;
    totals.invocations += u64::from(entry.kind == Kind::Invocation);
    totals.refused += u64::from(matches!(entry.facts, Facts::Invocation { refused: true, .. }));
    totals.findings += u64::from(entry.kind == Kind::Finding);
    totals.gaps += u64::from(entry.kind == Kind::Gap);
}

/// Within one file, the first copies of the proved records must stand in their order.
fn order(case: &Case<'_>, history: &History) -> Vec<Fault> {
    let first =
        of_standing(case, history, Standing::Sealed).map(|(_, entry)| (entry.spot, entry.seq));
    let elsewhere = case.claims.elsewhere.iter().filter_map(|((index, _), spot)| {
        let sealed = history.standing(*index) == Standing::Sealed;
        sealed.then(|| case.claims.get(*index)).flatten().map(|entry| (*spot, entry.seq))
    });
    let mut spots: Vec<(Spot, u64)> = first.chain(elsewhere).collect();
    spots.sort_unstable_by_key(|(spot, _)| (spot.file, spot.order));
    let pairs = spots.array_windows();
    pairs
        .filter(|[(a, before), (b, after)]| a.file == b.file && after < before)
        .map(|[(_, before), (spot, after)]| Fault {
            kind: ProblemKind::OutOfOrder,
            seq: Some(*after),
            spot: Some(*spot),
            why: format!("out of order: it stands after record {before}"),
        })
        .collect()
}

fn wrong(kind: ProblemKind, seal: &Entry, what: &str) -> Fault {
    Fault {
        kind,
        seq: Some(seal.seq),
        spot: Some(seal.spot),
        why: format!("its {what} is not that of the records it seals"),
    }
}
