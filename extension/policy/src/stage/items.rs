//! Refused items of a batch: which ones the function does not get, and how their source hears of
//! it.
use std::collections::{BTreeMap, BTreeSet};

use bytes::Bytes;
use serde::Deserialize;
use serde_json::{Value, json};
use tollgate_event::{Classified, Digest, Item, Trigger};

use crate::checks::{Blame, Check};
use crate::copies::Copies;
use crate::facts::WithheldItems;
use crate::options::OnRefuse;
use crate::refusal::{Shape, firehose, s3_batch};
use crate::sources::SourceRule;
use crate::withheld::{Results, Withheld};

/// The refused items of a batch by their index, each with the first check that refused it.
pub(super) type Refusals = BTreeMap<u32, &'static Check>;

/// What is done about refused items.
#[derive(Debug)]
pub(super) enum Sifted {
    /// The rest goes to the function.
    Forward(Box<Filtered>),
    /// Nothing does: the event is refused in its trigger's own form.
    Refuse,
    /// Nothing does: the answer, and what must be stored before it is given.
    Answer(Shape, Option<Copies>, WithheldItems),
}

/// A batch without some of its items.
#[derive(Debug)]
pub(super) struct Filtered {
    /// The event for the function.
    pub(super) body: Bytes,
    /// What is merged into the function's answer.
    pub(super) withheld: Option<Withheld>,
    /// What must be stored before the event goes on.
    pub(super) copies: Option<Copies>,
    /// What the record says.
    pub(super) items: WithheldItems,
    /// The check that refused the first item.
    pub(super) check: &'static Check,
    /// How many items were refused when this was made.
    pub(super) refused: usize,
    /// The indexes of the items that are not in it, in order.
    pub(super) out: Vec<u32>,
}

/// How a source is told of single items.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    /// By its id, in the list of failures.
    Failure,
    /// The same; what comes after it in its group must wait for it.
    FailureAndGroup,
    /// By its sequence number; the source gives everything from there again.
    FailureAndRest,
    /// By the offset in its partition; the source gives that partition again from there.
    FailureAndPartition,
    /// In a list that answers for every item.
    Result,
    /// Not at all: a copy is stored, and the source is done with it.
    Copy,
}

/// Decides what becomes of a batch with refused items.
pub(super) fn sift(event: &Classified, rule: Option<&SourceRule>, refused: &Refusals) -> Sifted {
    let batch = event.batch();
    let on_refuse = rule.map(|rule| rule.on_refuse).unwrap_or_default();
    let Some(way) = Way::of(event, on_refuse) else { return Sifted::Refuse };
    let mut known = BTreeSet::new();
    // One by one: to collect is to sort, and that is much code.
    known.extend(batch.iter().map(|item| item.index));
    if !refused.keys().all(|index| known.contains(index)) {
        return Sifted::Refuse;
    }
    sift_batch(event, &batch, refused, way).unwrap_or(Sifted::Refuse)
}

/// Whether an event that is refused as a whole may be stored and acknowledged: those that nobody
/// waits for. What a poller took from a queue or stream stays there, and what failed by our own
/// fault is better tried again.
pub(super) fn may_store_whole(trigger: Trigger, check: &Check) -> bool {
    let unwatched = trigger == Trigger::Direct
        || (trigger.is_async()
            && !matches!(
                trigger,
                Trigger::CustomResource | Trigger::ConfigRule | Trigger::CodePipeline
            ));
    unwatched && check.fault == Blame::Caller
}

/// The answer that fails every item of an event, for a source that reads item failures; none where
/// an item cannot be named.
pub(crate) fn all_failed(event: &Classified) -> Option<Value> {
    let way = Way::of(event, OnRefuse::ReportItem)?;
    let batch = event.batch();
    let all: Vec<&Item> = batch.iter().collect();
    way.report(event, &all, &Refusals::new())?.alone()
}

fn sift_batch(event: &Classified, batch: &[Item], refused: &Refusals, way: Way) -> Option<Sifted> {
    let (_, check) = refused.first_key_value()?;
    let out = way.withholds(batch, refused);
    let withheld: Vec<&Item> = batch.iter().filter(|item| out.contains(&item.index)).collect();
    let copies = (way == Way::Copy).then(|| {
        let items = withheld.iter().filter_map(|item| Some((*item, refused.get(&item.index)?.id)));
        Copies::of(event.raw(), items)
    });
    let copies = match copies {
        Some(copies) => Some(copies?),
        None => None,
    };
    let items = summary(&withheld, copies.is_some());
    if withheld.len() == batch.len() {
        return Some(way.answer(event, &withheld, refused, copies, items));
    }
    let out: Vec<u32> = out.into_iter().collect();
    let body = event.without(&out)?.into();
    let withheld = match way {
        Way::Copy => None,
        _ => Some(way.report(event, &withheld, refused)?),
    };
    let refused = refused.len();
    Some(Sifted::Forward(Box::new(Filtered { body, withheld, copies, items, check, refused, out })))
}

