//! A table of budgets that lies: negative counts, other types, numbers beyond all bounds, no JSON.

use crate::support::guarded::Setup;
use serde_json::{Value, json};
use std::sync::Arc;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tollgate_emulator::Answer;

/// What all environments may have together.
const LIMIT: usize = 5;

/// Answers every request of a connection with the same.
async fn lie(mut stream: TcpStream, status: &str, body: &str) -> std::io::Result<()> {
    let mut read = Vec::new();
    loop {
        let end = loop {
            if let Some(at) = read.windows(4).position(|four| four == b"\r\n\r\n") {
                break at + 4;
            }
            if stream.read_buf(&mut read).await? == 0 {
                return Ok(());
            }
        };
        let head = String::from_utf8_lossy(&read[..end]).to_ascii_lowercase();
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
        let length: usize = length.and_then(|length| length.trim().parse().ok()).unwrap_or(0);
        while read.len() < end + length {
            stream.read_buf(&mut read).await?;
        }
        read.drain(..end + length);
        let head = format!(
            "HTTP/1.1 {status}\r\nContent-Type: application/x-amz-json-1.0\r\nContent-Length: {}\r\n\r\n",
            body.len()
        );
        stream.write_all(head.as_bytes()).await?;
        stream.write_all(body.as_bytes()).await?;
    }
}

async fn table(status: &'static str, body: String) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let body = Arc::new(body);
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let body = Arc::clone(&body);
            // A peer that is gone has had its answer.
            tokio::spawn(async move { lie(stream, status, &body).await.ok() });
        }
    });
    url
}

fn granted(granted: &Value, environments: &Value) -> String {
    json!({ "Attributes": { "granted": granted, "environments": environments } }).to_string()
}

#[tokio::test]
async fn security_a_table_that_lies_lets_nobody_pass_beyond_the_limit() {
    let policy = format!(
        "version: 1\nmode: enforce\ntables: {{ budgets: budgets }}\nbudgets:\n  - {{ name: shared, unit: \
         invocations, limit: {LIMIT}, per: 31d, scope: function, store: dynamodb, first: wait, lease: \
         {{ smallest: 1, largest: 2 }} }}\n"
    );
    let number = |text: &str| json!({ "N": text });
    let (ok, bad) = ("200 OK", "400 Bad Request");
    let condition = |item: Value| {
        let kind = "com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException";
        json!({ "__type": kind, "message": "no", "Item": item }).to_string()
    };
    let lies = [
        (ok, granted(&number("1"), &number("1"))),
        (ok, granted(&number("-5"), &number("-1"))),
        (ok, granted(&number(&"9".repeat(60)), &number(&"9".repeat(60)))),
        (ok, granted(&number("1e300"), &number("0.5"))),
        (ok, granted(&json!({ "S": "1" }), &json!({ "BOOL": true }))),
        (ok, granted(&json!({ "N": 1 }), &json!([]))),
        (ok, granted(&json!({ "N": "1", "S": "2" }), &Value::Null)),
        (ok, json!({ "Attributes": {} }).to_string()),
        (ok, json!({ "Attributes": [] }).to_string()),
        (ok, "[]".to_owned()),
        (ok, "no JSON".to_owned()),
        (ok, String::new()),
        (ok, "{\"Attributes\":".repeat(5_000)),
        (ok, format!("{{\"Attributes\":{{\"x\":{{\"S\":\"{}\"}}}}}}", "x".repeat(2 << 20))),
        (bad, condition(json!({ "granted": { "N": "-5" } }))),
        (bad, condition(json!({ "granted": { "S": "all" } }))),
        (bad, "{}".to_owned()),
    ];
    for (status, body) in lies {
        let shown = body.chars().take(80).collect::<String>();
        let url = table(status, body).await;
        let setup = Setup::rust().policy(&policy);
        let setup = setup.map(|it| it.name("orders").env("AWS_ENDPOINT_URL", url));
        let guarded = setup.start().await;
        let mut passed = 0;
        for _ in 0..4 * LIMIT {
            let invoked = guarded.invoke("{}").await;
            match invoked.answer.error_type() {
                None => passed += 1,
                Some(refused) => assert_eq!(refused, "Function.TollgateRefused", "{shown}"),
            }
            assert!(!matches!(invoked.answer, Answer::Crash { .. }), "{shown}");
        }
        assert!(passed <= LIMIT, "{passed}: {shown}");
        guarded.ledger().await.assert_verifies();
    }
}
