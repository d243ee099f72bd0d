//! Layers made of probes, settings for them, and a raw HTTP client that plays the runtime.
#![expect(clippy::unwrap_used, clippy::panic, reason = "test code")]

use std::fmt::Write as _;
use std::net::SocketAddr;
use std::time::Duration;

use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::TcpStream;
use tollgate_emulator::{
    Answer, Environment, Event, Fleet, InitStatus, Invoked, Running, Scale, Settings,
};

/// The probe: as function it echoes events and obeys their `control` member.
pub(crate) const PROBE: &str = env!("CARGO_BIN_EXE_emulator-probe");

pub(crate) const RUNTIME: &str = "/2018-06-01/runtime";

/// Settings for the probe as function, without a layer.
pub(crate) fn function() -> Settings {
    Settings::new([PROBE]).timeout(Duration::from_secs(10))
}

/// Settings for a function process that never polls, so that the test plays the runtime.
pub(crate) fn idle() -> Settings {
    function().env("PROBE_FUNCTION", r#"{"idle":true}"#)
}

/// A fleet of probes that work as front ends' functions; see the probe's `worker.rs`.
pub(crate) fn workers(mode: &str, environments_max: usize) -> Fleet {
    let orders = json!({ "worker": mode }).to_string();
    let scale = Scale { environments_max, ..Scale::default() };
    Fleet::new(scale, move || Ok(function().env("PROBE_FUNCTION", orders.clone())))
}

/// A layer with one probe for each name, and the settings that give them their orders.
pub(crate) fn layered(settings: Settings, orders: &Value) -> (Settings, TempDir) {
    let layer = tempfile::tempdir().unwrap();
    let folder = layer.path().join("extensions");
    std::fs::create_dir(&folder).unwrap();
    for name in orders.as_object().unwrap().keys() {
        std::os::unix::fs::symlink(PROBE, folder.join(name)).unwrap();
    }
    (settings.layer(layer.path()).env("PROBE_EXTENSIONS", orders.to_string()), layer)
}

/// Starts an environment whose init must succeed.
pub(crate) async fn start(settings: Settings) -> Environment {
    let environment = Environment::start(settings).await.unwrap();
    let init = environment.init().await;
    assert_eq!(init.status, InitStatus::Success, "{init:?} {:?}", environment.logs());
    environment
}

/// An event for the probe.
pub(crate) fn control(orders: &Value) -> Event {
    // The probe looks at the first bytes, so the order of members matters.
    Event::new(json!({ "control": orders }).to_string())
}

/// Starts an idle function and plays its runtime: the client waits in its first poll.
pub(crate) async fn start_played(settings: Settings) -> (Environment, Client) {
    let environment = Environment::launch(settings).await.unwrap();
    let mut client = Client::to(&environment).await;
    // The runtime process must be there first: its end would fail the init.
    line(&environment, "function started").await;
    client.poll().await;
    assert_eq!(environment.init().await.status, InitStatus::Success);
    (environment, client)
}

/// The same, with an event that the played runtime has received and not yet answered.
pub(crate) async fn start_busy() -> (Environment, Client, Running) {
    let (environment, mut client) = start_played(idle()).await;
    let running = environment.begin("{}").unwrap();
    client.receive().await.unwrap();
    (environment, client, running)
}

/// The path of an invocation's `response` or `error`.
pub(crate) fn path(id: &str, end: &str) -> String {
    format!("{RUNTIME}/invocation/{id}/{end}")
}

/// The body of a response.
pub(crate) fn body(invoked: &Invoked) -> String {
    match &invoked.answer {
        Answer::Response { body, .. } => String::from_utf8(body.to_vec()).unwrap(),
        other => panic!("no response: {other:?}"),
    }
}

/// Waits for the first log line that contains `text`.
pub(crate) async fn line(environment: &Environment, text: &str) -> String {
    let line = environment.follow_logs().find(|line| line.text.contains(text)).await;
    line.text.to_string()
}

/// Waits until a killed process is no more, or is a zombie that its parent has yet to reap.
pub(crate) async fn gone(pid: u32) {
    let is_gone = || {
        let status = std::fs::read_to_string(format!("/proc/{pid}/status"));
        status.is_err() || status.is_ok_and(|status| status.contains("State:\tZ"))
    };
    let waiting = async {
        while !is_gone() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(5), waiting).await.unwrap();
}

/// A reply, with lower-case header names.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Reply {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str())
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    /// Status and error type, the pair that the documents list.
    pub(crate) fn refusal(&self) -> (u16, String) {
        let body = self.json();
        let kind = body.get("errorType").and_then(Value::as_str);
        (self.status, kind.unwrap_or_default().to_owned())
    }
}

