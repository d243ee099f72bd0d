//! Telemetry subscriptions, with the test as extension and as listener.
#![expect(clippy::unwrap_used, reason = "test code")]

use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tollgate_emulator::Environment;

use crate::support::{Client, Reply, idle, line};

/// An environment in its init phase and an internal extension that may subscribe.
async fn registered() -> (Environment, Client, String) {
    let environment = Environment::launch(idle()).await.unwrap();
    line(&environment, "function started").await;
    let mut client = Client::to(&environment).await;
    let name = [("lambda-extension-name", "inner")];
    let path = "/2020-01-01/extension/register";
    let reply = client.post(path, &name, br#"{"events":[]}"#).await;
    let id = reply.header("lambda-extension-identifier").unwrap().to_owned();
    (environment, client, id)
}

async fn subscribe(client: &mut Client, id: &str, destination: Value) -> Reply {
    let body = json!({
        "schemaVersion": "2022-12-13",
        "types": ["platform"],
        "buffering": { "maxItems": 1000, "maxBytes": 262_144, "timeoutMs": 25 },
        "destination": destination,
    });
    let header = [("lambda-extension-identifier", id)];
    client.send("PUT", "/2022-07-01/telemetry", &header, body.to_string().as_bytes()).await;
    client.receive().await.unwrap()
}

fn http(listener: &TcpListener) -> Value {
    let port = listener.local_addr().unwrap().port();
    json!({ "protocol": "HTTP", "URI": format!("http://sandbox.localdomain:{port}/logs") })
}

/// Reads one POST and gives its first line and its events.
async fn batch(stream: &mut BufReader<TcpStream>) -> (String, Vec<Value>) {
    let (mut first, mut length) = (String::new(), 0);
    stream.read_line(&mut first).await.unwrap();
    loop {
        let mut header = String::new();
        stream.read_line(&mut header).await.unwrap();
        match header.trim_end().split_once(": ") {
            Some(("content-length", value)) => length = value.parse().unwrap(),
            Some(_) => {}
            None => break,
        }
    }
    let mut body = vec![0; length];
    stream.read_exact(&mut body).await.unwrap();
    (first.trim_end().to_owned(), serde_json::from_slice(&body).unwrap())
}

async fn answer(stream: &mut BufReader<TcpStream>, status: &str) {
    let reply = format!("HTTP/1.1 {status}\r\ncontent-length: 0\r\n\r\n");
    stream.get_mut().write_all(reply.as_bytes()).await.unwrap();
}

async fn accepted(listener: &TcpListener) -> BufReader<TcpStream> {
    BufReader::new(listener.accept().await.unwrap().0)
}

#[tokio::test]
async fn a_batch_that_is_not_acknowledged_is_sent_again() {
    let (_environment, mut client, id) = registered().await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let reply = subscribe(&mut client, &id, http(&listener)).await;
    assert_eq!((reply.status, reply.body.as_slice()), (200, &b"\"OK\""[..]));
    let mut stream = accepted(&listener).await;
    let (first, refused) = batch(&mut stream).await;
    assert_eq!(first, "POST /logs HTTP/1.1");
    answer(&mut stream, "500 Internal Server Error").await;
    let mut stream = accepted(&listener).await;
    let (_, again) = batch(&mut stream).await;
    answer(&mut stream, "204 No Content").await;
    assert_eq!(refused, again);
    assert_eq!(refused[0]["type"], "platform.initStart");
}

#[tokio::test]
async fn what_cannot_be_delivered_is_counted_and_told() {
    let (environment, mut client, id) = registered().await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    subscribe(&mut client, &id, http(&listener)).await;
    for _ in 0..5 {
        let mut stream = accepted(&listener).await;
        batch(&mut stream).await;
        answer(&mut stream, "503 Service Unavailable").await;
    }
    let mut runtime = Client::to(&environment).await;
    runtime.poll().await;
    let mut stream = accepted(&listener).await;
    let (_, events) = batch(&mut stream).await;
    let dropped = events.iter().find(|event| event["type"] == "platform.logsDropped").unwrap();
    assert_eq!(dropped["record"]["droppedRecords"], 2, "{events:?}");
}

#[tokio::test]
async fn tcp_listeners_get_one_event_a_line() {
    let (_environment, mut client, id) = registered().await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    subscribe(&mut client, &id, json!({ "protocol": "TCP", "port": port })).await;
    let mut stream = accepted(&listener).await;
    let mut text = String::new();
    stream.read_line(&mut text).await.unwrap();
    let event: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(event["type"], "platform.initStart");
}

#[tokio::test]
async fn a_second_subscription_changes_nothing() {
    let (_environment, mut client, id) = registered().await;
    let first = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let second = TcpListener::bind("127.0.0.1:0").await.unwrap();
    subscribe(&mut client, &id, http(&first)).await;
    let reply = subscribe(&mut client, &id, http(&second)).await;
    assert_eq!(reply.body, b"\"already subscribed\"");
    let mut stream = accepted(&first).await;
    let (_, events) = batch(&mut stream).await;
    let state = &events.last().unwrap()["record"]["state"];
    assert_eq!(*state, "Already subscribed");
}

#[tokio::test]
async fn subscribing_needs_an_identifier_a_valid_body_and_the_init_phase() {
    let (environment, mut client, id) = registered().await;
    let unknown = subscribe(&mut client, "11111111-1111-4111-8111-111111111111", json!({})).await;
    assert_eq!(unknown.refusal(), (403, "Extension.UnknownExtensionIdentifier".to_owned()));
    let invalid = subscribe(&mut client, &id, json!({})).await;
    assert_eq!(invalid.refusal(), (400, "ValidationError".to_owned()));
    let mut extension = Client::to(&environment).await;
    let header = [("lambda-extension-identifier", id.as_str())];
    extension.send("GET", "/2020-01-01/extension/event/next", &header, b"").await;
    let mut runtime = Client::to(&environment).await;
    runtime.poll().await;
    environment.init().await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let late = subscribe(&mut client, &id, http(&listener)).await;
    assert_eq!(late.refusal(), (403, "Telemetry.SubscriptionClosed".to_owned()));
}

#[tokio::test]
async fn the_logs_api_is_not_supported() {
    let (_environment, mut client, id) = registered().await;
    let header = [("lambda-extension-identifier", id.as_str())];
    client.send("PUT", "/2020-08-15/logs", &header, b"{}").await;
    let reply = client.receive().await.unwrap();
    assert_eq!(reply.refusal(), (202, "Logs.NotSupported".to_owned()));
}
