//! The values of a policy: every choice it can make, and its name in the document.
mod quarantine;

pub use quarantine::{Bucket, Quarantine};
use tollgate_proof::jwt::Algorithm;

use crate::sinks::Sink;

use crate::privacy::RecordOptions;

/// A closed set of words that a policy key can take.
pub trait Choice: Copy + PartialEq + 'static {
    /// Every word and what it means.
    const WORDS: &'static [(&'static str, Self)];

    /// The value that a word stands for.
    fn from_word(word: &str) -> Option<Self> {
        Self::WORDS.iter().find(|(known, _)| *known == word).map(|(_, value)| *value)
    }

    /// The word that stands for a value.
    fn as_str(self) -> &'static str {
        Self::WORDS.iter().find(|(_, value)| *value == self).map_or("", |(word, _)| word)
    }
}

macro_rules! choice {
    ($type:ty { $($word:literal => $value:ident),+ $(,)? }) => {
        impl $crate::options::Choice for $type {
            const WORDS: &'static [(&'static str, Self)] = &[$(($word, Self::$value)),+];
        }

        impl serde::Serialize for $type {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str($crate::options::Choice::as_str(*self))
            }
        }
    };
}
pub(crate) use choice;

/// Whether refusals are carried out. Ordered by strictness.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Mode {
    /// Everything is decided and recorded, nothing is refused.
    #[default]
    Observe,
    /// What a check forbids is refused.
    Enforce,
}

choice!(Mode { "observe" => Observe, "enforce" => Enforce });

impl Mode {
    /// Its name in policies and records.
    pub fn as_str(self) -> &'static str {
        Choice::as_str(self)
    }
}

/// What a failure inside Tollgate does to an event. Ordered by strictness.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum OnError {
    /// The event passes.
    Allow,
    /// The event is refused.
    #[default]
    Refuse,
}

choice!(OnError { "refuse" => Refuse, "allow" => Allow });

/// Whether the owner states that nobody but the sources may invoke. Ordered by strictness.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum DirectInvoke {
    /// Any principal may; what an event says of its sender is then unproved.
    #[default]
    Open,
    /// Nobody else may, by the resource policies; what an event says then counts as asserted.
    Closed,
}

choice!(DirectInvoke { "closed" => Closed, "open" => Open });

/// What happens to a batch that is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum OnRefuse {
    /// The invocation fails; the source keeps the batch.
    #[default]
    Fail,
    /// Refused items are reported in the form that the source's mapping reads.
    ReportItem,
    /// A copy is stored first; only then is what was refused acknowledged to its source.
    Quarantine,
}

choice!(OnRefuse { "fail" => Fail, "report-item" => ReportItem, "quarantine" => Quarantine });

/// What becomes of a function that ran into its time. Ordered by strictness.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum AfterTime {
    /// It goes on; its late answer is dropped.
    Detach,
    /// Its processes are killed, and the environment begins anew as after Lambda's own timeout.
    #[default]
    Recycle,
}

choice!(AfterTime { "recycle" => Recycle, "detach" => Detach });

/// What is done about a secret in an answer. Ordered by strictness.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum LeakAction {
    /// It is not looked for.
    #[default]
    Off,
    /// It is recorded.
    Observe,
    /// It is written over.
    Mask,
    /// The answer is not sent, or cut where it has begun.
    Refuse,
}

choice!(LeakAction {
    "off" => Off,
    "observe" => Observe,
    "mask" => Mask,
    "refuse" => Refuse,
});

/// What a text in an event is, by the owner's word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum TextKind {
    /// A value: a name, a number, a code, a short text.
    #[default]
    Value,
    /// Natural language or source code: only what is unmistakable counts there.
    Free,
    /// Input of a language model: instructions to it count as well.
    Model,
}

choice!(TextKind { "value" => Value, "free" => Free, "model" => Model });

/// How a refusal must be shaped for an HTTP front end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Response {
    /// As the function's last reply; buffered when there was none.
    #[default]
    Auto,
    /// A response object.
    Buffered,
    /// Prelude, eight NUL bytes, body.
    Stream,
}

choice!(Response { "auto" => Auto, "buffered" => Buffered, "stream" => Stream });

/// When records are shipped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Flush {
    /// Before the next invocation is asked for.
    End,
    /// While the next invocation runs.
    Overlap,
    /// `end` when invocations are rare, else `overlap`.
    #[default]
    Adaptive,
}

