//! Streamed answers that have begun and meet a ceiling: cut, with the trailers of an error.

use super::held_to;
use crate::support::guarded::{Guarded, Setup};
use crate::support::ledger::Ledger;
use crate::support::runtime::{Reply, Runtime};
use bytes::Bytes;
use http::{HeaderMap, HeaderValue};
use http_body_util::channel::{Channel, Sender};
use tokio::task::JoinHandle;
use tollgate_emulator::{Answer, Running};

const NAME: &str = "lambda-runtime-function-error-type";

struct Streaming {
    guarded: Guarded,
    running: Running,
    sender: Sender<Bytes>,
    sending: JoinHandle<(Runtime, Reply)>,
    id: String,
}

impl Streaming {
    async fn begin(ceilings: &str) -> Self {
        let guarded = held_to(Setup::by_hand(), ceilings).launch().await;
        let mut runtime = Runtime::connect(guarded.port).await;
        let running = guarded.environment.begin("{}").unwrap();
        let id = runtime.next().await.request_id().to_owned();
        let (sender, body): (Sender<Bytes>, Channel<Bytes>) = Channel::new(1);
        let path = id.clone();
        let sending = tokio::spawn(async move {
            let reply = runtime.stream(&path, &[("trailer", NAME)], body).await;
            (runtime, reply)
        });
        Self { guarded, running, sender, sending, id }
    }

    async fn answer(&mut self) -> (Vec<u8>, Vec<(String, String)>) {
        match self.running.answer().await.unwrap() {
            Answer::Response { body, streamed: true, trailers, .. } => (body.to_vec(), trailers),
            other => panic!("{other:?}"),
        }
    }

    async fn end(self) -> Ledger {
        drop(self.sender);
        let (runtime, reply) = self.sending.await.unwrap();
        assert_eq!(reply.status, 202);
        self.guarded.ledger_after(self.running, runtime).await
    }
}

fn assert_cut(trailers: &[(String, String)], check: &str) {
    let value = |name: &str| &trailers.iter().find(|(known, _)| known == name).unwrap().1;
    assert_eq!(value("lambda-runtime-function-error-type"), "Function.TollgateRefused");
    let body = value("lambda-runtime-function-error-body");
    let body = decode(body);
    assert!(body.contains(check) && body.contains("errorMessage"), "{body}");
}

/// Base64 (RFC 4648).
fn decode(text: &str) -> String {
    let digit = |byte: u8| match byte {
        b'A'..=b'Z' => byte - b'A',
        b'a'..=b'z' => byte - b'a' + 26,
        b'0'..=b'9' => byte - b'0' + 52,
        b'+' => 62,
        _ => 63,
    };
    let (mut bits, mut count, mut out) = (0_u32, 0, Vec::new());
    for byte in text.bytes().filter(|byte| *byte != b'=') {
        bits = bits << 6 | u32::from(digit(byte));
        count += 6;
        if count >= 8 {
            count -= 8;
            out.push((bits >> count & 0xff) as u8);
        }
    }
    String::from_utf8(out).unwrap()
}

#[tokio::test]
async fn a_stream_that_does_not_end_is_cut_by_its_time() {
    let mut streaming = Streaming::begin("time: 400ms, after_time: detach").await;
    streaming.sender.send_data(Bytes::from_static(b"first ")).await.unwrap();
    streaming.sender.send_data(Bytes::from_static(b"second")).await.unwrap();
    let (body, trailers) = streaming.answer().await;
    assert_eq!(body, b"first second");
    assert_cut(&trailers, "ceiling.time");
    // What the function still has to say is dropped.
    streaming.sender.send_data(Bytes::from_static(b"third")).await.unwrap();
    let id = streaming.id.clone();
    let ledger = streaming.end().await;
    let record = ledger.invocation(&id);
    assert_eq!(
        (&record["outcome"], &record["ceilings"]["endedBy"]),
        (&"ceiling".into(), &"ceiling".into())
    );
    assert_eq!(
        (&record["response"]["streamed"], &record["response"]["bytes"]),
        (&true.into(), &12.into())
    );
    assert_eq!(record["errorType"], "Function.TollgateRefused");
    ledger.assert_verifies();
}

#[tokio::test]
async fn a_stream_is_cut_at_its_size_to_the_byte() {
    let mut streaming = Streaming::begin("response_bytes: 10").await;
    streaming.sender.send_data(Bytes::from_static(b"01234567")).await.unwrap();
    streaming.sender.send_data(Bytes::from_static(b"89abcdef")).await.unwrap();
    let (body, trailers) = streaming.answer().await;
    assert_eq!(body, b"0123456789");
    assert_cut(&trailers, "ceiling.response_bytes");
    let id = streaming.id.clone();
    let ledger = streaming.end().await;
    let record = ledger.invocation(&id);
    assert_eq!(record["outcome"], "ceiling");
    assert_eq!(record["ceilings"]["responseBytes"]["used"], 16);
    assert_eq!(record["response"]["bytes"], 10);
    ledger.assert_verifies();
}

#[tokio::test]
async fn a_stream_within_its_ceilings_passes_with_its_own_trailers() {
    let mut streaming =
        Streaming::begin("time: 20s, response_bytes: 1MiB, after_time: detach").await;
    let part = Bytes::from(vec![b'x'; 100_000]);
    streaming.sender.send_data(part.clone()).await.unwrap();
    streaming.sender.send_data(part).await.unwrap();
    let mut trailers = HeaderMap::new();
    trailers.insert(NAME, HeaderValue::from_static("Runtime.StreamError"));
    streaming.sender.send_trailers(trailers).await.unwrap();
    let (id, Streaming { guarded, mut running, sender, sending, .. }) =
        (streaming.id.clone(), streaming);
    drop(sender);
    match running.answer().await.unwrap() {
        Answer::Response { body, trailers, .. } => {
            assert_eq!(body.len(), 200_000);
            assert_eq!(trailers, [(NAME.to_owned(), "Runtime.StreamError".to_owned())]);
        }
        other => panic!("{other:?}"),
    }
    let (runtime, reply) = sending.await.unwrap();
    assert_eq!(reply.status, 202);
    let ledger = guarded.ledger_after(running, runtime).await;
    let record = ledger.invocation(&id);
    assert_eq!(
        (&record["outcome"], &record["errorType"]),
        (&"error".into(), &"Runtime.StreamError".into())
    );
    assert_eq!(record["ceilings"]["endedBy"], "function");
    ledger.assert_verifies();
}
