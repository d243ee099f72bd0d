//! The least an extension can cost: std only, the same calls and listeners as Tollgate's, nothing else.
use std::io;
use std::net::{TcpListener, TcpStream};
use tollgate_bench::wire::{Body, Head, Reader, bad, send};

/// One connection to the Extensions API.
struct Api {
    host: String,
    reader: Reader<TcpStream>,
    stream: TcpStream,
    body: Body,
}

impl Api {
    fn open(host: String) -> io::Result<Self> {
        let stream = TcpStream::connect(&host)?;
        stream.set_nodelay(true)?;
        let reader = Reader::new(stream.try_clone()?);
        Ok(Self { host, reader, stream, body: Body::default() })
    }

    fn call(&mut self, line: &str, headers: &str, body: &str) -> io::Result<Head> {
        let (host, length) = (&self.host, body.len());
        let head = format!(
            "{line} HTTP/1.1\r\nhost: {host}\r\n{headers}\
             content-type: application/json\r\ncontent-length: {length}\r\n\r\n"
        );
        send(&mut self.stream, &head, body.as_bytes())?;
        let head = self.reader.head()?.ok_or_else(|| bad("connection closed"))?;
        self.reader.body(&head, &mut self.body)?;
        Ok(head)
    }
}

fn main() -> io::Result<()> {
    let host = std::env::var("AWS_LAMBDA_RUNTIME_API").map_err(|_| bad("no runtime API"))?;
    let _proxy = TcpListener::bind("127.0.0.1:0")?;
    let telemetry = TcpListener::bind("0.0.0.0:0")?;
    let port = telemetry.local_addr()?.port();
    let mut api = Api::open(host)?;
    let registered = api.call(
        "POST /2020-01-01/extension/register",
        "lambda-extension-name: bare-extension\r\n",
        r#"{"events":["INVOKE","SHUTDOWN"]}"#,
    )?;
    let id = registered.header("lambda-extension-identifier").unwrap_or_default();
    let id = format!("lambda-extension-identifier: {id}\r\n");
    let subscription = format!(
        r#"{{"schemaVersion":"2025-01-29","types":["platform"],"buffering":{{"maxItems":1000,"maxBytes":262144,"timeoutMs":25}},"destination":{{"protocol":"HTTP","URI":"http://sandbox.localdomain:{port}"}}}}"#
    );
    api.call("PUT /2022-07-01/telemetry", &id, &subscription)?;
    loop {
        api.call("GET /2020-01-01/extension/event/next", &id, "")?;
        if api.body.bytes().windows(8).any(|w| w == b"SHUTDOWN") {
            return Ok(());
        }
    }
}
