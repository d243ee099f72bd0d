//! HTTP in front of a fleet, as the services speak it: function URLs, both API Gateways, load
//! balancers. `curl` is enough to call a function through it.
mod alb;
mod arrived;
mod limits;
mod live;
mod reply;
mod rest;
mod routes;
mod v2;

use std::convert::Infallible;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use bytes::Bytes;
use http::{Response, StatusCode};
use http_body_util::{BodyExt as _, Either, Full, Limited};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};

use crate::fleet::{Call, Fleet, FleetError};
use crate::invocation::{Answer, Event};
use crate::live::{Live, LiveReader, Piece};
use arrived::Arrived;
use reply::Shaped;
pub use routes::{Route, RouteError};

/// Which service stands in front of the function.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Door {
    /// A function URL.
    FunctionUrl,
    /// API Gateway's HTTP API with payload format 2.0.
    HttpApi,
    /// API Gateway's REST API with proxy integration.
    RestApi,
    /// An Application Load Balancer.
    Alb,
    /// An Application Load Balancer whose target group has multi-value headers enabled.
    AlbMultiValue,
}

impl Door {
    /// The names, as [`named`](Self::named) reads them.
    pub const NAMES: [&'static str; 5] =
        ["function-url", "http-api", "rest-api", "alb", "alb-multi-value"];

    /// The door with this name.
    pub fn named(name: &str) -> Option<Self> {
        let all = [Self::FunctionUrl, Self::HttpApi, Self::RestApi, Self::Alb, Self::AlbMultiValue];
        all.into_iter().zip(Self::NAMES).find(|(_, own)| *own == name).map(|(door, _)| door)
    }
}

/// A door and what it is set to.
#[derive(Debug, Clone)]
pub struct Gateway {
    pub(crate) door: Door,
    pub(crate) stage: Option<String>,
    pub(crate) routes: Vec<Route>,
    pub(crate) region: String,
    pub(crate) account: String,
}

impl Gateway {
    /// A door that takes every path.
    pub fn new(door: Door) -> Self {
        Self {
            door,
            stage: None,
            routes: Vec::new(),
            region: "eu-west-1".to_owned(),
            account: "123456789012".to_owned(),
        }
    }

    /// The stage of an API, which begins every path; default: `$default` for an HTTP API, which
    /// is not in the path, and `prod` for a REST API, which is.
    #[must_use]
    pub fn stage(mut self, name: impl Into<String>) -> Self {
        self.stage = Some(name.into());
        self
    }

    /// One more route of an API, `GET /orders/{id}`; without any, every path is taken.
    #[must_use]
    pub fn route(mut self, route: Route) -> Self {
        self.routes.push(route);
        self
    }

    /// Listens on an address of this machine.
    ///
    /// # Errors
    ///
    /// When the address is in use or not ours.
    pub async fn bind(self, address: SocketAddr) -> io::Result<GatewayFront> {
        Ok(GatewayFront { gateway: Arc::new(self), listener: TcpListener::bind(address).await? })
    }

    /// The event for a request, or the reply that the service gives itself.
    fn event(&self, arrived: &Arrived) -> Result<Bytes, Shaped> {
        let most = limits::body_bytes_max(self.door);
        if arrived.body.len() > most {
            return Err(reply::too_large(self.door));
        }
        let event = match self.door {
            Door::FunctionUrl => v2::function_url(self, arrived),
            Door::HttpApi => v2::http_api(self, arrived)?,
            Door::RestApi => rest::event(self, arrived)?,
            Door::Alb => alb::event(self, arrived, false),
            Door::AlbMultiValue => alb::event(self, arrived, true),
        };
        Ok(Bytes::from(event.to_string()))
    }

