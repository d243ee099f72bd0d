//! HTTP front ends: a problem document (RFC 9457) inside the response object that each of them
//! understands. A WebSocket API takes the status of `$connect` for a no, and gives a later answer
//! to its client where the route has a response.
use serde_json::{Map, Value, json};
use tollgate_event::{Assertions, Trigger};

use super::{Answer, StreamHint};
use crate::checks::{Blame, Check};
use crate::options::Response;
use crate::sources::SourceRule;

/// What is known of the front end that waits for the answer.
#[derive(Debug)]
pub(crate) struct FrontEnd {
    trigger: Trigger,
    multi_value_headers: bool,
    response: Response,
    /// When to come back, in seconds (RFC 9110, section 10.2.3).
    retry_after_s: u64,
    /// What is asked of a caller who proves nothing.
    challenge: &'static str,
}

/// The type of a streamed response that starts with its status (AWS Lambda Developer Guide,
/// "Response streaming for Lambda functions").
const STREAM_TYPE: &str = "application/vnd.awslambda.http-integration-response";
/// What stands between the prelude and the body of such a response.
const STREAM_SEPARATOR: [u8; 8] = [0; 8];

impl FrontEnd {
    /// The front end of an event, and how its source wants to be answered.
    pub(super) fn of(event: &Assertions, source: Option<&SourceRule>) -> Self {
        Self {
            trigger: event.trigger,
            multi_value_headers: event.route.as_ref().is_some_and(|it| it.multi_value_headers),
            response: source.map(|source| source.response).unwrap_or_default(),
            retry_after_s: 1,
            challenge: source.map_or("Bearer", |source| source.gate.auth.challenge()),
        }
    }

    /// The same, for a caller who should wait so long, in milliseconds.
    pub(super) fn retrying(self, wait_ms: u64) -> Self {
        Self { retry_after_s: wait_ms.div_ceil(1000).max(1), ..self }
    }

    /// The refusal by `check`.
    pub(super) fn answer(&self, check: &Check, request_id: &str, hint: StreamHint) -> Answer {
        let problem = problem(check, request_id);
        if self.streams(hint) {
            return streamed(check.status, self.headers(check.status), &problem);
        }
        let mut response = Map::new();
        response.insert("statusCode".into(), check.status.into());
        if matches!(self.trigger, Trigger::Alb | Trigger::LatticeV1 | Trigger::LatticeV2) {
            let description = format!("{} {}", check.status, title(check.status));
            response.insert("statusDescription".into(), description.into());
        }
        let headers = self.headers(check.status);
        if self.multi_value_headers {
            let lists = headers.map(|(name, value)| (name, json!([value]))).collect();
            response.insert("multiValueHeaders".into(), Value::Object(lists));
        } else {
            let headers = headers.map(|(name, value)| (name, value.into())).collect();
            response.insert("headers".into(), Value::Object(headers));
        }
        response.insert("body".into(), problem.into());
        response.insert("isBase64Encoded".into(), false.into());
        Answer::Response {
            content_type: "application/json",
            body: Value::Object(response).to_string().into_bytes(),
            streaming: false,
        }
    }

    /// The headers of a refusal with this status.
    fn headers(&self, status: u16) -> impl Iterator<Item = (String, String)> + use<> {
        let demanded = match status {
            401 => Some(("www-authenticate", self.challenge.to_owned())),
            429 => Some(("retry-after", self.retry_after_s.to_string())),
            _ => None,
        };
        let always = [("content-type", "application/problem+json"), ("cache-control", "no-store")];
        let always = always.map(|(name, value)| (name, value.to_owned()));
        always.into_iter().chain(demanded).map(|(name, value)| (name.to_owned(), value))
    }

    fn streams(&self, hint: StreamHint) -> bool {
        let wanted = match self.response {
            Response::Auto => hint.last_reply_streamed.unwrap_or(false),
            Response::Buffered => false,
            Response::Stream => true,
        };
        wanted && self.trigger.can_stream()
    }
}

fn streamed(status: u16, headers: impl Iterator<Item = (String, String)>, problem: &str) -> Answer {
    let headers: Map<_, _> = headers.map(|(name, value)| (name, value.into())).collect();
    let prelude = json!({ "statusCode": status, "headers": headers });
    let mut body = prelude.to_string().into_bytes();
    body.extend_from_slice(&STREAM_SEPARATOR);
    body.extend_from_slice(problem.as_bytes());
    Answer::Response { content_type: STREAM_TYPE, body, streaming: true }
}

fn problem(check: &Check, request_id: &str) -> String {
    json!({
        "type": "about:blank",
        "title": title(check.status),
        "status": check.status,
        "detail": detail(check),
        "code": check.id,
        "requestId": request_id,
    })
    .to_string()
}

fn detail(check: &Check) -> &'static str {
    match check.stage() {
        None if check.fault == Blame::Function => {
            "the function's answer was not waited for, or was not passed on"
        }
        _ => "the request was refused before it reached the function",
    }
}

/// The status's own words (RFC 9110, section 15), which `about:blank` asks for.
const fn title(status: u16) -> &'static str {
    match status {
        400 => "Bad Request",
        401 => "Unauthorized",
        403 => "Forbidden",
        413 => "Content Too Large",
        429 => "Too Many Requests",
        502 => "Bad Gateway",
        503 => "Service Unavailable",
        504 => "Gateway Timeout",
        _ => "Internal Server Error",
    }
}
