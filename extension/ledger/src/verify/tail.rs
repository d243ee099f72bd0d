//! What comes after the last valid seal: records that hang on it, and proof of seals that should
//! be there.
use std::collections::{BTreeMap, BTreeSet};

use super::case::{Case, Fault};
use super::history::{History, Standing};
use super::report::ProblemKind;
use super::store::{Damaged, Entry, Spot, Store};
use crate::epoch::{WITNESS_DOMAIN, verifies, witnessed};
use crate::hash::Hash;
use crate::record::Kind;

/// Seals of every chain, and damaged lines that end as seals do, by what they claim to follow.
#[derive(Debug, Default)]
pub(super) struct Links {
    by_prev: BTreeMap<Hash, Vec<Link>>,
    /// The damaged lines by the place they claim: what they follow may be what is damaged.
    by_place: BTreeMap<([u8; 16], u64), Vec<Spot>>,
}

/// Something that claims to follow a record.
#[derive(Debug)]
struct Link {
    /// The chain it is of; none if it is damaged.
    chain: Option<[u8; 16]>,
    spot: Spot,
}

impl Links {
    pub(super) fn of(store: &Store) -> Self {
        let mut links = Self::default();
        for (id, claims) in &store.chains {
            for (_, entry, _) in claims.seals() {
                let link = Link { chain: Some(*id), spot: entry.spot };
                links.by_prev.entry(entry.prev).or_default().push(link);
            }
        }
        let signed = store.damaged.iter().filter(|damaged| damaged.fragment.signed);
        for Damaged { spot, fragment } in signed {
            if let Some(prev) = fragment.prev {
                let link = Link { chain: None, spot: *spot };
                links.by_prev.entry(prev).or_default().push(link);
            }
            if let (Some(chain), Some(seq)) = (fragment.chain, fragment.seq) {
                links.by_place.entry((chain, seq)).or_default().push(*spot);
            }
        }
        links
    }

    /// Where something that looks like a seal, and is none of this chain's, claims to follow a
    /// record.
    fn strange(&self, id: [u8; 16], after: &Entry) -> BTreeSet<Spot> {
        let by_prev = self.by_prev.get(&after.hash).into_iter().flatten();
        let by_prev = by_prev.filter(|link| link.chain != Some(id)).map(|link| link.spot);
        let next = after.seq.checked_add(1);
        let by_place = next.and_then(|seq| self.by_place.get(&(id, seq)));
        by_prev.chain(by_place.into_iter().flatten().copied()).collect()
    }
}

/// Marks the records that hang on the last seal (or, without one, on the `open` record), and
/// looks for a seal that was altered or lost after it. Nothing may follow a close.
pub(super) fn examine(case: &Case<'_>, history: &mut History, links: &Links) {
    if history.closed {
        return;
    }
    let before = history.faults.len();
    let end = follow(case, history, links);
    // A seal that fails explains itself and whatever comes after it.
    if history.faults.len() == before {
        history.faults.extend(lost_seal(case, history, end));
    }
}

/// Follows `prev` forwards; returns the highest number reached.
fn follow(case: &Case<'_>, history: &mut History, links: &Links) -> Option<u64> {
    let mut followers = BTreeMap::<Hash, Vec<u32>>::new();
    for (index, entry) in case.claims.iter() {
        if history.standing(index) == Standing::Foreign {
            followers.entry(entry.prev).or_default().push(index);
        }
    }
    let mut reached = starts(case, history);
    let mut end = None;
    while let Some(index) = reached.pop() {
        let Some(entry) = case.claims.get(index) else { continue };
        end = end.max(Some(entry.seq));
        let epoch = entry.epoch.saturating_add(u32::from(entry.kind == Kind::Checkpoint));
        for next in followers.get(&entry.hash).into_iter().flatten().copied() {
            let Some(follower) = case.claims.get(next) else { continue };
            if follower.kind.is_seal() {
                history.faults.push(bad_signature(Some(follower.seq), follower.spot));
                history.mark(next, Standing::Unproved);
            } else if entry.seq.checked_add(1) == Some(follower.seq) && follower.epoch == epoch {
                history.mark(next, Standing::Tail);
                reached.push(next);
            }
        }
        let seq = entry.seq.checked_add(1);
        let strange = links.strange(case.id, entry).into_iter();
        let strange = strange.map(|spot| bad_signature(seq, spot));
        history.faults.extend(strange);
    }
    end
}

/// Where the tail hangs: the last seal, or every `open` record with the key if there is no seal.
fn starts(case: &Case<'_>, history: &mut History) -> Vec<u32> {
    if let Some(head) = history.head() {
        return vec![head];
    }
    let opens: Vec<_> = case
        .opens_of(&history.key)
        .filter(|(_, open, _)| open.seq == 0 && open.epoch == 0 && open.prev == Hash::ZERO)
        .map(|(index, _, _)| index)
        .collect();
    for index in &opens {
        history.mark(*index, Standing::Tail);
    }
    opens
}

/// A later seal with a valid witness proves that the chain went on: what leads to it was altered
/// or is missing. Without the witness such a seal could be anybody's.
fn lost_seal(case: &Case<'_>, history: &History, end: Option<u64>) -> Option<Fault> {
    let key = witness_key(case, history)?;
    let (_, later, _) = case.claims.seals().find(|(index, entry, seal)| {
        history.standing(*index) == Standing::Foreign && end.is_none_or(|end| entry.seq > end) && {
            let statement = witnessed(&case.id, entry.epoch, entry.seq);
            verifies(&key, WITNESS_DOMAIN, statement.as_bytes(), &seal.witness)
        }
    })?;
    Some(case.lost(end.map_or(0, |end| end.saturating_add(1)), later.spot))
}

/// The witness key of the chain's `open` record. Before the first seal nothing tells a forged
/// `open` record with the same first key from ours, so then there must be only one.
fn witness_key(case: &Case<'_>, history: &History) -> Option<[u8; 32]> {
    let mut opens = case.opens_of(&history.key);
    let sealed = opens.find(|(index, _, _)| history.standing(*index) == Standing::Sealed);
    let open = sealed.or_else(|| {
        let mut opens = case.opens_of(&history.key);
        opens.next().filter(|_| opens.next().is_none())
    });
    open.map(|(_, _, opened)| opened.witness_key)
}

fn bad_signature(seq: Option<u64>, spot: Spot) -> Fault {
    Fault {
        kind: ProblemKind::BadSignature,
        seq,
        spot: Some(spot),
        why: "a checkpoint or close continues the chain and its signature does not verify"
            .to_owned(),
    }
}
