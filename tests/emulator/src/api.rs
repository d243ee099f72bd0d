//! The API server: accepts connections, finds the handler of a request, keeps the journal.
pub(crate) mod connections;
mod credentials;
mod extensions;
pub(crate) mod faults;
mod managed;
mod next;
mod render;
mod reply;
mod route;
mod telemetry;

use std::net::SocketAddr;
use std::sync::Arc;

use http_body_util::BodyExt as _;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};

use crate::clock;
use crate::journal::Request as Entry;
use crate::shared::Shared;
use connections::Client;
use faults::Verdict;
use render::{Refusal, Reply};
use route::Route;

pub(crate) use extensions::EXTENSIONS_MAX;

/// Serves the three APIs until the task is aborted.
pub(crate) async fn serve(shared: Arc<Shared>, listener: TcpListener) {
    loop {
        // A failed accept is the client's loss (it went away, or descriptors ran out).
        if let Ok((stream, peer)) = listener.accept().await {
            accept(&shared, stream, peer);
        }
    }
}

fn accept(shared: &Arc<Shared>, stream: TcpStream, peer: SocketAddr) {
    // Without this, a reply in two segments waits 40 ms for the delayed acknowledgement.
    let _ = stream.set_nodelay(true);
    let serving = Arc::clone(shared);
    shared.connections.spawn(peer.port(), async move {
        let service = service_fn(|request| handle(Arc::clone(&serving), peer.port(), request));
        // An error here is a connection that the client or a fault has cut.
        let _ = http1::Builder::new()
            // Go's server writes names as `Lambda-Runtime-Aws-Request-Id`.
            .title_case_headers(true)
            .serve_connection(TokioIo::new(stream), service)
            .await;
    });
}

/// A request with its body still to be read, and its entry in the journal.
pub(crate) struct Call {
    parts: http::request::Parts,
    body: Incoming,
    entry: Entry,
}

/// Ends a connection without an answer.
#[derive(Debug, thiserror::Error)]
#[error("connection cut on request")]
struct Cut;

async fn handle(
    shared: Arc<Shared>,
    port: u16,
    request: hyper::Request<Incoming>,
) -> Result<Reply, Cut> {
    let (parts, body) = request.into_parts();
    let entry = Entry::new(&parts, port, clock::micros_since(shared.started));
    shared.journal.push(entry.clone());
    let reply = dispatch(&shared, port, Call { parts, body, entry: entry.clone() }).await?;
    entry.answered(reply.status());
    Ok(reply)
}

async fn dispatch(shared: &Arc<Shared>, port: u16, call: Call) -> Result<Reply, Cut> {
    let path = call.parts.uri.path().to_owned();
    let Some(route) = Route::find(&path, &shared.settings) else {
        return Ok(render::not_found());
    };
    if route.method() != call.parts.method {
        return Ok(render::method_not_allowed());
    }
    shared.connections.classify(port, Client::of(&route));
    match shared.faults.meet(&route).await {
        Verdict::Proceed => {}
        Verdict::Answer(status) => return Ok(Refusal::fault(status).into()),
        Verdict::Cut => return Err(Cut),
    }
    if let Route::Response(id) | Route::Error(id) = route
        && shared.update(|state| state.cuts_reply(id))
    {
        return Err(Cut);
    }
    let reply = match route {
        Route::Ping => Ok(render::pong()),
        Route::Next => next::invocation(shared).await,
        Route::RestoreNext => next::restore(shared).await,
        Route::Response(id) => reply::response(shared, id, call).await,
        Route::Error(id) => reply::error(shared, id, call).await,
        Route::InitError => reply::init_error(shared, call).await,
        Route::RestoreError => reply::restore_error(shared, call).await,
        Route::Register => extensions::register(shared, call).await,
        Route::ExtensionNext => extensions::next(shared, &call).await,
        Route::ExtensionInitError => extensions::init_error(shared, call).await,
        Route::ExtensionExitError => extensions::exit_error(shared, call).await,
        Route::Telemetry => telemetry::subscribe(shared, call).await,
        Route::Logs => Ok(telemetry::logs_not_supported()),
        Route::Credentials => Ok(credentials::keys(shared, &call)),
    };
    Ok(reply.unwrap_or_else(Reply::from))
}

impl Call {
    /// The first header of this name, if it is text.
    fn header(&self, name: &str) -> Option<&str> {
        self.parts.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// Reads the whole body; `Err` when the client broke it off.
    ///
    /// What is over `max` bytes is read, so that the client can finish, and thrown away.
    async fn read(mut self, max: usize) -> Result<Whole, Truncated> {
        let mut whole = Whole { body: Vec::new(), oversized: false };
        while let Some(frame) = self.body.frame().await {
            let Ok(data) = frame.map_err(|_| Truncated)?.into_data() else {
                continue;
            };
            self.entry.read(data.len());
            if whole.body.len() + data.len() > max {
                whole.oversized = true;
            } else {
                whole.body.extend_from_slice(&data);
            }
        }
        Ok(whole)
    }
}

/// A request body, as far as it was within its limit.
struct Whole {
    body: Vec<u8>,
    oversized: bool,
}

/// The client ended the body before its announced end.
struct Truncated;

impl From<Truncated> for Refusal {
    fn from(_: Truncated) -> Self {
        Self::truncated()
    }
}
