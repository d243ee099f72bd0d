//! EventBridge (Amazon EventBridge User Guide, "Event structure"), schedules included.
use super::Assertions;
use crate::origin::{Caller, Items, Source};
use crate::trigger::Trigger;
use crate::value::Value;

/// Reads an event by its `detail-type` and `source`, both texts.
pub(super) fn recognise(root: Value<'_>, detail_type: Value<'_>) -> Option<Assertions> {
    let [source, account, region, resources] =
        root.members(["source", "account", "region", "resources"]);
    detail_type.text()?;
    let sender = source?.text()?;
    let resource = resources.and_then(Value::first_of).and_then(|(first, _)| first.text());
    Some(Assertions {
        trigger: Trigger::EventBridge,
        source: Source {
            arn: resource,
            account: account.and_then(Value::text),
            region: region.and_then(Value::text),
        },
        caller: Caller::with_id("service", sender),
        items: Items::ONE,
        route: None,
    })
}
