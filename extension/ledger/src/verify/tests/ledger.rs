//! Ledgers for the tests, the keys they were written with, and an adversary's tools.

use super::super::{Anchor, Report, RequestIds, Roots, Trust, Verifier};
use crate::chain::{Chain, Seed};
use crate::epoch::{Key, SEAL_DOMAIN};
use crate::hash::{Hash, hex};
use crate::record::{Certificate, CloseReason, Compact, Finding, Invocation, Line, Open, Outcome};

/// What to write.
#[derive(Debug, Clone)]
pub(super) struct Plan {
    /// Tells keys and chain ids of ledgers apart.
    pub(super) seed: u8,
    /// Records besides `open` and seals.
    pub(super) records: usize,
    /// Records between two checkpoints.
    pub(super) cadence: usize,
    pub(super) close: bool,
    /// Records are events of OCSF.
    pub(super) ocsf: bool,
}

impl Default for Plan {
    fn default() -> Self {
        Self { seed: 1, records: 12, cadence: 4, close: true, ocsf: false }
    }
}

/// A written ledger and the secrets behind it.
#[derive(Debug, Clone)]
pub(super) struct Ledger {
    pub(super) lines: Vec<String>,
    pub(super) seed: u8,
}

impl Ledger {
    pub(super) fn write(plan: &Plan) -> Self {
        let mut writer = Writer::open(plan.seed);
        if plan.ocsf {
            writer = Writer::open_ocsf(plan.seed);
        }
        for number in 0..plan.records {
            writer.invocation(&format!("{:02x}-{number}", plan.seed), number % 5 == 4);
            if (number + 1) % plan.cadence == 0 {
                writer.checkpoint();
            }
        }
        if plan.close { writer.close() } else { writer.stop() }
    }

    pub(super) fn chain(&self) -> String {
        hex(&[self.seed; 16])
    }

    pub(super) fn public_key(&self) -> String {
        Key::new(&secret(self.seed, 0)).public()
    }

    /// Roots that name this chain and its key.
    pub(super) fn roots(&self) -> Roots {
        trust(&[self])
    }

