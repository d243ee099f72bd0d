//! What relays are compared by, row by row, observing and enforcing.

use crate::support::guarded::{Guarded, Setup};
use crate::support::raw::{Raw, post, response_path};
use crate::support::runtime::Runtime;
use bytes::Bytes;
use http::{HeaderMap, HeaderValue};
use http_body_util::channel::{Channel, Sender};
use tollgate_emulator::{Answer, Event, PAYLOAD_BYTES_MAX, Running, free_port};

const MODES: [&str; 2] = ["observe", "enforce"];

/// A function played by hand that has this event.
struct Busy {
    guarded: Guarded,
    runtime: Runtime,
    running: Running,
    mode: &'static str,
}

impl Busy {
    async fn with(mode: &'static str, event: &[u8]) -> Self {
        let policy = format!("version: 1\nmode: {mode}\n");
        let guarded = Setup::by_hand().policy(&policy).launch().await;
        let mut runtime = Runtime::connect(guarded.port).await;
        let running = guarded.environment.begin(Event::new(event.to_vec())).unwrap();
        let got = runtime.next().await;
        assert_eq!((got.status, got.request_id()), (200, running.request_id()), "{mode}");
        assert!(got.body == event, "{mode}: {} bytes", got.body.len());
        Self { guarded, runtime, running, mode }
    }

    async fn answer(&mut self) -> Answer {
        self.running.answer().await.unwrap()
    }

    async fn assert_recorded(self, outcome: &str) {
        let id = self.running.request_id().to_owned();
        let ledger = self.guarded.ledger_after(self.running, self.runtime).await;
        let record = ledger.invocation(&id);
        assert_eq!((&record["mode"], &record["outcome"]), (&self.mode.into(), &outcome.into()));
        assert_eq!(record["decision"], "pass", "{record}");
        ledger.assert_verifies();
    }
}

async fn response_passes(body: &[u8]) {
    for mode in MODES {
        let mut busy = Busy::with(mode, b"{}").await;
        let id = busy.running.request_id().to_owned();
        assert_eq!(busy.runtime.respond(&id, body.to_vec()).await.status, 202);
        let answer = busy.answer().await;
        assert!(answer.body().as_ref() == body, "{mode}: {} bytes", answer.body().len());
        busy.assert_recorded("success").await;
    }
}

#[tokio::test]
async fn relay_an_event_is_byte_identical() {
    for mode in MODES {
        let event = br#" { "n" : 12345678901234567890123, "f":1.50e+3, "t":"\u00e9\/" }"#;
        let mut busy = Busy::with(mode, event).await;
        let id = busy.running.request_id().to_owned();
        assert_eq!(busy.runtime.respond(&id, "{}").await.status, 202);
        busy.assert_recorded("success").await;
    }
}

#[tokio::test]
async fn relay_an_event_may_be_an_array_or_a_string() {
    for mode in MODES {
        for event in [&b"[1, [2], {}]"[..], b"\"text\"", b"17", b"null"] {
            let mut busy = Busy::with(mode, event).await;
            let id = busy.running.request_id().to_owned();
            assert_eq!(busy.runtime.respond(&id, "{}").await.status, 202);
            busy.assert_recorded("success").await;
        }
    }
}

#[tokio::test]
async fn relay_a_response_of_three_megabytes() {
    response_passes(&vec![b'x'; 3 * 1024 * 1024]).await;
}

#[tokio::test]
async fn relay_a_response_that_is_no_utf8() {
    response_passes(b"\x00\xff\xfe\xc3(").await;
}

#[tokio::test]
async fn relay_a_streaming_response_with_its_mode_its_frames_and_its_error_trailers() {
    for mode in MODES {
        let mut busy = Busy::with(mode, b"{}").await;
        let (mut sender, body): (Sender<Bytes>, Channel<Bytes>) = Channel::new(1);
        let id = busy.running.request_id().to_owned();
        let mut runtime = busy.runtime;
        let sending = tokio::spawn(async move {
            let names = "Lambda-Runtime-Function-Error-Type, Lambda-Runtime-Function-Error-Body";
            let reply = runtime.stream(&id, &[("trailer", names)], body).await;
            (runtime, reply)
        });
        sender.send_data(Bytes::from_static(b"half")).await.unwrap();
        // What has come so far is at Lambda before the rest is sent.
        busy.guarded.body_bytes_at_least("/response", 4).await;
        let mut trailers = HeaderMap::new();
        let error = HeaderValue::from_static("Runtime.StreamError");
        trailers.insert("lambda-runtime-function-error-type", error);
        let document = HeaderValue::from_static("e30=");
        trailers.insert("lambda-runtime-function-error-body", document);
        sender.send_trailers(trailers).await.unwrap();
        drop(sender);
        let (runtime, reply) = sending.await.unwrap();
        assert_eq!(reply.status, 202);
        busy.runtime = runtime;
        let sent = busy.guarded.request("POST", "/response");
        assert_eq!(sent.header("lambda-runtime-function-response-mode"), Some("streaming"));
        assert_eq!(busy.answer().await.error_type(), Some("Runtime.StreamError"), "{mode}");
        busy.assert_recorded("error").await;
    }
}

