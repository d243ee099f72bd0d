//! `response` and `error`: the function's answer, streamed through and measured.

use crate::app::App;
use crate::observe::findings::Kind as Finding;
use crate::proxy::gather::gather;
use crate::proxy::held;
use crate::proxy::merge::{self, Relayed};
use crate::proxy::meter::Meter;
use crate::proxy::pass::{self, Flow};
use crate::upstream::{Answering, UpstreamError, says_invalid_request_id};
use std::rc::Rc;
use tollgate_http::connection::Connection;
use tollgate_http::framing::Part;
use tollgate_http::head::{RequestHead, message};
use tollgate_lambda_api::runtime::{self, PAYLOAD_BYTES_MAX, header};
use tollgate_ledger::Hash;
use tollgate_ledger::record::{Outcome, Response as ResponseFacts};
use tollgate_policy::Withheld;

/// Which of the two endpoints was called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verb {
    /// `response`
    Response,
    /// `error`
    Error,
}

/// Relays a reply and ends its invocation where Lambda takes it. What is rare is done in a box: a
/// call in place makes room for all that it may ever hold, and that room is moved about.
pub(crate) async fn reply(
    app: &Rc<App>,
    downstream: &mut Connection,
    head: RequestHead,
    request_id: &str,
    verb: Verb,
) -> Result<Flow, UpstreamError> {
    if app.invocations.borrow().was_stopped(request_id) {
        return Box::pin(drop_late(app, downstream, head, request_id)).await;
    }
    if !app.invocations.borrow().is_open(request_id) {
        // Lambda judges it: 400 for an id it does not know, 410 for a late reply.
        app.recorder.find(&app.clock, Finding::UnknownReply, None, "a reply to no open invocation");
        return Box::pin(pass::pass(app, downstream, head)).await;
    }
    let kind = Kind::of(app, &head, request_id, verb);
    let watch = app.invocations.borrow().watch(request_id);
    if let Some(watch) = watch {
        watch.disarm();
        if watch.holds_reply() {
            return Box::pin(held::reply(app, downstream, head, &watch, kind)).await;
        }
    }
    let (answering, reply) = if let Some(withheld) = &kind.withheld {
        let body = Box::pin(gather(downstream, &head, PAYLOAD_BYTES_MAX)).await?.whole();
        let relayed = Box::pin(merge::relay(app, head, request_id, withheld, body)).await?;
        Reply::of_merged(relayed, kind.streamed)
    } else {
        let error_type = Kind::error_type(&head);
        let mut meter = Meter::new(header::ERROR_TYPE);
        // Sending a reply again is safe: Lambda takes one, and says so to the second.
        let answering =
            pass::request(app, downstream, head, true, &mut |part| meter.see(part)).await?;
        let streamed = kind.streamed;
        (answering, Reply { verb, streamed, error_type, meter, merged: false })
    };
    finish(app, downstream, request_id, answering, reply).await
}

/// Drops an answer that comes after a ceiling has ended its invocation: the caller has another one.
async fn drop_late(
    app: &Rc<App>,
    downstream: &mut Connection,
    head: RequestHead,
    request_id: &str,
) -> Result<Flow, UpstreamError> {
    let late = gather(downstream, &head, 0).await?;
    let detail = format!("an answer of {} bytes came after its ceiling", late.bytes);
    app.recorder.find(&app.clock, Finding::LateReply, Some(request_id), &detail);
    held::acknowledge(downstream).await
}

/// Ends the invocation as Lambda's answer to its reply says, and passes that on.
pub(crate) async fn finish(
    app: &Rc<App>,
    downstream: &mut Connection,
    request_id: &str,
    mut answering: Answering,
    reply: Reply,
) -> Result<Flow, UpstreamError> {
    if answering.repeated && answering.head.status == 400 {
        let body = Box::pin(answering.read_body()).await?;
        let taken = says_invalid_request_id(&body);
        reply.settle(app, request_id, if taken { 202 } else { 400 });
        let (status, body) =
            if taken { ("202 Accepted", TAKEN) } else { ("400 Bad Request", &*body) };
        let fields = [("Content-Type", "application/json")];
        downstream.write(&message(&format!("HTTP/1.1 {status}"), &fields, body)).await?;
        return Ok(Flow::Keep);
    }
    reply.settle(app, request_id, answering.head.status);
    pass::respond(app, downstream, answering).await
}

