//! A function's answer to a batch from which items were withheld, or any that was read whole:
//! they are merged into it, and it goes to Lambda in one piece.

use crate::app::App;
use crate::proxy::answer;
use crate::upstream::{Answering, UpstreamError};
use std::rc::Rc;
use tollgate_event::Invocation;
use tollgate_http::head::RequestHead;
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

/// Sends the answer with the withheld items in it; `body` is none where there is no whole one.
/// Where they cannot be merged, a function error goes to Lambda instead: the source keeps the
/// whole batch then.
pub(crate) async fn relay(
    app: &Rc<App>,
    head: RequestHead,
    request_id: &str,
    withheld: &Withheld,
    body: Option<Vec<u8>>,
) -> Result<Relayed, UpstreamError> {
    let merged = match &body {
        Some(body) => withheld.merge(body),
        None => Merged::Unreadable,
    };
    let (body, changed) = match merged {
        Merged::AsItIs => (body.unwrap_or_default(), false),
        Merged::Changed(body) if body.len() <= PAYLOAD_BYTES_MAX => (body, true),
        Merged::Changed(_) | Merged::Unreadable => return fail(app, &head, request_id).await,
    };
    app.invocations.borrow_mut().answered(request_id, &body);
    let answering = send_whole(app, head, &body).await?;
    Ok(Relayed { answering, body, error_type: None, changed })
}

/// Sends an answer that was read whole.
pub(crate) async fn send_whole(
    app: &App,
    mut head: RequestHead,
    body: &[u8],
) -> Result<Answering, UpstreamError> {
    head.prepare();
    for name in ["content-length", "transfer-encoding", "trailer", header::RESPONSE_MODE] {
        head.fields.remove(name);
    }
    head.fields.push("Content-Length", body.len().to_string().as_bytes());
    let bytes = head.encode(&head.method, app.upstream.prefix(), app.upstream.address());
    send(app, &bytes, body).await
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
