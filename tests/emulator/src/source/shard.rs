//! One shard of a stream and Lambda's poller at it: order, bisection, retries, checkpoints.
use std::collections::VecDeque;
use std::time::Duration;

use bytes::Bytes;
use serde_json::{Value, json};

use super::verdict::Verdict;
use super::{ask, judge, shapes};
use crate::fleet::{Fleet, FleetError};
use crate::invocation::Event;
use crate::pattern::Filter;
use crate::{base64, clock};

/// Which service's records a stream has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ShardKind {
    /// Kinesis Data Streams.
    Kinesis,
    /// `DynamoDB` Streams.
    DynamoDb,
}

/// What is put into a stream.
#[derive(Debug, Clone, PartialEq)]
pub enum ShardRecord {
    /// Bytes for Kinesis.
    Data(Vec<u8>),
    /// The new image of an item for `DynamoDB`, `{"id":{"S":"7"}}`; its first member is the key.
    Image(Value),
}

/// A shard with an event source mapping.
#[derive(Debug)]
pub struct Shard {
    kind: ShardKind,
    name: String,
    batch_max: usize,
    retries_max: u32,
    bisect: bool,
    reports: bool,
    pause: Duration,
    filter: Option<Filter>,
    records: Vec<Put>,
}

#[derive(Debug, Clone)]
struct Put {
    sequence: String,
    arrived_ms: u64,
    record: Value,
}

/// Records that were tried as often as allowed.
#[derive(Debug, Clone, PartialEq)]
pub struct Discarded {
    /// Their sequence numbers.
    pub sequences: Vec<String>,
    /// What the on-failure destination gets.
    pub document: Value,
}

/// What became of a shard's records.
#[derive(Debug, Default, PartialEq)]
pub struct ShardReport {
    /// The sequence numbers of what was handled, in order.
    pub handled: Vec<String>,
    /// What was given up.
    pub discarded: Vec<Discarded>,
    /// How many records a filter kept from the function: the poller goes on behind them.
    pub filtered: u64,
    /// How often the function was asked.
    pub invocations: u64,
}

/// Records that are sent together, and how often they were.
struct Batch {
    records: Vec<Put>,
    tries: u32,
}

impl Shard {
    /// A shard with batches of 100 and two retries. On Lambda retries have no end by default.
    pub fn new(kind: ShardKind, name: impl Into<String>) -> Self {
        Self {
            kind,
            name: name.into(),
            batch_max: 100,
            retries_max: 2,
            bisect: false,
            reports: false,
            pause: Duration::from_secs(1),
            filter: None,
            records: Vec::new(),
        }
    }

    /// `BatchSize`: at least 1.
    #[must_use]
    pub fn batch_max(mut self, records: usize) -> Self {
        self.batch_max = records.max(1);
        self
    }

    /// `MaximumRetryAttempts`.
    #[must_use]
    pub fn retries_max(mut self, times: u32) -> Self {
        self.retries_max = times;
        self
    }

    /// `BisectBatchOnFunctionError`.
    #[must_use]
    pub fn bisect(mut self, on: bool) -> Self {
        self.bisect = on;
        self
    }

    /// `ReportBatchItemFailures`.
    #[must_use]
    pub fn reports(mut self, on: bool) -> Self {
        self.reports = on;
        self
    }

    /// How long the poller waits before it tries the same records again. Lambda does not say how
    /// long it waits.
    #[must_use]
    pub fn pause(mut self, pause: Duration) -> Self {
        self.pause = pause;
        self
    }

    /// `FilterCriteria` of the mapping.
    #[must_use]
    pub fn filter(mut self, filter: Filter) -> Self {
        self.filter = Some(filter);
        self
    }

    /// Puts a record; gives its sequence number.
    pub fn put(&mut self, record: &ShardRecord) -> String {
        let place = self.records.len();
        let arrived_ms = clock::unix_ms();
        let sequence = match self.kind {
            ShardKind::Kinesis => {
                format!("495903382714902566085596925383615710959215759891{place:08}")
            }
            ShardKind::DynamoDb => format!("1111{place:020}"),
        };
        let record = match self.kind {
            ShardKind::Kinesis => self.kinesis(record, &sequence, arrived_ms),
            ShardKind::DynamoDb => self.dynamodb(record, &sequence, arrived_ms),
        };
        self.records.push(Put { sequence: sequence.clone(), arrived_ms, record });
        sequence
    }

    fn kinesis(&self, record: &ShardRecord, sequence: &str, arrived_ms: u64) -> Value {
        let data = match record {
            ShardRecord::Data(bytes) => base64::encode(bytes),
            ShardRecord::Image(image) => base64::encode(image.to_string().as_bytes()),
        };
        json!({
            "kinesis": {
                "kinesisSchemaVersion": "1.0",
                "partitionKey": "partition-1",
                "sequenceNumber": sequence,
                "data": data,
                "approximateArrivalTimestamp": seconds(arrived_ms),
            },
            "eventSource": "aws:kinesis",
            "eventVersion": "1.0",
            "eventID": format!("{SHARD}:{sequence}"),
            "eventName": "aws:kinesis:record",
            "invokeIdentityArn": shapes::reader_arn(&self.name),
            "awsRegion": shapes::region(),
            "eventSourceARN": shapes::kinesis_arn(&self.name),
        })
    }

