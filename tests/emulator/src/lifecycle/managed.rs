//! Invocations on Managed Instances: each runs beside the others and ends on its own.
//!
//! LAMBDA.md 1.9 and 2.6: a timeout ends the invocation and not the runtime, the end of any
//! process ends the environment, and nothing is frozen or reset.
use std::sync::Arc;
use std::time::Instant;

use serde_json::json;

use super::invoke::{crash, init_ending, invoked, new_invocation, start_record, timed_out};
use super::report::{span, spans, status};
use super::{Lifecycle, Order, Phase, strike, unless_failed};
use crate::clock::as_ms;
use crate::invocation::{Answer, Ending, Phases};
use crate::shared::Shared;
use crate::state::{Current, Failure};

impl Lifecycle {
    /// Lets an invocation run beside the others; a broken environment is replaced first.
    pub(super) async fn fly(&mut self, order: Order) {
        let copy = order.duplicate();
        let init = if self.alive { None } else { Some(self.replace().await) };
        let shared = Arc::clone(&self.shared);
        // Those that ended are forgotten here, so that the set does not grow.
        while self.flights.try_join_next().is_some() {}
        self.flights.spawn(async move {
            let Order { event, request_id, caller, done, faults } = order;
            let mut current = new_invocation(&shared.settings, event, request_id, caller);
            strike::mark(&mut current, &faults);
            let limit = shared.settings.timeout;
            let broken = init.as_ref().and_then(|init| init_ending(&mut current, init, limit));
            let ended = match broken {
                Some(ending) => Some((current, ending)),
                None => run(&shared, current, faults).await,
            };
            if let Some((current, ending)) = ended {
                // Whoever asked may have stopped waiting.
                let _ = done.send(invoked(current, ending, init));
            }
        });
        if let Some(copy) = copy {
            Box::pin(self.fly(copy)).await;
        }
    }

    /// A new environment in the place of one that was terminated: its `/tmp` is empty.
    async fn replace(&mut self) -> crate::InitReport {
        let tmp = &self.shared.variables.tmp;
        empty(tmp);
        if self.shared.settings.sandbox_user {
            // It was given at the start, so it can be given again.
            let _ = crate::sandbox::give(tmp);
        }
        self.init(self.shared.settings.limit_of_init(), Phase::Init).await
    }
}

fn empty(folder: &std::path::Path) {
    // What cannot be removed was made unremovable by the function; it stays.
    let _ = std::fs::remove_dir_all(folder);
    let _ = std::fs::create_dir(folder);
}

async fn run(
    shared: &Arc<Shared>,
    mut current: Current,
    faults: Vec<crate::FaultKind>,
) -> Option<(Current, Ending)> {
    let limit = shared.settings.timeout;
    // Without an idle runtime Lambda's core says `Runtime.Unavailable` and the platform asks
    // elsewhere or again. One environment has no elsewhere, so it is asked again until the limit.
    let parked = tokio::time::timeout(limit, unless_failed(shared, |state| state.managed.unpark()));
    let slot = match parked.await {
        Ok(Ok(slot)) => slot,
        Ok(Err(failure)) => return Some(failed(current, failure)),
        Err(_) => return Some(failed(current, unavailable())),
    };
    current.restart(limit);
    let id = current.request_id.clone();
    let deadline = current.begun + limit;
    shared.telemetry.strike(&id, &faults);
    shared.telemetry.platform("platform.start", || {
        let mut record = start_record(&current);
        super::init::add(&mut record, "functionArn", Some(&current.arn));
        record
    });
    shared.update(|state| state.managed.give(slot, current));
    strike::start(shared, &id, faults);
    let (current, ending) = course(shared, &id, deadline).await?;
    emit_report(shared, &current, &ending);
    shared.telemetry.settle(shared, &id);
    Some((current, ending))
}

/// Waits for the answer, the deadline or the end of the environment.
async fn course(shared: &Shared, id: &str, deadline: Instant) -> Option<(Current, Ending)> {
    let answered = unless_failed(shared, |state| state.managed.is_settled(id).then_some(()));
    match tokio::time::timeout_at(deadline.into(), answered).await {
        Ok(Ok(())) => shared.update(|state| state.managed.end(id)).map(|current| {
            let ending = match &current.answer {
                Some(Answer::Crash { error_type, .. }) => {
                    Ending::Failure { error_type: error_type.clone() }
                }
                _ => Ending::Ready,
            };
            (current, ending)
        }),
        Ok(Err(failure)) => {
            let current = shared.update(|state| state.managed.end(id))?;
            Some(failed(current, failure))
        }
        Err(_) => {
            let mut current = shared.update(|state| state.managed.time_out(id))?;
            current.answer(timed_out(id, shared.settings.timeout));
            Some((current, Ending::Timeout))
        }
    }
}

fn failed(mut current: Current, failure: Failure) -> (Current, Ending) {
    let ending = Ending::Failure { error_type: failure.error_type.clone() };
    let answer = crash(&current.request_id, failure);
    current.answer(answer);
    (current, ending)
}

fn unavailable() -> Failure {
    Failure {
        error_type: "Runtime.Unavailable".to_owned(),
        message: "no idle runtimes".to_owned(),
        body: None,
    }
}

/// `platform.report` is the only event of an end here; there is no `platform.runtimeDone`.
fn emit_report(shared: &Shared, current: &Current, ending: &Ending) {
    shared.telemetry.platform("platform.report", || {
        let Phases { dispatched, response_started, response_complete, .. } = current.phases;
        let ended = response_complete.unwrap_or_else(|| current.micros());
        let (status, error_type) = status(current, ending);
        let mut spans = spans(current);
        if spans.is_empty() && response_started.is_none() {
            spans.push(span("responseLatency", current, dispatched, ended));
        }
        let mut record = json!({
            "requestId": current.request_id,
            "status": status,
            "metrics": { "durationMs": as_ms(ended.saturating_sub(dispatched)) },
            "spans": spans,
            "tracing": super::invoke::tracing(current),
        });
        super::init::add(&mut record, "errorType", error_type.as_deref());
        record
    });
}
