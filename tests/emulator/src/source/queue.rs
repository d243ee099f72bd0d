//! A queue and Lambda's poller at it: visibility, receive counts, message groups, dead letters.
use std::collections::HashSet;
use std::time::Duration;

use bytes::Bytes;
use serde_json::{Map, Value, json};
use tokio::task::JoinSet;
use tokio::time::Instant;

use super::shapes::{self, Received};
use super::verdict::Verdict;
use super::{ask, judge};
use crate::clock;
use crate::fleet::{Fleet, FleetError};
use crate::invocation::{Event, Invoked};
use crate::pattern::Filter;

/// A message for a queue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// Its text.
    pub body: String,
    /// Its group, in a FIFO queue.
    pub group: Option<String>,
    /// Its attributes: texts, numbers, or lists of them.
    pub attributes: Map<String, Value>,
}

impl Message {
    /// A message without a group.
    pub fn new(body: impl Into<String>) -> Self {
        Self { body: body.into(), group: None, attributes: Map::new() }
    }

    /// The same message in a group.
    #[must_use]
    pub fn group(mut self, name: impl Into<String>) -> Self {
        self.group = Some(name.into());
        self
    }

    /// The same message with attributes.
    #[must_use]
    pub fn attributes(mut self, attributes: Map<String, Value>) -> Self {
        self.attributes = attributes;
        self
    }
}

/// A queue with an event source mapping.
#[derive(Debug)]
pub struct Queue {
    name: String,
    fifo: bool,
    batch_max: usize,
    visibility: Duration,
    receives_max: u32,
    reports: bool,
    pollers_max: usize,
    filter: Option<Filter>,
    held: Vec<Held>,
    sent: u64,
}

/// The ids of a batch and what became of it; none if it was throttled.
type Asked = (Vec<String>, Result<Option<Invoked>, FleetError>);

#[derive(Debug)]
struct Held {
    id: String,
    body: String,
    group: Option<String>,
    attributes: Map<String, Value>,
    receives: u32,
    visible_at: Instant,
    /// It is with the function: whether it comes back is decided when that has answered.
    away: bool,
    sent_ms: u64,
    received_ms: u64,
    sequence: u64,
}

impl Held {
    /// The record that the function gets.
    fn record(&self, queue: &str) -> Value {
        shapes::sqs(&Received {
            queue,
            id: &self.id,
            body: &self.body,
            group: self.group.as_deref(),
            said: &self.attributes,
            receives: self.receives,
            sent_ms: self.sent_ms,
            first_ms: self.received_ms,
            sequence: self.sequence,
        })
    }
}

/// A message that was received as often as allowed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeadMessage {
    /// Its text.
    pub body: String,
    /// Its group.
    pub group: Option<String>,
    /// How often it was received.
    pub receives: u32,
}

/// What became of a queue's messages.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct QueueReport {
    /// The texts that were handled, in the order of their deletion.
    pub handled: Vec<String>,
    /// The dead-letter queue.
    pub dead: Vec<DeadMessage>,
    /// How many messages a filter kept from the function: they are deleted.
    pub filtered: u64,
    /// How often the function was asked.
    pub invocations: u64,
}

impl Queue {
    /// A queue with SQS's defaults: batches of 10, 30 s of visibility; a message is received five
    /// times at most. A name that ends with `.fifo` makes it a FIFO queue.
    pub fn new(name: impl Into<String>) -> Self {
        let name = name.into();
        Self {
            fifo: name.strip_suffix(".fifo").is_some(),
            name,
            batch_max: 10,
            visibility: Duration::from_secs(30),
            receives_max: 5,
            reports: false,
            pollers_max: 5,
            filter: None,
            held: Vec::new(),
            sent: 0,
        }
    }

    /// `BatchSize`: at least 1.
    #[must_use]
    pub fn batch_max(mut self, messages: usize) -> Self {
        self.batch_max = messages.max(1);
        self
    }

    /// How long a received message is hidden.
    #[must_use]
    pub fn visibility(mut self, hidden: Duration) -> Self {
        self.visibility = hidden;
        self
    }

    /// `maxReceiveCount` of the redrive policy.
    #[must_use]
    pub fn receives_max(mut self, times: u32) -> Self {
        self.receives_max = times.max(1);
        self
    }

    /// `ReportBatchItemFailures`.
    #[must_use]
    pub fn reports(mut self, on: bool) -> Self {
        self.reports = on;
        self
    }

    /// `MaximumConcurrency` of the mapping; Lambda begins with five pollers.
    #[must_use]
    pub fn pollers_max(mut self, pollers: usize) -> Self {
        self.pollers_max = pollers.max(1);
        self
    }

    /// `FilterCriteria` of the mapping.
    #[must_use]
    pub fn filter(mut self, filter: Filter) -> Self {
        self.filter = Some(filter);
        self
    }

