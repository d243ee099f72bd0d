//! Streams, brokers and logs: Kinesis, Kafka, Amazon MQ, `DocumentDB`, Firehose, CloudWatch Logs.
use crate::open::content::Part;
use crate::open::shape::{Holds, Members, Shape};

/// What a tumbling window adds to a stream's batch (AWS Lambda Developer Guide, "Configuring
/// Kinesis Data Streams and Lambda to process windows").
pub(super) const WINDOW_MEMBERS: Members = &[
    ("window", Holds::Service),
    // What the function answered last time.
    ("state", Holds::Json(Part::Response)),
    ("shardId", Holds::Service),
    ("eventSourceARN", Holds::Service),
    ("isFinalInvokeForWindow", Holds::Service),
    ("isWindowTerminatedEarly", Holds::Service),
];

/// The data of a Kinesis record; a pipe puts it right into the record.
pub(super) const KINESIS_DATA: Members = &[
    ("data", Holds::Base64(Part::Data)),
    ("partitionKey", Holds::Text(Part::Key)),
    ("kinesisSchemaVersion", Holds::Service),
    ("sequenceNumber", Holds::Service),
    ("approximateArrivalTimestamp", Holds::Service),
    ("encryptionType", Holds::Service),
];

/// AWS Lambda Developer Guide, "Using Lambda with Amazon MSK" and "self-managed Apache Kafka".
pub(super) const KAFKA: Shape = &[BROKER, &[("records", Holds::ItemLists(&[KAFKA_MEMBERS]))]];
pub(super) const KAFKA_MEMBERS: Members = &[
    ("topic", Holds::Service),
    ("partition", Holds::Service),
    ("offset", Holds::Service),
    ("timestamp", Holds::Service),
    ("timestampType", Holds::Service),
    ("key", Holds::Base64(Part::Key)),
    ("value", Holds::Base64(Part::Data)),
    ("headers", Holds::NamedList(Part::Header)),
    ("keySchemaMetadata", Holds::Service),
    ("valueSchemaMetadata", Holds::Service),
    ("eventSourceKey", Holds::Service),
    ("bootstrapServers", Holds::Service),
];

const BROKER: Members = &[
    ("eventSource", Holds::Service),
    ("eventSourceArn", Holds::Service),
    ("bootstrapServers", Holds::Service),
];

/// AWS Lambda Developer Guide, "Using Lambda with Amazon MQ".
pub(super) const ACTIVE_MQ: Shape = &[BROKER, &[("messages", Holds::Items(ACTIVE_MQ_MESSAGE))]];
const ACTIVE_MQ_MESSAGE: Shape = &[&[("data", Holds::Base64(Part::Data))], ACTIVE_MQ_MEMBERS];
pub(super) const ACTIVE_MQ_MEMBERS: Members = &[
    ("properties", Holds::Named(Part::Attribute)),
    ("correlationID", Holds::Text(Part::Attribute)),
    ("replyTo", Holds::Text(Part::Attribute)),
    ("type", Holds::Text(Part::Attribute)),
    ("messageID", Holds::Service),
    ("messageType", Holds::Service),
    ("connectionId", Holds::Service),
    ("timestamp", Holds::Service),
    ("deliveryMode", Holds::Service),
    ("destination", Holds::Service),
    ("redelivered", Holds::Service),
    ("expiration", Holds::Service),
    ("priority", Holds::Service),
    ("brokerInTime", Holds::Service),
    ("brokerOutTime", Holds::Service),
];

pub(super) const RABBIT_MQ: Shape =
    &[BROKER, &[("rmqMessagesByQueue", Holds::ItemLists(RABBIT_MQ_MESSAGE))]];
const RABBIT_MQ_MESSAGE: Shape = &[&[("data", Holds::Base64(Part::Data))], RABBIT_MQ_MEMBERS];
pub(super) const RABBIT_MQ_MEMBERS: Members =
    &[("basicProperties", Holds::Object(&[BASIC_PROPERTIES])), ("redelivered", Holds::Service)];
