//! Streams and data transformation.
use crate::envelope::format::Format;
use crate::envelope::shape::{
    ARN, BASE64, DIGITS, INSTANT, LINE, Member, NAME, OBJECT, REGION, Shape, TEXT_MAP, may, need,
};

const URL: Shape = Shape::Of(Format::Url);

/// Amazon CloudWatch Logs User Guide, "Subscription filters with AWS Lambda".
pub(super) static CLOUDWATCH_LOGS: Shape =
    Shape::Object(&[need("awslogs", Shape::Object(&[need("data", Shape::Of(Format::Gzip))]))]);

/// Amazon Data Firehose Developer Guide, "Transform source data". AWS's own samples leave the ARN
/// out, or write something that is none.
pub(super) static FIREHOSE: Shape = Shape::Object(&[
    need("invocationId", NAME),
    may("deliveryStreamArn", NAME),
    may("sourceKinesisStreamArn", ARN),
    may("region", REGION),
    need(
        "records",
        Shape::List(&Shape::Object(&[
            need("recordId", NAME),
            need("data", BASE64),
            may("approximateArrivalTimestamp", INSTANT),
            may("kinesisRecordMetadata", Shape::Object(STREAM_RECORD)),
        ])),
    ),
]);

const STREAM_RECORD: &[Member] = &[
    may("shardId", LINE),
    may("partitionKey", Shape::Text),
    may("sequenceNumber", DIGITS),
    may("subsequenceNumber", Shape::Either(&[Shape::Number, Shape::Text])),
    may("approximateArrivalTimestamp", INSTANT),
];

/// Amazon Kinesis Data Analytics Developer Guide, "Preprocessing data using a Lambda function".
pub(super) static KINESIS_ANALYTICS: Shape = Shape::Object(&[
    need("invocationId", NAME),
    need("applicationArn", ARN),
    may("streamArn", ARN),
    need(
        "records",
        Shape::List(&Shape::Object(&[
            need("recordId", NAME),
            need("data", BASE64),
            may("kinesisStreamRecordMetadata", Shape::Object(STREAM_RECORD)),
            may("kinesisFirehoseRecordMetadata", OBJECT),
        ])),
    ),
]);

/// Amazon S3 User Guide, "Event context format and usage".
pub(super) static S3_OBJECT_LAMBDA: Shape = Shape::Object(&[
    need("xAmzRequestId", NAME),
    may(
        "getObjectContext",
        Shape::Object(&[
            need("inputS3Url", URL),
            need("outputRoute", NAME),
            need("outputToken", NAME),
        ]),
    ),
    may("headObjectContext", Shape::Object(&[need("inputS3Url", URL)])),
    may("listObjectsContext", Shape::Object(&[need("inputS3Url", URL)])),
    may("listObjectsV2Context", Shape::Object(&[need("inputS3Url", URL)])),
    need(
        "configuration",
        Shape::Object(&[
            need("accessPointArn", ARN),
            need("supportingAccessPointArn", ARN),
            may("payload", Shape::Text),
        ]),
    ),
    need("userRequest", Shape::Object(&[need("url", Shape::Text), need("headers", TEXT_MAP)])),
    need(
        "userIdentity",
        Shape::Object(&[
            need("type", NAME),
            may("principalId", Shape::Text),
            may("arn", ARN),
            may("accountId", Shape::Text),
            may("accessKeyId", Shape::Text),
            may("sessionContext", OBJECT),
        ]),
    ),
    may("protocolVersion", NAME),
]);

/// Amazon S3 User Guide, "Invoke AWS Lambda function".
pub(super) static S3_BATCH: Shape = Shape::Object(&[
    need("invocationSchemaVersion", NAME),
    need("invocationId", NAME),
    need("job", Shape::Object(&[need("id", NAME), may("userArguments", TEXT_MAP)])),
    need(
        "tasks",
        Shape::List(&Shape::Object(&[
            need("taskId", NAME),
            need("s3Key", Shape::Text),
            may("s3VersionId", LINE),
            may("s3BucketArn", ARN),
            may("s3Bucket", NAME),
        ])),
    ),
]);
