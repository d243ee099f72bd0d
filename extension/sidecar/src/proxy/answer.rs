//! Answers that the proxy sends to Lambda in the function's place.

use crate::app::App;
use crate::upstream::{UpstreamError, says_invalid_request_id};
use std::rc::Rc;
use tollgate_event::Invocation;
use tollgate_http::head::message;
use tollgate_lambda_api::runtime::{self, header};
use tollgate_policy::Answer;

/// Why an answer was not taken.
#[derive(Debug, thiserror::Error)]
pub(crate) enum AnswerError {
    /// It could not be sent.
    #[error(transparent)]
    Upstream(#[from] UpstreamError),
    /// Lambda refused it.
    #[error("Lambda refused the answer with status {0}")]
    Status(u16),
    /// The invocation is not open any more.
    #[error("Lambda knows no open invocation of this id")]
    Closed,
}

/// Sends an answer. A broken connection is tried once more: the body is ours and whole, and
/// Lambda tells by 400 `InvalidRequestID` that the first try had arrived.
pub(crate) async fn send(
    app: &Rc<App>,
    invocation: &Invocation,
    answer: Answer,
) -> Result<(), AnswerError> {
    let request = encode(app, invocation, answer);
    match post(app, &request).await {
        Err(AnswerError::Upstream(UpstreamError::Broken(_))) => match post(app, &request).await {
            Err(AnswerError::Closed) => Ok(()),
            second => second,
        },
        other => other,
    }
}

/// The whole request that carries an answer.
pub(crate) fn encode(app: &App, invocation: &Invocation, answer: Answer) -> Vec<u8> {
    let id = &invocation.request_id;
    let mut fields = vec![("Host", app.upstream.address())];
    let (path, body) = match answer {
        Answer::Response { content_type, body, streaming } => {
            fields.push(("Content-Type", content_type));
            if streaming {
                fields.push((header::RESPONSE_MODE, runtime::MODE_STREAMING));
            }
            (runtime::response_path(id), body)
        }
        Answer::Error { error_type, body } => {
            fields.push(("Content-Type", "application/json"));
            fields.push((header::ERROR_TYPE, error_type));
            (runtime::error_path(id), body)
        }
    };
    // The nonce of this attempt: without it a platform that hands one out refuses the answer.
    if let Some(nonce) = &invocation.invocation_id {
        fields.push((header::INVOCATION_ID, nonce));
    }
    message(&format!("POST {}{path} HTTP/1.1", app.upstream.prefix()), &fields, &body)
}

async fn post(app: &App, request: &[u8]) -> Result<(), AnswerError> {
    let mut answering = app.upstream.send(request, &[]).await?;
    let body = answering.read_body().await.map_err(UpstreamError::from)?;
    let status = answering.head.status;
    app.upstream.keep(answering);
    match status {
        200..=299 => Ok(()),
        400 if says_invalid_request_id(&body) => Err(AnswerError::Closed),
        _ => Err(AnswerError::Status(status)),
    }
}
