//! Records of lists: SQS, SNS, S3, Kinesis, DynamoDB, SES, CodeCommit, `CloudFront`.
use crate::open::content::Part;
use crate::open::shape::{Holds, Members, Shape};

/// A record of any service: no two use a member differently.
pub(in crate::open) const RECORD: Shape = &[
    SQS,
    SOURCE,
    CHANGE_MEMBERS,
    OTHERS,
    super::streams::KINESIS_DATA,
    super::streams::KAFKA_MEMBERS,
    super::streams::ACTIVE_MQ_MEMBERS,
    super::streams::RABBIT_MQ_MEMBERS,
];

/// AWS Lambda Developer Guide, "Using Lambda with Amazon SQS".
const SQS: Members = &[
    ("messageId", Holds::Service),
    ("receiptHandle", Holds::Service),
    ("body", Holds::Payload(Part::Message)),
    ("attributes", Holds::Object(&[SQS_ATTRIBUTES])),
    ("messageAttributes", Holds::Attributes),
    ("md5OfBody", Holds::Service),
    ("md5OfMessageAttributes", Holds::Service),
];

/// The group and the deduplication id are the sender's words, and so may the trace be.
const SQS_ATTRIBUTES: Members = &[
    ("ApproximateReceiveCount", Holds::Service),
    ("SentTimestamp", Holds::Service),
    ("SenderId", Holds::Service),
    ("ApproximateFirstReceiveTimestamp", Holds::Service),
    ("SequenceNumber", Holds::Service),
    ("DeadLetterQueueSourceArn", Holds::Service),
    ("MessageGroupId", Holds::Text(Part::Attribute)),
    ("MessageDeduplicationId", Holds::Text(Part::Attribute)),
    ("AWSTraceHeader", Holds::Text(Part::Attribute)),
];

/// Where a record comes from; most services write most of these.
pub(in crate::open) const SOURCE: Members = &[
    ("eventSource", Holds::Service),
    ("eventSourceARN", Holds::Service),
    ("eventSourceArn", Holds::Service),
    ("awsRegion", Holds::Service),
    ("eventID", Holds::Service),
    ("eventName", Holds::Service),
    ("eventVersion", Holds::Service),
    ("eventTime", Holds::Service),
    ("invokeIdentityArn", Holds::Service),
    ("userIdentity", Holds::Service),
];

/// A change of a table, also as a Kinesis stream carries it (Amazon DynamoDB Developer Guide,
/// "Change data capture for Kinesis Data Streams").
pub(in crate::open) const CHANGE_MEMBERS: Members = &[
    ("dynamodb", Holds::Object(&[DYNAMO_DB])),
    ("recordFormat", Holds::Service),
    ("tableName", Holds::Service),
];
const DYNAMO_DB: Members = &[
    ("Keys", Holds::Item(Part::Key)),
    ("NewImage", Holds::Item(Part::NewImage)),
    ("OldImage", Holds::Item(Part::OldImage)),
    ("ApproximateCreationDateTime", Holds::Service),
    ("ApproximateCreationDateTimePrecision", Holds::Service),
    ("SequenceNumber", Holds::Service),
    ("SizeBytes", Holds::Service),
    ("StreamViewType", Holds::Service),
];

const OTHERS: Members = &[
    // Amazon S3 User Guide, "Event message structure".
    ("s3", Holds::Object(&[S3])),
    ("requestParameters", Holds::Service),
    ("responseElements", Holds::Service),
    ("glacierEventData", Holds::Service),
    ("restoreEventData", Holds::Service),
    ("replicationEventData", Holds::Service),
    ("lifecycleEventData", Holds::Service),
    ("intelligentTieringEventData", Holds::Service),
    // AWS Lambda Developer Guide, "Invoking Lambda functions with Amazon SNS notifications".
    ("Sns", Holds::Object(&[NOTE_MEMBERS])),
    ("EventSource", Holds::Service),
    ("EventVersion", Holds::Service),
    ("EventSubscriptionArn", Holds::Service),
    // AWS Lambda Developer Guide, "Using Lambda with Kinesis".
    ("kinesis", Holds::Object(&[super::streams::KINESIS_DATA])),
    // Amazon SES Developer Guide, "Contents of notifications".
    ("ses", Holds::Object(&[SES])),
    // AWS CodeCommit User Guide, "Event structure".
    ("codecommit", Holds::Json(Part::Detail)),
    ("customData", Holds::Text(Part::Attribute)),
    ("eventId", Holds::Service),
    ("eventPartNumber", Holds::Service),
    ("eventTotalParts", Holds::Service),
    ("eventTriggerConfigId", Holds::Service),
    ("eventTriggerName", Holds::Service),
    ("userIdentityARN", Holds::Service),
    // Amazon CloudFront Developer Guide, "Lambda@Edge event structure".
    ("cf", Holds::Object(&[CLOUD_FRONT])),
];

