//! Services that call a function to have something done or decided.
use crate::envelope::format::Format;
use crate::envelope::shape::{
    ACCOUNT, ARN, LINE, NAME, OBJECT, Shape, TEXT_MAP, TEXTS, TIME, may, need,
};

const ADDRESS: Shape = Shape::Of(Format::Address);
const METHOD: Shape = Shape::Of(Format::Method);
const URL: Shape = Shape::Of(Format::Url);

/// Amazon Cognito Developer Guide, "Customizing user pool workflows with Lambda triggers".
pub(super) static COGNITO_USER_POOL: Shape = Shape::Object(&[
    need("version", Shape::Either(&[NAME, Shape::Number])),
    need("triggerSource", NAME),
    need("region", LINE),
    need("userPoolId", NAME),
    may("userName", Shape::Text),
    need(
        "callerContext",
        Shape::Object(&[may("awsSdkVersion", Shape::Text), may("clientId", LINE)]),
    ),
    need("request", OBJECT),
    may("response", OBJECT),
]);

/// Amazon Cognito Developer Guide, "Customizing workflows with Amazon Cognito Events".
pub(super) static COGNITO_SYNC: Shape = Shape::Object(&[
    need("version", Shape::Number),
    need("eventType", Shape::Word(&["SyncTrigger"])),
    need("region", LINE),
    need("identityPoolId", NAME),
    need("identityId", NAME),
    need("datasetName", Shape::Text),
    need(
        "datasetRecords",
        Shape::Map(&Shape::Object(&[
            may("oldValue", Shape::Text),
            may("newValue", Shape::Text),
            may("op", NAME),
        ])),
    ),
]);

/// AWS CloudFormation User Guide, "Custom resource request objects". The provider framework of the
/// AWS CDK leaves the URL and the token out.
pub(super) static CUSTOM_RESOURCE: Shape = Shape::Object(&[
    need("RequestType", Shape::Word(&["Create", "Update", "Delete"])),
    need("RequestId", LINE),
    need("StackId", ARN),
    need("ResourceType", NAME),
    need("LogicalResourceId", NAME),
    may("PhysicalResourceId", Shape::Text),
    may("ResponseURL", URL),
    may("ServiceToken", ARN),
    may("ResourceProperties", OBJECT),
    may("OldResourceProperties", OBJECT),
]);

/// AWS Config Developer Guide, "Example events for AWS Config rules".
pub(super) static CONFIG_RULE: Shape = Shape::Object(&[
    need("version", NAME),
    need("invokingEvent", Shape::Of(Format::Json)),
    may("ruleParameters", Shape::Text),
    need("resultToken", NAME),
    may("eventLeftScope", Shape::Bool),
    may("executionRoleArn", ARN),
    need("configRuleArn", ARN),
    need("configRuleName", LINE),
    need("configRuleId", NAME),
    need("accountId", ACCOUNT),
]);

/// AWS CodePipeline User Guide, "Invoke an AWS Lambda function in a pipeline in CodePipeline".
pub(super) static CODEPIPELINE: Shape = Shape::Object(&[need(
    "CodePipeline.job",
    Shape::Object(&[
        need("id", NAME),
        need("accountId", ACCOUNT),
        need(
            "data",
            Shape::Object(&[
                need("actionConfiguration", Shape::Object(&[need("configuration", OBJECT)])),
                need("inputArtifacts", Shape::List(&OBJECT)),
                need("outputArtifacts", Shape::List(&OBJECT)),
                may(
                    "artifactCredentials",
                    Shape::Object(&[
                        need("accessKeyId", NAME),
                        need("secretAccessKey", NAME),
                        need("sessionToken", NAME),
                    ]),
                ),
                may("continuationToken", Shape::Text),
                may("encryptionKey", OBJECT),
            ]),
        ),
    ]),
)]);

/// AWS CodeDeploy User Guide, "`AppSpec` 'hooks' section for an AWS Lambda deployment".
pub(super) static CODEDEPLOY: Shape =
    Shape::Object(&[need("DeploymentId", NAME), need("LifecycleEventHookExecutionId", NAME)]);

/// AWS Secrets Manager User Guide, "Lambda rotation functions".
pub(super) static SECRETS_ROTATION: Shape = Shape::Object(&[
    need("Step", Shape::Word(&["createSecret", "setSecret", "testSecret", "finishSecret"])),
    need("SecretId", ARN),
    need("ClientRequestToken", NAME),
    may("RotationToken", NAME),
]);

