//! A Lambda that lies: the extension alone with a local API that answers what the test says.

use super::ledger::Ledger;
use super::places;
use std::collections::VecDeque;
use std::process::Stdio;
use std::sync::{Arc, Mutex};
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::process::{Child, Command};
use tokio::sync::watch;

/// What comes down the connection of a request, and whether it ends then.
#[derive(Debug, Clone)]
pub(crate) struct Lie {
    pub(crate) bytes: Vec<u8>,
    pub(crate) ends: bool,
}

#[derive(Debug, Default)]
struct Script {
    polls: VecDeque<Lie>,
    replies: VecDeque<Lie>,
    /// Paths of the replies that arrived in full, with their bodies.
    replied: Vec<(String, Vec<u8>)>,
    over: bool,
}

/// The API, and the extension that believes in it.
pub(crate) struct Lambda {
    script: Arc<Mutex<Script>>,
    changed: watch::Sender<()>,
    extension: Child,
    lines: Arc<Mutex<Vec<String>>>,
    reading: tokio::task::JoinHandle<()>,
    /// The proxy's port.
    pub(crate) port: u16,
    _files: TempDir,
}

impl Lambda {
    /// Starts both.
    pub(crate) async fn start(policy: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (changed, _) = watch::channel(());
        let script = Arc::new(Mutex::new(Script::default()));
        let files = tempfile::tempdir().unwrap();
        let path = files.path().join("tollgate.yaml");
        std::fs::write(&path, policy).unwrap();
        let port = tollgate_emulator::free_port().unwrap();
        let mut extension = Command::new(places::layer().join("extensions/tollgate"))
            .env_clear()
            .env("AWS_LAMBDA_RUNTIME_API", listener.local_addr().unwrap().to_string())
            .env("AWS_LAMBDA_FUNCTION_NAME", "function")
            .env("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "128")
            .env("AWS_REGION", "eu-west-1")
            .env("TOLLGATE_PORT", port.to_string())
            .env("TOLLGATE_POLICY", path)
            .env("TMPDIR", files.path())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        tokio::spawn(serve(listener, Arc::clone(&script), changed.clone()));
        let lines = Arc::new(Mutex::new(Vec::new()));
        let mut output = BufReader::new(extension.stdout.take().unwrap()).lines();
        let kept = Arc::clone(&lines);
        let reading = tokio::spawn(async move {
            while let Ok(Some(line)) = output.next_line().await {
                kept.lock().unwrap().push(line);
            }
        });
        // The proxy listens before the first call.
        while TcpStream::connect(("127.0.0.1", port)).await.is_err() {
            assert!(extension.try_wait().unwrap().is_none(), "the extension ended");
            tokio::task::yield_now().await;
        }
        Self { script, changed, extension, lines, reading, port, _files: files }
    }

    /// What the next polls of the runtime are answered with.
    pub(crate) fn will_poll(&self, lie: Lie) {
        self.script.lock().unwrap().polls.push_back(lie);
        self.changed.send_replace(());
    }

    /// What the next replies are answered with; without one they are taken.
    pub(crate) fn will_reply(&self, lie: Lie) {
        self.script.lock().unwrap().replies.push_back(lie);
    }

    /// Replies that arrived in full.
    pub(crate) fn replied(&self) -> Vec<(String, Vec<u8>)> {
        self.script.lock().unwrap().replied.clone()
    }

    /// Whether the extension runs.
    pub(crate) fn extension_runs(&mut self) -> bool {
        self.extension.try_wait().unwrap().is_none()
    }

    /// Shuts the environment down and takes its ledger.
    pub(crate) async fn ledger(mut self) -> Ledger {
        self.script.lock().unwrap().over = true;
        self.changed.send_replace(());
        self.extension.wait().await.unwrap();
        self.reading.await.unwrap();
        Ledger::from_lines(self.lines.lock().unwrap().clone())
    }
}

async fn serve(listener: TcpListener, script: Arc<Mutex<Script>>, changed: watch::Sender<()>) {
    while let Ok((stream, _)) = listener.accept().await {
        let (script, changed) = (Arc::clone(&script), changed.subscribe());
        tokio::spawn(converse(stream, script, changed));
    }
}

async fn converse(
    mut stream: TcpStream,
    script: Arc<Mutex<Script>>,
    mut changed: watch::Receiver<()>,
) {
    let mut buffer = Vec::new();
    while let Some((line, body)) = request(&mut stream, &mut buffer).await {
        let lie = answer(&line, body, &script, &mut changed).await;
        let written = stream.write_all(&lie.bytes).await;
        if lie.ends || written.is_err() {
            return;
        }
    }
}

/// Reads a request whose body is told by its length.
async fn request(stream: &mut TcpStream, buffer: &mut Vec<u8>) -> Option<(String, Vec<u8>)> {
    let end = loop {
        if let Some(end) = buffer.windows(4).position(|four| four == b"\r\n\r\n") {
            break end + 4;
        }
        if !matches!(stream.read_buf(buffer).await, Ok(1..)) {
            return None;
        }
    };
    let head = String::from_utf8_lossy(&buffer[..end]).to_lowercase();
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
    let length = length.map_or(0, |text| text.trim().parse().unwrap());
    while buffer.len() < end + length {
        if !matches!(stream.read_buf(buffer).await, Ok(1..)) {
            return None;
        }
    }
    let line = String::from_utf8_lossy(&buffer[..end]).lines().next().unwrap().to_owned();
    let body = buffer[end..end + length].to_vec();
    buffer.drain(..end + length);
    Some((line, body))
}

async fn answer(
    line: &str,
    body: Vec<u8>,
    script: &Mutex<Script>,
    changed: &mut watch::Receiver<()>,
) -> Lie {
    if line.contains("/extension/register") {
        let text = r#"{"functionName":"function","functionVersion":"$LATEST","handler":"h"}"#;
        return truth("200 OK", "Lambda-Extension-Identifier: example\r\n", text);
    }
    if line.contains("/extension/event/next") {
        changed.mark_changed();
        while !script.lock().unwrap().over {
            changed.changed().await.unwrap();
        }
        let text = r#"{"eventType":"SHUTDOWN","deadlineMs":0,"shutdownReason":"spindown"}"#;
        return truth("200 OK", "", text);
    }
    if line.contains("/runtime/invocation/next") {
        loop {
            if let Some(lie) = script.lock().unwrap().polls.pop_front() {
                return lie;
            }
            changed.changed().await.unwrap();
        }
    }
    if line.contains("/runtime/invocation/") {
        let mut script = script.lock().unwrap();
        script.replied.push((line.split(' ').nth(1).unwrap().to_owned(), body));
        return script.replies.pop_front().unwrap_or_else(|| truth("202 Accepted", "", "{}"));
    }
    truth("202 Accepted", "", "OK")
}

/// An answer as it should be.
pub(crate) fn truth(status: &str, fields: &str, body: &str) -> Lie {
    let length = body.len();
    let text = format!("HTTP/1.1 {status}\r\n{fields}Content-Length: {length}\r\n\r\n{body}");
    Lie { bytes: text.into_bytes(), ends: false }
}

/// An event as it should be.
pub(crate) fn event(id: &str, body: &str) -> Lie {
    truth("200 OK", &event_fields(id), body)
}

/// The fields of an event's head.
pub(crate) fn event_fields(id: &str) -> String {
    format!("Lambda-Runtime-Aws-Request-Id: {id}\r\nLambda-Runtime-Deadline-Ms: 4102444800000\r\n")
}
