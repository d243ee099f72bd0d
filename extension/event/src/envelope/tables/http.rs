//! HTTP front ends, WebSocket APIs and authorizers.
use crate::envelope::format::Format;
use crate::envelope::shape::{
    ARN, DIGITS, LINE, Member, NAME, OBJECT, REGION, Shape, TEXT_MAP, TEXTS, TEXTS_MAP, may, need,
};

const ADDRESS: Shape = Shape::Of(Format::Address);
const CLF_TIME: Shape = Shape::Of(Format::ClfTime);
const METHOD: Shape = Shape::Of(Format::Method);

/// Amazon API Gateway Developer Guide, "Input format of a Lambda function for proxy integration".
pub(super) static API_GATEWAY_V1: Shape = Shape::Object(&[
    need("resource", Shape::Text),
    need("path", Shape::Text),
    need("httpMethod", METHOD),
    may("version", Shape::Word(&["1.0"])),
    may("headers", TEXT_MAP),
    may("multiValueHeaders", TEXTS_MAP),
    may("queryStringParameters", TEXT_MAP),
    may("multiValueQueryStringParameters", TEXTS_MAP),
    may("pathParameters", TEXT_MAP),
    may("stageVariables", TEXT_MAP),
    need("requestContext", Shape::Object(REQUEST_CONTEXT)),
    may("body", Shape::Text),
    may("isBase64Encoded", Shape::Bool),
]);

const REQUEST_CONTEXT: &[Member] = &[
    need("apiId", NAME),
    need("stage", LINE),
    need("requestId", LINE),
    need("identity", Shape::Object(IDENTITY)),
    may("accountId", NAME),
    may("authorizer", OBJECT),
    may("domainName", NAME),
    may("domainPrefix", Shape::Text),
    may("extendedRequestId", LINE),
    may("httpMethod", METHOD),
    may("path", Shape::Text),
    may("protocol", NAME),
    may("requestTime", CLF_TIME),
    may("requestTimeEpoch", Shape::Number),
    may("resourceId", LINE),
    may("resourcePath", Shape::Text),
];

const IDENTITY: &[Member] = &[
    need("sourceIp", ADDRESS),
    may("accessKey", Shape::Text),
    may("accountId", Shape::Text),
    may("apiKeyId", Shape::Text),
    may("caller", Shape::Text),
    may("cognitoAuthenticationProvider", Shape::Text),
    may("cognitoAuthenticationType", Shape::Text),
    may("cognitoIdentityId", Shape::Text),
    may("cognitoIdentityPoolId", Shape::Text),
    may("principalOrgId", Shape::Text),
    may("user", Shape::Text),
    may("userAgent", Shape::Text),
    may("userArn", Shape::Text),
    may("vpcId", Shape::Text),
    may("vpceId", Shape::Text),
];

/// Amazon API Gateway Developer Guide, "Create AWS Lambda proxy integrations for HTTP APIs";
/// AWS Lambda Developer Guide, "Request payload format" of function URLs.
pub(super) static API_GATEWAY_V2: Shape = Shape::Object(&[
    need("version", Shape::Word(&["2.0"])),
    need("routeKey", Shape::Text),
    need("rawPath", Shape::Text),
    need("rawQueryString", Shape::Text),
    need("headers", TEXT_MAP),
    may("cookies", TEXTS),
    may("queryStringParameters", TEXT_MAP),
    may("pathParameters", TEXT_MAP),
    may("stageVariables", TEXT_MAP),
    need("requestContext", Shape::Object(REQUEST_CONTEXT_V2)),
    may("body", Shape::Text),
    may("isBase64Encoded", Shape::Bool),
]);

const REQUEST_CONTEXT_V2: &[Member] = &[
    need("accountId", NAME),
    need("apiId", NAME),
    need("domainName", NAME),
    need("http", Shape::Object(HTTP)),
    need("requestId", LINE),
    need("stage", LINE),
    may("authentication", OBJECT),
    may("authorizer", OBJECT),
    may("domainPrefix", Shape::Text),
    may("routeKey", Shape::Text),
    may("time", CLF_TIME),
    may("timeEpoch", Shape::Number),
];

const HTTP: &[Member] = &[
    need("method", METHOD),
    need("path", Shape::Text),
    need("sourceIp", ADDRESS),
    may("protocol", NAME),
    may("userAgent", Shape::Text),
];

/// Elastic Load Balancing User Guide, "Lambda functions as targets".
pub(super) static ALB: Shape = Shape::Object(&[
    need(
        "requestContext",
        Shape::Object(&[need("elb", Shape::Object(&[need("targetGroupArn", ARN)]))]),
    ),
    need("httpMethod", METHOD),
    need("path", Shape::Text),
    may("headers", TEXT_MAP),
    may("multiValueHeaders", TEXTS_MAP),
    may("queryStringParameters", TEXT_MAP),
    may("multiValueQueryStringParameters", TEXTS_MAP),
    may("body", Shape::Text),
    may("isBase64Encoded", Shape::Bool),
]);

