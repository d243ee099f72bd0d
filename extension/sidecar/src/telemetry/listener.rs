//! Receives telemetry batches: few connections, bounded bodies, answered before they are read.

use crate::app::App;
use crate::limits::{
    TELEMETRY_BATCH_BYTES_MAX, TELEMETRY_CONNECTIONS_MAX, TELEMETRY_HEAD_BYTES_MAX,
    TELEMETRY_SILENCE,
};
use crate::observe::findings::Kind;
use crate::proxy::seats::{Seats, Sitting};
use std::rc::Rc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tollgate_http::connection::{Connection, ReadError};
use tollgate_http::framing::Tracker;
use tollgate_http::head::{RequestHead, message};
use tollgate_lambda_api::telemetry::read_batch;

/// Wait before accepting again when the system has no descriptor left.
const ACCEPT_RETRY: Duration = Duration::from_millis(100);

/// Accepts the platform's connections for as long as the process lives.
pub(crate) async fn serve(app: Rc<App>, listener: TcpListener) {
    let seats = Seats::new(TELEMETRY_CONNECTIONS_MAX);
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            tokio::time::sleep(ACCEPT_RETRY).await;
            continue;
        };
        if seats.are_taken() && !seats.make_room() {
            continue;
        }
        let sitting = seats.take();
        let seat = sitting.held_by();
        let app = Rc::clone(&app);
        let task = tokio::task::spawn_local(async move {
            if let Err(error) = converse(&app, stream, sitting).await {
                app.log.debug(&format!("a telemetry connection ended: {error}"));
            }
        });
        seat.serve_in(task.abort_handle());
    }
}

async fn converse(app: &Rc<App>, stream: TcpStream, sitting: Sitting) -> Result<(), ReadError> {
    let mut connection = Connection::new(stream)?;
    let unfinished = |bytes| {
        sitting.waits_with(bytes);
    };
    loop {
        let reading = connection.read_request(TELEMETRY_HEAD_BYTES_MAX, &unfinished);
        let Ok(read) = tokio::time::timeout(TELEMETRY_SILENCE, reading).await else { break };
        let Some(head) = read? else { break };
        sitting.asks();
        let keep_alive = head.keep_alive;
        let (status, goes_on) = batch(app, &mut connection, head).await?;
        sitting.is_served();
        connection.write(&message(&format!("HTTP/1.1 {status}"), &[], b"")).await?;
        if !(keep_alive && goes_on) {
            break;
        }
    }
    Ok(())
}

/// Takes one batch: the status to answer with, and whether the connection can go on. The batch is
/// acted on in a task of its own, so that the platform, which holds its next batch until this one
/// is answered, never waits for us.
async fn batch(
    app: &Rc<App>,
    connection: &mut Connection,
    head: RequestHead,
) -> Result<(&'static str, bool), ReadError> {
    if head.method != "POST" {
        return Ok(("405 Method Not Allowed", false));
    }
    let bound = TELEMETRY_BATCH_BYTES_MAX;
    let mut body = Vec::new();
    // What is too long is read to its end all the same, so that its sender can read the answer.
    let keep = |data: &[u8]| {
        if body.len() <= bound {
            body.extend_from_slice(data);
        }
    };
    connection.read_body(Tracker::new(head.framing), keep).await?;
    if body.len() > bound {
        return Ok(("413 Payload Too Large", false));
    }
    let app = Rc::clone(app);
    tokio::task::spawn_local(async move { act(&app, &body) });
    Ok(("200 OK", true))
}

fn act(app: &App, bytes: &[u8]) {
    if let Ok(events) = read_batch(bytes) {
        super::take_in(app, events);
    } else {
        let detail = "a body that is no telemetry batch";
        app.recorder.find(&app.clock, Kind::TelemetryForged, None, detail);
    }
}
