//! Subscriptions of a template: which messages of a topic reach a function or its queue, and how.
use tollgate_emulator::Topic;
use tollgate_template::{Function, Kind, Node, Resource, Template, Trigger};

use super::filter::{whole, wrong};
use crate::command::emulate::error::Trouble;
use crate::command::emulate::filter::Sieve;
use crate::command::emulate::say;
use crate::command::emulate::source::Name;

/// What a subscription of the function itself lets through: SAM's event, or the resource.
pub(super) fn of_function(
    function: &Function<'_>,
    trigger: &Trigger<'_>,
) -> Result<Sieve, Trouble> {
    let template = function.template;
    let own = |resource: &Resource<'_>| {
        let endpoint = resource.property(&["Endpoint"]);
        endpoint.is_some_and(|node| function.is_named_by(node))
    };
    let subscription = subscriptions(template, "lambda").into_iter().find(own);
    let Some(subscription) = subscription else {
        return policy(template, |name| trigger.property(&[name]).map(AsRef::as_ref));
    };
    if let Some(raw) = subscription.property(&["RawMessageDelivery"])
        && raw.truth() == Some(true)
    {
        let message =
            "a topic delivers no raw messages to functions: only to queues, HTTP and Firehose";
        return Err(wrong(template, raw, message));
    }
    policy(template, |name| subscription.property(&[name]).map(AsRef::as_ref))
}

/// The topic in front of the function's queue, and what its subscription lets through.
pub(super) fn of_queue(
    function: &Function<'_>,
    trigger: &Trigger<'_>,
) -> Result<Option<(Topic, Sieve)>, Trouble> {
    let template = function.template;
    if trigger.name == "sns" {
        let sieve = policy(template, |name| trigger.property(&[name]).map(AsRef::as_ref))?;
        let topic = Topic { name: named(template, trigger.source.map(AsRef::as_ref)), raw: false };
        return Ok(Some((topic, sieve)));
    }
    let queue = trigger.source.and_then(|source| source.refers_to());
    let to_it = |resource: &Resource<'_>| {
        let endpoint = resource.property(&["Endpoint"]).and_then(|node| node.refers_to());
        endpoint.is_some() && endpoint == queue
    };
    let Some(subscription) = subscriptions(template, "sqs").into_iter().find(to_it) else {
        return Ok(None);
    };
    let raw = subscription.property(&["RawMessageDelivery"]).and_then(|raw| raw.truth());
    let name = named(template, subscription.property(&["TopicArn"]).map(AsRef::as_ref));
    say(&format!("note: `{}`: the items are messages of the topic `{name}`", subscription.id));
    let sieve = policy(template, |name| subscription.property(&[name]).map(AsRef::as_ref))?;
    Ok(Some((Topic { name, raw: raw.unwrap_or(false) }, sieve)))
}

fn subscriptions<'t>(template: &'t Template, protocol: &str) -> Vec<Resource<'t>> {
    let fits = |resource: &Resource<'t>| {
        let said = resource.property(&["Protocol"]).and_then(|node| node.text());
        resource.kind == "AWS::SNS::Subscription" && said == Some(protocol)
    };
    template.resources().filter(fits).collect()
}

/// A topic's name: what its resource says, or its logical id; the last part of an ARN.
fn named(template: &Template, topic: Option<&Node>) -> String {
    let Some(topic) = topic else { return "topic".to_owned() };
    if let Some(id) = topic.refers_to() {
        let said = template.resource(id).and_then(|resource| resource.property(&["TopicName"]));
        return said.and_then(|name| template.value(name)).unwrap_or_else(|| id.to_owned());
    }
    let arn = template.value(topic);
    arn.as_deref().and_then(|arn| arn.rsplit(':').next()).unwrap_or("topic").to_owned()
}

/// `FilterPolicy`, held against what `FilterPolicyScope` says: attributes where it says nothing.
fn policy<'t>(
    template: &'t Template,
    get: impl Fn(&str) -> Option<&'t Node>,
) -> Result<Sieve, Trouble> {
    let Some(policy) = get("FilterPolicy") else { return Ok(Sieve::None) };
    let scope = get("FilterPolicyScope");
    match scope.map(|scope| template.value(scope)) {
        Some(Some(body)) if body == "MessageBody" => return whole(template, Name::Sns, policy),
        Some(Some(attributes)) if attributes != "MessageAttributes" => {
            let message = "`FilterPolicyScope` is `MessageAttributes` or `MessageBody`";
            return Err(wrong(template, scope.unwrap_or(policy), message));
        }
        _ => {}
    }
    let nested = policy.members().iter().find(|member| {
        member.key != "$or"
            && matches!(member.value.kind, Kind::Table(_))
            && member.value.intrinsic().is_none()
    });
    if let Some(nested) = nested {
        let message = "attributes have nothing inside: a policy with names inside names needs \
                       `FilterPolicyScope: MessageBody`";
        return Err(wrong(template, &nested.value, message));
    }
    Ok(match whole(template, Name::Sns, policy)? {
        Sieve::Events(patterns) => {
            patterns.into_iter().next().map_or(Sieve::None, Sieve::Attributes)
        }
        other => other,
    })
}
