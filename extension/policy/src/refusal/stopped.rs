//! An invocation that is ended while the function runs: what its caller gets.
use tollgate_event::{Classified, Trigger};

use super::http::FrontEnd;
use super::{Answer, Callback, Shape, StreamHint, function_error};
use crate::checks::Check;
use crate::sources::{SourceRule, reports_items};
use crate::stage::all_failed;

/// The answer in the place of a function that ran into a ceiling.
#[derive(Debug)]
pub struct Stopped {
    check: &'static Check,
    shape: Shape,
    request_id: String,
}

impl Stopped {
    pub(crate) fn new(check: &'static Check, shape: Shape, request_id: String) -> Self {
        Self { check, shape, request_id }
    }

    /// The check that ended it.
    pub fn check(&self) -> &'static Check {
        self.check
    }

    /// The answer for the caller.
    pub fn answer(&self, hint: StreamHint) -> Answer {
        self.shape.answer(self.check, &self.request_id, hint)
    }

    /// What must be told elsewhere before [`answer`](Self::answer) is sent, which is a function
    /// error. Once it has arrived there, the answer is [`Callback::taken`] instead.
    pub fn callback(&self) -> Option<&Callback> {
        self.shape.callback()
    }

    /// What ends a stream that has begun: the type and the body of an error, for its trailers.
    pub fn error(&self) -> (&'static str, Vec<u8>) {
        match function_error::answer(self.check, &self.request_id) {
            Answer::Error { error_type, body } => (error_type, body),
            Answer::Response { body, .. } => ("", body),
        }
    }
}

impl Shape {
    /// The same as [`of_running`](Self::of_running), where that names nothing of the event and so
    /// costs nothing to have ready.
    pub(crate) fn ahead(event: &Classified, source: Option<&SourceRule>) -> Option<Self> {
        let trigger = event.trigger();
        if trigger.is_http() || trigger == Trigger::WebSocket {
            return Some(Self::Http(FrontEnd::of(event.assertions(), source)));
        }
        let reports = source.is_some_and(|source| source.reports_item_failures);
        let names = match trigger {
            Trigger::AuthorizerToken
            | Trigger::AuthorizerRequest
            | Trigger::AuthorizerRequestV2
            | Trigger::AppSyncAuthorizer
            | Trigger::IotAuthorizer
            | Trigger::ClientVpn
            | Trigger::Lex
            | Trigger::LexV1
            | Trigger::BedrockAgent
            | Trigger::Firehose
            | Trigger::S3Batch
            | Trigger::S3ObjectLambda
            | Trigger::CustomResource => true,
            trigger => reports && reports_items(trigger),
        };
        (!names).then_some(Self::FunctionError)
    }

    /// The shape for an event that the function has, and has not answered. Where the source reads
    /// item failures, every item has failed; that is no error of the function, but the source
    /// keeps them all the same.
    pub(crate) fn of_running(
        event: &Classified,
        source: Option<&SourceRule>,
        check: &'static Check,
    ) -> Self {
        let reports = source.is_some_and(|source| source.reports_item_failures);
        let listed = reports && reports_items(event.trigger());
        let failures = if listed { all_failed(event) } else { None };
        failures.map_or_else(|| Self::of(event, source, check), Self::Json)
    }
}
