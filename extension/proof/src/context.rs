//! Our own signed context: what one function says to the next, and through whom it came.
//!
//! A text of three parts joined by full stops: `tg1`, base64url of a JSON object, base64url of the
//! signature over the ASCII bytes of the first two parts with their full stop. The key id in it
//! fixes the algorithm: a key is for one alone. Format and vectors: `docs/signed-context.md`.
mod keys;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::canonical::canonical;
use crate::encoding;
use crate::proof::{Hop, Lack, Proof, Unproved};
use crate::strict;
pub use keys::{ContextKey, ContextKeys, SigningKey};

/// The longest context, in bytes. A client context has at most 3,583 bytes in base64 (AWS Lambda API
/// Reference, `Invoke`).
pub const CONTEXT_BYTES_MAX: usize = 4096;
/// The reserved member of a payload.
pub const MEMBER: &str = "_tollgate";
/// The name of a message attribute, and of the member of a client context's `custom`.
pub const ATTRIBUTE: &str = "tollgate";
/// The most functions that a context names.
pub const HOPS_MAX: usize = 16;
/// How long a context holds at most, in milliseconds.
pub const LIFE_MS_MAX: u64 = 24 * 3600 * 1000;
const VERSION: &str = "tg1";
const TEXT_BYTES_MAX: usize = 512;

/// What a context says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Context {
    /// The key that signs it.
    pub kid: String,
    /// The ARN of the function it is for; a queue, topic or bus if it is carried through one.
    pub target: String,
    /// When it was made: milliseconds since the Unix epoch.
    pub iat: u64,
    /// When it ends: milliseconds since the Unix epoch.
    pub exp: u64,
    /// What tells it from all others: 16 bytes or more, as base64url.
    pub nonce: String,
    /// The functions it came through, the first one first: the last is who signs.
    pub hops: Vec<SignedHop>,
    /// The digest of the payload.
    pub digest: String,
}

/// One function in a context.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignedHop {
    /// Its ARN.
    pub arn: String,
    /// The request id of its invocation.
    pub request: String,
    /// SHA-256 of the context that it was called with, as base64url; none at the first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prev: Option<String>,
}

/// How a payload is digested.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Its bytes as they are: `sha256:…`.
    Bytes,
    /// Its canonical form (RFC 8785) without the member `_tollgate`: `jcs-sha256:…`.
    Canonical,
}

impl Form {
    const fn prefix(self) -> &'static str {
        match self {
            Self::Bytes => "sha256:",
            Self::Canonical => "jcs-sha256:",
        }
    }

    /// The digest of a payload in this form, as a context holds it. `None` if it has none.
    pub fn digest(self, payload: &[u8]) -> Option<String> {
        let digest = match self {
            Self::Bytes => Sha256::digest(payload),
            Self::Canonical => Sha256::digest(canonical(payload, MEMBER)?),
        };
        Some(format!("{}{}", self.prefix(), encoding::to_base64url(&digest)))
    }
}

impl Context {
    /// Signs it. `None` if it is longer than [`CONTEXT_BYTES_MAX`] or not of its form.
    pub fn sign(&self, key: &SigningKey) -> Option<String> {
        let json = serde_json::to_vec(self).ok()?;
        let signed = format!("{VERSION}.{}", encoding::to_base64url(&json));
        let signature = key.sign(signed.as_bytes());
        let text = format!("{signed}.{}", encoding::to_base64url(&signature));
        (text.len() <= CONTEXT_BYTES_MAX && self.is_formed().is_ok()).then_some(text)
    }

    /// A further hop: what a function that was called with `before` adds.
    pub fn hops_after(
        before: Option<(&str, &[SignedHop])>,
        arn: &str,
        request: &str,
    ) -> Vec<SignedHop> {
        let mut hops = before.map_or_else(Vec::new, |(_, hops)| hops.to_vec());
        let prev = before.map(|(text, _)| encoding::to_base64url(&Sha256::digest(text)));
        hops.push(SignedHop { arn: arn.to_owned(), request: request.to_owned(), prev });
        hops
    }

    fn is_formed(&self) -> Result<(), Unproved> {
        let short = |text: &String| (1..=TEXT_BYTES_MAX).contains(&text.len());
        let hop = |hop: &SignedHop| short(&hop.arn) && short(&hop.request);
        let nonce = encoding::base64url(self.nonce.as_bytes());
        let nonce = nonce.is_some_and(|nonce| (16..=64).contains(&nonce.len()));
        // Only the first hop was called without a context.
        let linked = self.hops.iter().skip(1).all(|hop| hop.prev.is_some());
        let fits = short(&self.kid) && short(&self.target) && self.hops.iter().all(hop) && nonce;
        if !fits || !linked || self.hops.is_empty() || self.hops.len() > HOPS_MAX {
            return Err(Unproved::invalid("the context is not of its form"));
        }
        if self.exp <= self.iat || self.exp - self.iat > LIFE_MS_MAX {
            return Err(Unproved::invalid("the context holds for too long"));
        }
        Ok(())
    }
}

