//! SES (Amazon SES Developer Guide, "Contents of notifications for Amazon SES email receiving").
use crate::classify::{Assertions, name};
use crate::origin::{Caller, Source};
use crate::trigger::Trigger;
use crate::value::Value;

/// The receipt rule's action names the function, which stands in the rule's account and region;
/// no ARN names the rule.
pub(super) fn read(total: u32, ses: Option<Value<'_>>) -> Assertions {
    let [mail, receipt] = ses.map_or([None; 2], |ses| ses.members(["mail", "receipt"]));
    let action = receipt.and_then(|receipt| receipt.get("action"));
    let [function, topic] =
        action.map_or([None; 2], |action| action.members(["functionArn", "topicArn"]));
    let source = Source { arn: None, ..Source::from_arn(name(function.or(topic))) };
    // The envelope sender, which anybody can write: the verdicts on it are the function's to read.
    let caller = Caller::with_id("sender", name(mail.and_then(|mail| mail.get("source"))));
    Assertions::new(Trigger::Ses, source, caller).of(total)
}