    /// Sends a message. In a FIFO queue one without a group is in the group `default`.
    pub fn send(&mut self, message: Message) {
        self.sent += 1;
        let group = message.group.or_else(|| self.fifo.then(|| "default".to_owned()));
        self.held.push(Held {
            id: clock::uuid(),
            body: message.body,
            group: group.filter(|_| self.fifo),
            attributes: message.attributes,
            receives: 0,
            visible_at: Instant::now(),
            away: false,
            sent_ms: clock::unix_ms(),
            received_ms: 0,
            sequence: self.sent,
        });
    }

    /// Polls until every message is deleted or dead.
    ///
    /// # Errors
    ///
    /// When no environment can be started, or the fleet was shut down.
    pub async fn drain(mut self, fleet: &Fleet) -> Result<QueueReport, FleetError> {
        let mut report = QueueReport::default();
        self.discard(&mut report);
        let mut asked: JoinSet<Asked> = JoinSet::new();
        loop {
            self.bury(&mut report);
            while asked.len() < self.pollers_max {
                let ids = self.receive();
                if ids.is_empty() {
                    break;
                }
                report.invocations += 1;
                let (event, fleet) = (self.event(&ids), fleet.clone());
                asked.spawn(async move { (ids, ask(&fleet, event).await) });
            }
            let wake = self.next_visible();
            tokio::select! {
                Some(ended) = asked.join_next() => {
                    let Ok((ids, outcome)) = ended else { return Err(FleetError::Closed) };
                    self.settle(&ids, outcome?.as_ref(), &mut report);
                }
                () = sleep_until(wake), if wake.is_some() => {}
                else => return Ok(report),
            }
        }
    }

    /// Deletes the messages that no filter lets through. What a filter sees of a message does not
    /// change with time, so it is asked once.
    fn discard(&mut self, report: &mut QueueReport) {
        let Some(filter) = self.filter.take() else { return };
        let before = self.held.len();
        let name = &self.name;
        self.held.retain(|held| filter.passes(&held.record(name)));
        report.filtered = u64::try_from(before - self.held.len()).unwrap_or(u64::MAX);
    }

    /// Moves to the dead-letter queue what would be received once too often.
    fn bury(&mut self, report: &mut QueueReport) {
        let (now, most) = (Instant::now(), self.receives_max);
        let over = |held: &mut Held| held.receives >= most && !held.away && held.visible_at <= now;
        for held in self.held.extract_if(.., over) {
            let Held { body, group, receives, .. } = held;
            report.dead.push(DeadMessage { body, group, receives });
        }
    }

    /// Receives one batch: the ids of its messages, which are hidden from now on.
    ///
    /// While a message of a group is hidden, nothing behind it in its group is received.
    fn receive(&mut self) -> Vec<String> {
        let now = Instant::now();
        let mut blocked = HashSet::new();
        let mut ids = Vec::new();
        for held in &mut self.held {
            if ids.len() == self.batch_max {
                break;
            }
            let waits = held.group.as_ref().is_some_and(|group| blocked.contains(group));
            if held.away || held.visible_at > now || waits {
                blocked.extend(held.group.clone());
                continue;
            }
            if held.receives == 0 {
                held.received_ms = clock::unix_ms();
            }
            held.receives += 1;
            held.away = true;
            held.visible_at = now + self.visibility;
            ids.push(held.id.clone());
        }
        ids
    }

    fn event(&self, ids: &[String]) -> Event {
        let chosen = self.held.iter().filter(|held| ids.contains(&held.id));
        let records: Vec<_> = chosen.map(|held| held.record(&self.name)).collect();
        Event::new(Bytes::from(json!({ "Records": records }).to_string()))
    }

    /// Deletes what is done; the rest comes back when its visibility timeout is over.
    fn settle(&mut self, ids: &[String], invoked: Option<&Invoked>, report: &mut QueueReport) {
        let failed = match judge(invoked, self.reports, ids) {
            Verdict::Done => Vec::new(),
            Verdict::Failed => ids.to_vec(),
            Verdict::Partly(named) => named,
        };
        for held in self.held.iter_mut().filter(|held| ids.contains(&held.id)) {
            held.away = false;
        }
        let done = |held: &mut Held| ids.contains(&held.id) && !failed.contains(&held.id);
        report.handled.extend(self.held.extract_if(.., done).map(|held| held.body));
    }

    /// When the next message can be received that is not with the function.
    fn next_visible(&self) -> Option<Instant> {
        self.held.iter().filter(|held| !held.away).map(|held| held.visible_at).min()
    }
}

/// Sleeps until a time that is there, and beyond the present, so that no loop spins on messages
/// that wait for their group.
async fn sleep_until(wake: Option<Instant>) {
    let soon = Instant::now() + Duration::from_millis(5);
    tokio::time::sleep_until(wake.map_or(soon, |wake| wake.max(soon))).await;
}
