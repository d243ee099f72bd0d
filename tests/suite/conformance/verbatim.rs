//! What the proxy does not know passes through untouched.

use crate::support::guarded::Setup;
use crate::support::runtime::Runtime;

#[tokio::test]
async fn unknown_paths_methods_queries_and_headers() {
    let guarded = Setup::by_hand().launch().await;
    let mut runtime = Runtime::connect(guarded.port).await;
    let headers = [("x-odd", "a, b;c"), ("x-keep", "\"1\"")];
    let reply = runtime.call("PATCH", "/odd/%2Fpath?q=1&q=%20#", &headers, "body").await;
    assert_eq!(reply.status, 404);
    let seen = guarded.request("PATCH", "/odd");
    assert_eq!(seen.path, "/odd/%2Fpath?q=1&q=%20");
    assert_eq!(seen.header("x-odd"), Some("a, b;c"));
    assert_eq!(seen.header("x-keep"), Some("\"1\""));
    assert_eq!(seen.header("content-length"), Some("4"));
}

#[tokio::test]
async fn a_wrong_method_and_ping_are_lambdas_to_answer() {
    let guarded = Setup::by_hand().launch().await;
    let mut runtime = Runtime::connect(guarded.port).await;
    let path = "/2018-06-01/runtime/invocation/next";
    assert_eq!(runtime.call("POST", path, &[], "").await.status, 405);
    let ping = runtime.call("GET", "/2018-06-01/ping", &[], "").await;
    assert_eq!((ping.status, ping.body.as_ref()), (200, &b"pong"[..]));
}

#[tokio::test]
async fn other_extensions_reach_their_api_through_the_proxy() {
    let guarded = Setup::by_hand().launch().await;
    let mut runtime = Runtime::connect(guarded.port).await;
    let headers = [("lambda-extension-name", "internal-one")];
    let body = r#"{"events":["INVOKE"]}"#;
    let reply = runtime.call("POST", "/2020-01-01/extension/register", &headers, body).await;
    assert_eq!(reply.status, 200);
    assert!(!reply.header("lambda-extension-identifier").is_empty());
}

#[tokio::test]
async fn a_path_prefix_of_the_runtime_api_is_kept() {
    let guarded = Setup::by_hand().map(|settings| settings.path_prefix("/.rt/fn")).launch().await;
    let mut runtime = Runtime::connect(guarded.port).await;
    let running = guarded.environment.begin("{}").unwrap();
    assert_eq!(runtime.next().await.status, 200);
    assert_eq!(runtime.respond(running.request_id(), "{}").await.status, 202);
    assert!(guarded.request("GET", "/invocation/next").path.starts_with("/.rt/fn/2018-06-01/"));
}

#[tokio::test]
async fn header_names_keep_their_spelling_for_clients_that_compare_it() {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    let guarded = Setup::by_hand().launch().await;
    let running = guarded.environment.begin("{}").unwrap();
    let mut stream = tokio::net::TcpStream::connect(("127.0.0.1", guarded.port)).await.unwrap();
    let request = "GET /2018-06-01/runtime/invocation/next HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n";
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut text = String::new();
    while !text.contains("\r\n\r\n") {
        let mut buffer = [0; 4096];
        let read = stream.read(&mut buffer).await.unwrap();
        text.push_str(std::str::from_utf8(&buffer[..read]).unwrap());
    }
    let id = running.request_id();
    assert!(text.contains(&format!("Lambda-Runtime-Aws-Request-Id: {id}\r\n")), "{text}");
}

#[tokio::test]
async fn restore_calls_pass_and_the_ledger_opens_after_the_restore() {
    let guarded = Setup::by_hand().map(|settings| settings.snap_start(true)).launch().await;
    let mut runtime = Runtime::connect(guarded.port).await;
    // The snapshot is taken while this call waits; the first invocation restores it.
    let running = guarded.environment.begin("{}").unwrap();
    let restored = runtime.call("GET", "/2018-06-01/runtime/restore/next", &[], "").await;
    assert_eq!(restored.status, 200);
    runtime.next().await;
    assert_eq!(runtime.respond(running.request_id(), "{}").await.status, 202);
    let ledger = guarded.ledger_after(running, runtime).await;
    assert_eq!(ledger.of_kind("open")[0]["function"]["initializationType"], "snap-start");
    ledger.assert_verifies();
}

#[tokio::test]
async fn restore_without_snapstart_is_lambdas_404() {
    let guarded = Setup::by_hand().launch().await;
    let mut runtime = Runtime::connect(guarded.port).await;
    let reply = runtime.call("GET", "/2018-06-01/runtime/restore/next", &[], "").await;
    assert_eq!(reply.status, 404);
    let body = r#"{"errorType":"Runtime.Hook"}"#;
    let reply = runtime.call("POST", "/2018-06-01/runtime/restore/error", &[], body).await;
    assert_eq!(reply.status, 404);
}
