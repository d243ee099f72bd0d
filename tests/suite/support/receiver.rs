//! An endpoint of the outside, played by the test: it records what it gets and fails as it is told.

use std::collections::VecDeque;
use std::io::Read as _;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// How a request is treated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// It is answered with this status and no more.
    Status(u16, &'static str),
    /// It is never answered.
    Hang,
    /// The connection is reset before the request's body is read.
    ResetBefore,
    /// The connection is closed in the middle of the answer's head.
    ResetInAnswer,
    /// It is taken, and the connection is closed instead of an answer.
    LostAcknowledgement,
    /// It is taken, and answered when [`Receiver::release`] says so.
    Hold,
    /// It is taken, and answered twice: the second answer belongs to no request.
    TwoAcknowledgements,
    /// It is taken, and the answer comes byte by byte.
    Slow,
}

impl Fault {
    /// All that goes wrong on the way to an endpoint and passes.
    pub(crate) const PASSING: [Self; 9] = [
        Self::Status(429, "retry-after: 1\r\n"),
        Self::Status(500, ""),
        Self::Status(503, "retry-after: 0\r\n"),
        Self::ResetBefore,
        Self::ResetInAnswer,
        Self::LostAcknowledgement,
        Self::TwoAcknowledgements,
        Self::Slow,
        Self::Hang,
    ];
}

impl Fault {
    /// Whether the request is taken, whatever its sender learns of that.
    fn takes(self) -> bool {
        use Fault::{Hold, LostAcknowledgement, Slow, TwoAcknowledgements};
        matches!(self, LostAcknowledgement | Hold | TwoAcknowledgements | Slow)
    }
}

/// A request that arrived in full.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    pub(crate) head: String,
    /// As it was on the wire.
    pub(crate) raw: Vec<u8>,
    /// Whether it was taken, whatever the sender learned of that.
    pub(crate) taken: bool,
}

impl Request {
    /// A header field.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let fields = self.head.lines().filter_map(|line| line.split_once(": "));
        fields
            .into_iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, value)| value)
    }

    /// Whether it was taken, and holds a text.
    fn has_taken(&self, text: &str) -> bool {
        self.taken && self.body().windows(text.len()).any(|part| part == text.as_bytes())
    }

    /// The body, as it was before it was compressed.
    pub(crate) fn body(&self) -> Vec<u8> {
        let mut body = Vec::new();
        match self.header("content-encoding") {
            Some("gzip") => {
                flate2::read::GzDecoder::new(self.raw.as_slice()).read_to_end(&mut body).unwrap();
            }
            Some("zstd") => {
                let mut frame = ruzstd::decoding::StreamingDecoder::new(&*self.raw).unwrap();
                frame.read_to_end(&mut body).unwrap();
            }
            Some(other) => panic!("{other}"),
            None => body.clone_from(&self.raw),
        }
        body
    }
}

#[derive(Default)]
struct State {
    requests: Vec<Request>,
    faults: VecDeque<Fault>,
    upstream: Option<SocketAddr>,
    /// Bodies with more bytes are answered 413, always.
    bytes_max: Option<usize>,
}

/// The endpoint. It ends with the test's runtime.
pub(crate) struct Receiver {
    address: SocketAddr,
    state: Arc<Mutex<State>>,
    arrived: watch::Receiver<usize>,
    released: watch::Sender<bool>,
}

impl Receiver {
    /// Starts it with the faults of its first requests.
    pub(crate) async fn start(faults: impl IntoIterator<Item = Fault>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        Self::on(listener, None, faults)
    }

    /// Starts it at an address that was refused so far.
    pub(crate) async fn start_at(address: SocketAddr) -> Self {
        Self::on(TcpListener::bind(address).await.unwrap(), None, [])
    }

    /// Starts it in front of a service, which answers what is not to fail.
    pub(crate) async fn before(
        upstream: SocketAddr,
        faults: impl IntoIterator<Item = Fault>,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        Self::on(listener, Some(upstream), faults)
    }

    fn on(
        listener: TcpListener,
        upstream: Option<SocketAddr>,
        faults: impl IntoIterator<Item = Fault>,
    ) -> Self {
        let address = listener.local_addr().unwrap();
        let faults = faults.into_iter().collect();
        let state = Arc::new(Mutex::new(State { faults, upstream, ..State::default() }));
        let (count, arrived) = watch::channel(0);
        let (released, release) = watch::channel(false);
        let shared = Arc::clone(&state);
        tokio::spawn(async move {
            let count = Arc::new(count);
            while let Ok((stream, _)) = listener.accept().await {
                let connection = Connection {
                    stream,
                    state: Arc::clone(&shared),
                    count: Arc::clone(&count),
                    release: release.clone(),
                };
                tokio::spawn(connection.serve());
            }
        });
        Self { address, state, arrived, released }
    }

    /// Its address.
    pub(crate) fn url(&self) -> String {
        format!("http://{}/in", self.address)
    }

    /// Its socket's address.
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// What arrived so far.
    pub(crate) fn requests(&self) -> Vec<Request> {
        self.state.lock().unwrap().requests.clone()
    }

    /// Waits until so many requests have arrived in full.
    pub(crate) async fn arrived(&self, requests: usize) {
        self.arrived.clone().wait_for(|count| *count >= requests).await.unwrap();
    }

