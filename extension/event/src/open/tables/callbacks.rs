//! Services that ask a function: storage, identity, deployment, devices, networks.
use crate::open::content::Part;
use crate::open::shape::{Holds, Members, Shape};

/// Amazon CloudWatch User Guide, "Lambda alarm actions".
pub(super) const ALARM: Shape = &[&[
    ("alarmData", Holds::Json(Part::Detail)),
    ("source", Holds::Service),
    ("alarmArn", Holds::Service),
    ("accountId", Holds::Service),
    ("time", Holds::Service),
    ("region", Holds::Service),
]];

/// Amazon S3 User Guide, "Event context format and usage". The contexts hold secrets.
pub(super) const OBJECT_LAMBDA: Shape = &[&[
    ("userRequest", Holds::Object(&[USER_REQUEST])),
    ("xAmzRequestId", Holds::Service),
    ("getObjectContext", Holds::Service),
    ("headObjectContext", Holds::Service),
    ("listObjectsContext", Holds::Service),
    ("listObjectsV2Context", Holds::Service),
    ("configuration", Holds::Service),
    ("userIdentity", Holds::Service),
    ("protocolVersion", Holds::Service),
]];
const USER_REQUEST: Members =
    &[("url", Holds::Text(Part::Path)), ("headers", Holds::Named(Part::Header))];

/// Amazon S3 User Guide, "Invoke AWS Lambda function" (batch operations).
pub(super) const S3_BATCH: Shape = &[&[
    ("tasks", Holds::Items(&[TASK])),
    ("job", Holds::Object(&[JOB])),
    ("invocationSchemaVersion", Holds::Service),
    ("invocationId", Holds::Service),
]];
const TASK: Members = &[
    ("s3Key", Holds::Url(Part::Key)),
    ("taskId", Holds::Service),
    ("s3VersionId", Holds::Service),
    ("s3BucketArn", Holds::Service),
    ("s3Bucket", Holds::Service),
];
const JOB: Members = &[("id", Holds::Service), ("userArguments", Holds::Named(Part::Attribute))];

/// Amazon Cognito Developer Guide, "Customizing user pool workflows with Lambda triggers".
pub(super) const USER_POOL: Shape = &[&[
    ("request", Holds::Object(&[POOL_REQUEST])),
    ("userName", Holds::Text(Part::Attribute)),
    ("version", Holds::Service),
    ("triggerSource", Holds::Service),
    ("region", Holds::Service),
    ("userPoolId", Holds::Service),
    ("callerContext", Holds::Object(&[POOL_CALLER])),
    ("response", Holds::Service),
]];
/// The version is what the client calls its SDK.
const POOL_CALLER: Members =
    &[("clientId", Holds::Service), ("awsSdkVersion", Holds::Text(Part::Attribute))];
const POOL_REQUEST: Members = &[
    ("userAttributes", Holds::Named(Part::Attribute)),
    ("validationData", Holds::Named(Part::Attribute)),
    ("clientMetadata", Holds::Named(Part::Attribute)),
    ("attributes", Holds::Named(Part::Attribute)),
    ("password", Holds::Text(Part::Secret)),
    ("challengeAnswer", Holds::Text(Part::Secret)),
    ("usernameParameter", Holds::Text(Part::Attribute)),
    ("linkParameter", Holds::Text(Part::Attribute)),
    ("groupConfiguration", Holds::Json(Part::Attribute)),
    ("scopes", Holds::Json(Part::Attribute)),
    ("session", Holds::Service),
    ("challengeName", Holds::Service),
    ("privateChallengeParameters", Holds::Service),
    ("newDeviceUsed", Holds::Service),
    ("userNotFound", Holds::Service),
    ("codeParameter", Holds::Service),
    ("code", Holds::Service),
    ("type", Holds::Service),
];

