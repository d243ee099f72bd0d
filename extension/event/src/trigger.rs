//! The kinds of source an event can come from.
use std::fmt;
use std::str::FromStr;

/// The kind of source an event came from, told by its shape. A shape proves nothing about the
/// sender: whoever may invoke the function can write any of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Trigger {
    /// API Gateway REST API, or HTTP API with payload format 1.0.
    ApiGatewayV1,
    /// API Gateway HTTP API with payload format 2.0.
    ApiGatewayV2,
    /// Lambda function URL.
    FunctionUrl,
    /// Application Load Balancer.
    Alb,
    /// SQS event source mapping, standard or FIFO.
    Sqs,
    /// SNS subscription.
    Sns,
    /// S3 event notification.
    S3,
    /// EventBridge rule on a bus or a schedule.
    EventBridge,
    /// Everything else: direct invocations and shapes that are not known.
    Direct,
}

/// A name that no trigger has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnknownTrigger;

impl Trigger {
    /// Every trigger.
    pub const ALL: [Self; 9] = [
        Self::ApiGatewayV1,
        Self::ApiGatewayV2,
        Self::FunctionUrl,
        Self::Alb,
        Self::Sqs,
        Self::Sns,
        Self::S3,
        Self::EventBridge,
        Self::Direct,
    ];

    /// Its name in policies, records and output.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ApiGatewayV1 => "api-gateway-v1",
            Self::ApiGatewayV2 => "api-gateway-v2",
            Self::FunctionUrl => "function-url",
            Self::Alb => "alb",
            Self::Sqs => "sqs",
            Self::Sns => "sns",
            Self::S3 => "s3",
            Self::EventBridge => "eventbridge",
            Self::Direct => "direct",
        }
    }

    /// Whether an HTTP front end waits for a response object with a status.
    pub const fn is_http(self) -> bool {
        matches!(self, Self::ApiGatewayV1 | Self::ApiGatewayV2 | Self::FunctionUrl | Self::Alb)
    }

    /// Whether its front end can be set to stream responses: function URLs with
    /// `RESPONSE_STREAM`, REST APIs with `responseTransferMode: STREAM`.
    pub const fn can_stream(self) -> bool {
        matches!(self, Self::ApiGatewayV1 | Self::FunctionUrl)
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
