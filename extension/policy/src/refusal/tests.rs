//! Every family's refusal, read by the types that functions answer these services with.
use aws_lambda_events::alb::AlbTargetGroupResponse;
use aws_lambda_events::apigw::{
    ApiGatewayCustomAuthorizerResponse, ApiGatewayProxyResponse,
    ApiGatewayV2CustomAuthorizerSimpleResponse, ApiGatewayV2httpResponse,
};
use aws_lambda_events::appsync::AppSyncLambdaAuthorizerResponse;
use aws_lambda_events::clientvpn::ClientVpnConnectionHandlerResponse;
use aws_lambda_events::cloudformation::{
    CloudFormationCustomResourceResponse, CloudFormationCustomResourceResponseStatus,
};
use aws_lambda_events::firehose::KinesisFirehoseResponse;
use aws_lambda_events::iam::IamPolicyEffect;
use aws_lambda_events::iot::IoTCoreCustomAuthorizerResponse;
use aws_lambda_events::lambda_function_urls::LambdaFunctionUrlResponse;
use aws_lambda_events::lex::LexResponse;
use aws_lambda_events::s3::batch_job::S3BatchJobResponse;
use aws_lambda_events::sqs::SqsBatchResponse;
use aws_lambda_events::streams::{DynamoDbEventResponse, KinesisEventResponse};
use aws_lambda_events::vpc_lattice::VpcLatticeResponse;
use bytes::Bytes;
use serde::de::DeserializeOwned;
use serde_json::json;
use tollgate_event::{Invocation, RawEvent};

mod object_lambda;

use super::*;
use crate::compile::{Overrides, compile};
use crate::decide::{Verdict, decide};
use crate::desk::Desk;
use crate::document::{Document, Role};
use crate::facts::Moment;
use crate::plant;

const WORDS: &str = "refused by Tollgate: check limits.string_bytes, request r-1";

/// An event that is refused for one of its strings, under a policy with these further lines.
#[track_caller]
fn refused_under(lines: &str, event: &Value, trigger: Trigger) -> Refused {
    let text = format!("version: 1\nmode: enforce\n{lines}");
    let document = Document { name: "p.yaml", text: &text, role: Role::Function };
    let policy = compile(&[document], &Overrides::default());
    let policy = policy.unwrap_or_else(|problems| panic!("{problems}"));
    plant::poison_with(Some("poison"));
    let invocation = Invocation { request_id: "r-1".to_owned(), ..Invocation::default() };
    let event = RawEvent::new(invocation, Bytes::from(event.to_string()));
    match decide(event, &policy, &mut Desk::default(), Moment { unix_ms: 1 }) {
        Verdict::Granted(granted) => panic!("granted: {:?}", granted.facts()),
        Verdict::Refused(refused) => {
            assert_eq!(refused.facts().trigger, trigger);
            refused
        }
    }
}

#[track_caller]
fn refused(event: &Value, trigger: Trigger) -> Refused {
    refused_under("", event, trigger)
}

/// The answer's JSON, and the same read as `T`.
#[track_caller]
fn read_as<T: DeserializeOwned>(refused: &Refused) -> (Value, T) {
    let Answer::Response { content_type, body, streaming } = refused.answer(StreamHint::default())
    else {
        panic!("a function error")
    };
    assert_eq!((content_type, streaming), ("application/json", false));
    let json = serde_json::from_slice(&body).unwrap();
    (json, serde_json::from_slice(&body).unwrap())
}

#[track_caller]
fn is_function_error(refused: &Refused) {
    let Answer::Error { error_type, body } = refused.answer(StreamHint::default()) else {
        panic!("an answer")
    };
    let body: Value = serde_json::from_slice(&body).unwrap();
    assert_eq!(error_type, "Function.TollgateRefused");
    assert_eq!(body, json!({ "errorType": error_type, "errorMessage": WORDS }));
}