/// Amazon Cognito Developer Guide, "Amazon Cognito Sync events".
pub(super) const SYNC: Shape = &[&[
    ("datasetRecords", Holds::Json(Part::Attribute)),
    ("datasetName", Holds::Text(Part::Attribute)),
    ("eventType", Holds::Service),
    ("region", Holds::Service),
    ("identityId", Holds::Service),
    ("identityPoolId", Holds::Service),
    ("version", Holds::Service),
]];

/// AWS CloudFormation User Guide, "Custom resource request objects". The URL is a secret.
pub(super) const CUSTOM_RESOURCE: Shape = &[&[
    ("ResourceProperties", Holds::Json(Part::Input)),
    ("OldResourceProperties", Holds::Json(Part::Input)),
    ("PhysicalResourceId", Holds::Text(Part::Attribute)),
    ("LogicalResourceId", Holds::Text(Part::Attribute)),
    ("RequestType", Holds::Service),
    ("ServiceToken", Holds::Service),
    ("ResponseURL", Holds::Service),
    ("StackId", Holds::Service),
    ("RequestId", Holds::Service),
    ("ResourceType", Holds::Service),
]];

/// AWS Config Developer Guide, "Example events for AWS Config rules".
pub(super) const CONFIG_RULE: Shape = &[&[
    ("invokingEvent", Holds::Payload(Part::Detail)),
    ("ruleParameters", Holds::Service),
    ("resultToken", Holds::Service),
    ("eventLeftScope", Holds::Service),
    ("executionRoleArn", Holds::Service),
    ("configRuleArn", Holds::Service),
    ("configRuleName", Holds::Service),
    ("configRuleId", Holds::Service),
    ("accountId", Holds::Service),
    ("version", Holds::Service),
    ("evaluationMode", Holds::Service),
]];

/// AWS CodePipeline User Guide, "Invoke an AWS Lambda function in a pipeline". Credentials are
/// secrets.
pub(super) const CODE_PIPELINE: Shape = &[&[("CodePipeline.job", Holds::Object(&[PIPELINE_JOB]))]];
const PIPELINE_JOB: Members = &[
    ("data", Holds::Object(&[PIPELINE_DATA])),
    ("id", Holds::Service),
    ("accountId", Holds::Service),
];
const PIPELINE_DATA: Members = &[
    (
        "actionConfiguration",
        Holds::Object(&[&[("configuration", Holds::Object(&[PIPELINE_ACTION]))]]),
    ),
    ("inputArtifacts", Holds::Json(Part::Detail)),
    ("outputArtifacts", Holds::Json(Part::Detail)),
    ("continuationToken", Holds::Text(Part::Attribute)),
    ("artifactCredentials", Holds::Service),
    ("encryptionKey", Holds::Service),
];
const PIPELINE_ACTION: Members =
    &[("UserParameters", Holds::Payload(Part::Input)), ("FunctionName", Holds::Service)];

/// AWS CodeDeploy User Guide, "List of lifecycle event hooks for an AWS Lambda deployment".
pub(super) const CODE_DEPLOY: Shape =
    &[&[("DeploymentId", Holds::Service), ("LifecycleEventHookExecutionId", Holds::Service)]];

/// AWS Secrets Manager User Guide, "Lambda rotation functions".
pub(super) const ROTATION: Shape = &[&[
    ("Step", Holds::Service),
    ("SecretId", Holds::Service),
    ("ClientRequestToken", Holds::Service),
    ("RotationToken", Holds::Service),
]];

/// AWS Client VPN Administrator Guide, "Client connect handler".
pub(super) const CLIENT_VPN: Shape = &[&[
    ("common-name", Holds::Text(Part::Attribute)),
    ("username", Holds::Text(Part::Attribute)),
    ("platform", Holds::Text(Part::Attribute)),
    ("platform-version", Holds::Text(Part::Attribute)),
    ("client-openvpn-version", Holds::Text(Part::Attribute)),
    ("aws-client-version", Holds::Text(Part::Attribute)),
    ("groups", Holds::Json(Part::Claims)),
    ("connection-id", Holds::Service),
    ("endpoint-id", Holds::Service),
    ("public-ip", Holds::Service),
    ("schema-version", Holds::Service),
]];

