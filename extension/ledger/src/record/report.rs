//! What Lambda says an earlier invocation used.
use serde::Serialize;

use super::cost::Cost;
use super::cut::{clip, clip_some};

/// The figures of a `platform.report` telemetry event ("Lambda Telemetry API event schema
/// reference"). They come from an unauthenticated sender, so they are a hint and no proof.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Report {
    /// The invocation that is reported on.
    pub request_id: String,
    /// `success`, `failure`, `error` or `timeout`.
    pub status: String,
    /// How long the invocation took, in milliseconds with a fraction.
    pub duration_ms: f64,
    /// The milliseconds that are billed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub billed_duration_ms: Option<f64>,
    /// Configured memory in MB.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub memory_size_mb: Option<u64>,
    /// The most memory that was used, in MB.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_memory_used_mb: Option<u64>,
    /// How long the init phase took, in milliseconds, when this was the first invocation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub init_duration_ms: Option<f64>,
    /// How long restoring a snapshot took, in milliseconds, when one was restored.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub restore_duration_ms: Option<f64>,
    /// The type of error, when the status is no success.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error_type: Option<String>,
    /// When Lambda wrote the report, in milliseconds since 1970.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reported: Option<u64>,
    /// What the invocation cost by these figures.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cost: Option<Cost>,
}

impl Report {
    pub(super) fn shorten(&mut self) {
        clip(&mut self.request_id);
        clip(&mut self.status);
        clip_some(&mut self.error_type);
        self.cost.iter_mut().for_each(Cost::shorten);
    }
}