fn fixture(path: &str) -> Value {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/fixtures/events");
    let mut event: Value =
        serde_json::from_slice(&std::fs::read(format!("{root}/{path}.json")).unwrap()).unwrap();
    event["poison"] = json!("poison");
    event
}

#[test]
fn http_front_ends_read_a_status() {
    let (_, response) = read_as::<ApiGatewayProxyResponse>(&refused(
        &fixture("api-gateway-v1/post-order"),
        Trigger::ApiGatewayV1,
    ));
    assert_eq!(response.status_code, 400);
    // These two types want `cookies`, which the services do not.
    let with_cookies = |event: &str, trigger| {
        let (mut json, _) = read_as::<Value>(&refused(&fixture(event), trigger));
        json["cookies"] = json!([]);
        json
    };
    let json = with_cookies("api-gateway-v2/post-order", Trigger::ApiGatewayV2);
    let response: ApiGatewayV2httpResponse = serde_json::from_value(json).unwrap();
    assert_eq!(response.status_code, 400);
    let json = with_cookies("function-url/webhook-post", Trigger::FunctionUrl);
    let response: LambdaFunctionUrlResponse = serde_json::from_value(json).unwrap();
    assert_eq!(response.status_code, 400);
    let (json, response) =
        read_as::<AlbTargetGroupResponse>(&refused(&fixture("alb/get"), Trigger::Alb));
    assert_eq!(response.status_code, 400);
    assert_eq!(json["statusDescription"], "400 Bad Request");
}

#[test]
fn lattice_reads_a_status() {
    let v1 = json!({
        "raw_path": "/orders",
        "method": "GET",
        "headers": { "host": "example.com" },
        "query_string_parameters": { "q": "poison" },
        "body": "",
        "is_base64_encoded": false,
    });
    let v2 = json!({
        "version": "2.0",
        "path": "/orders",
        "method": "GET",
        "headers": { "host": ["example.com"] },
        "queryStringParameters": { "q": ["poison"] },
        "body": "",
        "isBase64Encoded": false,
        "requestContext": {
            "serviceNetworkArn": "arn:aws:vpc-lattice:eu-west-1:123456789012:servicenetwork/sn-0bf3f2882e9cc805a",
            "serviceArn": "arn:aws:vpc-lattice:eu-west-1:123456789012:service/svc-0a40eebed65f8d69c",
            "targetGroupArn": "arn:aws:vpc-lattice:eu-west-1:123456789012:targetgroup/tg-6d0ecf831eec9f09",
            "region": "eu-west-1",
            "timeEpoch": "1724875399456789",
        },
    });
    for (event, trigger) in [(v1, Trigger::LatticeV1), (v2, Trigger::LatticeV2)] {
        let (json, response) = read_as::<VpcLatticeResponse>(&refused(&event, trigger));
        assert_eq!((response.status_code, response.is_base64_encoded), (400, false));
        assert_eq!(json["statusDescription"], "400 Bad Request");
        assert_eq!(response.headers["content-type"], "application/problem+json");
    }
}

#[test]
fn a_websocket_is_not_opened() {
    let event = json!({
        "requestContext": {
            "routeKey": "$connect",
            "eventType": "CONNECT",
            "messageDirection": "IN",
            "connectionId": "L0SM9cOFvHcCIhw=",
            "apiId": "asdasd",
            "stage": "prod",
            "requestId": "L0SM9HeqvHcFbQg=",
            "domainName": "example.com",
            "connectedAt": 1_584_986_303_297_u64,
            "requestTimeEpoch": 1_584_986_303_297_u64,
            "extendedRequestId": "L0SM9HeqvHcFbQg=",
            "identity": { "sourceIp": "192.0.2.1" },
        },
        "headers": { "x": "poison" },
        "multiValueHeaders": { "x": ["poison"] },
        "isBase64Encoded": false,
    });
    let (_, response) = read_as::<ApiGatewayProxyResponse>(&refused(&event, Trigger::WebSocket));
    assert_eq!(response.status_code, 400);
}

