//! `POST …/response`, `…/error`, `…/init/error` and `…/restore/error`: what the runtime sends.
use bytes::{Bytes, BytesMut};
use http::HeaderMap;
use http_body_util::BodyExt as _;

use super::Call;
use super::managed;
use super::render::{self, Refusal, Reply};
use crate::invocation::{Answer, Chunk, PAYLOAD_BYTES_MAX, error_body};
use crate::live::{Live, Piece};
use crate::shared::Shared;
use crate::state::{ReplyKind, RuntimeState, State};

/// The limit of a streamed response (Lambda quotas: 200 MB).
const STREAMED_BYTES_MAX: usize = 200 * 1024 * 1024;

/// Error bodies are small; more than this is cut.
const ERROR_BYTES_MAX: usize = PAYLOAD_BYTES_MAX;

/// Error bodies on Managed Instances.
const MANAGED_ERROR_BYTES_MAX: usize = 1024 * 1024;

/// Content type of an error that carries a cause for X-Ray beside what the caller sees.
const ERROR_WITH_CAUSE: &str = "application/vnd.aws.lambda.error.cause+json";

/// `POST …/runtime/invocation/ID/response`
pub(crate) async fn response(shared: &Shared, id: &str, call: Call) -> Result<Reply, Refusal> {
    begin(shared, id, &call, ReplyKind::Response).await?;
    let open = Open { shared, id, kind: ReplyKind::Response, answered: false };
    match call.header("lambda-runtime-function-response-mode").unwrap_or_default() {
        "" => buffered(open, call).await,
        "streaming" => streamed(open, call).await,
        _ => {
            open.close(fault("Runtime.InvalidResponseModeHeader", ""))?;
            Err(Refusal::invalid_response_mode())
        }
    }
}

/// `POST …/runtime/invocation/ID/error`
pub(crate) async fn error(shared: &Shared, id: &str, call: Call) -> Result<Reply, Refusal> {
    if shared.settings.is_managed() {
        return managed_error(shared, id, call).await;
    }
    begin(shared, id, &call, ReplyKind::Error).await?;
    let open = Open { shared, id, kind: ReplyKind::Error, answered: false };
    let error_type = error_type(&call.parts.headers);
    let with_cause = call.header("content-type") == Some(ERROR_WITH_CAUSE);
    let whole = call.read(ERROR_BYTES_MAX).await?;
    open.close(function_error(error_type, with_cause, whole.body))
}

/// The error of one of several invocations: its body is read first, and has a limit of its own
/// (LAMBDA.md 1.9: 1 MiB, 413 above), as it may interrupt a response that is being sent.
async fn managed_error(shared: &Shared, id: &str, call: Call) -> Result<Reply, Refusal> {
    let error_type = error_type(&call.parts.headers);
    let with_cause = call.header("content-type") == Some(ERROR_WITH_CAUSE);
    let echoed = call.header("lambda-runtime-invocation-id").map(str::to_owned);
    let whole = call.read(MANAGED_ERROR_BYTES_MAX).await?;
    if whole.oversized {
        return Err(Refusal::too_large());
    }
    managed::begin(shared, id, echoed.as_deref(), ReplyKind::Error).await?;
    let open = Open { shared, id, kind: ReplyKind::Error, answered: false };
    open.close(function_error(error_type, with_cause, whole.body))
}

fn function_error(error_type: String, with_cause: bool, body: Vec<u8>) -> Answer {
    let body = if with_cause { without_cause(&body) } else { body.into() };
    Answer::Error { error_type, body }
}

/// `POST …/runtime/init/error`; in the restore phase it counts as `restore/error`.
pub(crate) async fn init_error(shared: &Shared, call: Call) -> Result<Reply, Refusal> {
    failed_start(shared, call, |from| match from {
        RuntimeState::Started => Ok(RuntimeState::InitError),
        RuntimeState::Restoring => Ok(RuntimeState::RestoreError),
        _ => Err(RuntimeState::InitError),
    })
    .await
}

/// `POST …/runtime/restore/error`
pub(crate) async fn restore_error(shared: &Shared, call: Call) -> Result<Reply, Refusal> {
    failed_start(shared, call, |from| match from {
        RuntimeState::Restoring => Ok(RuntimeState::RestoreError),
        _ => Err(RuntimeState::RestoreError),
    })
    .await
}

/// Takes the report of a runtime that cannot start; `to` allows or refuses the new state.
async fn failed_start(
    shared: &Shared,
    call: Call,
    to: impl Fn(RuntimeState) -> Result<RuntimeState, RuntimeState>,
) -> Result<Reply, Refusal> {
    let error_type = error_type(&call.parts.headers);
    let whole = call.read(ERROR_BYTES_MAX).await?;
    shared.update(|state| {
        let from = state.runtime.state;
        state.runtime.state = to(from).map_err(|to| Refusal::transition(from.name(), to.name()))?;
        state.runtime.init_error = Some((error_type, whole.body.into()));
        Ok(render::accepted())
    })
}