    /// Waits until what was taken holds a text.
    pub(crate) async fn taken(&self, text: &str) {
        let mut arrived = self.arrived.clone();
        while !self.requests().iter().any(|request| request.has_taken(text)) {
            arrived.changed().await.unwrap();
        }
    }

    /// Answers what is held.
    pub(crate) fn release(&self) {
        self.released.send_replace(true);
    }

    /// The lines of all bodies that were taken.
    pub(crate) fn lines(&self) -> Vec<String> {
        lines(&self.requests())
    }

    /// The same, and forgets them.
    pub(crate) fn take_lines(&self) -> Vec<String> {
        let requests = std::mem::take(&mut self.state.lock().unwrap().requests);
        lines(&requests)
    }

    /// From now on it takes no body with more bytes.
    pub(crate) fn take_no_more_than(&self, bytes: usize) {
        self.state.lock().unwrap().bytes_max = Some(bytes);
    }

    /// The next requests fail in these ways; what was planned before does not happen.
    pub(crate) fn fail(&self, faults: impl IntoIterator<Item = Fault>) {
        self.state.lock().unwrap().faults = faults.into_iter().collect();
    }
}

fn lines(requests: &[Request]) -> Vec<String> {
    let bodies = requests.iter().filter(|request| request.taken).map(Request::body);
    bodies
        .flat_map(|body| {
            let text = String::from_utf8(body).unwrap();
            text.lines().map(str::to_owned).collect::<Vec<_>>()
        })
        .collect()
}

struct Connection {
    stream: TcpStream,
    state: Arc<Mutex<State>>,
    count: Arc<watch::Sender<usize>>,
    release: watch::Receiver<bool>,
}

impl Connection {
    async fn serve(mut self) {
        let mut buffer = Vec::new();
        while let Some(head) = self.read_head(&mut buffer).await {
            let fault = self.state.lock().unwrap().faults.pop_front();
            if fault == Some(Fault::ResetBefore) {
                // Unread bytes make the close a reset.
                return;
            }
            let length = field(&head, "content-length").map_or(0, |text| text.parse().unwrap());
            while buffer.len() < length {
                if self.stream.read_buf(&mut buffer).await.unwrap_or(0) == 0 {
                    return;
                }
            }
            let raw: Vec<u8> = buffer.drain(..length).collect();
            let too_large = self.state.lock().unwrap().bytes_max.is_some_and(|most| length > most);
            let fault = if too_large { Some(Fault::Status(413, "")) } else { fault };
            if !self.answer(Request { head, raw, taken: false }, fault).await {
                return;
            }
        }
    }

    async fn read_head(&mut self, buffer: &mut Vec<u8>) -> Option<String> {
        loop {
            if let Some(end) = buffer.windows(4).position(|four| four == b"\r\n\r\n") {
                let head: Vec<u8> = buffer.drain(..end + 4).collect();
                return Some(String::from_utf8(head).unwrap());
            }
            if self.stream.read_buf(buffer).await.unwrap_or(0) == 0 {
                return None;
            }
        }
    }

    /// Treats a request. False where the connection is over.
    async fn answer(&mut self, mut request: Request, fault: Option<Fault>) -> bool {
        request.taken = fault.is_none_or(Fault::takes);
        let upstream = self.state.lock().unwrap().upstream.filter(|_| request.taken);
        let answer = match upstream {
            Some(address) => match forward(address, &request).await {
                Ok(answer) => answer,
                // Who is behind it is away.
                Err(_) => return false,
            },
            None => b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}".to_vec(),
        };
        self.state.lock().unwrap().requests.push(request);
        self.count.send_modify(|count| *count += 1);
        let answer = match fault {
            None => answer,
            Some(Fault::Status(status, more)) => {
                format!("HTTP/1.1 {status} no\r\n{more}content-length: 0\r\n\r\n").into_bytes()
            }
            Some(Fault::Hang) => return std::future::pending().await,
            Some(Fault::ResetInAnswer) => b"HTTP/1.1 200 OK\r\ncontent-le".to_vec(),
            Some(Fault::ResetBefore | Fault::LostAcknowledgement) => return false,
            Some(Fault::Hold) => {
                self.release.wait_for(|released| *released).await.unwrap();
                answer
            }
            Some(Fault::TwoAcknowledgements) => answer.repeat(2),
            Some(Fault::Slow) => {
                for byte in answer {
                    if self.stream.write_all(&[byte]).await.is_err() {
                        return false;
                    }
                    self.stream.flush().await.unwrap();
                    tokio::task::yield_now().await;
                }
                return true;
            }
        };
        let written = self.stream.write_all(&answer).await;
        written.is_ok() && fault != Some(Fault::ResetInAnswer)
    }
}

fn field<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    let fields = head.lines().filter_map(|line| line.split_once(": "));
    fields.into_iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value)
}

/// Hands a request on and takes the whole answer.
async fn forward(to: SocketAddr, request: &Request) -> std::io::Result<Vec<u8>> {
    let mut stream = TcpStream::connect(to).await?;
    let head = request.head.trim_end().to_owned() + "\r\nconnection: close\r\n\r\n";
    stream.write_all(head.as_bytes()).await?;
    stream.write_all(&request.raw).await?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await?;
    // The connection to the sender stays.
    let close = b"connection: close\r\n";
    let same = |part: &[u8]| part.eq_ignore_ascii_case(close);
    if let Some(at) = answer.windows(close.len()).position(same) {
        answer.drain(at..at + close.len());
    }
    Ok(answer)
}
