//! Passing messages on as they are, and the few answers that are our own.

use crate::app::App;
use crate::observe::findings::Kind;
use crate::upstream::{Answering, UpstreamError};
use std::io;
use tollgate_http::connection::{Connection, PassError};
use tollgate_http::framing::{Framing, Part, Tracker};
use tollgate_http::head::{RequestHead, ResponseHead, message};
use tollgate_lambda_api::ErrorBody;
use tollgate_lambda_api::runtime::header::REQUEST_ID;

/// Whether a downstream connection can take another request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Flow {
    /// It can.
    Keep,
    /// It is to be closed.
    Close,
}

/// Largest request body that is sent again after a broken connection, in bytes. It is what a
/// read buffer holds beside a head.
const REPEATABLE_BYTES_MAX: usize = 6 * 1024;

/// Passes a request on and streams the answer back.
pub(crate) async fn pass(
    app: &App,
    downstream: &mut Connection,
    head: RequestHead,
) -> Result<Flow, UpstreamError> {
    let repeat = head.method == "GET";
    let answering = request(app, downstream, head, repeat, &mut |_| {}).await?;
    if answering.head.fields.get(REQUEST_ID).is_some() {
        // An event, under a path that is not the poll's: it must not pass undecided. Lambda
        // hands it out again to the next poll.
        let text = "events are handed out by invocation/next only";
        app.recorder.find(&app.clock, Kind::ForeignRequest, None, text);
        let refusal = refusal("403 Forbidden", "Tollgate.ForeignRequest", text);
        downstream.write(&refusal).await.map_err(PassError::To)?;
        return Ok(Flow::Close);
    }
    respond(app, downstream, answering).await
}

/// Sends a request upstream, its body as it arrives, and reads the head of the answer.
///
/// A body that is here already goes out with the head in one write. When the connection breaks
/// before any answer, such a request is sent once more if `repeat` says that this is safe.
pub(crate) async fn request(
    app: &App,
    downstream: &mut Connection,
    mut head: RequestHead,
    repeat: bool,
    each: &mut impl FnMut(Part<'_>),
) -> Result<Answering, UpstreamError> {
    let mut tracker = Tracker::new(head.framing);
    if head.expects_continue && head.framing != Framing::Length(0) {
        downstream.write(b"HTTP/1.1 100 Continue\r\n\r\n").await.map_err(PassError::From)?;
    }
    head.prepare();
    let method = std::mem::take(&mut head.method);
    let bytes = head.encode(&method, app.upstream.prefix(), app.upstream.address());
    let body = downstream.body_so_far(&mut tracker, each).map_err(PassError::From)?;
    let sent = body.len();
    if tracker.is_done() && sent <= REPEATABLE_BYTES_MAX {
        let mut answering = send_whole(app, &bytes, body, repeat).await;
        downstream.consume(sent);
        if let Ok(answering) = &mut answering {
            fit(&mut answering.head, &method);
        }
        return answering;
    }
    let mut upstream = app.upstream.connection().await?;
    upstream.write_both(&bytes, body).await?;
    downstream.consume(sent);
    let early = match downstream.pass_body(&mut upstream, &mut tracker, each).await {
        Ok(()) => false,
        // Lambda may refuse a body before it has read all of it: its answer is waiting then.
        Err(PassError::To(_)) => true,
        Err(error) => return Err(error.into()),
    };
    let mut answer = upstream.read_response().await?;
    if early {
        // The rest of the body is read, so that its sender can read the answer.
        answer.keep_alive = false;
        discard(downstream, tracker).await.map_err(PassError::From)?;
    }
    fit(&mut answer, &method);
    Ok(Answering { head: answer, connection: upstream, repeated: false })
}

/// An answer to HEAD has no body, whatever its fields say (RFC 9110 section 9.3.2).
fn fit(answer: &mut ResponseHead, method: &str) {
    if method == "HEAD" {
        answer.framing = Framing::Length(0);
    }
}

async fn send_whole(
    app: &App,
    head: &[u8],
    body: &[u8],
    repeat: bool,
) -> Result<Answering, UpstreamError> {
    match app.upstream.send(head, body).await {
        Err(UpstreamError::Broken(_)) if repeat => {
            let second = app.upstream.send(head, body).await?;
            Ok(Answering { repeated: true, ..second })
        }
        other => other,
    }
}

/// Reads the rest of a body that nobody wants, so that the answer can be read by its sender.
pub(crate) async fn discard(downstream: &mut Connection, tracker: Tracker) -> io::Result<()> {
    downstream.read_body(tracker, |_| {}).await
}

/// Streams an answer to the downstream side and keeps the upstream connection.
pub(crate) async fn respond(
    app: &App,
    downstream: &mut Connection,
    mut answering: Answering,
) -> Result<Flow, UpstreamError> {
    let mut tracker = Tracker::new(answering.head.framing);
    let close = answering.head.framing == Framing::ToClose;
    answering.head.fields.strip_hop_by_hop();
    let head = answering.head.encode(close);
    let body = answering.connection.body_so_far(&mut tracker, &mut |_| {})?;
    let sent = body.len();
    downstream.write_both(&head, body).await.map_err(PassError::To)?;
    answering.connection.consume(sent);
    answering.connection.pass_body(downstream, &mut tracker, &mut |_| {}).await?;
    app.upstream.keep(answering);
    Ok(if close { Flow::Close } else { Flow::Keep })
}

/// An answer of our own, in the form of the Runtime API's errors.
pub(crate) fn refusal(status: &str, error_type: &str, text: &str) -> Vec<u8> {
    let body = ErrorBody { error_message: text.to_owned(), error_type: error_type.to_owned() };
    let fields = [("Content-Type", "application/json")];
    message(&format!("HTTP/1.1 {status}"), &fields, &body.to_json())
}
