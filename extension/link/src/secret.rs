//! Secrets that live in Secrets Manager or in Parameter Store.

use crate::Blob;
use serde::{Deserialize, Serialize};
use std::fmt;

/// Fetch a secret.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ReadSecret {
    /// Where it lives.
    pub store: SecretStore,
    /// Its name, or its ARN.
    pub name: String,
    /// The one member of it that is meant, where the secret is a JSON object.
    pub member: Option<String>,
}

/// The services that keep secrets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum SecretStore {
    /// AWS Secrets Manager, its version `AWSCURRENT`.
    SecretsManager,
    /// AWS Systems Manager Parameter Store, decrypted.
    ParameterStore,
}

/// A secret's value. Whoever takes the bytes out wipes them.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SecretValue {
    /// The value.
    pub value: Blob,
    /// What the service calls this version of it; no secret.
    pub version: String,
}

/// The value is a secret, and so is its length.
impl fmt::Debug for SecretValue {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("SecretValue").field("version", &self.version).finish_non_exhaustive()
    }
}
