//! `PutLogEvents` of CloudWatch Logs: batches within its limits, streams made when missing.
//!
//! The limits are those of the page `PutLogEvents` ("Amazon CloudWatch Logs API Reference"): a
//! batch has at most 10,000 events and 1,048,576 bytes, counted as the UTF-8 of all messages plus
//! 26 bytes an event; its events are in the order of their time and span at most 24 hours. What
//! is too old (14 days, or the group's retention) or too new (2 hours) is refused by the service
//! event by event, and named in its answer. Sequence tokens are ignored since 2023.

use crate::aws;
use crate::desk::Desk;
use aws_sdk_cloudwatchlogs::Client;
use aws_sdk_cloudwatchlogs::error::SdkError;
use aws_sdk_cloudwatchlogs::operation::create_log_stream::CreateLogStreamError;
use aws_sdk_cloudwatchlogs::operation::put_log_events::{PutLogEventsError, PutLogEventsOutput};
use aws_sdk_cloudwatchlogs::types::{InputLogEvent, RejectedLogEventsInfo};
use std::cell::RefCell;
use std::collections::HashMap;
use std::ops::Range;
use tollgate_link::Failure;
use tollgate_link::sink::{CloudWatch, Delivered, Line};

const EVENTS_MAX: usize = 10_000;
const BATCH_BYTES_MAX: usize = 1_048_576;
const EVENT_OVERHEAD_BYTES: usize = 26;
const SPAN_MS_MAX: u64 = 24 * 60 * 60 * 1_000;

/// One client a region.
#[derive(Debug, Default)]
pub(crate) struct Clients {
    by_region: RefCell<HashMap<Option<String>, Client>>,
}

impl Clients {
    async fn get(&self, desk: &Desk, region: Option<&str>) -> Result<Client, Failure> {
        let region = region.map(str::to_owned);
        if let Some(client) = self.by_region.borrow().get(&region) {
            return Ok(client.clone());
        }
        let client = Client::new(&aws::in_region(desk.aws().await?, region.as_deref()));
        self.by_region.borrow_mut().insert(region, client.clone());
        Ok(client)
    }
}

/// Carries lines to a stream, batch by batch. What was taken before a failure counts as done.
pub(super) async fn deliver(
    desk: &Desk,
    to: &CloudWatch,
    lines: &[Line],
) -> Result<Delivered, Failure> {
    let client = desk.sinks.cloudwatch.get(desk, to.region.as_deref()).await?;
    let mut delivered = Delivered { done: 0, rejected: 0, note: String::new() };
    for batch in batches(lines) {
        let lines = lines.get(batch).unwrap_or_default();
        match put_or_create(&client, to, lines).await {
            Ok(rejected) => {
                let count = |events: usize| u32::try_from(events).unwrap_or(u32::MAX);
                delivered.done = delivered.done.saturating_add(count(lines.len()));
                delivered.rejected = delivered.rejected.saturating_add(count(rejected));
                if rejected > 0 {
                    "outside the times that the log group takes".clone_into(&mut delivered.note);
                }
            }
            Err(failure) if delivered.done == 0 => return Err(failure),
            Err(_) => break,
        }
    }
    Ok(delivered)
}

/// Puts a batch; makes the stream where there is none. Gives the number of refused events.
async fn put_or_create(client: &Client, to: &CloudWatch, lines: &[Line]) -> Result<usize, Failure> {
    match put(client, to, lines).await {
        Err(error) if is(&error, PutLogEventsError::is_resource_not_found_exception) => {
            create(client, to).await?;
            taken(put(client, to, lines).await, lines.len())
        }
        outcome => taken(outcome, lines.len()),
    }
}

fn taken(
    outcome: Result<PutLogEventsOutput, SdkError<PutLogEventsError>>,
    events: usize,
) -> Result<usize, Failure> {
    match outcome {
        Ok(output) => Ok(output.rejected_log_events_info().map_or(0, |it| rejected(it, events))),
        Err(error) if is(&error, PutLogEventsError::is_data_already_accepted_exception) => Ok(0),
        Err(error) => Err(aws::failure(&error)),
    }
}

fn is(error: &SdkError<PutLogEventsError>, what: impl Fn(&PutLogEventsError) -> bool) -> bool {
    error.as_service_error().is_some_and(what)
}

async fn put(
    client: &Client,
    to: &CloudWatch,
    lines: &[Line],
) -> Result<PutLogEventsOutput, SdkError<PutLogEventsError>> {
    let events = lines.iter().filter_map(|line| {
        let message = String::from_utf8_lossy(&line.bytes.0).into_owned();
        let at_ms = i64::try_from(line.at_ms).ok()?;
        // Both fields are there, so this builds.
        InputLogEvent::builder().timestamp(at_ms).message(message).build().ok()
    });
    client
        .put_log_events()
        .log_group_name(&to.log_group)
        .log_stream_name(&to.log_stream)
        .set_log_events(Some(events.collect()))
        .send()
        .await
}

