//! Delivery to one subscriber: batches by count, size and time, in order, over HTTP or TCP.
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper::client::conn::http1::{self, SendRequest};
use hyper_util::rt::TokioIo;
use serde_json::json;
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;
use tokio::sync::{mpsc, oneshot};
use tokio::time::{Instant, timeout, timeout_at};

use super::subscription::{Destination, Subscription};
use super::{Item, Kind};
use crate::clock;
use crate::settings::Schema;
use crate::shared::Shared;

/// How much may wait for one subscriber before events are dropped. Not documented by AWS.
const PENDING_BYTES_MAX: usize = 16 * 1024 * 1024;
/// How long a listener may take with one batch. Not documented by AWS.
const POST_LIMIT: Duration = Duration::from_secs(5);
/// Attempts for one batch, with a pause that doubles. Not documented by AWS.
const ATTEMPTS: u32 = 5;
const FIRST_PAUSE: Duration = Duration::from_millis(50);

/// The reason of `platform.logsDropped`.
pub(super) const FALLEN_BEHIND: &str =
    "Consumer seems to have fallen behind as it has not acknowledged receipt of logs.";

/// The sending side of one subscription.
#[derive(Debug)]
pub(super) struct Subscriber {
    pub(super) extension: String,
    kinds: Vec<Kind>,
    logs_as_objects: bool,
    queue: mpsc::UnboundedSender<Message>,
    backlog: Arc<Backlog>,
}

/// What waits, and what was lost because too much waited.
#[derive(Debug, Default)]
struct Backlog {
    bytes: AtomicUsize,
    dropped_records: AtomicUsize,
    dropped_bytes: AtomicUsize,
}

#[derive(Debug)]
enum Message {
    Event(String),
    Flush(oneshot::Sender<()>),
}

impl Subscriber {
    pub(super) fn start(
        shared: &Arc<Shared>,
        extension: &str,
        subscription: &Subscription,
    ) -> Self {
        let (queue, messages) = mpsc::unbounded_channel();
        let backlog = Arc::new(Backlog::default());
        let json_logs = shared
            .settings
            .variables
            .get("AWS_LAMBDA_LOG_FORMAT")
            .is_some_and(|format| format.eq_ignore_ascii_case("json"))
            || shared.settings.is_managed();
        let subscriber = Self {
            extension: extension.to_owned(),
            kinds: subscription.kinds.clone(),
            logs_as_objects: json_logs && subscription.schema >= Schema::V20221213,
            queue,
            backlog: Arc::clone(&backlog),
        };
        let destination = subscription.destination.clone().kept(shared.settings.is_managed());
        let line = Line { destination, connection: None };
        let (shared, subscription) = (Arc::clone(shared), subscription.clone());
        tokio::spawn(Courier { shared, subscription, messages, backlog, line }.run());
        subscriber
    }

    pub(super) fn wants(&self, kind: Kind) -> bool {
        self.kinds.contains(&kind)
    }

    /// Queues an event if it is wanted; drops and counts it if too much waits already.
    pub(super) fn offer(&self, item: &Item) {
        if !self.wants(item.kind) {
            return;
        }
        let text = item.write(self.logs_as_objects);
        if self.backlog.bytes.load(Ordering::Relaxed) + text.len() > PENDING_BYTES_MAX {
            self.backlog.drop_records(1, text.len());
            return;
        }
        self.backlog.bytes.fetch_add(text.len(), Ordering::Relaxed);
        // The courier ends only with this sender.
        let _ = self.queue.send(Message::Event(text));
    }

    /// Asks for delivery of everything queued; resolves when it has been tried.
    pub(super) fn flush(&self) -> Option<oneshot::Receiver<()>> {
        let (done, waiting) = oneshot::channel();
        self.queue.send(Message::Flush(done)).ok().map(|()| waiting)
    }
}

impl Backlog {
    fn drop_records(&self, records: usize, bytes: usize) {
        self.dropped_records.fetch_add(records, Ordering::Relaxed);
        self.dropped_bytes.fetch_add(bytes, Ordering::Relaxed);
    }

    /// The event that tells of losses, if there were any.
    fn dropped(&self) -> Option<String> {
        let records = self.dropped_records.swap(0, Ordering::Relaxed);
        let bytes = self.dropped_bytes.swap(0, Ordering::Relaxed);
        (records > 0).then(|| {
            json!({
                "time": clock::rfc3339(clock::unix_ms()),
                "type": "platform.logsDropped",
                "record": {
                    "droppedBytes": bytes,
                    "droppedRecords": records,
                    "reason": FALLEN_BEHIND,
                },
            })
            .to_string()
        })
    }
}

/// Collects batches and brings them to the listener, one at a time.
struct Courier {
    shared: Arc<Shared>,
    subscription: Subscription,
    messages: mpsc::UnboundedReceiver<Message>,
    backlog: Arc<Backlog>,
    line: Line,
}

