//! The Tollgate extension: one process, one thread, between Lambda's Runtime API and the runtime.

mod app;
mod claims;
mod clock;
mod courier;
mod gate;
mod invocations;
mod journey;
mod keys;
mod lending;
mod lifecycle;
mod limits;
mod observe;
mod places;
mod proxy;
mod ship;
mod telemetry;
mod upstream;
mod watchdog;

use dlmalloc::GlobalDlmalloc;
use std::process::ExitCode;
use tollgate_config::{ProcessEnvironment, Settings};

/// The allocator of musl maps and unmaps memory for each event, at three times the cost of the
/// relay itself; this one keeps it.
#[global_allocator]
static HEAP: GlobalDlmalloc = GlobalDlmalloc;

/// Runs the extension from the environment's variables to SHUTDOWN.
pub fn run() -> ExitCode {
    let (settings, complaints) = Settings::read(&ProcessEnvironment);
    let log = observe::log::Log::new(settings.log);
    match lifecycle::start::run(settings, &complaints) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            log.error(&error.to_string());
            ExitCode::FAILURE
        }
    }
}
