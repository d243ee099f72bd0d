//! Memory in use against what is configured, observed while the function runs: the platform kills
//! without a word when it is gone.

use crate::app::App;
use crate::observe::findings::Kind;
use crate::watchdog::processes::{self, Process, Snapshot};
use crate::watchdog::watch::{MemoryBound, Watch};
use std::rc::Rc;
use std::time::Duration;
use tollgate_policy::{CEILING_MEMORY, Effect};

/// How often it is looked. A look reads one line for each process of the environment.
const INTERVAL: Duration = Duration::from_millis(100);

/// Bytes of a page: the same on both of Lambda's architectures.
const PAGE_BYTES: u64 = 4096;

/// Waits until an invocation that is held to a bound on memory has met it; for ever where it is
/// held to none. One that is only noted becomes a finding, once.
pub(crate) async fn exceeded(app: &Rc<App>, watch: &Watch) -> &'static str {
    let Some(bound) = watch.memory() else { return std::future::pending().await };
    let mut told = false;
    loop {
        tokio::time::sleep(INTERVAL).await;
        let used_mb = look(app, watch.peer());
        watch.saw_memory(used_mb);
        if used_mb <= bound.limit_mb {
            continue;
        }
        if !std::mem::replace(&mut told, true) {
            tell(app, watch, bound, used_mb);
        }
        if bound.effect == Effect::Enforced {
            return CEILING_MEMORY;
        }
    }
}

/// Tells at once: after the platform has killed there is nobody to tell.
fn tell(app: &Rc<App>, watch: &Watch, bound: MemoryBound, used_mb: u64) {
    let detail = format!("{used_mb} MB in use, more than {} MB", bound.limit_mb);
    app.recorder.find(&app.clock, Kind::Memory, Some(watch.request_id()), &detail);
    app.recorder.write(app);
}

/// MB in use by the function's processes and by this one. Pages that they share count twice.
fn look(app: &App, peer: u16) -> u64 {
    let snapshot = Snapshot::take();
    let family = snapshot.family(&processes::runtime(app, peer));
    let pages: u64 = family.iter().map(|process| process.pages).sum();
    let own = snapshot.own().map_or(0, |own: &Process| own.pages);
    (pages + own).saturating_mul(PAGE_BYTES) / (1024 * 1024)
}
