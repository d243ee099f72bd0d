//! What invocations leave behind in the environment: processes that go on while it is thought to
//! be idle, and descriptors that nobody closes until there are none left.

use crate::app::App;
use crate::observe::findings::Kind;
use crate::watchdog::processes::{self, Snapshot};
use std::cell::Cell;
use tollgate_policy::Leftovers;

/// What was there before the first event, and what was told since.
#[derive(Debug, Default)]
pub(crate) struct Remains {
    /// The runtime's connection, by its own port.
    peer: Cell<u16>,
    before: Cell<Option<Count>>,
    told: Cell<Count>,
}

/// What a runtime has.
#[derive(Debug, Default, Clone, Copy)]
struct Count {
    processes: usize,
    descriptors: usize,
}

impl Remains {
    /// The runtime asks for an event on the connection with this port: whatever ran before is over.
    pub(crate) fn polled(&self, app: &App, peer: u16) {
        self.peer.set(peer);
        if self.before.get().is_none() {
            self.before.set(self.count(app));
        }
    }

    /// Looks after an invocation, once its record is written. Each new height is told once.
    pub(crate) fn look(&self, app: &App, wanted: Leftovers) {
        let (Some(before), Some(now)) = (self.before.get(), self.count(app)) else { return };
        let told = self.told.get();
        let beyond = |now: usize, before: usize, most: Option<u32>| {
            let more = now.saturating_sub(before);
            most.filter(|most| more > usize::try_from(*most).unwrap_or(usize::MAX)).map(|_| more)
        };
        let processes = beyond(now.processes, before.processes, wanted.processes);
        if let Some(more) = processes.filter(|more| *more > told.processes) {
            self.told.set(Count { processes: more, ..self.told.get() });
            let detail = format!("{more} more than before the first event");
            app.recorder.find(&app.clock, Kind::ProcessesLeft, None, &detail);
        }
        let descriptors = beyond(now.descriptors, before.descriptors, wanted.descriptors);
        if let Some(more) = descriptors.filter(|more| *more > told.descriptors) {
            self.told.set(Count { descriptors: more, ..self.told.get() });
            let detail = format!("{more} more than before the first event");
            app.recorder.find(&app.clock, Kind::DescriptorsLeft, None, &detail);
        }
    }

    fn count(&self, app: &App) -> Option<Count> {
        let roots = processes::runtime(app, self.peer.get());
        let runtime = *roots.iter().min()?;
        let family = Snapshot::take().family(&roots);
        let alive = family.iter().filter(|process| !process.is_zombie).count();
        Some(Count { processes: alive, descriptors: processes::descriptors(runtime)? })
    }
}