/// Amazon Lex V2 Developer Guide, "AWS Lambda input event format for Lex V2".
pub(super) static LEX: Shape = Shape::Object(&[
    need("messageVersion", NAME),
    need("invocationSource", Shape::Word(&["DialogCodeHook", "FulfillmentCodeHook"])),
    may("inputMode", NAME),
    may("responseContentType", LINE),
    need("sessionId", LINE),
    may("inputTranscript", Shape::Text),
    need(
        "bot",
        Shape::Object(&[
            need("id", NAME),
            need("name", NAME),
            may("aliasId", NAME),
            may("aliasName", LINE),
            may("localeId", NAME),
            may("version", NAME),
        ]),
    ),
    need("interpretations", Shape::List(&OBJECT)),
    need("sessionState", OBJECT),
    may("proposedNextState", OBJECT),
    may("requestAttributes", TEXT_MAP),
    may("transcriptions", Shape::List(&OBJECT)),
]);

/// Amazon Lex V1 Developer Guide, "Lambda function input event".
pub(super) static LEX_V1: Shape = Shape::Object(&[
    need("messageVersion", NAME),
    need("invocationSource", LINE),
    need("userId", Shape::Text),
    need("outputDialogMode", LINE),
    need("bot", Shape::Object(&[need("name", LINE), may("alias", LINE), may("version", LINE)])),
    need(
        "currentIntent",
        Shape::Object(&[
            need("name", LINE),
            may("slots", OBJECT),
            may("slotDetails", OBJECT),
            may("confirmationStatus", LINE),
        ]),
    ),
    may("inputTranscript", Shape::Text),
    may("sessionAttributes", OBJECT),
    may("requestAttributes", OBJECT),
]);

/// Amazon Connect Administrator Guide, "Invoke AWS Lambda functions".
pub(super) static CONNECT: Shape = Shape::Object(&[
    need("Name", Shape::Word(&["ContactFlowExecution", "ContactFlowEvent"])),
    need(
        "Details",
        Shape::Object(&[
            need(
                "ContactData",
                Shape::Object(&[
                    need("ContactId", NAME),
                    need("InstanceARN", Shape::Of(Format::ArnOrNothing)),
                    need("Channel", NAME),
                    may("InitialContactId", Shape::Text),
                    may("PreviousContactId", Shape::Text),
                    may("InitiationMethod", Shape::Text),
                    may("Attributes", OBJECT),
                    may("CustomerEndpoint", ENDPOINT),
                    may("SystemEndpoint", ENDPOINT),
                    may("Queue", OBJECT),
                    may("MediaStreams", OBJECT),
                ]),
            ),
            may("Parameters", OBJECT),
        ]),
    ),
]);

const ENDPOINT: Shape = Shape::Object(&[may("Address", Shape::Text), may("Type", NAME)]);

/// Amazon Bedrock User Guide, "Configure Lambda functions to send information that an Amazon
/// Bedrock agent elicits from the user".
pub(super) static BEDROCK_AGENT: Shape = Shape::Object(&[
    need("messageVersion", NAME),
    need(
        "agent",
        Shape::Object(&[
            need("name", LINE),
            need("id", NAME),
            need("alias", NAME),
            need("version", NAME),
        ]),
    ),
    need("actionGroup", LINE),
    need("sessionId", LINE),
    may("inputText", Shape::Text),
    may("apiPath", Shape::Text),
    may("httpMethod", METHOD),
    may("function", LINE),
    may("parameters", Shape::List(&PARAMETER)),
    may(
        "requestBody",
        Shape::Object(&[may(
            "content",
            Shape::Map(&Shape::Object(&[may("properties", Shape::List(&PARAMETER))])),
        )]),
    ),
    may("sessionAttributes", OBJECT),
    may("promptSessionAttributes", OBJECT),
]);

const PARAMETER: Shape =
    Shape::Object(&[need("name", Shape::Text), may("type", NAME), may("value", Shape::Any)]);

/// AWS AppSync Developer Guide, "AWS AppSync JavaScript resolver context object reference". With a
/// batch size it is an array of contexts.
pub(super) static APPSYNC: Shape = Shape::Either(&[CONTEXT, Shape::List(&CONTEXT)]);

const CONTEXT: Shape = Shape::Object(&[
    need("arguments", OBJECT),
    may(
        "identity",
        Shape::Object(&[
            may("sourceIp", Shape::List(&ADDRESS)),
            may("userArn", ARN),
            may("sub", LINE),
            may("issuer", LINE),
            may("username", Shape::Text),
            may("claims", OBJECT),
            may("resolverContext", OBJECT),
        ]),
    ),
    may("source", Shape::Any),
    may("request", Shape::Object(&[may("headers", TEXT_MAP), may("domainName", LINE)])),
    need(
        "info",
        Shape::Object(&[
            need("fieldName", NAME),
            need("parentTypeName", NAME),
            may("selectionSetList", TEXTS),
            may("selectionSetGraphQL", Shape::Text),
            may("variables", OBJECT),
        ]),
    ),
    may("stash", OBJECT),
]);