const S3: Members = &[
    ("s3SchemaVersion", Holds::Service),
    ("configurationId", Holds::Service),
    ("bucket", Holds::Service),
    ("object", Holds::Object(&[S3_OBJECT])),
];
const S3_OBJECT: Members = &[
    ("key", Holds::Url(Part::Key)),
    ("size", Holds::Service),
    ("eTag", Holds::Service),
    ("versionId", Holds::Service),
    ("sequencer", Holds::Service),
];

/// A notification of SNS, in a record or as the text of a queue's message.
pub(in crate::open) const NOTE_MEMBERS: Members = &[
    ("Message", Holds::Payload(Part::Message)),
    ("MessageAttributes", Holds::Attributes),
    ("Subject", Holds::Text(Part::Attribute)),
    ("Type", Holds::Service),
    ("MessageId", Holds::Service),
    ("TopicArn", Holds::Service),
    ("Timestamp", Holds::Service),
    ("SequenceNumber", Holds::Service),
    ("SignatureVersion", Holds::Service),
    ("Signature", Holds::Service),
    ("SigningCertUrl", Holds::Service),
    ("SigningCertURL", Holds::Service),
    ("UnsubscribeUrl", Holds::Service),
    ("UnsubscribeURL", Holds::Service),
];

const SES: Members = &[
    ("mail", Holds::Object(&[SES_MAIL])),
    ("receipt", Holds::Object(&[SES_RECEIPT])),
    ("content", Holds::Payload(Part::Message)),
];
const SES_MAIL: Members = &[
    ("headers", Holds::Pairs(Part::Header)),
    ("commonHeaders", Holds::Json(Part::Attribute)),
    ("source", Holds::Text(Part::Attribute)),
    ("destination", Holds::Json(Part::Attribute)),
    ("timestamp", Holds::Service),
    ("messageId", Holds::Service),
    ("headersTruncated", Holds::Service),
];
const SES_RECEIPT: Members = &[
    ("recipients", Holds::Json(Part::Attribute)),
    ("timestamp", Holds::Service),
    ("processingTimeMillis", Holds::Service),
    ("spamVerdict", Holds::Service),
    ("virusVerdict", Holds::Service),
    ("spfVerdict", Holds::Service),
    ("dkimVerdict", Holds::Service),
    ("dmarcVerdict", Holds::Service),
    ("dmarcPolicy", Holds::Service),
    ("action", Holds::Service),
];

const CLOUD_FRONT: Members = &[
    ("config", Holds::Service),
    ("request", Holds::Object(&[CLOUD_FRONT_REQUEST])),
    ("response", Holds::Json(Part::Response)),
];
const CLOUD_FRONT_REQUEST: Members = &[
    ("method", Holds::Text(Part::Method)),
    ("uri", Holds::Text(Part::Path)),
    ("querystring", Holds::Text(Part::Query)),
    ("headers", Holds::PairLists(Part::Header)),
    ("body", Holds::Object(&[CLOUD_FRONT_BODY])),
    ("clientIp", Holds::Service),
    ("origin", Holds::Service),
];
const CLOUD_FRONT_BODY: Members = &[
    ("data", Holds::Base64(Part::Body)),
    ("action", Holds::Service),
    ("encoding", Holds::Service),
    ("inputTruncated", Holds::Service),
];
