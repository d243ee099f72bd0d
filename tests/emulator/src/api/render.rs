//! Replies in the form of Lambda's server, each written at once.
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http::{HeaderValue, StatusCode, header};
use http_body::{Frame, SizeHint};

use crate::invocation::{PAYLOAD_BYTES_MAX, error_body};

pub(crate) type Reply = http::Response<Body>;

/// A body in one piece, with or without its length announced.
#[derive(Debug)]
pub(crate) struct Body {
    data: Option<Bytes>,
    sized: bool,
}

/// Go's server announces the length of what fits its buffer and sends the rest chunked.
const SIZED_BYTES_MAX: usize = 2048;

impl Body {
    fn sized(data: Bytes) -> Self {
        Self { data: Some(data).filter(|data| !data.is_empty()), sized: true }
    }

    /// An event: the length is announced for small ones only.
    fn event(data: Bytes) -> Self {
        let sized = data.len() <= SIZED_BYTES_MAX;
        Self { data: Some(data).filter(|data| !data.is_empty()), sized }
    }
}

impl http_body::Body for Body {
    type Data = Bytes;
    type Error = std::convert::Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        Poll::Ready(self.data.take().map(|data| Ok(Frame::data(data))))
    }

    fn is_end_stream(&self) -> bool {
        self.sized && self.data.is_none()
    }

    fn size_hint(&self) -> SizeHint {
        let left = self.data.as_ref().map_or(0, Bytes::len) as u64;
        if self.sized { SizeHint::with_exact(left) } else { SizeHint::default() }
    }
}

const JSON: HeaderValue = HeaderValue::from_static("application/json");
const TEXT: HeaderValue = HeaderValue::from_static("text/plain; charset=utf-8");

/// A reply with a body of known length.
pub(crate) fn reply(status: StatusCode, kind: HeaderValue, body: impl Into<Bytes>) -> Reply {
    let mut reply = Reply::new(Body::sized(body.into()));
    *reply.status_mut() = status;
    reply.headers_mut().insert(header::CONTENT_TYPE, kind);
    reply
}

/// A JSON reply.
pub(crate) fn json(status: StatusCode, body: impl Into<Bytes>) -> Reply {
    reply(status, JSON, body)
}

/// 200 with an event as body.
pub(crate) fn event(body: Bytes) -> Reply {
    let mut reply = Reply::new(Body::event(body));
    reply.headers_mut().insert(header::CONTENT_TYPE, JSON);
    reply
}

/// 202, the answer to what was accepted.
pub(crate) fn accepted() -> Reply {
    json(StatusCode::ACCEPTED, "{\"status\":\"OK\"}\n")
}

/// A call that is not accepted, in the form of the APIs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Refusal {
    status: StatusCode,
    error_type: &'static str,
    message: String,
}

impl Refusal {
    pub(crate) fn new(
        status: StatusCode,
        error_type: &'static str,
        message: impl Into<String>,
    ) -> Self {
        Self { status, error_type, message: message.into() }
    }

    pub(crate) fn forbidden(error_type: &'static str, message: impl Into<String>) -> Self {
        Self::new(StatusCode::FORBIDDEN, error_type, message)
    }

    /// 403 for a call that the runtime's state does not allow.
    pub(crate) fn transition(from: &str, to: &str) -> Self {
        let message = format!(
            "State transition from {from} to {to} failed for runtime. Error: {NOT_ALLOWED}"
        );
        Self::forbidden("InvalidStateTransition", message)
    }

    pub(crate) fn invalid_request_id() -> Self {
        Self::new(StatusCode::BAD_REQUEST, "InvalidRequestID", "Invalid request ID")
    }

    pub(crate) fn invalid_response_mode() -> Self {
        let message = "Invalid function response mode";
        Self::new(StatusCode::BAD_REQUEST, "InvalidFunctionResponseMode", message)
    }

    pub(crate) fn truncated() -> Self {
        let message = "HTTP request detected as truncated";
        Self::new(StatusCode::BAD_REQUEST, "TruncatedHTTPRequest", message)
    }

    pub(crate) fn too_large() -> Self {
        let message = format!("Exceeded maximum allowed payload size ({PAYLOAD_BYTES_MAX} bytes).");
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, "RequestEntityTooLarge", message)
    }

    /// A fault on demand, with the body that Lambda gives with that status.
    pub(crate) fn fault(status: StatusCode) -> Self {
        match status {
            StatusCode::PAYLOAD_TOO_LARGE => Self::too_large(),
            StatusCode::INTERNAL_SERVER_ERROR => {
                Self::new(status, "InternalServerError", "Internal Server Error")
            }
            other => Self::new(other, "InjectedFault", "Fault on demand"),
        }
    }
}

impl From<Refusal> for Reply {
    fn from(refusal: Refusal) -> Self {
        json(refusal.status, error_body(refusal.error_type, &refusal.message))
    }
}

/// The end of every message about a call in the wrong state.
pub(crate) const NOT_ALLOWED: &str = "State transition is not allowed";

/// A plain text reply, as Go's `http.Error` writes.
pub(crate) fn text(status: StatusCode, body: &'static str) -> Reply {
    reply(status, TEXT, body)
}

pub(crate) fn pong() -> Reply {
    text(StatusCode::OK, "pong")
}

pub(crate) fn not_found() -> Reply {
    reply(StatusCode::NOT_FOUND, TEXT, "404 page not found\n")
}

pub(crate) fn method_not_allowed() -> Reply {
    reply(StatusCode::METHOD_NOT_ALLOWED, TEXT, "")
}
