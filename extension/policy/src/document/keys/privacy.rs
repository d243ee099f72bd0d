//! Keys of what records hold, and of metrics.
use super::forms::{POINTER, VARIABLE, WORDS, X25519};
use super::{Key, Kind, REQUIRED, key, words};
use crate::options::{Format, Metrics, RedactHow};

/// The keys, in the order of the reference.
pub(super) const PRIVACY: &[Key] = &[
    key(
        "ledger.format",
        Kind::Word(words::<Format>),
        "native",
        "The form of records: our own, or events of the Open Cybersecurity Schema Framework 1.8. \
         The chain is the same.",
    ),
    key(
        "ledger.redact",
        Kind::Tables,
        "none",
        "Fields of the event, with `payload: redacted`. Once one is to be kept, all that is not \
         kept is masked.",
    ),
    key(
        "ledger.redact[].at",
        Kind::Text(&POINTER),
        REQUIRED,
        "Which fields, from the event's root; goes on inside JSON that is held in a text.",
    ),
    key(
        "ledger.redact[].how",
        Kind::Word(words::<RedactHow>),
        "mask",
        "Whether it is masked, or kept where nothing secret or personal is recognised in it.",
    ),
    key(
        "ledger.seal_to",
        Kind::Text(&X25519),
        "none",
        "The recipient of sealed content, with `payload: sealed`: an X25519 public key.",
    ),
    key(
        "ledger.pseudonym_key_env",
        Kind::Text(&VARIABLE),
        "none",
        "The environment variable with a key of at least 16 bytes; with it, names and addresses of \
         callers are keyed digests (HMAC-SHA-256).",
    ),
    key(
        "ledger.retention",
        Kind::Text(&WORDS),
        "none",
        "How long records are to be kept, in the owner's words; stands in each record.",
    ),
    key(
        "metrics",
        Kind::Word(words::<Metrics>),
        "off",
        "Metrics on standard output, in CloudWatch's embedded metric format.",
    ),
];
