//! Where data may come from, and where the function may run.
use tollgate_event::Assertions;

/// The places that one document allows; an empty list allows all.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Sovereignty {
    /// Regions that events may come from.
    pub(crate) regions: Vec<String>,
    /// Partitions that events may come from.
    pub(crate) partitions: Vec<String>,
    /// Regions that the function may run in.
    pub(crate) run_in: Vec<String>,
}

impl Sovereignty {
    /// Why an event may not be taken here: fixed words. What names no region is held to none.
    pub(crate) fn forbids(
        &self,
        event: &Assertions,
        own_region: Option<&str>,
    ) -> Option<&'static str> {
        let outside = |list: &[String], place: Option<&str>| {
            let known = place.filter(|_| !list.is_empty());
            known.is_some_and(|place| !list.iter().any(|listed| listed == place))
        };
        let region = event.source.region.as_deref();
        if outside(&self.run_in, own_region) {
            return Some("the function runs in another region");
        }
        if outside(&self.regions, region) {
            return Some("it comes from another region");
        }
        outside(&self.partitions, partition(event)).then_some("it comes from another partition")
    }
}

/// The partition of an event's source: its ARN's, or that of its region (AWS General Reference,
/// "Amazon Resource Names").
pub(crate) fn partition(event: &Assertions) -> Option<&str> {
    let named = event.source.arn.as_deref().and_then(|arn| arn.split(':').nth(1));
    named.or_else(|| event.source.region.as_deref().map(partition_of))
}

fn partition_of(region: &str) -> &'static str {
    const STARTS: [(&str, &str); 6] = [
        ("cn-", "aws-cn"),
        ("us-gov-", "aws-us-gov"),
        ("us-isob-", "aws-iso-b"),
        ("us-iso-", "aws-iso"),
        ("eu-isoe-", "aws-iso-e"),
        ("eusc-", "aws-eusc"),
    ];
    let known = STARTS.iter().find(|(start, _)| region.starts_with(start));
    known.map_or("aws", |(_, partition)| partition)
}