    /// Signs a seal's line anew with the secret key of an epoch.
    pub(super) fn sign(&self, epoch: u32, line: &str) -> String {
        let (signed, _) = line.rsplit_once(r#","sig":"#).unwrap();
        let sig = Key::new(&secret(self.seed, epoch)).sign(SEAL_DOMAIN, signed.as_bytes());
        let braces = if line.ends_with("}}") { "}}" } else { "}" };
        format!(r#"{signed},"sig":"{sig}"{braces}"#)
    }

    /// The number of the last line that is a seal.
    pub(super) fn last_seal(&self) -> usize {
        self.lines.iter().rposition(|line| line.contains(r#","sig":""#)).unwrap()
    }

    pub(super) fn anchor(&self, seq: usize) -> Anchor {
        let head = Hash::of(self.lines[seq].as_bytes());
        Anchor { chain: [self.seed; 16], seq: seq as u64, head }
    }
}

/// Roots that name these chains and their keys.
pub(super) fn trust(ledgers: &[&Ledger]) -> Roots {
    let entries: Vec<_> = ledgers
        .iter()
        .map(|ledger| {
            format!(r#"{{"chain":"{}","publicKey":"{}"}}"#, ledger.chain(), ledger.public_key())
        })
        .collect();
    Roots {
        trust: Some(Trust::parse(&format!("[{}]", entries.join(","))).unwrap()),
        ..Roots::default()
    }
}

/// Roots that name only keys.
pub(super) fn keyring(ledgers: &[&Ledger]) -> Roots {
    let keys: Vec<_> =
        ledgers.iter().map(|ledger| format!(r#""{}""#, ledger.public_key())).collect();
    Roots {
        trust: Some(Trust::parse(&format!(r#"{{"keys":[{}]}}"#, keys.join(","))).unwrap()),
        ..Roots::default()
    }
}

/// A second source of request ids.
pub(super) fn against(ids: &str, roots: Roots) -> Roots {
    Roots { against: RequestIds::parse(ids).unwrap(), ..roots }
}

/// Writes a chain record by record, one second apart.
pub(super) struct Writer {
    chain: Chain,
    ledger: Ledger,
    pub(super) at_ms: u64,
    epoch: u32,
}

impl Writer {
    pub(super) fn open(seed: u8) -> Self {
        Self::open_as(seed, &Open { environment: hex(&[seed; 16]), ..Open::default() })
    }

    pub(super) fn open_ocsf(seed: u8) -> Self {
        let keys = Seed { chain: [seed; 16], key: secret(seed, 0), next_key: secret(seed, 1) };
        let at_ms = 1_773_653_213_000;
        let (chain, line) = Chain::open_ocsf(keys, at_ms, &Open::default());
        let ledger = Ledger { lines: vec![text(line)], seed };
        Self { chain, ledger, at_ms, epoch: 0 }
    }

    pub(super) fn open_as(seed: u8, open: &Open) -> Self {
        let keys = Seed { chain: [seed; 16], key: secret(seed, 0), next_key: secret(seed, 1) };
        let at_ms = 1_773_653_213_000;
        let (chain, line) = Chain::open(keys, at_ms, open);
        let ledger = Ledger { lines: vec![text(line)], seed };
        Self { chain, ledger, at_ms, epoch: 0 }
    }

    pub(super) fn invocation(&mut self, request_id: &str, refused: bool) {
        let outcome = if refused { Outcome::Refused } else { Outcome::Success };
        self.at_ms += 1000;
        let body =
            Invocation { request_id: request_id.to_owned(), outcome, ..Invocation::default() };
        self.ledger.lines.push(text(self.chain.append(self.at_ms, body)));
    }

    pub(super) fn compact(&mut self, request_id: &str) {
        self.at_ms += 1000;
        let refused = "limits.depth".to_owned();
        let body = Compact { request_id: request_id.to_owned(), refused };
        self.ledger.lines.push(text(self.chain.append(self.at_ms, body)));
    }

    pub(super) fn finding(&mut self) {
        self.at_ms += 1000;
        let body = Finding { id: "internal.panic".to_owned(), ..Finding::default() };
        self.ledger.lines.push(text(self.chain.append(self.at_ms, body)));
    }

    pub(super) fn certificate(&mut self, signature: &str) {
        self.at_ms += 1000;
        let body = Certificate { signature: signature.to_owned(), ..Certificate::default() };
        self.ledger.lines.push(text(self.chain.append(self.at_ms, body)));
    }

    pub(super) fn checkpoint(&mut self) {
        self.epoch += 1;
        let line = self.chain.checkpoint(self.at_ms, secret(self.ledger.seed, self.epoch + 1));
        self.ledger.lines.push(text(line));
    }

    pub(super) fn close(mut self) -> Ledger {
        self.ledger.lines.push(text(self.chain.close(self.at_ms, CloseReason::Spindown)));
        self.ledger
    }

    /// The environment is destroyed: no close.
    pub(super) fn stop(self) -> Ledger {
        self.ledger
    }
}

/// The secret key of an epoch.
pub(super) fn secret(seed: u8, epoch: u32) -> [u8; 32] {
    *Hash::of_parts(&[&[seed], &epoch.to_be_bytes()]).as_bytes()
}

/// Verifies lines as one file.
pub(super) fn verify(lines: &[String], roots: &Roots) -> Report {
    let mut verifier = Verifier::default();
    push(&mut verifier, "ledger.ndjson", lines);
    verifier.finish(roots)
}

pub(super) fn push(verifier: &mut Verifier, file: &str, lines: &[String]) {
    for (number, line) in (1..).zip(lines) {
        verifier.push(file, number, line.as_bytes());
    }
}

/// Links every line after `from` to the one before it again, as an adversary does after an edit.
pub(super) fn relink(lines: &mut [String], from: usize) {
    for next in from + 1..lines.len() {
        let prev = Hash::of(lines[next - 1].as_bytes()).to_string();
        let at = lines[next].find(r#""prev":""#).unwrap() + 8;
        lines[next].replace_range(at..at + 64, &prev);
    }
}

fn text(line: Line) -> String {
    String::from_utf8(line.bytes).unwrap()
}