/// Checks the ids, then moves the state: a wrong id leaves the state as it is.
async fn begin(shared: &Shared, id: &str, call: &Call, kind: ReplyKind) -> Result<(), Refusal> {
    let echoed = call.header("lambda-runtime-invocation-id");
    if shared.settings.is_managed() {
        return managed::begin(shared, id, echoed, kind).await;
    }
    if shared.update(|state| state.invocation(id).is_some_and(|current| current.hangs)) {
        shared.until(|state| state.invocation(id).is_none().then_some(())).await;
        return Err(Refusal::invalid_request_id());
    }
    let to = match kind {
        ReplyKind::Response => RuntimeState::InvocationResponse,
        ReplyKind::Error => RuntimeState::InvocationErrorResponse,
    };
    shared.update(|state| {
        let State { current, runtime, .. } = state;
        let Some(current) = current.as_mut().filter(|current| current.request_id == id) else {
            return Err(Refusal::invalid_request_id());
        };
        // A runtime that echoes the id of another attempt is late; one that echoes none is old.
        let ids = current.invocation_id.as_deref().zip(echoed);
        if ids.is_some_and(|(given, echoed)| given != echoed) {
            return Err(Refusal::invalid_request_id());
        }
        if runtime.state != RuntimeState::Running {
            return Err(Refusal::transition(runtime.state.name(), to.name()));
        }
        runtime.state = to;
        current.phases.response_started = Some(current.micros());
        Ok(())
    })
}

/// A reply that has begun. Dropped without an answer, it was broken off by the runtime.
struct Open<'a> {
    shared: &'a Shared,
    id: &'a str,
    kind: ReplyKind,
    answered: bool,
}

impl Open<'_> {
    /// Gives the caller the answer; the runtime may ask for the next event.
    fn close(mut self, answer: Answer) -> Result<Reply, Refusal> {
        self.answered = true;
        self.settle(answer).map(|()| render::accepted())
    }

    /// A reset may have ended the invocation meanwhile: then nobody waits for this answer.
    fn settle(&self, answer: Answer) -> Result<(), Refusal> {
        self.shared.update(|state| {
            if self.shared.settings.is_managed() {
                return self.settle_managed(state, answer);
            }
            let State { current, runtime, .. } = state;
            if let Some(current) = current.as_mut().filter(|own| own.request_id == self.id) {
                current.answer(answer);
                runtime.state = RuntimeState::ResponseSent;
            }
            Ok(())
        })
    }

    /// An error may have taken the place of this reply, or the time may be up.
    fn settle_managed(&self, state: &mut State, answer: Answer) -> Result<(), Refusal> {
        let Some(flight) = state.managed.flight(self.id) else {
            return Err(managed::absent(state, self.id));
        };
        if flight.is_replying(self.kind) {
            flight.current.answer(answer);
        }
        Ok(())
    }

    fn micros(&self) -> u64 {
        self.shared.update(|state| state.invocation(self.id).map_or(0, |current| current.micros()))
    }
}

impl Drop for Open<'_> {
    fn drop(&mut self) {
        if !self.answered {
            // The runtime has hung up: nobody reads a refusal.
            let _ = self.settle(fault("Runtime.TruncatedResponse", "Truncated response"));
        }
    }
}

async fn buffered(open: Open<'_>, call: Call) -> Result<Reply, Refusal> {
    let content_type = call.header("content-type").unwrap_or_default().to_owned();
    let whole = call.read(PAYLOAD_BYTES_MAX).await?;
    if whole.oversized {
        let message = format!(
            "Response payload size exceeded maximum allowed payload size ({PAYLOAD_BYTES_MAX} bytes)."
        );
        open.close(fault("Function.ResponseSizeTooLarge", &message))?;
        return Err(Refusal::too_large());
    }
    open.close(Answer::Response {
        body: whole.body.into(),
        content_type,
        streamed: false,
        trailers: Vec::new(),
        chunks: Vec::new(),
    })
}

