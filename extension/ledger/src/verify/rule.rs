//! One chain: which of its possible histories counts, and who vouches for it.
use std::collections::BTreeSet;

use super::audit;
use super::case::{Case, Fault};
use super::history::{History, Standing};
use super::report::{Authority, ProblemKind, Status};
use super::roots::{Anchor, Trust};
use super::tail::{self, Links};
use crate::epoch::{SEAL_DOMAIN, verifies};

/// What is judged of one chain.
#[derive(Debug)]
pub(super) struct Ruling {
    pub(super) history: History,
    pub(super) authority: Option<Authority>,
    /// A trust root names this chain, so what is wrong with it breaks the verdict.
    pub(super) ours: bool,
}

/// Rules on the chain. `None` if it is no chain: it has no `open` record and no root names it, so
/// its lines are only claims.
pub(super) fn rule(
    case: &Case<'_>,
    links: &Links,
    trust: Option<&Trust>,
    unmatched: &BTreeSet<[u8; 32]>,
    anchors: &[Anchor],
) -> Option<Ruling> {
    let anchors: Vec<_> = anchors.iter().filter(|anchor| anchor.chain == case.id).collect();
    let trusted = trust.map(|trust| trusted_keys(case, trust, unmatched)).unwrap_or_default();
    let mut ruling = if trusted.is_empty() {
        by_itself(case, links, &anchors, trust.is_some())?
    } else {
        by_trust(case, links, trusted)
    };
    let held = hold(case, &mut ruling.history, &anchors);
    ruling.ours |= !anchors.is_empty();
    ruling.authority = ruling.authority.or(held.then_some(Authority::Anchor));
    Some(ruling)
}

impl Ruling {
    /// How the chain stands.
    pub(super) fn status(&self, trust_given: bool) -> Status {
        let stranger = trust_given && !self.ours;
        match (self.history.faults.is_empty(), self.authority) {
            _ if stranger => Status::Stranger,
            (false, _) => Status::Broken,
            (true, Some(_)) => Status::Authenticated,
            (true, None) if self.history.seals.is_empty() => Status::Unsealed,
            (true, None) => Status::SelfConsistent,
        }
    }
}

/// The keys that a trust root gives for this chain: those it names for the chain; else those of
/// its `open` records that are trusted for any chain; else a trusted key whose own chain is
/// nowhere and that signed a seal here, which means that the `open` record was altered.
fn trusted_keys(
    case: &Case<'_>,
    trust: &Trust,
    unmatched: &BTreeSet<[u8; 32]>,
) -> BTreeSet<[u8; 32]> {
    if let Some(named) = trust.chains.get(&case.id) {
        return named.iter().copied().collect();
    }
    let opening = case.claims.opens().map(|(_, _, opened)| opened.public_key);
    let opening: BTreeSet<_> = opening.filter(|key| trust.keys.contains(key)).collect();
    if !opening.is_empty() {
        return opening;
    }
    unmatched.iter().copied().filter(|key| signed_first_epoch(case, key)).collect()
}

fn signed_first_epoch(case: &Case<'_>, key: &[u8; 32]) -> bool {
    case.claims.seals().any(|(_, entry, seal)| {
        entry.epoch == 0 && verifies(key, SEAL_DOMAIN, &seal.signed, &seal.sig)
    })
}

/// A chain that a trusted key vouches for. Rival histories are foreign lines.
fn by_trust(case: &Case<'_>, links: &Links, keys: BTreeSet<[u8; 32]>) -> Ruling {
    let histories = keys.into_iter().map(|key| examine(case, links, key));
    let best = histories.max_by_key(|history| (history.seals.len(), opens(case, history)));
    let mut history = best.unwrap_or_else(|| History::unproved(case));
    if history.seals.is_empty() && !opens(case, &history) {
        history.faults.push(Fault {
            kind: ProblemKind::WrongKey,
            seq: None,
            spot: case.claims.opens().map(|(_, open, _)| open.spot).next(),
            why: "the chain does not open with the trusted key".to_owned(),
        });
    }
    unproved_seals(case, &mut history);
    let authority = (!history.seals.is_empty()).then_some(Authority::Trust);
    Ruling { history, authority, ours: true }
}

