//! Refusals: what the caller gets in the function's place. One file per trigger family.
//!
//! The caller learns the check's id and the request id, never the rule's inside.
mod function_error;
mod http;
mod queue;

use tollgate_event::Classified;

use crate::checks::Check;
use crate::facts::Facts;
use crate::options::OnRefuse;
use crate::sources::SourceRule;
use http::FrontEnd;

/// An event that does not reach the function.
#[derive(Debug)]
pub struct Refused {
    facts: Facts,
    check: &'static Check,
    shape: Shape,
}

/// What is sent to the Runtime API in the function's place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// To `/response`.
    Response {
        /// The `Content-Type`.
        content_type: &'static str,
        /// The whole body.
        body: Vec<u8>,
        /// Whether to send it with `Lambda-Runtime-Function-Response-Mode: streaming`.
        streaming: bool,
    },
    /// To `/error`.
    Error {
        /// The `Lambda-Runtime-Function-Error-Type`.
        error_type: &'static str,
        /// The whole body: JSON.
        body: Vec<u8>,
    },
}

/// What the extension has seen of the function's replies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct StreamHint {
    /// Whether its last reply was streamed; none before the first one.
    pub last_reply_streamed: Option<bool>,
}

/// The shape of a refusal.
#[derive(Debug)]
pub(crate) enum Shape {
    /// A response with a status, for an HTTP front end.
    Http(FrontEnd),
    /// A report of these messages, for a queue.
    Messages(Vec<String>),
    /// A function error, so that the source retries or keeps what it sent.
    FunctionError,
}

impl Shape {
    /// The shape that the event's trigger understands.
    pub(crate) fn of(event: &Classified, source: Option<&SourceRule>) -> Self {
        if event.trigger().is_http() {
            return Self::Http(FrontEnd::of(event.assertions(), source));
        }
        let reports = source.is_some_and(|source| source.on_refuse == OnRefuse::ReportItem);
        let ids = if reports { event.message_ids() } else { None };
        ids.map_or(Self::FunctionError, Self::Messages)
    }
}

impl Refused {
    pub(crate) fn new(facts: Facts, check: &'static Check, shape: Shape) -> Self {
        Self { facts, check, shape }
    }

    /// What is known of the event.
    pub fn facts(&self) -> &Facts {
        &self.facts
    }

    /// The check that refused it.
    pub fn check(&self) -> &'static Check {
        self.check
    }

    /// The answer for the caller.
    pub fn answer(&self, hint: StreamHint) -> Answer {
        let request_id = &self.facts.invocation.request_id;
        match &self.shape {
            Shape::Http(front_end) => front_end.answer(self.check, request_id, hint),
            Shape::Messages(ids) => queue::answer(ids),
            Shape::FunctionError => function_error::answer(self.check, request_id),
        }
    }

    /// The facts, when the answer is no longer needed.
    pub fn into_facts(self) -> Facts {
        self.facts
    }
}