choice!(Flush { "end" => End, "overlap" => Overlap, "adaptive" => Adaptive });

/// How checkpoints are signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Sign {
    /// Ed25519 (RFC 8032).
    #[default]
    Ed25519,
}

choice!(Sign { "ed25519" => Ed25519 });

/// What a record holds of the event itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Payload {
    /// Its SHA-256.
    #[default]
    Digest,
    /// Nothing.
    None,
    /// Its digest, and its structure with masked values.
    Redacted,
    /// Its digest, and all of it encrypted to a recipient.
    Sealed,
}

choice!(Payload {
    "digest" => Digest,
    "none" => None,
    "redacted" => Redacted,
    "sealed" => Sealed,
});

/// The form of records.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Format {
    /// Our own.
    #[default]
    Native,
    /// Events of the Open Cybersecurity Schema Framework.
    Ocsf,
}

choice!(Format { "native" => Native, "ocsf" => Ocsf });

/// What happens to a field in a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum RedactHow {
    /// Its value is masked, whatever it is.
    #[default]
    Mask,
    /// Its value is kept where nothing secret or personal is recognised in it.
    Keep,
}

choice!(RedactHow { "mask" => Mask, "keep" => Keep });

/// Whether metrics are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Metrics {
    /// They are not.
    #[default]
    Off,
    /// In the embedded metric format ("Amazon `CloudWatch` User Guide: Specification: Embedded metric
    /// format").
    Emf,
}

choice!(Metrics { "emf" => Emf, "off" => Off });

/// How the ledger is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LedgerOptions {
    /// Where records go. Default: standard output.
    pub sinks: Vec<Sink>,
    /// When they are shipped. Default: adaptive.
    pub flush: Flush,
    /// How checkpoints are signed. Default: Ed25519.
    pub sign: Sign,
    /// What a record holds of the event. Default: its digest.
    pub payload: Payload,
    /// A checkpoint is written after this many records. Default: 64.
    pub checkpoint_records: u32,
    /// And at the latest after this many seconds. Default: 60.
    pub checkpoint_seconds: u32,
    /// The key of AWS KMS that vouches for each chain's first key: an id, an ARN or an alias.
    pub kms_key: Option<String>,
    /// What a record holds, and its form.
    pub record: RecordOptions,
}

impl Default for LedgerOptions {
    fn default() -> Self {
        Self {
            sinks: vec![Sink::default()],
            flush: Flush::default(),
            sign: Sign::default(),
            payload: Payload::default(),
            checkpoint_records: 64,
            checkpoint_seconds: 60,
            kms_key: None,
            record: RecordOptions::default(),
        }
    }
}

/// Whether what was proved may be used once only. Ordered by strictness.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Replay {
    /// Once in each environment that it reaches.
    Environment,
    /// Once in all environments of the function.
    Fleet,
}

choice!(Replay { "environment" => Environment, "fleet" => Fleet });

/// How a service signs its webhooks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SchemeName {
    Github,
    Stripe,
    Slack,
    Twilio,
    Shopify,
    Standard,
    Generic,
}

choice!(SchemeName {
    "github" => Github,
    "stripe" => Stripe,
    "slack" => Slack,
    "twilio" => Twilio,
    "shopify" => Shopify,
    "standard-webhooks" => Standard,
    "generic" => Generic,
});

/// The hash function of a signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum CodeHash {
    Sha1,
    #[default]
    Sha256,
    Sha384,
    Sha512,
}

choice!(CodeHash {
    "sha256" => Sha256,
    "sha384" => Sha384,
    "sha512" => Sha512,
    "sha1" => Sha1,
});

/// How a signature is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum CodeEncoding {
    #[default]
    Hex,
    Base64,
    Base64Url,
}

choice!(CodeEncoding { "hex" => Hex, "base64" => Base64, "base64url" => Base64Url });

/// An algorithm of tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TokenAlgorithm(pub(crate) Algorithm);

impl Choice for TokenAlgorithm {
    const WORDS: &'static [(&'static str, Self)] = &[
        ("RS256", Self(Algorithm::Rs256)),
        ("RS384", Self(Algorithm::Rs384)),
        ("RS512", Self(Algorithm::Rs512)),
        ("PS256", Self(Algorithm::Ps256)),
        ("PS384", Self(Algorithm::Ps384)),
        ("PS512", Self(Algorithm::Ps512)),
        ("ES256", Self(Algorithm::Es256)),
        ("EdDSA", Self(Algorithm::EdDsa)),
    ];
}