async fn create(client: &Client, to: &CloudWatch) -> Result<(), Failure> {
    let create = client.create_log_stream();
    let request = create.log_group_name(&to.log_group).log_stream_name(&to.log_stream);
    match request.send().await {
        Ok(_) => Ok(()),
        Err(error)
            if error
                .as_service_error()
                .is_some_and(CreateLogStreamError::is_resource_already_exists_exception) =>
        {
            Ok(())
        }
        Err(error) => {
            let failure = aws::failure(&error);
            let detail = format!("log group `{}`: {}", to.log_group, failure.detail);
            Err(Failure { detail, ..failure })
        }
    }
}

/// How many of `events` events the service refuses. `tooOld` and `expired` end before their
/// index, `tooNew` starts at its index (page `RejectedLogEventsInfo`).
fn rejected(info: &RejectedLogEventsInfo, events: usize) -> usize {
    let index = |index: Option<i32>| index.and_then(|index| usize::try_from(index).ok());
    let old = index(info.too_old_log_event_end_index()).unwrap_or(0);
    let expired = index(info.expired_log_event_end_index()).unwrap_or(0);
    let new = index(info.too_new_log_event_start_index()).unwrap_or(events);
    old.max(expired).saturating_add(events.saturating_sub(new)).min(events)
}

/// Cuts lines into batches that the service takes, without changing their order: where time runs
/// backwards (the lines of a process before this one), a new batch begins.
fn batches(lines: &[Line]) -> Vec<Range<usize>> {
    let mut batches = Vec::new();
    let (mut start, mut bytes) = (0, 0);
    let (mut first_ms, mut last_ms) = (0, 0);
    for (i, line) in lines.iter().enumerate() {
        let size = line.bytes.0.len().saturating_add(EVENT_OVERHEAD_BYTES);
        let full = bytes + size > BATCH_BYTES_MAX || i - start >= EVENTS_MAX;
        let apart = line.at_ms < last_ms || line.at_ms.saturating_sub(first_ms) >= SPAN_MS_MAX;
        if i > start && (full || apart) {
            batches.push(start..i);
            (start, bytes) = (i, 0);
        }
        if i == start {
            first_ms = line.at_ms;
        }
        last_ms = line.at_ms;
        bytes += size;
    }
    if start < lines.len() {
        batches.push(start..lines.len());
    }
    batches
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(at_ms: u64, bytes: usize) -> Line {
        Line { at_ms, bytes: vec![b'x'; bytes].into() }
    }

    /// The limits once more, written down independently of the code above.
    fn check(lines: &[Line]) -> usize {
        let batches = batches(lines);
        let mut next = 0;
        for batch in &batches {
            assert_eq!(batch.start, next, "nothing is left out, nothing twice");
            next = batch.end;
            let batch = &lines[batch.clone()];
            assert!(!batch.is_empty() && batch.len() <= 10_000);
            let bytes: usize = batch.iter().map(|line| line.bytes.0.len() + 26).sum();
            assert!(batch.len() == 1 || bytes <= 1_048_576, "{bytes}");
            assert!(batch.is_sorted_by_key(|line| line.at_ms));
            assert!(batch[batch.len() - 1].at_ms - batch[0].at_ms < 86_400_000);
        }
        assert_eq!(next, lines.len());
        batches.len()
    }

    #[test]
    fn batches_end_at_each_limit() {
        assert_eq!(check(&[]), 0);
        assert_eq!(check(&vec![line(5, 1); 10_000]), 1);
        assert_eq!(check(&vec![line(5, 1); 10_001]), 2);
        assert_eq!(check(&[line(5, 524_262), line(5, 524_262)]), 1);
        assert_eq!(check(&[line(5, 524_262), line(5, 524_263)]), 2);
        assert_eq!(check(&[line(5, 1), line(86_400_004, 1)]), 1);
        assert_eq!(check(&[line(5, 1), line(86_400_005, 1)]), 2);
        assert_eq!(check(&[line(5, 1), line(4, 1)]), 2);
    }

    #[test]
    fn refused_events_are_counted_at_both_ends() {
        let info = RejectedLogEventsInfo::builder();
        let info = info.too_old_log_event_end_index(2).expired_log_event_end_index(3);
        assert_eq!(rejected(&info.clone().build(), 10), 3);
        assert_eq!(rejected(&info.too_new_log_event_start_index(8).build(), 10), 5);
        assert_eq!(rejected(&RejectedLogEventsInfo::builder().build(), 10), 0);
    }
}