/// What Lambda says when it takes a reply.
pub(crate) const TAKEN: &[u8] = b"{\"status\":\"OK\"}\n";

/// What is known of a reply before its body is read.
#[derive(Debug)]
pub(crate) struct Kind {
    /// The endpoint.
    pub(crate) verb: Verb,
    /// Whether it is sent in Lambda's streaming mode.
    pub(crate) streamed: bool,
    /// Items that must be merged into it.
    pub(crate) withheld: Option<Rc<Withheld>>,
}

impl Kind {
    fn of(app: &App, head: &RequestHead, request_id: &str, verb: Verb) -> Self {
        let mode = head.fields.text(header::RESPONSE_MODE);
        let streamed = mode.is_some_and(|mode| mode.eq_ignore_ascii_case(runtime::MODE_STREAMING));
        let withheld = app.invocations.borrow().withheld(request_id);
        Self { verb, streamed, withheld: withheld.filter(|_| verb == Verb::Response) }
    }

    /// The error type that a reply's head names.
    pub(crate) fn error_type(head: &RequestHead) -> Option<String> {
        head.fields.text(header::ERROR_TYPE).map(str::to_owned)
    }
}

/// A reply that has reached Lambda.
pub(crate) struct Reply {
    verb: Verb,
    streamed: bool,
    error_type: Option<String>,
    meter: Meter,
    /// Whether withheld items were merged into it.
    merged: bool,
}

impl Reply {
    /// A reply that was read whole, with Lambda's answer to it.
    pub(crate) fn of_merged(relayed: Relayed, streamed: bool) -> (Answering, Self) {
        let Relayed { answering, body, error_type, changed } = relayed;
        let mut meter = Meter::new(header::ERROR_TYPE);
        meter.see(Part::Data(&body));
        let verb = if error_type.is_some() { Verb::Error } else { Verb::Response };
        let merged = changed && verb == Verb::Response;
        let error_type = error_type.map(str::to_owned);
        (answering, Self { verb, streamed, error_type, meter, merged })
    }

    /// A reply that was read whole and sent as it is.
    pub(crate) fn of_whole(kind: &Kind, error_type: Option<String>, body: &[u8]) -> Self {
        let mut meter = Meter::new(header::ERROR_TYPE);
        meter.see(Part::Data(body));
        let Kind { verb, streamed, .. } = *kind;
        Self { verb, streamed, error_type, meter, merged: false }
    }

    /// A streamed reply that went on in pieces.
    pub(crate) fn of_stream(error_type: Option<String>, meter: Meter) -> Self {
        Self { verb: Verb::Response, streamed: true, error_type, meter, merged: false }
    }

    /// Outcome and error type, or nothing while the invocation still waits for a valid reply.
    fn outcome(&self, status: u16) -> Option<(Outcome, Option<String>)> {
        match (status, self.verb, self.meter.trailer()) {
            (200..=299, Verb::Error, _) => Some((Outcome::Error, self.error_type.clone())),
            // The error of a stream that failed after its first byte comes in a trailer.
            (200..=299, Verb::Response, Some(error)) => {
                Some((Outcome::Error, Some(error.to_owned())))
            }
            (200..=299, Verb::Response, None) => Some((Outcome::Success, None)),
            (413, ..) => Some((Outcome::Error, Some("Function.ResponseSizeTooLarge".to_owned()))),
            // Managed Instances: the invocation had timed out before.
            (410, ..) => Some((Outcome::Timeout, None)),
            _ => None,
        }
    }

    fn settle(&self, app: &Rc<App>, request_id: &str, status: u16) {
        let Some((outcome, error_type)) = self.outcome(status) else {
            return;
        };
        let Some(flight) = app.invocations.borrow_mut().land(request_id) else {
            return;
        };
        app.last_reply_streamed.set(Some(self.streamed));
        let response = ResponseFacts {
            sha256: (200..300)
                .contains(&status)
                .then(|| Hash::new(self.meter.sha256()).to_string()),
            bytes: self.meter.bytes(),
            streamed: self.streamed,
            status: None,
        };
        let flight = if self.merged { flight.merged() } else { flight };
        app.land(flight.answered(outcome, error_type, response, app.clock.unix_ms()));
    }
}
