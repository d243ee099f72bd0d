//! AWS IoT (AWS IoT Core Developer Guide, "Defining your Lambda function" of custom authorizers;
//! AWS IoT 1-Click Developer Guide, "AWS IoT 1-Click callback event"; AWS IoT button).
//!
//! A rule's action sends whatever its SQL statement selects, so that nothing tells it.
use crate::classify::{Assertions, name};
use crate::origin::{Caller, Source};
use crate::trigger::Trigger;
use crate::value::Value;

/// Reads an event with `protocolData`. Token and password are secrets and are not taken.
pub(crate) fn recognise_authorizer(root: Value<'_>) -> Option<Assertions> {
    let [data, verified, connection] =
        root.members(["protocolData", "signatureVerified", "connectionMetadata"]);
    let data = data.filter(|data| data.is_object())?;
    let _verified = verified?;
    let client = name(data.at(&["mqtt", "clientId"]));
    let caller = match client {
        Some(client) => Caller::with_id("client", client),
        None => Caller::with_id("session", name(connection.and_then(|c| c.get("id")))),
    };
    Some(Assertions::new(Trigger::IotAuthorizer, Source::default(), caller))
}

/// Reads an event with `deviceEvent`.
pub(crate) fn recognise_one_click(root: Value<'_>) -> Option<Assertions> {
    let device = root.get("deviceInfo")?.get("deviceId")?;
    let caller = Caller::with_id("device", name(Some(device)));
    Some(Assertions::new(Trigger::IotButton, Source::default(), caller))
}

/// Reads an event with `clickType`.
pub(crate) fn recognise_button(root: Value<'_>) -> Option<Assertions> {
    let serial = root.get("serialNumber")?;
    let caller = Caller::with_id("device", name(Some(serial)));
    Some(Assertions::new(Trigger::IotButton, Source::default(), caller))
}
