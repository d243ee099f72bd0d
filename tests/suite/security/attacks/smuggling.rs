//! Requests hidden in the framing of others: what Lambda sees is what the proxy has judged.

use super::{assert_found, busy};
use crate::support::raw::Raw;

const HIDDEN: &str = "GET /hidden HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n";

/// A name, the fields of the request, and its body; `{}` is the hidden request.
const REFUSED: [(&str, &str, &str); 14] = [
    ("a length and chunks", "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n{}"),
    ("chunks and a length", "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n", "0\r\n\r\n{}"),
    ("two lengths", "Content-Length: 0\r\nContent-Length: 44\r\n", "{}"),
    ("a list of lengths", "Content-Length: 0, 44\r\n", "{}"),
    ("a signed length", "Content-Length: +0\r\n", "{}"),
    ("a length in hexadecimal", "Content-Length: 0x2c\r\n", "{}"),
    ("a length too large for any number", "Content-Length: 18446744073709551616\r\n", "{}"),
    ("two codings", "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n", "0\r\n\r\n{}"),
    ("a list of codings", "Transfer-Encoding: identity, chunked\r\n", "0\r\n\r\n{}"),
    ("an unknown coding", "Transfer-Encoding: xchunked\r\n", "0\r\n\r\n{}"),
    ("a folded line", "X-A: b\r\n Content-Length: 44\r\n", "{}"),
    ("a coding on a folded line", "Transfer-Encoding:\r\n chunked\r\n", "0\r\n\r\n{}"),
    ("a space before the colon", "Content-Length : 44\r\n", "{}"),
    ("a line break alone in a field", "X-A: b\rContent-Length: 44\r\n", "{}"),
];

/// Chunks that end where they do not say.
const BROKEN: [(&str, &str); 8] = [
    ("no number", "zz\r\n{}"),
    ("a signed number", "-1\r\n{}"),
    ("a prefix", "0x0\r\n\r\n{}"),
    ("too large a number", "fffffffffffffffff\r\n{}"),
    ("a line break alone", "0\n\n{}"),
    ("more than it says", "1\r\nab\r\n0\r\n\r\n{}"),
    ("an extension over two lines", "0;a\nb\r\n\r\n{}"),
    ("a space within", "0 0\r\n\r\n{}"),
];

/// Chunks that are right, with a request behind them that is no part of them.
const ALLOWED: [(&str, &str); 3] = [
    ("an extension", "1;a=\"b\"\r\nx\r\n0\r\n\r\n"),
    ("trailers that name a length", "1\r\nx\r\n0\r\nContent-Length: 44\r\n\r\n"),
    ("zeros before the number", "0000001\r\nx\r\n000\r\n\r\n"),
];

fn request(fields: &str, body: &str) -> String {
    let body = body.replace("{}", HIDDEN);
    format!("POST /outer HTTP/1.1\r\nHost: 127.0.0.1\r\n{fields}\r\n{body}")
}

#[tokio::test]
async fn security_smuggling_by_the_fields_of_a_head_is_refused() {
    let (guarded, runtime, running) = busy().await;
    for (name, fields, body) in REFUSED {
        let mut raw = Raw::sending(guarded.port, request(fields, body)).await;
        assert_eq!(raw.status().await, Some(400), "{name}");
        raw.closed().await;
    }
    let seen = guarded.environment.requests();
    assert!(seen.iter().all(|it| it.path != "/outer" && it.path != "/hidden"), "{seen:#?}");
    assert_found(guarded, runtime, running, "proxy.foreign_request").await;
}

#[tokio::test]
async fn security_smuggling_by_chunks_reaches_nobody() {
    let (guarded, runtime, running) = busy().await;
    for (name, body) in BROKEN {
        let broken = request("Transfer-Encoding: chunked\r\n", body);
        let mut raw = Raw::sending(guarded.port, broken).await;
        raw.closed().await;
        let seen = guarded.environment.requests();
        assert!(seen.iter().all(|it| it.path != "/hidden"), "{name}: {seen:#?}");
    }
    assert_found(guarded, runtime, running, "proxy.foreign_request").await;
}

#[tokio::test]
async fn security_chunks_end_where_they_say_and_what_follows_is_judged_for_itself() {
    let (guarded, _runtime, running) = busy().await;
    for (name, body) in ALLOWED {
        let two = request("Transfer-Encoding: chunked\r\n", &format!("{body}{{}}"));
        let mut raw = Raw::sending(guarded.port, two).await;
        assert_eq!((raw.status().await, raw.status().await), (Some(404), Some(404)), "{name}");
    }
    let seen = guarded.environment.requests();
    let count = |path: &str| seen.iter().filter(|it| it.path == path).count();
    assert_eq!((count("/outer"), count("/hidden")), (ALLOWED.len(), ALLOWED.len()));
    // A hidden request is held to what every request is held to.
    let foreign = HIDDEN.replace("127.0.0.1", "metadata.example");
    let body = format!("0\r\n\r\n{foreign}");
    let mut raw = Raw::connect(guarded.port).await;
    raw.send(request("Transfer-Encoding: chunked\r\n", &body)).await;
    assert_eq!((raw.status().await, raw.status().await), (Some(404), Some(403)));
    drop(running);
}
