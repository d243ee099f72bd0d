//! The auditor's side: what of a pile of log lines is a ledger that holds.
//!
//! A [`Verifier`] takes lines in whatever form a log was exported, keeps the records it finds in
//! them, and judges them at the end:
//!
//! 1. The key of epoch 0 comes from a trust root or, failing that, from the chain's `open` record.
//!    Each checkpoint that verifies under its epoch's key names the key of the next epoch. The
//!    checkpoints and the close found on that way are the chain's **seals**.
//! 2. From each seal the chain is walked back by `prev` to the seal before it. What is reached is
//!    **sealed**: proved, byte by byte. A record that is named and not there was altered (another
//!    one has its number) or is missing. Root and counts must agree, and the sealed records of one
//!    file must stand in their order.
//! 3. What hangs on the last seal by `prev` is **unsealed**: reported, neither proved nor broken.
//!    A checkpoint or close that hangs there and does not verify breaks the chain, and so does a
//!    seal further on whose witness verifies: the chain went on, and what leads there is gone.
//! 4. Everything else that claims the chain is **foreign**: anyone who can write to a log can
//!    write such lines, so they are listed and break nothing.
//!
//! Where keys are given that attest, a chain is trusted whose `certificate` record holds under one of
//! them: it says which key opens the chain.
//!
//! With trusted keys given, a chain that none of them opens was never vouched for: it cannot be
//! authenticated, and nothing inside it counts as broken.
mod anchors;
mod audit;
mod case;
mod certified;
mod extract;
mod history;
mod judge;
mod parse;
mod report;
mod roots;
mod rule;
mod store;
mod tail;

pub use report::{
    Authority, ChainReport, LISTED_MAX, Listing, PROBLEMS_MAX, Place, Problem, ProblemKind, Report,
    Status, Verdict, short,
};
pub use roots::{Anchor, RequestIds, Roots, RootsError, Trust};

use crate::hash::{Hash, hex};
use crate::record::Kind;
use store::Store;

/// Collects records from lines and judges them. It keeps about 300 bytes a record and the bytes of
/// checkpoints, never the records themselves.
#[derive(Debug, Default)]
pub struct Verifier {
    store: Store,
}

impl Verifier {
    /// Takes one line of a file, with or without its newline. Lines of one file must come in their
    /// order; `line` counts from 1. Any bytes are taken: what is no record is passed over.
    pub fn push(&mut self, file: &str, line: u64, bytes: &[u8]) {
        extract::extract(bytes, &mut |piece| self.store.take(file, line, piece));
    }

    /// How many records, or what is left of them, were found so far.
    pub const fn found(&self) -> u64 {
        self.store.found
    }

    /// Judges what was pushed.
    pub fn finish(self, roots: &Roots) -> Report {
        judge::judge(&self.store, roots)
    }
}

/// Hands out every record in a line, whatever a log wraps around it, byte for byte.
pub fn each_record(line: &[u8], found: &mut impl FnMut(&[u8])) {
    extract::extract(line, &mut |piece| {
        if let (Some(object), Some(_)) = (piece.object, piece.parsed) {
            found(object);
        }
    });
}

/// The parts of a record that a proof needs.
pub(crate) struct Parts {
    pub(crate) kind: Kind,
    pub(crate) chain: [u8; 16],
    pub(crate) epoch: u32,
    pub(crate) seq: u64,
    pub(crate) prev: Hash,
    pub(crate) request_id: Option<Box<str>>,
    pub(crate) seal: Option<Box<parse::Seal>>,
}

impl Parts {
    pub(crate) fn chain_id(&self) -> String {
        hex(&self.chain)
    }
}

/// Reads a record; none if it is none.
pub(crate) fn parts(record: &[u8]) -> Option<Parts> {
    let parse::Parsed { kind, chain, epoch, seq, prev, facts, .. } = parse::parse(record)?;
    let (request_id, seal) = match facts {
        parse::Facts::Invocation { request_id, .. } => (Some(request_id), None),
        parse::Facts::Seal(seal) => (None, Some(seal)),
        parse::Facts::Open(_) | parse::Facts::Certificate(_) | parse::Facts::Other => (None, None),
    };
    Some(Parts { kind, chain, epoch, seq, prev, request_id, seal })
}

#[cfg(test)]
mod tests;
