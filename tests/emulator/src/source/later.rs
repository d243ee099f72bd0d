//! Asynchronous invocation: two retries, then a dead-letter queue and a destination.
use std::time::Duration;

use serde_json::{Value, json};
use tokio::time::Instant;

use super::{ask, shapes};
use crate::clock;
use crate::fleet::{Fleet, FleetError};
use crate::invocation::{Event, Invoked};

/// How a function is invoked asynchronously.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Later {
    /// `MaximumRetryAttempts`: at most 2.
    pub retries_max: u32,
    /// `MaximumEventAgeInSeconds`.
    pub age_max: Duration,
    /// What Lambda's delays are multiplied by: 1.0 is a minute before the first retry and two
    /// before the second.
    pub pace: f64,
}

impl Default for Later {
    fn default() -> Self {
        Self { retries_max: 2, age_max: Duration::from_hours(6), pace: 1.0 }
    }
}

/// What became of an event.
#[derive(Debug)]
pub struct Fate {
    /// How often the function was asked.
    pub invocations: u32,
    /// The last invocation, if there was one.
    pub last: Option<Invoked>,
    /// What a destination gets, whether on success or on failure.
    pub document: Value,
    /// What the dead-letter queue gets, if the event was given up.
    pub dead: Option<DeadLetter>,
}

/// An event in a dead-letter queue: the event itself, with attributes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeadLetter {
    /// The event, as the function got it.
    pub body: bytes::Bytes,
    /// `RequestID`
    pub request_id: String,
    /// `ErrorCode`: the status of the invocation.
    pub error_code: u16,
    /// `ErrorMessage`: the first kilobyte of the error.
    pub error_message: String,
}

/// The longest pause of an event that is throttled.
const THROTTLED_MAX: Duration = Duration::from_mins(5);

impl Later {
    /// Invokes, and retries as Lambda does: a failed function after one minute and then two, a
    /// throttled event after one second, twice as long each time up to five minutes. Unlike
    /// Lambda's, each retry has a request id of its own.
    ///
    /// # Errors
    ///
    /// When no environment can be started, or the fleet was shut down.
    pub async fn send(&self, fleet: &Fleet, event: Event) -> Result<Fate, FleetError> {
        let begun = Instant::now();
        let (mut invocations, mut throttled) = (0, 0);
        let mut last = None;
        loop {
            let pause = if let Some(invoked) = ask(fleet, event.clone()).await? {
                invocations += 1;
                let done = invoked.answer.error_type().is_none();
                last = Some(invoked);
                if done || invocations > self.retries_max {
                    break;
                }
                Duration::from_mins(u64::from(invocations))
            } else {
                throttled += 1;
                THROTTLED_MAX.min(Duration::from_secs(1 << (throttled - 1).min(16)))
            };
            let pause = pause.mul_f64(self.pace);
            if begun.elapsed() + pause > self.age_max.mul_f64(self.pace) {
                break;
            }
            tokio::time::sleep(pause).await;
        }
        Ok(self.fate(&event, invocations, last))
    }

    fn fate(&self, event: &Event, invocations: u32, last: Option<Invoked>) -> Fate {
        let failed = last.as_ref().is_none_or(|invoked| invoked.answer.error_type().is_some());
        let condition = match (failed, invocations > self.retries_max) {
            (false, _) => "Success",
            (true, true) => "RetriesExhausted",
            (true, false) => "EventAgeExceeded",
        };
        let document = document(event, condition, invocations, last.as_ref());
        let dead = failed.then(|| dead(event, last.as_ref()));
        Fate { invocations, last, document, dead }
    }
}

fn dead(event: &Event, last: Option<&Invoked>) -> DeadLetter {
    let body = last.map(|invoked| invoked.answer.body()).unwrap_or_default();
    let error: Value = serde_json::from_slice(&body).unwrap_or_default();
    let said = error.get("errorMessage").and_then(Value::as_str).unwrap_or("Rate Exceeded.");
    DeadLetter {
        body: event.body.clone(),
        request_id: last.map(|invoked| invoked.request_id.clone()).unwrap_or_default(),
        error_code: if last.is_some() { 200 } else { 429 },
        error_message: said.chars().take(1024).collect(),
    }
}

/// The document of a destination ("Capturing records of Lambda asynchronous invocations").
fn document(event: &Event, condition: &str, count: u32, last: Option<&Invoked>) -> Value {
    let text = |bytes: &[u8]| -> Value {
        let plain = || json!(String::from_utf8_lossy(bytes));
        serde_json::from_slice(bytes).unwrap_or_else(|_| plain())
    };
    let mut context = json!({ "statusCode": 200, "executedVersion": "$LATEST" });
    if condition != "Success"
        && let Some(context) = context.as_object_mut()
    {
        context.insert("functionError".to_owned(), json!("Unhandled"));
    }
    let mut document = json!({
        "version": "1.0",
        "timestamp": clock::rfc3339(clock::unix_ms()),
        "requestContext": {
            "requestId": last.map(|invoked| invoked.request_id.as_str()),
            "functionArn": shapes::function_arn(),
            "condition": condition,
            "approximateInvokeCount": count,
        },
        "requestPayload": text(&event.body),
    });
    if let (Some(last), Some(document)) = (last, document.as_object_mut()) {
        document.insert("responseContext".to_owned(), context);
        document.insert("responsePayload".to_owned(), text(&last.answer.body()));
    }
    document
}
