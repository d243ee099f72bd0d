//! Batches with a top-level `Records` array, and the ends of tumbling windows.
use crate::envelope::format::Format;
use crate::envelope::shape::{
    ARN, BASE64, DIGITS, INSTANT, LINE, Member, NAME, OBJECT, REGION, Shape, TEXTS, TIME, may, need,
};

const HASH: Shape = Shape::Of(Format::Hash);
/// A batch comes from one queue, stream or table.
const SAME_ARN: Shape = Shape::Same(0, &ARN);

/// AWS Lambda Developer Guide, "Using Lambda with Amazon SQS".
pub(super) static SQS: Shape =
    Shape::Object(&[need("Records", Shape::List(&Shape::Object(SQS_RECORD)))]);

pub(super) const SQS_RECORD: &[Member] = &[
    need("messageId", NAME),
    need("receiptHandle", NAME),
    need("body", Shape::Text),
    need(
        "attributes",
        Shape::Object(&[
            need("ApproximateReceiveCount", DIGITS),
            need("SentTimestamp", DIGITS),
            need("SenderId", NAME),
            need("ApproximateFirstReceiveTimestamp", DIGITS),
            may("AWSTraceHeader", LINE),
            may("DeadLetterQueueSourceArn", ARN),
            may("MessageDeduplicationId", NAME),
            may("MessageGroupId", NAME),
            may("SequenceNumber", DIGITS),
        ]),
    ),
    need(
        "messageAttributes",
        Shape::Map(&Shape::Object(&[
            need("dataType", LINE),
            may("stringValue", Shape::Text),
            may("binaryValue", BASE64),
            may("stringListValues", TEXTS),
            // Reserved: always empty.
            may("binaryListValues", TEXTS),
        ])),
    ),
    need("md5OfBody", HASH),
    may("md5OfMessageAttributes", HASH),
    need("eventSource", Shape::Word(&["aws:sqs"])),
    need("eventSourceARN", SAME_ARN),
    need("awsRegion", REGION),
];

/// AWS Lambda Developer Guide, "Using Lambda with Kinesis".
pub(super) static KINESIS: Shape = Shape::Object(&[
    need("Records", Shape::List(&Shape::Object(KINESIS_RECORD))),
    may("window", WINDOW),
    may("state", Shape::Any),
    may("shardId", LINE),
    may("eventSourceARN", ARN),
    may("isFinalInvokeForWindow", Shape::Bool),
    may("isWindowTerminatedEarly", Shape::Bool),
]);

const WINDOW: Shape = Shape::Object(&[need("start", TIME), need("end", TIME)]);

const KINESIS_RECORD: &[Member] = &[
    need(
        "kinesis",
        Shape::Object(&[
            need("kinesisSchemaVersion", NAME),
            need("partitionKey", Shape::Text),
            need("sequenceNumber", DIGITS),
            need("data", BASE64),
            need("approximateArrivalTimestamp", Shape::Number),
            may("encryptionType", NAME),
        ]),
    ),
    need("eventSource", Shape::Word(&["aws:kinesis"])),
    need("eventVersion", NAME),
    need("eventID", NAME),
    need("eventName", Shape::Word(&["aws:kinesis:record"])),
    need("invokeIdentityArn", ARN),
    need("awsRegion", REGION),
    need("eventSourceARN", SAME_ARN),
];

/// A record of Kinesis as a pipe hands it on: without the inner object.
pub(super) const KINESIS_PIPE_RECORD: &[Member] = &[
    need("partitionKey", Shape::Text),
    need("sequenceNumber", DIGITS),
    need("data", BASE64),
    may("kinesisSchemaVersion", NAME),
    may("approximateArrivalTimestamp", INSTANT),
    need("eventSource", Shape::Word(&["aws:kinesis"])),
    may("eventID", NAME),
    may("eventName", NAME),
    may("invokeIdentityArn", ARN),
    may("awsRegion", REGION),
    need("eventSourceARN", SAME_ARN),
];

