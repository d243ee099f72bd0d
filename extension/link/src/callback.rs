//! Refusals that a service reads elsewhere than in the function's answer.

use serde::{Deserialize, Serialize};
use std::fmt;

/// PUT this document to a presigned URL of CloudFormation ("Custom resource response objects").
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FailResource {
    /// The URL; a secret.
    pub url: String,
    /// The document: JSON.
    pub body: String,
}

/// Tell the caller of an S3 Object Lambda access point that it does not get the object
/// ("Amazon S3 API Reference", `WriteGetObjectResponse`).
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DenyObject {
    /// The `outputRoute` of the event: the first label of the host.
    pub route: String,
    /// The `outputToken` of the event; a secret.
    pub token: String,
    /// The status that the caller gets.
    pub status: u16,
    /// The error code that the caller gets.
    pub code: String,
    /// The error message that the caller gets.
    pub message: String,
}

/// The service took it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delivered;

/// The URL is a secret.
impl fmt::Debug for FailResource {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("FailResource").finish_non_exhaustive()
    }
}

/// The token is a secret.
impl fmt::Debug for DenyObject {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("DenyObject").field("status", &self.status).finish_non_exhaustive()
    }
}
