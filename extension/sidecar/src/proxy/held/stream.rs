//! A streamed answer that can be cut: it goes on in chunks of our own, so that its end can be told
//! at any moment, with the trailers of a stream that failed after its first byte.

use crate::app::App;
use crate::clock::Clock;
use crate::proxy::gather::invite;
use crate::proxy::leaks::{Carried, Secrets};
use crate::proxy::meter::Meter;
use crate::proxy::pass::{self, Flow};
use crate::proxy::reply::{self, Kind, Reply};
use crate::upstream::{Answering, UpstreamError};
use crate::watchdog::{self, Watch};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use std::io;
use std::rc::Rc;
use std::time::Duration;
use tollgate_http::connection::{Connection, PassError};
use tollgate_http::framing::{Part, Tracker};
use tollgate_http::head::RequestHead;
use tollgate_lambda_api::runtime::header;
use tollgate_ledger::record::Response;
use tollgate_policy::{CEILING_RESPONSE, CEILING_TIME, LeakAction};

/// How long a chunk that has begun may take to its end once the time is up.
const CHUNK_GRACE: Duration = Duration::from_millis(250);

/// How long Lambda may take to answer a stream that was cut.
const ANSWER_GRACE: Duration = Duration::from_secs(1);

/// Trailers of a stream that may fail after its first byte (AWS Lambda Developer Guide, "Using the
/// Lambda runtime API for custom runtimes": response streaming).
const TRAILERS: &str = "Lambda-Runtime-Function-Error-Type, Lambda-Runtime-Function-Error-Body";

/// Relays a stream until it ends or meets a ceiling.
pub(super) async fn relay(
    app: &Rc<App>,
    downstream: &mut Connection,
    head: RequestHead,
    watch: &Rc<Watch>,
) -> Result<Flow, UpstreamError> {
    invite(downstream, &head).await?;
    let mut tracker = Tracker::new(head.framing);
    let mut upstream = app.upstream.connection().await?;
    let error_type = Kind::error_type(&head);
    upstream.write(&encode(app, head)).await?;
    let mut stream = Stream::new(watch, &app.secrets);
    let ended = stream.run(&app.clock, downstream, &mut upstream, &mut tracker).await?;
    let (check, upstream) = match ended {
        Ended::Whole => {
            let head = upstream.read_response().await?;
            let answering = Answering { head, connection: upstream, repeated: false };
            let sent = Reply::of_stream(error_type, stream.meter);
            return reply::finish(app, downstream, watch.request_id(), answering, sent).await;
        }
        Ended::Early => {
            let mut head = upstream.read_response().await?;
            head.keep_alive = false;
            let answering = Answering { head, connection: upstream, repeated: false };
            pass::discard(downstream, tracker).await.map_err(PassError::From)?;
            let sent = Reply::of_stream(error_type, stream.meter);
            return reply::finish(app, downstream, watch.request_id(), answering, sent).await;
        }
        Ended::Met(check) => (check, Some(upstream)),
        Ended::Stuck => (CEILING_TIME, None),
    };
    cut(app, watch, upstream, &stream, check).await;
    let ended = watchdog::recycle(app, watch);
    // What is left of the stream is read while the runtime lives.
    let (rest, ()) = tokio::join!(pass::discard(downstream, tracker), async {
        if check == CEILING_TIME {
            ended.await;
        }
    });
    rest.map_err(PassError::From)?;
    super::acknowledge(downstream).await
}

fn encode(app: &App, mut head: RequestHead) -> Vec<u8> {
    head.prepare();
    for name in ["content-length", "transfer-encoding", "trailer"] {
        head.fields.remove(name);
    }
    head.fields.push("Transfer-Encoding", b"chunked");
    head.fields.push("Trailer", TRAILERS.as_bytes());
    head.encode(&head.method, app.upstream.prefix(), app.upstream.address())
}

/// How the relaying of a stream ended.
enum Ended {
    /// It was relayed to its end.
    Whole,
    /// Lambda answered before its end.
    Early,
    /// It met the ceiling of this check.
    Met(&'static str),
    /// Its time was up in the middle of a chunk that Lambda does not take.
    Stuck,
}

/// A stream on its way.
struct Stream<'w> {
    watch: &'w Watch,
    meter: Meter,
    /// Content that is here and not sent yet.
    content: Vec<u8>,
    /// The sender's trailers.
    trailers: Vec<u8>,
    secrets: &'w Secrets,
    carried: Carried,
}

impl<'w> Stream<'w> {
    fn new(watch: &'w Watch, secrets: &'w Secrets) -> Self {
        let meter = Meter::new(header::ERROR_TYPE);
        let (content, trailers) = (Vec::new(), Vec::new());
        Self { watch, meter, content, trailers, secrets, carried: Carried::default() }
    }

