//! What one first key proves of a chain: the seals its keys signed, and every record that can be
//! reached from them backwards.
use std::collections::BTreeMap;

use super::case::{Case, Fault};
use super::report::ProblemKind;
use super::store::Entry;
use crate::epoch::{SEAL_DOMAIN, verifies};
use crate::hash::Hash;
use crate::record::Kind;

/// How a record stands in a history.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    /// Under none of the seals.
    Foreign,
    /// In an epoch that was sealed, but the way to it is broken.
    Unproved,
    /// After the last seal, and hanging on it.
    Tail,
    /// Proved by a seal.
    Sealed,
}

/// What a first key proves of a chain.
#[derive(Debug)]
pub(super) struct History {
    /// The key of epoch 0.
    pub(super) key: [u8; 32],
    /// The valid seals, by epoch.
    pub(super) seals: Vec<u32>,
    /// The records of each sealed epoch in order; absent where the way through is broken.
    pub(super) epochs: Vec<Option<Vec<u32>>>,
    /// How each record of the chain stands.
    pub(super) standing: Vec<Standing>,
    /// The last valid seal is a `close`.
    pub(super) closed: bool,
    pub(super) faults: Vec<Fault>,
}

impl History {
    /// Finds the seals that `key` and its successors signed, and walks back from each.
    pub(super) fn trace(case: &Case<'_>, key: [u8; 32]) -> Self {
        let mut history = Self { key, ..Self::unproved(case) };
        history.collect_seals(case);
        for epoch in 0..history.seals.len() {
            history.walk(case, epoch);
        }
        history
    }

    /// A history of which no key is known.
    pub(super) fn unproved(case: &Case<'_>) -> Self {
        Self {
            key: [0; 32],
            seals: Vec::new(),
            epochs: Vec::new(),
            standing: vec![Standing::Foreign; case.claims.entries.len()],
            closed: false,
            faults: Vec::new(),
        }
    }

    /// The last valid seal.
    pub(super) fn head(&self) -> Option<u32> {
        self.seals.last().copied()
    }

    /// How a record stands.
    pub(super) fn standing(&self, index: u32) -> Standing {
        self.standing.get(index as usize).copied().unwrap_or(Standing::Foreign)
    }

    /// Marks how a record stands.
    pub(super) fn mark(&mut self, index: u32, standing: Standing) {
        if let Some(mark) = self.standing.get_mut(index as usize) {
            *mark = standing;
        }
    }

    /// Follows the keys: each valid checkpoint names the key of the next epoch.
    fn collect_seals(&mut self, case: &Case<'_>) {
        let mut by_epoch = BTreeMap::<u32, Vec<u32>>::new();
        for (index, entry, _) in case.claims.seals() {
            by_epoch.entry(entry.epoch).or_default().push(index);
        }
        let mut key = self.key;
        for epoch in 0.. {
            let claimed = by_epoch.get(&epoch).into_iter().flatten().copied();
            let valid: Vec<_> = claimed.filter(|index| signed_by(case, *index, &key)).collect();
            let Some(first) = valid.first().copied() else { return };
            if let Some(second) = valid.get(1).copied().and_then(|index| case.claims.get(index)) {
                self.faults.push(fork(second));
            }
            self.seals.push(first);
            self.mark(first, Standing::Sealed);
            let stated = case.claims.get(first).and_then(Entry::seal);
            let Some(next) = stated.and_then(|seal| seal.next_key) else {
                self.closed = true;
                return;
            };
            key = next;
        }
    }

    /// Walks back from the seal of an epoch to the seal of the one before, or to the `open`.
    fn walk(&mut self, case: &Case<'_>, epoch: usize) {
        let Some(seal) = self.seals.get(epoch).copied() else { return };
        let floor = epoch.checked_sub(1).and_then(|before| self.seals.get(before)).copied();
        let mut records = Vec::new();
        let mut proved = true;
        let mut at = Some(seal);
        while let Some(entry) = at.and_then(|index| case.claims.get(index)) {
            let before = match self.step(case, entry, floor) {
                Ok(before) => before,
                Err(fault) => {
                    proved = false;
                    self.faults.push(fault);
                    resume(case, entry, floor)
                }
            };
            if let Some(index) = before {
                self.mark(index, if proved { Standing::Sealed } else { Standing::Unproved });
                records.push(index);
            }
            // Number 0 is the beginning, proved or not.
            at = before.filter(|index| case.claims.get(*index).is_some_and(|at| at.seq > 0));
        }
        records.reverse();
        self.epochs.push(proved.then_some(records));
    }

    /// One step back: the record before, or none where the epoch begins. A record's epoch ends at
    /// its seal, so the step out of the epoch must meet the valid seal of the epoch before.
    fn step(
        &self,
        case: &Case<'_>,
        entry: &Entry,
        floor: Option<u32>,
    ) -> Result<Option<u32>, Fault> {
        let Some(seq) = entry.seq.checked_sub(1) else {
            return Err(splice(entry, "the first record of a chain must be its `open` record"));
        };
        let found = case.claims.find(&entry.prev);
        let Some((index, before)) = found.and_then(|index| Some((index, case.claims.get(index)?)))
        else {
            return Err(case.lost(seq, entry.spot));
        };
        if before.seq != seq {
            return Err(splice(entry, "the record before it does not have the number before"));
        }
        if Some(index) == floor {
            return Ok(None);
        }
        if before.kind.is_seal() || before.epoch != entry.epoch {
            return Err(splice(before, "no valid checkpoint stands between two epochs"));
        }
        let opens = before.seq == 0 && before.epoch == 0 && before.prev == Hash::ZERO;
        let names_key = || case.opens_of(&self.key).any(|(open, _, _)| open == index);
        if (before.kind == Kind::Open || before.seq == 0) && !(opens && names_key()) {
            return Err(splice(before, "it does not begin this chain"));
        }
        Ok(Some(index))
    }
}

fn signed_by(case: &Case<'_>, index: u32, key: &[u8; 32]) -> bool {
    case.claims
        .get(index)
        .and_then(Entry::seal)
        .is_some_and(|seal| verifies(key, SEAL_DOMAIN, &seal.signed, &seal.sig))
}

/// Where to go on below a broken step, so that every break is named and not only the last: the
/// next lower record of the epoch; of rivals, rather one whose own predecessor is there.
fn resume(case: &Case<'_>, entry: &Entry, floor: Option<u32>) -> Option<u32> {
    let floor_seq = floor.and_then(|floor| case.claims.get(floor)).map(|floor| floor.seq);
    let of_epoch = |below: &Entry| below.epoch == entry.epoch && !below.kind.is_seal();
    let (first, below) = case
        .downwards(entry.seq.checked_sub(1)?)
        .take_while(|(_, below)| floor_seq.is_none_or(|floor| below.seq > floor))
        .find(|(_, below)| of_epoch(below))?;
    let linked = case
        .at(below.seq)
        .find(|(_, rival)| of_epoch(rival) && case.claims.find(&rival.prev).is_some());
    Some(linked.map_or(first, |(index, _)| index))
}

fn splice(entry: &Entry, why: &str) -> Fault {
    Fault {
        kind: ProblemKind::Splice,
        seq: Some(entry.seq),
        spot: Some(entry.spot),
        why: format!("spliced: {why}"),
    }
}

fn fork(second: &Entry) -> Fault {
    Fault {
        kind: ProblemKind::Fork,
        seq: Some(second.seq),
        spot: Some(second.spot),
        why: format!("forked: epoch {} is sealed twice with its own key", second.epoch),
    }
}
