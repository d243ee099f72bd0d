//! The life of an environment: one task that starts, invokes, resets and shuts down.
mod freeze;
mod init;
mod invoke;
mod managed;
mod report;
mod restore;
mod stop;
mod strike;

use std::sync::Arc;

use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::JoinSet;

pub(crate) use freeze::{freeze, thaw};

use crate::invocation::{Answer, Event, InitReport, InitStatus, Invoked, Reason, Shutdown};
use crate::plan::FaultKind;
use crate::process::Bootstrap;
use crate::settings::Freeze;
use crate::shared::Shared;
use crate::state::{Failure, State};
use init::Phase;

/// What the environment is asked to do, one after another.
pub(crate) enum Command {
    Invoke(Box<Order>),
    Shutdown(oneshot::Sender<Shutdown>),
}

/// One invocation that was asked for.
pub(crate) struct Order {
    pub(crate) event: Event,
    pub(crate) request_id: String,
    /// Gets the answer as soon as the caller of a function would.
    pub(crate) caller: oneshot::Sender<Answer>,
    /// Gets the whole invocation at its end.
    pub(crate) done: oneshot::Sender<Invoked>,
    /// What is planned to go wrong.
    pub(crate) faults: Vec<FaultKind>,
}

/// The lifecycle's own state; what others need is in [`Shared`].
pub(crate) struct Lifecycle {
    shared: Arc<Shared>,
    bootstrap: Bootstrap,
    /// Whether the processes of the current generation are up and initialised.
    alive: bool,
    /// The init that the next report has to name, in microseconds.
    unreported_init: Option<u64>,
    /// Whether the next invocation begins with a restore (`SnapStart`).
    snapshot: bool,
    /// The restore that the next report has to name, in microseconds.
    unreported_restore: Option<u64>,
    /// The invocations of Managed Instances that run.
    flights: JoinSet<()>,
}

impl Lifecycle {
    pub(crate) fn new(shared: Arc<Shared>, bootstrap: Bootstrap) -> Self {
        Self {
            shared,
            bootstrap,
            alive: false,
            unreported_init: None,
            snapshot: false,
            unreported_restore: None,
            flights: JoinSet::new(),
        }
    }

    /// The init phase, then what is asked until the shutdown or until nobody can ask any more.
    pub(crate) async fn run(
        mut self,
        mut commands: mpsc::UnboundedReceiver<Command>,
        initialised: watch::Sender<Option<InitReport>>,
    ) {
        // If init fails, the first invocation repeats it.
        let report = self.init(self.shared.settings.limit_of_init(), Phase::Init).await;
        if self.alive && self.shared.settings.snap_start {
            // The snapshot: everything stands still until the restore, and clocks run on.
            self.snapshot = true;
            freeze(&self.shared);
        } else {
            self.unreported_init = self.alive.then_some(micros(report.duration));
        }
        self.rest();
        initialised.send_replace(Some(report));
        loop {
            let broken = failure(&self.shared);
            tokio::select! {
                biased;
                // A process that ends between invocations takes the environment with it.
                _ = broken, if self.alive => {
                    self.landed().await;
                    self.stop(Reason::Failure).await;
                }
                command = commands.recv() => match command {
                    Some(Command::Invoke(order)) if self.shared.settings.is_managed() => {
                        self.fly(*order).await;
                    }
                    Some(Command::Invoke(order)) => self.invoke(*order).await,
                    Some(Command::Shutdown(done)) => {
                        self.landed().await;
                        // Whoever asked may have stopped waiting.
                        let _ = done.send(self.stop(Reason::Spindown).await);
                        return;
                    }
                    None => return,
                },
            }
        }
    }

    /// Starts all processes; a failed init leaves none behind.
    async fn init(&mut self, limit: std::time::Duration, phase: Phase) -> InitReport {
        let report = init::run(&self.shared, &self.bootstrap, limit, phase).await;
        self.alive = report.status == InitStatus::Success;
        if !self.alive {
            let timed_out = report.status == InitStatus::Timeout;
            self.stop(if timed_out { Reason::Timeout } else { Reason::Failure }).await;
        }
        report
    }

    /// Waits for the invocations that run beside each other; each has its own limit.
    async fn landed(&mut self) {
        while self.flights.join_next().await.is_some() {}
    }

    /// Ends all processes and forgets them.
    async fn stop(&mut self, reason: Reason) -> Shutdown {
        self.alive = false;
        self.snapshot = false;
        stop::run(&self.shared, reason).await
    }

    /// Between invocations the environment is frozen, if it is set so. Managed Instances never
    /// are: background work goes on there.
    fn rest(&self) {
        let freezes = !self.shared.settings.is_managed();
        if freezes && self.alive && self.shared.settings.freeze == Freeze::Automatic {
            freeze(&self.shared);
        }
    }
}

/// Waits for the first failure of this life.
async fn failure(shared: &Shared) -> Failure {
    shared.until(|state| state.failure.clone()).await
}

/// Waits for `probe`, or for the failure that keeps it from ever happening.
async fn unless_failed<R>(
    shared: &Shared,
    mut probe: impl FnMut(&mut State) -> Option<R>,
) -> Result<R, Failure> {
    shared
        .until(|state| match state.failure.clone() {
            Some(failure) => Some(Err(failure)),
            None => probe(state).map(Ok),
        })
        .await
}

fn micros(duration: std::time::Duration) -> u64 {
    u64::try_from(duration.as_micros()).unwrap_or(u64::MAX)
}
