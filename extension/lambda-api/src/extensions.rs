//! The Extensions API, version 2020-01-01: registration and lifecycle events.

use serde::{Deserialize, Serialize};

/// Path of `register`.
pub const REGISTER_PATH: &str = "/2020-01-01/extension/register";
/// Path of the long poll that hands out the next lifecycle event.
pub const NEXT_PATH: &str = "/2020-01-01/extension/event/next";

/// Header names, lower case as HTTP libraries compare them.
pub mod header {
    /// File name of the extension in `/opt/extensions` (`register`).
    pub const NAME: &str = "lambda-extension-name";
    /// Optional features asked for at registration (`register`).
    pub const ACCEPT_FEATURE: &str = "lambda-extension-accept-feature";
    /// Id given by `register`, sent with every later call.
    pub const IDENTIFIER: &str = "lambda-extension-identifier";
}

/// What `register` answers.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Registered {
    /// Name of the function.
    pub function_name: String,
    /// Version of the function, `$LATEST` or a number.
    pub function_version: String,
    /// Handler setting; empty for custom runtimes.
    pub handler: String,
    /// Account of the function, where the feature `accountId` was granted.
    pub account_id: Option<String>,
}

/// A lifecycle event.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(tag = "eventType", rename_all = "UPPERCASE")]
pub enum Event {
    /// An invocation begins.
    Invoke(Invoke),
    /// The environment ends, or is reset.
    Shutdown(Shutdown),
}

/// An invocation, as extensions see it: without its payload.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Invoke {
    /// When the function times out, in milliseconds of Unix time.
    #[serde(default)]
    pub deadline_ms: u64,
    /// Request id of the invocation.
    pub request_id: String,
    /// ARN the caller used.
    #[serde(default)]
    pub invoked_function_arn: String,
}

/// The end of an environment.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Shutdown {
    /// Why, as the platform wrote it; see [`Shutdown::reason`].
    #[serde(default)]
    pub shutdown_reason: String,
    /// When the processes are killed, in milliseconds of Unix time.
    #[serde(default)]
    pub deadline_ms: u64,
}

/// Why an environment ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ShutdownReason {
    /// It is no longer needed.
    Spindown,
    /// The function ran into its timeout; the environment is reset.
    Timeout,
    /// The runtime or an extension failed; the environment is reset.
    Failure,
    /// A reason that is not documented.
    Other,
}

impl Shutdown {
    /// The reason. The documentation prints upper case and the platform sends lower case, so
    /// letters are compared without case.
    pub fn reason(&self) -> ShutdownReason {
        match self.shutdown_reason.to_ascii_lowercase().as_str() {
            "spindown" => ShutdownReason::Spindown,
            "timeout" => ShutdownReason::Timeout,
            "failure" => ShutdownReason::Failure,
            _ => ShutdownReason::Other,
        }
    }
}

/// Body of `register` for the given events (`INVOKE`, `SHUTDOWN`).
pub fn register_body(events: &[&str]) -> Vec<u8> {
    let list: Vec<String> = events.iter().map(|event| format!("\"{event}\"")).collect();
    format!("{{\"events\":[{}]}}", list.join(",")).into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_invoke_without_tracing_is_read() {
        let text =
            r#"{"eventType":"INVOKE","deadlineMs":5,"requestId":"r","invokedFunctionArn":"a"}"#;
        let event: Event = serde_json::from_str(text).unwrap();
        assert!(matches!(event, Event::Invoke(invoke) if invoke.request_id == "r"));
    }

    #[test]
    fn shutdown_reasons_ignore_case() {
        for (text, reason) in [
            ("SPINDOWN", ShutdownReason::Spindown),
            ("timeout", ShutdownReason::Timeout),
            ("Failure", ShutdownReason::Failure),
            ("SandboxTerminated", ShutdownReason::Other),
        ] {
            let shutdown = Shutdown { shutdown_reason: text.into(), deadline_ms: 0 };
            assert_eq!(shutdown.reason(), reason, "{text}");
        }
    }

    #[test]
    fn the_register_body_is_the_documented_one() {
        assert_eq!(register_body(&["INVOKE", "SHUTDOWN"]), br#"{"events":["INVOKE","SHUTDOWN"]}"#);
        assert_eq!(register_body(&[]), br#"{"events":[]}"#);
    }
}
