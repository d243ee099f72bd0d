//! The invoke phase: from the event's arrival until everybody asked for the next one.
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use serde_json::json;
use tokio::sync::oneshot;
use tokio::time::timeout_at;

use super::{Lifecycle, Order, Phase, restore, strike, thaw, unless_failed};
use crate::clock;
use crate::invocation::{Answer, Ending, Event, InitReport, InitStatus, Invoked, Phases, Reason};
use crate::plan::FaultKind;
use crate::settings::Settings;
use crate::shared::Shared;
use crate::state::{Current, ExtensionEvent, ExtensionState, Failure, State};

impl Lifecycle {
    /// One invocation, with a suppressed init before it where one is needed.
    pub(super) async fn invoke(&mut self, order: Order) {
        let duplicate = order.duplicate();
        self.invoke_once(order).await;
        if let Some(order) = duplicate {
            self.invoke_once(order).await;
        }
    }

    async fn invoke_once(&mut self, order: Order) {
        thaw(&self.shared);
        let Order { event, request_id, caller, done, faults } = order;
        let timeout = self.shared.settings.timeout;
        let mut current = new_invocation(&self.shared.settings, event, request_id, caller);
        let begun = current.begun;
        let init = if self.alive { None } else { Some(self.init(timeout, Phase::Invoke).await) };
        let broken = init.as_ref().and_then(|init| init_ending(&mut current, init, timeout));
        let ended = match broken {
            Some(ending) => Some(self.unstarted(current, ending)),
            None => self.run_through(current, begun + timeout, faults).await,
        };
        self.rest();
        if let Some((current, ending)) = ended {
            // Whoever asked may have stopped waiting.
            let _ = done.send(invoked(current, ending, init));
        }
    }

    /// An invocation whose init failed: the platform still reports it.
    fn unstarted(&mut self, current: Current, ending: Ending) -> (Current, Ending) {
        self.shared.telemetry.platform("platform.start", || start_record(&current));
        self.emit_runtime_done(&current, &ending);
        self.emit_report(&current, &ending);
        (current, ending)
    }

    /// Hands the event out and waits for the end; a bad end resets the environment.
    async fn run_through(
        &mut self,
        mut current: Current,
        deadline: Instant,
        faults: Vec<FaultKind>,
    ) -> Option<(Current, Ending)> {
        let restored = if std::mem::take(&mut self.snapshot) {
            restore::run(&self.shared).await.map(Some)
        } else {
            Ok(None)
        };
        strike::mark(&mut current, &faults);
        self.shared.telemetry.strike(&current.request_id, &faults);
        let request_id = current.request_id.clone();
        dispatch(&self.shared, current);
        strike::start(&self.shared, &request_id, faults);
        let outcome = match restored {
            Ok(micros) => {
                self.unreported_restore = micros;
                timeout_at(deadline.into(), self.course()).await
            }
            Err(failure) => Ok(Err(failure)),
        };
        let (ending, answer, reason) = self.judge(outcome.map_err(|_| ()));
        let mut current = self.shared.update(|state| state.current.take())?;
        // The answer is the caller's before the reset begins; one given before stands.
        if let Some(answer) = answer {
            current.answer(answer(&current.request_id));
        }
        if current.phases.runtime_next.is_none() {
            self.emit_runtime_done(&current, &ending);
        }
        self.emit_report(&current, &ending);
        self.shared.telemetry.settle(&self.shared, &current.request_id);
        if let Some(reason) = reason {
            self.stop(reason).await;
        }
        Some((current, ending))
    }

    /// What the outcome means for the platform, the caller and the environment.
    fn judge(&self, outcome: Result<Result<(), Failure>, ()>) -> Judgement {
        match outcome {
            Ok(Ok(())) => (Ending::Ready, None, None),
            Ok(Err(failure)) => {
                let ending = Ending::Failure { error_type: failure.error_type.clone() };
                let answer = move |id: &str| crash(id, failure);
                (ending, Some(Box::new(answer)), Some(Reason::Failure))
            }
            Err(()) => {
                let limit = self.shared.settings.timeout;
                let answer = move |id: &str| timed_out(id, limit);
                (Ending::Timeout, Some(Box::new(answer)), Some(Reason::Timeout))
            }
        }
    }

    /// The good course of an invocation.
    async fn course(&self) -> Result<(), Failure> {
        unless_failed(&self.shared, |state| {
            state.current.as_ref()?.phases.runtime_next.map(|_| ())
        })
        .await?;
        self.shared.read(|state| {
            if let Some(current) = &state.current {
                self.emit_runtime_done(current, &Ending::Ready);
            }
        });
        unless_failed(&self.shared, |state| extensions_are_done(state).then_some(())).await
    }
}

