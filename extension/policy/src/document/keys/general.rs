//! Keys of the whole document: its mode, limits, detectors and checks.
use tollgate_event::limits;

use super::forms::{BUCKET_PREFIX, QUARANTINE};
use super::{Choice, Key, Kind, REQUIRED, families, key, words};
use crate::options::{DirectInvoke, Mode, OnError};

/// The keys, in the order of the reference.
pub(super) const GENERAL: &[Key] = &[
    key("version", Kind::Word(|| vec!["1"]), REQUIRED, "The form of the document."),
    key(
        "mode",
        Kind::Word(words::<Mode>),
        "observe",
        "Whether refusals are carried out: in `observe` everything is decided and recorded, \
         nothing refused.",
    ),
    key(
        "on_error",
        Kind::Word(words::<OnError>),
        "refuse",
        "What a failure inside Tollgate does to the event in hand.",
    ),
    key(
        "direct_invoke",
        Kind::Word(words::<DirectInvoke>),
        "open",
        "`closed`: the owner states that nobody but the sources may invoke the function, so \
         that what events say of themselves counts as asserted.",
    ),
    key("limits", Kind::Table, "as each key says", "How large and how deep an event may be."),
    key(
        "limits.event_bytes",
        Kind::Size { max: limits::EVENT_BYTES_MAX },
        "6291556: Lambda's own cap",
        "The whole event.",
    ),
    key("limits.depth", Kind::Count { max: 1024 }, "64", "Nested objects and arrays."),
    key("limits.keys", Kind::Count { max: 524_288 }, "262144", "Members of all objects together."),
    key(
        "limits.string_bytes",
        Kind::Size { max: limits::EVENT_BYTES_MAX },
        "6MiB",
        "One string or key, as written.",
    ),
    key(
        "limits.duplicate_keys",
        Kind::Word(words::<DuplicateKeys>),
        "refuse",
        "What the same key twice in one object does; short for \
         `checks: { limits.duplicate_keys: … }`.",
    ),
    key(
        "limits.inflated_bytes",
        Kind::Size { max: 256 * 1024 * 1024 },
        "16MiB",
        "What base64 and compression inside one event may unfold to.",
    ),
    key(
        "limits.nesting",
        Kind::Count { max: 16 },
        "6",
        "Envelopes inside envelopes, such as an S3 event in an SNS message in an SQS message.",
    ),
    key(
        "limits.schema_bytes",
        Kind::Size { max: limits::EVENT_BYTES_MAX },
        "256KiB",
        "One item's content, where a schema applies to it.",
    ),
    key(
        "limits.scan_work",
        Kind::CountOrDefault { max: 1_000_000_000 },
        "`default`",
        "How many steps the detectors may take on one event.",
    ),
    key(
        "detect",
        Kind::Words(families),
        "the families that are on by themselves, see below",
        "The families of attack that are looked for, in events of every trigger; `all` names every \
         family, `none` no one. A source may name its own.",
    ),
    key(
        "quarantine",
        Kind::Text(&QUARANTINE),
        "none",
        "Where copies of refused events go, for sources with `on_refuse: quarantine`: a directory \
         that outlives the environment, such as a file system that is mounted; a queue of SQS; or \
         a bucket.",
    ),
    key(
        "quarantine_large",
        Kind::Text(&BUCKET_PREFIX),
        "none: what is too large goes back to its source",
        "Where copies go that are larger than a message of the queue in `quarantine` may be \
         (1 MiB); the queue then gets a message that names the object.",
    ),
    key(
        "checks",
        Kind::Checks,
        "every check enforces",
        "What single checks or whole families (`limits.*`) do: `enforce`, `enforce: 5%` of the \
         request ids, `observe` or `off`.",
    ),
];

/// The words of `limits.duplicate_keys`. Ordered by strictness.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum DuplicateKeys {
    Off,
    Observe,
    Refuse,
}

impl Choice for DuplicateKeys {
    const WORDS: &'static [(&'static str, Self)] =
        &[("refuse", Self::Refuse), ("observe", Self::Observe), ("off", Self::Off)];
}