/// AWS Lambda Developer Guide, "Lambda durable functions": what a durable execution was started
/// with, and what came back to it from steps, other functions and callbacks.
pub(super) const DURABLE: Shape = &[&[
    ("InitialExecutionState", Holds::Object(&[EXECUTION_STATE])),
    ("DurableExecutionArn", Holds::Service),
    ("CheckpointToken", Holds::Service),
]];
const EXECUTION_STATE: Members =
    &[("Operations", Holds::Each(&[OPERATION])), ("NextMarker", Holds::Service)];
const OPERATION: Members = &[
    ("ExecutionDetails", Holds::Object(&[DETAILS])),
    ("StepDetails", Holds::Object(&[DETAILS])),
    ("CallbackDetails", Holds::Object(&[DETAILS])),
    ("ChainedInvokeDetails", Holds::Object(&[DETAILS])),
    ("ContextDetails", Holds::Object(&[DETAILS])),
    ("WaitDetails", Holds::Service),
    ("Id", Holds::Service),
    ("ParentId", Holds::Service),
    ("Name", Holds::Service),
    ("Type", Holds::Service),
    ("SubType", Holds::Service),
    ("Status", Holds::Service),
    ("StartTimestamp", Holds::Service),
    ("EndTimestamp", Holds::Service),
];
const DETAILS: Members = &[
    ("InputPayload", Holds::Payload(Part::Input)),
    ("Result", Holds::Payload(Part::Response)),
    ("Error", Holds::Json(Part::Response)),
    ("CallbackId", Holds::Service),
    ("Attempt", Holds::Service),
    ("NextAttemptTimestamp", Holds::Service),
    ("ReplayChildren", Holds::Service),
];

/// API Gateway Developer Guide, "Input to an API Gateway Lambda authorizer"; the ARN ends in the
/// request's method and path.
pub(super) const AUTHORIZER_TOKEN: Shape = &[&[
    ("authorizationToken", Holds::Text(Part::Token)),
    ("methodArn", Holds::Text(Part::Path)),
    ("type", Holds::Service),
]];

/// AWS IoT Core Developer Guide, "Defining your Lambda function" (custom authentication).
pub(super) const IOT_AUTHORIZER: Shape = &[&[
    ("token", Holds::Text(Part::Token)),
    ("protocolData", Holds::Object(&[PROTOCOL_DATA])),
    ("signatureVerified", Holds::Service),
    ("protocols", Holds::Service),
    ("connectionMetadata", Holds::Service),
]];
const PROTOCOL_DATA: Members = &[
    ("tls", Holds::Object(&[IOT_TLS])),
    ("http", Holds::Object(&[IOT_HTTP])),
    ("mqtt", Holds::Object(&[IOT_MQTT])),
];
const IOT_TLS: Members = &[
    ("serverName", Holds::Text(Part::Attribute)),
    ("x509CertificatePem", Holds::Service),
    ("principalId", Holds::Service),
];
const IOT_HTTP: Members =
    &[("headers", Holds::Named(Part::Header)), ("queryString", Holds::Text(Part::Query))];
const IOT_MQTT: Members = &[
    ("username", Holds::Text(Part::Attribute)),
    ("password", Holds::Base64(Part::Secret)),
    ("clientId", Holds::Text(Part::Attribute)),
];

/// AWS IoT 1-Click Developer Guide, "Event format", and the button before it.
pub(super) const IOT_BUTTON: Shape = &[&[
    ("deviceEvent", Holds::Json(Part::Detail)),
    ("deviceInfo", Holds::Json(Part::Attribute)),
    ("placementInfo", Holds::Json(Part::Attribute)),
    ("serialNumber", Holds::Text(Part::Attribute)),
    ("clickType", Holds::Text(Part::Attribute)),
    ("batteryVoltage", Holds::Text(Part::Attribute)),
]];
