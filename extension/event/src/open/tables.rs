//! What each trigger's events hold, as tables; one file a family.
mod bots;
mod callbacks;
mod records;
mod streams;

use super::content::Part;
use super::shape::{Holds, Members, Shape};
use crate::trigger::Trigger;
pub(super) use records::RECORD;

/// The table of a trigger whose events are objects with known members. `None` for those that are
/// opened in another way: HTTP requests, pipes and direct events.
pub(super) fn of(trigger: Trigger) -> Option<Shape> {
    Some(match trigger {
        Trigger::Sqs
        | Trigger::Sns
        | Trigger::S3
        | Trigger::Kinesis
        | Trigger::DynamoDb
        | Trigger::Ses
        | Trigger::CodeCommit
        | Trigger::CloudFront => RECORDS,
        Trigger::Msk | Trigger::Kafka => streams::KAFKA,
        Trigger::ActiveMq => streams::ACTIVE_MQ,
        Trigger::RabbitMq => streams::RABBIT_MQ,
        Trigger::DocumentDb => streams::DOCUMENT_DB,
        Trigger::Firehose | Trigger::KinesisAnalytics => streams::FIREHOSE,
        Trigger::CloudWatchLogs => streams::LOGS_EVENT,
        Trigger::EventBridge | Trigger::Scheduler => EVENT,
        Trigger::CloudWatchAlarm => callbacks::ALARM,
        Trigger::S3ObjectLambda => callbacks::OBJECT_LAMBDA,
        Trigger::S3Batch => callbacks::S3_BATCH,
        Trigger::CognitoUserPool => callbacks::USER_POOL,
        Trigger::CognitoSync => callbacks::SYNC,
        Trigger::CustomResource => callbacks::CUSTOM_RESOURCE,
        Trigger::ConfigRule => callbacks::CONFIG_RULE,
        Trigger::CodePipeline => callbacks::CODE_PIPELINE,
        Trigger::CodeDeploy => callbacks::CODE_DEPLOY,
        Trigger::SecretsRotation => callbacks::ROTATION,
        Trigger::ClientVpn => callbacks::CLIENT_VPN,
        Trigger::Durable => callbacks::DURABLE,
        Trigger::LambdaDestination => DESTINATION,
        Trigger::AuthorizerToken => callbacks::AUTHORIZER_TOKEN,
        Trigger::IotAuthorizer => callbacks::IOT_AUTHORIZER,
        Trigger::IotButton => callbacks::IOT_BUTTON,
        Trigger::Lex => bots::LEX,
        Trigger::LexV1 => bots::LEX_V1,
        Trigger::Connect => bots::CONNECT,
        Trigger::BedrockAgent => bots::BEDROCK_AGENT,
        Trigger::Alexa => bots::ALEXA,
        Trigger::AppSync => bots::APP_SYNC,
        Trigger::AppSyncTemplate => bots::APP_SYNC_TEMPLATE,
        Trigger::AppSyncAuthorizer => bots::APP_SYNC_AUTHORIZER,
        Trigger::ApiGatewayV1
        | Trigger::ApiGatewayV2
        | Trigger::FunctionUrl
        | Trigger::Alb
        | Trigger::LatticeV1
        | Trigger::LatticeV2
        | Trigger::WebSocket
        | Trigger::AuthorizerRequest
        | Trigger::AuthorizerRequestV2
        | Trigger::Pipes
        | Trigger::StepFunctions
        | Trigger::Direct => return None,
    })
}

/// The envelopes that only come in payloads: an SNS notification in a queue, a table's change and
/// CloudWatch Logs in a stream.
pub(super) const NOTE: Shape = &[records::NOTE_MEMBERS];
pub(super) const CHANGE: Shape = &[records::CHANGE_MEMBERS, records::SOURCE];
pub(super) const LOGS: Shape = &[streams::LOGS_MEMBERS];

pub(super) const RECORDS: Shape = &[RECORDS_MEMBERS, streams::WINDOW_MEMBERS];
const RECORDS_MEMBERS: Members = &[("Records", Holds::Items(RECORD))];

/// An event on a bus (Amazon EventBridge User Guide, "Event structure"). Who may put events may
/// choose type, source and resources.
pub(super) const EVENT: Shape = &[EVENT_MEMBERS];
const EVENT_MEMBERS: Members = &[
    ("detail", Holds::Payload(Part::Detail)),
    ("detail-type", Holds::Text(Part::Attribute)),
    ("source", Holds::Text(Part::Attribute)),
    ("resources", Holds::Json(Part::Attribute)),
    ("version", Holds::Service),
    ("id", Holds::Service),
    ("account", Holds::Service),
    ("time", Holds::Service),
    ("region", Holds::Service),
    ("replay-name", Holds::Service),
];

/// What a function was called with and what it answered (AWS Lambda Developer Guide, "Capturing
/// records of Lambda asynchronous invocations").
pub(super) const DESTINATION: Shape = &[DESTINATION_MEMBERS];
const DESTINATION_MEMBERS: Members = &[
    ("requestPayload", Holds::Payload(Part::Input)),
    ("responsePayload", Holds::Payload(Part::Response)),
    ("version", Holds::Service),
    ("timestamp", Holds::Service),
    ("requestContext", Holds::Service),
    ("responseContext", Holds::Service),
];
