//! The outside, on loopback: services of AWS as `moto` plays them, and a listener that takes down
//! what it gets.

use super::places;
use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use std::process::Stdio;
use std::sync::{Arc, Mutex};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::process::{Child, Command};

/// `moto` with its requests one at a time. By itself it serves them in threads, and between the condition
/// of an update and the update another one may come: DynamoDB is not like that, and budgets rely on it.
const ONE_AT_A_TIME: &str = "
import sys, threading
from moto import server
app, turn = server.DomainDispatcherApplication(server.create_backend_app), threading.Lock()
def alone(environ, start):
    with turn:
        return list(app(environ, start))
server.run_simple('127.0.0.1', int(sys.argv[1]), alone, threaded=True, request_handler=server.MotoRequestHandler)
";

/// A running `moto`.
pub(crate) struct Stand {
    /// Its address.
    pub(crate) url: String,
    port: u16,
    _process: Child,
}

impl Stand {
    /// Starts it, and waits until it takes connections.
    pub(crate) async fn moto() -> Self {
        let port = tollgate_emulator::free_port().unwrap();
        let text = port.to_string();
        let mut command = Command::new(places::python());
        command.args(["-c", ONE_AT_A_TIME, &text]);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let mut process = command.kill_on_drop(true).spawn().unwrap();
        while TcpStream::connect(("127.0.0.1", port)).await.is_err() {
            assert!(process.try_wait().unwrap().is_none(), "moto ended: is it installed?");
            tokio::task::yield_now().await;
        }
        Self { url: format!("http://127.0.0.1:{port}"), port, _process: process }
    }

    /// Calls SQS.
    pub(crate) async fn sqs(&self, action: &str, body: &Value) -> Value {
        let target = ("x-amz-target", format!("AmazonSQS.{action}"));
        let answer = self.send("POST", "/", "sqs", Some(target), body.to_string()).await;
        serde_json::from_slice(&answer).unwrap()
    }

    /// Calls a service that speaks JSON and is told by the prefix of its actions.
    pub(crate) async fn json(&self, service: &str, target: &str, body: &Value) -> Value {
        let target = ("x-amz-target", target.to_owned());
        let answer = self.send("POST", "/", service, Some(target), body.to_string()).await;
        if answer.is_empty() { Value::Null } else { serde_json::from_slice(&answer).unwrap() }
    }

    /// Makes a table with the partition key `pk`.
    pub(crate) async fn table(&self, name: &str) {
        let body = json!({
            "TableName": name,
            "AttributeDefinitions": [{ "AttributeName": "pk", "AttributeType": "S" }],
            "KeySchema": [{ "AttributeName": "pk", "KeyType": "HASH" }],
            "BillingMode": "PAY_PER_REQUEST",
        });
        self.json("dynamodb", "DynamoDB_20120810.CreateTable", &body).await;
    }

    /// All items of a table, as the service hands them out.
    pub(crate) async fn scan(&self, name: &str) -> Value {
        let target = ("x-amz-target", "DynamoDB_20120810.Scan".to_owned());
        let body = json!({ "TableName": name }).to_string();
        let answer = self.send("POST", "/", "dynamodb", Some(target), body).await;
        serde_json::from_slice(&answer).unwrap()
    }

    /// The one message of a queue: a JSON document.
    pub(crate) async fn only_message(&self, queue: &str) -> Value {
        let url = format!("{}/123456789012/{queue}", self.url);
        let ask = json!({ "QueueUrl": url, "MaxNumberOfMessages": 10 });
        let answer = self.sqs("ReceiveMessage", &ask).await;
        let [message] = &answer["Messages"].as_array().unwrap()[..] else { panic!("{answer}") };
        serde_json::from_str(message["Body"].as_str().unwrap()).unwrap()
    }

    /// Makes a bucket, or an empty object.
    pub(crate) async fn put(&self, path: &str) {
        self.send("PUT", path, "s3", None, String::new()).await;
    }

    /// Reads an object, or a list of them.
    pub(crate) async fn get(&self, path: &str) -> Vec<u8> {
        self.send("GET", path, "s3", None, String::new()).await
    }

    async fn send(
        &self,
        method: &str,
        path: &str,
        service: &str,
        field: Option<(&str, String)>,
        body: String,
    ) -> Vec<u8> {
        let stream = TcpStream::connect(("127.0.0.1", self.port)).await.unwrap();
        let io = TokioIo::new(stream);
        let (mut sender, connection) = hyper::client::conn::http1::handshake(io).await.unwrap();
        tokio::spawn(connection);
        // Queues and tables live in the function's region; a bucket is made without a place of its own.
        let region = if service == "s3" { "us-east-1" } else { "eu-west-1" };
        let scope = format!("Credential=a/20260101/{region}/{service}/aws4_request");
        let mut request = http::Request::builder()
            .method(method)
            .uri(path)
            .header("host", format!("127.0.0.1:{}", self.port))
            .header("content-type", "application/x-amz-json-1.0")
            .header("authorization", format!("AWS4-HMAC-SHA256 {scope}"));
        if let Some((name, value)) = field {
            request = request.header(name, value);
        }
        let request = request.body(Full::new(Bytes::from(body))).unwrap();
        let answer = sender.send_request(request).await.unwrap();
        let status = answer.status();
        let body = answer.into_body().collect().await.unwrap().to_bytes().to_vec();
        assert!(status.is_success(), "{method} {path}: {}", String::from_utf8_lossy(&body));
        body
    }
}

/// A request that arrived.
#[derive(Debug, Clone)]
pub(crate) struct Arrived {
    /// Its first line.
    pub(crate) line: String,
    head: String,
    /// Its body.
    pub(crate) body: Vec<u8>,
}

impl Arrived {
    /// A field of its head.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let mut fields = self.head.lines().filter_map(|line| line.split_once(": "));
        fields.find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }
}

/// A server that takes down what it gets, and answers all of it with one status.
pub(crate) struct Listener {
    /// Its address.
    pub(crate) url: String,
    arrived: Arc<Mutex<Vec<Arrived>>>,
}

impl Listener {
    /// Listens.
    pub(crate) async fn answering(status: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let arrived = Arc::new(Mutex::new(Vec::new()));
        let taken = Arc::clone(&arrived);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, status, Arc::clone(&taken)));
            }
        });
        Self { url, arrived }
    }

    /// What arrived so far.
    pub(crate) fn requests(&self) -> Vec<Arrived> {
        self.arrived.lock().unwrap().clone()
    }
}

async fn serve(mut stream: TcpStream, status: u16, arrived: Arc<Mutex<Vec<Arrived>>>) {
    let mut bytes = Vec::new();
    loop {
        let mut part = [0; 4096];
        let read = stream.read(&mut part).await.unwrap_or(0);
        if read == 0 {
            return;
        }
        bytes.extend_from_slice(&part[..read]);
        let Some(end) = bytes.windows(4).position(|part| part == b"\r\n\r\n") else { continue };
        let head = String::from_utf8(bytes[..end].to_vec()).unwrap();
        let (line, _) = head.split_once("\r\n").unwrap();
        let request = Arrived { line: line.to_owned(), body: bytes[end + 4..].to_vec(), head };
        let length = request.header("content-length").map_or(0, |it| it.parse().unwrap());
        if request.body.len() < length {
            continue;
        }
        arrived.lock().unwrap().push(request);
        bytes.clear();
        let answer = format!("HTTP/1.1 {status} -\r\ncontent-length: 0\r\n\r\n");
        if stream.write_all(answer.as_bytes()).await.is_err() {
            return;
        }
    }
}
