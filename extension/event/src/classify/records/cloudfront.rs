//! CloudFront (Amazon CloudFront Developer Guide, "Lambda@Edge event structure").
use crate::classify::{Assertions, name};
use crate::origin::{Caller, Source};
use crate::trigger::Trigger;
use crate::value::Value;

/// Reads the `cf` of the first record; `config` stands in it. The distribution is named by an id
/// that is no ARN.
pub(super) fn read(total: u32, config: Value<'_>, cf: Option<Value<'_>>) -> Assertions {
    let address = cf.and_then(|cf| cf.at(&["request", "clientIp"]));
    let distribution = name(config.get("distributionId"));
    let caller = Caller::with_id("service", distribution).at(name(address));
    Assertions::new(Trigger::CloudFront, Source::default(), caller).of(total)
}
