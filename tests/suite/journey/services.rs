//! Sinks against services that are not ours: a stand-in for CloudWatch Logs with AWS's own SDK, and
//! an OTLP receiver.

use crate::support::guarded::Setup;
use crate::support::ledger::Ledger;
use crate::support::places;
use crate::support::receiver::{Fault, Receiver, Request};
use serde_json::{Value, json};
use std::collections::HashSet;
use std::net::SocketAddr;
use std::process::Stdio;
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::TcpStream;
use tokio::process::{Child, Command};
use tokio::sync::watch;

/// A service that ends with the test.
pub(super) struct Service {
    address: SocketAddr,
    process: Child,
}

impl Service {
    /// Starts a program that listens on a port, and waits until it takes connections.
    pub(super) async fn start(arguments: &[&str], port: u16) -> Self {
        let mut command = Command::new(places::python());
        command.args(arguments).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
        let process = command.kill_on_drop(true).spawn().unwrap();
        let address = SocketAddr::from(([127, 0, 0, 1], port));
        let mut service = Self { address, process };
        while TcpStream::connect(address).await.is_err() {
            assert!(service.process.try_wait().unwrap().is_none(), "it ended: {arguments:?}");
            tokio::task::yield_now().await;
        }
        service
    }

    /// The stand-in for AWS.
    async fn moto() -> Self {
        let port = tollgate_emulator::free_port().unwrap();
        let text = port.to_string();
        Self::start(&["-m", "moto.server", "-H", "127.0.0.1", "-p", &text], port).await
    }

    /// An OTLP receiver that prints what it understood, and where it takes requests.
    pub(super) async fn rotel() -> (Self, SocketAddr) {
        Self::rotel_at(tollgate_emulator::free_port().unwrap()).await
    }

    /// The same at a port that was somebody's before.
    async fn rotel_at(port: u16) -> (Self, SocketAddr) {
        const SCRIPT: &str = "import os, sys, rotel; p = os.path.join(os.path.dirname(rotel.__file__), 'rotel-agent'); os.execv(p, [p, *sys.argv[1:]])";
        let other = tollgate_emulator::free_port().unwrap();
        let (http, grpc) = (format!("127.0.0.1:{port}"), format!("127.0.0.1:{other}"));
        let listen = ["--otlp-grpc-endpoint", &grpc, "--otlp-http-endpoint", &http];
        let show = ["--debug-log", "logs", "--debug-log-verbosity", "detailed"];
        let start = ["-c", SCRIPT, "start", "--exporter", "blackhole"];
        let service = Self::start(&[&start[..], &listen, &show].concat(), port).await;
        let address = service.address;
        (service, address)
    }

    /// What it prints, up to a text.
    pub(super) async fn printed_until(&mut self, text: &str) -> String {
        let mut printed = BufReader::new(self.process.stdout.take().unwrap()).lines();
        let mut seen = String::new();
        while !seen.contains(text) {
            seen += &printed.next_line().await.unwrap().unwrap();
            seen.push('\n');
        }
        seen
    }
}

/// Calls CloudWatch Logs.
async fn logs(service: SocketAddr, action: &str, body: &Value) -> Value {
    let body = body.to_string();
    let request = format!(
        "POST / HTTP/1.1\r\nhost: logs.eu-west-1.amazonaws.com\r\nconnection: close\r\n\
         x-amz-target: Logs_20140328.{action}\r\ncontent-type: application/x-amz-json-1.1\r\n\
         authorization: AWS4-HMAC-SHA256 Credential=a/20260101/eu-west-1/logs/aws4_request\r\n\
         content-length: {}\r\n\r\n{body}",
        body.len()
    );
    let mut stream = TcpStream::connect(service).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with("HTTP/1.1 200"), "{answer}");
    if body.is_empty() { Value::Null } else { serde_json::from_str(body).unwrap() }
}

/// All events of a log stream, page by page.
async fn events(service: SocketAddr, group: &str, stream: &str) -> Vec<Value> {
    let (mut all, mut token) = (Vec::new(), Value::Null);
    loop {
        let mut ask =
            json!({ "logGroupName": group, "logStreamName": stream, "startFromHead": true });
        if token.is_string() {
            ask["nextToken"] = token.clone();
        }
        let page = logs(service, "GetLogEvents", &ask).await;
        all.extend(page["events"].as_array().unwrap().iter().cloned());
        if page["nextForwardToken"] == token {
            return all;
        }
        token = page["nextForwardToken"].clone();
    }
}

