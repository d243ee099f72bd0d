//! S3 Object Lambda ("Amazon S3 User Guide", writing Lambda functions for S3 Object Lambda access
//! points). Who asked for an object is answered by a call of `WriteGetObjectResponse`; who asked for
//! its head or for a list is answered by what the function returns.
use std::fmt;

use serde::Deserialize;
use serde_json::{Value, json};
use tollgate_event::Classified;

use super::{read, words};
use crate::checks::Check;

/// What the caller of an access point is told, and the route and token by which S3 finds them.
#[derive(Clone, PartialEq, Eq)]
pub struct DeniedObject {
    route: String,
    token: String,
    message: String,
}

/// The status that the caller gets.
const STATUS: u16 = 403;
/// "Amazon S3 API Reference": error responses.
const CODE: &str = "AccessDenied";

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Request {
    get_object_context: Option<Context>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Context {
    output_route: String,
    output_token: String,
}

impl DeniedObject {
    /// None where the event asks for no object, or its route is no label of a host: whoever may
    /// invoke can write anything there.
    pub(super) fn of(event: &Classified, check: &Check, request_id: &str) -> Option<Self> {
        let context = read::<Request>(event)?.get_object_context?;
        let (route, token) = (context.output_route, context.output_token);
        let label = |b: u8| b.is_ascii_alphanumeric() || b == b'-';
        let routes = (1..=63).contains(&route.len()) && route.bytes().all(label);
        let carries = !token.is_empty() && token.bytes().all(|b| b.is_ascii_graphic());
        let message = words(check, request_id);
        (routes && carries).then_some(Self { route, token, message })
    }

    /// The first label of the host that takes the answer.
    pub fn route(&self) -> &str {
        &self.route
    }

    /// What S3 knows the request by. A secret.
    pub fn token(&self) -> &str {
        &self.token
    }

    /// The status for the caller.
    pub fn status(&self) -> u16 {
        STATUS
    }

    /// The error code for the caller.
    pub fn code(&self) -> &'static str {
        CODE
    }

    /// The text for the caller.
    pub fn message(&self) -> &str {
        &self.message
    }
}

/// The token is a secret.
impl fmt::Debug for DeniedObject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DeniedObject").field("message", &self.message).finish_non_exhaustive()
    }
}

/// The answer to a request for a head or a list; none where an object was asked for.
pub(super) fn returned(event: &Classified, check: &Check, request_id: &str) -> Option<Value> {
    let asked = read::<Request>(event)?;
    asked.get_object_context.is_none().then(|| {
        json!({
            "statusCode": STATUS,
            "errorCode": CODE,
            "errorMessage": words(check, request_id),
        })
    })
}
