//! The Invoke API in front of an environment, so that curl and the AWS tools can call it.
use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, Response, StatusCode, header};
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};

use crate::base64;
use crate::environment::Environment;
use crate::error::InvokeError;
use crate::fleet::{Fleet, FleetError};
use crate::invocation::{Answer, Event, PAYLOAD_BYTES_MAX};

/// A listener that takes `POST /2015-03-31/functions/NAME/invocations`, for any name.
#[derive(Debug)]
pub struct Front {
    listener: TcpListener,
}

impl Front {
    /// Listens on an address of this machine.
    ///
    /// # Errors
    ///
    /// When the address is in use or not ours.
    pub async fn bind(address: SocketAddr) -> io::Result<Self> {
        Ok(Self { listener: TcpListener::bind(address).await? })
    }

    /// The address it listens on.
    ///
    /// # Errors
    ///
    /// When the operating system does not tell.
    pub fn address(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    /// Serves until the future is dropped.
    pub async fn serve(self, environment: Arc<Environment>) {
        self.serve_behind(Behind::One(environment)).await;
    }

    /// Serves a fleet until the future is dropped.
    pub async fn serve_fleet(self, fleet: Fleet) {
        self.serve_behind(Behind::Many(fleet)).await;
    }

    async fn serve_behind(self, behind: Behind) {
        loop {
            // A failed accept is the client's loss.
            if let Ok((stream, _)) = self.listener.accept().await {
                tokio::spawn(connection(behind.clone(), stream));
            }
        }
    }
}

/// What invocations go to.
#[derive(Debug, Clone)]
enum Behind {
    One(Arc<Environment>),
    Many(Fleet),
}

impl Behind {
    /// The request id and the answer.
    async fn ask(&self, event: Event) -> Result<(String, Answer), FleetError> {
        match self {
            Self::One(environment) => {
                let mut running = environment.begin(event)?;
                let id = running.request_id().to_owned();
                Ok((id, running.answer().await?))
            }
            Self::Many(fleet) => fleet.begin(event)?.answer().await,
        }
    }
}

type Reply = Response<Full<Bytes>>;

async fn connection(behind: Behind, stream: TcpStream) {
    // Without this, a reply in two segments waits 40 ms for the delayed acknowledgement.
    let _ = stream.set_nodelay(true);
    let service = service_fn(|request| {
        let behind = behind.clone();
        async move { Ok::<_, Infallible>(handle(&behind, request).await) }
    });
    // An error here is a connection that the client has broken off.
    let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
}

async fn handle(behind: &Behind, request: hyper::Request<Incoming>) -> Reply {
    let (parts, body) = request.into_parts();
    let function = parts.uri.path().strip_prefix("/2015-03-31/functions/");
    let name = function.and_then(|rest| rest.strip_suffix("/invocations"));
    if name.is_none_or(|name| name.is_empty() || name.contains('/')) {
        let path = parts.uri.path();
        let text =
            format!("no such path `{path}`: POST to /2015-03-31/functions/function/invocations");
        return refusal(StatusCode::NOT_FOUND, "ResourceNotFoundException", &text);
    }
    if parts.method != Method::POST {
        return refusal(StatusCode::METHOD_NOT_ALLOWED, "MethodNotAllowed", "use POST");
    }
    let Ok(body) = Limited::new(body, PAYLOAD_BYTES_MAX).collect().await else {
        return too_large();
    };
    match event(&parts.headers, body.to_bytes()) {
        Ok(event) => invoke(behind, event).await,
        Err(text) => refusal(StatusCode::BAD_REQUEST, "InvalidRequestContentException", &text),
    }
}

async fn invoke(behind: &Behind, event: Event) -> Reply {
    match behind.ask(event).await {
        Ok((id, answer)) => answer_reply(&id, &answer),
        Err(FleetError::Invoke(InvokeError::RequestTooLarge { .. })) => too_large(),
        Err(error) if error.is_throttled() => {
            let status = StatusCode::TOO_MANY_REQUESTS;
            refusal(status, "TooManyRequestsException", &error.to_string())
        }
        Err(error) => refusal(StatusCode::BAD_GATEWAY, "ServiceException", &error.to_string()),
    }
}

/// The event with what the headers of the Invoke API carry.
fn event(headers: &HeaderMap, body: Bytes) -> Result<Event, String> {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let client_context = match text("x-amz-client-context") {
        Some(encoded) => {
            let context = base64::decode(encoded).and_then(|bytes| String::from_utf8(bytes).ok());
            Some(context.ok_or("X-Amz-Client-Context is not base64 of text")?)
        }
        None => None,
    };
    Ok(Event {
        client_context,
        trace: text("x-amzn-trace-id").map(str::to_owned),
        tenant: text("x-amz-tenant-id").map(str::to_owned),
        ..Event::new(body)
    })
}

fn answer_reply(id: &str, answer: &Answer) -> Reply {
    let mut reply = Response::new(Full::new(answer.body()));
    let headers = reply.headers_mut();
    let kind = match answer {
        Answer::Response { content_type, .. } if !content_type.is_empty() => content_type,
        _ => "application/json",
    };
    set(headers, header::CONTENT_TYPE.as_str(), kind);
    set(headers, "x-amz-executed-version", "$LATEST");
    set(headers, "x-amzn-requestid", id);
    if answer.error_type().is_some() {
        set(headers, "x-amz-function-error", "Unhandled");
    }
    reply
}

fn too_large() -> Reply {
    let text = format!(
        "Request must be smaller than {PAYLOAD_BYTES_MAX} bytes for the InvokeFunction operation"
    );
    refusal(StatusCode::PAYLOAD_TOO_LARGE, "RequestTooLargeException", &text)
}

fn refusal(status: StatusCode, error_type: &str, message: &str) -> Reply {
    let body = serde_json::json!({ "Type": "User", "message": message });
    let mut reply = Response::new(Full::new(Bytes::from(body.to_string())));
    *reply.status_mut() = status;
    set(reply.headers_mut(), "content-type", "application/json");
    set(reply.headers_mut(), "x-amzn-errortype", error_type);
    reply
}

fn set(headers: &mut HeaderMap, name: &str, value: &str) {
    // A value that cannot be a header is left out: it came from the function.
    if let (Ok(name), Ok(value)) =
        (header::HeaderName::try_from(name), HeaderValue::from_str(value))
    {
        headers.insert(name, value);
    }
}
