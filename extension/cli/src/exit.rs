//! Exit codes of every verb, in one place, so that scripts can rely on them.

use std::io::{self, Write as _};

/// How a command ended. The numbers are part of the interface.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    /// All is well.
    Success,
    /// The command could not do its work (unreadable file, broken input).
    Failure,
    /// `verify`: every chain is consistent with itself, but no trust root vouches for it.
    Unauthenticated,
    /// `attach`, `doctor`, `lint`: the work is done, and something was found.
    Found,
    /// `verify`: a chain is broken, or something it should hold is missing.
    Broken,
}

impl Exit {
    /// How a command ends that could not print: what is wrong with the output is said, but whoever
    /// closed it wants no more of it, and no message either.
    pub(crate) fn unprinted(error: &io::Error) -> Self {
        if error.kind() != io::ErrorKind::BrokenPipe {
            // Where standard error is closed too, nobody reads it.
            drop(writeln!(io::stderr().lock(), "error: standard output: {error}"));
        }
        Self::Failure
    }

    /// The end of a command that has nothing left but to print.
    pub(crate) fn printed(printed: io::Result<()>) -> Self {
        printed.map_or_else(|error| Self::unprinted(&error), |()| Self::Success)
    }
}

impl From<Exit> for std::process::ExitCode {
    fn from(exit: Exit) -> Self {
        // 2 is clap's own code for a wrong command line.
        Self::from(match exit {
            Exit::Success => 0,
            Exit::Failure => 1,
            Exit::Unauthenticated | Exit::Found => 3,
            Exit::Broken => 4,
        })
    }
}
