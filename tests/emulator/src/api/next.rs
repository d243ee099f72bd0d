//! `GET …/runtime/invocation/next` and `GET …/runtime/restore/next`: the runtime's long polls.
use http::{HeaderMap, HeaderValue, StatusCode};

use super::managed;
use super::render::{self, Refusal, Reply};
use crate::shared::Shared;
use crate::state::{Current, Doors, RuntimeState, State};

/// Waits for the next event.
///
/// A poll during a running invocation gets the same event again at once, so that a poll may be
/// repeated after a broken connection. Of two polls that wait at the same time one gets the event.
pub(crate) async fn invocation(shared: &Shared) -> Result<Reply, Refusal> {
    if shared.settings.is_managed() {
        return managed::next(shared).await;
    }
    let ready = RuntimeState::Ready;
    shared.update(arrive).map_err(|from| Refusal::transition(from.name(), ready.name()))?;
    Ok(shared.until(take).await)
}

/// Waits for the restore from the snapshot.
pub(crate) async fn restore(shared: &Shared) -> Result<Reply, Refusal> {
    let ready = RuntimeState::RestoreReady;
    shared.update(|state| {
        let from = state.runtime.state;
        if from != RuntimeState::Started {
            return Err(Refusal::transition(from.name(), ready.name()));
        }
        state.runtime.state = ready;
        note_ready(state);
        Ok(())
    })?;
    let restoring = RuntimeState::Restoring;
    shared.until(|state| (state.runtime.state == restoring).then_some(())).await;
    Ok(render::json(StatusCode::OK, ""))
}

/// A poll says: the last invocation is done, or the runtime has started.
fn arrive(state: &mut State) -> Result<(), RuntimeState> {
    match state.runtime.state {
        RuntimeState::Started | RuntimeState::Restoring => {
            note_ready(state);
        }
        RuntimeState::ResponseSent => {
            if let Some(current) = &mut state.current {
                current.phases.runtime_next = Some(current.micros());
            }
        }
        RuntimeState::Ready => {}
        RuntimeState::Running => return Ok(()),
        other => return Err(other),
    }
    state.runtime.state = RuntimeState::Ready;
    Ok(())
}

/// The runtime's first call closes registration.
pub(super) fn note_ready(state: &mut State) {
    if state.doors == Doors::Open {
        state.doors = Doors::Subscription;
    }
    let micros = state.init.micros();
    state.init.runtime_ready.get_or_insert(micros);
}

/// The event, once there is one for the runtime.
fn take(state: &mut State) -> Option<Reply> {
    let current = state.current.as_mut().filter(|current| !current.held)?;
    match state.runtime.state {
        RuntimeState::Ready if current.phases.event_taken.is_none() => {
            current.phases.event_taken = Some(current.micros());
            state.runtime.state = RuntimeState::Running;
        }
        RuntimeState::Running => {}
        _ => return None,
    }
    let mut reply = render::event(current.event.body.clone());
    set_headers(reply.headers_mut(), current);
    Some(reply)
}

/// Sets the headers that have a value; the classic core leaves the others out.
pub(super) fn set_headers(headers: &mut HeaderMap, current: &Current) {
    let event = &current.event;
    let deadline = current.deadline_ms.to_string();
    let values: [(&'static str, Option<&str>); 8] = [
        ("lambda-runtime-aws-request-id", Some(&current.request_id)),
        ("lambda-runtime-deadline-ms", Some(&deadline)),
        ("lambda-runtime-invoked-function-arn", Some(&current.arn)),
        ("lambda-runtime-trace-id", event.trace.as_deref()),
        ("lambda-runtime-client-context", event.client_context.as_deref()),
        ("lambda-runtime-cognito-identity", event.cognito_identity.as_deref()),
        ("lambda-runtime-aws-tenant-id", event.tenant.as_deref()),
        ("lambda-runtime-invocation-id", current.invocation_id.as_deref()),
    ];
    for (name, value) in values {
        // A value with control characters cannot be a header; Go's server would drop it as well.
        if let Some(value) = value.and_then(|value| HeaderValue::from_str(value).ok()) {
            headers.insert(name, value);
        }
    }
}
