//! The listener: accepts the runtime's connections and routes its requests.

use crate::app::App;
use crate::observe::findings::Kind;
use crate::proxy::pass::{self, Flow};
use crate::proxy::reply::{self, Verb};
use crate::proxy::seats::Sitting;
use crate::proxy::{guard, next, sign};
use crate::upstream::UpstreamError;
use std::io;
use std::rc::Rc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tollgate_http::connection::{Connection, PassError, ReadError};
use tollgate_http::head::{HEAD_BYTES_MAX, RequestHead};
use tollgate_lambda_api::runtime::Endpoint;

/// Wait before accepting again when the system has no descriptor left; each time in a row it is
/// twice as long, up to a second.
const ACCEPT_RETRY: Duration = Duration::from_millis(10);
const ACCEPT_RETRY_MAX: Duration = Duration::from_secs(1);

/// Accepts connections for as long as the process lives.
pub(crate) async fn serve(app: Rc<App>, listener: TcpListener) {
    let mut retry = ACCEPT_RETRY;
    loop {
        match listener.accept().await {
            Ok((stream, peer)) => {
                retry = ACCEPT_RETRY;
                accept(&app, stream, peer.port()).await;
            }
            Err(error) => {
                let detail = format!("the proxy cannot accept a connection: {error}");
                app.recorder.find(&app.clock, Kind::Flood, None, &detail);
                app.seats.make_room();
                tokio::time::sleep(retry).await;
                retry = ACCEPT_RETRY_MAX.min(retry * 2);
            }
        }
    }
}

async fn accept(app: &Rc<App>, stream: TcpStream, peer: u16) {
    if app.seats.are_taken() {
        app.recorder.find(&app.clock, Kind::Flood, None, "too many connections to the proxy");
        if !app.seats.make_room() {
            return;
        }
        // Whoever has sent a request meanwhile is heard first.
        tokio::task::yield_now().await;
    }
    let app = Rc::clone(app);
    let open = app.runtime.connected();
    let sitting = app.seats.take();
    let seat = sitting.held_by();
    let task = tokio::task::spawn_local(async move {
        let ended = match Connection::new(stream) {
            Ok(connection) => converse(&app, connection.opened_from(peer), sitting).await,
            Err(error) => Err(error.into()),
        };
        if let Err(error) = ended {
            app.log.debug(&format!("a connection of the runtime ended: {error}"));
        }
        drop(open);
        app.runtime.changed();
    });
    seat.serve_in(task.abort_handle());
}

/// Serves one connection. There are no timeouts: a poll lasts as long as Lambda wishes, and the
/// environment may be frozen in it.
async fn converse(
    app: &Rc<App>,
    mut downstream: Connection,
    sitting: Sitting,
) -> Result<(), ReadError> {
    let unfinished = |bytes| {
        if sitting.waits_with(bytes) {
            app.recorder.find(&app.clock, Kind::Flood, None, "too many requests without an end");
        }
    };
    loop {
        let head = match downstream.read_request(HEAD_BYTES_MAX, &unfinished).await {
            Ok(Some(head)) if sitting.asks() => head,
            Ok(Some(_)) => return refuse_malformed(app, &downstream, ReadError::TooLong).await,
            Ok(None) => return Ok(()),
            Err(error) => return refuse_malformed(app, &downstream, error).await,
        };
        let keep_alive = head.keep_alive;
        let flow = match route(app, &mut downstream, head).await {
            Ok(flow) => flow,
            Err(error) => broken(app, &downstream, &error).await?,
        };
        sitting.is_served();
        if flow == Flow::Close || !keep_alive {
            return Ok(());
        }
    }
}

/// No runtime sends what cannot be read, so it is found too.
async fn refuse_malformed(
    app: &App,
    downstream: &Connection,
    error: ReadError,
) -> Result<(), ReadError> {
    if !matches!(error, ReadError::Io(_)) {
        let text = format!("the request cannot be read: {error}");
        app.recorder.find(&app.clock, Kind::ForeignRequest, None, &text);
        let refusal = pass::refusal("400 Bad Request", "InvalidRequest", &text);
        downstream.write(&refusal).await?;
    }
    Err(error)
}

/// Tells the runtime that Lambda could not be reached. After a body that broke off midway
/// nothing more can be said on the connection.
async fn broken(app: &App, downstream: &Connection, error: &UpstreamError) -> io::Result<Flow> {
    app.log.warn(&format!("a request could not be relayed: {error}"));
    if let UpstreamError::Body(PassError::From(cause)) = error
        && cause.kind() == io::ErrorKind::InvalidData
    {
        app.recorder.find(&app.clock, Kind::ForeignRequest, None, &cause.to_string());
    }
    if !matches!(error, UpstreamError::Body(_)) {
        let text = error.to_string();
        let refusal = pass::refusal("502 Bad Gateway", "Tollgate.UpstreamUnavailable", &text);
        downstream.write(&refusal).await?;
    }
    Ok(Flow::Close)
}

async fn route(
    app: &Rc<App>,
    downstream: &mut Connection,
    head: RequestHead,
) -> Result<Flow, UpstreamError> {
    if let Some(objection) = guard::objection(&head.fields, app.upstream.address()) {
        app.recorder.find(&app.clock, Kind::ForeignRequest, None, objection);
        let refusal = pass::refusal("403 Forbidden", "Tollgate.ForeignRequest", objection);
        downstream.write(&refusal).await?;
        return Ok(Flow::Close);
    }
    // Handlers take the head apart, so the id that is part of its path is copied.
    let path = head.path().to_owned();
    if path == sign::PATH {
        return sign::sign(app, downstream, head).await;
    }
    match Endpoint::recognise(&head.method, &path) {
        Endpoint::Next => next::next(app, downstream, head).await,
        Endpoint::Response(id) => reply::reply(app, downstream, head, id, Verb::Response).await,
        Endpoint::Error(id) => reply::reply(app, downstream, head, id, Verb::Error).await,
        Endpoint::InitError => {
            app.recorder.find(&app.clock, Kind::InitError, None, "the runtime reported init/error");
            Box::pin(pass::pass(app, downstream, head)).await
        }
        Endpoint::RestoreNext => Box::pin(restore(app, downstream, head)).await,
        Endpoint::RestoreError | Endpoint::Other => {
            Box::pin(pass::pass(app, downstream, head)).await
        }
    }
}

/// SnapStart: what returns from here runs on another machine, so connections are new, and a key
/// made before would be shared by every restored copy.
async fn restore(
    app: &Rc<App>,
    downstream: &mut Connection,
    head: RequestHead,
) -> Result<Flow, UpstreamError> {
    let answering = pass::request(app, downstream, head, true, &mut |_| {}).await?;
    if answering.head.is_success() {
        app.upstream.forget_connections();
        app.recorder.restored();
    }
    pass::respond(app, downstream, answering).await
}
