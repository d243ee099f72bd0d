//! The init phase: all extensions first, then the runtime, then everybody's first poll.
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};

use super::{micros, unless_failed};
use crate::clock;
use crate::invocation::{InitReport, InitStatus};
use crate::process::{self, Bootstrap};
use crate::shared::Shared;
use crate::state::{Doors, Extension, ExtensionState, Failure, InitTimes, RuntimeState, State};

/// In which phase of the environment the processes are started.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Phase {
    Init,
    /// "Suppressed init": inside an invocation, after a reset or a failed init.
    Invoke,
}

impl Phase {
    fn as_str(self, shared: &Shared) -> &'static str {
        match self {
            Self::Init if shared.settings.snap_start => "snap-start",
            Self::Init => "init",
            Self::Invoke => "invoke",
        }
    }
}

/// Starts the processes and waits until all are ready, one has failed or the limit has passed.
pub(super) async fn run(
    shared: &Arc<Shared>,
    bootstrap: &Bootstrap,
    limit: Duration,
    phase: Phase,
) -> InitReport {
    let phase = phase.as_str(shared);
    shared.update(|state| state.init = InitTimes::new());
    shared.telemetry.platform("platform.initStart", || init_start(shared, phase));
    let outcome = tokio::time::timeout(limit, stages(shared, bootstrap, phase)).await;
    let (status, failure) = match outcome {
        Ok(Ok(())) => (InitStatus::Success, None),
        Ok(Err(failure)) => (InitStatus::Error, Some(failure)),
        Err(_) => (InitStatus::Timeout, None),
    };
    let report = shared.update(|state| {
        let duration = Duration::from_micros(state.init.micros());
        finish(&mut state.init, status, failure, duration)
    });
    emit_end(shared, phase, &report);
    report
}

async fn stages(
    shared: &Arc<Shared>,
    bootstrap: &Bootstrap,
    phase: &'static str,
) -> Result<(), Failure> {
    launch_extensions(shared)?;
    unless_failed(shared, |state| {
        let waiting = state.extensions.iter().any(|own| own.state == ExtensionState::Started);
        (!waiting).then_some(())
    })
    .await?;
    launch_runtime(shared, bootstrap)?;
    unless_failed(shared, |state| runtime_is_ready(state).then_some(())).await?;
    emit_runtime_done(shared, phase, "success", None);
    unless_failed(shared, |state| extensions_are_ready(state).then_some(())).await?;
    emit_extensions(shared);
    shared.update(|state| state.doors = Doors::Closed);
    shared.telemetry.close_subscriptions();
    Ok(())
}

fn launch_extensions(shared: &Arc<Shared>) -> Result<(), Failure> {
    let files = shared.layer.extensions();
    let names: Vec<String> = files
        .iter()
        .map(|file| file.file_name().unwrap_or_default().to_string_lossy().into_owned())
        .collect();
    if names.len() > crate::api::EXTENSIONS_MAX {
        return Err(launch_failure("ErrTooManyExtensions".to_owned()));
    }
    // All names are known before the first process can register.
    shared.update(|state| {
        state.extensions = names.iter().map(|name| Extension::new(name, false)).collect();
    });
    for (file, name) in files.iter().zip(&names) {
        if let Err(error) = process::start_extension(shared, name, file) {
            shared.update(|state| {
                if let Some(extension) = state.extension_named(name) {
                    extension.state = ExtensionState::LaunchError;
                }
            });
            return Err(launch_failure(format!("{name}: {error}")));
        }
    }
    Ok(())
}

fn launch_failure(message: String) -> Failure {
    Failure { error_type: "Extension.LaunchError".to_owned(), message, body: None }
}

fn launch_runtime(shared: &Arc<Shared>, bootstrap: &Bootstrap) -> Result<(), Failure> {
    shared.update(|state| state.init.runtime_started = Some(state.init.micros()));
    process::start_runtime(shared, bootstrap).map_err(|error| Failure {
        error_type: "Runtime.InvalidEntrypoint".to_owned(),
        message: error.to_string(),
        body: None,
    })
}

fn runtime_is_ready(state: &State) -> bool {
    matches!(state.runtime.state, RuntimeState::Ready | RuntimeState::RestoreReady)
}

fn extensions_are_ready(state: &State) -> bool {
    // An extension that reported an error is not ready: its exit ends the init.
    let ready = [ExtensionState::Ready, ExtensionState::Running];
    state.extensions.iter().all(|extension| ready.contains(&extension.state))
}

fn finish(
    times: &mut InitTimes,
    status: InitStatus,
    failure: Option<Failure>,
    duration: Duration,
) -> InitReport {
    let (error_type, message, error_body) = match failure {
        Some(failure) => (Some(failure.error_type), Some(failure.message), failure.body),
        None => (None, None, None),
    };
    InitReport {
        status,
        error_type,
        message,
        error_body,
        registered: std::mem::take(&mut times.registered),
        runtime_started: times.runtime_started,
        runtime_ready: times.runtime_ready,
        extensions_ready: std::mem::take(&mut times.extensions_ready),
        duration,
    }
}

fn init_start(shared: &Shared, phase: &str) -> Value {
    let settings = &shared.settings;
    json!({
        "initializationType": settings.initialization_type(),
        "phase": phase,
        "functionName": settings.name,
        "functionVersion": "$LATEST",
        "instanceId": shared.variables.log_stream,
        "instanceMaxMemory": u64::from(settings.memory_mb) * 1024 * 1024,
    })
}

fn emit_runtime_done(shared: &Shared, phase: &str, status: &str, error_type: Option<&str>) {
    shared.telemetry.platform("platform.initRuntimeDone", || {
        let mut record = json!({
            "initializationType": shared.settings.initialization_type(),
            "phase": phase,
            "status": status,
        });
        add(&mut record, "errorType", error_type);
        record
    });
}

fn emit_extensions(shared: &Shared) {
    let extensions: Vec<Value> = shared.read(|state| {
        state
            .extensions
            .iter()
            .map(|own| {
                json!({ "name": own.name, "state": own.state.name(), "events": own.events.names() })
            })
            .collect()
    });
    for record in extensions {
        shared.telemetry.platform("platform.extension", || record);
    }
}

fn emit_end(shared: &Shared, phase: &str, report: &InitReport) {
    let status = match report.status {
        InitStatus::Success => "success",
        InitStatus::Error => "error",
        InitStatus::Timeout => "timeout",
    };
    let error_type = report.error_type.as_deref();
    if report.status != InitStatus::Success {
        emit_runtime_done(shared, phase, status, error_type);
        emit_extensions(shared);
    }
    shared.telemetry.platform("platform.initReport", || {
        let mut record = json!({
            "initializationType": shared.settings.initialization_type(),
            "phase": phase,
            "status": status,
            "metrics": { "durationMs": clock::as_ms(micros(report.duration)) },
        });
        add(&mut record, "errorType", error_type);
        record
    });
}

/// Adds a field that is left out when it has no value.
pub(super) fn add(record: &mut Value, name: &str, value: Option<&str>) {
    if let (Some(value), Some(fields)) = (value, record.as_object_mut()) {
        fields.insert(name.to_owned(), Value::from(value));
    }
}
