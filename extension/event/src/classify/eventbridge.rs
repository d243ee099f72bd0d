//! EventBridge (Amazon EventBridge User Guide, "Event structure"), schedules included.
use super::{Assertions, name};
use crate::origin::{Caller, Source};
use crate::trigger::Trigger;
use crate::value::Value;

/// What EventBridge Scheduler puts there by default (EventBridge Scheduler User Guide, "Using
/// templated targets").
const SCHEDULER: &str = "aws.scheduler";
const CLOUDTRAIL: &str = "AWS API Call via CloudTrail";

/// Reads an event by its `detail-type` and `source`, both texts.
pub(super) fn recognise(root: Value<'_>) -> Option<Assertions> {
    let [detail_type, source, account, region, resources, detail] =
        root.members(["detail-type", "source", "account", "region", "resources", "detail"]);
    let detail_type = detail_type.filter(|detail_type| detail_type.is_text())?;
    let sender = source?.text()?;
    let resource = resources.and_then(Value::first_of).and_then(|(first, _)| first.text());
    let caller = stated(&sender, detail_type, detail);
    let trigger = if sender == SCHEDULER { Trigger::Scheduler } else { Trigger::EventBridge };
    let caller = caller.unwrap_or_else(|| Caller::with_id("service", sender));
    let source = Source {
        arn: resource,
        account: account.and_then(Value::text),
        region: region.and_then(Value::text),
    };
    Some(Assertions::new(trigger, source, caller))
}

/// Who made a service send an event, where its detail tells. Only AWS services can put events
/// whose source starts with `aws.` on a bus.
fn stated(sender: &str, detail_type: Value<'_>, detail: Option<Value<'_>>) -> Option<Caller> {
    let detail = detail.filter(|_| sender.starts_with("aws."))?;
    if detail_type.is(CLOUDTRAIL) {
        let [identity, address] = detail.members(["userIdentity", "sourceIPAddress"]);
        let [arn, principal, key] =
            identity.map_or([None; 3], |who| who.members(["arn", "principalId", "accessKeyId"]));
        let caller = Caller::with_id("iam", name(arn).or_else(|| name(principal))?);
        return Some(caller.at(name(address)).by_key(name(key)));
    }
    if sender != "aws.s3" {
        return None;
    }
    let [requester, address] = detail.members(["requester", "source-ip-address"]);
    Some(Caller::with_id("principal", name(requester)?).at(name(address)))
}
