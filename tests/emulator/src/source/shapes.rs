//! Events of sources, in the shapes that the services send.
use bytes::Bytes;
use md5::{Digest as _, Md5};
use serde_json::{Map, Value, json};

use super::topic;
use crate::clock;
use crate::invocation::Event;

const REGION: &str = "eu-west-1";
const ACCOUNT: &str = "123456789012";
/// What EventBridge and its Scheduler say an hour is.
const SCHEDULED: &str = "Scheduled Event";

/// One event of a source that invokes asynchronously.
#[derive(Debug, Clone, PartialEq)]
pub enum Notice {
    /// A message of a topic.
    Sns {
        /// The topic's name.
        topic: String,
        /// The subject, if it has one.
        subject: Option<String>,
        /// The text.
        message: String,
        /// Its attributes: texts, numbers, or lists of them.
        attributes: Map<String, Value>,
    },
    /// An object that was written or removed.
    S3 {
        /// The bucket's name.
        bucket: String,
        /// The key, not yet escaped.
        key: String,
        /// The object's size in bytes.
        size: u64,
        /// `ObjectCreated:Put` and its like.
        name: String,
    },
    /// An event of a bus.
    EventBridge {
        /// Who sent it.
        source: String,
        /// What it is.
        detail_type: String,
        /// What it says.
        detail: Value,
    },
    /// The hour of a rule with a schedule.
    Rule {
        /// The rule's name.
        rule: String,
        /// When it was due: RFC 3339, whole seconds.
        time: String,
    },
    /// The hour of a schedule of `EventBridge` Scheduler.
    Schedule {
        /// Its group and its name, such as `default/nightly`.
        schedule: String,
        /// When it was due: RFC 3339, whole seconds.
        time: String,
    },
}

impl Notice {
    /// The event as the function gets it.
    pub fn event(&self) -> Event {
        Event::new(Bytes::from(self.document().to_string()))
    }

    /// The same as a value.
    pub fn document(&self) -> Value {
        let now = clock::unix_ms();
        match self {
            Self::Sns { topic, subject, message, attributes } => {
                topic::record(topic, subject.as_deref(), message, attributes, now)
            }
            Self::S3 { bucket, key, size, name } => s3(bucket, key, *size, name, now),
            Self::EventBridge { source, detail_type, detail } => {
                let time = clock::rfc3339(now);
                // Events of a bus have whole seconds.
                let time = format!("{}Z", time.get(..19).unwrap_or_default());
                bus((source, detail_type), &json!([]), detail, &time)
            }
            Self::Rule { rule, time } => {
                bus(("aws.events", SCHEDULED), &json!([rule_arn(rule)]), &json!({}), time)
            }
            // The Scheduler's detail is a text, and not an object.
            Self::Schedule { schedule, time } => {
                let from = json!([schedule_arn(schedule)]);
                bus(("aws.scheduler", SCHEDULED), &from, &json!("{}"), time)
            }
        }
    }
}

fn s3(bucket: &str, key: &str, size: u64, name: &str, now: u64) -> Value {
    json!({ "Records": [{
        "eventVersion": "2.4",
        "eventSource": "aws:s3",
        "awsRegion": REGION,
        "eventTime": clock::rfc3339(now),
        "eventName": name,
        "userIdentity": { "principalId": "AWS:AROAEXAMPLEID:uploader" },
        "requestParameters": { "sourceIPAddress": "203.0.113.15" },
        "responseElements": {
            "x-amz-request-id": clock::random_hex().get(..16).unwrap_or_default().to_uppercase(),
            "x-amz-id-2": "EXAMPLE123/5678abcdefghijklambdaisawesome/mnopqrstuvwxyzABCDEFGH",
        },
        "s3": {
            "s3SchemaVersion": "1.0",
            "configurationId": "on-upload",
            "bucket": {
                "name": bucket,
                "ownerIdentity": { "principalId": "A3NL1KOZZKExample" },
                "arn": format!("arn:aws:s3:::{bucket}"),
            },
            "object": {
                "key": escaped(key),
                "size": size,
                "eTag": clock::random_hex(),
                "sequencer": format!("{now:018X}"),
            },
        },
    }] })
}

