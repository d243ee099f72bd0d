//! Why an environment cannot be started, and why an invocation is not taken.
use std::io;
use std::path::PathBuf;

/// The environment was not started: something is wrong with the settings or this machine.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StartError {
    /// No command was given.
    #[error("the function command is empty")]
    CommandEmpty,
    /// The function's program does not exist or cannot be executed.
    #[error("the function command `{program}` was not found: give a path, or a name on PATH")]
    CommandNotFound {
        /// The program.
        program: String,
    },
    /// The layer's directory does not exist.
    #[error("the layer directory `{path}` does not exist")]
    LayerMissing {
        /// The directory.
        path: PathBuf,
    },
    /// The layer has no `extensions/`.
    #[error("the layer has no extensions: cannot read `{path}`: {source}")]
    LayerWithoutExtensions {
        /// The directory that was looked for.
        path: PathBuf,
        /// Why it could not be read.
        source: io::Error,
    },
    /// The wrapper named by `AWS_LAMBDA_EXEC_WRAPPER` does not exist.
    #[error("the wrapper `{path}` named by AWS_LAMBDA_EXEC_WRAPPER does not exist")]
    WrapperMissing {
        /// The file on this machine.
        path: PathBuf,
    },
    /// A variable that Lambda reserves was set.
    #[error("the environment variable `{name}` is reserved by Lambda and cannot be set")]
    VariableReserved {
        /// Its name.
        name: String,
    },
    /// Only root can start processes as Lambda's user.
    #[error(
        "only root can start processes as Lambda's user: be root, or leave the sandbox user out"
    )]
    SandboxUser,
    /// Lambda's user cannot enter a directory, or execute a file.
    #[error("`{path}` cannot be reached by Lambda's user (uid 993): `chmod o+x` lets others pass")]
    Unreachable {
        /// The directory or file.
        path: PathBuf,
    },
    /// The API server or the directories could not be set up.
    #[error("{what}: {source}")]
    Io {
        /// What was tried.
        what: &'static str,
        /// Why it failed.
        source: io::Error,
    },
}

/// The invocation was not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvokeError {
    /// The environment was shut down.
    #[error("the environment was shut down")]
    Closed,
    /// A fault on demand: `TooManyRequestsException`, status 429 of the Invoke API.
    #[error("Rate Exceeded.")]
    Throttled,
    /// The event is over the payload limit.
    #[error("the event has {bytes} bytes: at most {max} are allowed")]
    RequestTooLarge {
        /// Its size.
        bytes: usize,
        /// The limit, [`PAYLOAD_BYTES_MAX`](crate::PAYLOAD_BYTES_MAX).
        max: usize,
    },
}
