//! A runtime played by the test: it speaks to the proxy by hand.

use bytes::Bytes;
use http::{HeaderMap, Method, Request, Response};
use http_body_util::channel::Channel;
use http_body_util::combinators::BoxBody;
use http_body_util::{BodyExt as _, Full};
use hyper::client::conn::http1::{self, SendRequest};
use hyper_util::rt::TokioIo;
use std::convert::Infallible;
use tokio::net::TcpStream;

type Body = BoxBody<Bytes, Infallible>;

/// One keep-alive connection to the proxy, as a runtime has it.
pub(crate) struct Runtime {
    connection: SendRequest<Body>,
    host: String,
    prefix: &'static str,
}

/// An answer, read to its end.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Reply {
    /// A field as text.
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// The request id of an event.
    pub(crate) fn request_id(&self) -> &str {
        self.header("lambda-runtime-aws-request-id")
    }
}

impl Runtime {
    /// Connects to the proxy.
    pub(crate) async fn connect(port: u16) -> Self {
        let host = format!("127.0.0.1:{port}");
        let stream = TcpStream::connect(&host).await.unwrap();
        stream.set_nodelay(true).unwrap();
        let (connection, driver) = http1::handshake(TokioIo::new(stream)).await.unwrap();
        tokio::spawn(async move { drop(driver.await) });
        Self { connection, host, prefix: "" }
    }

    /// Puts a path in front of every path.
    pub(crate) fn below(mut self, prefix: &'static str) -> Self {
        self.prefix = prefix;
        self
    }

    /// Sends any request.
    pub(crate) async fn call(
        &mut self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: impl Into<Bytes>,
    ) -> Reply {
        self.send(method, path, headers, Full::new(body.into()).boxed()).await
    }

    /// Asks for the next event.
    pub(crate) async fn next(&mut self) -> Reply {
        self.call("GET", "/2018-06-01/runtime/invocation/next", &[], "").await
    }

    /// Answers an event.
    pub(crate) async fn respond(&mut self, request_id: &str, body: impl Into<Bytes>) -> Reply {
        let path = format!("/2018-06-01/runtime/invocation/{request_id}/response");
        self.call("POST", &path, &[("content-type", "application/json")], body).await
    }

    /// Answers an event as a stream: what the other end of `body` sends, when it sends it.
    pub(crate) async fn stream(
        &mut self,
        request_id: &str,
        headers: &[(&str, &str)],
        body: Channel<Bytes>,
    ) -> Reply {
        let path = format!("/2018-06-01/runtime/invocation/{request_id}/response");
        let mut all = vec![("lambda-runtime-function-response-mode", "streaming")];
        all.extend_from_slice(headers);
        self.send("POST", &path, &all, body.boxed()).await
    }

    /// Sends a body in chunks: what the other end of `body` sends, when it sends it.
    pub(crate) async fn post(&mut self, path: &str, body: Channel<Bytes>) -> Reply {
        self.send("POST", path, &[], body.boxed()).await
    }

    async fn send(
        &mut self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: Body,
    ) -> Reply {
        let path = format!("{}{path}", self.prefix);
        let mut request =
            Request::builder().method(Method::from_bytes(method.as_bytes()).unwrap()).uri(path);
        if !headers.iter().any(|(name, _)| *name == "host") {
            request = request.header("host", &self.host);
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.connection.ready().await.unwrap();
        let response = self.connection.send_request(request.body(body).unwrap()).await.unwrap();
        read(response).await
    }
}

async fn read(response: Response<hyper::body::Incoming>) -> Reply {
    let (parts, body) = response.into_parts();
    let body = body.collect().await.unwrap().to_bytes();
    Reply { status: parts.status.as_u16(), headers: parts.headers, body }
}
