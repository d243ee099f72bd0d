//! A network in front of a service: it drops answers after the service acted, delivers requests
//! twice, at once or late, and turns them away. What reaches the service comes one by one, because the
//! stand-in is not atomic as the real one is.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::Mutex as Shared;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Mutex;

/// What happens to a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Fault {
    /// Nothing.
    None,
    /// It is carried out, and the connection breaks before the answer.
    AnswerLost,
    /// It is carried out twice; the answer is the second one's.
    Twice,
    /// It is carried out, answered, and carried out again with the next one.
    Late,
    /// The service turns it away.
    Throttled,
}

/// The network.
pub(crate) struct Network {
    /// Where it listens.
    pub(crate) url: String,
    state: Arc<State>,
}

struct State {
    upstream: String,
    http: reqwest::Client,
    order: Mutex<Vec<Request>>,
    script: Box<dyn Fn(u64) -> Fault + Send + Sync>,
    seen: Shared<(u64, Vec<Fault>)>,
}

#[derive(Clone)]
struct Request {
    head: String,
    body: Vec<u8>,
}

struct Answer {
    status: u16,
    kind: String,
    body: Vec<u8>,
}

impl Network {
    /// A network to a service, where `script` says what happens to the request of each number.
    pub(crate) async fn before(
        upstream: &str,
        script: impl Fn(u64) -> Fault + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], 0))).await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let state = Arc::new(State {
            upstream: upstream.to_owned(),
            http: crate::outside::client().unwrap(),
            order: Mutex::default(),
            script: Box::new(script),
            seen: Shared::default(),
        });
        let serving = Arc::clone(&state);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, Arc::clone(&serving)));
            }
        });
        Self { url, state }
    }

    /// How often each fault happened.
    pub(crate) fn count(&self, fault: Fault) -> usize {
        self.state.seen.lock().unwrap().1.iter().filter(|it| **it == fault).count()
    }
}

async fn serve(mut stream: TcpStream, state: Arc<State>) {
    while let Some(request) = read(&mut stream).await {
        let fault = {
            let mut seen = state.seen.lock().unwrap();
            seen.0 += 1;
            let fault = (state.script)(seen.0);
            seen.1.push(fault);
            fault
        };
        let Some(answer) = state.carry(request, fault).await else { return };
        let head = format!(
            "HTTP/1.1 {} -\r\nContent-Type: {}\r\nContent-Length: {}\r\n\r\n",
            answer.status,
            answer.kind,
            answer.body.len()
        );
        let bytes = [head.as_bytes(), &answer.body].concat();
        if stream.write_all(&bytes).await.is_err() {
            return;
        }
    }
}

impl State {
    async fn carry(&self, request: Request, fault: Fault) -> Option<Answer> {
        // One by one; what is late comes first.
        let mut late = self.order.lock().await;
        for request in late.split_off(0) {
            self.forward(&request).await;
        }
        match fault {
            Fault::None => Some(self.forward(&request).await),
            Fault::AnswerLost => {
                self.forward(&request).await;
                None
            }
            Fault::Twice => {
                self.forward(&request).await;
                Some(self.forward(&request).await)
            }
            Fault::Late => {
                let answer = self.forward(&request).await;
                late.push(request);
                Some(answer)
            }
            Fault::Throttled => Some(Answer {
                status: 400,
                kind: "application/x-amz-json-1.0".to_owned(),
                body: b"{\"__type\":\"com.amazonaws.dynamodb.v20120810#ThrottlingException\"}"
                    .to_vec(),
            }),
        }
    }

    async fn forward(&self, request: &Request) -> Answer {
        let mut sent = self.http.post(&self.upstream);
        for line in request.head.split("\r\n").skip(1) {
            let Some((name, value)) = line.split_once(": ") else { continue };
            if !["content-length", "connection"].contains(&name.to_lowercase().as_str()) {
                sent = sent.header(name, value);
            }
        }
        let answer = sent.body(request.body.clone()).send().await.unwrap();
        let kind = answer.headers()["content-type"].to_str().unwrap().to_owned();
        let status = answer.status().as_u16();
        Answer { status, kind, body: answer.bytes().await.unwrap().to_vec() }
    }
}

async fn read(stream: &mut TcpStream) -> Option<Request> {
    let mut bytes = Vec::new();
    loop {
        let end = bytes.windows(4).position(|part| part == b"\r\n\r\n");
        if let Some(end) = end {
            let head = String::from_utf8(bytes[..end].to_vec()).unwrap();
            let length = head.to_lowercase();
            let length = length.split("content-length: ").nth(1)?;
            let length: usize = length.split("\r\n").next()?.parse().ok()?;
            if bytes.len() >= end + 4 + length {
                return Some(Request { head, body: bytes[end + 4..end + 4 + length].to_vec() });
            }
        }
        let mut part = [0; 4096];
        match stream.read(&mut part).await {
            Ok(read) if read > 0 => bytes.extend_from_slice(&part[..read]),
            _ => return None,
        }
    }
}
