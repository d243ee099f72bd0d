//! Faults on demand and the request journal.
use tollgate_emulator::{Client as Kind, Endpoint, Fault};

use crate::support::{Client, idle, path, start_busy, start_played};

#[tokio::test]
async fn a_cut_connection_is_dead_and_the_poll_can_be_repeated() {
    let (environment, mut runtime) = start_played(idle()).await;
    assert_eq!(environment.drop_connections(Some(Kind::Extension)), 0);
    assert_eq!(environment.drop_connections(Some(Kind::Runtime)), 1);
    assert!(runtime.receive().await.is_err());
    let mut runtime = Client::to(&environment).await;
    runtime.poll().await;
    let _running = environment.begin("[1]").unwrap();
    assert_eq!(runtime.receive().await.unwrap().body, b"[1]");
}

#[tokio::test]
async fn a_request_can_be_answered_with_a_status_without_any_effect() {
    let (environment, mut runtime, mut running) = start_busy().await;
    let path = path(running.request_id(), "response");
    environment.inject(Endpoint::Response, Fault::Status(500), 1);
    environment.inject(Endpoint::Response, Fault::Status(413), 1);
    let first = runtime.post(&path, &[], b"1").await;
    assert_eq!(first.refusal(), (500, "InternalServerError".to_owned()));
    let second = runtime.post(&path, &[], b"2").await;
    assert_eq!(second.refusal(), (413, "RequestEntityTooLarge".to_owned()));
    assert_eq!(runtime.post(&path, &[], b"3").await.status, 202);
    assert_eq!(running.answer().await.unwrap().body(), "3");
}

#[tokio::test]
async fn a_request_can_be_cut_without_any_effect() {
    let (environment, mut runtime, mut running) = start_busy().await;
    let path = path(running.request_id(), "response");
    environment.inject(Endpoint::Response, Fault::Cut, 1);
    runtime.send("POST", &path, &[], b"lost").await;
    assert!(runtime.receive().await.is_err());
    let mut runtime = Client::to(&environment).await;
    assert_eq!(runtime.post(&path, &[], b"kept").await.status, 202);
    assert_eq!(running.answer().await.unwrap().body(), "kept");
}

#[tokio::test]
async fn a_poll_can_be_held_back() {
    let (environment, mut runtime, running) = start_busy().await;
    let path = path(running.request_id(), "response");
    runtime.post(&path, &[], b"{}").await;
    environment.inject(Endpoint::RuntimeNext, Fault::Hold, 1);
    let mut requests = environment.follow_requests();
    runtime.poll().await;
    let polls = |request: &tollgate_emulator::Request| request.method == "GET";
    requests.find(polls).await;
    requests.find(polls).await;
    // Held, the poll does not say that the runtime is done.
    environment.release();
    assert!(running.finished().await.unwrap().phases.runtime_next.is_some());
}

#[tokio::test]
async fn the_journal_has_every_request_with_its_port_headers_and_sizes() {
    let (environment, mut runtime, running) = start_busy().await;
    let path = path(running.request_id(), "response?query=1");
    runtime.post(&path, &[("x-own", "value")], b"12345").await;
    let requests = environment.requests();
    let response = requests.iter().find(|request| request.method == "POST").unwrap();
    assert_eq!(response.path, path);
    assert_eq!(response.header("x-own"), Some("value"));
    assert_eq!((response.body_bytes(), response.status()), (5, Some(202)));
    let poll = requests.iter().find(|request| request.path.ends_with("/next")).unwrap();
    assert_eq!(poll.source_port, response.source_port);
    assert!(poll.micros < response.micros);
}
