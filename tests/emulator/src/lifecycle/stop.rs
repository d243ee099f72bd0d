//! The shutdown phase, also of a reset: the runtime first, then the extensions, with their limits.
use std::time::{Duration, Instant};

use rustix::process::Signal;
use serde_json::json;

use super::{micros, thaw};
use crate::clock;
use crate::invocation::{Departure, Reason, Shutdown};
use crate::logs::Origin;
use crate::process::signal_group;
use crate::shared::Shared;
use crate::state::{ExtensionEvent, ExtensionState, State};

/// The whole phase if there is an external extension; 500 ms with internal ones only; nothing
/// without (Lambda developer guide, "Lambda execution environment", shutdown phase).
const LIMIT_EXTERNAL: Duration = Duration::from_secs(2);
const LIMIT_INTERNAL: Duration = Duration::from_millis(500);
/// The runtime's part of the phase, between SIGTERM and SIGKILL: 30 % in Lambda's core.
const RUNTIME_PART: u32 = 30;
/// How long pending telemetry may hold SHUTDOWN back. Lambda's core for Managed Instances takes
/// up to 1 s; what is chosen here leaves an extension more than half of the phase.
const FLUSH_LIMIT: Duration = Duration::from_millis(300);
/// How long a killed process may take to be reaped before it is given up.
const REAP_LIMIT: Duration = Duration::from_secs(5);

/// Ends all processes, then forgets them and their connections.
pub(super) async fn run(shared: &Shared, reason: Reason) -> Shutdown {
    let phase = Stop::begin(shared);
    let runtime = phase.end_runtime().await;
    phase.flush_telemetry().await;
    phase.begin_extensions(reason);
    let ended = async {
        tokio::join!(phase.extensions_ended(), shared.telemetry.flush());
    };
    // The limit is what ends laggards, processes and listeners alike.
    let _ = tokio::time::timeout_at(phase.deadline.into(), ended).await;
    let killed = phase.kill_rest().await;
    let shutdown = Shutdown {
        reason,
        runtime,
        extensions: phase.departures(&killed),
        duration: phase.begun.elapsed(),
    };
    shared.telemetry.renew();
    shared.connections.cut(None);
    shared.update(State::renew);
    shutdown
}

/// One shutdown phase in progress.
struct Stop<'a> {
    shared: &'a Shared,
    begun: Instant,
    limit: Duration,
    deadline: Instant,
}

impl<'a> Stop<'a> {
    fn begin(shared: &'a Shared) -> Self {
        shared.update(|state| state.stopping = true);
        thaw(shared);
        let limit = shared.read(limit);
        let begun = Instant::now();
        Self { shared, begun, limit, deadline: begun + limit }
    }

    /// SIGTERM, the runtime's part of the time, SIGKILL. Without extensions SIGKILL at once.
    async fn end_runtime(&self) -> Option<Departure> {
        let pid = self.pid(&Origin::Runtime)?;
        let part = self.limit * RUNTIME_PART / 100;
        let mut killed = part.is_zero();
        if !killed {
            signal_group(pid, Signal::TERM);
            killed = self.gone(pid, part).await.is_none();
        }
        if killed {
            signal_group(pid, Signal::KILL);
            self.gone(pid, REAP_LIMIT).await;
        }
        self.departure(pid, killed, false)
    }

    /// What is pending goes out before SHUTDOWN, as an extension may leave as soon as it gets that.
    async fn flush_telemetry(&self) {
        let limit = FLUSH_LIMIT.min(self.deadline.saturating_duration_since(Instant::now()));
        // A listener that does not answer gets the rest after SHUTDOWN, or never.
        let _ = tokio::time::timeout(limit, self.shared.telemetry.flush()).await;
    }

