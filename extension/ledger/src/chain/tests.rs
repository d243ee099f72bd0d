//! What a chain writes, read with nothing but SHA-256, Ed25519 and JSON.
use ed25519_dalek::{Signature, SigningKey, VerifyingKey};
use serde_json::{Value, json};

use super::*;
use crate::hash::unhex;
use crate::record::{Finding, Gap, Invocation, Outcome, Report};

const CHAIN: [u8; 16] = [0x1f; 16];

fn open() -> (Chain, Line) {
    let seed = Seed { chain: CHAIN, key: [1; 32], next_key: [2; 32] };
    Chain::open(seed, 1_000, &Open::default())
}

fn record(line: &Line) -> Value {
    serde_json::from_slice(&line.bytes).unwrap()
}

fn key(record: &Value, field: &str) -> VerifyingKey {
    let text = record[field].as_str().unwrap();
    VerifyingKey::from_bytes(&unhex(text.as_bytes()).unwrap()).unwrap()
}

/// The signature at the end of a seal, over what the format says it covers.
#[track_caller]
fn signed_by(line: &Line, key: &VerifyingKey) -> bool {
    let text = str::from_utf8(&line.bytes).unwrap();
    let (signed, sig) = text.rsplit_once(r#","sig":""#).unwrap();
    let sig = unhex(sig.strip_suffix(r#""}"#).unwrap().as_bytes()).unwrap();
    let message = [b"tollgate-ledger-v1\n", signed.as_bytes()].concat();
    key.verify_strict(&message, &Signature::from_bytes(&sig)).is_ok()
}

#[test]
fn records_are_numbered_linked_and_hashed() {
    let (mut chain, first) = open();
    let mut lines = vec![first];
    lines.push(chain.append(1_001, Finding::default()));
    lines.push(chain.checkpoint(1_002, [3; 32]));
    lines.push(chain.append(1_003, Gap::default()));
    lines.push(chain.append(1_004, Report::default()));
    let head = chain.head();
    lines.push(chain.close(1_005, CloseReason::Spindown));
    let mut prev = Hash::ZERO;
    for (seq, line) in (0_u64..).zip(&lines) {
        let record = record(line);
        assert_eq!((line.seq, record["seq"].as_u64()), (seq, Some(seq)));
        assert_eq!(record["prev"], prev.to_string());
        assert_eq!(record["chain"], "1f".repeat(16));
        assert_eq!(record["epoch"], u64::from(seq > 2));
        assert_eq!(record["time"], format!("1970-01-01T00:00:01.{seq:03}Z"));
        assert_eq!(line.hash, Hash::of(&line.bytes));
        prev = line.hash;
    }
    let last = &lines[4];
    assert_eq!(head, Head { chain: CHAIN, epoch: 1, seq: 4, hash: last.hash });
    assert_eq!(head.chain_id(), "1f".repeat(16));
}

#[test]
fn each_seal_is_signed_with_the_key_announced_before_it() {
    let (mut chain, first) = open();
    let epoch_0 = key(&record(&first), "publicKey");
    assert_eq!(epoch_0, SigningKey::from_bytes(&[1; 32]).verifying_key());
    let one = chain.checkpoint(0, [3; 32]);
    let epoch_1 = key(&record(&one), "nextKey");
    let two = chain.checkpoint(0, [4; 32]);
    let epoch_2 = key(&record(&two), "nextKey");
    assert_eq!(epoch_2, SigningKey::from_bytes(&[3; 32]).verifying_key());
    let close = chain.close(0, CloseReason::Failure);
    let seals = [one, two, close];
    let keys = [epoch_0, epoch_1, epoch_2];
    for (seal, epoch) in seals.iter().zip(0..) {
        for (key, of) in keys.iter().zip(0..) {
            assert_eq!(signed_by(seal, key), epoch == of, "seal {epoch} key {of}");
        }
    }
}

#[test]
fn each_seal_is_witnessed_with_the_key_of_the_open_record() {
    let (mut chain, first) = open();
    let witness = key(&record(&first), "witnessKey");
    let seals = [chain.checkpoint(0, [3; 32]), chain.close(0, CloseReason::Timeout)];
    for (seal, epoch) in seals.iter().zip(0..) {
        let text = record(seal);
        let sig = unhex(text["witness"].as_str().unwrap().as_bytes()).unwrap();
        let place = format!("tollgate-witness-v1\n{}:{epoch}:{}", "1f".repeat(16), seal.seq);
        assert!(witness.verify_strict(place.as_bytes(), &Signature::from_bytes(&sig)).is_ok());
    }
}

#[test]
fn seals_count_what_came_before_them() {
    let (mut chain, _) = open();
    let refused = Invocation { outcome: Outcome::Refused, ..Invocation::default() };
    chain.append(0, refused);
    chain.append(0, Invocation::default());
    chain.append(0, Finding::default());
    let checkpoint = record(&chain.checkpoint(0, [3; 32]));
    chain.append(0, Gap::default());
    let close = record(&chain.close(0, CloseReason::Spindown));
    assert_eq!((&checkpoint["records"], &close["records"]), (&json!(4), &json!(1)));
    let totals = |records: u64, gaps: u64| json!({"records": records, "invocations": 2, "refused": 1, "findings": 1, "gaps": gaps});
    assert_eq!(checkpoint["totals"], totals(4, 0));
    assert_eq!(close["totals"], totals(6, 1));
}

#[test]
fn a_checkpoint_is_due_after_records_or_seconds() {
    let cadence = Cadence { records: 3, seconds: 60 };
    let (mut chain, _) = open();
    assert!(!chain.checkpoint_due(60_999, cadence));
    assert!(chain.checkpoint_due(61_000, cadence));
    chain.append(2_000, Finding::default());
    assert!(!chain.checkpoint_due(2_000, cadence));
    chain.append(2_000, Finding::default());
    assert_eq!(chain.unsealed(), 3);
    assert!(chain.checkpoint_due(2_000, cadence));
    assert!(chain.checkpoint_due(0, cadence), "a clock that goes back does not matter");
    chain.checkpoint(5_000, [3; 32]);
    assert!(!chain.checkpoint_due(u64::MAX, cadence), "nothing was recorded since");
    chain.append(5_000, Finding::default());
    assert!(!chain.checkpoint_due(64_999, cadence));
    assert!(chain.checkpoint_due(65_000, cadence));
}