/// AWS Lambda Developer Guide, "Using AWS Lambda with Amazon DynamoDB".
pub(super) static DYNAMODB: Shape = Shape::Object(&[
    need("Records", Shape::List(&Shape::Object(DYNAMODB_RECORD))),
    may("window", WINDOW),
    may("state", Shape::Any),
    may("shardId", LINE),
    may("eventSourceARN", ARN),
    may("isFinalInvokeForWindow", Shape::Bool),
    may("isWindowTerminatedEarly", Shape::Bool),
]);

pub(super) const DYNAMODB_RECORD: &[Member] = &[
    need("eventID", NAME),
    need("eventName", Shape::Word(&["INSERT", "MODIFY", "REMOVE"])),
    need("eventVersion", NAME),
    need("eventSource", Shape::Word(&["aws:dynamodb"])),
    need("awsRegion", REGION),
    need(
        "dynamodb",
        Shape::Object(&[
            may("ApproximateCreationDateTime", Shape::Number),
            may("Keys", IMAGE),
            may("NewImage", IMAGE),
            may("OldImage", IMAGE),
            need("SequenceNumber", DIGITS),
            need("SizeBytes", Shape::Number),
            need(
                "StreamViewType",
                Shape::Word(&["KEYS_ONLY", "NEW_IMAGE", "OLD_IMAGE", "NEW_AND_OLD_IMAGES"]),
            ),
        ]),
    ),
    need("eventSourceARN", SAME_ARN),
    may("userIdentity", Shape::Object(&[may("type", NAME), may("principalId", NAME)])),
];

/// Amazon DynamoDB API Reference, `AttributeValue`; what stands in maps and lists is content.
const IMAGE: Shape = Shape::Map(&Shape::Object(&[
    may("S", Shape::Text),
    may("N", NAME),
    may("B", BASE64),
    may("SS", TEXTS),
    may("NS", Shape::List(&NAME)),
    may("BS", Shape::List(&BASE64)),
    may("M", Shape::Map(&OBJECT)),
    may("L", Shape::List(&OBJECT)),
    may("NULL", Shape::Bool),
    may("BOOL", Shape::Bool),
]));

/// AWS Lambda Developer Guide, "Invoking Lambda functions with Amazon SNS notifications". The URLs
/// are spelled in two ways.
pub(super) static SNS: Shape = Shape::Object(&[need(
    "Records",
    Shape::List(&Shape::Object(&[
        need("EventSource", Shape::Word(&["aws:sns"])),
        need("EventVersion", NAME),
        need("EventSubscriptionArn", ARN),
        need(
            "Sns",
            Shape::Object(&[
                need("Type", Shape::Word(&["Notification"])),
                need("MessageId", NAME),
                need("TopicArn", ARN),
                need("Message", Shape::Text),
                need("Timestamp", TIME),
                may("Subject", Shape::Text),
                may("SignatureVersion", NAME),
                may("Signature", NAME),
                may("SigningCertUrl", NAME),
                may("SigningCertURL", NAME),
                may("UnsubscribeUrl", NAME),
                may("UnsubscribeURL", NAME),
                may(
                    "MessageAttributes",
                    Shape::Map(&Shape::Object(&[need("Type", LINE), need("Value", Shape::Text)])),
                ),
            ]),
        ),
    ])),
)]);

/// Amazon S3 User Guide, "Event message structure".
pub(super) static S3: Shape = Shape::Object(&[need(
    "Records",
    Shape::List(&Shape::Object(&[
        need("eventVersion", NAME),
        need("eventSource", Shape::Word(&["aws:s3"])),
        need("awsRegion", REGION),
        need("eventTime", TIME),
        need("eventName", NAME),
        may("userIdentity", Shape::Object(&[may("principalId", LINE)])),
        may("requestParameters", Shape::Object(&[may("sourceIPAddress", LINE)])),
        may("responseElements", OBJECT),
        need(
            "s3",
            Shape::Object(&[
                may("s3SchemaVersion", NAME),
                may("configurationId", Shape::Text),
                need(
                    "bucket",
                    Shape::Object(&[
                        need("name", NAME),
                        need("arn", ARN),
                        may("ownerIdentity", Shape::Object(&[may("principalId", LINE)])),
                    ]),
                ),
                need(
                    "object",
                    Shape::Object(&[
                        need("key", Shape::Text),
                        may("size", Shape::Number),
                        may("eTag", LINE),
                        may("versionId", LINE),
                        may("sequencer", LINE),
                    ]),
                ),
            ]),
        ),
    ])),
)]);