/// An invocation that has just reached the environment.
pub(super) fn new_invocation(
    settings: &Settings,
    mut event: Event,
    request_id: String,
    caller: oneshot::Sender<Answer>,
) -> Current {
    let limit_ms = u64::try_from(settings.timeout.as_millis()).unwrap_or(u64::MAX);
    event.trace.get_or_insert_with(trace);
    Current {
        request_id,
        invocation_id: settings.invocation_id.then(clock::uuid),
        arn: settings.arn(event.qualifier.as_deref()),
        live: event.live.take(),
        event,
        deadline_ms: clock::unix_ms().saturating_add(limit_ms),
        begun: Instant::now(),
        phases: Phases::default(),
        answer: None,
        caller: Some(caller),
        held: false,
        cut_reply: false,
        hangs: false,
    }
}

/// Offers the event to the extensions and the runtime, practically at the same time.
fn dispatch(shared: &Arc<Shared>, mut current: Current) {
    shared.telemetry.platform("platform.start", || start_record(&current));
    let body = invoke_event(&current);
    shared.update(|state| {
        current.phases.dispatched = current.micros();
        for extension in state.extensions.iter_mut().filter(|extension| extension.events.invoke) {
            let event = ExtensionEvent { id: clock::uuid(), body: body.clone(), shutdown: false };
            extension.offer(event);
        }
        state.current = Some(current);
    });
}

pub(super) fn start_record(current: &Current) -> serde_json::Value {
    json!({
        "requestId": current.request_id,
        "version": "$LATEST",
        "tracing": tracing(current),
    })
}

/// The body of an INVOKE event; it carries no payload.
fn invoke_event(current: &Current) -> Bytes {
    let event = json!({
        "eventType": "INVOKE",
        "deadlineMs": current.deadline_ms,
        "requestId": current.request_id,
        "invokedFunctionArn": current.arn,
        "tracing": tracing(current),
    });
    Bytes::from(event.to_string())
}

pub(super) fn tracing(current: &Current) -> serde_json::Value {
    json!({ "type": "X-Amzn-Trace-Id", "value": current.event.trace })
}

fn extensions_are_done(state: &State) -> bool {
    state
        .extensions
        .iter()
        .filter(|extension| extension.events.invoke)
        .all(|extension| extension.state == ExtensionState::Ready)
}

/// The ending, the answer if the function gave none, and the reason for a reset.
type Judgement = (Ending, Option<Box<dyn FnOnce(&str) -> Answer + Send>>, Option<Reason>);

/// The end of an invocation whose suppressed init failed; `None` if it did not.
pub(super) fn init_ending(
    current: &mut Current,
    init: &InitReport,
    limit: Duration,
) -> Option<Ending> {
    let (answer, ending) = match init.status {
        InitStatus::Success => return None,
        InitStatus::Timeout => (timed_out(&current.request_id, limit), Ending::Timeout),
        InitStatus::Error => {
            let failure = Failure {
                error_type: init.error_type.clone().unwrap_or_default(),
                message: init.message.clone().unwrap_or_default(),
                body: init.error_body.clone(),
            };
            let ending = Ending::Failure { error_type: failure.error_type.clone() };
            (crash(&current.request_id, failure), ending)
        }
    };
    current.answer(answer);
    Some(ending)
}

/// What the caller gets for a failure: the runtime's own words if it told `init/error`.
pub(super) fn crash(request_id: &str, failure: Failure) -> Answer {
    let Failure { error_type, message, body } = failure;
    match body {
        Some(body) => Answer::Error { error_type, body },
        None => Answer::Crash {
            error_type,
            message: format!("RequestId: {request_id} Error: {message}"),
        },
    }
}

pub(super) fn timed_out(request_id: &str, limit: Duration) -> Answer {
    let time = clock::rfc3339(clock::unix_ms());
    let seconds = limit.as_secs_f64();
    let message = format!("{time} {request_id} Task timed out after {seconds:.2} seconds");
    Answer::Timeout { message }
}

/// A trace header for callers that send none, as the platform makes one: not sampled.
fn trace() -> String {
    let seconds = clock::unix_ms() / 1000;
    let random = clock::random_hex();
    let root = random.get(..24).unwrap_or_default();
    let parent = clock::random_hex();
    let parent = parent.get(..16).unwrap_or_default();
    format!("Root=1-{seconds:08x}-{root};Parent={parent};Sampled=0")
}

pub(super) fn invoked(mut current: Current, ending: Ending, init: Option<InitReport>) -> Invoked {
    current.phases.ended = current.micros();
    let nothing = || Answer::Crash {
        error_type: "Sandbox.Failure".to_owned(),
        message: "the invocation ended without an answer".to_owned(),
    };
    Invoked {
        answer: current.answer.take().unwrap_or_else(nothing),
        request_id: current.request_id,
        ending,
        phases: current.phases,
        init,
        deadline_ms: current.deadline_ms,
    }
}
