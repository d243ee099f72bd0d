//! Something somebody should look at.
use serde::Serialize;

use super::cut::{clip, clip_some};

/// A finding: an observation that is not the outcome of one invocation, or is more than that.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Finding {
    /// The stable id, such as `internal.panic` or `proxy.second_poll`.
    pub id: String,
    /// How bad it is.
    pub severity: Severity,
    /// The invocation it belongs to, if it belongs to one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    /// Whose events it was seen in, if they have one caller.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub caller: Option<String>,
    /// What was seen, in a few words. Never payload content.
    pub detail: String,
    /// How often it was seen since it was last written.
    pub count: u64,
}

/// How bad a finding is, in the words of OCSF's `severity_id` 1 to 5.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// No action is needed.
    #[default]
    Informational,
    /// Somebody may decide whether action is needed.
    Low,
    /// Action is needed, but not at once.
    Medium,
    /// Action is needed at once.
    High,
    /// Action is needed at once and the scope is wide.
    Critical,
}

impl Finding {
    pub(super) fn shorten(&mut self) {
        clip(&mut self.id);
        clip(&mut self.detail);
        clip_some(&mut self.request_id);
        clip_some(&mut self.caller);
    }
}