    /// The reply for a function's answer.
    fn reply(&self, answer: &Answer) -> Shaped {
        if answer.error_type().is_some() {
            return reply::failed(self.door);
        }
        let body = answer.body();
        let shaped = match self.door {
            Door::FunctionUrl => reply::streamed(answer).unwrap_or_else(|| reply::inferred(&body)),
            Door::HttpApi => reply::inferred(&body),
            Door::RestApi => reply::rest(&body),
            Door::Alb => reply::alb(&body, false),
            Door::AlbMultiValue => reply::alb(&body, true),
        };
        shaped.unwrap_or_else(|reply::Malformed| reply::failed(self.door))
    }
}

/// A gateway that listens.
#[derive(Debug)]
pub struct GatewayFront {
    gateway: Arc<Gateway>,
    listener: TcpListener,
}

impl GatewayFront {
    /// The address it listens on.
    ///
    /// # Errors
    ///
    /// When the operating system does not tell.
    pub fn address(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    /// Serves until the future is dropped.
    pub async fn serve(self, fleet: Fleet) {
        loop {
            // A failed accept is the client's loss.
            if let Ok((stream, peer)) = self.listener.accept().await {
                let gateway = Arc::clone(&self.gateway);
                tokio::spawn(connection(gateway, fleet.clone(), stream, peer.ip()));
            }
        }
    }
}

async fn connection(gateway: Arc<Gateway>, fleet: Fleet, stream: TcpStream, peer: IpAddr) {
    // Without this, a reply in two segments waits 40 ms for the delayed acknowledgement.
    let _ = stream.set_nodelay(true);
    let service = service_fn(|request| {
        let (gateway, fleet) = (Arc::clone(&gateway), fleet.clone());
        async move { Ok::<_, Infallible>(handle(&gateway, &fleet, request, peer).await) }
    });
    // An error here is a connection that the client has broken off.
    let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
}

type Reply = Response<Either<Full<Bytes>, live::LiveBody>>;

async fn handle(
    gateway: &Gateway,
    fleet: &Fleet,
    request: hyper::Request<Incoming>,
    peer: IpAddr,
) -> Reply {
    let (parts, body) = request.into_parts();
    let body = Limited::new(body, limits::READ_BYTES_MAX).collect().await;
    let Ok(body) = body.map(http_body_util::Collected::to_bytes) else {
        return respond(gateway.door, None, reply::too_large(gateway.door));
    };
    let arrived = Arrived::new(&parts, body, peer);
    let body = match gateway.event(&arrived) {
        Ok(body) => body,
        Err(reply) => return respond(gateway.door, Some(&arrived.id), reply),
    };
    let (live, pieces) = streams(gateway.door);
    let event = Event { trace: Some(arrived.trace.clone()), live, ..Event::new(body) };
    let answered = match fleet.begin(event) {
        Ok(call) => match answered(call, pieces).await {
            Answered::Whole(answer) => answer,
            Answered::Begun(id, content_type, pieces) => {
                return streamed(gateway.door, &id, &content_type, pieces).await;
            }
        },
        Err(error) => Err(error),
    };
    let (id, reply) = match answered {
        Ok((id, answer)) => (id, gateway.reply(&answer)),
        Err(error) if error.is_throttled() => (arrived.id, reply::throttled(gateway.door)),
        Err(FleetError::Invoke(crate::InvokeError::RequestTooLarge { .. })) => {
            (arrived.id, reply::too_large(gateway.door))
        }
        Err(_) => (arrived.id, reply::unavailable(gateway.door)),
    };
    respond(gateway.door, Some(&id), reply)
}

/// Only a function URL hands a streamed answer on before it is whole.
fn streams(door: Door) -> (Option<Live>, Option<LiveReader>) {
    if door == Door::FunctionUrl {
        let (live, pieces) = Live::channel();
        (Some(live), Some(pieces))
    } else {
        (None, None)
    }
}

/// What comes first: the answer, or the beginning of one that is streamed.
enum Answered {
    Whole(Result<(String, Answer), FleetError>),
    Begun(String, String, LiveReader),
}

async fn answered(mut call: Call, pieces: Option<LiveReader>) -> Answered {
    let Some(mut pieces) = pieces else { return Answered::Whole(call.answer().await) };
    // What is not streamed has no pieces: the way ends with the invocation.
    if let Some(Piece::Head { request_id, content_type }) = pieces.next().await {
        return Answered::Begun(request_id, content_type, pieces);
    }
    Answered::Whole(call.answer().await)
}

async fn streamed(door: Door, id: &str, content_type: &str, pieces: LiveReader) -> Reply {
    match live::begin(content_type, pieces).await {
        Ok((shaped, body)) => head(door, Some(id), &shaped).map(|()| Either::Right(body)),
        Err(reply::Malformed) => respond(door, Some(id), reply::failed(door)),
    }
}

/// The reply on the wire.
fn respond(door: Door, id: Option<&str>, mut shaped: Shaped) -> Reply {
    let body = Full::new(std::mem::take(&mut shaped.body));
    head(door, id, &shaped).map(|()| Either::Left(body))
}

/// Status and headers, with the id that the service names the request by.
fn head(door: Door, id: Option<&str>, shaped: &Shaped) -> Response<()> {
    let mut response = Response::new(());
    *response.status_mut() = StatusCode::from_u16(shaped.status).unwrap_or(StatusCode::BAD_GATEWAY);
    let headers = response.headers_mut();
    let name = match door {
        Door::FunctionUrl | Door::RestApi => Some("x-amzn-requestid"),
        Door::HttpApi => Some("apigw-requestid"),
        Door::Alb | Door::AlbMultiValue => None,
    };
    let named = name.zip(id).map(|(name, id)| (name.to_owned(), id.to_owned()));
    for (name, value) in named.into_iter().chain(shaped.headers.iter().cloned()) {
        let name = http::HeaderName::try_from(name);
        // A name or value that cannot be a header came from the function, and is left out.
        if let (Ok(name), Ok(value)) = (name, http::HeaderValue::try_from(value)) {
            headers.append(name, value);
        }
    }
    response
}
