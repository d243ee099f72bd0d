//! The Extensions API: registration, its refusals, the polls and the error reports.
#![expect(clippy::unwrap_used, reason = "test code")]

use serde_json::{Value, json};
use tollgate_emulator::{Environment, InitStatus, Settings};

use crate::support::{Client, RUNTIME, Reply, function, idle, layered, line, start, start_played};

const EXTENSION: &str = "/2020-01-01/extension";

async fn register(client: &mut Client, name: &str, body: &str) -> Reply {
    let headers = [("lambda-extension-name", name)];
    client.post(&format!("{EXTENSION}/register"), &headers, body.as_bytes()).await
}

/// An environment whose runtime has not polled yet, so that registration is open.
async fn open(settings: Settings) -> (Environment, Client) {
    let environment = Environment::launch(settings).await.unwrap();
    line(&environment, "function started").await;
    let client = Client::to(&environment).await;
    (environment, client)
}

#[tokio::test]
async fn a_registration_tells_the_function_and_on_request_the_account() {
    let settings = function().name("orders").handler("app.handler");
    let (settings, _layer) = layered(settings, &json!({ "guard": {} }));
    let environment = start(settings).await;
    let expected =
        r#"{"functionName":"orders","functionVersion":"$LATEST","handler":"app.handler"}"#;
    let text = line(&environment, "registered 200").await;
    let body: Value = serde_json::from_str(text.strip_prefix("registered 200 ").unwrap()).unwrap();
    assert_eq!(body, serde_json::from_str::<Value>(expected).unwrap());

    let (_environment, mut client) = open(idle()).await;
    let headers = [
        ("lambda-extension-name", "inner"),
        ("lambda-extension-accept-feature", "other, accountId"),
    ];
    let path = format!("{EXTENSION}/register");
    let reply = client.post(&path, &headers, br#"{"events":["INVOKE"]}"#).await;
    assert_eq!(reply.json()["accountId"], "123456789012");
    assert_eq!(reply.header("lambda-extension-identifier").map(str::len), Some(36));
}

#[tokio::test]
async fn a_name_that_is_no_file_is_an_internal_extension() {
    let (_environment, mut client) = open(idle()).await;
    let shutdown = register(&mut client, "inner", r#"{"events":["SHUTDOWN"]}"#).await;
    assert_eq!(shutdown.refusal(), (403, "Extension.InvalidEventType".to_owned()));
    assert_eq!(register(&mut client, "inner", r#"{"events":["INVOKE"]}"#).await.status, 200);
    let again = register(&mut client, "inner", r#"{"events":[]}"#).await;
    assert_eq!(again.refusal(), (403, "Extension.InvalidExtensionState".to_owned()));
}

#[tokio::test]
async fn registrations_out_of_form_are_refused() {
    let (_environment, mut client) = open(idle()).await;
    let refused = |body: &'static str, kind: &'static str| (body, kind);
    let cases = [
        refused("no json", "InvalidRequestFormat"),
        refused(r#"{"events":[],"configurationKeys":["a"]}"#, "InvalidRequestFormat"),
        refused(r#"{"events":["RESTORE"]}"#, "Extension.InvalidEventType"),
    ];
    for (body, kind) in cases {
        let reply = register(&mut client, "inner", body).await;
        assert_eq!(reply.refusal(), (403, kind.to_owned()), "{body}");
    }
    let nameless = client.post(&format!("{EXTENSION}/register"), &[], b"{}").await;
    assert_eq!(nameless.refusal(), (403, "Extension.InvalidExtensionName".to_owned()));
}

#[tokio::test]
async fn ten_extensions_are_allowed() {
    let (_environment, mut client) = open(idle()).await;
    for number in 0..10 {
        let reply = register(&mut client, &format!("inner{number}"), r#"{"events":[]}"#).await;
        assert_eq!(reply.status, 200);
    }
    let eleventh = register(&mut client, "inner10", r#"{"events":[]}"#).await;
    assert_eq!(eleventh.refusal(), (403, "Extension.TooManyExtensions".to_owned()));
}

#[tokio::test]
async fn registration_closes_with_the_first_poll_of_the_runtime() {
    let (environment, _runtime) = start_played(idle()).await;
    let mut client = Client::to(&environment).await;
    let late = register(&mut client, "inner", r#"{"events":[]}"#).await;
    assert_eq!(late.refusal(), (403, "Extension.RegistrationClosed".to_owned()));
}

#[tokio::test]
async fn an_external_extension_that_registers_under_another_name_fails_init() {
    let orders = json!({ "guard": { "register_as": "other" } });
    let (settings, _layer) = layered(function(), &orders);
    let environment = Environment::start(settings).await.unwrap();
    // The file `guard` never registers; `other` is refused as an internal one for its SHUTDOWN.
    assert_eq!(environment.init().await.status, InitStatus::Error);
    assert!(line(&environment, "registered").await.starts_with("registered 403"));
}

#[tokio::test]
async fn calls_need_the_identifier_of_a_registered_extension() {
    let (_environment, mut client) = open(idle()).await;
    let path = format!("{EXTENSION}/event/next");
    let missing = client.get(&path, &[]).await;
    assert_eq!(missing.refusal(), (403, "Extension.MissingExtensionIdentifier".to_owned()));
    let invalid = client.get(&path, &[("lambda-extension-identifier", "1")]).await;
    assert_eq!(invalid.refusal(), (403, "Extension.InvalidExtensionIdentifier".to_owned()));
    let id = "11111111-1111-4111-8111-111111111111";
    let unknown = client.get(&path, &[("lambda-extension-identifier", id)]).await;
    assert_eq!(unknown.refusal(), (403, "Extension.UnknownExtensionIdentifier".to_owned()));
}

#[tokio::test]
async fn a_second_poll_at_the_same_time_is_refused() {
    let (environment, mut client) = open(idle()).await;
    let registered = register(&mut client, "inner", r#"{"events":["INVOKE"]}"#).await;
    let id = registered.header("lambda-extension-identifier").unwrap().to_owned();
    let path = format!("{EXTENSION}/event/next");
    let header = [("lambda-extension-identifier", id.as_str())];
    let mut requests = environment.follow_requests();
    client.send("GET", &path, &header, b"").await;
    requests.find(|request| request.path == path).await;
    let mut second = Client::to(&environment).await;
    let refused = second.get(&path, &header).await;
    assert_eq!(refused.refusal(), (403, "Extension.InvalidExtensionState".to_owned()));
}

#[tokio::test]
async fn an_invoke_event_names_the_invocation_and_carries_no_payload() {
    let (environment, mut extension) = open(idle()).await;
    let registered = register(&mut extension, "inner", r#"{"events":["INVOKE"]}"#).await;
    let id = registered.header("lambda-extension-identifier").unwrap().to_owned();
    let header = [("lambda-extension-identifier", id.as_str())];
    extension.send("GET", &format!("{EXTENSION}/event/next"), &header, b"").await;
    let mut runtime = Client::to(&environment).await;
    runtime.poll().await;
    let running = environment.begin("{\"secret\":1}").unwrap();
    let event = extension.receive().await.unwrap();
    assert_eq!(event.header("lambda-extension-event-identifier").map(str::len), Some(36));
    let body = event.json();
    assert_eq!(body["eventType"], "INVOKE");
    assert_eq!(body["requestId"], running.request_id());
    assert_eq!(body["tracing"]["type"], "X-Amzn-Trace-Id");
    assert!(body["deadlineMs"].as_u64().unwrap() > 0);
    assert!(!body.to_string().contains("secret"));
}

#[tokio::test]
async fn an_invocation_ends_with_the_last_poll_of_its_extensions() {
    let orders = json!({
        "slow": { "invoke": { "sleep_ms": 120 } },
        "deaf": { "events": ["SHUTDOWN"], "next_after_ms": 0 },
    });
    let (settings, _layer) = layered(function(), &orders);
    let environment = start(settings).await;
    let mut running = environment.begin("{}").unwrap();
    running.answer().await.unwrap();
    let phases = running.finished().await.unwrap().phases;
    assert_eq!(phases.extensions_next.len(), 1, "only those that asked for INVOKE");
    assert!(phases.extensions_next[0].1 >= 120_000, "{phases:?}");
    let answered = phases.response_complete.unwrap();
    assert!(answered < phases.extensions_next[0].1, "the caller does not wait: {phases:?}");
}

#[tokio::test]
async fn an_init_error_names_the_failure() {
    let (settings, _layer) = layered(function(), &json!({ "guard": { "init_error": true } }));
    let environment = Environment::start(settings).await.unwrap();
    let init = environment.init().await;
    assert_eq!(init.error_type.as_deref(), Some("Extension.InitError"), "{init:?}");
}

#[tokio::test]
async fn error_reports_need_their_header() {
    let (_environment, mut client) = open(idle()).await;
    let registered = register(&mut client, "inner", r#"{"events":[]}"#).await;
    let id = registered.header("lambda-extension-identifier").unwrap().to_owned();
    let header = [("lambda-extension-identifier", id.as_str())];
    for end in ["init/error", "exit/error"] {
        let reply = client.post(&format!("{EXTENSION}/{end}"), &header, b"{}").await;
        assert_eq!(reply.refusal(), (403, "Extension.MissingHeader".to_owned()), "{end}");
    }
    assert_eq!(client.get(&format!("{RUNTIME}/nothing"), &[]).await.status, 404);
}
