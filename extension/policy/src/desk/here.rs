//! Where and as what an environment runs.

/// Facts of the execution environment; whatever is not known is none or empty.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Here {
    /// The function's name (`AWS_LAMBDA_FUNCTION_NAME`).
    pub function: String,
    /// Its version (`AWS_LAMBDA_FUNCTION_VERSION`): a number or `$LATEST`.
    pub version: String,
    /// The Region it runs in (`AWS_REGION`).
    pub region: Option<String>,
    /// Its account, where the platform tells it at registration.
    pub account: Option<String>,
    /// Its memory in MB (`AWS_LAMBDA_FUNCTION_MEMORY_SIZE`).
    pub memory_mb: Option<u32>,
    /// The processor: `x86_64` or `arm64`, in Lambda's words.
    pub architecture: &'static str,
    /// How the environment came to be (`AWS_LAMBDA_INITIALIZATION_TYPE`).
    pub initialization: &'static str,
    /// When its process began: milliseconds since the Unix epoch; 0 where that is not known.
    pub started_ms: u64,
    /// Whether the event in hand is the environment's first.
    pub cold_start: bool,
}
