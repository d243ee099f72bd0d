//! What vouches for a chain's first key: a signature by a key that the sandbox does not hold.
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;

use super::cut::clip;

/// What a certificate signs begins with this.
pub const CERTIFICATE_DOMAIN: &str = "tollgate-certificate-v1\n";

/// A signature over a chain's id and its first public key, made off the path by AWS KMS ("AWS KMS
/// API Reference: Sign"), whose private keys never leave it. It is a later record of the chain it
/// vouches for; `tollgate verify --trust` holds the public half.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Certificate {
    /// The KMS key's ARN.
    pub key_id: String,
    /// KMS's name of the signing algorithm; `ECDSA_SHA_256` is what `verify` knows.
    pub algorithm: String,
    /// The signature over [`message`](Self::message) (`MessageType` `RAW`), base64 of the bytes
    /// that KMS returns: DER for ECDSA.
    pub signature: String,
}

impl Certificate {
    /// What KMS answered.
    pub fn new(key_id: String, algorithm: String, signature: &[u8]) -> Self {
        Self { key_id, algorithm, signature: STANDARD.encode(signature) }
    }

    /// What is signed: [`CERTIFICATE_DOMAIN`], the chain's id (32 hex digits), a colon and the
    /// `publicKey` of its `open` record (64 hex digits). 121 bytes.
    pub fn message(chain: &str, public_key: &str) -> String {
        format!("{CERTIFICATE_DOMAIN}{chain}:{public_key}")
    }

    pub(super) fn shorten(&mut self) {
        [&mut self.key_id, &mut self.algorithm, &mut self.signature].into_iter().for_each(clip);
    }
}