const METHOD: &str = "arn:aws:execute-api:eu-west-1:123456789012:abcdef123/prod/GET/orders";

#[test]
fn authorizers_deny() {
    let token = json!({ "type": "TOKEN", "authorizationToken": "poison", "methodArn": METHOD });
    let request = json!({
        "type": "REQUEST",
        "methodArn": METHOD,
        "resource": "/orders",
        "path": "/orders",
        "httpMethod": "GET",
        "headers": { "x": "poison" },
        "queryStringParameters": {},
        "pathParameters": {},
        "stageVariables": {},
        "requestContext": {
            "accountId": "123456789012",
            "apiId": "abcdef123",
            "stage": "prod",
            "resourceId": "abc123",
            "httpMethod": "GET",
            "resourcePath": "/orders",
            "identity": { "sourceIp": "192.0.2.1" },
        },
    });
    for (event, trigger) in
        [(token, Trigger::AuthorizerToken), (request, Trigger::AuthorizerRequest)]
    {
        let (json, response) =
            read_as::<ApiGatewayCustomAuthorizerResponse>(&refused(&event, trigger));
        assert_eq!(response.principal_id.as_deref(), Some("tollgate"));
        let policy = response.policy_document;
        assert_eq!(policy.version.as_deref(), Some("2012-10-17"));
        let [statement] = &policy.statement[..] else { panic!("{policy:?}") };
        assert_eq!(statement.effect, IamPolicyEffect::Deny);
        assert_eq!(statement.action, ["execute-api:Invoke"]);
        assert_eq!(statement.resource, [METHOD]);
        let context = json!({ "code": "limits.string_bytes", "requestId": "r-1" });
        assert_eq!(json["context"], context);
    }
}

#[test]
fn an_authorizer_of_an_http_api_denies() {
    let event = json!({
        "version": "2.0",
        "type": "REQUEST",
        "routeArn": METHOD,
        "identitySource": ["poison"],
        "routeKey": "GET /orders",
        "rawPath": "/orders",
        "rawQueryString": "",
        "headers": {},
        "requestContext": {
            "accountId": "123456789012",
            "apiId": "abcdef123",
            "domainName": "example.com",
            "domainPrefix": "api",
            "http": {
                "method": "GET",
                "path": "/orders",
                "protocol": "HTTP/1.1",
                "sourceIp": "192.0.2.1",
                "userAgent": "curl",
            },
            "requestId": "L0SM9HeqvHcFbQg=",
            "routeKey": "GET /orders",
            "stage": "$default",
            "time": "12/Mar/2020:19:03:58 +0000",
            "timeEpoch": 1_583_348_638_390_u64,
        },
    });
    let refused = refused(&event, Trigger::AuthorizerRequestV2);
    let (_, response) = read_as::<ApiGatewayV2CustomAuthorizerSimpleResponse>(&refused);
    assert!(!response.is_authorized);
}

#[test]
fn other_authorizers_deny() {
    let event = json!({
        "authorizationToken": "poison",
        "requestContext": {
            "apiId": "giy7kumfmvcqvbedntjwjvagii",
            "accountId": "123456789012",
            "requestId": "b80ed838-14c6-4500-b4c3-b694c7bef086",
            "queryString": "query { orders { id } }",
            "operationName": "orders",
            "variables": {},
        },
    });
    let (_, response) =
        read_as::<AppSyncLambdaAuthorizerResponse>(&refused(&event, Trigger::AppSyncAuthorizer));
    assert_eq!((response.is_authorized, response.ttl_override), (false, Some(0)));

    let event = json!({
        "token": "poison",
        "signatureVerified": false,
        "protocols": ["tls", "http"],
        "protocolData": {
            "tls": { "serverName": "example.com" },
            "http": { "headers": {}, "queryString": "" },
        },
        "connectionMetadata": { "id": "e56f08c3-c559-490f-aa9f-7e8427d0f57b" },
    });
    let (_, response) =
        read_as::<IoTCoreCustomAuthorizerResponse>(&refused(&event, Trigger::IotAuthorizer));
    assert!(!response.is_authenticated && response.policy_documents.is_empty());

    for (version, message) in
        [("v1", "error-msg-on-failed-posture-compliance"), ("v3", "error-msg-on-denied-connection")]
    {
        let event = json!({
            "connection-id": "cvpn-connection-04e7e1b2f0daf9460",
            "endpoint-id": "cvpn-endpoint-0f13eab7f860433cc",
            "common-name": "poison",
            "username": "",
            "platform": "",
            "platform-version": "",
            "public-ip": "192.0.2.1",
            "client-openvpn-version": "",
            "aws-client-version": "",
            "groups": "",
            "schema-version": version,
        });
        let (json, response) =
            read_as::<ClientVpnConnectionHandlerResponse>(&refused(&event, Trigger::ClientVpn));
        assert!(!response.allow);
        assert_eq!(response.schema_version.as_deref(), Some(version));
        assert_eq!(json[message], WORDS);
    }
}

