//! Freeze and thaw: all processes of an environment stop and go on.
use rustix::process::Signal;

use crate::cage::Cage;
use crate::process::signal_all;
use crate::shared::Shared;

/// Stops every process and telemetry delivery. A second freeze changes nothing.
pub(crate) fn freeze(shared: &Shared) {
    shared.update(|state| {
        state.frozen = true;
        if !shared.cage.as_ref().is_some_and(Cage::freeze) {
            signal_all(state, Signal::STOP);
        }
    });
}

/// Lets everything go on.
pub(crate) fn thaw(shared: &Shared) {
    if !shared.read(|state| state.frozen) {
        return;
    }
    shared.update(|state| {
        if let Some(cage) = &shared.cage {
            cage.thaw();
        }
        // Also what a signal has stopped: it may have been left to signals.
        signal_all(state, Signal::CONT);
        state.frozen = false;
    });
}
