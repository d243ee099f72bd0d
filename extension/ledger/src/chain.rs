//! The one writer of a chain: it gives out sequence numbers, links records and seals epochs.
use std::mem;

use zeroize::{Zeroize as _, Zeroizing};

use crate::epoch::{Key, SEAL_DOMAIN, WITNESS_DOMAIN, witnessed};
use crate::hash::{Hash, hex};
use crate::merkle::Tree;
use crate::ocsf::{self, Context, Facts};
use crate::record::{
    Body, Certificate, CloseReason, Ending, Header, Kind, Line, Open, Opening, RECORD_BYTES_MAX,
    SealFields, Totals,
};

/// What a chain starts from: random bytes that no one else has. Wiped when dropped.
pub struct Seed {
    /// The chain's id; not secret.
    pub chain: [u8; 16],
    /// The secret key of epoch 0.
    pub key: [u8; 32],
    /// The secret key of epoch 1.
    pub next_key: [u8; 32],
}

impl Drop for Seed {
    fn drop(&mut self) {
        self.key.zeroize();
        self.next_key.zeroize();
    }
}

/// When a checkpoint is due: after so many records or so many seconds, whichever comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cadence {
    /// Records since the last seal.
    pub records: u32,
    /// Seconds since the last seal, if anything was recorded in them.
    pub seconds: u32,
}

/// Where a chain stands: its last record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    /// The chain's id.
    pub chain: [u8; 16],
    /// The epoch that the next record belongs to.
    pub epoch: u32,
    /// The sequence number of the last record.
    pub seq: u64,
    /// Its hash.
    pub hash: Hash,
}

impl Head {
    /// The chain's id as records write it, 32 hex digits.
    pub fn chain_id(&self) -> String {
        hex(&self.chain)
    }
}

/// A chain that is being written. It never reads a clock: times are handed in.
pub struct Chain {
    head: Head,
    key: Key,
    next_key: Key,
    witness: Key,
    tree: Tree,
    totals: Totals,
    sealed_at_ms: u64,
    /// What events say of where they come from; nothing where records are native.
    ocsf: Option<Context>,
}

impl Chain {
    /// Starts a chain with its `open` record, in our own form.
    pub fn open(seed: Seed, at_ms: u64, open: &Open) -> (Self, Line) {
        Self::start(seed, at_ms, open, None)
    }

    /// Starts a chain whose records are events of the Open Cybersecurity Schema Framework.
    pub fn open_ocsf(seed: Seed, at_ms: u64, open: &Open) -> (Self, Line) {
        Self::start(seed, at_ms, open, Some(Context::new(open)))
    }

    fn start(seed: Seed, at_ms: u64, open: &Open, ocsf: Option<Context>) -> (Self, Line) {
        let mut chain = Self {
            head: Head { chain: seed.chain, epoch: 0, seq: 0, hash: Hash::ZERO },
            key: Key::new(&seed.key),
            next_key: Key::new(&seed.next_key),
            witness: Key::witness(&seed.key, &seed.next_key),
            tree: Tree::default(),
            totals: Totals::default(),
            sealed_at_ms: at_ms,
            ocsf,
        };
        drop(seed);
        let header = Header { seq: 0, ..chain.header(Kind::Open, at_ms) };
        let mut line = chain.opening(&header, open);
        if line.len() > RECORD_BYTES_MAX {
            let mut short = open.clone();
            short.shorten();
            line = chain.opening(&header, &short);
        }
        let line = Line::new(chain.wrapped(&header, Facts::Open, line), header.seq);
        chain.count(Kind::Open, &line);
        (chain, line)
    }

    /// Adds a record.
    pub fn append(&mut self, at_ms: u64, body: impl Into<Body>) -> Line {
        let body = body.into();
        let refused = body.is_refusal();
        let kind = body.kind();
        let header = self.header(kind, at_ms);
        let line = Line::new(self.line(&header, body), header.seq);
        self.totals.refused += u64::from(refused);
        self.count(kind, &line);
        line
    }

    /// Seals the epoch and starts the next one. The key that signed is wiped; `fresh` becomes the
    /// secret key of the epoch after next, and this copy of it is wiped too.
    pub fn checkpoint(&mut self, at_ms: u64, fresh: [u8; 32]) -> Line {
        let fresh = Zeroizing::new(fresh);
        let line = self.seal(
            Kind::Checkpoint,
            at_ms,
            Ending::Checkpoint { next_key: self.next_key.public() },
        );
        // The old key is dropped here, and dropping wipes it.
        self.key = mem::replace(&mut self.next_key, Key::new(&fresh));
        self.head.epoch = self.head.epoch.saturating_add(1);
        self.tree = Tree::default();
        self.sealed_at_ms = at_ms;
        self.totals.records += 1;
        line
    }