#[test]
fn lex_ends_the_intent_as_failed() {
    let v2 = json!({
        "messageVersion": "1.0",
        "invocationSource": "DialogCodeHook",
        "inputMode": "Text",
        "responseContentType": "text/plain; charset=utf-8",
        "sessionId": "123456789012345",
        "inputTranscript": "poison",
        "bot": { "id": "BOTID", "name": "orders", "aliasId": "ALIAS", "localeId": "en_US", "version": "1" },
        "interpretations": [{ "intent": { "name": "Order", "slots": {}, "state": "InProgress" } }],
        "sessionState": { "intent": { "name": "Order", "slots": {}, "state": "InProgress" } },
    });
    let (json, _) = read_as::<Value>(&refused(&v2, Trigger::Lex));
    let expected = json!({
        "sessionState": {
            "dialogAction": { "type": "Close" },
            "intent": { "name": "Order", "state": "Failed" },
        },
        "messages": [{ "contentType": "PlainText", "content": WORDS }],
    });
    assert_eq!(json, expected);
    let v1 = json!({
        "messageVersion": "1.0",
        "invocationSource": "DialogCodeHook",
        "userId": "user-1",
        "sessionAttributes": {},
        "bot": { "name": "orders", "alias": "$LATEST", "version": "1" },
        "outputDialogMode": "Text",
        "inputTranscript": "poison",
        "currentIntent": { "name": "Order", "slots": {}, "confirmationStatus": "None" },
    });
    let (json, response) = read_as::<LexResponse>(&refused(&v1, Trigger::LexV1));
    assert_eq!(response.dialog_action.unwrap().fulfillment_state.as_deref(), Some("Failed"));
    assert_eq!(json["dialogAction"]["type"], "Close");
}

#[test]
fn a_bedrock_agent_hears_of_a_failure() {
    let event = |action: Value| {
        let mut event = json!({
            "messageVersion": "1.0",
            "agent": { "name": "orders", "id": "AGENTID", "alias": "ALIAS", "version": "1" },
            "inputText": "poison",
            "sessionId": "123456789012345",
            "actionGroup": "orders",
            "parameters": [],
            "sessionAttributes": {},
            "promptSessionAttributes": {},
        });
        event.as_object_mut().unwrap().extend(action.as_object().unwrap().clone());
        event
    };
    let function = event(json!({ "function": "cancel" }));
    let (json, _) = read_as::<Value>(&refused(&function, Trigger::BedrockAgent));
    let expected = json!({
        "messageVersion": "1.0",
        "response": {
            "actionGroup": "orders",
            "function": "cancel",
            "functionResponse": {
                "responseState": "FAILURE",
                "responseBody": { "TEXT": { "body": WORDS } },
            },
        },
    });
    assert_eq!(json, expected);
    let api = event(json!({ "apiPath": "/orders/{id}", "httpMethod": "DELETE" }));
    let (json, _) = read_as::<Value>(&refused(&api, Trigger::BedrockAgent));
    let expected = json!({
        "messageVersion": "1.0",
        "response": {
            "actionGroup": "orders",
            "apiPath": "/orders/{id}",
            "httpMethod": "DELETE",
            "httpStatusCode": 400,
            "responseBody": { "application/json": { "body": WORDS } },
        },
    });
    assert_eq!(json, expected);
}

