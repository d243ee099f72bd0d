//! The envelope of each trigger: one file for each family.
mod bus;
mod callback;
mod http;
mod pollers;
mod records;
mod streams;

use super::shape::Shape;
use crate::trigger::Trigger;

/// The envelope of a trigger's events; none where anything may come.
pub(super) fn of(trigger: Trigger) -> Option<&'static Shape> {
    Some(match trigger {
        Trigger::ApiGatewayV1 => &http::API_GATEWAY_V1,
        Trigger::ApiGatewayV2 | Trigger::FunctionUrl => &http::API_GATEWAY_V2,
        Trigger::Alb => &http::ALB,
        Trigger::LatticeV1 => &http::LATTICE_V1,
        Trigger::LatticeV2 => &http::LATTICE_V2,
        Trigger::WebSocket => &http::WEBSOCKET,
        Trigger::AuthorizerToken => &http::AUTHORIZER_TOKEN,
        Trigger::AuthorizerRequest => &http::AUTHORIZER_REQUEST,
        Trigger::AuthorizerRequestV2 => &http::AUTHORIZER_REQUEST_V2,
        Trigger::Sqs => &records::SQS,
        Trigger::Kinesis => &records::KINESIS,
        Trigger::DynamoDb => &records::DYNAMODB,
        Trigger::Sns => &records::SNS,
        Trigger::S3 => &records::S3,
        Trigger::Ses => &records::SES,
        Trigger::CodeCommit => &records::CODECOMMIT,
        Trigger::CloudFront => &records::CLOUDFRONT,
        Trigger::Msk => &pollers::MSK,
        Trigger::Kafka => &pollers::KAFKA,
        Trigger::ActiveMq => &pollers::ACTIVE_MQ,
        Trigger::RabbitMq => &pollers::RABBIT_MQ,
        Trigger::DocumentDb => &pollers::DOCUMENTDB,
        Trigger::Pipes => &pollers::PIPES,
        Trigger::EventBridge | Trigger::Scheduler => &bus::EVENT,
        Trigger::CloudWatchAlarm => &bus::ALARM,
        Trigger::CloudWatchLogs => &streams::CLOUDWATCH_LOGS,
        Trigger::Firehose => &streams::FIREHOSE,
        Trigger::KinesisAnalytics => &streams::KINESIS_ANALYTICS,
        Trigger::S3ObjectLambda => &streams::S3_OBJECT_LAMBDA,
        Trigger::S3Batch => &streams::S3_BATCH,
        Trigger::CognitoUserPool => &callback::COGNITO_USER_POOL,
        Trigger::CognitoSync => &callback::COGNITO_SYNC,
        Trigger::CustomResource => &callback::CUSTOM_RESOURCE,
        Trigger::ConfigRule => &callback::CONFIG_RULE,
        Trigger::CodePipeline => &callback::CODEPIPELINE,
        Trigger::CodeDeploy => &callback::CODEDEPLOY,
        Trigger::SecretsRotation => &callback::SECRETS_ROTATION,
        Trigger::Lex => &callback::LEX,
        Trigger::LexV1 => &callback::LEX_V1,
        Trigger::Connect => &callback::CONNECT,
        Trigger::BedrockAgent => &callback::BEDROCK_AGENT,
        Trigger::AppSync => &callback::APPSYNC,
        Trigger::AppSyncTemplate => &callback::APPSYNC_TEMPLATE,
        Trigger::AppSyncAuthorizer => &callback::APPSYNC_AUTHORIZER,
        Trigger::IotAuthorizer => &callback::IOT_AUTHORIZER,
        Trigger::IotButton => &callback::IOT_BUTTON,
        Trigger::Alexa => &callback::ALEXA,
        Trigger::ClientVpn => &callback::CLIENT_VPN,
        Trigger::StepFunctions => &callback::STEP_FUNCTIONS,
        Trigger::Durable => &callback::DURABLE,
        Trigger::LambdaDestination => &callback::LAMBDA_DESTINATION,
        Trigger::Direct => return None,
    })
}
