//! The faults that are planned for an invocation, at their moments.
use std::sync::Arc;

use rustix::process::Signal;
use tokio::sync::oneshot;

use super::{Order, freeze, thaw};
use crate::invocation::Event;
use crate::logs::Origin;
use crate::plan::FaultKind;
use crate::process::signal_group;
use crate::shared::Shared;
use crate::state::Current;

impl Order {
    /// The same event once more, for nobody: what an at-least-once source does.
    pub(super) fn duplicate(&self) -> Option<Self> {
        self.faults.contains(&FaultKind::Duplicate).then(|| Self {
            event: Event { live: None, ..self.event.clone() },
            request_id: self.request_id.clone(),
            caller: oneshot::channel().0,
            done: oneshot::channel().0,
            faults: Vec::new(),
        })
    }
}

/// Notes in an invocation what its faults change.
pub(super) fn mark(current: &mut Current, faults: &[FaultKind]) {
    current.held = faults.iter().any(|fault| matches!(fault, FaultKind::Slow(_)));
    current.cut_reply = faults.contains(&FaultKind::Drop);
    // A quick runtime may reply before it is struck: that reply is never accepted.
    let ends = [FaultKind::Hang, FaultKind::Crash];
    current.hangs = faults.iter().any(|fault| ends.contains(fault));
}

/// Strikes at the moments of the invocation; ends with it.
pub(super) fn start(shared: &Arc<Shared>, request_id: &str, faults: Vec<FaultKind>) {
    if !faults.is_empty() {
        tokio::spawn(run(Arc::clone(shared), request_id.to_owned(), faults));
    }
}

async fn run(shared: Arc<Shared>, id: String, faults: Vec<FaultKind>) {
    for fault in &faults {
        if let FaultKind::Slow(time) = fault {
            tokio::time::sleep(*time).await;
        }
    }
    shared.update(|state| {
        if let Some(current) = state.invocation(&id) {
            current.held = false;
        }
    });
    let taken = shared
        .until(|state| match state.invocation(&id) {
            Some(current) => current.phases.event_taken.map(|_| true),
            None => Some(false),
        })
        .await;
    for fault in faults.iter().filter(|_| taken) {
        match fault {
            FaultKind::Crash => signal_runtime(&shared, Signal::KILL),
            FaultKind::Hang if !shared.settings.is_managed() => {
                signal_runtime(&shared, Signal::STOP);
            }
            FaultKind::Freeze(time) => {
                freeze(&shared);
                tokio::time::sleep(*time).await;
                thaw(&shared);
            }
            _ => {}
        }
    }
}

fn signal_runtime(shared: &Shared, signal: Signal) {
    shared.read(|state| {
        for process in state.running().filter(|process| process.origin == Origin::Runtime) {
            signal_group(process.pid, signal);
        }
    });
}
