//! What a check gives: who made it, or why nobody can say so.
use std::borrow::Cow;

use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256};

/// Somebody who is named here made what was checked.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Proof {
    /// How that is known: `jwt`, `hmac`, `sns` or `context`.
    pub kind: &'static str,
    /// What checked it in detail: a scheme such as `github`, or an algorithm such as `ES256`.
    pub method: &'static str,
    /// Which key: a key id, or the index of the secret that fits.
    pub key_id: Option<String>,
    /// Who vouches: an issuer, a topic's ARN, the ARN of the function before.
    pub issuer: Option<String>,
    /// Of whom it speaks: a token's `sub`.
    pub subject: Option<String>,
    /// What tells it from all others, as SHA-256, where it has such a thing.
    pub id: Option<[u8; 32]>,
    /// When it was made: milliseconds since the Unix epoch.
    pub made_ms: Option<u64>,
    /// When it ends by its own word: milliseconds since the Unix epoch.
    pub ends_ms: Option<u64>,
    /// When it is no longer taken, clocks that differ allowed for; none where it never ends.
    pub holds_ms: Option<u64>,
    /// What a token says, for policies; empty for other kinds.
    pub claims: Map<String, Value>,
    /// The functions that it came through, the first one first; empty for other kinds.
    pub hops: Vec<Hop>,
    /// The context itself, so that a further hop can be added; none for other kinds.
    pub context: Option<String>,
}

/// One function that an event came through.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hop {
    /// Its ARN.
    pub function: String,
    /// The request id of its invocation.
    pub request_id: String,
}

/// Why there is no proof. In fixed words and words of the policy: nothing of what was checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unproved {
    /// What it lacks.
    pub lack: Lack,
    /// Why.
    pub why: Cow<'static, str>,
}

/// What a proof lacks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lack {
    /// There is nothing to check.
    Missing,
    /// What is there does not hold.
    Invalid,
    /// It held, at another time.
    Expired,
    /// The key that would tell is not at hand: it cannot be read, or is yet to come.
    Unavailable,
    /// As [`Unavailable`](Self::Unavailable), and asking for the keys again may help.
    UnknownKey,
}

impl Proof {
    /// What tells this from all others of its kind, out of parts that were signed.
    pub(crate) fn told_by(kind: &str, parts: &[&[u8]]) -> [u8; 32] {
        let mut hasher = Sha256::new_with_prefix(kind.as_bytes());
        for part in parts {
            hasher.update((part.len() as u64).to_be_bytes());
            hasher.update(part);
        }
        hasher.finalize().into()
    }
}

impl Unproved {
    pub(crate) const fn new(lack: Lack, why: &'static str) -> Self {
        Self { lack, why: Cow::Borrowed(why) }
    }

    /// There is nothing to check.
    pub const fn missing(why: &'static str) -> Self {
        Self::new(Lack::Missing, why)
    }

    /// What is there does not hold.
    pub const fn invalid(why: &'static str) -> Self {
        Self::new(Lack::Invalid, why)
    }

    /// It held, at another time.
    pub const fn expired(why: &'static str) -> Self {
        Self::new(Lack::Expired, why)
    }

    /// The key is not at hand.
    pub const fn unavailable(why: &'static str) -> Self {
        Self::new(Lack::Unavailable, why)
    }
}