const BASIC_PROPERTIES: Members = &[
    ("headers", Holds::Named(Part::Header)),
    ("contentType", Holds::Text(Part::Attribute)),
    ("contentEncoding", Holds::Text(Part::Attribute)),
    ("correlationId", Holds::Text(Part::Attribute)),
    ("replyTo", Holds::Text(Part::Attribute)),
    ("messageId", Holds::Text(Part::Attribute)),
    ("type", Holds::Text(Part::Attribute)),
    ("userId", Holds::Text(Part::Attribute)),
    ("appId", Holds::Text(Part::Attribute)),
    ("clusterId", Holds::Text(Part::Attribute)),
    ("expiration", Holds::Text(Part::Attribute)),
    ("deliveryMode", Holds::Service),
    ("priority", Holds::Service),
    ("timestamp", Holds::Service),
    ("bodySize", Holds::Service),
];

/// AWS Lambda Developer Guide, "Using AWS Lambda with Amazon DocumentDB".
pub(super) const DOCUMENT_DB: Shape =
    &[BROKER, &[("events", Holds::Items(&[&[("event", Holds::Object(&[CHANGE]))]]))]];
const CHANGE: Members = &[
    ("fullDocument", Holds::Document(Part::NewImage)),
    ("fullDocumentBeforeChange", Holds::Document(Part::OldImage)),
    ("updateDescription", Holds::Document(Part::NewImage)),
    ("documentKey", Holds::Document(Part::Key)),
    ("_id", Holds::Service),
    ("clusterTime", Holds::Service),
    ("ns", Holds::Service),
    ("to", Holds::Service),
    ("operationType", Holds::Service),
    ("txnNumber", Holds::Service),
    ("lsid", Holds::Service),
    ("wallTime", Holds::Service),
];

/// Amazon Data Firehose Developer Guide, "Transform source data"; Kinesis Data Analytics uses it
/// too.
pub(super) const FIREHOSE: Shape = &[&[
    ("records", Holds::Items(&[FIREHOSE_RECORD])),
    ("invocationId", Holds::Service),
    ("deliveryStreamArn", Holds::Service),
    ("sourceKinesisStreamArn", Holds::Service),
    ("applicationArn", Holds::Service),
    ("streamArn", Holds::Service),
    ("region", Holds::Service),
]];
const FIREHOSE_RECORD: Members = &[
    ("data", Holds::Base64(Part::Data)),
    ("recordId", Holds::Service),
    ("approximateArrivalTimestamp", Holds::Service),
    ("kinesisRecordMetadata", Holds::Object(&[STREAM_METADATA])),
    ("kinesisStreamRecordMetadata", Holds::Object(&[STREAM_METADATA])),
    ("kinesisFirehoseRecordMetadata", Holds::Service),
];
const STREAM_METADATA: Members = &[
    ("partitionKey", Holds::Text(Part::Key)),
    ("shardId", Holds::Service),
    ("sequenceNumber", Holds::Service),
    ("subsequenceNumber", Holds::Service),
    ("approximateArrivalTimestamp", Holds::Service),
];

/// Amazon CloudWatch Logs User Guide, "Log group-level subscription filters".
pub(super) const LOGS_EVENT: Shape = &[&[("awslogs", Holds::Object(&[AWS_LOGS]))]];
const AWS_LOGS: Members = &[("data", Holds::Zipped(&[LOGS_MEMBERS]))];
pub(super) const LOGS_MEMBERS: Members = &[
    ("logEvents", Holds::Each(&[LOG_EVENT])),
    ("messageType", Holds::Service),
    ("owner", Holds::Service),
    ("logGroup", Holds::Service),
    ("logStream", Holds::Service),
    ("subscriptionFilters", Holds::Service),
    ("policyLevel", Holds::Service),
];
const LOG_EVENT: Members = &[
    ("message", Holds::Payload(Part::Message)),
    ("extractedFields", Holds::Json(Part::Attribute)),
    ("id", Holds::Service),
    ("timestamp", Holds::Service),
];
