//! The restore phase of `SnapStart`: the runtime's `restore/next` returns, its next poll follows.
use std::time::{Duration, Instant};

use serde_json::json;

use super::init::add;
use super::unless_failed;
use crate::clock;
use crate::shared::Shared;
use crate::state::{Failure, RuntimeState};

/// Lambda's limit for the restore and the after-restore hooks.
const RESTORE_LIMIT: Duration = Duration::from_secs(10);

/// Restores an environment from its snapshot; gives how long it took, in microseconds.
///
/// A runtime that waits in `restore/next` runs its after-restore hooks now. One that does not know
/// of it has waited in its poll across the snapshot (LAMBDA.md 1.8) and is ready at once.
pub(super) async fn run(shared: &Shared) -> Result<u64, Failure> {
    let begun = Instant::now();
    shared.telemetry.platform("platform.restoreStart", || {
        json!({
            "functionName": shared.settings.name,
            "functionVersion": "$LATEST",
            "instanceId": shared.variables.log_stream,
        })
    });
    shared.update(|state| {
        if state.runtime.state == RuntimeState::RestoreReady {
            state.runtime.state = RuntimeState::Restoring;
        }
    });
    let ready =
        unless_failed(shared, |state| (state.runtime.state == RuntimeState::Ready).then_some(()));
    let outcome = match tokio::time::timeout(RESTORE_LIMIT, ready).await {
        Ok(outcome) => outcome,
        Err(_) => Err(Failure {
            error_type: "Sandbox.Timedout".to_owned(),
            message: "Restore timed out".to_owned(),
            body: None,
        }),
    };
    let micros = clock::micros_since(begun);
    emit_end(shared, micros, outcome.as_ref().err());
    outcome.map(|()| micros)
}

fn emit_end(shared: &Shared, micros: u64, failure: Option<&Failure>) {
    let status = if failure.is_some() { "error" } else { "success" };
    let error_type = failure.map(|failure| failure.error_type.as_str());
    for name in ["platform.restoreRuntimeDone", "platform.restoreReport"] {
        shared.telemetry.platform(name, || {
            let mut record = json!({ "status": status });
            if name == "platform.restoreReport" {
                let ms = clock::as_ms(micros);
                record = json!({ "status": status, "metrics": { "durationMs": ms } });
            }
            add(&mut record, "errorType", error_type);
            record
        });
    }
}
