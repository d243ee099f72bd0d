//! Sinks outside of the environment: whatever they do, each record arrives, and the function does
//! not wait.

use crate::support::guarded::{Guarded, Setup};
use crate::support::ledger::Ledger;
use crate::support::receiver::{Fault, Receiver};
use rustix::process::{Signal, kill_process};
use std::net::TcpListener;
use tollgate_emulator::Freeze;

/// A policy whose only sink is an endpoint.
fn policy(url: &str, more: &str) -> String {
    format!("version: 1\nledger:\n  {more}\n  sinks: [{{ type: http, url: '{url}' }}]\n")
}

/// Asserts that these invocations are in what arrived, and that it is a ledger.
fn assert_arrived(receiver: &Receiver, ids: &[String]) -> Ledger {
    let ledger = Ledger::from_lines(receiver.lines());
    for id in ids {
        ledger.invocation(id);
    }
    ledger.assert_verifies();
    ledger
}

async fn invoke(guarded: &Guarded, ids: &mut Vec<String>) {
    let invoked = guarded.invoke("{}").await;
    assert_eq!(invoked.answer.error_type(), None);
    ids.push(invoked.request_id);
}

#[tokio::test]
async fn an_endpoint_gets_the_ledger_whenever_it_is_flushed() {
    for flush in ["end", "overlap", "adaptive"] {
        let receiver = Receiver::start([]).await;
        let text = policy(&receiver.url(), &format!("flush: {flush}"));
        let guarded = Setup::rust().policy(&text).start().await;
        let mut ids = Vec::new();
        for _ in 0..3 {
            invoke(&guarded, &mut ids).await;
            if flush == "end" {
                let ledger = Ledger::from_lines(receiver.lines());
                ledger.invocation(ids.last().unwrap());
            }
        }
        let here = guarded.ledger().await;
        assert!(here.text().is_empty(), "nothing goes to the log: {}", here.text());
        let ledger = assert_arrived(&receiver, &ids);
        assert_eq!(ledger.of_kind("close").len(), 1, "{flush}: the shutdown flushes");
    }
}

#[tokio::test]
async fn whatever_an_endpoint_does_each_record_arrives() {
    for fault in [
        Fault::Status(429, "retry-after: 1\r\n"),
        Fault::Status(500, ""),
        Fault::Status(403, ""),
        Fault::ResetBefore,
        Fault::ResetInAnswer,
        Fault::LostAcknowledgement,
        Fault::Hang,
    ] {
        let receiver = Receiver::start([fault, fault]).await;
        let guarded =
            Setup::rust().policy(&policy(&receiver.url(), "flush: overlap")).start().await;
        let mut ids = Vec::new();
        for _ in 0..2 {
            invoke(&guarded, &mut ids).await;
        }
        receiver.taken("\"kind\":\"open\"").await;
        guarded.ledger().await;
        assert_arrived(&receiver, &ids);
    }
}

#[tokio::test]
async fn an_endpoint_that_hangs_holds_nobody_up() {
    let receiver = Receiver::start([Fault::Hold; 3]).await;
    let guarded = Setup::rust().policy(&policy(&receiver.url(), "flush: overlap")).start().await;
    let mut ids = Vec::new();
    receiver.arrived(1).await;
    // The request with the first record is open all the while; each invocation ends nevertheless,
    // which on the local Lambda means that the extension has asked for its next event.
    for _ in 0..5 {
        invoke(&guarded, &mut ids).await;
    }
    receiver.release();
    guarded.ledger().await;
    assert_arrived(&receiver, &ids);
}

#[tokio::test]
async fn an_endpoint_that_refuses_gets_everything_later_and_other_sinks_do_not_wait() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let files = tempfile::tempdir().unwrap();
    let path = files.path().join("ledger");
    let text = format!(
        "version: 1\nledger:\n  sinks:\n    - {{ type: stdout }}\n    - {{ type: http, url: 'http://{address}/in' }}\n    - {{ type: file, path: '{}' }}\n",
        path.display()
    );
    let guarded = Setup::rust().policy(&text).start().await;
    let mut ids = Vec::new();
    for _ in 0..3 {
        invoke(&guarded, &mut ids).await;
    }
    for id in &ids {
        guarded.ledger_so_far().invocation(id);
    }
    let receiver = Receiver::start_at(address).await;
    receiver.taken(&ids[2]).await;
    let here = guarded.ledger().await;
    let there = assert_arrived(&receiver, &ids);
    let file = std::fs::read_to_string(path).unwrap();
    assert_eq!(here.text(), file);
    assert_eq!(here.text(), there.text());
    assert_eq!(here.findings(), ["sink.unwritable"]);
}

