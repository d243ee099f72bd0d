//! Streamed answers while they are made: the caller has the beginning before the end is written.
#![expect(clippy::unwrap_used, reason = "test code")]

use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tollgate_emulator::{Door, Event, Gateway, Live, Piece};

use crate::support::{idle, path, start_played, workers};

/// Asks a function URL for an answer in two parts; gives what came of it when the file was made
/// after the first part.
async fn trickled(word: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    let mark = folder.path().join("go-on");
    let front = Gateway::new(Door::FunctionUrl).bind(SocketAddr::from(([127, 0, 0, 1], 0)));
    let front = front.await.unwrap();
    let mut stream = TcpStream::connect(front.address().unwrap()).await.unwrap();
    tokio::spawn(front.serve(workers("report", 1)));
    let body = format!("{word}:{}", mark.display());
    let head = format!(
        "POST / HTTP/1.1\r\nhost: x\r\ncontent-type: text/plain\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    stream.write_all(format!("{head}{body}").as_bytes()).await.unwrap();
    let mut read = Vec::new();
    let has = |read: &[u8], part: &str| String::from_utf8_lossy(read).contains(part);
    while !has(&read, "first") {
        assert_ne!(
            stream.read_buf(&mut read).await.unwrap(),
            0,
            "{}",
            String::from_utf8_lossy(&read)
        );
    }
    assert!(!has(&read, "second"));
    std::fs::write(&mark, "").unwrap();
    while !has(&read, "0\r\n\r\n") && stream.read_buf(&mut read).await.unwrap() > 0 {}
    String::from_utf8(read).unwrap()
}

#[tokio::test]
async fn the_caller_of_a_function_url_reads_while_the_function_writes() {
    let read = trickled("trickle").await;
    assert!(read.starts_with("HTTP/1.1 207 "), "{read}");
    assert!(read.contains("content-type: application/octet-stream"), "{read}");
    assert!(read.ends_with("second\r\n0\r\n\r\n"), "{read}");
}

#[tokio::test]
async fn a_function_that_ends_midway_breaks_the_answer_off() {
    let read = trickled("trickle-fail").await;
    assert!(read.starts_with("HTTP/1.1 207 ") && read.contains("first"), "{read}");
    assert!(!read.ends_with("0\r\n\r\n"), "a caller must see that it is not whole: {read}");
}

const STREAMED: u64 = 64 * 1024 * 1024;
/// What may be between the function and its caller: the pieces, and what their reader holds.
const BETWEEN: u64 = 8 * 1024 * 1024;

#[tokio::test]
async fn a_slow_caller_slows_the_function() {
    let (environment, mut runtime) = start_played(idle().timeout(Duration::from_mins(5))).await;
    let (live, mut pieces) = Live::channel();
    let mut running = environment.begin(Event { live: Some(live), ..Event::new("{}") }).unwrap();
    runtime.receive().await.unwrap();
    let post = path(running.request_id(), "response");
    let wrote = tokio::spawn(async move {
        let headers = [
            ("lambda-runtime-function-response-mode", "streaming"),
            ("content-type", "text/plain"),
        ];
        let body = vec![b'x'; usize::try_from(STREAMED).unwrap()];
        runtime.post(&post, &headers, &body).await.status
    });
    let head = Piece::Head {
        request_id: running.request_id().to_owned(),
        content_type: "text/plain".to_owned(),
    };
    assert_eq!(pieces.next().await, Some(head));
    let (mut taken, mut ended) = (0, false);
    while let Some(piece) = pieces.next().await {
        // A caller that is slower than everything else.
        for _ in 0..100 {
            tokio::task::yield_now().await;
        }
        match piece {
            Piece::Data(data) => taken += data.len() as u64,
            Piece::End => ended = true,
            Piece::Head { .. } => unreachable!("there is one head"),
        }
        let read = |request: &tollgate_emulator::Request| {
            request.path.ends_with("/response").then(|| request.body_bytes())
        };
        let read = environment.requests().iter().find_map(read).unwrap();
        assert!(read <= taken + BETWEEN, "{read} were read of the function, {taken} by the caller");
    }
    assert_eq!((taken, ended), (STREAMED, true));
    assert_eq!(wrote.await.unwrap(), 202);
    assert_eq!(running.answer().await.unwrap().body().len() as u64, STREAMED);
}

#[tokio::test]
async fn a_caller_that_hangs_up_does_not_end_the_function() {
    let (environment, mut runtime) = start_played(idle()).await;
    let (live, pieces) = Live::channel();
    let mut running = environment.begin(Event { live: Some(live), ..Event::new("{}") }).unwrap();
    runtime.receive().await.unwrap();
    drop(pieces);
    let post = path(running.request_id(), "response");
    let mode = [("lambda-runtime-function-response-mode", "streaming")];
    let large = vec![b'x'; 8 * 1024 * 1024];
    assert_eq!(runtime.post(&post, &mode, &large).await.status, 202);
    assert_eq!(running.answer().await.unwrap().body().len(), large.len());
}

#[tokio::test]
async fn what_is_not_streamed_has_no_pieces() {
    let (environment, mut runtime) = start_played(idle()).await;
    let (live, mut pieces) = Live::channel();
    let running = environment.begin(Event { live: Some(live), ..Event::new("{}") }).unwrap();
    runtime.receive().await.unwrap();
    assert_eq!(runtime.post(&path(running.request_id(), "response"), &[], b"{}").await.status, 202);
    // Before the invocation is over: the runtime has not asked for the next event.
    assert_eq!(pieces.next().await, None);
    runtime.poll().await;
    running.finished().await.unwrap();
}
