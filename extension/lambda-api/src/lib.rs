//! How Lambda speaks: paths, headers and bodies of its three local APIs, and nothing else.
//!
//! Every constant and type here is a fact of AWS's documentation: the Runtime API
//! ("Using the Lambda runtime API for custom runtimes"), the Extensions API ("Using the Lambda
//! Extensions API") and the Telemetry API ("Lambda Telemetry API reference"). No I/O happens here.

mod endpoint;
pub mod extensions;
pub mod runtime;
pub mod telemetry;

pub use endpoint::Endpoint;
use serde::{Deserialize, Serialize};

/// The error document of all three APIs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ErrorBody {
    /// What went wrong, for people.
    #[serde(default)]
    pub error_message: String,
    /// What went wrong, for programs, such as `InvalidRequestID`.
    #[serde(default)]
    pub error_type: String,
}

impl ErrorBody {
    /// The document's JSON text.
    pub fn to_json(&self) -> Vec<u8> {
        // Two strings always serialise; the fallback keeps this free of panics.
        serde_json::to_vec(self).unwrap_or_else(|_| b"{}".to_vec())
    }
}