/// Amazon VPC Lattice User Guide, "Receive events from the VPC Lattice service", version 1.
pub(super) static LATTICE_V1: Shape = Shape::Object(&[
    need("raw_path", Shape::Text),
    need("method", METHOD),
    may("headers", TEXT_MAP),
    may("query_string_parameters", TEXT_MAP),
    may("body", Shape::Text),
    may("is_base64_encoded", Shape::Bool),
]);

/// The same, version 2.
pub(super) static LATTICE_V2: Shape = Shape::Object(&[
    need("version", Shape::Word(&["2.0"])),
    need("path", Shape::Text),
    need("method", METHOD),
    may("headers", TEXTS_MAP),
    may("queryStringParameters", TEXTS_MAP),
    may("body", Shape::Text),
    may("isBase64Encoded", Shape::Bool),
    need(
        "requestContext",
        Shape::Object(&[
            need("serviceArn", ARN),
            may("serviceNetworkArn", ARN),
            may("targetGroupArn", ARN),
            may("region", REGION),
            may("timeEpoch", Shape::Either(&[DIGITS, Shape::Number])),
            may(
                "identity",
                Shape::Object(&[
                    may("principal", Shape::Text),
                    may("principalOrgID", Shape::Text),
                    may("sessionName", Shape::Text),
                    may("sourceVpcArn", ARN),
                    may("type", Shape::Text),
                ]),
            ),
        ]),
    ),
]);

/// Amazon API Gateway Developer Guide, "API Gateway WebSocket APIs".
pub(super) static WEBSOCKET: Shape = Shape::Object(&[
    may("headers", TEXT_MAP),
    may("multiValueHeaders", TEXTS_MAP),
    may("queryStringParameters", TEXT_MAP),
    may("multiValueQueryStringParameters", TEXTS_MAP),
    may("stageVariables", TEXT_MAP),
    need("requestContext", Shape::Object(WEBSOCKET_CONTEXT)),
    may("body", Shape::Text),
    may("isBase64Encoded", Shape::Bool),
]);

const WEBSOCKET_CONTEXT: &[Member] = &[
    need("apiId", NAME),
    need("connectionId", NAME),
    need("eventType", Shape::Word(&["CONNECT", "MESSAGE", "DISCONNECT"])),
    need("messageDirection", Shape::Word(&["IN"])),
    need("requestId", LINE),
    need("routeKey", Shape::Text),
    need("stage", LINE),
    need("identity", Shape::Object(IDENTITY)),
    may("authorizer", OBJECT),
    may("connectedAt", Shape::Number),
    may("disconnectReason", Shape::Text),
    may("disconnectStatusCode", Shape::Number),
    may("domainName", NAME),
    may("messageId", LINE),
    may("requestTime", CLF_TIME),
    may("requestTimeEpoch", Shape::Number),
];

/// Amazon API Gateway Developer Guide, "Input to an API Gateway Lambda authorizer".
pub(super) static AUTHORIZER_TOKEN: Shape = Shape::Object(&[
    need("type", Shape::Word(&["TOKEN"])),
    need("authorizationToken", Shape::Text),
    need("methodArn", ARN),
]);

/// The same; of a WebSocket API it has neither resource nor method.
pub(super) static AUTHORIZER_REQUEST: Shape = Shape::Object(&[
    need("type", Shape::Word(&["REQUEST"])),
    need("methodArn", ARN),
    may("resource", Shape::Text),
    may("path", Shape::Text),
    may("httpMethod", METHOD),
    may("headers", TEXT_MAP),
    may("multiValueHeaders", TEXTS_MAP),
    may("queryStringParameters", TEXT_MAP),
    may("multiValueQueryStringParameters", TEXTS_MAP),
    may("pathParameters", TEXT_MAP),
    may("stageVariables", TEXT_MAP),
    need(
        "requestContext",
        Shape::Object(&[
            need("apiId", NAME),
            need("stage", LINE),
            need("requestId", LINE),
            need("identity", Shape::Object(IDENTITY)),
            may("accountId", NAME),
            may("domainName", NAME),
        ]),
    ),
]);

/// Amazon API Gateway Developer Guide, "Control access to HTTP APIs with AWS Lambda authorizers".
pub(super) static AUTHORIZER_REQUEST_V2: Shape = Shape::Object(&[
    need("version", Shape::Word(&["2.0"])),
    need("type", Shape::Word(&["REQUEST"])),
    need("routeArn", ARN),
    may("identitySource", TEXTS),
    need("routeKey", Shape::Text),
    need("rawPath", Shape::Text),
    need("rawQueryString", Shape::Text),
    may("cookies", TEXTS),
    may("headers", TEXT_MAP),
    may("queryStringParameters", TEXT_MAP),
    may("pathParameters", TEXT_MAP),
    may("stageVariables", TEXT_MAP),
    need("requestContext", Shape::Object(REQUEST_CONTEXT_V2)),
]);