/// A chain without a trusted key: an anchor picks its history, or else it has to speak for
/// itself.
fn by_itself(
    case: &Case<'_>,
    links: &Links,
    anchors: &[&Anchor],
    trust_given: bool,
) -> Option<Ruling> {
    let keys = opening_keys(case);
    let seals = case.claims.seals().next();
    let mut history = if keys.is_empty() {
        if anchors.is_empty() && (trust_given || seals.is_none()) {
            return None;
        }
        let mut history = History::unproved(case);
        history.faults.push(Fault {
            kind: ProblemKind::NoOpen,
            seq: Some(0),
            spot: seals.map(|(_, seal, _)| seal.spot),
            why: "missing: no line holds the chain's `open` record".to_owned(),
        });
        history
    } else {
        choose(case, keys.into_iter().map(|key| examine(case, links, key)).collect(), anchors)
    };
    unproved_seals(case, &mut history);
    Some(Ruling { history, authority: None, ours: false })
}

/// A chain that is said to be sealed, and no seal holds: it is not one that ended before its first
/// seal. Whoever takes the first seal away could otherwise put another `open` record with the same key
/// in the place of ours, whose witness key knows none of the later seals.
fn unproved_seals(case: &Case<'_>, history: &mut History) {
    let seal = case.claims.seals().next();
    if let Some((_, seal, _)) = seal
        && history.seals.is_empty()
        && history.faults.is_empty()
    {
        history.faults.push(Fault {
            kind: ProblemKind::BadSignature,
            seq: Some(seal.seq),
            spot: Some(seal.spot),
            why: "no checkpoint or close verifies under the key of the `open` record".to_owned(),
        });
    }
}

/// The keys of the `open` records that signed a seal. If none did, the first one's: of chains
/// without a seal, forgers can add any number, and none of them is worth a walk.
fn opening_keys(case: &Case<'_>) -> BTreeSet<[u8; 32]> {
    let keys = || case.claims.opens().map(|(_, _, opened)| opened.public_key);
    let distinct: BTreeSet<_> = keys().collect();
    let signed: BTreeSet<_> =
        distinct.into_iter().filter(|key| signed_first_epoch(case, key)).collect();
    if signed.is_empty() { keys().take(1).collect() } else { signed }
}

/// Picks the history that an anchor stands in. Without one, two histories with valid seals are a
/// fork.
fn choose(case: &Case<'_>, mut histories: Vec<History>, anchors: &[&Anchor]) -> History {
    let anchored = histories
        .iter()
        .position(|history| anchors.iter().any(|anchor| holds(case, history, anchor)));
    if let Some(position) = anchored {
        return histories.swap_remove(position);
    }
    histories.sort_by_key(|history| std::cmp::Reverse(history.seals.len()));
    let rival = histories.get(1).filter(|rival| !rival.seals.is_empty());
    let fork = rival.map(|rival| Fault {
        kind: ProblemKind::Fork,
        seq: Some(0),
        spot: case.opens_of(&rival.key).map(|(_, open, _)| open.spot).next(),
        why: "forked: two `open` records, each with valid seals, claim this chain".to_owned(),
    });
    let mut histories = histories.into_iter();
    let mut first = histories.next().unwrap_or_else(|| History::unproved(case));
    first.faults.extend(fork);
    first
}

fn examine(case: &Case<'_>, links: &Links, key: [u8; 32]) -> History {
    let mut history = History::trace(case, key);
    tail::examine(case, &mut history, links);
    audit::examine(case, &mut history);
    history
}

/// Notes every anchor that the history does not hold; returns whether it holds any.
fn hold(case: &Case<'_>, history: &mut History, anchors: &[&Anchor]) -> bool {
    let (held, lost): (Vec<&Anchor>, Vec<&Anchor>) =
        anchors.iter().partition(|anchor| holds(case, history, anchor));
    history.faults.extend(lost.iter().map(|anchor| Fault {
        kind: ProblemKind::AnchorNotHeld,
        seq: Some(anchor.seq),
        spot: case.at(anchor.seq).next().map(|(_, rival)| rival.spot),
        why: "an anchor names this record and the chain does not hold it".to_owned(),
    }));
    !held.is_empty()
}

fn holds(case: &Case<'_>, history: &History, anchor: &Anchor) -> bool {
    case.claims.find(&anchor.head).is_some_and(|index| {
        let standing = history.standing(index);
        matches!(standing, Standing::Sealed | Standing::Tail)
            && case.claims.get(index).is_some_and(|entry| entry.seq == anchor.seq)
    })
}

fn opens(case: &Case<'_>, history: &History) -> bool {
    case.opens_of(&history.key).next().is_some()
}
