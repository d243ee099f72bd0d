//! The sources a policy lists, and which of them an event comes from.
mod pattern;

use tollgate_event::{Assertions, Trigger};

use crate::gate::Gate;
use crate::options::{OnRefuse, Response};
use crate::sovereignty::partition;
pub(crate) use pattern::FieldPattern;
pub use pattern::{Pattern, RoutePattern};

/// One listed source, and how it wants to be treated.
#[derive(Debug, Clone)]
pub struct SourceRule {
    /// Any of these triggers.
    pub triggers: Vec<Trigger>,
    /// The source's ARN; `*` stands for any text.
    pub arn: Option<Pattern>,
    /// The source's account.
    pub account: Option<String>,
    /// The source's region.
    pub region: Option<String>,
    /// The S3 bucket's name.
    pub bucket: Option<Pattern>,
    /// The source's partition.
    pub partition: Vec<String>,
    /// The caller's organisation, where the front end tells it.
    pub organisation: Option<String>,
    /// The name of the SNS topic.
    pub topic: Option<Pattern>,
    /// The alias or version that was invoked.
    pub alias: Option<Pattern>,
    /// The tenant that the invocation is for.
    pub tenant: Option<Pattern>,
    /// What an HTTP request must ask for.
    pub route: Option<RoutePattern>,
    /// What happens to what is refused of a batch or an asynchronous event.
    pub on_refuse: OnRefuse,
    /// Whether its mapping reads item failures.
    pub reports_item_failures: bool,
    /// How a refusal is shaped for an HTTP front end.
    pub response: Response,
    /// What its events are held against.
    pub(crate) gate: Gate,
}

impl SourceRule {
    /// Whether an event comes from this source, by what it says of itself.
    pub fn matches(&self, event: &Assertions) -> bool {
        let is = |wanted: &Option<String>, found: &Option<String>| match wanted {
            None => true,
            wanted => wanted == found,
        };
        let arn = event.source.arn.as_deref();
        self.triggers.contains(&event.trigger)
            && self.arn.as_ref().is_none_or(|wanted| arn.is_some_and(|arn| wanted.matches(arn)))
            && is(&self.account, &event.source.account)
            && is(&self.region, &event.source.region)
            && self
                .bucket
                .as_ref()
                .is_none_or(|wanted| bucket(event).is_some_and(|it| wanted.matches(it)))
            && self.matches_further(event)
            && self
                .route
                .as_ref()
                .is_none_or(|wanted| event.route.as_ref().is_some_and(|it| wanted.matches(it)))
    }

    fn matches_further(&self, event: &Assertions) -> bool {
        let fits = |wanted: &Option<Pattern>, found: Option<&str>| match wanted {
            None => true,
            Some(wanted) => found.is_some_and(|found| wanted.matches(found)),
        };
        let partition =
            || partition(event).is_some_and(|it| self.partition.iter().any(|p| p == it));
        (self.partition.is_empty() || partition())
            && (self.organisation.is_none() || self.organisation == event.organisation)
            && fits(&self.topic, topic(event))
            && fits(&self.alias, event.alias.as_deref())
            && fits(&self.tenant, event.tenant.as_deref())
    }

    /// Whether everything that this rule matches, `other` matches too. Sound, not complete: two
    /// patterns that only happen to mean the same may be told apart.
    pub fn is_within(&self, other: &Self) -> bool {
        let narrows = |mine: &Option<String>, theirs: &Option<String>| match theirs {
            None => true,
            theirs => mine == theirs,
        };
        let covers = |mine: &Option<Pattern>, theirs: &Option<Pattern>| match (mine, theirs) {
            (_, None) => true,
            (None, Some(_)) => false,
            (Some(mine), Some(theirs)) => mine.is_within(theirs),
        };
        self.triggers.iter().all(|trigger| other.triggers.contains(trigger))
            && covers(&self.arn, &other.arn)
            && covers(&self.bucket, &other.bucket)
            && (other.route.is_none() || self.route == other.route)
            && covers(&self.topic, &other.topic)
            && covers(&self.alias, &other.alias)
            && covers(&self.tenant, &other.tenant)
            && narrows(&self.organisation, &other.organisation)
            && (other.partition.is_empty()
                || !self.partition.is_empty()
                    && self.partition.iter().all(|it| other.partition.contains(it)))
            && narrows(&self.account, &other.account)
            && narrows(&self.region, &other.region)
    }
}

/// Whether a mapping of this trigger can be set to read item failures (AWS Lambda API Reference,
/// `CreateEventSourceMapping`, `FunctionResponseTypes`).
pub(crate) const fn reports_items(trigger: Trigger) -> bool {
    matches!(
        trigger,
        Trigger::Sqs | Trigger::Kinesis | Trigger::DynamoDb | Trigger::Msk | Trigger::Kafka
    )
}

/// The name of the bucket that an S3 event comes from, out of its ARN.
fn bucket(event: &Assertions) -> Option<&str> {
    match event.trigger {
        Trigger::S3 => event.source.arn.as_deref()?.rsplit(':').next(),
        _ => None,
    }
}

/// The name of the topic that an SNS event comes through, out of its ARN.
fn topic(event: &Assertions) -> Option<&str> {
    match event.trigger {
        Trigger::Sns => event.source.arn.as_deref()?.rsplit(':').next(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_with_a_star_is_within_a_wider_one_only() {
        let rule = |arn: &str| SourceRule {
            triggers: vec![Trigger::Sqs],
            arn: Some(Pattern::new(arn)),
            account: None,
            region: None,
            bucket: None,
            partition: Vec::new(),
            organisation: None,
            topic: None,
            alias: None,
            tenant: None,
            route: None,
            on_refuse: OnRefuse::Fail,
            reports_item_failures: false,
            response: Response::Auto,
            gate: Gate::default(),
        };
        assert!(rule("arn:aws:sqs:eu-west-1:*:orders").is_within(&rule("arn:aws:sqs:*")));
        assert!(!rule("arn:aws:sqs:*").is_within(&rule("arn:aws:sqs:eu-west-1:*")));
    }
}
