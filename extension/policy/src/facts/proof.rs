//! What of an event was proved by a signature or a token.
use serde::Serialize;
use tollgate_proof::Proof;

/// The outcome of authentication.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ProofFacts {
    /// What was asked for: `jwt`, `hmac.github`, `sns`, `context`, …; joined by `+` where several.
    pub scheme: String,
    /// Whether all of it held.
    pub verified: bool,
    /// Of whom a token speaks.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    /// Who vouches: an issuer, a topic, the function before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub issuer: Option<String>,
    /// Which key it held under, by its id; never the key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key_id: Option<String>,
    /// When it was signed: milliseconds since the Unix epoch.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub signed_ms: Option<u64>,
    /// When it ends: milliseconds since the Unix epoch.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ends_ms: Option<u64>,
    /// Whether the same was here before and came to nothing.
    pub retry: bool,
    /// The functions that the event came through, the first one first.
    pub hops: Vec<String>,
    /// The request id of the last of them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub previous_request_id: Option<String>,
    /// Whether the payload's reserved member was taken out.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub stripped: bool,
}

impl ProofFacts {
    /// Adds what a proof says; the first one that says something counts.
    pub(crate) fn add(&mut self, proof: &Proof) {
        let Self { subject, issuer, key_id, signed_ms, ends_ms, hops, .. } = self;
        let text = |own: &mut Option<String>, more: &Option<String>| {
            if own.is_none() {
                own.clone_from(more);
            }
        };
        text(subject, &proof.subject);
        text(issuer, &proof.issuer);
        text(key_id, &proof.key_id);
        *signed_ms = signed_ms.or(proof.made_ms);
        *ends_ms = ends_ms.or(proof.ends_ms);
        if hops.is_empty() {
            hops.extend(proof.hops.iter().map(|hop| hop.function.clone()));
            self.previous_request_id = proof.hops.last().map(|hop| hop.request_id.clone());
        }
    }
}
