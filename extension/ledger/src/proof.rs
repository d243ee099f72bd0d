//! Proof that one record stands in a ledger, without the rest of it: the record, its path in the
//! Merkle tree of its epoch, and the seals that lead from the chain's first key to that tree.
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::epoch::{SEAL_DOMAIN, verifies};
use crate::hash::{Hash, record_hash, unhex};
use crate::merkle;
use crate::record::Kind;
use crate::verify::{Trust, each_record, parts};

/// A proof, as `tollgate prove` writes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Proof {
    /// The record, byte for byte.
    pub record: String,
    /// Its place among the records of its epoch, from 0.
    pub leaf: u64,
    /// The hashes beside its way to the root, from the leaf upwards (RFC 6962, 2.1.1).
    pub path: Vec<Hash>,
    /// The seals of the epochs from the first to the record's own, byte for byte.
    pub seals: Vec<String>,
}

/// Why there is no proof, or why it does not hold.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProofError {
    /// No record is the one that was asked for.
    #[error("no record of this invocation was found")]
    NotFound,
    /// The record stands under no seal yet.
    #[error("the record stands under no seal: nothing proves it yet")]
    Unsealed,
    /// A record between is missing or was altered.
    #[error("the chain is broken before record {0}: `tollgate verify` says where")]
    Broken(u64),
    /// A part of the proof is no record.
    #[error("the proof is damaged")]
    Damaged,
    /// The chain does not begin with a trusted key.
    #[error("chain {0} does not begin with a trusted key")]
    Untrusted(String),
    /// A seal's signature does not verify.
    #[error("the seal of epoch {0} does not verify")]
    BadSeal(u32),
    /// The path does not lead to the seal's root.
    #[error("the record is not among those that the seal covers")]
    NotIncluded,
}

/// What is known of a record that leads to another.
struct Known {
    seq: u64,
    epoch: u32,
    kind: Kind,
    prev: Hash,
    /// The bytes of seals and of what was asked for.
    bytes: Option<Vec<u8>>,
}

/// Collects what a proof needs: a hash for every record, the bytes of seals and of the records that
/// were asked for.
pub struct Prover<'a> {
    request_id: &'a str,
    records: BTreeMap<Hash, Known>,
    wanted: Vec<Hash>,
}

impl<'a> Prover<'a> {
    /// Looks for the invocation's records.
    pub const fn new(request_id: &'a str) -> Self {
        Self { request_id, records: BTreeMap::new(), wanted: Vec::new() }
    }

    /// Takes one line of a log.
    pub fn push(&mut self, line: &[u8]) {
        each_record(line, &mut |record| {
            let Some(parts) = parts(record) else { return };
            let hash = record_hash(record);
            let wanted = parts.request_id.as_deref() == Some(self.request_id);
            if wanted && !self.wanted.contains(&hash) {
                self.wanted.push(hash);
            }
            let keep = wanted || parts.kind.is_seal();
            self.records.insert(
                hash,
                Known {
                    seq: parts.seq,
                    epoch: parts.epoch,
                    kind: parts.kind,
                    prev: parts.prev,
                    bytes: keep.then(|| record.to_vec()),
                },
            );
        });
    }

    /// A proof for each record of the invocation.
    pub fn finish(self) -> Result<Vec<Proof>, ProofError> {
        if self.wanted.is_empty() {
            return Err(ProofError::NotFound);
        }
        self.wanted.iter().map(|hash| self.prove(hash)).collect()
    }

    fn prove(&self, wanted: &Hash) -> Result<Proof, ProofError> {
        let record = self.records.get(wanted).ok_or(ProofError::NotFound)?;
        let seal = self.seal_over(wanted, record.epoch).ok_or(ProofError::Unsealed)?;
        let (leaves, first) = self.epoch_of(&seal)?;
        let leaf = leaves.iter().position(|leaf| leaf == wanted).ok_or(ProofError::Unsealed)?;
        let mut seals = vec![text(self.records.get(&seal))?];
        let mut before = first;
        while before != Hash::ZERO {
            seals.push(text(self.records.get(&before))?);
            before = self.epoch_of(&before)?.1;
        }
        seals.reverse();
        Ok(Proof {
            record: text(Some(record))?,
            leaf: leaf as u64,
            path: merkle::path(&leaves, leaf),
            seals,
        })
    }

    /// The seal of the epoch from which the record is reached.
    fn seal_over(&self, wanted: &Hash, epoch: u32) -> Option<Hash> {
        let seals = self.records.iter().filter(|(_, it)| it.kind.is_seal() && it.epoch == epoch);
        seals
            .map(|(hash, _)| *hash)
            .find(|seal| self.epoch_of(seal).is_ok_and(|(leaves, _)| leaves.contains(wanted)))
    }

    /// The records that a seal covers, in order, and the seal before it (zero for the first epoch).
    fn epoch_of(&self, seal: &Hash) -> Result<(Vec<Hash>, Hash), ProofError> {
        let mut leaves = Vec::new();
        let mut at = self.records.get(seal).ok_or(ProofError::Damaged)?;
        loop {
            if at.seq == 0 {
                leaves.reverse();
                return Ok((leaves, Hash::ZERO));
            }
            let before = self.records.get(&at.prev).ok_or(ProofError::Broken(at.seq))?;
            if before.kind.is_seal() {
                leaves.reverse();
                return Ok((leaves, at.prev));
            }
            leaves.push(at.prev);
            at = before;
        }
    }
}

