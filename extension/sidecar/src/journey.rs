//! An event's journey from Lambda to the runtime: poll, decide, and release or refuse.

use crate::app::App;
use crate::claims;
use crate::clock::Stopwatch;
use crate::invocations::Flight;
use crate::keys;
use crate::lending;
use crate::limits::{EVENT_BYTES_MAX, POLL_ATTEMPTS_MAX, REFUSAL_RETRY};
use crate::proxy::polls::Counted;
use crate::proxy::{answer, callback};
use crate::ship::quarantine;
use crate::upstream::{Answering, UpstreamError};
use crate::watchdog::{self, Watch};
use bytes::Bytes;
use std::io;
use std::rc::Rc;
use tollgate_event::{Intake, Invocation, RawEvent};
use tollgate_http::framing::{Framing, Tracker};
use tollgate_http::head::{Fields, ResponseHead};
use tollgate_lambda_api::runtime::header;
use tollgate_ledger::record::{Invocation as Record, Micros};
use tollgate_policy::{Answer, Bounds, Callback, Facts, Moment, Policy, Verdict};

/// What a runtime's poll is answered with.
#[derive(Debug)]
pub(crate) enum Next {
    /// An event that may run, and the head it came with.
    Release(Box<Release>),
    /// Lambda's own answer where it is no event: passed on unchanged.
    Passed(Box<Answering>),
}

/// An event that was granted.
#[derive(Debug)]
pub(crate) struct Release {
    /// The head of Lambda's answer, as it goes to the runtime.
    pub(crate) head: Vec<u8>,
    /// The event, byte for byte as Lambda sent it but for withheld items.
    pub(crate) body: Bytes,
    /// The ceilings that it is held to.
    pub(crate) watch: Option<Rc<Watch>>,
}

/// Runs polls until one of them ends in something for the runtime. Refused events never wake it:
/// they are answered here, and the next event is asked for within the same poll.
pub(crate) async fn journey(app: &Rc<App>, poll: &[u8]) -> Result<Next, UpstreamError> {
    let policy = app.gate.policy().await;
    loop {
        let Event { head, raw, parked } = match poll_upstream(app, poll).await? {
            Polled::Event(event) => event,
            Polled::Other(answering) => return Ok(Next::Passed(Box::new(answering))),
        };
        app.coverage.clear(&raw.invocation().request_id);
        let cold_start = app.invocations.borrow_mut().take_cold_start();
        app.desk.borrow_mut().here.cold_start = cold_start;
        let watch = Stopwatch::start();
        app.lending.wait(app, &raw.invocation().function_arn).await;
        app.keys.wait(app, &raw, &policy).await;
        let received_ms = app.clock.unix_ms();
        if app.recorder.wants_events() {
            app.recorder.hold(&raw.invocation().request_id, raw.share());
        }
        let again = policy.claims().then(|| raw.clone());
        let verdict = decide(app, raw, &policy, received_ms);
        // A key id that nobody knew asks for its key set anew.
        keys::errands(app);
        let decide_micros = watch.micros();
        let record = |facts: Facts| {
            let mut record = Record::from(facts);
            record.policy = policy.digest().to_string();
            record.cold_start = cold_start;
            record.times.received = received_ms;
            record.micros = Some(Micros { decide: decide_micros, overhead: watch.micros() });
            record
        };
        let flight = |facts: &Facts| Flight::new(record(facts.clone()));
        let pending = Pending { verdict, again, received_ms };
        let verdict = if pending.holds() {
            Some(pending.verdict)
        } else {
            Box::pin(outside(app, &policy, pending, flight)).await
        };
        let Some(verdict) = verdict else { continue };
        match verdict {
            Verdict::Granted(mut granted) => {
                let withheld = granted.take_withheld();
                let ticket = granted.take_ticket();
                let bounds = granted.take_bounds();
                let (body, facts) = granted.into_parts();
                // Items were withheld, or a reserved member was taken out.
                let other = facts.event_bytes != body.len() as u64;
                let mut record = record(facts);
                record.times.released = Some(app.clock.unix_ms());
                let flight = Flight::new(record).owing(ticket).withholding(withheld);
                let head = if other { refit(head, body.len()) } else { head };
                let (head, watch) = depart_held(app, flight, head, bounds);
                lending::errands(app);
                return Ok(Next::Release(Box::new(Release { head, body, watch })));
            }
            Verdict::Refused(refused) => {
                // Where all is refused, this is how an order that was taken back is heard of.
                lending::errands(app);
                let mut answer = refused.answer(app.stream_hint());
                let callback = refused.callback().cloned();
                let invocation = refused.facts().invocation.clone();
                depart(app, Flight::new(record(refused.into_facts())));
                if let Some(callback) = callback
                    && Box::pin(callback::tell(app, &invocation, callback)).await
                {
                    answer = Callback::taken();
                }
                Box::pin(refuse(app, &invocation, answer)).await;
            }
        }
        drop(parked);
    }
}

