//! The kinds of source an event can come from.
use std::fmt;
use std::str::FromStr;

/// Writes the triggers and their names once.
macro_rules! triggers {
    ($($(#[$doc:meta])* $variant:ident $name:literal,)*) => {
        /// The kind of source an event came from, told by its shape. A shape proves nothing about
        /// the sender: whoever may invoke the function can write any of them.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum Trigger {
            $($(#[$doc])* $variant,)*
        }

        impl Trigger {
            /// Every trigger.
            pub const ALL: [Self; [$($name),*].len()] = [$(Self::$variant),*];

            /// Its name in policies, records and output.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)*
                }
            }
        }
    };
}

triggers! {
    /// API Gateway REST API, or HTTP API with payload format 1.0.
    ApiGatewayV1 "api-gateway-v1",
    /// API Gateway HTTP API with payload format 2.0.
    ApiGatewayV2 "api-gateway-v2",
    /// Lambda function URL.
    FunctionUrl "function-url",
    /// Application Load Balancer.
    Alb "alb",
    /// VPC Lattice with event structure version 1.
    LatticeV1 "lattice-v1",
    /// VPC Lattice with event structure version 2.
    LatticeV2 "lattice-v2",
    /// API Gateway WebSocket API.
    WebSocket "websocket",
    /// API Gateway Lambda authorizer of type TOKEN.
    AuthorizerToken "authorizer-token",
    /// API Gateway Lambda authorizer of type REQUEST, of a REST or WebSocket API, or of an HTTP
    /// API with payload format 1.0.
    AuthorizerRequest "authorizer-request",
    /// Lambda authorizer of an HTTP API with payload format 2.0.
    AuthorizerRequestV2 "authorizer-request-v2",
    /// SQS event source mapping, standard or FIFO.
    Sqs "sqs",
    /// Kinesis event source mapping.
    Kinesis "kinesis",
    /// DynamoDB stream event source mapping.
    DynamoDb "dynamodb",
    /// Event source mapping of Amazon Managed Streaming for Apache Kafka.
    Msk "msk",
    /// Event source mapping of a self-managed Kafka cluster.
    Kafka "kafka",
    /// Event source mapping of an Amazon MQ broker for Apache ActiveMQ.
    ActiveMq "active-mq",
    /// Event source mapping of an Amazon MQ broker for RabbitMQ.
    RabbitMq "rabbit-mq",
    /// Event source mapping of a DocumentDB change stream.
    DocumentDb "documentdb",
    /// EventBridge pipe: an array of records of its source.
    Pipes "pipes",
    /// SNS subscription.
    Sns "sns",
    /// S3 event notification.
    S3 "s3",
    /// SES receipt rule.
    Ses "ses",
    /// CodeCommit repository trigger.
    CodeCommit "codecommit",
    /// CloudFront (Lambda@Edge), where extensions do not run today.
    CloudFront "cloudfront",
    /// EventBridge rule on a bus or a schedule.
    EventBridge "eventbridge",
    /// EventBridge Scheduler with its default payload.
    Scheduler "scheduler",
    /// CloudWatch alarm action.
    CloudWatchAlarm "cloudwatch-alarm",
    /// CloudWatch Logs subscription filter.
    CloudWatchLogs "cloudwatch-logs",
    /// Data Firehose transformation.
    Firehose "firehose",
    /// Kinesis Data Analytics preprocessing.
    KinesisAnalytics "kinesis-analytics",
    /// S3 Object Lambda.
    S3ObjectLambda "s3-object-lambda",
    /// S3 Batch Operations.
    S3Batch "s3-batch",
    /// Cognito user pool trigger.
    CognitoUserPool "cognito-user-pool",
    /// Cognito Sync event.
    CognitoSync "cognito-sync",
    /// CloudFormation custom resource.
    CustomResource "custom-resource",
    /// AWS Config custom rule.
    ConfigRule "config-rule",
    /// CodePipeline invoke action.
    CodePipeline "codepipeline",
    /// CodeDeploy lifecycle hook.
    CodeDeploy "codedeploy",
    /// Secrets Manager rotation.
    SecretsRotation "secrets-rotation",
    /// Lex V2 code hook.
    Lex "lex",
    /// Lex V1 code hook.
    LexV1 "lex-v1",
    /// Amazon Connect flow.
    Connect "connect",
    /// Action group of an agent for Amazon Bedrock.
    BedrockAgent "bedrock-agent",
    /// AppSync direct Lambda resolver.
    AppSync "appsync",
    /// AppSync resolver with a request mapping template.
    AppSyncTemplate "appsync-template",
    /// AppSync Lambda authorizer.
    AppSyncAuthorizer "appsync-authorizer",
    /// AWS IoT Core custom authorizer.
    IotAuthorizer "iot-authorizer",
    /// AWS IoT button, or AWS IoT 1-Click device.
    IotButton "iot-button",
    /// Alexa custom skill.
    Alexa "alexa",
    /// Client VPN connection handler.
    ClientVpn "client-vpn",
    /// Step Functions task whose input carries the context object.
    StepFunctions "step-functions",
    /// Durable execution of a Lambda function.
    Durable "durable",
    /// Destination of another function's asynchronous invocations.
    LambdaDestination "lambda-destination",
    /// Everything else: direct invocations, IoT rules, and shapes that are not known.
    Direct "direct",
}

/// A name that no trigger has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnknownTrigger;

impl Trigger {
    /// Whether an HTTP front end waits for a response object with a status.
    pub const fn is_http(self) -> bool {
        matches!(
            self,
            Self::ApiGatewayV1
                | Self::ApiGatewayV2
                | Self::FunctionUrl
                | Self::Alb
                | Self::LatticeV1
                | Self::LatticeV2
        )
    }

    /// Whether its front end can be set to stream responses: function URLs with
    /// `RESPONSE_STREAM`, REST APIs with `responseTransferMode: STREAM`.
    pub const fn can_stream(self) -> bool {
        matches!(self, Self::ApiGatewayV1 | Self::FunctionUrl)
    }

    /// Whether it asks the function to decide about a request, so that a plain answer means yes.
    pub const fn is_authorizer(self) -> bool {
        matches!(
            self,
            Self::AuthorizerToken
                | Self::AuthorizerRequest
                | Self::AuthorizerRequestV2
                | Self::AppSyncAuthorizer
                | Self::IotAuthorizer
                | Self::ClientVpn
        )
    }

    /// Whether its events carry a list of records, each of them an item.
    pub const fn is_batch(self) -> bool {
        matches!(
            self,
            Self::Sns
                | Self::S3
                | Self::Ses
                | Self::CodeCommit
                | Self::CloudFront
                | Self::Firehose
                | Self::KinesisAnalytics
                | Self::S3Batch
        ) || self.is_polled()
    }

    /// Whether a poller (an event source mapping or a pipe) takes the batch from a queue or stream
    /// and gives it again when the function fails.
    pub const fn is_polled(self) -> bool {
        matches!(
            self,
            Self::Sqs
                | Self::Kinesis
                | Self::DynamoDb
                | Self::Msk
                | Self::Kafka
                | Self::ActiveMq
                | Self::RabbitMq
                | Self::DocumentDb
                | Self::Pipes
        )
    }

    /// Whether its records come from a shard or partition, in whose order they must go on.
    pub const fn is_stream(self) -> bool {
        matches!(self, Self::Kinesis | Self::DynamoDb | Self::Msk | Self::Kafka | Self::DocumentDb)
    }

    /// Whether Lambda queues the event and nobody waits for the answer: the service invokes with
    /// `Event`, and a function error is tried again and then goes to the function's destination or
    /// dead-letter queue. `direct` can be invoked either way and is not counted.
    pub const fn is_async(self) -> bool {
        matches!(
            self,
            Self::Sns
                | Self::S3
                | Self::Ses
                | Self::CodeCommit
                | Self::EventBridge
                | Self::Scheduler
                | Self::CloudWatchAlarm
                | Self::CloudWatchLogs
                | Self::CustomResource
                | Self::ConfigRule
                | Self::CodePipeline
                | Self::IotButton
                | Self::LambdaDestination
        )
    }

    /// Whether its events can name the resource they come from by an ARN.
    pub const fn names_arn(self) -> bool {
        let (arn, _, _) = self.names();
        arn
    }

    /// Whether its events can name the account of that resource.
    pub const fn names_account(self) -> bool {
        let (_, account, _) = self.names();
        account
    }

    /// Whether its events can name the region of that resource.
    pub const fn names_region(self) -> bool {
        let (_, _, region) = self.names();
        region
    }

    /// Whether its events can name an ARN, an account, a region.
    const fn names(self) -> (bool, bool, bool) {
        match self {
            Self::FunctionUrl | Self::Ses => (false, true, true),
            Self::S3 => (true, false, true),
            Self::S3Batch => (true, false, false),
            Self::CognitoUserPool | Self::CognitoSync => (false, false, true),
            Self::CloudWatchLogs | Self::CodePipeline | Self::AppSyncAuthorizer => {
                (false, true, false)
            }
            Self::Alexa
            | Self::AppSync
            | Self::AppSyncTemplate
            | Self::BedrockAgent
            | Self::ClientVpn
            | Self::CloudFront
            | Self::CodeDeploy
            | Self::Direct
            | Self::IotAuthorizer
            | Self::IotButton
            | Self::Kafka
            | Self::LatticeV1
            | Self::Lex
            | Self::LexV1 => (false, false, false),
            _ => (true, true, true),
        }
    }
}

impl fmt::Display for Trigger {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Trigger {
    type Err = UnknownTrigger;

    fn from_str(name: &str) -> Result<Self, UnknownTrigger> {
        Self::ALL.into_iter().find(|trigger| trigger.as_str() == name).ok_or(UnknownTrigger)
    }
}

impl fmt::Display for UnknownTrigger {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("unknown trigger")
    }
}

impl std::error::Error for UnknownTrigger {}

impl serde::Serialize for Trigger {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}
