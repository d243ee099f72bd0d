//! Public documents that proofs are held against: key sets, and certificates of SNS.

use crate::Blob;
use serde::{Deserialize, Serialize};

/// Fetch a document over HTTPS.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Fetch {
    /// What is fetched, and so from which hosts.
    pub kind: FetchKind,
    /// The address.
    pub url: String,
}

/// The kinds of document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum FetchKind {
    /// A JSON Web Key Set (RFC 7517) of an issuer that the policy names; from the host that stands
    /// in the policy.
    KeySet,
    /// A signing certificate of SNS: from `sns.REGION.amazonaws.com` or
    /// `sns.REGION.amazonaws.com.cn` only, because the address stands in the message.
    SnsCertificate,
}

/// The document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fetched {
    /// Its bytes.
    pub body: Blob,
    /// How long it may be used without asking again, in seconds, where the host says so
    /// (`Cache-Control: max-age`, RFC 9111).
    pub fresh_seconds: Option<u32>,
}
