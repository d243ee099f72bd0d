//! What the sample functions do with an event; the binaries only bring it to a client library.
use std::time::{Duration, Instant};

use serde_json::{Value, json};

/// What an event's `control` member asks for, so that tests can make a function misbehave.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Control {
    /// Wait this long before the answer.
    pub sleep: Duration,
    /// Keep the processor busy this long before the answer.
    pub spin: Duration,
    /// Answer with an error.
    pub fail: bool,
    /// Panic instead of answering.
    pub panic: bool,
    /// Exit with this status instead of answering.
    pub exit: Option<u8>,
    /// Leave this many child processes behind that take no notice of being told to end.
    pub fork: usize,
    /// Take no notice of being told to end.
    pub stubborn: bool,
    /// Leave this many files open.
    pub open: usize,
    /// Hold this much memory before the answer.
    pub memory_mb: usize,
    /// Answer with a text of this many bytes.
    pub reply_bytes: Option<usize>,
}

impl Control {
    /// Reads the member `control`; an event without one asks for nothing.
    ///
    /// Fields: `sleep_ms`, `spin_ms` (milliseconds), `fail`, `panic`, `stubborn` (true), `exit` (0 to
    /// 255), `fork`, `open`, `memory_mb`, `reply_bytes` (numbers).
    pub fn of(event: &Value) -> Self {
        let control = event.get("control");
        let field = |name: &str| control.and_then(|control| control.get(name));
        let ms =
            |name: &str| Duration::from_millis(field(name).and_then(Value::as_u64).unwrap_or(0));
        let number = |name: &str| {
            field(name).and_then(Value::as_u64).and_then(|number| usize::try_from(number).ok())
        };
        let set = |name: &str| field(name).and_then(Value::as_bool).unwrap_or(false);
        Self {
            sleep: ms("sleep_ms"),
            spin: ms("spin_ms"),
            fail: set("fail"),
            panic: set("panic"),
            fork: number("fork").unwrap_or(0),
            stubborn: set("stubborn"),
            open: number("open").unwrap_or(0),
            memory_mb: number("memory_mb").unwrap_or(0),
            reply_bytes: number("reply_bytes"),
            exit: field("exit").and_then(Value::as_u64).and_then(|code| u8::try_from(code).ok()),
        }
    }

    /// Keeps the processor busy as long as asked for.
    pub fn burn(&self) {
        let begun = Instant::now();
        while begun.elapsed() < self.spin {
            std::hint::spin_loop();
        }
    }
}

/// The answer that an event asks for by its size, or else [`answer`].
pub fn sized_answer(event: &Value, control: &Control) -> Value {
    match control.reply_bytes {
        // A text has its quotes.
        Some(bytes) => "x".repeat(bytes.saturating_sub(2)).into(),
        None => answer(event),
    }
}

/// The answer in the form that the event's source expects.
///
/// HTTP front ends get a response with the event as body, queues an empty list of failures, and
/// everybody else `{"echo": EVENT}`.
pub fn answer(event: &Value) -> Value {
    if is_http(event) {
        json!({
            "statusCode": 200,
            "headers": { "content-type": "application/json" },
            "body": event.get("body").cloned().unwrap_or(Value::Null),
        })
    } else if is_queue(event) {
        json!({ "batchItemFailures": [] })
    } else {
        json!({ "echo": event })
    }
}

/// API Gateway (both payload versions), function URL and ALB all have a `requestContext` with one
/// of these members.
fn is_http(event: &Value) -> bool {
    let context = event.get("requestContext");
    let marks = ["http", "elb", "stage", "apiId"];
    context.is_some_and(|context| marks.iter().any(|mark| context.get(mark).is_some()))
}

fn is_queue(event: &Value) -> bool {
    event.pointer("/Records/0/eventSource").and_then(Value::as_str) == Some("aws:sqs")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_have_the_form_of_the_source() {
        let http = json!({ "requestContext": { "http": {} }, "body": "hello" });
        assert_eq!(answer(&http)["body"], "hello");
        let queue = json!({ "Records": [{ "eventSource": "aws:sqs" }] });
        assert_eq!(answer(&queue), json!({ "batchItemFailures": [] }));
        assert_eq!(answer(&json!([1])), json!({ "echo": [1] }));
    }

    #[test]
    fn control_is_read_from_its_member() {
        let event = json!({ "control": { "sleep_ms": 5, "fail": true, "exit": 3 } });
        let sleep = Duration::from_millis(5);
        let expected = Control { sleep, fail: true, exit: Some(3), ..Control::default() };
        assert_eq!(Control::of(&event), expected);
        assert_eq!(Control::of(&json!([])), Control::default());
    }
}
