//! What was pushed: every distinct record once, with the few fields a verdict needs, by chain.
use std::collections::{BTreeMap, HashMap};

use super::extract::Piece;
use super::parse::{Facts, Fragment, Opened, Parsed, Seal, fragment};
use super::report::Place;
use crate::hash::{Hash, record_hash};
use crate::record::Kind;

/// All chains, by id, and what is no record.
#[derive(Debug, Default)]
pub(super) struct Store {
    pub(super) files: Vec<Box<str>>,
    pub(super) chains: BTreeMap<[u8; 16], Claims>,
    pub(super) damaged: Vec<Damaged>,
    /// Where a damaged line claims to be a certain record of a chain.
    damaged_at: BTreeMap<([u8; 16], u64), Spot>,
    /// Records found, copies included.
    pub(super) found: u64,
}

/// Where something was found, in few bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Spot {
    pub(super) file: u32,
    pub(super) line: u64,
    /// A number that grows with every record found: it orders records of one line too.
    pub(super) order: u64,
}

/// Bytes that are no record but look like one.
#[derive(Debug)]
pub(super) struct Damaged {
    pub(super) spot: Spot,
    pub(super) fragment: Fragment,
}

/// The records that claim one chain.
#[derive(Debug, Default)]
pub(super) struct Claims {
    pub(super) entries: Vec<Entry>,
    by_hash: HashMap<Hash, u32>,
    opens: Vec<u32>,
    seals: Vec<u32>,
    certificates: Vec<u32>,
    /// The first copy of a record in each further file: its entry and where it is.
    pub(super) elsewhere: BTreeMap<(u32, u32), Spot>,
    /// Copies of records that were there already.
    pub(super) duplicates: u64,
}

/// One distinct record.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) hash: Hash,
    pub(super) prev: Hash,
    pub(super) seq: u64,
    pub(super) time_ms: u64,
    pub(super) spot: Spot,
    pub(super) epoch: u32,
    pub(super) kind: Kind,
    pub(super) facts: Facts,
}

impl Store {
    /// Takes a piece found at a place.
    pub(super) fn take(&mut self, file: &str, line: u64, piece: Piece<'_>) {
        self.found += 1;
        let spot = Spot { file: self.file(file), line, order: self.found };
        match piece.object.zip(piece.parsed) {
            Some((object, parsed)) => {
                let claims = self.chains.entry(parsed.chain).or_default();
                claims.add(record_hash(object), spot, parsed);
            }
            None => self.damage(spot, fragment(piece.whole)),
        }
    }

    /// The damaged line that claims to be this record.
    pub(super) fn damaged_at(&self, chain: [u8; 16], seq: u64) -> Option<Spot> {
        self.damaged_at.get(&(chain, seq)).copied()
    }

    /// A place as a report names it.
    pub(super) fn place(&self, spot: Spot) -> Place {
        let file = self.files.get(spot.file as usize).map(ToString::to_string);
        Place { file: file.unwrap_or_default(), line: spot.line }
    }

    fn damage(&mut self, spot: Spot, fragment: Fragment) {
        if let (Some(chain), Some(seq)) = (fragment.chain, fragment.seq) {
            self.damaged_at.entry((chain, seq)).or_insert(spot);
        }
        self.damaged.push(Damaged { spot, fragment });
    }

    fn file(&mut self, name: &str) -> u32 {
        // Files come one after the other, so the name is nearly always the last one.
        if self.files.last().is_none_or(|last| **last != *name) {
            self.files.push(name.into());
        }
        u32::try_from(self.files.len().saturating_sub(1)).unwrap_or(u32::MAX)
    }
}

impl Claims {
    /// The record with this hash.
    pub(super) fn find(&self, hash: &Hash) -> Option<u32> {
        self.by_hash.get(hash).copied()
    }

    /// The record with this number.
    pub(super) fn get(&self, index: u32) -> Option<&Entry> {
        self.entries.get(index as usize)
    }

    /// All records with their numbers.
    pub(super) fn iter(&self) -> impl Iterator<Item = (u32, &Entry)> {
        (0..).zip(&self.entries)
    }

    /// All `open` records.
    pub(super) fn opens(&self) -> impl Iterator<Item = (u32, &Entry, &Opened)> {
        self.opens.iter().filter_map(|index| match self.get(*index) {
            Some(entry @ Entry { facts: Facts::Open(opened), .. }) => {
                Some((*index, entry, &**opened))
            }
            _ => None,
        })
    }

    /// All records that end in a signature.
    pub(super) fn seals(&self) -> impl Iterator<Item = (u32, &Entry, &Seal)> {
        let entries = self.seals.iter().filter_map(|index| Some((*index, self.get(*index)?)));
        entries.filter_map(|(index, entry)| Some((index, entry, entry.seal()?)))
    }

    /// The signatures of all certificates.
    pub(super) fn certificates(&self) -> impl Iterator<Item = &[u8]> {
        self.certificates.iter().filter_map(|index| match self.get(*index) {
            Some(Entry { facts: Facts::Certificate(signature), .. }) => Some(&**signature),
            _ => None,
        })
    }

    fn add(&mut self, hash: Hash, spot: Spot, parsed: Parsed) {
        let index = u32::try_from(self.entries.len()).unwrap_or(u32::MAX);
        let known = *self.by_hash.entry(hash).or_insert(index);
        if known != index {
            self.duplicates += 1;
            if self.get(known).is_some_and(|entry| entry.spot.file != spot.file) {
                self.elsewhere.entry((known, spot.file)).or_insert(spot);
            }
            return;
        }
        let Parsed { kind, chain: _, epoch, seq, prev, time_ms, facts } = parsed;
        match facts {
            Facts::Open(_) => self.opens.push(index),
            Facts::Seal(_) => self.seals.push(index),
            Facts::Certificate(_) => self.certificates.push(index),
            Facts::Invocation { .. } | Facts::Other => {}
        }
        self.entries.push(Entry { hash, prev, seq, time_ms, spot, epoch, kind, facts });
    }
}

impl Entry {
    /// What it signs, if it is a checkpoint or a close.
    pub(super) fn seal(&self) -> Option<&Seal> {
        match &self.facts {
            Facts::Seal(seal) => Some(seal),
            _ => None,
        }
    }
}
