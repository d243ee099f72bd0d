//! A function's answer to a batch from which items were withheld: it is read whole, and they are
//! merged into it.

use crate::app::App;
use crate::http::connection::{Connection, PassError};
use crate::http::framing::{Framing, Part, Tracker};
use crate::http::head::RequestHead;
use crate::proxy::answer;
use crate::upstream::{Answering, UpstreamError};
use std::rc::Rc;
use tollgate_event::Invocation;
use tollgate_lambda_api::runtime::{PAYLOAD_BYTES_MAX, header};
use tollgate_policy::{Answer, Merged, Withheld};

/// What was sent to Lambda, and its answer.
pub(crate) struct Relayed {
    /// Lambda's answer.
    pub(crate) answering: Answering,
    /// The body that was sent.
    pub(crate) body: Vec<u8>,
    /// The error that stands in the place of an answer that nothing could be merged into.
    pub(crate) error_type: Option<&'static str>,
    /// Whether the body is another than the function's.
    pub(crate) changed: bool,
}

/// Relays the answer with the withheld items in it. Where that cannot be done, a function error
/// goes to Lambda instead: the source keeps the whole batch then.
pub(crate) async fn relay(
    app: &Rc<App>,
    downstream: &mut Connection,
    mut head: RequestHead,
    request_id: &str,
    withheld: &Withheld,
) -> Result<Relayed, UpstreamError> {
    let body = read(downstream, &head).await?;
    let merged = match &body {
        Some(body) => withheld.merge(body),
        None => Merged::Unreadable,
    };
    let (body, changed) = match merged {
        Merged::AsItIs => (body.unwrap_or_default(), false),
        Merged::Changed(body) if body.len() <= PAYLOAD_BYTES_MAX => (body, true),
        Merged::Changed(_) | Merged::Unreadable => return fail(app, &head, request_id).await,
    };
    head.prepare();
    for name in ["content-length", "transfer-encoding", "trailer", header::RESPONSE_MODE] {
        head.fields.remove(name);
    }
    head.fields.push("Content-Length", body.len().to_string().as_bytes());
    let bytes = head.encode(&head.method, app.upstream.prefix(), app.upstream.address());
    let answering = send(app, &bytes, &body).await?;
    Ok(Relayed { answering, body, error_type: None, changed })
}

/// The whole body; none where it is longer than Lambda takes, or ends in an error.
async fn read(
    downstream: &mut Connection,
    head: &RequestHead,
) -> Result<Option<Vec<u8>>, UpstreamError> {
    if head.expects_continue && head.framing != Framing::Length(0) {
        downstream.write(b"HTTP/1.1 100 Continue\r\n\r\n").await.map_err(PassError::From)?;
    }
    let (mut body, mut whole) = (Vec::new(), true);
    let keep = |part: Part<'_>| match part {
        Part::Data(data) if whole && body.len() + data.len() <= PAYLOAD_BYTES_MAX => {
            body.extend_from_slice(data);
        }
        Part::Data(data) => whole = whole && data.is_empty(),
        // A stream that failed after its first byte says so here.
        Part::Trailer(line) => whole = whole && !names_error(line),
    };
    downstream.read_parts(Tracker::new(head.framing), keep).await.map_err(PassError::From)?;
    Ok(whole.then_some(body))
}

fn names_error(line: &[u8]) -> bool {
    let name = line.split(|byte| *byte == b':').next().unwrap_or_default();
    name.trim_ascii().eq_ignore_ascii_case(header::ERROR_TYPE.as_bytes())
}

async fn fail(
    app: &Rc<App>,
    head: &RequestHead,
    request_id: &str,
) -> Result<Relayed, UpstreamError> {
    let invocation = Invocation {
        request_id: request_id.to_owned(),
        invocation_id: head.fields.text(header::INVOCATION_ID).map(str::to_owned),
        ..Invocation::default()
    };
    let answer = Withheld::unreadable(request_id);
    let (body, error_type) = match &answer {
        Answer::Error { error_type, body } => (body.clone(), Some(*error_type)),
        Answer::Response { body, .. } => (body.clone(), None),
    };
    let bytes = answer::encode(app, &invocation, answer);
    let answering = send(app, &bytes, &[]).await?;
    Ok(Relayed { answering, body, error_type, changed: true })
}

/// Sending a reply again is safe: Lambda takes one, and says so to the second.
async fn send(app: &App, head: &[u8], body: &[u8]) -> Result<Answering, UpstreamError> {
    match app.upstream.send(head, body).await {
        Err(UpstreamError::Broken(_)) => {
            let second = app.upstream.send(head, body).await?;
            Ok(Answering { repeated: true, ..second })
        }
        other => other,
    }
}