#[tokio::test]
async fn a_frozen_environment_goes_on_where_it_was() {
    let receiver = Receiver::start([Fault::LostAcknowledgement]).await;
    let setup = Setup::rust().policy(&policy(&receiver.url(), "flush: overlap"));
    let guarded = setup.map(|settings| settings.freeze(Freeze::Automatic)).start().await;
    let mut ids = Vec::new();
    for _ in 0..5 {
        invoke(&guarded, &mut ids).await;
    }
    guarded.ledger().await;
    assert_arrived(&receiver, &ids);
}

#[tokio::test]
async fn a_killed_courier_costs_no_record() {
    let receiver = Receiver::start([Fault::Hold]).await;
    let guarded = Setup::rust().policy(&policy(&receiver.url(), "flush: overlap")).start().await;
    let mut ids = Vec::new();
    for _ in 0..4 {
        receiver.arrived(1).await;
        kill_process(guarded.courier().unwrap(), Signal::KILL).unwrap();
        invoke(&guarded, &mut ids).await;
        receiver.taken(ids.last().unwrap()).await;
    }
    guarded.ledger().await;
    let ledger = assert_arrived(&receiver, &ids);
    assert!(ledger.findings().iter().all(|id| id == "courier.down" || id == "sink.unwritable"));
}

#[tokio::test]
async fn a_courier_that_hangs_is_replaced() {
    let receiver = Receiver::start([]).await;
    let guarded = Setup::rust().policy(&policy(&receiver.url(), "flush: overlap")).start().await;
    let mut ids = Vec::new();
    receiver.arrived(1).await;
    let stopped = guarded.courier().unwrap();
    kill_process(stopped, Signal::STOP).unwrap();
    invoke(&guarded, &mut ids).await;
    receiver.taken(&ids[0]).await;
    assert_ne!(guarded.courier(), Some(stopped));
    guarded.ledger().await;
    let ledger = assert_arrived(&receiver, &ids);
    assert!(ledger.findings().contains(&"courier.down".to_owned()));
}

#[tokio::test]
async fn a_reset_environment_sends_what_its_predecessor_could_not() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let url = format!("http://{address}/in");
    let guarded = Setup::rust().policy(&policy(&url, "flush: adaptive")).start().await;
    let mut ids = Vec::new();
    for _ in 0..2 {
        invoke(&guarded, &mut ids).await;
        guarded.environment.kill_extension("tollgate");
        guarded.environment.reset_done().await;
    }
    let receiver = Receiver::start_at(address).await;
    invoke(&guarded, &mut ids).await;
    guarded.ledger().await;
    let ledger = assert_arrived(&receiver, &ids);
    assert_eq!(ledger.of_kind("open").len(), 3);
    let adopted = &ledger.of_kind("open")[2]["adopted"]["records"];
    assert!(adopted.as_u64().unwrap() > 0, "{adopted}");
}

/// The signature is checked by a library that is not ours, over the bytes of the wire.
#[tokio::test]
async fn a_signed_request_is_authentic_and_no_secret_is_seen() {
    const KEY: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    const CHECK: &str = "\
import sys, json
from standardwebhooks import Webhook
headers = json.loads(sys.argv[2])
Webhook(sys.argv[1]).verify(open(sys.argv[3], 'rb').read(), headers)
";
    let receiver = Receiver::start([]).await;
    let text = format!(
        "version: 1\nledger:\n  sinks:\n    - type: http\n      url: '{}'\n      compress: none\n      format: otlp-json\n      hmac_env: SIGNING_KEY\n      headers: [{{ name: authorization, env: TOKEN, prefix: 'Bearer ' }}]\n",
        receiver.url()
    );
    let setup = Setup::rust().policy(&text);
    let setup = setup.map(|it| it.env("SIGNING_KEY", KEY).env("TOKEN", "canary-of-the-token"));
    let guarded = setup.start().await;
    let mut ids = Vec::new();
    invoke(&guarded, &mut ids).await;
    receiver.taken(&ids[0]).await;
    guarded.environment.shutdown().await.unwrap();
    let files = tempfile::tempdir().unwrap();
    for request in receiver.requests() {
        assert_eq!(request.header("authorization"), Some("Bearer canary-of-the-token"));
        let body = files.path().join("body");
        std::fs::write(&body, &request.raw).unwrap();
        let name = |name: &str| (name.to_owned(), request.header(name).unwrap().into());
        let headers: serde_json::Map<_, _> =
            ["webhook-id", "webhook-timestamp", "webhook-signature"]
                .map(name)
                .into_iter()
                .collect();
        let checked = std::process::Command::new(crate::support::places::python())
            .args(["-c", CHECK, KEY, &serde_json::Value::from(headers).to_string()])
            .arg(body)
            .output()
            .unwrap();
        assert!(checked.status.success(), "{}", String::from_utf8_lossy(&checked.stderr));
    }
    let said = guarded.complaints() + &receiver.lines().join("\n");
    for secret in ["canary-of-the-token", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"] {
        assert!(!said.contains(secret), "{said}");
    }
}