async fn streamed(open: Open<'_>, mut call: Call) -> Result<Reply, Refusal> {
    let content_type = call.header("content-type").unwrap_or_default().to_owned();
    let mut caller = Reader::of(&open);
    caller.begin(&open, &content_type).await;
    let (mut chunks, mut trailers, mut total) = (Vec::new(), Vec::new(), 0);
    while let Some(frame) = call.body.frame().await {
        match frame.map_err(|_| Refusal::truncated())?.into_data() {
            Ok(bytes) => {
                call.entry.read(bytes.len());
                total += bytes.len();
                if total > STREAMED_BYTES_MAX {
                    open.close(fault("Function.ResponseSizeTooLarge", "Response size too large"))?;
                    return Err(Refusal::too_large());
                }
                chunks.push(Chunk { micros: open.micros(), bytes: bytes.clone() });
                // While the caller does not read, nothing more is read of the runtime.
                caller.send(Piece::Data(bytes)).await;
            }
            Err(frame) => trailers = frame.into_trailers().as_ref().map(text).unwrap_or_default(),
        }
    }
    let body = join(&chunks, total);
    let answer = Answer::Response { body, content_type, streamed: true, trailers, chunks };
    if answer.error_type().is_none() {
        caller.send(Piece::End).await;
    }
    open.close(answer)
}

/// Whoever reads a streamed answer while it is made, until it hangs up.
struct Reader(Option<Live>);

impl Reader {
    fn of(open: &Open<'_>) -> Self {
        let live = |state: &mut State| state.invocation(open.id).and_then(|own| own.live.take());
        Self(open.shared.update(live))
    }

    async fn begin(&mut self, open: &Open<'_>, content_type: &str) {
        let (request_id, content_type) = (open.id.to_owned(), content_type.to_owned());
        self.send(Piece::Head { request_id, content_type }).await;
    }

    async fn send(&mut self, piece: Piece) {
        if let Some(live) = &self.0
            && !live.send(piece).await
        {
            self.0 = None;
        }
    }
}

fn text(trailers: &HeaderMap) -> Vec<(String, String)> {
    let text = |value: &http::HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    trailers.iter().map(|(name, value)| (name.to_string(), text(value))).collect()
}

fn join(chunks: &[Chunk], total: usize) -> Bytes {
    let mut body = BytesMut::with_capacity(total);
    for chunk in chunks {
        body.extend_from_slice(&chunk.bytes);
    }
    body.freeze()
}

fn fault(error_type: &str, message: &str) -> Answer {
    Answer::Error { error_type: error_type.to_owned(), body: error_body(error_type, message) }
}

/// The error type that Lambda reports: the runtime's own if it looks like one.
fn error_type(headers: &HeaderMap) -> String {
    let sent = headers
        .get("lambda-runtime-function-error-type")
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let valid = ["Runtime.", "Function."].into_iter().any(|family| {
        // Found anywhere in the text, as the unanchored pattern of Lambda's core does.
        sent.match_indices(family).any(|(at, _)| is_name(sent.get(at + family.len()..)))
    });
    if valid {
        sent.to_owned()
    } else if sent.starts_with("Function.") {
        "Function.Unknown".to_owned()
    } else {
        "Runtime.Unknown".to_owned()
    }
}

/// Whether a text begins with `[A-Z][a-zA-Z]`.
fn is_name(text: Option<&str>) -> bool {
    let mut letters = text.unwrap_or_default().chars();
    letters.next().is_some_and(|first| first.is_ascii_uppercase())
        && letters.next().is_some_and(|second| second.is_ascii_alphabetic())
}

/// The part of an error with a cause that the caller sees.
fn without_cause(body: &[u8]) -> Bytes {
    #[derive(serde::Deserialize, serde::Serialize)]
    #[serde(rename_all = "camelCase", default)]
    #[derive(Default)]
    struct Visible {
        error_message: String,
        error_type: String,
        #[serde(skip_serializing_if = "Vec::is_empty")]
        stack_trace: Vec<String>,
    }
    let visible = serde_json::from_slice::<Visible>(body).map(|seen| serde_json::to_vec(&seen));
    match visible {
        Ok(Ok(seen)) => seen.into(),
        _ => Bytes::from_static(b"\"Invalid error body\""),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(sent: &'static str) -> String {
        let mut headers = HeaderMap::new();
        headers.insert("lambda-runtime-function-error-type", http::HeaderValue::from_static(sent));
        error_type(&headers)
    }

    #[test]
    fn error_types_are_kept_if_they_look_like_one() {
        assert_eq!(kept("Function.TollgateRefused"), "Function.TollgateRefused");
        assert_eq!(kept("Runtime.ExitError"), "Runtime.ExitError");
        assert_eq!(kept("Function.blocked"), "Function.Unknown");
        assert_eq!(kept("ValueError"), "Runtime.Unknown");
        assert_eq!(kept(""), "Runtime.Unknown");
    }

    #[test]
    fn the_cause_of_an_error_is_not_shown_to_the_caller() {
        let body = br#"{"errorMessage":"m","errorType":"T","errorCause":{"exceptions":[]}}"#;
        assert_eq!(without_cause(body), r#"{"errorMessage":"m","errorType":"T"}"#);
        assert_eq!(without_cause(b"{"), r#""Invalid error body""#);
    }
}