fn text(known: Option<&Known>) -> Result<String, ProofError> {
    let bytes = known.and_then(|known| known.bytes.clone()).ok_or(ProofError::Damaged)?;
    String::from_utf8(bytes).map_err(|_| ProofError::Damaged)
}

impl Proof {
    /// Checks the proof with nothing but the trusted first keys: each seal under the key that the
    /// one before names, then the path to the last seal's root.
    pub fn check(&self, trust: &Trust) -> Result<(), ProofError> {
        let record = parts(self.record.as_bytes()).ok_or(ProofError::Damaged)?;
        let chain = record.chain_id();
        let mut keys = trust.keys_of(&record.chain);
        if keys.is_empty() {
            return Err(ProofError::Untrusted(chain));
        }
        let mut last = None;
        for (epoch, seal) in (0..).zip(&self.seals) {
            let parts = parts(seal.as_bytes()).ok_or(ProofError::Damaged)?;
            let stated = parts.seal.as_ref().ok_or(ProofError::Damaged)?;
            let placed = parts.chain == record.chain && parts.epoch == epoch;
            let signed = |key: &[u8; 32]| verifies(key, SEAL_DOMAIN, &stated.signed, &stated.sig);
            if !placed || !keys.iter().any(signed) {
                return Err(ProofError::BadSeal(epoch));
            }
            keys = stated.next_key.into_iter().collect();
            last = parts.seal;
        }
        let seal = last.ok_or(ProofError::Damaged)?;
        let hash = record_hash(self.record.as_bytes());
        let leaf = merkle::Tree::leaf(hash.as_bytes());
        let root = merkle::root_of_path(leaf, self.leaf, seal.records, &self.path);
        let sealed = record.epoch as usize + 1 == self.seals.len();
        if sealed && root == Some(seal.root) { Ok(()) } else { Err(ProofError::NotIncluded) }
    }
}

/// Reads a key's 64 hex digits.
pub fn key_from_hex(text: &str) -> Option<[u8; 32]> {
    unhex(text.trim().as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chain::{Chain, Seed};
    use crate::record::{CloseReason, Invocation, Open};

    fn ledger() -> (Vec<Vec<u8>>, Trust) {
        let seed = Seed { chain: [7; 16], key: [1; 32], next_key: [2; 32] };
        let (mut chain, line) = Chain::open(seed, 1_000, &Open::default());
        let text = String::from_utf8(line.bytes.clone()).unwrap();
        let at = text.find(r#""publicKey":""#).unwrap() + 13;
        let key = text.get(at..at + 64).unwrap();
        let trust = format!(r#"{{"keys":["{key}"]}}"#);
        let mut lines = vec![line.bytes];
        for number in 0..20_u8 {
            let body = Invocation { request_id: format!("r{number}"), ..Invocation::default() };
            lines.push(chain.append(2_000, body).bytes);
            if number % 6 == 5 {
                lines.push(chain.checkpoint(3_000, [number + 3; 32]).bytes);
            }
        }
        let body = Invocation { request_id: "last".to_owned(), ..Invocation::default() };
        lines.push(chain.append(4_000, body).bytes);
        lines.push(chain.close(5_000, CloseReason::Spindown).bytes);
        (lines, Trust::parse(&trust).unwrap())
    }

    fn prove(lines: &[Vec<u8>], request_id: &str) -> Result<Vec<Proof>, ProofError> {
        let mut prover = Prover::new(request_id);
        for line in lines {
            prover.push(line);
        }
        prover.finish()
    }

    #[test]
    fn every_record_is_proved_and_nothing_else() {
        let (lines, trust) = ledger();
        for number in 0..20 {
            let proofs = prove(&lines, &format!("r{number}")).unwrap();
            assert_eq!(proofs.len(), 1);
            let proof = &proofs[0];
            proof.check(&trust).unwrap();
            let forged =
                Proof { record: proof.record.replace("\"lost\"", "\"success\""), ..proof.clone() };
            assert_eq!(forged.check(&trust), Err(ProofError::NotIncluded));
            let moved = Proof { leaf: proof.leaf + 1, ..proof.clone() };
            assert_eq!(moved.check(&trust), Err(ProofError::NotIncluded));
            let mut cut = proof.clone();
            cut.seals.pop();
            assert!(cut.check(&trust).is_err());
        }
        assert_eq!(prove(&lines, "nobody"), Err(ProofError::NotFound));
    }

    #[test]
    fn what_is_not_sealed_or_broken_is_not_proved() {
        let (lines, _) = ledger();
        assert_eq!(prove(&lines[..lines.len() - 1], "last"), Err(ProofError::Unsealed));
        let mut broken = lines.clone();
        broken.remove(3);
        assert_eq!(prove(&broken, "last"), Err(ProofError::Broken(4)));
    }

    #[test]
    fn another_key_proves_nothing() {
        let (lines, _) = ledger();
        let proof = prove(&lines, "r3").unwrap().remove(0);
        let other = Trust::parse(&format!(r#"{{"keys":["{}"]}}"#, "00".repeat(32))).unwrap();
        assert_eq!(proof.check(&other), Err(ProofError::BadSeal(0)));
    }
}
