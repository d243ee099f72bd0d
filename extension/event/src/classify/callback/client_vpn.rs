//! Client VPN connection handlers (AWS Client VPN Administrator Guide, "Connection authorization").
use crate::classify::{Assertions, name};
use crate::origin::{Caller, Source};
use crate::trigger::Trigger;
use crate::value::Value;

/// Reads an event with `connection-id`.
pub(crate) fn recognise(root: Value<'_>) -> Option<Assertions> {
    let [endpoint, common_name, user, address] =
        root.members(["endpoint-id", "common-name", "username", "public-ip"]);
    let (_endpoint, address) = (endpoint?, address?);
    let caller = match (name(common_name), name(user)) {
        (Some(subject), _) => Caller::with_id("certificate", subject),
        (None, Some(user)) => Caller::with_id("user", user),
        (None, None) => Caller::new("unknown"),
    };
    let caller = caller.at(address.name());
    Some(Assertions::new(Trigger::ClientVpn, Source::default(), caller))
}
