//! The listener: accepts the runtime's connections and routes its requests.

use crate::app::App;
use crate::http::connection::{Connection, ReadError};
use crate::http::head::RequestHead;
use crate::limits::PROXY_CONNECTIONS_MAX;
use crate::observe::findings::Kind;
use crate::proxy::pass::{self, Flow};
use crate::proxy::reply::{self, Verb};
use crate::proxy::{guard, next};
use crate::upstream::UpstreamError;
use std::io;
use std::rc::Rc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tollgate_lambda_api::runtime::Endpoint;

/// Wait before accepting again when the system has no descriptor left.
const ACCEPT_RETRY: Duration = Duration::from_millis(10);

/// Accepts connections for as long as the process lives.
pub(crate) async fn serve(app: Rc<App>, listener: TcpListener) {
    loop {
        match listener.accept().await {
            Ok((stream, peer)) => accept(&app, stream, peer.port()),
            Err(error) => {
                app.log.error(&format!("the proxy cannot accept a connection: {error}"));
                tokio::time::sleep(ACCEPT_RETRY).await;
            }
        }
    }
}

fn accept(app: &Rc<App>, stream: TcpStream, peer: u16) {
    if app.runtime.connections() >= PROXY_CONNECTIONS_MAX {
        app.recorder.find(&app.clock, Kind::Flood, None, "too many connections to the proxy");
        return;
    }
    let app = Rc::clone(app);
    let open = app.runtime.connected();
    tokio::task::spawn_local(async move {
        let ended = match Connection::new(stream) {
            Ok(connection) => converse(&app, connection.opened_from(peer)).await,
            Err(error) => Err(error.into()),
        };
        if let Err(error) = ended {
            app.log.debug(&format!("a connection of the runtime ended: {error}"));
        }
        drop(open);
        app.runtime.changed();
    });
}

/// Serves one connection. There are no timeouts: a poll lasts as long as Lambda wishes, and the
/// environment may be frozen in it.
async fn converse(app: &Rc<App>, mut downstream: Connection) -> Result<(), ReadError> {
    loop {
        let head = match downstream.read_request().await {
            Ok(Some(head)) => head,
            Ok(None) => return Ok(()),
            Err(error) => return refuse_malformed(&downstream, error).await,
        };
        let keep_alive = head.keep_alive;
        let flow = match route(app, &mut downstream, head).await {
            Ok(flow) => flow,
            Err(error) => broken(app, &downstream, &error).await?,
        };
        if flow == Flow::Close || !keep_alive {
            return Ok(());
        }
    }
}

async fn refuse_malformed(downstream: &Connection, error: ReadError) -> Result<(), ReadError> {
    if !matches!(error, ReadError::Io(_)) {
        let text = format!("the request cannot be read: {error}");
        let refusal = pass::refusal("400 Bad Request", "InvalidRequest", &text);
        downstream.write(&refusal).await?;
    }
    Err(error)
}

/// Tells the runtime that Lambda could not be reached. After a body that broke off midway
/// nothing more can be said on the connection.
async fn broken(app: &App, downstream: &Connection, error: &UpstreamError) -> io::Result<Flow> {
    app.log.warn(&format!("a request could not be relayed: {error}"));
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
    match Endpoint::recognise(&head.method, &path) {
        Endpoint::Next => next::next(app, downstream, head).await,
        Endpoint::Response(id) => reply::reply(app, downstream, head, id, Verb::Response).await,
        Endpoint::Error(id) => reply::reply(app, downstream, head, id, Verb::Error).await,
        Endpoint::InitError => {
            app.recorder.find(&app.clock, Kind::InitError, None, "the runtime reported init/error");
            pass::pass(app, downstream, head).await
        }
        Endpoint::RestoreNext => restore(app, downstream, head).await,
        Endpoint::RestoreError | Endpoint::Other => pass::pass(app, downstream, head).await,
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
