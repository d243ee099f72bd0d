//! The loop of lifecycle events. It ends with SHUTDOWN only: an extension that exits takes the
//! function down.

use crate::app::App;
use crate::lifecycle::deadline::Deadline;
use crate::lifecycle::shutdown::shut_down;
use std::io;
use std::rc::Rc;
use std::time::Duration;
use tokio::io::AsyncReadExt as _;
use tokio::net::TcpStream;
use tollgate_lambda_api::extensions::{self, Event, Invoke, header};
use tollgate_start::next_call;
use tollgate_start::wire::{Answer, Arriving};

/// Wait before asking again after an error that is not ours to mend; each time in a row it is twice
/// as long, up to a second.
const RETRY: Duration = Duration::from_millis(50);
const RETRY_MAX: Duration = Duration::from_secs(1);

/// The long poll for lifecycle events, on a connection of its own.
#[derive(Debug)]
pub(crate) struct Events {
    app: Rc<App>,
    path: String,
    extension_id: String,
    /// The connection, with a poll out on it or none.
    line: Option<TcpStream>,
    poll_is_out: bool,
    deadline: Deadline,
}

impl Events {
    /// Takes over a connection on which the first poll is out already.
    pub(crate) fn new(app: Rc<App>, extension_id: String, line: Option<TcpStream>) -> Self {
        let path = format!("{}{}", app.upstream.prefix(), extensions::NEXT_PATH);
        let poll_is_out = line.is_some();
        Self { app, path, extension_id, line, poll_is_out, deadline: Deadline::default() }
    }

    /// Asks for events and acts on them until the end.
    pub(crate) async fn run(mut self) {
        let mut retry = RETRY;
        loop {
            match self.next().await {
                Ok(Event::Invoke(invoke)) => {
                    retry = RETRY;
                    on_invoke(&self.app, &invoke, &mut self.deadline).await;
                }
                Ok(Event::Shutdown(shutdown)) => {
                    return shut_down(&self.app, shutdown.reason()).await;
                }
                Err(error) => {
                    self.app.log.error(&format!("the next lifecycle event: {error}"));
                    self.line = None;
                    tokio::time::sleep(retry).await;
                    retry = RETRY_MAX.min(retry * 2);
                }
            }
        }
    }

    /// One long poll. It has no timeout: the environment may be frozen in it for hours.
    async fn next(&mut self) -> io::Result<Event> {
        let answer = match self.poll().await {
            // A connection that died in a freeze: Lambda hands out the same event again.
            Err(_) if self.line.take().is_some() => self.poll().await?,
            other => other?,
        };
        if !answer.keeps_alive() {
            self.line = None;
        }
        if answer.status != 200 {
            let body = String::from_utf8_lossy(&answer.body).into_owned();
            return Err(io::Error::other(format!("Lambda answered {}: {body}", answer.status)));
        }
        serde_json::from_slice(&answer.body)
            .map_err(|error| io::Error::other(format!("unreadable: {error}")))
    }

    async fn poll(&mut self) -> io::Result<Answer> {
        if self.line.is_none() {
            let line = TcpStream::connect(self.app.upstream.address()).await?;
            line.set_nodelay(true)?;
            self.line = Some(line);
            self.poll_is_out = false;
        }
        let Some(line) = &mut self.line else {
            return Err(io::ErrorKind::NotConnected.into());
        };
        if !self.poll_is_out {
            let fields = [(header::IDENTIFIER, self.extension_id.as_str())];
            let call = next_call(&self.path, &fields);
            write_all(line, &call.encode(self.app.upstream.address())).await?;
        }
        self.poll_is_out = false;
        read_answer(line).await
    }
}

async fn write_all(stream: &TcpStream, mut bytes: &[u8]) -> io::Result<()> {
    while !bytes.is_empty() {
        stream.writable().await?;
        match stream.try_write(bytes) {
            Ok(written) => bytes = bytes.get(written..).unwrap_or_default(),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

async fn read_answer(stream: &mut TcpStream) -> io::Result<Answer> {
    let mut arriving = Arriving::default();
    let mut buffer = [0; 2048];
    loop {
        stream.readable().await?;
        // The event itself arrives at the same moment on another connection; it goes first.
        tokio::task::yield_now().await;
        let read = stream.read(&mut buffer).await?;
        if let Some(answer) = arriving.feed(buffer.get(..read).unwrap_or_default())? {
            return Ok(answer);
        }
    }
}

/// Holds the environment until the invocation's record is written, so that nothing is pending
/// when it is frozen. It never waits for a relay that is not there, nor for a runtime that is
/// gone, nor past the invocation's deadline.
async fn on_invoke(app: &Rc<App>, invoke: &Invoke, deadline: &mut Deadline) {
    app.coverage.all_ended(app);
    app.recorder.hold_environment(false);
    if !app.coverage.began(app, &invoke.request_id, &invoke.invoked_function_arn) {
        return;
    }
    app.recorder.hold_environment(true);
    let left = invoke.deadline_ms.saturating_sub(app.clock.unix_ms());
    tokio::select! {
        biased;
        () = settled_and_shipped(app, &invoke.request_id) => {}
        () = app.runtime.vanished() => app.log.info("the runtime's connections are gone"),
        () = deadline.pass(Duration::from_millis(left)) => {
            app.log.info("the invocation ran into its deadline");
        }
    }
    app.recorder.write_now(app);
    app.recorder.hold_environment(app.invocations.borrow().has_ended(&invoke.request_id));
}

/// The record is written; and sinks outside have it, where the policy wants them to.
async fn settled_and_shipped(app: &App, request_id: &str) {
    app.recorder.settled(app, request_id).await;
    app.claims.settled().await;
    app.recorder.shipped_where_urgent().await;
}