const REPORTS: &str = "mapping: { reports_item_failures: true }, on_refuse: report-item";

#[test]
fn a_queue_keeps_every_message_of_a_batch_with_nothing_left() {
    let lines = format!("sources: [{{ trigger: sqs, {REPORTS} }}]");
    let mut event = fixture("sqs/one-message");
    event["Records"][0]["body"] = json!("poison");
    let (_, response) = read_as::<SqsBatchResponse>(&refused_under(&lines, &event, Trigger::Sqs));
    let [failure] = &response.batch_item_failures[..] else { panic!("{response:?}") };
    assert_eq!(event["Records"][0]["messageId"], failure.item_identifier);
}

/// What withheld records add to an answer is what the services read.
#[test]
fn reports_of_streams_are_what_functions_report_with() {
    let withheld = crate::withheld::Withheld::failures(vec![json!("495903380")]);
    let crate::withheld::Merged::Changed(merged) = withheld.merge(b"null") else { panic!() };
    let kinesis: KinesisEventResponse = serde_json::from_slice(&merged).unwrap();
    let dynamodb: DynamoDbEventResponse = serde_json::from_slice(&merged).unwrap();
    let id = Some("495903380");
    assert_eq!(kinesis.batch_item_failures[0].item_identifier.as_deref(), id);
    assert_eq!(dynamodb.batch_item_failures[0].item_identifier.as_deref(), id);
}

#[test]
fn firehose_is_told_of_every_record() {
    let event = json!({
        "invocationId": "invocationIdExample",
        "deliveryStreamArn": "arn:aws:firehose:eu-west-1:123456789012:deliverystream/orders",
        "region": "eu-west-1",
        "poison": 1,
        "records": [
            { "recordId": "r1", "approximateArrivalTimestamp": 1_495_072_949_453_u64, "data": "cG9pc29u" },
            { "recordId": "r2", "approximateArrivalTimestamp": 1_495_072_949_453_u64, "data": "aGVsbG8=" },
        ],
    });
    let mut event = event;
    for record in event["records"].as_array_mut().unwrap() {
        record["note"] = json!("poison");
    }
    let refused = refused(&event, Trigger::Firehose);
    let (json, response) = read_as::<KinesisFirehoseResponse>(&refused);
    let told: Vec<_> = response
        .records
        .iter()
        .map(|record| (record.record_id.as_deref().unwrap(), record.result.as_deref().unwrap()))
        .collect();
    assert_eq!(told, [("r1", "ProcessingFailed"), ("r2", "ProcessingFailed")]);
    assert_eq!(json["records"][1]["data"], "aGVsbG8=");
}

#[test]
fn s3_batch_is_told_of_every_task() {
    let task = |id: &str| json!({ "taskId": id, "s3Key": "poison", "s3VersionId": "1", "s3BucketArn": "arn:aws:s3:::uploads" });
    let event = json!({
        "invocationSchemaVersion": "1.0",
        "invocationId": "YXNkbGZqYWRmaiBhc2RmdW9hZHNmZGpmaGFzbGtkaGZza2RmaAo",
        "job": { "id": "f3cc4f60-61f6-4a2b-8a21-d07600c373ce" },
        "tasks": [task("t1"), task("t2")],
    });
    let (_, response) = read_as::<S3BatchJobResponse>(&refused(&event, Trigger::S3Batch));
    let id = Some("YXNkbGZqYWRmaiBhc2RmdW9hZHNmZGpmaGFzbGtkaGZza2RmaAo");
    assert_eq!(response.invocation_id.as_deref(), id);
    assert_eq!(response.invocation_schema_version.as_deref(), Some("1.0"));
    assert_eq!(response.results.len(), 2);
    for (result, id) in response.results.iter().zip(["t1", "t2"]) {
        assert_eq!(result.task_id.as_deref(), Some(id));
        assert_eq!(result.result_code.as_deref(), Some("PermanentFailure"));
        assert_eq!(result.result_string.as_deref(), Some(WORDS));
    }
}

