//! Event source mappings whose root names the source, and pipes.
use super::records::{DYNAMODB_RECORD, KINESIS_PIPE_RECORD, SQS_RECORD};
use crate::envelope::shape::{ARN, BASE64, DIGITS, Member, OBJECT, Shape, may, need};

/// AWS Lambda Developer Guide, "Using Lambda with Amazon MSK".
pub(super) static MSK: Shape = Shape::Object(&[
    need("eventSource", Shape::Word(&["aws:kafka"])),
    need("eventSourceArn", ARN),
    may("bootstrapServers", Shape::Text),
    need("records", TOPICS),
]);

/// AWS Lambda Developer Guide, "Using Lambda with self-managed Apache Kafka".
pub(super) static KAFKA: Shape = Shape::Object(&[
    need("eventSource", Shape::Word(&["SelfManagedKafka"])),
    need("bootstrapServers", Shape::Text),
    need("records", TOPICS),
]);

const TOPICS: Shape = Shape::Map(&Shape::List(&Shape::Object(KAFKA_RECORD)));

/// With a schema registry it may be the data itself.
const KAFKA_DATA: Shape = Shape::Either(&[BASE64, Shape::Any]);

const KAFKA_RECORD: &[Member] = &[
    need("topic", Shape::Text),
    need("partition", Shape::Number),
    need("offset", Shape::Number),
    need("timestamp", Shape::Number),
    need("timestampType", Shape::Text),
    may("key", KAFKA_DATA),
    may("value", KAFKA_DATA),
    may("headers", Shape::List(&OBJECT)),
    may("keySchemaMetadata", OBJECT),
    may("valueSchemaMetadata", OBJECT),
];

/// AWS Lambda Developer Guide, "Using Lambda with Amazon MQ".
pub(super) static ACTIVE_MQ: Shape = Shape::Object(&[
    need("eventSource", Shape::Word(&["aws:mq"])),
    need("eventSourceArn", ARN),
    need("messages", Shape::List(&Shape::Object(ACTIVE_MQ_MESSAGE))),
]);

const ACTIVE_MQ_MESSAGE: &[Member] = &[
    need("messageID", Shape::Text),
    need("messageType", Shape::Text),
    may("data", BASE64),
    may("timestamp", Shape::Number),
    may("deliveryMode", Shape::Number),
    may("destination", Shape::Object(&[may("physicalName", Shape::Text)])),
    may("redelivered", Shape::Bool),
    may("expiration", Shape::Either(&[Shape::Number, Shape::Text])),
    may("priority", Shape::Number),
    may("brokerInTime", Shape::Number),
    may("brokerOutTime", Shape::Number),
    may("properties", OBJECT),
];

/// The same.
pub(super) static RABBIT_MQ: Shape = Shape::Object(&[
    need("eventSource", Shape::Word(&["aws:rmq"])),
    need("eventSourceArn", ARN),
    need("rmqMessagesByQueue", Shape::Map(&Shape::List(&Shape::Object(RABBIT_MQ_MESSAGE)))),
]);

const RABBIT_MQ_MESSAGE: &[Member] = &[
    need(
        "basicProperties",
        Shape::Object(&[
            may("headers", OBJECT),
            may("deliveryMode", Shape::Number),
            may("priority", Shape::Number),
            may("bodySize", Shape::Number),
        ]),
    ),
    may("redelivered", Shape::Bool),
    need("data", BASE64),
];

/// AWS Lambda Developer Guide, "Using AWS Lambda with Amazon DocumentDB".
pub(super) static DOCUMENTDB: Shape = Shape::Object(&[
    need("eventSource", Shape::Word(&["aws:docdb"])),
    need("eventSourceArn", ARN),
    need(
        "events",
        Shape::List(&Shape::Object(&[need(
            "event",
            Shape::Object(&[
                need("_id", Shape::Any),
                need("operationType", Shape::Text),
                may("clusterTime", OBJECT),
                may("documentKey", OBJECT),
                may("fullDocument", OBJECT),
                may("ns", Shape::Object(&[may("db", Shape::Text), may("coll", Shape::Text)])),
                may("updateDescription", OBJECT),
            ]),
        )])),
    ),
]);

/// Amazon EventBridge User Guide, "Amazon EventBridge Pipes event sources".
pub(super) static PIPES: Shape = Shape::List(&Shape::Choice(
    "eventSource",
    &[
        ("aws:sqs", &Shape::Object(SQS_RECORD)),
        ("aws:kinesis", &Shape::Object(KINESIS_PIPE_RECORD)),
        ("aws:dynamodb", &Shape::Object(DYNAMODB_RECORD)),
        ("aws:kafka", &Shape::Object(KAFKA_PIPE_RECORD)),
        ("SelfManagedKafka", &Shape::Object(KAFKA_PIPE_RECORD)),
        ("aws:amq", &Shape::Object(MQ_PIPE_MESSAGE)),
        ("aws:mq", &Shape::Object(MQ_PIPE_MESSAGE)),
        ("aws:rmq", &Shape::Object(MQ_PIPE_MESSAGE)),
    ],
));

/// A pipe has one source.
const SAME_SOURCE: Shape = Shape::Same(1, &Shape::Text);

const KAFKA_PIPE_RECORD: &[Member] = &[
    need("eventSource", SAME_SOURCE),
    may("eventSourceArn", Shape::Same(0, &ARN)),
    may("eventSourceKey", Shape::Text),
    may("bootstrapServers", Shape::Text),
    need("topic", Shape::Text),
    need("partition", Shape::Number),
    need("offset", Shape::Number),
    may("timestamp", Shape::Either(&[Shape::Number, DIGITS])),
    may("timestampType", Shape::Text),
    may("key", BASE64),
    may("value", BASE64),
    may("headers", Shape::List(&OBJECT)),
];

const MQ_PIPE_MESSAGE: &[Member] = &[
    need("eventSource", SAME_SOURCE),
    may("eventSourceArn", Shape::Same(0, &ARN)),
    may("eventSourceKey", Shape::Text),
    need("data", BASE64),
    may("basicProperties", OBJECT),
    may("messageID", Shape::Text),
    may("redelivered", Shape::Bool),
];