impl Courier {
    async fn run(mut self) {
        while let Some(message) = self.messages.recv().await {
            let mut batch = Vec::new();
            let flushed = match message {
                Message::Event(event) => {
                    batch.push(event);
                    self.fill(&mut batch).await
                }
                Message::Flush(done) => Some(done),
            };
            if flushed.is_none() {
                // Nothing leaves a frozen environment; what is pending goes right after the thaw.
                self.shared.until(|state| (!state.frozen).then_some(())).await;
            }
            if !batch.is_empty() {
                self.deliver(batch).await;
            }
            if let Some(done) = flushed {
                // Whoever asked may have stopped waiting.
                let _ = done.send(());
            }
        }
    }

    /// Adds to a batch until it is full, its time is up or a flush is asked for.
    async fn fill(&mut self, batch: &mut Vec<String>) -> Option<oneshot::Sender<()>> {
        let deadline = Instant::now() + self.subscription.timeout;
        let mut bytes: usize = batch.iter().map(String::len).sum();
        while batch.len() < self.subscription.items_max && bytes < self.subscription.bytes_max {
            match timeout_at(deadline, self.messages.recv()).await {
                Ok(Some(Message::Event(event))) => {
                    bytes += event.len();
                    batch.push(event);
                }
                Ok(Some(Message::Flush(done))) => return Some(done),
                Ok(None) | Err(_) => break,
            }
        }
        None
    }

    async fn deliver(&mut self, mut batch: Vec<String>) {
        let bytes: usize = batch.iter().map(String::len).sum();
        self.backlog.bytes.fetch_sub(bytes, Ordering::Relaxed);
        batch.extend(self.backlog.dropped());
        let mut pause = FIRST_PAUSE;
        // The core of Managed Instances tries once (LAMBDA.md 3.2).
        let attempts = if self.shared.settings.is_managed() { 1 } else { ATTEMPTS };
        for attempt in 1..=attempts {
            if let Ok(Ok(())) = timeout(POST_LIMIT, self.line.send(&batch)).await {
                return;
            }
            self.line.connection = None;
            if attempt < attempts {
                tokio::time::sleep(pause).await;
                pause *= 2;
            }
        }
        self.backlog.drop_records(batch.len(), bytes);
    }
}

/// The connection to the listener, made when first needed and kept.
struct Line {
    destination: Destination,
    connection: Option<Connection>,
}

enum Connection {
    Http(SendRequest<Full<Bytes>>),
    Tcp(TcpStream),
}

/// The batch did not get through; it is tried again on a new connection.
struct Undelivered;

impl Line {
    async fn send(&mut self, batch: &[String]) -> Result<(), Undelivered> {
        if self.connection.is_none() {
            self.connection = Some(self.connect().await.map_err(|_| Undelivered)?);
        }
        match (&mut self.connection, &self.destination) {
            (Some(Connection::Http(sender)), Destination::Http { path, port }) => {
                post(sender, path, *port, batch).await
            }
            (Some(Connection::Tcp(stream)), _) => {
                // Newline-delimited JSON, one event a line.
                let lines: String = batch.iter().flat_map(|event| [event.as_str(), "\n"]).collect();
                stream.write_all(lines.as_bytes()).await.map_err(|_| Undelivered)
            }
            _ => Err(Undelivered),
        }
    }

    async fn connect(&self) -> std::io::Result<Connection> {
        let (Destination::Http { port, .. } | Destination::Tcp { port }) = &self.destination;
        let stream = TcpStream::connect(("127.0.0.1", *port)).await?;
        stream.set_nodelay(true)?;
        if matches!(self.destination, Destination::Tcp { .. }) {
            return Ok(Connection::Tcp(stream));
        }
        let (sender, connection) =
            http1::handshake(TokioIo::new(stream)).await.map_err(std::io::Error::other)?;
        tokio::spawn(async move {
            // The listener may go at any time; the next batch then fails and says so.
            let _ = connection.await;
        });
        Ok(Connection::Http(sender))
    }
}

async fn post(
    sender: &mut SendRequest<Full<Bytes>>,
    path: &str,
    port: u16,
    batch: &[String],
) -> Result<(), Undelivered> {
    let body = format!("[{}]", batch.join(","));
    let request = hyper::Request::post(path)
        .header("host", format!("sandbox.localdomain:{port}"))
        .header("content-type", "application/json")
        .body(Full::new(Bytes::from(body)))
        .map_err(|_| Undelivered)?;
    sender.ready().await.map_err(|_| Undelivered)?;
    let answer = sender.send_request(request).await.map_err(|_| Undelivered)?;
    let accepted = answer.status().is_success();
    answer.into_body().collect().await.map_err(|_| Undelivered)?;
    if accepted { Ok(()) } else { Err(Undelivered) }
}
