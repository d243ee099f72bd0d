//! What goes into an invocation and what comes out of it.
use std::time::Duration;

use bytes::Bytes;

use crate::live::Live;

/// One event to invoke the function with, and what a caller may send along.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Event {
    /// The bytes the runtime gets, unchanged; at most [`PAYLOAD_BYTES_MAX`].
    pub body: Bytes,
    /// JSON of the client context (`Lambda-Runtime-Client-Context`).
    pub client_context: Option<String>,
    /// JSON of the Cognito identity (`Lambda-Runtime-Cognito-Identity`).
    pub cognito_identity: Option<String>,
    /// The X-Ray header, `Root=…;Parent=…;Sampled=…` (`Lambda-Runtime-Trace-Id`).
    pub trace: Option<String>,
    /// The tenant in tenant isolation mode (`Lambda-Runtime-Aws-Tenant-Id`).
    pub tenant: Option<String>,
    /// The version or alias the caller named; it ends the function's ARN.
    pub qualifier: Option<String>,
    /// What whoever follows a fleet knows the event by. No process is told.
    pub origin: Option<String>,
    /// Where a streamed answer goes while it is made.
    pub live: Option<Live>,
}

/// The payload limit of both directions: 6 MiB and 100 bytes, as the Runtime API's 413 names it.
pub const PAYLOAD_BYTES_MAX: usize = 6 * 1024 * 1024 + 100;

impl Event {
    /// An event that is only its body.
    pub fn new(body: impl Into<Bytes>) -> Self {
        Self { body: body.into(), ..Self::default() }
    }
}

impl From<&'static str> for Event {
    fn from(body: &'static str) -> Self {
        Self::new(body)
    }
}

/// A finished invocation: the runtime and every extension subscribed to INVOKE asked for the next.
#[derive(Debug, Clone)]
pub struct Invoked {
    /// The request id that the runtime and the extensions saw.
    pub request_id: String,
    /// What the caller got.
    pub answer: Answer,
    /// How the invocation ended; an answer given early outlives a bad ending.
    pub ending: Ending,
    /// When each thing happened.
    pub phases: Phases,
    /// The suppressed init that ran inside this invocation, if one was needed.
    pub init: Option<InitReport>,
    /// The deadline that runtime and extensions were given, in milliseconds since 1970.
    pub deadline_ms: u64,
}

/// What the caller of a function gets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// The function's `/response`.
    Response {
        /// The whole body.
        body: Bytes,
        /// Its content type, empty if the runtime sent none.
        content_type: String,
        /// Whether the response was sent in streaming mode.
        streamed: bool,
        /// The trailers of a streamed response, with lower-case names.
        trailers: Vec<(String, String)>,
        /// The pieces of the body as they came off the connection.
        chunks: Vec<Chunk>,
    },
    /// The function's `/error`, or a fault that Lambda found in its response.
    Error {
        /// The error type as Lambda reports it.
        error_type: String,
        /// The body, as sent.
        body: Bytes,
    },
    /// The function timeout passed.
    Timeout {
        /// Lambda's words, `… Task timed out after 3.00 seconds`.
        message: String,
    },
    /// The runtime or an extension ended, or could not be started.
    Crash {
        /// `Runtime.ExitError`, `Extension.Crash` and their like.
        error_type: String,
        /// Lambda's words.
        message: String,
    },
}

impl Answer {
    /// The error type, unless the answer is a response without an error trailer.
    pub fn error_type(&self) -> Option<&str> {
        match self {
            Self::Response { trailers, .. } => trailers
                .iter()
                .find(|(name, _)| name == "lambda-runtime-function-error-type")
                .map(|(_, value)| value.as_str()),
            Self::Error { error_type, .. } | Self::Crash { error_type, .. } => Some(error_type),
            Self::Timeout { .. } => Some("Sandbox.Timedout"),
        }
    }

    /// The bytes the caller reads.
    pub fn body(&self) -> Bytes {
        match self {
            Self::Response { body, .. } | Self::Error { body, .. } => body.clone(),
            Self::Timeout { message } => error_body("Sandbox.Timedout", message),
            Self::Crash { error_type, message } => error_body(error_type, message),
        }
    }
}