    fn dynamodb(&self, record: &ShardRecord, sequence: &str, arrived_ms: u64) -> Value {
        let image = match record {
            ShardRecord::Image(image) => image.clone(),
            ShardRecord::Data(bytes) => json!({ "id": { "B": base64::encode(bytes) } }),
        };
        let first = image.as_object().and_then(|image| image.iter().next());
        let keys = first.map_or_else(|| json!({}), |(name, value)| json!({ name: value }));
        json!({
            "eventID": clock::random_hex(),
            "eventName": "INSERT",
            "eventVersion": "1.1",
            "eventSource": "aws:dynamodb",
            "awsRegion": shapes::region(),
            "dynamodb": {
                "ApproximateCreationDateTime": arrived_ms / 1000,
                "Keys": keys,
                "SizeBytes": image.to_string().len(),
                "NewImage": image,
                "SequenceNumber": sequence,
                "StreamViewType": "NEW_AND_OLD_IMAGES",
            },
            "eventSourceARN": shapes::dynamodb_arn(&self.name),
        })
    }

    /// Polls until every record is handled or given up. Nothing overtakes in a shard.
    ///
    /// # Errors
    ///
    /// When no environment can be started, or the fleet was shut down.
    pub async fn drain(mut self, fleet: &Fleet) -> Result<ShardReport, FleetError> {
        let mut report = ShardReport::default();
        let mut records = std::mem::take(&mut self.records);
        if let Some(filter) = &self.filter {
            let before = records.len();
            records.retain(|put| filter.passes(&put.record));
            report.filtered = u64::try_from(before - records.len()).unwrap_or(u64::MAX);
        }
        let batches = records.chunks(self.batch_max);
        let mut pending: VecDeque<Batch> =
            batches.map(|records| Batch { records: records.to_vec(), tries: 0 }).collect();
        while let Some(batch) = pending.pop_front() {
            let known: Vec<String> = batch.records.iter().map(|put| put.sequence.clone()).collect();
            let invoked = ask(fleet, event(&batch.records)).await?;
            report.invocations += 1;
            let request_id = invoked.as_ref().map(|invoked| invoked.request_id.as_str());
            let batch = Batch { tries: batch.tries + 1, ..batch };
            let again = match judge(invoked.as_ref(), self.reports, &known) {
                Verdict::Done => {
                    report.handled.extend(known);
                    continue;
                }
                Verdict::Failed => self.halve(batch),
                Verdict::Partly(named) => self.after_lowest(batch, &named, &mut report),
            };
            let retried = again.len() == 1;
            for batch in again.into_iter().rev() {
                if batch.tries > self.retries_max {
                    report.discarded.push(self.discard(&batch, request_id));
                } else {
                    pending.push_front(batch);
                }
            }
            if retried && !pending.is_empty() {
                tokio::time::sleep(self.pause).await;
            }
        }
        Ok(report)
    }

    /// Two halves where that is set and possible. A split does not count as a retry.
    fn halve(&self, mut batch: Batch) -> Vec<Batch> {
        if !self.bisect || batch.records.len() < 2 {
            return vec![batch];
        }
        let tries = batch.tries.saturating_sub(1);
        let second = batch.records.split_off(batch.records.len() / 2);
        vec![Batch { tries, ..batch }, Batch { records: second, tries }]
    }

    /// What is before the lowest failed record is done, the rest is tried again. With bisection
    /// that is the split; where it leaves the batch as it was, the batch is halved instead: the
    /// documents do not say.
    fn after_lowest(
        &self,
        mut batch: Batch,
        named: &[String],
        report: &mut ShardReport,
    ) -> Vec<Batch> {
        let lowest = batch.records.iter().position(|put| named.contains(&put.sequence));
        let rest = batch.records.split_off(lowest.unwrap_or_default());
        if batch.records.is_empty() {
            return self.halve(Batch { records: rest, tries: batch.tries });
        }
        report.handled.extend(batch.records.into_iter().map(|put| put.sequence));
        let tries = if self.bisect { batch.tries.saturating_sub(1) } else { batch.tries };
        vec![Batch { records: rest, tries }]
    }

    /// Gives records up, and tells the destination where they are.
    fn discard(&self, batch: &Batch, request_id: Option<&str>) -> Discarded {
        let sequences: Vec<String> = batch.records.iter().map(|put| put.sequence.clone()).collect();
        let time = |put: Option<&Put>| put.map(|put| clock::rfc3339(put.arrived_ms));
        let (name, arn) = match self.kind {
            ShardKind::Kinesis => ("KinesisBatchInfo", shapes::kinesis_arn(&self.name)),
            ShardKind::DynamoDb => ("DDBStreamBatchInfo", shapes::dynamodb_arn(&self.name)),
        };
        let document = json!({
            "requestContext": {
                "requestId": request_id,
                "functionArn": shapes::function_arn(),
                "condition": "RetryAttemptsExhausted",
                "approximateInvokeCount": batch.tries,
            },
            "responseContext": {
                "statusCode": 200,
                "executedVersion": "$LATEST",
                "functionError": "Unhandled",
            },
            "version": "1.0",
            "timestamp": clock::rfc3339(clock::unix_ms()),
            name: {
                "shardId": SHARD,
                "startSequenceNumber": sequences.first(),
                "endSequenceNumber": sequences.last(),
                "approximateArrivalOfFirstRecord": time(batch.records.first()),
                "approximateArrivalOfLastRecord": time(batch.records.last()),
                "batchSize": sequences.len(),
                "streamArn": arn,
            },
        });
        Discarded { sequences, document }
    }
}

const SHARD: &str = "shardId-000000000000";

fn event(records: &[Put]) -> Event {
    let records: Vec<&Value> = records.iter().map(|put| &put.record).collect();
    Event::new(Bytes::from(json!({ "Records": records }).to_string()))
}

/// Milliseconds as the fractional seconds of records.
fn seconds(unix_ms: u64) -> f64 {
    Duration::from_millis(unix_ms).as_secs_f64()
}
