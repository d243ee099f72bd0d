//! Refusals: what the caller gets in the function's place. One file per trigger family.
//!
//! The caller learns the check's id and the request id, never the rule's inside.
mod authorizer;
mod bedrock;
mod custom_resource;
pub(crate) mod firehose;
pub(crate) mod function_error;
mod http;
mod lex;
mod queue;
pub(crate) mod s3_batch;
mod s3_object_lambda;
mod stopped;

use serde::Deserialize;
use serde_json::Value;
use tollgate_event::{Classified, Trigger};

use crate::checks::Check;
use crate::copies::Copies;
use crate::facts::Facts;
use crate::options::OnRefuse;
use crate::sources::SourceRule;
pub use custom_resource::FailedResource;
use http::FrontEnd;
pub use s3_object_lambda::DeniedObject;
pub use stopped::Stopped;

/// An event that does not reach the function.
#[derive(Debug)]
pub struct Refused {
    facts: Facts,
    check: &'static Check,
    shape: Shape,
    copies: Option<Copies>,
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

/// What a service must be told elsewhere than in the answer to Lambda, which it does not read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Callback {
    /// A document for the stack that waits for a custom resource.
    Resource(FailedResource),
    /// An error for whoever asked S3 for an object.
    Object(DeniedObject),
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
    /// What the service reads as its own form of no; or, once copies are stored, of yes.
    Json(Value),
    /// What the service reads elsewhere; a function error where it did not arrive there.
    Callback(Callback),
    /// A function error, so that the source retries or keeps what it sent.
    FunctionError,
}

impl Shape {
    /// The shape that the event's trigger understands, where `check` refused the whole of it.
    pub(crate) fn of(
        event: &Classified,
        source: Option<&SourceRule>,
        check: &'static Check,
    ) -> Self {
        if event.trigger().is_http() || event.trigger() == Trigger::WebSocket {
            return Self::Http(FrontEnd::of(event.assertions(), source));
        }
        let request_id = event.raw().invocation().request_id.as_str();
        let reports = source.is_some_and(|source| source.on_refuse == OnRefuse::ReportItem);
        let json = match event.trigger() {
            Trigger::AuthorizerToken | Trigger::AuthorizerRequest => {
                Some(authorizer::policy(event, check, request_id))
            }
            Trigger::AuthorizerRequestV2 => Some(authorizer::simple(check, request_id)),
            Trigger::AppSyncAuthorizer => Some(authorizer::appsync()),
            Trigger::IotAuthorizer => Some(authorizer::iot()),
            Trigger::ClientVpn => Some(authorizer::client_vpn(event, check, request_id)),
            Trigger::Lex => lex::v2(event, check, request_id),
            Trigger::LexV1 => Some(lex::v1(check, request_id)),
            Trigger::BedrockAgent => bedrock::answer(event, check, request_id),
            Trigger::Sqs if reports => event.message_ids().as_deref().map(queue::answer),
            Trigger::Firehose | Trigger::S3Batch => every_record(event, check, request_id),
            Trigger::CustomResource => {
                let failed = FailedResource::of(event, check, request_id).map(Callback::Resource);
                return failed.map_or(Self::FunctionError, Self::Callback);
            }
            Trigger::S3ObjectLambda => {
                if let Some(denied) = DeniedObject::of(event, check, request_id) {
                    return Self::Callback(Callback::Object(denied));
                }
                s3_object_lambda::returned(event, check, request_id)
            }
            _ => None,
        };
        json.map_or(Self::FunctionError, Self::Json)
    }

    /// The answer in this shape.
    fn answer(&self, check: &'static Check, request_id: &str, hint: StreamHint) -> Answer {
        match self {
            Self::Http(front_end) => front_end.answer(check, request_id, hint),
            Self::Json(body) => Answer::json(body),
            Self::Callback(_) | Self::FunctionError => function_error::answer(check, request_id),
        }
    }

    fn callback(&self) -> Option<&Callback> {
        match self {
            Self::Callback(callback) => Some(callback),
            _ => None,
        }
    }
}

impl Shape {
    /// The same, for a caller who should wait so long, in milliseconds.
    pub(crate) fn retrying(self, wait_ms: u64) -> Self {
        match self {
            Self::Http(front_end) => Self::Http(front_end.retrying(wait_ms)),
            other => other,
        }
    }
}

/// Firehose and S3 Batch are told record by record.
fn every_record(event: &Classified, check: &'static Check, request_id: &str) -> Option<Value> {
    let batch = event.batch();
    if event.trigger() == Trigger::Firehose {
        return firehose::results(event, batch.iter()).map(|all| firehose::whole(&all));
    }
    let tasks = batch.iter().map(|item| (item, check));
    s3_batch::whole(event, &s3_batch::results(tasks, request_id)?)
}

/// What a text for people says.
fn words(check: &Check, request_id: &str) -> String {
    format!("refused by Tollgate: check {}, request {request_id}", check.id)
}

/// The members of the event that an answer has to name; none where one of them is missing, is
/// something else or stands twice.
fn read<'a, T: Deserialize<'a>>(event: &'a Classified) -> Option<T> {
    serde_json::from_slice(event.raw().body()).ok()
}

impl Refused {
    pub(crate) fn new(facts: Facts, check: &'static Check, shape: Shape) -> Self {
        Self { facts, check, shape, copies: None }
    }

    /// A refusal whose answer may be given once these copies are stored.
    pub(crate) fn storing(self, copies: Copies) -> Self {
        Self { copies: Some(copies), ..self }
    }

    /// What is known of the event.
    pub fn facts(&self) -> &Facts {
        &self.facts
    }

    /// The check that refused it.
    pub fn check(&self) -> &'static Check {
        self.check
    }

    /// What must be stored before [`answer`](Self::answer) is sent: it tells the source that all
    /// is well. If that fails, [`not_stored`](Self::not_stored) comes first.
    pub fn copies(&self) -> Option<&Copies> {
        self.copies.as_ref()
    }

    /// The same refusal where the copies could not be stored: the source keeps the event.
    #[must_use]
    pub fn not_stored(mut self) -> Self {
        self.shape = Shape::FunctionError;
        self.copies = None;
        if let Some(withheld) = &mut self.facts.withheld {
            withheld.quarantined = false;
        }
        self
    }

    /// What must be told elsewhere before [`answer`](Self::answer) is sent, which is a function
    /// error. Once it has arrived there, the answer is [`Callback::taken`] instead.
    pub fn callback(&self) -> Option<&Callback> {
        self.shape.callback()
    }

    /// The answer for the caller.
    pub fn answer(&self, hint: StreamHint) -> Answer {
        self.shape.answer(self.check, &self.facts.invocation.request_id, hint)
    }

    /// The facts, when the answer is no longer needed.
    pub fn into_facts(self) -> Facts {
        self.facts
    }
}

impl Callback {
    /// The answer to Lambda where the service knows of the refusal: all is well, so that it does
    /// not try again.
    pub fn taken() -> Answer {
        Answer::json(&Value::Null)
    }
}

impl Answer {
    fn json(body: &Value) -> Self {
        Self::Response {
            content_type: "application/json",
            body: body.to_string().into_bytes(),
            streaming: false,
        }
    }
}

#[cfg(test)]
mod tests;
