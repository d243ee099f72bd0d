//! Conversations, agents and resolvers: Lex, Connect, Alexa, Bedrock, AppSync.
use crate::open::content::Part;
use crate::open::shape::{Holds, Members, Shape};

/// Amazon Lex V2 Developer Guide, "AWS Lambda input event format for Lex V2".
pub(super) const LEX: Shape = &[&[
    ("inputTranscript", Holds::Text(Part::Utterance)),
    ("transcriptions", Holds::Json(Part::Utterance)),
    ("interpretations", Holds::Json(Part::Slot)),
    ("sessionState", Holds::Json(Part::Slot)),
    ("proposedNextState", Holds::Json(Part::Slot)),
    ("requestAttributes", Holds::Named(Part::Attribute)),
    ("sessionId", Holds::Text(Part::Attribute)),
    ("messageVersion", Holds::Service),
    ("invocationSource", Holds::Service),
    ("inputMode", Holds::Service),
    ("responseContentType", Holds::Service),
    ("invocationLabel", Holds::Service),
    ("bot", Holds::Service),
]];

/// Amazon Lex V1 Developer Guide, "Input event format".
pub(super) const LEX_V1: Shape = &[&[
    ("inputTranscript", Holds::Text(Part::Utterance)),
    ("currentIntent", Holds::Json(Part::Slot)),
    ("alternativeIntents", Holds::Json(Part::Slot)),
    ("recentIntentSummaryView", Holds::Json(Part::Slot)),
    ("sentimentResponse", Holds::Service),
    ("kendraResponse", Holds::Service),
    ("activeContexts", Holds::Json(Part::Slot)),
    ("sessionAttributes", Holds::Named(Part::Attribute)),
    ("requestAttributes", Holds::Named(Part::Attribute)),
    ("userId", Holds::Text(Part::Attribute)),
    ("messageVersion", Holds::Service),
    ("invocationSource", Holds::Service),
    ("outputDialogMode", Holds::Service),
    ("bot", Holds::Service),
]];

/// Amazon Connect Administrator Guide, "Invoke AWS Lambda functions". Contact data is all but the
/// instance's own.
pub(super) const CONNECT: Shape =
    &[&[("Details", Holds::Object(&[CONNECT_DETAILS])), ("Name", Holds::Service)]];
const CONNECT_DETAILS: Members =
    &[("Parameters", Holds::Named(Part::Input)), ("ContactData", Holds::Object(&[CONTACT]))];
const CONTACT: Members = &[
    ("Attributes", Holds::Named(Part::Attribute)),
    ("CustomerEndpoint", Holds::Json(Part::Attribute)),
    ("SegmentAttributes", Holds::Json(Part::Attribute)),
    ("Name", Holds::Text(Part::Attribute)),
    ("Description", Holds::Text(Part::Attribute)),
    ("References", Holds::Json(Part::Attribute)),
    ("ContactId", Holds::Service),
    ("InitialContactId", Holds::Service),
    ("PreviousContactId", Holds::Service),
    ("RelatedContactId", Holds::Service),
    ("Channel", Holds::Service),
    ("InstanceARN", Holds::Service),
    ("InitiationMethod", Holds::Service),
    ("LanguageCode", Holds::Service),
    ("MediaStreams", Holds::Service),
    ("Queue", Holds::Service),
    ("SystemEndpoint", Holds::Service),
    ("Tags", Holds::Service),
];

/// Amazon Bedrock User Guide, "Configure Lambda functions to send information that an agent
/// elicits". A model chose the parameters, and even which of the paths.
pub(super) const BEDROCK_AGENT: Shape = &[&[
    ("parameters", Holds::Pairs(Part::Input)),
    ("requestBody", Holds::Object(&[&[("content", Holds::Map(&[AGENT_BODY]))]])),
    ("inputText", Holds::Text(Part::Utterance)),
    ("apiPath", Holds::Text(Part::Path)),
    ("function", Holds::Text(Part::Path)),
    ("httpMethod", Holds::Text(Part::Method)),
    ("sessionAttributes", Holds::Named(Part::Attribute)),
    ("promptSessionAttributes", Holds::Named(Part::Attribute)),
    ("sessionId", Holds::Text(Part::Attribute)),
    ("knowledgeBasesConfiguration", Holds::Service),
    ("messageVersion", Holds::Service),
    ("agent", Holds::Service),
    ("actionGroup", Holds::Service),
    ("invocationId", Holds::Service),
]];
const AGENT_BODY: Members =
    &[("properties", Holds::Pairs(Part::Input)), ("body", Holds::Payload(Part::Input))];

/// Alexa Skills Kit, "Request and response JSON reference".
pub(super) const ALEXA: Shape = &[&[
    ("request", Holds::Json(Part::Slot)),
    ("session", Holds::Json(Part::Attribute)),
    ("context", Holds::Object(&[&[("System", Holds::Service)]])),
    ("version", Holds::Service),
]];

/// AWS AppSync Developer Guide, "Direct Lambda resolvers" and "context".
pub(super) const APP_SYNC: Shape = &[&[
    ("arguments", Holds::Json(Part::Input)),
    ("source", Holds::Json(Part::Detail)),
    ("prev", Holds::Json(Part::Response)),
    ("stash", Holds::Json(Part::Response)),
    ("identity", Holds::Json(Part::Claims)),
    ("request", Holds::Object(&[RESOLVER_REQUEST])),
    ("info", Holds::Object(&[RESOLVER_INFO])),
]];
const RESOLVER_REQUEST: Members =
    &[("headers", Holds::Named(Part::Header)), ("domainName", Holds::Service)];
const RESOLVER_INFO: Members = &[
    ("variables", Holds::Json(Part::Input)),
    // What is asked of the result, with arguments of its own.
    ("selectionSetGraphQL", Holds::Text(Part::Query)),
    ("selectionSetList", Holds::Service),
    ("fieldName", Holds::Service),
    ("parentTypeName", Holds::Service),
];

/// AWS AppSync Developer Guide, "Resolver mapping template reference for Lambda".
pub(super) const APP_SYNC_TEMPLATE: Shape = &[&[
    ("payload", Holds::Payload(Part::Input)),
    ("version", Holds::Service),
    ("operation", Holds::Service),
    ("invocationType", Holds::Service),
]];

/// AWS AppSync Developer Guide, "`AWS_LAMBDA` authorization". The query is not yet checked.
pub(super) const APP_SYNC_AUTHORIZER: Shape = &[&[
    ("authorizationToken", Holds::Text(Part::Token)),
    ("requestContext", Holds::Object(&[AUTHORIZED])),
    ("requestHeaders", Holds::Named(Part::Header)),
]];
const AUTHORIZED: Members = &[
    ("queryString", Holds::Text(Part::Query)),
    ("operationName", Holds::Text(Part::Attribute)),
    ("variables", Holds::Json(Part::Input)),
    ("channel", Holds::Text(Part::Attribute)),
    ("apiId", Holds::Service),
    ("accountId", Holds::Service),
    ("requestId", Holds::Service),
];