/// Amazon SES Developer Guide, "Contents of notifications for Amazon SES email receiving".
pub(super) static SES: Shape = Shape::Object(&[need(
    "Records",
    Shape::List(&Shape::Object(&[
        need("eventSource", Shape::Word(&["aws:ses"])),
        need("eventVersion", NAME),
        need(
            "ses",
            Shape::Object(&[
                need(
                    "mail",
                    Shape::Object(&[
                        need("timestamp", TIME),
                        need("messageId", NAME),
                        need("source", Shape::Text),
                        need("destination", TEXTS),
                        may("headersTruncated", Shape::Bool),
                        may(
                            "headers",
                            Shape::List(&Shape::Object(&[
                                need("name", Shape::Text),
                                need("value", Shape::Text),
                            ])),
                        ),
                        may("commonHeaders", OBJECT),
                    ]),
                ),
                need(
                    "receipt",
                    Shape::Object(&[
                        need("timestamp", TIME),
                        need("recipients", TEXTS),
                        need(
                            "action",
                            Shape::Object(&[
                                need("type", NAME),
                                may("functionArn", ARN),
                                may("topicArn", ARN),
                                may("invocationType", NAME),
                            ]),
                        ),
                        may("processingTimeMillis", Shape::Number),
                        may("spamVerdict", VERDICT),
                        may("virusVerdict", VERDICT),
                        may("spfVerdict", VERDICT),
                        may("dkimVerdict", VERDICT),
                        may("dmarcVerdict", VERDICT),
                        may("dmarcPolicy", NAME),
                    ]),
                ),
            ]),
        ),
    ])),
)]);

const VERDICT: Shape = Shape::Object(&[need("status", NAME)]);

/// AWS CodeCommit User Guide, "Example: Create a trigger for an AWS Lambda function".
pub(super) static CODECOMMIT: Shape = Shape::Object(&[need(
    "Records",
    Shape::List(&Shape::Object(&[
        need("eventId", NAME),
        need("eventVersion", NAME),
        need("eventTime", TIME),
        need("eventName", NAME),
        need("eventSource", Shape::Word(&["aws:codecommit"])),
        need("eventSourceARN", SAME_ARN),
        need("userIdentityARN", ARN),
        need("awsRegion", REGION),
        need(
            "codecommit",
            Shape::Object(&[need(
                "references",
                Shape::List(&Shape::Object(&[need("ref", LINE), may("commit", NAME)])),
            )]),
        ),
        may("eventPartNumber", Shape::Number),
        may("eventTotalParts", Shape::Number),
        may("eventTriggerConfigId", NAME),
        may("eventTriggerName", LINE),
        may("customData", Shape::Text),
    ])),
)]);

/// Amazon CloudFront Developer Guide, "Lambda@Edge event structure". AWS's own samples leave much
/// of it out.
pub(super) static CLOUDFRONT: Shape = Shape::Object(&[need(
    "Records",
    Shape::List(&Shape::Object(&[need(
        "cf",
        Shape::Object(&[
            need(
                "config",
                Shape::Object(&[
                    need("distributionId", NAME),
                    may("distributionDomainName", NAME),
                    may("eventType", NAME),
                    may("requestId", LINE),
                ]),
            ),
            may(
                "request",
                Shape::Object(&[
                    need("method", Shape::Of(Format::Method)),
                    need("uri", Shape::Text),
                    need("headers", HEADERS),
                    may("clientIp", Shape::Of(Format::Address)),
                    may("querystring", Shape::Text),
                    may("body", Shape::Object(&[may("data", Shape::Text), may("encoding", NAME)])),
                ]),
            ),
            may(
                "response",
                Shape::Object(&[
                    need("status", DIGITS),
                    may("statusDescription", Shape::Text),
                    need("headers", HEADERS),
                ]),
            ),
        ]),
    )])),
)]);

const HEADERS: Shape = Shape::Map(&Shape::List(&Shape::Object(&[
    may("key", Shape::Text),
    need("value", Shape::Text),
])));