fn bus((source, detail_type): (&str, &str), from: &Value, detail: &Value, time: &str) -> Value {
    json!({
        "version": "0",
        "id": clock::uuid(),
        "detail-type": detail_type,
        "source": source,
        "account": ACCOUNT,
        "time": time,
        "region": REGION,
        "resources": from,
        "detail": detail,
    })
}

/// A received message of a queue.
pub(super) struct Received<'a> {
    pub(super) queue: &'a str,
    pub(super) id: &'a str,
    pub(super) body: &'a str,
    pub(super) group: Option<&'a str>,
    pub(super) said: &'a Map<String, Value>,
    pub(super) receives: u32,
    pub(super) sent_ms: u64,
    pub(super) first_ms: u64,
    pub(super) sequence: u64,
}

/// The record of a message.
pub(super) fn sqs(message: &Received<'_>) -> Value {
    let mut attributes = json!({
        "ApproximateReceiveCount": message.receives.to_string(),
        "SentTimestamp": message.sent_ms.to_string(),
        "SenderId": "AIDAEXAMPLEID",
        "ApproximateFirstReceiveTimestamp": message.first_ms.to_string(),
    });
    if let (Some(group), Some(attributes)) = (message.group, attributes.as_object_mut()) {
        attributes.insert("MessageGroupId".to_owned(), json!(group));
        attributes.insert("MessageDeduplicationId".to_owned(), json!(message.id));
        let sequence = format!("188888{:014}", message.sequence);
        attributes.insert("SequenceNumber".to_owned(), json!(sequence));
    }
    json!({
        "messageId": message.id,
        "receiptHandle": format!("AQEB{}", clock::random_hex()),
        "body": message.body,
        "attributes": attributes,
        "messageAttributes": topic::of_a_queue(message.said),
        "md5OfBody": md5(message.body),
        "eventSource": "aws:sqs",
        "eventSourceARN": format!("arn:aws:sqs:{REGION}:{ACCOUNT}:{}", message.queue),
        "awsRegion": REGION,
    })
}

fn md5(text: &str) -> String {
    clock::hex(&Md5::digest(text.as_bytes()))
}

/// A key as S3 writes it: escaped like a form, with slashes kept.
fn escaped(key: &str) -> String {
    let each = key.bytes().map(|byte| match byte {
        b' ' => "+".to_owned(),
        b'/' | b'-' | b'_' | b'.' | b'*' => char::from(byte).to_string(),
        byte if byte.is_ascii_alphanumeric() => char::from(byte).to_string(),
        byte => format!("%{byte:02X}"),
    });
    each.collect()
}

/// The ARN of a stream.
pub(super) fn kinesis_arn(name: &str) -> String {
    format!("arn:aws:kinesis:{REGION}:{ACCOUNT}:stream/{name}")
}

/// The ARN of a table's stream.
pub(super) fn dynamodb_arn(name: &str) -> String {
    format!("arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/{name}/stream/2026-03-01T00:00:00.000")
}

/// The ARN of a rule of the default bus.
pub fn rule_arn(name: &str) -> String {
    format!("arn:aws:events:{REGION}:{ACCOUNT}:rule/{name}")
}

/// The ARN of a schedule, which is named by its group and its name.
pub fn schedule_arn(name: &str) -> String {
    format!("arn:aws:scheduler:{REGION}:{ACCOUNT}:schedule/{name}")
}

/// The ARN of a topic.
pub(super) fn topic_arn(name: &str) -> String {
    format!("arn:aws:sns:{REGION}:{ACCOUNT}:{name}")
}

/// The ARN of the function for documents about it.
pub(super) fn function_arn() -> String {
    format!("arn:aws:lambda:{REGION}:{ACCOUNT}:function:function:$LATEST")
}

/// The region that records name.
pub(super) fn region() -> &'static str {
    REGION
}

/// The ARN of the role that reads streams.
pub(super) fn reader_arn(name: &str) -> String {
    format!("arn:aws:iam::{ACCOUNT}:role/{name}-reader")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checksum_is_that_of_the_document() {
        // RFC 1321, appendix A.5.
        assert_eq!(md5("message digest"), "f96b697d7cb7938d525a2f31aaf161d0");
    }

    #[test]
    fn keys_are_escaped_like_forms() {
        assert_eq!(escaped("images/2026/cat photo(1).jpg"), "images/2026/cat+photo%281%29.jpg");
    }
}