const RESPONSE_URL: &str = "https://cloudformation-custom-resource-response-euwest1.s3.eu-west-1.amazonaws.com/stack?sig=x";

fn custom_resource(url: &str) -> Value {
    json!({
        "RequestType": "Create",
        "ServiceToken": "arn:aws:lambda:eu-west-1:123456789012:function:orders",
        "ResponseURL": url,
        "StackId": "arn:aws:cloudformation:eu-west-1:123456789012:stack/orders/63580f80-2a34-11ee-be56-0242ac120002",
        "RequestId": "5d478078-13e9-baf0-464a-7ef285ecc786",
        "ResourceType": "Custom::Order",
        "LogicalResourceId": "Order",
        "ResourceProperties": { "text": "poison" },
    })
}

#[test]
fn a_custom_resource_fails_where_cloudformation_reads_it() {
    let refused = refused(&custom_resource(RESPONSE_URL), Trigger::CustomResource);
    is_function_error(&refused);
    let Some(Callback::Resource(failed)) = refused.callback() else { panic!("{refused:?}") };
    assert_eq!(failed.url(), RESPONSE_URL);
    assert_eq!(format!("{failed:?}"), "FailedResource { .. }", "the URL is a secret");
    let response: CloudFormationCustomResourceResponse =
        serde_json::from_str(failed.body()).unwrap();
    assert_eq!(response.status, CloudFormationCustomResourceResponseStatus::Failed);
    assert_eq!(response.reason.as_deref(), Some(WORDS));
    assert_eq!(response.logical_resource_id, "Order");
    assert_eq!(response.physical_resource_id, "tollgate-r-1");
    assert!(matches!(Callback::taken(), Answer::Response { body, .. } if body == b"null"));
}

#[test]
fn security_a_custom_resource_with_a_foreign_url_is_a_function_error_only() {
    let refused = refused(&custom_resource("https://example.com/x"), Trigger::CustomResource);
    is_function_error(&refused);
    assert!(refused.callback().is_none());
}

#[test]
fn all_others_get_a_function_error() {
    let cognito = json!({
        "version": "1",
        "triggerSource": "PreSignUp_SignUp",
        "region": "eu-west-1",
        "userPoolId": "eu-west-1_abcdef",
        "userName": "poison",
        "callerContext": { "awsSdkVersion": "1", "clientId": "abc" },
        "request": { "userAttributes": {} },
        "response": {},
    });
    let connect = json!({
        "Name": "ContactFlowEvent",
        "Details": {
            "ContactData": { "ContactId": "poison", "Channel": "VOICE" },
            "Parameters": {},
        },
    });
    let connect = {
        let mut event = connect;
        event["Name"] = json!("ContactFlowExecution");
        event
    };
    let appsync = json!({
        "arguments": { "id": "poison" },
        "identity": null,
        "source": null,
        "request": { "headers": {}, "domainName": null },
        "prev": null,
        "info": {
            "selectionSetList": ["id"],
            "selectionSetGraphQL": "{ id }",
            "fieldName": "order",
            "parentTypeName": "Query",
            "variables": {},
        },
        "stash": {},
    });
    for (event, trigger) in [
        (cognito, Trigger::CognitoUserPool),
        (connect, Trigger::Connect),
        (appsync, Trigger::AppSync),
        (fixture("eventbridge/custom-event"), Trigger::EventBridge),
        (json!({ "text": "poison" }), Trigger::Direct),
    ] {
        is_function_error(&refused(&event, trigger));
    }
}
