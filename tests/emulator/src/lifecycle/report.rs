//! The telemetry of an invocation's end: `platform.runtimeDone` and `platform.report`.
use serde_json::{Value, json};

use super::Lifecycle;
use super::init::add;
use super::invoke::tracing;
use crate::clock::{as_ms, rfc3339, unix_ms};
use crate::invocation::{Answer, Ending};
use crate::process::memory_used_mb;
use crate::state::Current;
use crate::telemetry::Kind;

impl Lifecycle {
    /// The runtime is done: it asked for the next event, or will never.
    pub(super) fn emit_runtime_done(&self, current: &Current, ending: &Ending) {
        self.shared.telemetry.platform("platform.runtimeDone", || {
            let (status, error_type) = status(current, ending);
            let ended = current.phases.runtime_next.unwrap_or_else(|| current.micros());
            let mut metrics =
                json!({ "durationMs": as_ms(ended.saturating_sub(current.phases.dispatched)) });
            if let (Some(Answer::Response { body, .. }), Some(fields)) =
                (&current.answer, metrics.as_object_mut())
            {
                fields.insert("producedBytes".to_owned(), body.len().into());
            }
            let mut record = json!({
                "requestId": current.request_id,
                "status": status,
                "metrics": metrics,
                "spans": spans(current),
                "tracing": tracing(current),
            });
            add(&mut record, "errorType", error_type.as_deref());
            add(&mut record, "tenantId", current.event.tenant.as_deref());
            record
        });
    }

    /// The invocation is over: every extension that got the event asked for the next one.
    pub(super) fn emit_report(&mut self, current: &Current, ending: &Ending) {
        let init = self.unreported_init.take();
        let restore = self.unreported_restore.take();
        if !self.shared.telemetry.is_wanted(Kind::Platform) {
            return;
        }
        let (status, error_type) = status(current, ending);
        let now = current.micros();
        let runtime_next = current.phases.runtime_next.unwrap_or(now);
        let mut record = json!({
            "requestId": current.request_id,
            "status": status,
            "metrics": self.metrics(now.saturating_sub(current.phases.dispatched), init, restore),
            "spans": [span("extensionOverhead", current, runtime_next, now)],
            "tracing": tracing(current),
        });
        add(&mut record, "errorType", error_type.as_deref());
        add(&mut record, "tenantId", current.event.tenant.as_deref());
        self.shared.telemetry.platform("platform.report", || record);
    }

    fn metrics(&self, micros: u64, init: Option<u64>, restore: Option<u64>) -> Value {
        let pids: Vec<u32> =
            self.shared.read(|state| state.running().map(|process| process.pid).collect());
        // Init is billed for every configuration since August 2025, rounded up with the rest.
        let billed = (micros + init.unwrap_or(0)).div_ceil(1000);
        let mut metrics = json!({
            "durationMs": as_ms(micros),
            "billedDurationMs": billed,
            "memorySizeMB": self.shared.settings.memory_mb,
            "maxMemoryUsedMB": memory_used_mb(&pids),
        });
        for (name, phase) in [("initDurationMs", init), ("restoreDurationMs", restore)] {
            if let (Some(phase), Some(fields)) = (phase, metrics.as_object_mut()) {
                fields.insert(name.to_owned(), as_ms(phase).into());
            }
        }
        metrics
    }
}

/// The status and the error type of both events.
pub(super) fn status(current: &Current, ending: &Ending) -> (&'static str, Option<String>) {
    match ending {
        Ending::Timeout => ("timeout", None),
        Ending::Failure { error_type } if error_type.starts_with("Sandbox.") => {
            ("failure", Some(error_type.clone()))
        }
        Ending::Failure { error_type } => ("error", Some(error_type.clone())),
        Ending::Ready => match current.answer.as_ref().and_then(Answer::error_type) {
            Some(error_type) => ("error", Some(error_type.to_owned())),
            None => ("success", None),
        },
    }
}

pub(super) fn spans(current: &Current) -> Vec<Value> {
    let phases = &current.phases;
    let points = [
        ("responseLatency", Some(phases.dispatched), phases.response_started),
        ("responseDuration", phases.response_started, phases.response_complete),
        ("runtimeOverhead", phases.response_complete, phases.runtime_next),
    ];
    points
        .into_iter()
        .filter_map(|(name, from, to)| Some(span(name, current, from?, to?)))
        .collect()
}

pub(super) fn span(name: &str, current: &Current, from: u64, to: u64) -> Value {
    let since_start_ms = current.micros().saturating_sub(from) / 1000;
    json!({
        "name": name,
        "start": rfc3339(unix_ms().saturating_sub(since_start_ms)),
        "durationMs": as_ms(to.saturating_sub(from)),
    })
}
