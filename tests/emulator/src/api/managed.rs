//! The Runtime API on Managed Instances: parallel polls, and replies that know their invocation.
use http::{HeaderValue, StatusCode};

use super::next::{note_ready, set_headers};
use super::render::{self, Refusal, Reply};
use crate::shared::Shared;
use crate::state::{ReplyKind, RuntimeState, State};

/// Parks a poll until an invocation is handed to it.
pub(super) async fn next(shared: &Shared) -> Result<Reply, Refusal> {
    let poll = shared
        .update(|state| {
            note_ready(state);
            state.runtime.state = RuntimeState::Ready;
            state.managed.park()
        })
        // `Runtime.TooManyIdleRuntimes` inside Lambda's core; outside it is any internal error.
        .ok_or_else(|| Refusal::fault(StatusCode::INTERNAL_SERVER_ERROR))?;
    let mut parked = Parked { shared, poll, taken: false };
    let reply = shared.until(|state| take(state, poll)).await;
    parked.taken = true;
    Ok(reply)
}

/// A poll that is dropped before its event came has lost its client.
struct Parked<'a> {
    shared: &'a Shared,
    poll: u64,
    taken: bool,
}

impl Drop for Parked<'_> {
    fn drop(&mut self) {
        if !self.taken {
            self.shared.update(|state| state.managed.hang_up(self.poll));
        }
    }
}

fn take(state: &mut State, poll: u64) -> Option<Reply> {
    let current = state.managed.given(poll).filter(|current| !current.held)?;
    current.phases.event_taken = Some(current.micros());
    let mut reply = render::event(current.event.body.clone());
    set_headers(reply.headers_mut(), current);
    // Set here even if empty, unlike in the classic core; there is no tenant.
    let headers = reply.headers_mut();
    headers.remove("lambda-runtime-aws-tenant-id");
    for name in ["lambda-runtime-client-context", "lambda-runtime-cognito-identity"] {
        headers.entry(name).or_insert(HeaderValue::from_static(""));
    }
    Some(reply)
}

/// Begins a reply, or says why it cannot: unknown or answered ids get 400, late ones 410.
pub(super) async fn begin(
    shared: &Shared,
    id: &str,
    echoed: Option<&str>,
    kind: ReplyKind,
) -> Result<(), Refusal> {
    let hangs = shared.update(|state| {
        let Some(flight) = state.managed.flight(id) else {
            return Err(absent(state, id));
        };
        let ids = flight.current.invocation_id.as_deref().zip(echoed);
        // A reply to another attempt is late, in the words of AWS's own emulator.
        if ids.is_some_and(|(given, echoed)| given != echoed) {
            return Err(timed_out());
        }
        if !flight.begin_reply(kind) {
            return Err(Refusal::invalid_request_id());
        }
        Ok(flight.current.hangs)
    })?;
    if hangs {
        shared.until(|state| state.managed.flight(id).is_none().then_some(())).await;
        return Err(shared.update(|state| absent(state, id)));
    }
    Ok(())
}

/// Why there is no such invocation: its time was up, or there never was one.
pub(super) fn absent(state: &mut State, id: &str) -> Refusal {
    if state.managed.consume_late(id) { timed_out() } else { Refusal::invalid_request_id() }
}

fn timed_out() -> Refusal {
    Refusal::new(StatusCode::GONE, "InvokeTimeout", "Invoke timeout")
}
