//! The Runtime API, version 2018-06-01: its endpoints, headers and limits.

/// Path prefix of every Runtime API endpoint.
pub const PREFIX: &str = "/2018-06-01/runtime/";

/// Path of the long poll that hands out the next invocation.
pub const NEXT_PATH: &str = "/2018-06-01/runtime/invocation/next";

/// Largest event and largest buffered response: 6 MiB and 100 bytes.
pub const PAYLOAD_BYTES_MAX: usize = 6 * 1024 * 1024 + 100;

/// Header names, lower case as HTTP libraries compare them.
pub mod header {
    /// Request id of the invocation (`next`).
    pub const REQUEST_ID: &str = "lambda-runtime-aws-request-id";
    /// When the function times out, in milliseconds of Unix time (`next`).
    pub const DEADLINE_MS: &str = "lambda-runtime-deadline-ms";
    /// ARN the caller used, with its qualifier (`next`).
    pub const FUNCTION_ARN: &str = "lambda-runtime-invoked-function-arn";
    /// X-Ray trace header (`next`).
    pub const TRACE_ID: &str = "lambda-runtime-trace-id";
    /// Client context of the AWS mobile SDKs, written by the caller (`next`).
    pub const CLIENT_CONTEXT: &str = "lambda-runtime-client-context";
    /// Cognito identity of the caller, written by the caller's SDK (`next`).
    pub const COGNITO_IDENTITY: &str = "lambda-runtime-cognito-identity";
    /// Tenant of a function in tenant isolation mode (`next`).
    pub const TENANT_ID: &str = "lambda-runtime-aws-tenant-id";
    /// Nonce of this attempt; a reply that echoes another one is refused (`next`, `response`, `error`).
    pub const INVOCATION_ID: &str = "lambda-runtime-invocation-id";
    /// Error type of a failed invocation or initialisation (`error`, `init/error`).
    pub const ERROR_TYPE: &str = "lambda-runtime-function-error-type";
    /// Error of a streamed response that has begun, base64 of its JSON; a trailer (`response`).
    pub const ERROR_BODY: &str = "lambda-runtime-function-error-body";
    /// `streaming` when a response is streamed (`response`).
    pub const RESPONSE_MODE: &str = "lambda-runtime-function-response-mode";
}

/// Value of [`header::RESPONSE_MODE`] for a streamed response.
pub const MODE_STREAMING: &str = "streaming";

/// The endpoint that a method and a path name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Endpoint<'a> {
    /// `GET invocation/next`: the long poll.
    Next,
    /// `POST invocation/{id}/response`: the function's answer.
    Response(&'a str),
    /// `POST invocation/{id}/error`: the function failed.
    Error(&'a str),
    /// `POST init/error`: the runtime could not start.
    InitError,
    /// `GET restore/next`: ready for the snapshot; returns after the restore (SnapStart).
    RestoreNext,
    /// `POST restore/error`: an after-restore hook failed (SnapStart).
    RestoreError,
    /// Anything else, of this or another API.
    Other,
}

impl<'a> Endpoint<'a> {
    /// Recognises an endpoint. `path` is without query string; an unknown method or path is
    /// [`Endpoint::Other`], which a relay passes on as it is.
    pub fn recognise(method: &str, path: &'a str) -> Self {
        let Some(rest) = path.strip_prefix(PREFIX) else {
            return Self::Other;
        };
        match (method, rest) {
            ("GET", "invocation/next") => Self::Next,
            ("GET", "restore/next") => Self::RestoreNext,
            ("POST", "init/error") => Self::InitError,
            ("POST", "restore/error") => Self::RestoreError,
            ("POST", _) => Self::reply(rest),
            _ => Self::Other,
        }
    }

    fn reply(rest: &'a str) -> Self {
        let Some((id, verb)) =
            rest.strip_prefix("invocation/").and_then(|tail| tail.split_once('/'))
        else {
            return Self::Other;
        };
        match verb {
            _ if id.is_empty() => Self::Other,
            "response" => Self::Response(id),
            "error" => Self::Error(id),
            _ => Self::Other,
        }
    }
}

/// Path of an invocation's `response` endpoint.
pub fn response_path(request_id: &str) -> String {
    format!("{PREFIX}invocation/{request_id}/response")
}

/// Path of an invocation's `error` endpoint.
pub fn error_path(request_id: &str) -> String {
    format!("{PREFIX}invocation/{request_id}/error")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_documented_endpoint_is_recognised() {
        let cases = [
            ("GET", "/2018-06-01/runtime/invocation/next", Endpoint::Next),
            ("POST", "/2018-06-01/runtime/invocation/a-1/response", Endpoint::Response("a-1")),
            ("POST", "/2018-06-01/runtime/invocation/a-1/error", Endpoint::Error("a-1")),
            ("POST", "/2018-06-01/runtime/init/error", Endpoint::InitError),
            ("GET", "/2018-06-01/runtime/restore/next", Endpoint::RestoreNext),
            ("POST", "/2018-06-01/runtime/restore/error", Endpoint::RestoreError),
        ];
        for (method, path, expected) in cases {
            assert_eq!(Endpoint::recognise(method, path), expected, "{method} {path}");
        }
    }

    #[test]
    fn everything_else_is_left_alone() {
        let cases = [
            ("POST", "/2018-06-01/runtime/invocation/next"),
            ("GET", "/2018-06-01/runtime/invocation/a-1/response"),
            ("POST", "/2018-06-01/runtime/invocation//response"),
            ("POST", "/2018-06-01/runtime/invocation/a/b/response"),
            ("GET", "/2018-06-01/runtime/invocation/next/"),
            ("GET", "/2018-06-01/ping"),
            ("POST", "/2020-01-01/extension/register"),
            ("GET", ""),
        ];
        for (method, path) in cases {
            assert_eq!(Endpoint::recognise(method, path), Endpoint::Other, "{method} {path}");
        }
    }

    #[test]
    fn reply_paths_lead_back_to_their_endpoint() {
        assert_eq!(Endpoint::recognise("POST", &response_path("x")), Endpoint::Response("x"));
        assert_eq!(Endpoint::recognise("POST", &error_path("x")), Endpoint::Error("x"));
    }
}
