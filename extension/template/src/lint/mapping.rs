//! Queues and streams: what happens to items that were refused or failed.
use super::rules::{
    MAPPING_CONCURRENCY, MAPPING_DESTINATION, MAPPING_DLQ, MAPPING_FAILURES, MAPPING_REPORT,
    MAPPING_RETRIES,
};
use super::{Claims, Findings};
use crate::function::Function;
use crate::trigger::Trigger;

/// The mappings of a function.
pub(super) fn function(found: &mut Findings<'_>, function: &Function<'_>, claims: &Claims) {
    for trigger in function.triggers() {
        let reports = matches!(trigger.name, "sqs" | "kinesis" | "dynamodb");
        if reports && !trigger.reports_item_failures() {
            let claimed = claims.report_item.iter().any(|name| name == trigger.name);
            let rule = if claimed { MAPPING_REPORT } else { MAPPING_FAILURES };
            let message = format!("the {} mapping `{}`", trigger.name, trigger.id);
            found.add(rule, function.id(), trigger.at, message);
        }
        match trigger.name {
            "sqs" => queue(found, function, &trigger),
            "kinesis" | "dynamodb" => stream(found, function, &trigger),
            _ => {}
        }
    }
}

fn queue(found: &mut Findings<'_>, function: &Function<'_>, trigger: &Trigger<'_>) {
    let id = trigger.id;
    if trigger.property(&["ScalingConfig", "MaximumConcurrency"]).is_none() {
        let message = format!("the mapping `{id}` of a queue");
        found.add(MAPPING_CONCURRENCY, function.id(), trigger.at, message);
    }
    let queue = trigger.source.and_then(|source| source.refers_to());
    let Some(queue) = queue.and_then(|id| found.template.resource(id)) else { return };
    if queue.kind == "AWS::SQS::Queue" && queue.property(&["RedrivePolicy"]).is_none() {
        let at = queue.member.key_span.start;
        found.add(MAPPING_DLQ, queue.id, at, format!("read by `{}`", function.id()));
    }
}

fn stream(found: &mut Findings<'_>, function: &Function<'_>, trigger: &Trigger<'_>) {
    let id = trigger.id;
    let attempts = trigger.property(&["MaximumRetryAttempts"]).and_then(|node| node.text());
    let age = trigger.property(&["MaximumRecordAgeInSeconds"]).and_then(|node| node.text());
    // -1 is AWS's word for without end.
    let is_bound = |value: Option<&str>| value.is_some_and(|value| value != "-1");
    if !is_bound(attempts) && !is_bound(age) {
        found.add(MAPPING_RETRIES, function.id(), trigger.at, format!("the mapping `{id}`"));
    }
    if trigger.property(&["DestinationConfig", "OnFailure"]).is_none() {
        found.add(MAPPING_DESTINATION, function.id(), trigger.at, format!("the mapping `{id}`"));
    }
}
