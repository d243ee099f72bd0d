//! Ceilings that can be told before the function runs: how many items, which attempt, how many
//! hops. They are cheap, so they come before the dear checks.
use serde::Deserialize;
use tollgate_event::Trigger;

use super::Case;
use crate::ceilings::Ceilings;
use crate::checks;

/// Asks them of an event.
pub(super) fn ask(case: &mut Case<'_>) {
    let ceilings = case.ceilings();
    let Ceilings { items, retries, hops, .. } = ceilings;
    if let Some(most) = items {
        let total = case.event().assertions().items.total;
        if total > most {
            case.fire(checks::CEILING_ITEMS, String::new(), format!("{total} > {most}"));
        }
    }
    if let Some(most) = hops {
        ask_hops(case, most);
    }
    if let Some(most) = retries {
        ask_retries(case, most);
    }
}

/// How often the event came by, as the trace tells, or a signed context that it carries. The messages
/// of a queue are counted one by one: the deepest does not hide behind the first, nor does it hold
/// up the others.
fn ask_hops(case: &mut Case<'_>, most: u32) {
    let invocation = case.event().raw().invocation();
    let traced = invocation.trace_id.as_deref().map_or(0, lineage);
    let signed = case.proved.times_through(&invocation.function_arn);
    let whole = signed.iter().filter(|(item, _)| item.is_none()).map(|(_, count)| *count);
    let count = whole.max().unwrap_or(0).max(traced);
    if count > most {
        case.fire(checks::CEILING_HOPS, String::new(), format!("{count} > {most}"));
    }
    for (item, count) in signed {
        if let Some(index) = item.filter(|_| count > most) {
            let (at, detail) = (format!("/Records/{index}"), format!("{count} > {most}"));
            case.fire_as(checks::CEILING_HOPS, None, item, at, detail);
        }
    }
}

/// Messages of a queue are counted one by one, so that one that fails again and again does not
/// hold up the others.
fn ask_retries(case: &mut Case<'_>, most: u32) {
    let detail = |retries: u32| format!("{retries} > {most}");
    if case.event().trigger() == Trigger::Sqs {
        let mut beyond = Vec::new();
        for item in case.event().batch() {
            let message = case.event().raw().body().get(item.span.clone()).unwrap_or_default();
            let retries = receive_count(message).saturating_sub(1);
            if retries > most {
                beyond.push((item.index, item.pointer, retries));
            }
        }
        for (index, at, retries) in beyond {
            case.fire_as(checks::CEILING_RETRIES, None, Some(index), at, detail(retries));
        }
        return;
    }
    let retries = case.event().assertions().attempt.unwrap_or(1).saturating_sub(1);
    if retries > most {
        case.fire(checks::CEILING_RETRIES, String::new(), detail(retries));
    }
}

#[derive(Deserialize)]
struct Message<'a> {
    #[serde(borrow)]
    attributes: Option<Attributes<'a>>,
}

#[derive(Deserialize)]
struct Attributes<'a> {
    #[serde(rename = "ApproximateReceiveCount", borrow)]
    count: Option<std::borrow::Cow<'a, str>>,
}

/// How often a message was received (Amazon SQS API Reference, `ReceiveMessage`); 1 where it does
/// not tell.
fn receive_count(message: &[u8]) -> u32 {
    let message: Option<Message<'_>> = serde_json::from_slice(message).ok();
    let count = message.and_then(|message| message.attributes?.count?.parse().ok());
    count.unwrap_or(1)
}

/// The largest count of `Lineage` in a trace header: entries are joined by `|`, and each ends with
/// how often its resource came by (AWS X-Ray Developer Guide, "Tracing header"; AWS Lambda
/// Developer Guide, "Use Lambda recursive loop detection"). 0 where there is none.
pub(crate) fn lineage(trace: &str) -> u32 {
    let value = trace.split(';').find_map(|field| field.trim().strip_prefix("Lineage="));
    let entries = value.into_iter().flat_map(|value| value.split('|'));
    let counts = entries.filter_map(|entry| entry.rsplit_once(':')?.1.trim().parse().ok());
    counts.max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_count_of_a_lineage_is_its_largest() {
        for (trace, count) in [
            ("Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=1;Lineage=a87bd80c:1|68fd508a:5", 5),
            ("Root=1-a;Parent=b;Sampled=0;Lineage=1:24d3f49e:0", 0),
            ("Root=1-a;Lineage=25:24d3f49e:7;Sampled=0", 7),
            ("Root=1-a;Lineage=", 0),
            ("Lineage=a:99999999999999999999|b:3", 3),
            ("Lineage=a:-4", 0),
            ("", 0),
        ] {
            assert_eq!(lineage(trace), count, "{trace}");
        }
    }
}
