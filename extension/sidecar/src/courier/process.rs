//! The courier's process: started with one end of a socket pair as its standard input.

use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream as Pair;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;
use tokio::net::UnixStream;

/// How long a killed process may take to be gone: it is stopped by the kernel, not by itself.
const GONE_CHECKS: u32 = 100;
const GONE_CHECK: Duration = Duration::from_millis(1);

/// A running courier. Dropping it does not end it; its socket's end does.
pub(super) struct Process {
    child: Child,
    /// Our end of its socket.
    pub(super) line: UnixStream,
}

impl Process {
    /// Starts it. Its log goes where ours goes; it has no standard output, which is the ledger's.
    pub(super) fn start(path: &Path) -> io::Result<Self> {
        let (ours, theirs) = Pair::pair()?;
        ours.set_nonblocking(true)?;
        let child = Command::new(path)
            .stdin(OwnedFd::from(theirs))
            .stdout(Stdio::null())
            .stderr(Stdio::inherit())
            .spawn()?;
        Ok(Self { child, line: UnixStream::from_std(ours)? })
    }

    /// Ends it, and takes its process entry away. Gives how it had ended, where it had already.
    pub(super) async fn end(mut self) -> Option<String> {
        let before = self.child.try_wait().ok().flatten();
        // It may have ended in between.
        drop(self.child.kill());
        for _ in 0..GONE_CHECKS {
            if !matches!(self.child.try_wait(), Ok(None)) {
                break;
            }
            tokio::time::sleep(GONE_CHECK).await;
        }
        before.map(|status| status.to_string())
    }
}
