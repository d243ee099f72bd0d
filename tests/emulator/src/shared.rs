//! What the tasks of one environment share, and how they wait for each other.
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::watch;

use crate::api::connections::Connections;
use crate::api::faults::Faults;
use crate::cage::{Cage, Freezer};
use crate::guardian::Guardian;
use crate::journal::Request;
use crate::layer::Layer;
use crate::logs::LogLine;
use crate::plan::FaultKind;
use crate::settings::Settings;
use crate::state::State;
use crate::tape::Tape;
use crate::telemetry::Hub;
use crate::vars::Variables;

/// How much of the request journal is kept.
const JOURNAL_REQUESTS_MAX: usize = 100_000;

/// One environment's shared parts. Every change of the state wakes everybody who waits on it.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) settings: Settings,
    pub(crate) layer: Layer,
    pub(crate) variables: Variables,
    pub(crate) started: Instant,
    pub(crate) journal: Arc<Tape<Request>>,
    pub(crate) logs: Arc<Tape<LogLine>>,
    pub(crate) telemetry: Hub,
    pub(crate) faults: Faults,
    pub(crate) connections: Connections,
    pub(crate) guardian: Guardian,
    /// What freezes the processes, where signals do not.
    pub(crate) cage: Option<Cage>,
    /// How many invocations were asked for.
    invocations: AtomicU64,
    state: Mutex<State>,
    changed: watch::Sender<()>,
}

impl Shared {
    pub(crate) fn new(settings: Settings, layer: Layer, variables: Variables) -> Self {
        let cage = if settings.freezer == Freezer::Auto { Cage::make() } else { None };
        let guardian = Guardian::start(cage.as_ref().map(Cage::folder));
        Self {
            logs: Arc::new(Tape::new(settings.logs_bytes_max)),
            settings,
            layer,
            variables,
            started: Instant::now(),
            journal: Arc::new(Tape::new(JOURNAL_REQUESTS_MAX)),
            telemetry: Hub::new(),
            faults: Faults::default(),
            connections: Connections::default(),
            guardian,
            cage,
            invocations: AtomicU64::new(0),
            state: Mutex::new(State::new()),
            changed: watch::Sender::new(()),
        }
    }

    /// Looks at the state without changing it.
    pub(crate) fn read<R>(&self, look: impl FnOnce(&State) -> R) -> R {
        look(&self.lock())
    }

    /// Changes the state and wakes everybody who waits on it.
    pub(crate) fn update<R>(&self, change: impl FnOnce(&mut State) -> R) -> R {
        let result = change(&mut self.lock());
        self.changed.send_replace(());
        result
    }

    /// Counts one more invocation; gives the faults that are planned for it.
    pub(crate) fn strike(&self) -> Vec<FaultKind> {
        let number = self.invocations.fetch_add(1, Ordering::Relaxed) + 1;
        let seed = self.settings.seed;
        let plans = (0..).zip(&self.settings.faults);
        plans
            .filter(|(place, plan)| plan.strikes(seed, *place, number))
            .map(|(_, plan)| plan.kind)
            .collect()
    }

    /// Waits until `probe` finds what it looks for. It may change the state when it does.
    pub(crate) async fn until<R>(&self, mut probe: impl FnMut(&mut State) -> Option<R>) -> R {
        let mut changed = self.changed.subscribe();
        loop {
            changed.mark_unchanged();
            if let Some(found) = probe(&mut self.lock()) {
                self.changed.send_replace(());
                return found;
            }
            // The sender lives as long as `self`, so this cannot fail.
            let _ = changed.changed().await;
        }
    }

    /// [`until`](Self::until) with a limit; `None` when it passes.
    pub(crate) async fn until_within<R>(
        &self,
        limit: Duration,
        probe: impl FnMut(&mut State) -> Option<R>,
    ) -> Option<R> {
        tokio::time::timeout(limit, self.until(probe)).await.ok()
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