/// AWS AppSync Developer Guide, "Resolver mapping template reference for Lambda".
pub(super) static APPSYNC_TEMPLATE: Shape = Shape::Object(&[
    need("version", Shape::Word(&["2017-02-28", "2018-05-29"])),
    need("operation", Shape::Word(&["Invoke", "BatchInvoke"])),
    need("payload", Shape::Any),
]);

/// AWS AppSync Developer Guide, "`AWS_LAMBDA` authorization".
pub(super) static APPSYNC_AUTHORIZER: Shape = Shape::Object(&[
    need("authorizationToken", Shape::Text),
    need(
        "requestContext",
        Shape::Object(&[
            need("apiId", NAME),
            need("accountId", ACCOUNT),
            may("requestId", NAME),
            may("queryString", Shape::Text),
            may("operationName", Shape::Text),
            may("variables", OBJECT),
        ]),
    ),
    may("requestHeaders", TEXT_MAP),
]);

/// AWS IoT Core Developer Guide, "Defining your Lambda function".
pub(super) static IOT_AUTHORIZER: Shape = Shape::Object(&[
    may("token", Shape::Text),
    need("signatureVerified", Shape::Bool),
    may("protocols", TEXTS),
    need(
        "protocolData",
        Shape::Object(&[
            may("tls", Shape::Object(&[may("serverName", Shape::Text)])),
            may("http", Shape::Object(&[may("headers", OBJECT), may("queryString", Shape::Text)])),
            may(
                "mqtt",
                Shape::Object(&[
                    may("username", Shape::Text),
                    may("password", Shape::Text),
                    may("clientId", Shape::Text),
                ]),
            ),
        ]),
    ),
    may("connectionMetadata", Shape::Object(&[need("id", NAME)])),
]);

/// AWS IoT 1-Click Developer Guide, "AWS IoT 1-Click callback event", and the AWS IoT button.
pub(super) static IOT_BUTTON: Shape = Shape::Object(&[
    may("serialNumber", NAME),
    may("clickType", NAME),
    may("batteryVoltage", Shape::Text),
    may("deviceEvent", OBJECT),
    may(
        "deviceInfo",
        Shape::Object(&[
            need("deviceId", NAME),
            may("type", NAME),
            may("attributes", OBJECT),
            may("remainingLife", Shape::Number),
        ]),
    ),
    may("placementInfo", OBJECT),
]);

/// Alexa Skills Kit, "Request and Response JSON Reference".
pub(super) static ALEXA: Shape = Shape::Object(&[
    need("version", NAME),
    may("session", OBJECT),
    may("context", OBJECT),
    need(
        "request",
        Shape::Object(&[
            need("type", NAME),
            need("requestId", NAME),
            may("timestamp", Shape::Either(&[Shape::Number, LINE])),
            may("locale", NAME),
        ]),
    ),
]);

/// AWS Client VPN Administrator Guide, "Connection authorization".
pub(super) static CLIENT_VPN: Shape = Shape::Object(&[
    need("connection-id", NAME),
    need("endpoint-id", NAME),
    may("common-name", Shape::Text),
    may("username", Shape::Text),
    may("platform", Shape::Text),
    may("platform-version", Shape::Text),
    need("public-ip", ADDRESS),
    may("client-openvpn-version", Shape::Text),
    may("schema-version", NAME),
]);

/// AWS Step Functions Developer Guide, "Accessing execution data from the Context object".
pub(super) static STEP_FUNCTIONS: Shape = Shape::Object(&[
    need(
        "Execution",
        Shape::Object(&[
            need("Id", ARN),
            may("Name", LINE),
            may("RoleArn", ARN),
            may("StartTime", TIME),
        ]),
    ),
    need("StateMachine", Shape::Object(&[need("Id", ARN), may("Name", LINE)])),
    may(
        "State",
        Shape::Object(&[
            may("Name", LINE),
            may("EnteredTime", TIME),
            may("RetryCount", Shape::Number),
        ]),
    ),
]);

/// AWS Lambda Developer Guide, "Lambda durable functions".
pub(super) static DURABLE: Shape = Shape::Object(&[
    need("DurableExecutionArn", ARN),
    need("CheckpointToken", Shape::Text),
    need("InitialExecutionState", OBJECT),
]);

/// AWS Lambda Developer Guide, "Capturing records of Lambda asynchronous invocations".
pub(super) static LAMBDA_DESTINATION: Shape = Shape::Object(&[
    need("version", NAME),
    may("timestamp", TIME),
    need(
        "requestContext",
        Shape::Object(&[
            need("requestId", NAME),
            need("functionArn", ARN),
            need("condition", NAME),
            need("approximateInvokeCount", Shape::Number),
        ]),
    ),
    need("requestPayload", Shape::Any),
    may("responseContext", OBJECT),
    may("responsePayload", Shape::Any),
]);
