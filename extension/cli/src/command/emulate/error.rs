//! What can keep `tollgate emulate` from running an event.
use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use tollgate_emulator::{FleetError, InvokeError};

/// Something could not be run; the message says what to do where that is known.
#[derive(Debug, thiserror::Error)]
pub(super) enum Trouble {
    #[error("{what} `{path}`: {source}")]
    Io { what: &'static str, path: PathBuf, source: io::Error },
    #[error("no events in `{path}`: put files there, or name them with --event")]
    NoEvents { path: PathBuf },
    #[error("the policy `{path}` does not exist")]
    NoPolicy { path: PathBuf },
    #[error("the function command `{command}` has an open quote")]
    OpenQuote { command: String },
    #[error("port {port} of TOLLGATE_PORT is in use: choose another one, or leave it out")]
    PortInUse { port: String },
    #[error("cannot listen on {address}: {source}; choose another address with --listen")]
    Listen { address: SocketAddr, source: io::Error },
    #[error("`{file}`, line {line}: {problem}")]
    Item { file: PathBuf, line: usize, problem: String },
    #[error(
        "TOLLGATE_PORT is one port, and {environments} environments need one each: leave it out"
    )]
    PortShared { environments: u16 },
    #[error("--filter '{filter}': {why}")]
    Filter { filter: String, why: String },
    #[error("{0}")]
    Template(String),
    #[error(transparent)]
    Fleet(FleetError),
    #[error("event `{file}`: {source}")]
    Invoke { file: PathBuf, source: InvokeError },
    #[error("interrupted")]
    Interrupted,
    #[error("cannot print: {0}")]
    Print(#[from] io::Error),
}

impl Trouble {
    /// Wraps an I/O error with what was tried on which path.
    pub(super) fn io(what: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Io { what, path, source }
    }
}