/// An error as the Runtime API writes it.
pub(crate) fn error_body(error_type: &str, message: &str) -> Bytes {
    let body = serde_json::json!({ "errorMessage": message, "errorType": error_type });
    Bytes::from(body.to_string())
}

/// One piece of a streamed response.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chunk {
    /// Microseconds since the invocation's start.
    pub micros: u64,
    /// The bytes.
    pub bytes: Bytes,
}

/// How an invocation ended, for the platform.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ending {
    /// The runtime and the extensions are ready for the next event.
    Ready,
    /// The function timeout passed; the environment was reset.
    Timeout,
    /// A process ended or could not be started; the environment was reset.
    Failure {
        /// `Runtime.ExitError`, `Extension.Crash` and their like.
        error_type: String,
    },
}

/// Times within an invocation, in microseconds since it reached the environment.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Phases {
    /// The event was offered to the runtime and the extensions (after thaw and suppressed init).
    pub dispatched: u64,
    /// A poll of the runtime took the event.
    pub event_taken: Option<u64>,
    /// The head of `/response` or `/error` arrived.
    pub response_started: Option<u64>,
    /// The answer was complete; the caller has it.
    pub response_complete: Option<u64>,
    /// The runtime asked for the next event.
    pub runtime_next: Option<u64>,
    /// Each extension subscribed to INVOKE, and when it asked for the next event.
    pub extensions_next: Vec<(String, u64)>,
    /// The end: everybody ready, or the reset done.
    pub ended: u64,
}

/// How the init phase went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InitReport {
    /// Whether it succeeded.
    pub status: InitStatus,
    /// The error type, if it did not.
    pub error_type: Option<String>,
    /// Lambda's words for the failure.
    pub message: Option<String>,
    /// The error body that the runtime sent to `init/error`.
    pub error_body: Option<Bytes>,
    /// Each extension and when it registered, in microseconds since the start of init.
    pub registered: Vec<(String, u64)>,
    /// When the runtime process was started, in microseconds since the start of init.
    pub runtime_started: Option<u64>,
    /// When the runtime first asked for an event, in microseconds since the start of init.
    pub runtime_ready: Option<u64>,
    /// Each extension and when it first asked for an event, in microseconds since the start.
    pub extensions_ready: Vec<(String, u64)>,
    /// The whole phase.
    pub duration: Duration,
}

impl InitReport {
    /// The report of an environment that was torn down before init ended.
    pub(crate) fn missing() -> Self {
        Self {
            status: InitStatus::Error,
            error_type: Some("Sandbox.Failure".to_owned()),
            message: Some("the environment is gone".to_owned()),
            error_body: None,
            registered: Vec::new(),
            runtime_started: None,
            runtime_ready: None,
            extensions_ready: Vec::new(),
            duration: Duration::ZERO,
        }
    }
}

/// The outcome of an init phase.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InitStatus {
    /// The runtime and all extensions asked for their first event.
    Success,
    /// A process ended or could not be started.
    Error,
    /// The limit passed.
    Timeout,
}

/// How the environment was shut down or reset.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shutdown {
    /// The reason that extensions were given.
    pub reason: Reason,
    /// How the runtime went; absent if it was not running.
    pub runtime: Option<Departure>,
    /// How each external extension went, by name.
    pub extensions: Vec<(String, Departure)>,
    /// The whole phase.
    pub duration: Duration,
}

/// How one process went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Departure {
    /// Microseconds since the start of the shutdown phase; zero if it was gone before.
    pub micros: u64,
    /// `exit status 0`, `signal: 9` and their like.
    pub status: String,
    /// Whether the emulator had to kill it.
    pub killed: bool,
    /// Whether it took the SHUTDOWN event (always false for the runtime).
    pub event_taken: bool,
}

/// Why an environment is shut down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// It is no longer needed.
    Spindown,
    /// The function timeout passed.
    Timeout,
    /// A process ended unexpectedly.
    Failure,
}

impl Reason {
    /// The `shutdownReason` of the event, in the lower case that Lambda's own core writes.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Spindown => "spindown",
            Self::Timeout => "timeout",
            Self::Failure => "failure",
        }
    }
}
