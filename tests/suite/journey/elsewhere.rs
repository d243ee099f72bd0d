//! What a refusal leaves elsewhere: copies in a queue and in a bucket, and answers that services read
//! at an address of their own. The services are played by `moto`, and by a listener of the test.
//!
//! The extension under test refuses every item that holds the word `poison`.

use crate::support::guarded::{Guarded, Setup};
use crate::support::places;
use crate::support::stand::{Listener, Stand};
use serde_json::{Value, json};
use std::time::Duration;

const QUEUE: &str = "https://sqs.eu-west-1.amazonaws.com/123456789012/refused";

fn at(url: &str, policy: &str) -> Setup {
    let url = url.to_owned();
    Setup::rust().policy(policy).map(|settings| {
        settings
            .layer(places::planted_layer())
            .env("TOLLGATE_PLANT", "poison:poison")
            .env("AWS_ENDPOINT_URL", url)
    })
}

fn quarantine(place: &str) -> String {
    format!(
        "version: 1\nmode: enforce\n{place}\nsources:\n  - trigger: direct\n    \
         on_refuse: quarantine\n  - trigger: custom-resource\n  - trigger: s3-object-lambda\n"
    )
}

/// The refused event was acknowledged, and its record says that it is kept.
async fn assert_kept(guarded: Guarded, body: &str) {
    let invoked = guarded.invoke(body).await;
    assert_eq!(invoked.answer.error_type(), None, "{}", guarded.complaints());
    assert_eq!(invoked.answer.body().as_ref(), b"null");
    let ledger = guarded.ledger().await;
    let record = ledger.invocation(&invoked.request_id);
    assert_eq!((&record["decision"], &record["outcome"]), (&json!("refuse"), &json!("refused")));
    assert_eq!(record["withheld"]["quarantined"], true);
    ledger.assert_verifies();
}

/// The refused event went back to its source.
async fn assert_sent_back(guarded: Guarded, body: &str, finding: &str) {
    let invoked = guarded.invoke(body).await;
    assert_eq!(invoked.answer.error_type(), Some("Function.TollgateRefused"));
    let ledger = guarded.ledger().await;
    assert_eq!(ledger.invocation(&invoked.request_id)["outcome"], "refused");
    let found = ledger.of_kind("finding");
    assert!(found.iter().any(|it| it["id"] == finding), "{found:?}");
    ledger.assert_verifies();
}

#[tokio::test]
async fn a_copy_goes_to_a_queue_before_the_event_is_acknowledged() {
    let stand = Stand::moto().await;
    stand.sqs("CreateQueue", &json!({ "QueueName": "refused" })).await;
    let policy = quarantine(&format!("quarantine: \"sqs:{QUEUE}\""));
    let guarded = at(&stand.url, &policy).start().await;
    assert_kept(guarded, "{\"text\":\"poison\"}").await;
    let copy = stand.only_message("refused").await;
    assert_eq!((&copy["kind"], &copy["trigger"]), (&json!("quarantine"), &json!("direct")));
    assert_eq!(copy["items"][0]["data"], "eyJ0ZXh0IjoicG9pc29uIn0=");
}

#[tokio::test]
async fn what_is_too_large_for_the_queue_goes_to_the_bucket_that_it_names() {
    let stand = Stand::moto().await;
    stand.sqs("CreateQueue", &json!({ "QueueName": "refused" })).await;
    stand.put("/example-bucket").await;
    let policy = quarantine(&format!(
        "quarantine: \"sqs:{QUEUE}\"\nquarantine_large: \"s3:example-bucket/refused\""
    ));
    let body = format!("{{\"text\":\"poison\",\"more\":\"{}\"}}", "x".repeat(900_000));
    assert_kept(at(&stand.url, &policy).start().await, &body).await;
    let pointer = stand.only_message("refused").await;
    assert_eq!(pointer["kind"], "quarantine-pointer");
    let key = pointer["key"].as_str().unwrap();
    assert!(key.strip_prefix("refused/").is_some_and(|name| name.contains(".json")), "{key}");
    let copy = stand.get(&format!("/example-bucket/{key}")).await;
    assert_eq!(pointer["bytes"], copy.len());
    let copy: Value = serde_json::from_slice(&copy).unwrap();
    assert_eq!(copy["items"][0]["data"].as_str().unwrap().len(), body.len().div_ceil(3) * 4);
}

#[tokio::test]
async fn a_copy_goes_to_a_bucket() {
    let stand = Stand::moto().await;
    stand.put("/example-bucket").await;
    let policy = quarantine("quarantine: \"s3:example-bucket/a/b\"");
    let guarded = at(&stand.url, &policy).start().await;
    assert_kept(guarded, "{\"text\":\"poison\"}").await;
    let list = String::from_utf8(stand.get("/example-bucket?list-type=2").await).unwrap();
    let (_, rest) = list.split_once("<Key>").unwrap();
    let (key, _) = rest.split_once("</Key>").unwrap();
    assert!(key.starts_with("a/b/"), "{key}");
    let copy: Value =
        serde_json::from_slice(&stand.get(&format!("/example-bucket/{key}")).await).unwrap();
    assert_eq!(copy["kind"], "quarantine");
}

#[tokio::test]
async fn security_what_no_service_stores_goes_back_to_its_source() {
    let stand = Stand::moto().await;
    for place in
        [format!("quarantine: \"sqs:{QUEUE}\""), "quarantine: \"s3:example-bucket\"".to_owned()]
    {
        let guarded = at(&stand.url, &quarantine(&place)).start().await;
        assert_sent_back(guarded, "{\"text\":\"poison\"}", "quarantine.unwritable").await;
    }
    let nobody = format!("http://127.0.0.1:{}", tollgate_emulator::free_port().unwrap());
    let guarded = at(&nobody, &quarantine(&format!("quarantine: \"sqs:{QUEUE}\""))).start().await;
    assert_sent_back(guarded, "{\"text\":\"poison\"}", "quarantine.unwritable").await;
}