#[tokio::test]
async fn relay_the_headers_of_an_error() {
    for mode in MODES {
        let mut busy = Busy::with(mode, b"{}").await;
        let path = response_path(busy.running.request_id()).replace("/response", "/error");
        let fields = [
            ("lambda-runtime-function-error-type", "Function.Broken"),
            ("lambda-runtime-function-xray-error-cause", r#"{"exceptions":[]}"#),
        ];
        assert_eq!(busy.runtime.call("POST", &path, &fields, "{}").await.status, 202);
        let sent = busy.guarded.request("POST", "/error");
        for (name, value) in fields {
            assert_eq!(sent.header(name), Some(value), "{mode}");
        }
        assert_eq!(busy.answer().await.error_type(), Some("Function.Broken"));
        busy.assert_recorded("error").await;
    }
}

#[tokio::test]
async fn relay_restore_next_of_snapstart() {
    for mode in MODES {
        let policy = format!("version: 1\nmode: {mode}\n");
        let setup = Setup::by_hand().policy(&policy).map(|settings| settings.snap_start(true));
        let guarded = setup.launch().await;
        let mut runtime = Runtime::connect(guarded.port).await;
        let running = guarded.environment.begin("{}").unwrap();
        let restored = runtime.call("GET", "/2018-06-01/runtime/restore/next", &[], "").await;
        assert_eq!(restored.status, 200, "{mode}");
        runtime.next().await;
        assert_eq!(runtime.respond(running.request_id(), "{}").await.status, 202);
        let busy = Busy { guarded, runtime, running, mode };
        busy.assert_recorded("success").await;
    }
}

#[tokio::test]
async fn relay_lambdas_413() {
    for mode in MODES {
        let mut busy = Busy::with(mode, b"{}").await;
        let id = busy.running.request_id().to_owned();
        let reply = busy.runtime.respond(&id, vec![b'x'; PAYLOAD_BYTES_MAX + 1]).await;
        assert_eq!(reply.status, 413, "{mode}");
        assert!(reply.body.windows(7).any(|part| part == b"6291556"), "{:?}", reply.body);
        busy.assert_recorded("error").await;
    }
}

/// Many large answers while the backend of the ledger takes nothing: none waits, and memory is bounded.
#[tokio::test]
async fn relay_with_the_backend_down() {
    for mode in MODES {
        let nobody = format!("http://127.0.0.1:{}/in", free_port().unwrap());
        let policy = format!(
            "version: 1\nmode: {mode}\nledger:\n  flush: overlap\n  sinks: [{{ type: http, url: '{nobody}' }}]\n"
        );
        let guarded = Setup::rust().policy(&policy).start().await;
        for _ in 0..20 {
            let event = r#"{"control":{"reply_bytes":1000000}}"#;
            let invoked = guarded.invoke(event).await;
            assert_eq!(invoked.answer.error_type(), None, "{mode}");
            assert_eq!(invoked.answer.body().len(), 1_000_000);
        }
        let resident = guarded.extension_memory_kb("VmRSS:");
        assert!(resident < 48 * 1024, "{mode}: {resident} KB");
    }
}

/// What no monitoring relay does: the function never has the event.
#[tokio::test]
async fn relay_an_event_is_blocked_inline() {
    let event = r#"{"a":1,"a":2}"#;
    let mut busy = Busy::with("observe", event.as_bytes()).await;
    let id = busy.running.request_id().to_owned();
    assert_eq!(busy.runtime.respond(&id, "{}").await.status, 202);
    busy.assert_recorded("success").await;

    let policy = "version: 1\nmode: enforce\n";
    let guarded = Setup::by_hand().policy(policy).launch().await;
    let poll = crate::support::raw::get(crate::support::raw::NEXT);
    let mut waiting = Raw::sending(guarded.port, poll).await;
    let mut refused = guarded.environment.begin(event).unwrap();
    let answer = refused.answer().await.unwrap();
    assert_eq!(answer.error_type(), Some("Function.TollgateRefused"));
    // The same poll gets the next event, and no other.
    let running = guarded.environment.begin("\"next\"").unwrap();
    let (status, head, body) = waiting.answer().await.unwrap();
    assert_eq!((status, body.as_slice()), (200, &b"\"next\""[..]));
    assert!(head.contains(running.request_id()));
    let reply = post(&response_path(running.request_id()), "Content-Length: 2\r\n", "{}");
    assert_eq!(Raw::sending(guarded.port, reply).await.status().await, Some(202));
    let refused = refused.request_id().to_owned();
    let runtime = Runtime::connect(guarded.port).await;
    let ledger = guarded.ledger_after(running, runtime).await;
    assert_eq!(ledger.invocation(&refused)["outcome"], "refused");
    ledger.assert_verifies();
}
