//! API Gateway WebSocket APIs (Amazon API Gateway Developer Guide, "API Gateway WebSocket API
//! mapping template and access logging variables").
use super::{Context, api_gateway_v1};
use crate::classify::Assertions;
use crate::origin::{Caller, Route};
use crate::trigger::Trigger;
use crate::value::Value;

/// Reads an event by the `connectionId` of its context.
pub(super) fn recognise(context: &Context<'_>) -> Option<Assertions> {
    let [event_type, direction, route_key] =
        context.whole.members(["eventType", "messageDirection", "routeKey"]);
    let event_type = event_type?;
    let known = ["CONNECT", "MESSAGE", "DISCONNECT"].iter().any(|known| event_type.is(known));
    if context.http.is_some() || direction.is_none() || !known {
        return None;
    }
    let text = |value: Option<Value<'_>>| value.and_then(Value::text).unwrap_or_default();
    let source = api_gateway_v1::source(context, &text(context.api), &text(context.stage));
    let caller = match context.identity {
        Some(identity) => api_gateway_v1::caller(context.authorizer, identity),
        None => Caller::new("anonymous"),
    };
    let route = Route { route_key: route_key.and_then(Value::text), ..Route::default() };
    Some(Assertions::new(Trigger::WebSocket, source, caller).at(route))
}
