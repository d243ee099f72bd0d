//! S3 Object Lambda (Amazon S3 User Guide, "Event context format and usage").
use crate::classify::{Assertions, name};
use crate::origin::{Caller, Source};
use crate::trigger::Trigger;
use crate::value::Value;

/// Reads an event with `userRequest`.
pub(crate) fn recognise(root: Value<'_>) -> Option<Assertions> {
    let [configuration, identity, get, head, list, list_v2] = root.members([
        "configuration",
        "userIdentity",
        "getObjectContext",
        "headObjectContext",
        "listObjectsContext",
        "listObjectsV2Context",
    ]);
    let _context = get.or(head).or(list).or(list_v2)?;
    let point = name(configuration?.get("accessPointArn"));
    let [arn, principal, key] =
        identity.map_or([None; 3], |who| who.members(["arn", "principalId", "accessKeyId"]));
    let caller = Caller::with_id("iam", name(arn).or_else(|| name(principal))).by_key(name(key));
    Some(Assertions::new(Trigger::S3ObjectLambda, Source::from_arn(point), caller))
}
