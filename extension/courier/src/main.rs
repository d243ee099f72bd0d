//! The process `tollgate-courier`: started by the extension, with one end of a socket pair as its
//! standard input. It ends when the other end is closed.

use rustix::process::{DumpableBehavior, set_dumpable_behavior};
use std::io;
use std::os::fd::AsFd as _;
use std::os::unix::net::UnixStream;
use std::process::ExitCode;
use std::rc::Rc;
use tollgate_courier::{Desk, serve};

fn main() -> ExitCode {
    // It holds credentials and secrets: no other process of this user may read its memory. Where
    // the sandbox forbids it, the attempt is what can be made.
    let _ = set_dumpable_behavior(DumpableBehavior::NotDumpable);
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        // The extension sees that the socket is closed, and says so in its log.
        Err(_) => ExitCode::FAILURE,
    }
}

fn run() -> io::Result<()> {
    let line = UnixStream::from(io::stdin().as_fd().try_clone_to_owned()?);
    line.set_nonblocking(true)?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build_local(tokio::runtime::LocalOptions::default())?;
    runtime.block_on(async {
        let line = tokio::net::UnixStream::from_std(line)?;
        serve(line, Rc::new(Desk::default())).await
    })
}