fn custom_resource() -> String {
    json!({
        "RequestType": "Create",
        "ServiceToken": "arn:aws:lambda:eu-west-1:123456789012:function:orders",
        "ResponseURL": "https://cloudformation-custom-resource-response-euwest1.s3.eu-west-1.amazonaws.com/stack%3Aa?X-Amz-Signature=x",
        "StackId": "arn:aws:cloudformation:eu-west-1:123456789012:stack/orders/63580f80-2a34-11ee-be56-0242ac120002",
        "RequestId": "5d478078-13e9-baf0-464a-7ef285ecc786",
        "ResourceType": "Custom::Order",
        "LogicalResourceId": "Order",
        "ResourceProperties": { "text": "poison" },
    })
    .to_string()
}

#[tokio::test]
async fn a_custom_resource_fails_at_its_address_and_lambda_hears_of_success() {
    let listener = Listener::answering(200).await;
    let guarded = at(&listener.url, &quarantine("")).start().await;
    let invoked = guarded.invoke(custom_resource()).await;
    assert_eq!(invoked.answer.body().as_ref(), b"null", "{}", guarded.complaints());
    let [request] = &listener.requests()[..] else { panic!("{:?}", listener.requests()) };
    assert_eq!(request.line, "PUT /stack%3Aa?X-Amz-Signature=x HTTP/1.1");
    let host = "cloudformation-custom-resource-response-euwest1.s3.eu-west-1.amazonaws.com";
    assert_eq!(request.header("host"), Some(host));
    assert_eq!(request.header("content-type"), None, "the address is signed without one");
    assert_eq!(request.header("authorization"), None);
    let document: Value = serde_json::from_slice(&request.body).unwrap();
    assert_eq!(
        (&document["Status"], &document["LogicalResourceId"]),
        (&json!("FAILED"), &json!("Order"))
    );
    guarded.ledger().await.assert_verifies();
}

#[tokio::test]
async fn a_stack_hears_of_a_resource_whose_function_met_its_ceiling() {
    let listener = Listener::answering(200).await;
    let policy = "version: 1\nmode: enforce\nceilings: { time: 500ms }\n";
    let url = listener.url.clone();
    let setup = Setup::rust().policy(policy).map(|settings| settings.env("AWS_ENDPOINT_URL", url));
    let guarded = setup.map(|settings| settings.timeout(Duration::from_mins(1))).start().await;
    let event: Value = serde_json::from_str(&custom_resource()).unwrap();
    let mut event = event.as_object().unwrap().clone();
    event.insert("control".to_owned(), json!({ "sleep_ms": 50_000 }));
    let invoked = guarded.invoke(Value::Object(event).to_string()).await;
    assert_eq!(invoked.answer.body().as_ref(), b"null", "{}", guarded.complaints());
    let [request] = &listener.requests()[..] else { panic!("{:?}", listener.requests()) };
    let document: Value = serde_json::from_slice(&request.body).unwrap();
    assert_eq!(document["Status"], "FAILED");
    let ledger = guarded.ledger().await;
    let record = ledger.invocation(&invoked.request_id);
    assert_eq!(record["outcome"], "ceiling", "{record}");
    ledger.assert_verifies();
}

#[tokio::test]
async fn a_custom_resource_whose_address_takes_nothing_is_a_function_error() {
    let listener = Listener::answering(403).await;
    let guarded = at(&listener.url, &quarantine("")).start().await;
    assert_sent_back(guarded, &custom_resource(), "callback.undelivered").await;
}

#[tokio::test]
async fn who_asked_for_an_object_is_told_by_a_signed_call() {
    let listener = Listener::answering(200).await;
    let guarded = at(&listener.url, &quarantine("")).start().await;
    let event = json!({
        "xAmzRequestId": "1a5ed718-5f53-471d-b6fe-5cf62d88d02a",
        "getObjectContext": { "inputS3Url": "https://example.com", "outputRoute": "io-use1-001", "outputToken": "OutputToken" },
        "configuration": {
            "accessPointArn": "arn:aws:s3-object-lambda:eu-west-1:123456789012:accesspoint/orders",
            "supportingAccessPointArn": "arn:aws:s3:eu-west-1:123456789012:accesspoint/orders",
            "payload": "{}",
        },
        "userRequest": { "url": "https://example.com/poison", "headers": {} },
        "userIdentity": { "type": "Root", "principalId": "123456789012", "arn": "arn:aws:iam::123456789012:root", "accountId": "123456789012", "accessKeyId": "", "sessionContext": null },
        "protocolVersion": "1.00",
    });
    let invoked = guarded.invoke(event.to_string()).await;
    assert_eq!(invoked.answer.body().as_ref(), b"null", "{}", guarded.complaints());
    let [request] = &listener.requests()[..] else { panic!("{:?}", listener.requests()) };
    assert_eq!(request.line, "POST /WriteGetObjectResponse HTTP/1.1");
    assert_eq!(request.header("x-amz-request-route"), Some("io-use1-001"));
    assert_eq!(request.header("x-amz-request-token"), Some("OutputToken"));
    assert_eq!(request.header("x-amz-fwd-status"), Some("403"));
    assert_eq!(request.header("x-amz-fwd-error-code"), Some("AccessDenied"));
    let signed = request.header("authorization").unwrap();
    assert!(signed.contains("/s3-object-lambda/aws4_request"), "{signed}");
    let ledger = guarded.ledger().await;
    ledger.assert_verifies();
    assert!(!ledger.text().contains("OutputToken"));
}
