//! Batches of event source mappings whose root names the source: `eventSource` without `Records`.
mod documentdb;
mod kafka;
mod mq;

use super::Assertions;
use crate::value::Value;

/// Reads an event by its `eventSource`.
pub(super) fn recognise(root: Value<'_>) -> Option<Assertions> {
    let [source, arn, records, messages, queues, events] = root.members([
        "eventSource",
        "eventSourceArn",
        "records",
        "messages",
        "rmqMessagesByQueue",
        "events",
    ]);
    let source = source?;
    if source.is("aws:kafka") {
        return Some(kafka::read_msk(arn, records));
    }
    if source.is("SelfManagedKafka") {
        return Some(kafka::read_self_managed(records));
    }
    if source.is("aws:mq") {
        return Some(mq::read_active(arn, messages));
    }
    if source.is("aws:rmq") {
        return Some(mq::read_rabbit(arn, queues));
    }
    source.is("aws:docdb").then(|| documentdb::read(arn, events))
}

pub(super) use kafka::{msk, self_managed};
pub(super) use mq::{active, rabbit};
