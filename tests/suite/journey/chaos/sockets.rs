//! Sockets of the runtime that die, close by half, dawdle or break off.

use crate::support::guarded::{ENFORCE, Guarded, Setup};
use crate::support::raw::{NEXT, Raw, get, post, response_path};
use crate::support::runtime::Runtime;
use std::future::Future;
use std::pin::Pin;
use std::time::Duration;
use tollgate_emulator::{Answer, Event, Running};

type Doing<'a> = Pin<Box<dyn Future<Output = ()> + 'a>>;

/// What a runtime does wrong before it does right. It has the event already.
type Wrong = for<'a> fn(&'a Guarded, &'a Running) -> Doing<'a>;

const LARGE: usize = 6_000_000;

/// A name, and what goes wrong with a connection.
const REPLIES: [(&str, Wrong); 9] = [
    ("a head that breaks off", |guarded, _| Box::pin(send_and_reset(guarded, "POST /2018".into()))),
    ("a head that ends by half", |guarded, _| Box::pin(send_and_end(guarded, "POST /2018".into()))),
    ("an answer that breaks off", |guarded, running| {
        Box::pin(send_and_reset(guarded, partial(running)))
    }),
    ("an answer that ends by half", |guarded, running| {
        Box::pin(send_and_end(guarded, partial(running)))
    }),
    ("chunks that break off", |guarded, running| {
        let fields = "Transfer-Encoding: chunked\r\n";
        let text = post(&response_path(running.request_id()), fields, "4\r\nabcd\r\nff\r\nxy");
        Box::pin(send_and_reset(guarded, text))
    }),
    ("chunks without the last", |guarded, running| {
        let fields = "Transfer-Encoding: chunked\r\n";
        let text = post(&response_path(running.request_id()), fields, "4\r\nabcd\r\n");
        Box::pin(send_and_end(guarded, text))
    }),
    ("an answer nobody waits to see taken", |guarded, _| {
        Box::pin(send_and_reset(guarded, get("/2018-06-01/ping")))
    }),
    ("a large answer that breaks off", |guarded, running| {
        let body = "x".repeat(LARGE / 2);
        let fields = format!("Content-Length: {LARGE}\r\n");
        let text = post(&response_path(running.request_id()), &fields, &body);
        Box::pin(send_and_reset(guarded, text))
    }),
    ("an answer whose sender stands still", |guarded, running| {
        Box::pin(async {
            // It stays open and unfinished for as long as the environment lives.
            let raw = Raw::sending(guarded.port, partial(running)).await;
            std::mem::forget(raw);
        })
    }),
];

fn partial(running: &Running) -> String {
    post(&response_path(running.request_id()), "Content-Length: 100\r\n", "\"part")
}

async fn send_and_reset(guarded: &Guarded, text: String) {
    Raw::sending(guarded.port, text).await.reset();
}

async fn send_and_end(guarded: &Guarded, text: String) {
    let mut raw = Raw::sending(guarded.port, text).await;
    raw.finish().await;
    raw.closed().await;
}

/// A part of an answer that never came whole is no answer: the whole one that follows is, or Lambda
/// gives its own error. Either way the record says what the caller got.
#[tokio::test]
async fn chaos_of_the_runtimes_sockets() {
    for (name, wrong) in REPLIES {
        // Where Lambda waits for the rest of an answer, it waits for as long as the function may take.
        let timeout = Duration::from_secs(8);
        let setup = Setup::by_hand().policy(ENFORCE).map(|settings| settings.timeout(timeout));
        let guarded = setup.launch().await;
        let mut runtime = Runtime::connect(guarded.port).await;
        let mut running = guarded.environment.begin("{}").unwrap();
        runtime.next().await;
        wrong(&guarded, &running).await;
        let status = runtime.respond(running.request_id(), "\"whole\"").await.status;
        assert!(matches!(status, 202 | 400 | 403), "{name}: {status}");
        if status == 202 {
            let answer = running.answer().await.unwrap();
            assert_eq!(answer.body().as_ref(), b"\"whole\"", "{name}");
        }
        let id = running.request_id().to_owned();
        let ledger = guarded.ledger_after(running, runtime).await;
        let record = ledger.invocation(&id);
        let outcome = record["outcome"].as_str().unwrap();
        assert_eq!(outcome == "success", status == 202, "{name}: {record}");
        ledger.assert_verifies();
    }
}

/// A runtime that takes its event byte by byte, or not at all, or leaves in the middle of it.
#[tokio::test]
async fn chaos_of_a_runtime_that_does_not_read() {
    for leaves in [false, true] {
        let guarded = Setup::by_hand().launch().await;
        let slow = Raw::sending(guarded.port, get(NEXT)).await;
        guarded.poll_seen().await;
        let event = format!("\"{}\"", "x".repeat(LARGE));
        let running = guarded.environment.begin(Event::new(event.clone())).unwrap();
        let mut runtime = Runtime::connect(guarded.port).await;
        if leaves {
            slow.reset();
        } else {
            // It reads now, as fast as it can: the event is whole.
            let mut slow = slow;
            let (_, _, body) = slow.answer().await.unwrap();
            assert!(body == event.as_bytes(), "{}", body.len());
        }
        if leaves {
            let again = runtime.next().await;
            assert!(again.body == event, "{}", again.body.len());
        }
        assert_eq!(runtime.respond(running.request_id(), "{}").await.status, 202);
        let id = running.request_id().to_owned();
        let ledger = guarded.ledger_after(running, runtime).await;
        assert_eq!(ledger.invocation(&id)["outcome"], "success");
        ledger.assert_verifies();
    }
}

/// A client that opens a connection for each call, as shell scripts do, holds nothing open in between.
/// Even so the record is written before Lambda can freeze the environment.
#[tokio::test]
async fn chaos_a_runtime_with_a_connection_a_call() {
    let guarded = Setup::by_hand().launch().await;
    let mut ids = Vec::new();
    for _ in 0..10 {
        let running = guarded.environment.begin("{}").unwrap();
        assert_eq!(Runtime::connect(guarded.port).await.next().await.status, 200);
        let id = running.request_id().to_owned();
        assert_eq!(Runtime::connect(guarded.port).await.respond(&id, "{}").await.status, 202);
        let poll = Raw::sending(guarded.port, get(NEXT)).await;
        let done = running.finished().await.unwrap();
        assert!(matches!(done.answer, Answer::Response { .. }), "{done:?}");
        // The journal is what a freeze, and a kill in it, leaves.
        guarded.environment.freeze();
        let journal = std::fs::read(guarded.environment.tmp().join(".tollgate/journal")).unwrap();
        let journal = String::from_utf8_lossy(&journal);
        assert!(is_written(&journal, &id), "{id} is begun and not written");
        guarded.environment.thaw();
        poll.reset();
        ids.push(id);
    }
    let ledger = guarded.ledger().await;
    for id in &ids {
        ledger.invocation(id);
    }
    ledger.assert_verifies();
}

/// Whether a line of the ledger tells of this invocation.
fn is_written(journal: &str, id: &str) -> bool {
    journal
        .split("\"tollgate\":1")
        .any(|line| line.starts_with(",\"kind\":\"invocation\"") && line.contains(id))
}
