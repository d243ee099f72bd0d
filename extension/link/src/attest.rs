//! An attestation by a key of KMS that a chain's first public key is the one it says.

use crate::Blob;
use serde::{Deserialize, Serialize};

/// Sign this message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attest {
    /// The key of KMS: its id, ARN or alias.
    pub key: String,
    /// What is signed: at most 4,096 bytes ("AWS KMS API Reference", `Sign`).
    pub message: String,
}

/// What KMS says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attested {
    /// The ARN of the key that signed.
    pub key_arn: String,
    /// KMS's name of the algorithm, such as `ECDSA_SHA_256`.
    pub algorithm: String,
    /// The signature, as KMS gives it: ASN.1 DER for ECDSA.
    pub signature: Blob,
}

/// Fetch the public half of a key of KMS.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReadKey {
    /// The key of KMS: its id, ARN or alias.
    pub key: String,
}

/// The public half of a key of KMS.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyRead {
    /// The key's ARN.
    pub key_arn: String,
    /// KMS's name of its kind, such as `ECC_NIST_P256`; empty where it names none.
    pub spec: String,
    /// The key: `SubjectPublicKeyInfo` (RFC 5280) in DER.
    pub public_key: Blob,
}