impl Way {
    /// None: the source understands nothing but the whole batch.
    fn of(event: &Classified, on_refuse: OnRefuse) -> Option<Self> {
        let trigger = event.trigger();
        match (on_refuse, trigger) {
            (_, Trigger::Firehose | Trigger::S3Batch) => Some(Self::Result),
            // A pipe's function may be its target or a step before it, and the event does not
            // tell which; a step's answer is the next one's input.
            (_, Trigger::Pipes) | (OnRefuse::Fail, _) => None,
            (OnRefuse::Quarantine, _) => {
                let stores = trigger.is_polled() || trigger.is_async() && trigger.is_batch();
                stores.then_some(Self::Copy)
            }
            (OnRefuse::ReportItem, Trigger::Sqs) if event.assertions().items.fifo => {
                Some(Self::FailureAndGroup)
            }
            (OnRefuse::ReportItem, Trigger::Sqs) => Some(Self::Failure),
            (OnRefuse::ReportItem, Trigger::Kinesis | Trigger::DynamoDb) => {
                Some(Self::FailureAndRest)
            }
            (OnRefuse::ReportItem, Trigger::Msk | Trigger::Kafka) => {
                Some(Self::FailureAndPartition)
            }
            (OnRefuse::ReportItem, _) => None,
        }
    }

    /// The indexes of the items that the function does not get.
    fn withholds(self, batch: &[Item], refused: &Refusals) -> BTreeSet<u32> {
        // A message that names no group may belong to any: nothing passes it by.
        let mut groups = BTreeSet::new();
        let mut all = false;
        let behind = |item: &Item| {
            let is_refused = refused.contains_key(&item.index);
            let waits = match self {
                Self::Failure | Self::Result | Self::Copy => false,
                Self::FailureAndRest => {
                    all = all || is_refused;
                    all
                }
                Self::FailureAndGroup | Self::FailureAndPartition => {
                    match &item.group {
                        Some(group) if is_refused => _ = groups.insert(group.clone()),
                        None if is_refused => all = true,
                        _ => {}
                    }
                    let named = item.group.as_ref().map(|group| groups.contains(group));
                    all || named.unwrap_or(!groups.is_empty())
                }
            };
            (is_refused || waits).then_some(item.index)
        };
        batch.iter().filter_map(behind).collect()
    }

    /// What is merged into the function's answer; none where an item cannot be named.
    fn report(
        self,
        event: &Classified,
        withheld: &[&Item],
        refused: &Refusals,
    ) -> Option<Withheld> {
        let named = |item: &&Item| item.id.as_deref().filter(|id| !id.is_empty()).map(Value::from);
        match self {
            Self::Copy => None,
            Self::Result => results(event, withheld, refused).map(Withheld::results),
            Self::Failure | Self::FailureAndGroup => {
                withheld.iter().map(named).collect::<Option<_>>().map(Withheld::failures)
            }
            Self::FailureAndRest => {
                withheld.first().and_then(named).map(|id| Withheld::failures(vec![id]))
            }
            Self::FailureAndPartition => {
                let mut first = BTreeMap::new();
                for item in withheld {
                    first.entry(item.group.as_deref()?).or_insert(*item);
                }
                let offset = |(partition, item): (&str, &Item)| {
                    let Record { offset } =
                        serde_json::from_slice(event.raw().body().get(item.span.clone())?).ok()?;
                    Some(json!({ "partition": partition, "offset": offset }))
                };
                first.into_iter().map(offset).collect::<Option<_>>().map(Withheld::failures)
            }
        }
    }

    /// What becomes of a batch of which nothing is left.
    fn answer(
        self,
        event: &Classified,
        withheld: &[&Item],
        refused: &Refusals,
        copies: Option<Copies>,
        items: WithheldItems,
    ) -> Sifted {
        let json = match self {
            Self::Result => {
                results(event, withheld, refused).and_then(|all| match event.trigger() {
                    Trigger::Firehose => Some(firehose::whole(&all)),
                    _ => s3_batch::whole(event, &all),
                })
            }
            Self::Copy if event.trigger().is_polled() => Some(nothing_failed(event)),
            Self::Copy => Some(Value::Null),
            _ => None,
        };
        json.map_or(Sifted::Refuse, |json| Sifted::Answer(Shape::Json(json), copies, items))
    }
}

#[derive(Deserialize)]
struct Record {
    offset: i64,
}

#[derive(Deserialize)]
struct Window {
    state: Option<Value>,
}

/// The answer to a poller for a batch that is dealt with. A stream with tumbling windows hands
/// the function's own state from batch to batch: it goes on as it came ("Using Lambda to process
/// records from Amazon Kinesis Data Streams", "Tumbling windows").
fn nothing_failed(event: &Classified) -> Value {
    let state = match event.trigger() {
        Trigger::Kinesis | Trigger::DynamoDb => serde_json::from_slice(event.raw().body()).ok(),
        _ => None,
    };
    let state = state.and_then(|Window { state }| state);
    match state {
        None => json!({ "batchItemFailures": [] }),
        Some(state) => json!({ "batchItemFailures": [], "state": state }),
    }
}

fn results(event: &Classified, withheld: &[&Item], refused: &Refusals) -> Option<Results> {
    if event.trigger() == Trigger::Firehose {
        return firehose::results(event, withheld.iter().copied());
    }
    let request_id = &event.raw().invocation().request_id;
    let tasks = withheld.iter().filter_map(|item| Some((*item, *refused.get(&item.index)?)));
    s3_batch::results(tasks, request_id)
}

/// What the record says of withheld items.
fn summary(withheld: &[&Item], quarantined: bool) -> WithheldItems {
    let name = |item: &&Item| match &item.id {
        Some(id) => id.clone(),
        None => format!("#{}", item.index),
    };
    let names: Vec<String> = withheld.iter().map(name).collect();
    WithheldItems {
        count: u32::try_from(names.len()).unwrap_or(u32::MAX),
        digest: Digest::of(names.join("\n").as_bytes()),
        ids: names
            .into_iter()
            .filter(|name| name.len() <= WithheldItems::ID_BYTES_MAX)
            .take(WithheldItems::IDS_MAX)
            .collect(),
        quarantined,
    }
}