    async fn run(
        &mut self,
        clock: &Clock,
        from: &mut Connection,
        to: &mut Connection,
        tracker: &mut Tracker,
    ) -> Result<Ended, UpstreamError> {
        loop {
            self.take(from, tracker)?;
            let cut = self.shorten();
            if let Some(check) = self.leaks() {
                return Ok(Ended::Met(check));
            }
            if let Some(ended) = self.send(clock, to).await? {
                return Ok(ended);
            }
            if cut {
                return Ok(Ended::Met(CEILING_RESPONSE));
            }
            if tracker.is_done() {
                let mut end = b"0\r\n".to_vec();
                end.append(&mut self.trailers);
                end.extend_from_slice(b"\r\n");
                to.write(&end).await.map_err(PassError::To)?;
                return Ok(Ended::Whole);
            }
            tokio::select! {
                biased;
                () = self.watch.time_is_up(clock) => return Ok(Ended::Met(CEILING_TIME)),
                read = from.fill() => if read.map_err(PassError::From)? == 0 {
                    tracker.close().map_err(PassError::From)?;
                },
            }
        }
    }

    /// Takes what is here out of the sender's framing.
    fn take(&mut self, from: &mut Connection, tracker: &mut Tracker) -> Result<(), UpstreamError> {
        let Self { meter, content, trailers, .. } = self;
        let used = tracker.advance(from.unread(), &mut |part| match part {
            Part::Data(data) => content.extend_from_slice(data),
            Part::Trailer(line) => {
                meter.see(part);
                trailers.extend_from_slice(line);
                trailers.extend_from_slice(b"\r\n");
            }
        });
        from.consume(used.map_err(PassError::From)?);
        Ok(())
    }

    /// Leaves out what goes beyond the ceiling; gives back whether there was such.
    fn shorten(&mut self) -> bool {
        let Some(most) = self.watch.response_bytes() else { return false };
        let left = usize::try_from(most.saturating_sub(self.meter.bytes())).unwrap_or(usize::MAX);
        let over = self.content.len() > left;
        if over {
            self.watch.saw_reply(self.meter.bytes().saturating_add(self.content.len() as u64));
            self.content.truncate(left);
        }
        over
    }

    /// Looks at what is to be sent; gives back the check that does not let it.
    fn leaks(&mut self) -> Option<&'static str> {
        self.watch.leaks()?;
        let found = self.carried.look(self.secrets, &self.content);
        if found.is_empty() {
            return None;
        }
        self.watch.saw_leaks(&found, LeakAction::Mask)
    }

    /// Sends what is here as one chunk. A chunk that has begun is brought to its end, or nothing
    /// more could be said behind it.
    async fn send(
        &mut self,
        clock: &Clock,
        to: &mut Connection,
    ) -> Result<Option<Ended>, UpstreamError> {
        if self.content.is_empty() {
            return Ok(None);
        }
        self.meter.see(Part::Data(&self.content));
        let mut chunk = format!("{:x}\r\n", self.content.len()).into_bytes();
        chunk.append(&mut self.content);
        chunk.extend_from_slice(b"\r\n");
        let late = async {
            self.watch.time_is_up(clock).await;
            tokio::time::sleep(CHUNK_GRACE).await;
        };
        tokio::select! {
            biased;
            written = to.write_while_silent(&chunk) => match written {
                Ok(()) => Ok(None),
                Err(error) if error.kind() == io::ErrorKind::ConnectionAborted => {
                    Ok(Some(Ended::Early))
                }
                Err(error) => Err(PassError::To(error).into()),
            },
            () = late => Ok(Some(Ended::Stuck)),
        }
    }
}

/// Ends a stream that has begun with the trailers of an error, and its invocation with it.
async fn cut(
    app: &Rc<App>,
    watch: &Rc<Watch>,
    upstream: Option<Connection>,
    stream: &Stream<'_>,
    check: &'static str,
) {
    let policy = app.gate.policy().await;
    let Some(stopped) = watch.stop(&policy, check) else { return };
    let (error_type, body) = stopped.error();
    let end = format!(
        "0\r\n{}: {error_type}\r\n{}: {}\r\n\r\n",
        header::ERROR_TYPE,
        header::ERROR_BODY,
        STANDARD.encode(body),
    );
    let told = async {
        let mut upstream = upstream.ok_or(io::ErrorKind::TimedOut)?;
        upstream.write(end.as_bytes()).await?;
        upstream.read_response().await.map(|head| head.status).map_err(io::Error::other)
    };
    match tokio::time::timeout(ANSWER_GRACE, told).await {
        Ok(Ok(200..=299)) => {}
        Ok(Ok(status)) => app.log.warn(&format!("Lambda answered a cut stream with {status}")),
        Ok(Err(error)) => app.log.warn(&format!("a stream broke while it was cut: {error}")),
        Err(_) => app.log.warn("Lambda did not answer a cut stream in time"),
    }
    let response =
        Response { sha256: None, bytes: stream.meter.bytes(), streamed: true, status: None };
    watchdog::cut(app, watch, error_type, response);
}
