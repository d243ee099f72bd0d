//! `response` and `error`: the function's answer, streamed through and measured.

use crate::app::App;
use crate::http::connection::Connection;
use crate::http::framing::Part;
use crate::http::head::{RequestHead, message};
use crate::observe::findings::Kind;
use crate::proxy::merge::{self, Relayed};
use crate::proxy::meter::Meter;
use crate::proxy::pass::{self, Flow};
use crate::upstream::{Answering, UpstreamError, says_invalid_request_id};
use std::rc::Rc;
use tollgate_lambda_api::runtime::{self, header};
use tollgate_ledger::Hash;
use tollgate_ledger::record::{Outcome, Response as ResponseFacts};

/// Which of the two endpoints was called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verb {
    /// `response`
    Response,
    /// `error`
    Error,
}

/// Relays a reply and ends its invocation where Lambda takes it.
pub(crate) async fn reply(
    app: &Rc<App>,
    downstream: &mut Connection,
    head: RequestHead,
    request_id: &str,
    verb: Verb,
) -> Result<Flow, UpstreamError> {
    if !app.invocations.borrow().is_open(request_id) {
        // Lambda judges it: 400 for an id it does not know, 410 for a late reply.
        app.recorder.find(&app.clock, Kind::UnknownReply, None, "a reply to no open invocation");
        return pass::pass(app, downstream, head).await;
    }
    let streamed = head
        .fields
        .text(header::RESPONSE_MODE)
        .is_some_and(|mode| mode.eq_ignore_ascii_case(runtime::MODE_STREAMING));
    let withheld = app.invocations.borrow().withheld(request_id);
    let withheld = withheld.filter(|_| verb == Verb::Response);
    let (mut answering, reply) = if let Some(withheld) = withheld {
        let relayed = merge::relay(app, downstream, head, request_id, &withheld).await?;
        Reply::of_merged(relayed, streamed)
    } else {
        let error_type = head.fields.text(header::ERROR_TYPE).map(str::to_owned);
        let mut meter = Meter::new(header::ERROR_TYPE);
        // Sending a reply again is safe: Lambda takes one, and says so to the second.
        let answering =
            pass::request(app, downstream, head, true, &mut |part| meter.see(part)).await?;
        (answering, Reply { verb, streamed, error_type, meter, merged: false })
    };
    if answering.repeated && answering.head.status == 400 {
        let body = answering.read_body().await?;
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
const TAKEN: &[u8] = b"{\"status\":\"OK\"}\n";

/// A reply that has reached Lambda.
struct Reply {
    verb: Verb,
    streamed: bool,
    error_type: Option<String>,
    meter: Meter,
    /// Whether withheld items were merged into it.
    merged: bool,
}

impl Reply {
    /// A reply that was read whole, with Lambda's answer to it.
    fn of_merged(relayed: Relayed, streamed: bool) -> (Answering, Self) {
        let Relayed { answering, body, error_type, changed } = relayed;
        let mut meter = Meter::new(header::ERROR_TYPE);
        meter.see(Part::Data(&body));
        let verb = if error_type.is_some() { Verb::Error } else { Verb::Response };
        let merged = changed && verb == Verb::Response;
        let error_type = error_type.map(str::to_owned);
        (answering, Self { verb, streamed, error_type, meter, merged })
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

    fn settle(&self, app: &App, request_id: &str, status: u16) {
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