/// A verdict that may hang on what others say.
struct Pending {
    verdict: Verdict,
    /// The event once more, where others may change what is decided.
    again: Option<RawEvent>,
    received_ms: u64,
}

impl Pending {
    /// Whether nothing must be said or stored outside before.
    fn holds(&self) -> bool {
        self.again.is_none() && !quarantine::is_asked_for(&self.verdict)
    }
}

/// Sees to what must be said or stored outside before a verdict holds. That takes a while, and the
/// environment may end in it: so the invocation is noted before. None where it has ended meanwhile,
/// and has its record.
async fn outside(
    app: &Rc<App>,
    policy: &Policy,
    pending: Pending,
    flight: impl FnOnce(&Facts) -> Flight,
) -> Option<Verdict> {
    let Pending { verdict, again, received_ms } = pending;
    let lasts = quarantine::is_remote(policy, &verdict) || claims::hangs_on(app, &verdict);
    let noted = lasts && depart(app, flight(verdict.facts()));
    let verdict = claims::claim(app, policy, verdict, again, received_ms).await;
    let verdict = quarantine::keep(app, policy, verdict).await;
    let request_id = verdict.facts().invocation.request_id.clone();
    if noted && !app.invocations.borrow_mut().withdraw(&request_id) {
        if let Verdict::Granted(mut granted) = verdict {
            claims::withdraw(app, policy, granted.take_ticket(), &request_id);
        }
        return None;
    }
    Some(verdict)
}

/// Decides at a moment, beside all that this environment knows.
pub(crate) fn decide(app: &App, raw: RawEvent, policy: &Policy, unix_ms: u64) -> Verdict {
    let mut desk = app.desk.borrow_mut();
    tollgate_policy::decide(raw, policy, &mut desk, Moment { unix_ms })
}

/// Notes an invocation before anybody else hears of it: should the process die now, the next one
/// finds it in the journal. An id that comes again (Lambda hands out what was not answered) keeps
/// its first note: one `next`, one record.
fn depart(app: &App, flight: Flight) -> bool {
    if app.invocations.borrow().is_open(flight.request_id()) {
        return false;
    }
    app.recorder.journal_release(app, &flight);
    app.books.keep(app);
    app.invocations.borrow_mut().release(flight);
    true
}

/// The same for an event that may be held to ceilings while the function runs. Then it is shown
/// how much time it has in the head that it gets.
fn depart_held(
    app: &Rc<App>,
    flight: Flight,
    head: Vec<u8>,
    bounds: Option<Box<Bounds>>,
) -> (Vec<u8>, Option<Rc<Watch>>) {
    let Some(bounds) = bounds else {
        depart(app, flight);
        return (head, None);
    };
    // What was encoded by us is a head.
    let Ok(Some((mut head, _))) = ResponseHead::parse(&head) else { return (head, None) };
    let invocation = invocation(&head.fields);
    // An id that comes again is held to what it was held to before.
    let watch = app.invocations.borrow().watch(&invocation.request_id);
    let watch = watch.unwrap_or_else(|| {
        let released_ms = flight.record().times.released.unwrap_or_default();
        let memory_mb = app.settings.function.memory_mb;
        let watch = Rc::new(Watch::new(invocation, released_ms, memory_mb, bounds));
        depart(app, flight.watched(Some(Rc::clone(&watch))));
        watchdog::arm(app, &watch);
        watch
    });
    let deadline_ms = watch.deadline_ms();
    head.fields.remove(header::DEADLINE_MS);
    head.fields.push("Lambda-Runtime-Deadline-Ms", deadline_ms.to_string().as_bytes());
    (head.encode(false), Some(watch))
}

