//! Keys of the ledger: what is kept, how, and where it goes.
use super::forms::{KMS_KEY, PATH};
use super::{Key, Kind, key, words};
use crate::options::{Flush, Payload, Sign};

/// The keys, in the order of the reference.
pub(super) const LEDGER: &[Key] = &[
    key("ledger", Kind::Table, "as each key says", "How records are kept."),
    key("ledger.sink", Kind::Word(|| vec!["stdout", "file"]), "stdout", "Where records go."),
    key("ledger.path", Kind::Text(&PATH), "none", "The file, with `sink: file`."),
    key(
        "ledger.flush",
        Kind::Word(words::<Flush>),
        "adaptive",
        "When records are shipped: before the next event is asked for, while it runs, or as \
         traffic has it.",
    ),
    key("ledger.sign", Kind::Word(words::<Sign>), "ed25519", "How checkpoints are signed."),
    key(
        "ledger.kms_key",
        Kind::Text(&KMS_KEY),
        "none",
        "The asymmetric key of AWS KMS (`ECC_NIST_P256`) that vouches for each chain's first key, so that \
         `tollgate verify --kms-key` needs no other root.",
    ),
    key(
        "ledger.payload",
        Kind::Word(words::<Payload>),
        "digest",
        "What a record holds of the event itself.",
    ),
    key(
        "ledger.checkpoint",
        Kind::Table,
        "as each key says",
        "When a checkpoint is written; whichever comes first.",
    ),
    key("ledger.checkpoint.records", Kind::Count { max: 100_000 }, "64", "After so many records."),
    key("ledger.checkpoint.seconds", Kind::Count { max: 86_400 }, "60", "After so many seconds."),
];
