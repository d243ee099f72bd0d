//! Faults on demand: hold a request, answer it with a status, or cut its connection.
use std::sync::{Mutex, MutexGuard, PoisonError};

use http::StatusCode;
use tokio::sync::watch;

use super::route::Route;

/// An endpoint that faults can be set on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Endpoint {
    /// `GET …/runtime/invocation/next`
    RuntimeNext,
    /// `POST …/runtime/invocation/ID/response`
    Response,
    /// `POST …/runtime/invocation/ID/error`
    Error,
    /// `POST …/runtime/init/error`
    InitError,
    /// `POST …/extension/register`
    Register,
    /// `GET …/extension/event/next`
    ExtensionNext,
    /// `PUT …/telemetry`
    Telemetry,
}

/// What happens to a request instead of, or before, its handling.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// It is answered with this status and Lambda's error body; the state does not change.
    Status(u16),
    /// Its connection is closed without an answer; the state does not change.
    Cut,
    /// It waits until [`release`](crate::Environment::release), then it is handled.
    Hold,
}

/// The faults that are set and not yet met.
#[derive(Debug)]
pub(crate) struct Faults {
    planned: Mutex<Vec<Planned>>,
    released: watch::Sender<u64>,
}

#[derive(Debug)]
struct Planned {
    endpoint: Endpoint,
    fault: Fault,
    times: u32,
}

/// How to go on with a request.
pub(crate) enum Verdict {
    Proceed,
    Answer(StatusCode),
    Cut,
}

impl Default for Faults {
    fn default() -> Self {
        Self { planned: Mutex::default(), released: watch::Sender::new(0) }
    }
}

impl Faults {
    /// Sets a fault for the next `times` requests to an endpoint.
    pub(crate) fn plan(&self, endpoint: Endpoint, fault: Fault, times: u32) {
        self.lock().push(Planned { endpoint, fault, times });
    }

    /// Lets all held requests go on.
    pub(crate) fn release(&self) {
        self.released.send_modify(|count| *count += 1);
    }

    /// What a request to `route` meets; waits if it is held.
    pub(crate) async fn meet(&self, route: &Route<'_>) -> Verdict {
        let mut released = self.released.subscribe();
        match Endpoint::of(route).and_then(|endpoint| self.take(endpoint)) {
            None => Verdict::Proceed,
            Some(Fault::Cut) => Verdict::Cut,
            Some(Fault::Status(status)) => {
                let fallback = StatusCode::INTERNAL_SERVER_ERROR;
                Verdict::Answer(StatusCode::from_u16(status).unwrap_or(fallback))
            }
            Some(Fault::Hold) => {
                // The sender lives as long as `self`, so this cannot fail.
                let _ = released.changed().await;
                Verdict::Proceed
            }
        }
    }

    fn take(&self, endpoint: Endpoint) -> Option<Fault> {
        let mut planned = self.lock();
        let found = planned.iter_mut().find(|plan| plan.endpoint == endpoint && plan.times > 0)?;
        found.times -= 1;
        let fault = found.fault;
        planned.retain(|plan| plan.times > 0);
        Some(fault)
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Planned>> {
        self.planned.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Endpoint {
    fn of(route: &Route<'_>) -> Option<Self> {
        match route {
            Route::Next => Some(Self::RuntimeNext),
            Route::Response(_) => Some(Self::Response),
            Route::Error(_) => Some(Self::Error),
            Route::InitError => Some(Self::InitError),
            Route::Register => Some(Self::Register),
            Route::ExtensionNext => Some(Self::ExtensionNext),
            Route::Telemetry => Some(Self::Telemetry),
            _ => None,
        }
    }
}