/// Holds a call against what the page `PutLogEvents` says, which the stand-in does not check.
fn check_limits(request: &Request) {
    let body: Value = serde_json::from_slice(&request.body()).unwrap();
    let events = body["logEvents"].as_array().unwrap();
    assert!((1..=10_000).contains(&events.len()), "{} events", events.len());
    let size = |event: &Value| event["message"].as_str().unwrap().len() + 26;
    assert!(events.iter().map(size).sum::<usize>() <= 1_048_576);
    let times: Vec<u64> = events.iter().map(|event| event["timestamp"].as_u64().unwrap()).collect();
    assert!(times.is_sorted(), "{times:?}");
    assert!(times.last().unwrap() - times[0] <= 24 * 60 * 60 * 1_000);
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    let now = u64::try_from(now.as_millis()).unwrap();
    assert!(*times.last().unwrap() <= now + 2 * 60 * 60 * 1_000);
    assert!(times[0] + 14 * 24 * 60 * 60 * 1_000 > now);
    assert!(request.header("authorization").unwrap().starts_with("AWS4-HMAC-SHA256 Credential="));
}

#[tokio::test]
async fn cloudwatch_gets_the_ledger_within_its_limits() {
    let moto = Service::moto().await;
    logs(moto.address, "CreateLogGroup", &json!({ "logGroupName": "/audit" })).await;
    let throttled = Fault::Status(400, "x-amzn-errortype: ThrottlingException\r\n");
    let faults =
        [throttled, Fault::Status(500, ""), Fault::ResetInAnswer, Fault::LostAcknowledgement];
    let front = Receiver::before(moto.address, faults).await;
    let text = "version: 1\nledger:\n  flush: overlap\n  sinks: [{ type: cloudwatch, log_group: /audit, log_stream: 'tollgate/{environment}' }]\n";
    let setup = Setup::rust().policy(text).map(|settings| {
        let settings = settings.env("AWS_ENDPOINT_URL", format!("http://{}", front.address()));
        settings.region("eu-west-1")
    });
    let guarded = setup.start().await;
    let mut ids = Vec::new();
    for _ in 0..40 {
        ids.push(guarded.invoke("{}").await.request_id);
    }
    front.taken(ids.last().unwrap()).await;
    guarded.environment.shutdown().await.unwrap();
    let puts: Vec<Request> = front
        .requests()
        .into_iter()
        .filter(|it| it.header("x-amz-target") == Some("Logs_20140328.PutLogEvents"))
        .collect();
    assert!(puts.len() > 3, "{}", puts.len());
    puts.iter().for_each(check_limits);
    let streams =
        logs(moto.address, "DescribeLogStreams", &json!({ "logGroupName": "/audit" })).await;
    let stream = streams["logStreams"][0]["logStreamName"].as_str().unwrap().to_owned();
    let messages = events(moto.address, "/audit", &stream).await;
    let ledger = Ledger::from_lines(
        messages.iter().map(|event| event["message"].as_str().unwrap().to_owned()),
    );
    for id in &ids {
        ledger.invocation(id);
    }
    let open = &ledger.of_kind("open")[0];
    assert_eq!(stream, format!("tollgate/{}", open["environment"].as_str().unwrap()));
    assert_eq!(ledger.of_kind("close").len(), 1);
    ledger.assert_verifies();
    let (trust, good) = (ledger.trust(), "cloudwatch:/audit?since=1h&region=eu-west-1");
    let (code, said) = verify_there(moto.address, good, &trust).await;
    assert_eq!(code, Some(0), "{said}");
    let judged: Value = serde_json::from_str(&said).unwrap();
    assert_eq!(judged["records"], ledger.text().lines().count());
    let altered = store_altered(moto.address, &messages, &ids[7]).await;
    let (code, said) = verify_there(moto.address, &altered, &trust).await;
    assert_eq!(code, Some(4), "{said}");
    let judged: Value = serde_json::from_str(&said).unwrap();
    let seq = &ledger.invocation(&ids[7])["seq"];
    assert_eq!(judged["chains"][0]["problems"][0]["seq"], *seq, "{said}");
    let (failed, why) = verify_there(moto.address, "cloudwatch:/elsewhere", &trust).await;
    assert_eq!(failed, Some(1));
    assert!(why.contains("`cloudwatch:/elsewhere`: ") && why.contains("ResourceNotFound"), "{why}");
}

/// Stores the same events with one record altered; where `verify` finds them.
async fn store_altered(service: SocketAddr, events: &[Value], request_id: &str) -> String {
    let place = json!({ "logGroupName": "/altered", "logStreamName": "stream" });
    logs(service, "CreateLogGroup", &json!({ "logGroupName": "/altered" })).await;
    logs(service, "CreateLogStream", &place).await;
    let mut ask = place;
    let event = |event: &Value| {
        let message = event["message"].as_str().unwrap();
        let its = message.contains("\"kind\":\"invocation\"") && message.contains(request_id);
        let message =
            if its { message.replace("\"success\"", "\"refused\"") } else { message.into() };
        json!({ "timestamp": event["timestamp"], "message": message })
    };
    ask["logEvents"] = events.iter().map(event).collect();
    logs(service, "PutLogEvents", &ask).await;
    "cloudwatch:/altered?since=1h&region=eu-west-1".to_owned()
}

