//! Events arrive byte for byte, whatever they are.

use crate::support::guarded::Setup;
use crate::support::runtime::Runtime;

async fn relayed(body: &[u8]) {
    let guarded = Setup::by_hand().launch().await;
    let mut runtime = Runtime::connect(guarded.port).await;
    let running = guarded.environment.begin(tollgate_emulator::Event::new(body.to_vec())).unwrap();
    let event = runtime.next().await;
    assert_eq!(event.status, 200);
    assert!(event.body == body, "{} bytes sent, {} arrived", body.len(), event.body.len());
    assert_eq!(event.request_id(), running.request_id());
    let reply = runtime.respond(running.request_id(), "{}").await;
    assert_eq!((reply.status, reply.body.as_ref()), (202, &b"{\"status\":\"OK\"}\n"[..]));
    let ledger = guarded.ledger_after(running, runtime).await;
    let record = ledger.of_kind("invocation").remove(0);
    assert_eq!(record["outcome"], "success");
    assert_eq!(record["event"]["bytes"], body.len());
    ledger.assert_verifies();
}

#[tokio::test]
async fn an_object_with_odd_spacing_and_big_numbers() {
    relayed(b" {\n\"id\" : 12345678901234567890123, \"f\":1.50e+3 ,\"a\":\"\\u00e9\\/\" }\t").await;
}

#[tokio::test]
async fn arrays_strings_numbers_and_null() {
    for body in [&b"[1,[],{}]"[..], b"\"text\"", b"-0.5", b"null", b"true"] {
        relayed(body).await;
    }
}

#[tokio::test]
async fn bytes_that_are_no_json_and_no_utf8() {
    for body in [&b"\xff\xfe{"[..], b"{\"cut\":", b" "] {
        relayed(body).await;
    }
}

#[tokio::test]
async fn an_empty_event() {
    relayed(b"").await;
}

#[tokio::test]
async fn the_largest_event() {
    let mut body = vec![b'a'; tollgate_emulator::PAYLOAD_BYTES_MAX];
    body[0] = b'"';
    *body.last_mut().unwrap() = b'"';
    relayed(&body).await;
}

#[tokio::test]
async fn every_header_of_an_event_arrives() {
    let guarded = Setup::by_hand().launch().await;
    let mut runtime = Runtime::connect(guarded.port).await;
    let event = tollgate_emulator::Event {
        client_context: Some(r#"{"custom":{"a":"b"}}"#.into()),
        cognito_identity: Some(r#"{"cognitoIdentityId":"x"}"#.into()),
        trace: Some(
            "Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Parent=9a9197af755a6419;Sampled=1".into(),
        ),
        tenant: Some("blue".into()),
        qualifier: Some("live".into()),
        ..tollgate_emulator::Event::new(b"{}".to_vec())
    };
    let running = guarded.environment.begin(event).unwrap();
    let got = runtime.next().await;
    assert_eq!(got.header("lambda-runtime-client-context"), r#"{"custom":{"a":"b"}}"#);
    assert_eq!(got.header("lambda-runtime-cognito-identity"), r#"{"cognitoIdentityId":"x"}"#);
    assert_eq!(got.header("lambda-runtime-aws-tenant-id"), "blue");
    assert!(got.header("lambda-runtime-trace-id").starts_with("Root=1-5bef4de7"));
    assert!(got.header("lambda-runtime-invoked-function-arn").ends_with(":live"));
    assert!(got.header("lambda-runtime-deadline-ms").parse::<u64>().is_ok());
    assert!(!got.header("lambda-runtime-invocation-id").is_empty());
    runtime.respond(running.request_id(), "{}").await;
    let ledger = guarded.ledger_after(running, runtime).await;
    let record = &ledger.of_kind("invocation")[0];
    assert_eq!(record["tenantId"], "blue");
    assert!(record["traceId"].as_str().unwrap().starts_with("Root=1-5bef4de7"));
}
