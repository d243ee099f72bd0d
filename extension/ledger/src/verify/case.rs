//! One chain under examination: its records by number, and words for what is wrong with them.
use super::parse::Opened;
use super::report::{Problem, ProblemKind};
use super::store::{Claims, Entry, Spot, Store};
use crate::hash::hex;
use crate::record::Kind;

/// Something wrong with the chain. It becomes a [`Problem`] when the report is written.
#[derive(Debug, Clone)]
pub(super) struct Fault {
    pub(super) kind: ProblemKind,
    pub(super) seq: Option<u64>,
    pub(super) spot: Option<Spot>,
    pub(super) why: String,
}

/// The records that claim one chain, ready to be looked up by number.
pub(super) struct Case<'a> {
    pub(super) store: &'a Store,
    pub(super) id: [u8; 16],
    pub(super) claims: &'a Claims,
    by_seq: Vec<(u64, u32)>,
}

impl<'a> Case<'a> {
    pub(super) fn new(store: &'a Store, id: [u8; 16], claims: &'a Claims) -> Self {
        let mut by_seq: Vec<_> = claims.iter().map(|(index, entry)| (entry.seq, index)).collect();
        by_seq.sort_unstable();
        Self { store, id, claims, by_seq }
    }

    /// The records that claim this number.
    pub(super) fn at(&self, seq: u64) -> impl Iterator<Item = (u32, &'a Entry)> {
        let first = self.by_seq.partition_point(|(other, _)| *other < seq);
        let rest = self.by_seq.get(first..).unwrap_or_default();
        let same = rest.iter().take_while(move |(other, _)| *other == seq);
        same.filter_map(|(_, index)| Some((*index, self.claims.get(*index)?)))
    }

    /// The records numbered `seq` and lower, downwards.
    pub(super) fn downwards(&self, seq: u64) -> impl Iterator<Item = (u32, &'a Entry)> {
        let end = self.by_seq.partition_point(|(other, _)| *other <= seq);
        let below = self.by_seq.get(..end).unwrap_or_default().iter().rev();
        below.filter_map(|(_, index)| Some((*index, self.claims.get(*index)?)))
    }

    /// The `open` records that name this key as the key of epoch 0.
    pub(super) fn opens_of(
        &self,
        key: &[u8; 32],
    ) -> impl Iterator<Item = (u32, &'a Entry, &'a Opened)> {
        self.claims.opens().filter(move |(_, _, opened)| opened.public_key == *key)
    }

    /// Says what became of a record that must exist and was not found: a rival stands in its
    /// place, its line is damaged, or it is gone. `after` is where its absence shows.
    pub(super) fn lost(&self, seq: u64, after: Spot) -> Fault {
        let fault = |kind, spot, why: &str| Fault {
            kind,
            seq: Some(seq),
            spot: Some(spot),
            why: why.to_owned(),
        };
        if let Some((_, rival)) = self.at(seq).next() {
            let why = match rival.kind {
                Kind::Checkpoint | Kind::Close => "altered: it is not the one that was signed",
                _ => "altered: its hash is not the one the next record names",
            };
            return fault(ProblemKind::Altered, rival.spot, why);
        }
        match self.store.damaged_at(self.id, seq) {
            Some(spot) => fault(ProblemKind::Altered, spot, "altered: the line is damaged"),
            None => fault(ProblemKind::Missing, after, "missing: no line holds it"),
        }
    }

    /// A fault as a report states it.
    pub(super) fn problem(&self, fault: Fault) -> Problem {
        Problem {
            kind: fault.kind,
            chain: Some(hex(&self.id)),
            seq: fault.seq,
            place: fault.spot.map(|spot| self.store.place(spot)),
            why: fault.why,
        }
    }
}
