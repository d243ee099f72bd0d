//! Batches: which items an event has, and the event without some of them.
mod items;

use std::ops::Range;

use crate::classify::Classified;
use items::Listed;

/// One item of a batch, in the event's order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// Its place among all items of the event, from 0 on.
    pub index: u32,
    /// Where it stands (RFC 6901), such as `/Records/3` or `/records/topic-0/2`. A topic's or
    /// queue's name that could carry content is written `*`.
    pub pointer: String,
    /// What the service's failure report calls it: the message id of SQS; the sequence number of
    /// Kinesis and DynamoDB; the offset in its partition of Kafka; the record id of Firehose; the
    /// task id of S3 Batch Operations. None when it has none of at most 512 bytes.
    pub id: Option<String>,
    /// What it must stay in order with: the message group of a FIFO queue, the topic and partition
    /// (`topic-0`) of Kafka, the shard of Kinesis. At most 512 bytes.
    pub group: Option<String>,
    /// Its bytes in the event's body, without comma.
    pub span: Range<usize>,
}

impl Item {
    /// Whether a place, as a fault has it, lies in this item.
    pub fn holds(&self, at: &str) -> bool {
        at.strip_prefix(&self.pointer).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }
}

impl Classified {
    /// The items of a batch. Empty for an event that is none, or that has more items than any
    /// service sends (10,000): there is no deciding about its items apart.
    ///
    /// Costs one pass over the event.
    pub fn batch(&self) -> Vec<Item> {
        items::of(self).unwrap_or_default().into_iter().map(|listed| listed.item).collect()
    }

    /// The event's bytes without these items, by their [`Item::index`]; all else byte for byte. A
    /// list may come to be empty. `None` when the event is no batch or has no such item.
    pub fn without(&self, refused: &[u32]) -> Option<Vec<u8>> {
        let items = items::of(self).filter(|items| !items.is_empty())?;
        let mut cut = vec![false; items.len()];
        for index in refused {
            *cut.get_mut(usize::try_from(*index).ok()?)? = true;
        }
        Some(cut_out(self.raw().body(), &items, &cut))
    }
}

/// The body without some items. One goes with the comma and blanks up to the next of its list;
/// those at a list's end go with the comma before them.
fn cut_out(body: &[u8], items: &[Listed], cut: &[bool]) -> Vec<u8> {
    let mut left = Left { body, kept: Vec::with_capacity(body.len()), at: 0 };
    let all: Vec<(&Listed, bool)> = items.iter().zip(cut.iter().copied()).collect();
    for list in all.chunk_by(|(a, _), (b, _)| a.list == b.list) {
        let span = |index: usize| list.get(index).map(|(listed, _)| &listed.item.span);
        let last_kept = list.iter().rposition(|(_, is_cut)| !is_cut);
        for (index, (listed, is_cut)) in list.iter().enumerate().take(last_kept.unwrap_or(0)) {
            if let (true, Some(next)) = (*is_cut, span(index + 1)) {
                left.out(listed.item.span.start..next.start);
            }
        }
        let begin = match last_kept {
            Some(last) => span(last).map(|span| span.end),
            None => span(0).map(|span| span.start),
        };
        if let (Some(begin), Some((last, _))) = (begin, list.last()) {
            left.out(begin..last.item.span.end);
        }
    }
    left.out(body.len()..body.len());
    left.kept
}

/// What is left of a body.
struct Left<'a> {
    body: &'a [u8],
    kept: Vec<u8>,
    /// How far the body was read.
    at: usize,
}

impl Left<'_> {
    /// Keeps everything up to a range and leaves that out.
    fn out(&mut self, range: Range<usize>) {
        self.kept.extend_from_slice(self.body.get(self.at..range.start).unwrap_or_default());
        self.at = range.end;
    }
}

#[cfg(test)]
mod tests;