/// Answers an event in the function's place. An answer that Lambda does not take leaves the
/// invocation open: Lambda hands it out again, or ends it.
async fn refuse(app: &Rc<App>, invocation: &Invocation, answer: Answer) {
    if let Err(error) = answer::send(app, invocation, answer).await {
        app.log.error(&format!("a refusal did not reach Lambda: {error}"));
        tokio::time::sleep(REFUSAL_RETRY).await;
        return;
    }
    let landed = app.invocations.borrow_mut().land(&invocation.request_id);
    if let Some(flight) = landed {
        app.land(flight.refused(app.clock.unix_ms()));
    }
}

struct Event {
    head: Vec<u8>,
    raw: RawEvent,
    parked: Counted,
}

enum Polled {
    Event(Event),
    Other(Answering),
}

/// Polls Lambda once, again where the connection broke: it hands out the same invocation.
async fn poll_upstream(app: &Rc<App>, poll: &[u8]) -> Result<Polled, UpstreamError> {
    let mut attempts = 0;
    loop {
        attempts += 1;
        match poll_once(app, poll).await {
            Err(error @ UpstreamError::Broken(_)) if attempts < POLL_ATTEMPTS_MAX => {
                app.log.warn(&format!("polling again: {error}"));
            }
            other => return other,
        }
    }
}

async fn poll_once(app: &Rc<App>, poll: &[u8]) -> Result<Polled, UpstreamError> {
    let parked = app.polls.park();
    let mut connection = app.upstream.connection().await?;
    app.recorder.before_poll(app);
    connection.write(poll).await?;
    app.recorder.poll_is_out();
    let head = connection.read_response().await?;
    let mut answering = Answering { head, connection, repeated: false };
    if answering.head.status != 200 {
        return Ok(Polled::Other(answering));
    }
    let invocation = invocation(&answering.head.fields);
    if invocation.request_id.is_empty() {
        // It could be neither answered nor recorded.
        return Err(io::Error::other("an event without a request id").into());
    }
    let raw = read_event(&mut answering, invocation).await?;
    let head = release_head(&mut answering.head, raw.body().len());
    app.upstream.keep(answering);
    Ok(Polled::Event(Event { head, raw, parked }))
}

/// Reads the event into one buffer, hashing it on the way.
async fn read_event(answering: &mut Answering, invocation: Invocation) -> io::Result<RawEvent> {
    let connection = &mut answering.connection;
    let mut intake;
    match answering.head.framing {
        Framing::Length(bytes) if bytes <= EVENT_BYTES_MAX as u64 => {
            let bytes = usize::try_from(bytes).unwrap_or(EVENT_BYTES_MAX);
            intake = Intake::with_capacity(bytes);
            connection.read_exactly(bytes, &mut intake, Intake::settle).await?;
        }
        framing => {
            intake = Intake::with_capacity(0);
            let tracker = Tracker::new(framing);
            connection.read_body_up_to(EVENT_BYTES_MAX, tracker, |data| intake.push(data)).await?;
        }
    }
    Ok(intake.finish(invocation))
}

/// The head for the runtime: the event is whole now, so its length is told.
fn release_head(head: &mut ResponseHead, bytes: usize) -> Vec<u8> {
    head.fields.strip_hop_by_hop();
    if head.framing != Framing::Length(bytes as u64) {
        head.fields.remove("content-length");
        head.fields.remove("transfer-encoding");
        head.fields.remove("trailer");
        head.fields.push("Content-Length", bytes.to_string().as_bytes());
    }
    head.encode(false)
}

/// The same head for an event that has another length now.
fn refit(head: Vec<u8>, bytes: usize) -> Vec<u8> {
    match ResponseHead::parse(&head) {
        Ok(Some((mut head, _))) => release_head(&mut head, bytes),
        // It was encoded by us, so it is a head.
        _ => head,
    }
}

/// The facts of an invocation that its fields carry.
fn invocation(fields: &Fields) -> Invocation {
    let text = |name| fields.text(name).map(str::to_owned);
    Invocation {
        request_id: text(header::REQUEST_ID).unwrap_or_default(),
        deadline_ms: fields.text(header::DEADLINE_MS).and_then(|ms| ms.parse().ok()).unwrap_or(0),
        function_arn: text(header::FUNCTION_ARN).unwrap_or_default(),
        trace_id: text(header::TRACE_ID),
        client_context: text(header::CLIENT_CONTEXT),
        cognito_identity: text(header::COGNITO_IDENTITY),
        tenant_id: text(header::TENANT_ID),
        invocation_id: text(header::INVOCATION_ID),
    }
}