/// The nonce of a context, out of 16 random bytes or more.
pub fn nonce(random: &[u8]) -> String {
    encoding::to_base64url(random)
}

/// How a secret stands in a file of keys.
pub fn secret_text(secret: &[u8]) -> String {
    encoding::to_base64url(secret)
}

/// What a context is held against.
#[derive(Debug, Clone, Copy)]
pub struct Situation<'a> {
    /// What it may be for: the function's ARN, with and without its qualifier, or the source's.
    pub targets: &'a [&'a str],
    /// The payload that it came with.
    pub payload: &'a [u8],
    /// How far the clocks may be apart, in seconds.
    pub leeway_seconds: u32,
    /// Milliseconds since the Unix epoch.
    pub now_ms: u64,
}

/// Whether a key signed this context for this function and this payload, and it holds now. Gives
/// what it says too, so that a further hop can be added.
pub fn verify(
    text: &str,
    keys: &ContextKeys,
    situation: &Situation<'_>,
) -> Result<(Proof, Context), Unproved> {
    let (context, signed, signature) = read(text)?;
    let key = keys.find(&context.kid);
    let key =
        key.ok_or(Unproved::new(Lack::UnknownKey, "there is no key of the context's key id"))?;
    if !key.verify(signed.as_bytes(), &signature) {
        return Err(Unproved::invalid("the context's signature does not hold"));
    }
    context.is_formed()?;
    context.holds(situation)?;
    let last = context.hops.last().ok_or(FORM)?;
    let hop = |hop: &SignedHop| Hop { function: hop.arn.clone(), request_id: hop.request.clone() };
    let proof = Proof {
        kind: "context",
        method: key.algorithm(),
        key_id: Some(context.kid.clone()),
        issuer: Some(last.arn.clone()),
        id: Some(Proof::told_by("context", &[context.kid.as_bytes(), context.nonce.as_bytes()])),
        made_ms: Some(context.iat),
        ends_ms: Some(context.exp),
        holds_ms: Some(context.exp.saturating_add(u64::from(situation.leeway_seconds) * 1000)),
        hops: context.hops.iter().map(hop).collect(),
        context: Some(text.to_owned()),
        ..Proof::default()
    };
    Ok((proof, context))
}

const FORM: Unproved = Unproved::invalid("the context is not of its form");

/// What a context says, what of its text is signed, and the signature.
fn read(text: &str) -> Result<(Context, &str, Vec<u8>), Unproved> {
    if text.is_empty() {
        return Err(Unproved::missing("no context"));
    }
    if text.len() > CONTEXT_BYTES_MAX {
        return Err(Unproved::invalid("the context is too long"));
    }
    let (signed, signature) = text.rsplit_once('.').ok_or(FORM)?;
    let (version, said) = signed.split_once('.').ok_or(FORM)?;
    if version != VERSION {
        return Err(Unproved::invalid("the context is of another version"));
    }
    let json = encoding::base64url(said.as_bytes()).ok_or(FORM)?;
    let signature = encoding::base64url(signature.as_bytes()).ok_or(FORM)?;
    let members = strict::object(&json).ok_or(FORM)?;
    let context: Context = serde_json::from_value(members.into()).map_err(|_| FORM)?;
    Ok((context, signed, signature))
}

/// The functions that a context names, where it was verified before.
pub fn hops_of(text: &str) -> Vec<SignedHop> {
    read(text).map(|(context, _, _)| context.hops).unwrap_or_default()
}

impl Context {
    fn holds(&self, situation: &Situation<'_>) -> Result<(), Unproved> {
        let leeway_ms = u64::from(situation.leeway_seconds) * 1000;
        if self.exp.saturating_add(leeway_ms) <= situation.now_ms {
            return Err(Unproved::expired("the context has expired"));
        }
        if self.iat > situation.now_ms.saturating_add(leeway_ms) {
            return Err(Unproved::invalid("the context was made in the future"));
        }
        if !situation.targets.contains(&self.target.as_str()) {
            return Err(Unproved::invalid("the context is for another function"));
        }
        let forms = [Form::Bytes, Form::Canonical];
        let form = forms.into_iter().find(|form| self.digest.starts_with(form.prefix()));
        let own = form.and_then(|form| form.digest(situation.payload));
        if own.as_deref() != Some(self.digest.as_str()) {
            return Err(Unproved::invalid(
                "the payload is not the one that the context was made for",
            ));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
