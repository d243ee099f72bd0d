//! What of an invocation was proved by a signature or a token that the gate verified.
use serde::{Deserialize, Serialize};
use tollgate_policy::ProofFacts;

use super::cut::{clip, clip_some};

/// The longest list of hops that a record keeps.
const HOPS_MAX: usize = 16;

/// The outcome of authentication. Absent where no source asks for a proof.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Proof {
    /// What was verified: `hmac.github`, `hmac.stripe`, `jwt`, `sns`, `context`, …
    pub scheme: String,
    /// Whether it held.
    pub verified: bool,
    /// Who is proved: a subject, a topic, a key's name; pseudonymised as the policy says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    /// Who vouches: an issuer, a certificate's host, a function's ARN.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub issuer: Option<String>,
    /// Which key verified it, by its id; never the key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key_id: Option<String>,
    /// When it was signed, in milliseconds since 1970.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub signed_at: Option<u64>,
    /// When it ends, in milliseconds since 1970.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<u64>,
    /// Whether the same was here before and came to nothing; not there for no.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub retry: bool,
    /// The functions that a signed context came through, the first one first.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub hops: Vec<String>,
    /// The request id of the last of them: its record is the one before this.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub previous_request_id: Option<String>,
    /// Whether the payload's member `_tollgate` was taken out: `event` is of what came; not there
    /// for no.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub stripped: bool,
}

impl From<ProofFacts> for Proof {
    fn from(facts: ProofFacts) -> Self {
        let ProofFacts { scheme, verified, subject, issuer, key_id, retry, hops, .. } = facts;
        let (previous_request_id, stripped) = (facts.previous_request_id, facts.stripped);
        let (signed_at, expires_at) = (facts.signed_ms, facts.ends_ms);
        Self {
            scheme,
            verified,
            subject,
            issuer,
            key_id,
            signed_at,
            expires_at,
            retry,
            hops,
            previous_request_id,
            stripped,
        }
    }
}

impl Proof {
    pub(super) fn shorten(&mut self) {
        clip(&mut self.scheme);
        for text in
            [&mut self.subject, &mut self.issuer, &mut self.key_id, &mut self.previous_request_id]
        {
            clip_some(text);
        }
        self.hops.truncate(HOPS_MAX);
        self.hops.iter_mut().for_each(clip);
    }
}
