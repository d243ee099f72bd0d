//! Webhooks: what a service signs with a secret that it shares (HMAC, RFC 2104).
mod generic;
mod published;
mod twilio;

use crate::encoding;
use crate::hash::Hash;
use crate::proof::{Proof, Unproved};
use crate::request::Request;
use crate::secret::Secret;
pub use generic::{Encoding, Generic, Template};

/// How far a signed timestamp may lie from now where nothing else is said, in seconds; the services
/// that say something say this.
pub const TOLERANCE_SECONDS_DEFAULT: u32 = 300;
/// The most bytes of a header with signatures.
const HEADER_BYTES_MAX: usize = 4096;
/// The most signatures in one header.
const SIGNATURES_MAX: usize = 16;

/// How a service signs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scheme {
    /// GitHub Docs, "Validating webhook deliveries": `X-Hub-Signature-256`, hex. No timestamp.
    Github,
    /// Stripe documentation, "Verify webhook signatures manually": `Stripe-Signature`.
    Stripe,
    /// Slack API, "Verifying requests from Slack": `X-Slack-Signature`, version `v0`.
    Slack,
    /// Twilio Docs, "Webhooks security": `X-Twilio-Signature`, SHA-1 over the URL and the form. No
    /// timestamp.
    Twilio,
    /// Shopify developer documentation, "Deliver webhooks through HTTPS": `X-Shopify-Hmac-SHA256`,
    /// base64; of events `Shopify-Hmac-SHA256`. No timestamp.
    Shopify,
    /// Standard Webhooks, specification 1: `webhook-id`, `webhook-timestamp`, `webhook-signature`.
    Standard,
    /// As policy says.
    Generic(Box<Generic>),
}

/// A webhook and how old it may be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Webhook {
    /// How it is signed.
    pub scheme: Scheme,
    /// How far its timestamp may lie from now, in seconds; no matter where there is none.
    pub tolerance_seconds: u32,
}

/// What a scheme finds in a request.
struct Signed<'a> {
    hash: Hash,
    /// The codes that the request carries, any of which may fit.
    codes: Vec<Vec<u8>>,
    /// What was signed.
    parts: Vec<&'a [u8]>,
    /// When, in seconds since the Unix epoch.
    seconds: Option<u64>,
    /// What the service itself calls the message, where that is signed.
    id: Option<&'a str>,
}

impl Scheme {
    /// Its name in policies and records.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Github => "github",
            Self::Stripe => "stripe",
            Self::Slack => "slack",
            Self::Twilio => "twilio",
            Self::Shopify => "shopify",
            Self::Standard => "standard-webhooks",
            Self::Generic(_) => "generic",
        }
    }

    /// The secret that a text holds, in the form in which the service hands it out: blanks and line
    /// ends around it are no part of it; what follows `whsec_` is base64 for Standard Webhooks.
    pub fn secret(&self, text: &[u8]) -> Option<Secret> {
        let text = text.trim_ascii();
        match self {
            Self::Standard => {
                let text = text.strip_prefix(b"whsec_").unwrap_or(text);
                Secret::new(encoding::base64(text)?)
            }
            _ => Secret::new(text.to_vec()),
        }
    }
}

impl Webhook {
    /// Whether one of `secrets` signed the request, at a time near `now_ms`.
    ///
    /// Takes time linear in the request and the number of secrets, the same for any content.
    pub fn verify(
        &self,
        request: &Request<'_>,
        secrets: &[Secret],
        now_ms: u64,
    ) -> Result<Proof, Unproved> {
        let made = |signed: &Signed<'_>| signed.hash.made_by(secrets, &signed.codes, &signed.parts);
        let found = match &self.scheme {
            Scheme::Github => published::github(request).map(|it| (made(&it), it.into_word()))?,
            Scheme::Stripe => published::stripe(request).map(|it| (made(&it), it.into_word()))?,
            Scheme::Slack => published::slack(request).map(|it| (made(&it), it.into_word()))?,
            Scheme::Shopify => published::shopify(request).map(|it| (made(&it), it.into_word()))?,
            Scheme::Standard => {
                published::standard(request).map(|it| (made(&it), it.into_word()))?
            }
            Scheme::Generic(rule) => rule.read(request).map(|it| (made(&it), it.into_word()))?,
            Scheme::Twilio => twilio::read(request, secrets)?,
        };
        let (Some(secret), word) = found else {
            return Err(Unproved::invalid("the signature does not hold under any secret"));
        };
        self.proof(secret, &word, now_ms)
    }

    fn proof(&self, secret: usize, word: &Word, now_ms: u64) -> Result<Proof, Unproved> {
        let tolerance_ms = u64::from(self.tolerance_seconds) * 1000;
        let made_ms = word.seconds.map(|seconds| seconds.saturating_mul(1000));
        if let Some(made_ms) = made_ms {
            near(made_ms, now_ms, tolerance_ms)?;
        }
        Ok(Proof {
            kind: "hmac",
            method: self.scheme.as_str(),
            key_id: Some(secret.to_string()),
            id: Some(word.id),
            made_ms,
            ends_ms: made_ms.map(|made| made.saturating_add(tolerance_ms)),
            holds_ms: made_ms.map(|made| past(made, tolerance_ms)),
            ..Proof::default()
        })
    }
}

/// What is left of a signed request once its signature was checked.
struct Word {
    seconds: Option<u64>,
    id: [u8; 32],
}

impl Signed<'_> {
    /// Its own name if it has one that is signed; else what was signed: a code of it would be
    /// another under another secret.
    fn into_word(self) -> Word {
        let id = match self.id {
            Some(id) => Proof::told_by("hmac id", &[id.as_bytes()]),
            None => Proof::told_by("hmac", &self.parts),
        };
        Word { seconds: self.seconds, id }
    }
}

/// Whether a moment lies near now.
pub(crate) fn near(made_ms: u64, now_ms: u64, tolerance_ms: u64) -> Result<(), Unproved> {
    if made_ms.saturating_add(tolerance_ms) < now_ms {
        return Err(Unproved::expired("the signed timestamp is older than the tolerance"));
    }
    if now_ms.saturating_add(tolerance_ms) < made_ms {
        return Err(Unproved::invalid("the signed timestamp lies in the future"));
    }
    Ok(())
}

/// The first moment that is no longer near.
pub(crate) const fn past(made_ms: u64, tolerance_ms: u64) -> u64 {
    made_ms.saturating_add(tolerance_ms).saturating_add(1)
}

/// Seconds since the Unix epoch as services write them: digits, at most 12 of them.
fn seconds(text: &str) -> Result<u64, Unproved> {
    let digits = !text.is_empty() && text.len() <= 12 && text.bytes().all(|b| b.is_ascii_digit());
    let number = text.parse().ok().filter(|_| digits);
    number.ok_or(Unproved::invalid("the timestamp is not a whole number of seconds"))
}

/// A header's value, if it is not longer than any that a service writes.
fn bounded(text: &str) -> Result<&str, Unproved> {
    match text.len() {
        0..=HEADER_BYTES_MAX => Ok(text),
        _ => Err(Unproved::invalid("the signature's header is too long")),
    }
}

#[cfg(test)]
mod tests;
