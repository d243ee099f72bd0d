//! The paths of the three APIs.
use http::Method;

use crate::settings::Settings;

/// One endpoint; request ids are parts of the path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Route<'a> {
    Ping,
    Next,
    Response(&'a str),
    Error(&'a str),
    InitError,
    RestoreNext,
    RestoreError,
    Register,
    ExtensionNext,
    ExtensionInitError,
    ExtensionExitError,
    Telemetry,
    Logs,
    Credentials,
}

impl<'a> Route<'a> {
    /// The endpoint at a path, below the environment's path prefix.
    pub(crate) fn find(path: &'a str, settings: &Settings) -> Option<Self> {
        let path = path.strip_prefix(settings.path_prefix.as_str())?;
        if let Some(path) = path.strip_prefix("/2018-06-01/") {
            return Self::runtime(path, settings.snap_start);
        }
        match path {
            "/2020-01-01/extension/register" => Some(Self::Register),
            "/2020-01-01/extension/event/next" => Some(Self::ExtensionNext),
            "/2020-01-01/extension/init/error" => Some(Self::ExtensionInitError),
            "/2020-01-01/extension/exit/error" => Some(Self::ExtensionExitError),
            "/2022-07-01/telemetry" => Some(Self::Telemetry),
            // The keys of SnapStart functions: none are in their variables (LAMBDA.md 5.5).
            "/2021-04-23/credentials" if settings.snap_start => Some(Self::Credentials),
            // Managed Instances have no Logs API.
            "/2020-08-15/logs" if !settings.is_managed() => Some(Self::Logs),
            _ => None,
        }
    }

    fn runtime(path: &'a str, snap_start: bool) -> Option<Self> {
        match path {
            "ping" => Some(Self::Ping),
            "runtime/invocation/next" => Some(Self::Next),
            "runtime/init/error" => Some(Self::InitError),
            // Mounted for SnapStart functions only.
            "runtime/restore/next" if snap_start => Some(Self::RestoreNext),
            "runtime/restore/error" if snap_start => Some(Self::RestoreError),
            _ => Self::invocation(path.strip_prefix("runtime/invocation/")?),
        }
    }

    fn invocation(rest: &'a str) -> Option<Self> {
        match rest.split_once('/')? {
            ("", _) => None,
            (id, "response") => Some(Self::Response(id)),
            (id, "error") => Some(Self::Error(id)),
            _ => None,
        }
    }

    /// The one method that the endpoint has.
    pub(crate) fn method(&self) -> Method {
        match self {
            Self::Credentials
            | Self::Ping
            | Self::Next
            | Self::RestoreNext
            | Self::ExtensionNext => Method::GET,
            Self::Telemetry | Self::Logs => Method::PUT,
            _ => Method::POST,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn find(path: &'static str, settings: &Settings) -> Option<Route<'static>> {
        Route::find(path, settings)
    }

    #[test]
    fn paths_below_the_prefix_are_found() {
        let plain = Settings::new(["function"]);
        let prefixed = plain.clone().path_prefix("/.rt");
        let next = "/2018-06-01/runtime/invocation/next";
        assert_eq!(find(next, &plain), Some(Route::Next));
        assert_eq!(find(next, &prefixed), None);
        assert_eq!(find("/.rt/2018-06-01/runtime/invocation/next", &prefixed), Some(Route::Next));
    }

    #[test]
    fn request_ids_are_parts_of_the_path() {
        let settings = Settings::new(["function"]);
        let id = "/2018-06-01/runtime/invocation/some-id/response";
        assert_eq!(find(id, &settings), Some(Route::Response("some-id")));
        assert_eq!(find("/2018-06-01/runtime/invocation//response", &settings), None);
        assert_eq!(find("/2018-06-01/runtime/invocation/a/b/response", &settings), None);
    }

    #[test]
    fn restore_exists_for_snap_start_only() {
        let settings = Settings::new(["function"]);
        let path = "/2018-06-01/runtime/restore/next";
        assert_eq!(find(path, &settings), None);
        assert_eq!(find(path, &settings.snap_start(true)), Some(Route::RestoreNext));
    }
}
