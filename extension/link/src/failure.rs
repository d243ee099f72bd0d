//! Why the courier could not do what it was asked.

use serde::{Deserialize, Serialize};

/// The courier's no.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{detail}")]
pub struct Failure {
    /// What the asker can make of it.
    pub cause: Cause,
    /// What happened, in a few words. Never a secret, never payload content.
    pub detail: String,
    /// The least time to wait before asking again, in milliseconds, where the service named one.
    pub retry_after_ms: Option<u32>,
}

/// What kind of no it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Cause {
    /// The service could not be reached, or did not answer in time. Ask again.
    Unreachable,
    /// The service is over its limits. Ask again, later.
    Throttled,
    /// The service failed. Ask again.
    Service,
    /// A condition of the request does not hold (a conditional update). Not an error.
    Condition,
    /// The service refuses: permissions, unknown names, malformed requests. Asking again changes
    /// nothing until somebody mends it.
    Refused,
    /// What the request needs is not configured: a variable, a region, credentials.
    Unconfigured,
    /// The courier does not know this question.
    Unknown,
}

impl Cause {
    /// Whether the same question may be answered later without anybody mending anything.
    pub fn is_passing(self) -> bool {
        matches!(self, Self::Unreachable | Self::Throttled | Self::Service)
    }
}

impl Failure {
    /// A failure of this cause.
    pub fn new(cause: Cause, detail: impl Into<String>) -> Self {
        Self { cause, detail: detail.into(), retry_after_ms: None }
    }
}
