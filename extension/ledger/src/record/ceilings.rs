//! The bounds that one invocation ran under.
use serde::{Deserialize, Serialize};

/// Every ceiling that was set, with what was used of it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Ceilings {
    /// From release to reply, in milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub time_ms: Option<Ceiling>,
    /// Bytes of the reply.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub response_bytes: Option<Ceiling>,
    /// Items of one event.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub items: Option<Ceiling>,
    /// Deliveries of one event, the first included.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retries: Option<Ceiling>,
    /// Functions that called each other up to this one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hops: Option<Ceiling>,
    /// Memory of the environment, in MB.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub memory_mb: Option<Ceiling>,
    /// What the policy says of a function that ran into its time: `recycle` or `detach`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after_time: Option<String>,
    /// Who ended the invocation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ended_by: Option<EndedBy>,
}

/// Who ended an invocation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum EndedBy {
    /// The function: it answered, or its process ended.
    Function,
    /// A ceiling of the policy.
    Ceiling,
    /// Lambda: its own timeout, or the end of the environment.
    Lambda,
}

/// One ceiling.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ceiling {
    /// The most that was allowed.
    pub limit: u64,
    /// What was used, where that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub used: Option<u64>,
    /// Whether the bound was met and acted upon.
    #[serde(skip_serializing_if = "is_false", default)]
    pub exceeded: bool,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the form serde asks for")]
const fn is_false(flag: &bool) -> bool {
    !*flag
}