    /// Seals the chain for good and wipes its keys.
    pub fn close(mut self, at_ms: u64, reason: CloseReason) -> Line {
        self.seal(Kind::Close, at_ms, Ending::Close { reason })
    }

    /// What vouches for this chain is to sign this, while it is in its first epoch: its id and the
    /// key that opens it.
    pub fn statement(&self) -> String {
        Certificate::message(&self.head.chain_id(), &self.key.public())
    }

    /// Where the chain stands.
    pub const fn head(&self) -> Head {
        self.head
    }

    /// Whether a checkpoint should be written now. Never due when nothing was recorded since the
    /// last one.
    pub fn checkpoint_due(&self, now_ms: u64, cadence: Cadence) -> bool {
        let records = self.tree.leaves();
        let waited_ms = now_ms.saturating_sub(self.sealed_at_ms);
        records > 0
            && (records >= u64::from(cadence.records)
                || waited_ms >= u64::from(cadence.seconds) * 1000)
    }

    /// How many records stand under no seal yet.
    pub const fn unsealed(&self) -> u64 {
        self.tree.leaves()
    }

    fn header(&self, kind: Kind, at_ms: u64) -> Header {
        let Head { chain, epoch, seq, hash } = self.head;
        Header { kind, chain, epoch, seq: seq.saturating_add(1), prev: hash, at_ms }
    }

    fn opening(&self, header: &Header, open: &Open) -> Vec<u8> {
        header.line(&Opening {
            public_key: self.key.public(),
            witness_key: self.witness.public(),
            stated: open,
        })
    }

    /// The bytes of a record in the chain's form.
    fn line(&self, header: &Header, mut body: Body) -> Vec<u8> {
        match &self.ocsf {
            Some(context) if !matches!(body, Body::Compact(_)) => {
                let event = context.opening(header, Facts::Body(&body));
                ocsf::reduce(&mut body);
                let room = RECORD_BYTES_MAX.saturating_sub(event.len() + 1);
                let native = body.into_line_of(header, room);
                [event.as_slice(), &native, b"}"].concat()
            }
            _ => body.into_line_of(header, RECORD_BYTES_MAX),
        }
    }

    /// A native record as an event, where the chain's records are events.
    fn wrapped(&self, header: &Header, facts: Facts<'_>, native: Vec<u8>) -> Vec<u8> {
        match &self.ocsf {
            Some(context) => [context.opening(header, facts).as_slice(), &native, b"}"].concat(),
            None => native,
        }
    }

    fn count(&mut self, kind: Kind, line: &Line) {
        self.tree.push(line.hash.as_bytes());
        self.totals.records += 1;
        self.totals.invocations += u64::from(kind == Kind::Invocation);
        self.totals.findings += u64::from(kind == Kind::Finding);
        self.totals.gaps += u64::from(kind == Kind::Gap);
        self.advance(line);
    }

    fn advance(&mut self, line: &Line) {
        self.head.seq = line.seq;
        self.head.hash = line.hash;
    }

    fn seal(&mut self, kind: Kind, at_ms: u64, ending: Ending) -> Line {
        let header = self.header(kind, at_ms);
        let statement = witnessed(&header.chain, header.epoch, header.seq);
        let native = header.line(&SealFields {
            records: self.tree.leaves(),
            root: self.tree.root(),
            totals: self.totals,
            ending,
            witness: self.witness.sign(WITNESS_DOMAIN, statement.as_bytes()),
        });
        let mut line = self.wrapped(&header, Facts::seal(kind), native);
        // The closing braces come after the signature, which covers everything before itself.
        let braces = if self.ocsf.is_some() { "}}" } else { "}" };
        line.truncate(line.len().saturating_sub(braces.len()));
        let signature = self.key.sign(SEAL_DOMAIN, &line);
        line.extend_from_slice(format!(r#","sig":"{signature}"{braces}"#).as_bytes());
        let line = Line::new(line, header.seq);
        self.advance(&line);
        line
    }
}

#[cfg(test)]
mod tests;
