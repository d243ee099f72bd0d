//! Freeze and thaw: all process groups of an environment stop and go on.
use rustix::process::Signal;

use crate::process::signal_all;
use crate::shared::Shared;

/// Stops every process and telemetry delivery. A second freeze changes nothing.
pub(crate) fn freeze(shared: &Shared) {
    shared.update(|state| {
        state.frozen = true;
        signal_all(state, Signal::STOP);
    });
}

/// Lets everything go on.
pub(crate) fn thaw(shared: &Shared) {
    if !shared.read(|state| state.frozen) {
        return;
    }
    shared.update(|state| {
        signal_all(state, Signal::CONT);
        state.frozen = false;
    });
}