/// One kept connection that speaks plain HTTP/1.1.
pub(crate) struct Client {
    stream: BufReader<TcpStream>,
}

impl Client {
    pub(crate) async fn connect(address: SocketAddr) -> std::io::Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream: BufReader::new(stream) })
    }

    pub(crate) async fn to(environment: &Environment) -> Self {
        Self::connect(environment.api()).await.unwrap()
    }

    /// Sends a poll of the runtime without waiting for its event.
    pub(crate) async fn poll(&mut self) {
        self.send("GET", &format!("{RUNTIME}/invocation/next"), &[], b"").await;
    }

    pub(crate) async fn get(&mut self, path: &str, headers: &[(&str, &str)]) -> Reply {
        self.send("GET", path, headers, b"").await;
        self.receive().await.unwrap()
    }

    pub(crate) async fn post(
        &mut self,
        path: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> Reply {
        self.send("POST", path, headers, body).await;
        self.receive().await.unwrap()
    }

    /// Sends a request; `transfer-encoding` in the headers means that the body is sent as it is.
    pub(crate) async fn send(
        &mut self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) {
        let mut request = format!("{method} {path} HTTP/1.1\r\nhost: lambda\r\n");
        for (name, value) in headers {
            write!(request, "{name}: {value}\r\n").unwrap();
        }
        let framed = ["transfer-encoding", "content-length"];
        if method != "GET" && !headers.iter().any(|(name, _)| framed.contains(name)) {
            write!(request, "content-length: {}\r\n", body.len()).unwrap();
        }
        let request = [request.as_bytes(), b"\r\n", body].concat();
        self.write(&request).await;
    }

    pub(crate) async fn write(&mut self, bytes: &[u8]) {
        self.stream.get_mut().write_all(bytes).await.unwrap();
    }

    /// Says that nothing more will be sent.
    pub(crate) async fn finish(&mut self) {
        self.stream.get_mut().shutdown().await.unwrap();
    }

    pub(crate) async fn receive(&mut self) -> std::io::Result<Reply> {
        let status_line = self.line().await?;
        let status = status_line.split(' ').nth(1).unwrap().parse().unwrap();
        let mut headers = Vec::new();
        loop {
            let line = self.line().await?;
            let Some((name, value)) = line.split_once(':') else {
                break;
            };
            headers.push((name.to_ascii_lowercase(), value.trim_start().to_owned()));
        }
        let mut reply = Reply { status, headers, body: Vec::new() };
        if let Some(length) = reply.header("content-length") {
            reply.body = vec![0; length.parse().unwrap()];
            self.stream.read_exact(&mut reply.body).await?;
        } else if reply.header("transfer-encoding") == Some("chunked") {
            reply.body = self.chunks().await?;
        }
        Ok(reply)
    }

    async fn chunks(&mut self) -> std::io::Result<Vec<u8>> {
        let mut body = Vec::new();
        loop {
            let size = usize::from_str_radix(&self.line().await?, 16).unwrap();
            let mut chunk = vec![0; size];
            self.stream.read_exact(&mut chunk).await?;
            body.extend_from_slice(&chunk);
            self.line().await?;
            if size == 0 {
                return Ok(body);
            }
        }
    }

    async fn line(&mut self) -> std::io::Result<String> {
        let mut line = String::new();
        if self.stream.read_line(&mut line).await? == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        Ok(line.trim_end().to_owned())
    }
}
