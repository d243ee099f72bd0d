//! Polls: one upstream for one downstream, safe over broken connections, counted once.

use crate::support::guarded::Setup;
use crate::support::runtime::Runtime;
use tollgate_emulator::{Client, Endpoint, Fault};

#[tokio::test]
async fn a_broken_upstream_connection_is_polled_again() {
    let guarded = Setup::by_hand().launch().await;
    guarded.environment.inject(Endpoint::RuntimeNext, Fault::Cut, 1);
    let mut runtime = Runtime::connect(guarded.port).await;
    let running = guarded.environment.begin("{}").unwrap();
    assert_eq!(runtime.next().await.status, 200);
    assert_eq!(runtime.respond(running.request_id(), "{}").await.status, 202);
    let id = running.request_id().to_owned();
    let ledger = guarded.ledger_after(running, runtime).await;
    assert_eq!(ledger.invocation(&id)["outcome"], "success");
}

#[tokio::test]
async fn connections_that_died_between_invocations_are_replaced() {
    let guarded = Setup::rust().start().await;
    for _ in 0..3 {
        assert_eq!(guarded.invoke("{}").await.answer.error_type(), None);
        guarded.environment.drop_connections(None);
    }
    let last = guarded.invoke("{}").await;
    assert_eq!(last.answer.error_type(), None);
    let ledger = guarded.ledger().await;
    assert_eq!(ledger.of_kind("invocation").len(), 4);
    ledger.assert_verifies();
}

#[tokio::test]
async fn a_runtime_that_loses_its_connection_gets_the_same_event_and_one_record() {
    let guarded = Setup::by_hand().launch().await;
    let running = guarded.environment.begin("{\"n\":1}").unwrap();
    let first = Runtime::connect(guarded.port).await.next().await;
    let mut again = Runtime::connect(guarded.port).await;
    let second = again.next().await;
    assert_eq!(first.request_id(), second.request_id());
    assert_eq!(second.body.as_ref(), b"{\"n\":1}");
    assert_eq!(again.respond(running.request_id(), "{}").await.status, 202);
    let id = running.request_id().to_owned();
    let ledger = guarded.ledger_after(running, again).await;
    assert_eq!(ledger.invocation(&id)["outcome"], "success");
}

#[tokio::test]
async fn a_poll_whose_waiter_hung_up_is_taken_over() {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    let guarded = Setup::by_hand().launch().await;
    let mut stream = tokio::net::TcpStream::connect(("127.0.0.1", guarded.port)).await.unwrap();
    let request = "GET /2018-06-01/runtime/invocation/next HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n";
    stream.write_all(request.as_bytes()).await.unwrap();
    guarded.poll_seen().await;
    stream.shutdown().await.unwrap();
    // The other end closes too: it has seen that nobody waits.
    assert_eq!(stream.read(&mut [0; 1]).await.unwrap(), 0);
    let mut runtime = Runtime::connect(guarded.port).await;
    let running = guarded.environment.begin("{}").unwrap();
    assert_eq!(runtime.next().await.request_id(), running.request_id());
    let polls = guarded.environment.requests();
    let polls = polls.iter().filter(|request| request.path.ends_with("/invocation/next")).count();
    assert_eq!(polls, 1, "the waiting poll is used, none is added");
}

#[tokio::test]
async fn security_a_second_poll_is_refused_and_found() {
    let guarded = Setup::by_hand().launch().await;
    let port = guarded.port;
    let waiting = tokio::spawn(async move {
        let mut runtime = Runtime::connect(port).await;
        let event = runtime.next().await;
        (runtime, event)
    });
    guarded.poll_seen().await;
    let stolen = Runtime::connect(port).await.next().await;
    assert_eq!(stolen.status, 403);
    let running = guarded.environment.begin("{}").unwrap();
    let (mut runtime, event) = waiting.await.unwrap();
    assert_eq!(event.request_id(), running.request_id());
    runtime.respond(running.request_id(), "{}").await;
    let findings = guarded.ledger_after(running, runtime).await.findings();
    assert!(findings.contains(&"proxy.second_poll".to_owned()), "{findings:?}");
}

#[tokio::test]
async fn lambdas_errors_to_a_poll_are_passed_on() {
    let guarded = Setup::by_hand().launch().await;
    guarded.environment.inject(Endpoint::RuntimeNext, Fault::Status(500), 1);
    let mut runtime = Runtime::connect(guarded.port).await;
    assert_eq!(runtime.next().await.status, 500);
    let running = guarded.environment.begin("{}").unwrap();
    assert_eq!(runtime.next().await.request_id(), running.request_id());
}

#[tokio::test]
async fn a_cut_runtime_connection_upstream_does_not_lose_a_reply() {
    let guarded = Setup::by_hand().launch().await;
    let mut runtime = Runtime::connect(guarded.port).await;
    let running = guarded.environment.begin("{}").unwrap();
    runtime.next().await;
    // The connection that carried the poll is kept for the reply; it is dead now.
    guarded.environment.drop_connections(Some(Client::Runtime));
    assert_eq!(runtime.respond(running.request_id(), "{}").await.status, 202);
    let id = running.request_id().to_owned();
    let ledger = guarded.ledger_after(running, runtime).await;
    assert_eq!(ledger.invocation(&id)["outcome"], "success");
}