/// Runs `tollgate verify` on what the service has; the exit code and what it said.
async fn verify_there(service: SocketAddr, group: &str, trust: &Value) -> (Option<i32>, String) {
    let files = tempfile::tempdir().unwrap();
    let keys = files.path().join("trust.json");
    std::fs::write(&keys, trust.to_string()).unwrap();
    let mut command = Command::new(places::tollgate());
    command.args(["verify", "--json", "--trust"]).arg(&keys).arg(group).env_clear();
    let url = format!("http://{service}");
    for (name, value) in [
        ("AWS_ENDPOINT_URL", url.as_str()),
        ("AWS_REGION", "eu-west-1"),
        ("AWS_ACCESS_KEY_ID", "example"),
        ("AWS_SECRET_ACCESS_KEY", "example"),
    ] {
        command.env(name, value);
    }
    let output = command.output().await.unwrap();
    let said = [output.stdout, output.stderr].concat();
    (output.status.code(), String::from_utf8(said).unwrap())
}

/// Both forms of OTLP, to a receiver that prints what it understood.
#[tokio::test]
async fn an_otlp_receiver_understands_the_ledger() {
    for format in ["otlp", "otlp-json"] {
        let (mut rotel, address) = Service::rotel().await;
        let text = format!(
            "version: 1\nledger:\n  flush: end\n  sinks: [{{ type: http, url: 'http://{address}/v1/logs', format: {format} }}]\n"
        );
        let guarded = Setup::rust().policy(&text).start().await;
        let invoked = guarded.invoke("{}").await;
        guarded.environment.shutdown().await.unwrap();
        let seen = rotel.printed_until("tollgate.close").await;
        for part in ["log.record.uid", "faas.name", "tollgate.invocation", &invoked.request_id] {
            assert!(seen.contains(part), "{format}: `{part}` in\n{seen}");
        }
    }
}

/// What a collector prints, as it comes.
struct Printed {
    text: watch::Receiver<String>,
}

impl Printed {
    fn of(service: &mut Service) -> Self {
        let mut lines = BufReader::new(service.process.stdout.take().unwrap()).lines();
        let (sender, text) = watch::channel(String::new());
        tokio::spawn(async move {
            while let Ok(Some(line)) = lines.next_line().await {
                sender.send_modify(|text| text.extend([&line, "\n"]));
            }
        });
        Self { text }
    }

    async fn until(&self, part: &str) {
        let printed = self.text.clone().wait_for(|text| text.contains(part)).await.is_ok();
        assert!(printed, "no `{part}` in {}", *self.text.borrow());
    }

    /// The records that it understood, each as often as it came.
    fn records(&self) -> Vec<String> {
        let text = self.text.borrow();
        let bodies =
            text.lines().filter_map(|line| line.strip_prefix("Body: Str(")?.strip_suffix(')'));
        bodies.map(str::to_owned).collect()
    }
}

/// A collector that is not ours, behind a way that fails in every manner; then it dies, is away while
/// records come, and starts again.
#[tokio::test]
async fn a_collector_gets_every_record_whatever_fails() {
    let (mut first, address) = Service::rotel().await;
    let printed = Printed::of(&mut first);
    let front = Receiver::before(address, []).await;
    let text = format!(
        "version: 1\nledger:\n  flush: end\n  sinks: [{{ type: http, url: 'http://{}/v1/logs', format: otlp }}]\n",
        front.address()
    );
    let guarded = Setup::rust().policy(&text).start().await;
    let mut ids = Vec::new();
    for fault in Fault::PASSING {
        front.fail([fault]);
        ids.push(guarded.invoke("{}").await.request_id);
        printed.until(ids.last().unwrap()).await;
    }
    first.process.kill().await.unwrap();
    for _ in 0..3 {
        ids.push(guarded.invoke("{}").await.request_id);
    }
    let (mut second, _) = Service::rotel_at(address.port()).await;
    let later = Printed::of(&mut second);
    later.until(ids.last().unwrap()).await;
    guarded.environment.shutdown().await.unwrap();
    later.until("\"kind\":\"close\"").await;
    let came = [printed.records(), later.records()].concat();
    let once: HashSet<&String> = came.iter().collect();
    assert!(once.len() < came.len(), "an acknowledgement that got lost makes second copies");
    let ledger = Ledger::from_lines(came);
    for id in &ids {
        ledger.invocation(id);
    }
    assert_eq!((ledger.of_kind("open").len(), ledger.of_kind("gap").len()), (1, 0));
    ledger.assert_verifies();
}