    /// Sends SHUTDOWN to its subscribers and kills the others.
    fn begin_extensions(&self, reason: Reason) {
        let left = self.deadline.saturating_duration_since(Instant::now());
        let deadline_ms = clock::unix_ms() + micros(left) / 1000;
        let body = json!({
            "eventType": "SHUTDOWN",
            "deadlineMs": deadline_ms,
            "shutdownReason": reason.as_str(),
        });
        let body = bytes::Bytes::from(body.to_string());
        self.shared.update(|state| {
            for extension in state.extensions.iter_mut().filter(|own| own.events.shutdown) {
                let event =
                    ExtensionEvent { id: clock::uuid(), body: body.clone(), shutdown: true };
                extension.offer(event);
            }
            for pid in running_extensions(state, |subscribed| !subscribed) {
                signal_group(pid, Signal::KILL);
            }
        });
    }

    async fn extensions_ended(&self) {
        self.shared
            .until(|state| running_extensions(state, |_| true).is_empty().then_some(()))
            .await;
    }

    /// Kills what still runs; gives the process ids.
    async fn kill_rest(&self) -> Vec<u32> {
        let rest: Vec<u32> =
            self.shared.read(|state| state.running().map(|process| process.pid).collect());
        for pid in &rest {
            signal_group(*pid, Signal::KILL);
        }
        if let Some(cage) = &self.shared.cage {
            // Also those that have left their process group.
            cage.clear();
        }
        for pid in &rest {
            self.gone(*pid, REAP_LIMIT).await;
        }
        rest
    }

    fn departures(&self, killed: &[u32]) -> Vec<(String, Departure)> {
        let extensions: Vec<(String, bool, bool)> = self.shared.read(|state| {
            let external = state.extensions.iter().filter(|own| !own.internal);
            external
                .map(|own| (own.name.clone(), own.events.shutdown, own.shutdown_taken))
                .collect()
        });
        extensions
            .into_iter()
            .filter_map(|(name, subscribed, taken)| {
                let pid = self.pid(&Origin::Extension(name.clone()))?;
                let killed = killed.contains(&pid) || !subscribed;
                Some((name, self.departure(pid, killed, taken)?))
            })
            .collect()
    }

    fn pid(&self, origin: &Origin) -> Option<u32> {
        self.shared.read(|state| {
            let process = state.processes.iter().find(|process| process.origin == *origin);
            process.map(|process| process.pid)
        })
    }

    async fn gone(&self, pid: u32, limit: Duration) -> Option<()> {
        let gone =
            |state: &mut State| state.running().all(|process| process.pid != pid).then_some(());
        self.shared.until_within(limit, gone).await
    }

    fn departure(&self, pid: u32, killed: bool, event_taken: bool) -> Option<Departure> {
        self.shared.read(|state| {
            let process = state.processes.iter().find(|process| process.pid == pid)?;
            let exit = process.exit.as_ref()?;
            // What was gone before the phase began was not killed in it.
            let since = exit.at.checked_duration_since(self.begun);
            Some(Departure {
                micros: since.map_or(0, micros),
                status: exit.status.clone(),
                killed: killed && since.is_some(),
                event_taken,
            })
        })
    }
}

fn limit(state: &State) -> Duration {
    let registered = |own: &&crate::state::Extension| own.state != ExtensionState::Started;
    let mut registered = state.extensions.iter().filter(registered).peekable();
    if registered.peek().is_none() {
        Duration::ZERO
    } else if registered.any(|extension| !extension.internal) {
        LIMIT_EXTERNAL
    } else {
        LIMIT_INTERNAL
    }
}

/// Process ids of running extensions whose subscription to SHUTDOWN is as wanted.
fn running_extensions(state: &State, wanted: impl Fn(bool) -> bool) -> Vec<u32> {
    let subscribed = |name: &str| {
        state.extensions.iter().any(|extension| extension.name == name && extension.events.shutdown)
    };
    state
        .running()
        .filter_map(|process| match &process.origin {
            Origin::Extension(name) if wanted(subscribed(name)) => Some(process.pid),
            _ => None,
        })
        .collect()
}
