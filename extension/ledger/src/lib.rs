//! What is remembered: records, chain, epochs and their verification. Pure.
//!
//! This crate writes a ledger and judges one. It does no I/O, reads no clock and no randomness:
//! times and keys are handed in. [`Chain`] is the writer's side, [`verify`] the auditor's. What
//! follows is the format, complete enough to write another verifier from it.
//!
//! # Records
//!
//! A ledger is a set of **records**. A record is one JSON object, UTF-8, on one line, at most
//! [`record::RECORD_BYTES_MAX`] bytes. It is serialised once; from then on only its exact bytes
//! count, and nothing is ever re-serialised or canonicalised. Every record begins with these
//! fields, in this order and spelling, without white space:
//!
//! ```text
//! {"tollgate":1,"kind":"invocation","chain":"<32 hex>","epoch":0,"seq":7,"prev":"<64 hex>","time":"2026-03-16T09:26:53.589Z",
//! ```
//!
//! | field | meaning |
//! | --- | --- |
//! | `tollgate` | the format's version, 1 |
//! | `kind` | `open`, `invocation`, `report`, `finding`, `gap`, `certificate`, `checkpoint` or `close` |
//! | `chain` | the chain's random id: one process life (start or restore) of the extension |
//! | `epoch` | counts from 0; one more after each checkpoint |
//! | `seq` | counts from 0 over the chain; `open` is 0 |
//! | `prev` | the hash of the record numbered `seq - 1`; 64 zeros in `open` |
//! | `time` | UTC with milliseconds, when the record was written. Not proved by anything |
//!
//! Hex digits are lower case everywhere, numbers have no leading zeros: there is one spelling.
//! The **hash of a record** ([`record_hash`]) is SHA-256 over its bytes from the first `{` to the
//! closing `}`, without newline and without whatever a log wraps around it.
//!
//! The fields of the bodies are those of [`record::Open`], [`record::Invocation`],
//! [`record::Report`], [`record::Finding`] and [`record::Gap`], in camel case, in the order of the
//! structs, absent where there is no value. An `open` record begins with two keys of the chain:
//! `publicKey`, the Ed25519 key of epoch 0 (what a trust root names), and `witnessKey`.
//!
//! A list that makes its record too long loses its tail; `checksCut` and `requestIdsCut` then
//! count the lost elements and hold SHA-256 over their JSON, one after the other. Texts in such a
//! record keep their first 512 bytes.
//!
//! An `invocation` record with `requestId` and `refused` alone is the compact form of a refusal
//! ([`record::Compact`]). A `certificate` record ([`record::Certificate`]) vouches for the
//! `publicKey` of its own chain with a key that is kept elsewhere.
//!
//! # Seals
//!
//! A **checkpoint** ends an epoch, a **close** ends the chain. Their bodies are
//!
//! ```text
//! "records":64,"root":"<64 hex>","totals":{"records":64,"invocations":60,"refused":2,"findings":1,"gaps":0},
//! "nextKey":"<64 hex>",       (checkpoint)   or   "reason":"spindown",   (close)
//! "witness":"<128 hex>","sig":"<128 hex>"}
//! ```
//!
//! | field | meaning |
//! | --- | --- |
//! | `records` | records of this epoch, the seal itself not counted |
//! | `root` | the RFC 6962 Merkle root over them, see below |
//! | `totals` | counts from `open` to the record before this one: all records, `invocation` records, those of them with `"outcome":"refused"`, `finding` records, `gap` records |
//! | `nextKey` | the Ed25519 key of the next epoch |
//! | `reason` | Lambda's shutdown reason: `spindown`, `timeout` or `failure` |
//! | `witness` | signature of chain, epoch and sequence number, see below |
//! | `sig` | signature of the record, always last |
//!
//! **Root.** The leaves are the 32-byte hashes of the epoch's records in order: the first epoch's
//! begin with `open`, every other's with the record after the last checkpoint; no seal is a leaf
//! (a checkpoint is covered by the `prev` of the next record). Leaf hash = SHA-256(0x00 ‖ leaf),
//! node hash = SHA-256(0x01 ‖ left ‖ right), root of an empty epoch = SHA-256 of nothing.
//!
//! **Signature.** `sig` is Ed25519 (RFC 8032, verified strictly: no weak keys, one valid encoding)
//! with the epoch's key over the bytes `tollgate-ledger-v1\n` ([`SEAL_DOMAIN`]) followed by the
//! record's bytes up to, and without, `,"sig":`.
//!
//! **Forward security.** A checkpoint announces the public half of the next epoch's key; then the
//! key that signed it is wiped from memory. Whoever takes the process in epoch *j* can sign epoch
//! *j* and what follows, and cannot rewrite any epoch before.
//!
//! **Witness.** The keys of a chain hang one on the other, so when a checkpoint is lost, those after
//! it could be anybody's. `witness` is Ed25519 with the key `witnessKey` of the `open` record over
//! `tollgate-witness-v1\n` ([`WITNESS_DOMAIN`]) and the text `<chain>:<epoch>:<seq>`. It vouches for
//! no content: it only proves that this chain had a seal at that place, so that a verifier can tell
//! a hole in a ledger from lines that someone forged. Stealing the witness key gives no more than
//! that: it lets a thief show a hole that is not there, and neither fill nor rewrite anything.
//!
//! # What a verifier does
//!
//! [`verify`] gives the rules of the verdict. In short: take the first key from a trust root, follow
//! it through `nextKey` to every valid seal, walk back by `prev`, recompute root and counts. What a
//! chain cannot show by itself is that its end is missing (anchors do), that a chain is missing
//! (trust roots and anchors do), and that an invocation was never recorded (a second source of
//! request ids does). Without a trust root a ledger is self-consistent at best: anyone who can write
//! to a log can write a fresh chain.
mod chain;
mod epoch;
mod hash;
pub mod merkle;
pub mod metrics;
pub mod ocsf;
pub mod proof;
pub mod record;
pub mod redact;
pub mod sealed;
pub mod thrift;
pub mod verify;

pub use chain::{Cadence, Chain, Head, Seed};
pub use epoch::{SEAL_DOMAIN, WITNESS_DOMAIN};
pub use hash::{Hash, NotAHash, record_hash};
pub use record::{Body, Line};
pub use tollgate_proof::attestation::AttestingKey;
