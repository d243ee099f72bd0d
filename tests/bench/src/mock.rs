//! A mock of Lambda's Runtime, Extensions and Telemetry APIs on loopback, with the instants that are measured.
//!
//! Its threads exist before anything is started and block in `accept`, so that a program that
//! opens several connections does not pay for threads of ours.
use crate::wire::{Body, Head, Reader, send};
use anyhow::{Context, Result, bail};
use std::collections::VecDeque;
use std::io;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Connections that can be served at once: an extension's three or four, a relay's, a client's.
const THREADS: usize = 12;

/// What the mock does with each poll.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The event given to every `next`.
    pub event: Arc<[u8]>,
    /// How long each `next` is held at least, so that work after the reply is told apart from work
    /// on the path.
    pub hold: Duration,
    /// As Lambda: the next event waits until a registered extension has called `event/next`.
    /// Otherwise (free-running) it is given at once.
    pub as_lambda: bool,
}

impl Default for Plan {
    fn default() -> Self {
        Self { event: Arc::from(b"{}".as_slice()), hold: Duration::ZERO, as_lambda: true }
    }
}

/// When the calls of a start were seen.
#[derive(Clone, Copy, Debug, Default)]
pub struct Marks {
    /// The register request.
    pub register: Option<Instant>,
    /// The telemetry subscription.
    pub telemetry: Option<Instant>,
    /// The first `event/next`.
    pub first_next: Option<Instant>,
    /// The first poll of a runtime.
    pub first_poll: Option<Instant>,
}

/// What an extension did after a reply, until its `event/next` was seen.
#[derive(Clone, Copy, Debug, Default)]
pub struct AfterReply {
    /// From the reply: the time it adds to the bill.
    pub billed: Duration,
    /// From the later of the reply and the runtime's next poll: work that delayed neither.
    pub post_work: Duration,
}

#[derive(Debug, Default)]
struct State {
    generation: u64,
    plan: Plan,
    marks: Marks,
    /// The extension waits in `event/next`.
    parked: bool,
    shutdown: bool,
    /// No more events: polls of the runtime stay parked.
    idle: bool,
    /// Serial numbers of invocations that the extension has not been told of.
    untold: VecDeque<u64>,
    serial: u64,
    held: Duration,
    replied: Option<Instant>,
    /// The last answer that nobody has asked for yet.
    answered: Option<Instant>,
    polled: Option<Instant>,
    after: Vec<AfterReply>,
}

#[derive(Debug, Default)]
struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

/// The mock; it serves until the process ends.
#[derive(Debug)]
pub struct Mock {
    address: SocketAddr,
    shared: Arc<Shared>,
}

impl Mock {
    /// Binds a free port of loopback and starts the threads, each pinned by `pin`.
    pub fn start(pin: fn()) -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").context("cannot bind the mock")?;
        let address = listener.local_addr()?;
        let shared = Arc::new(Shared::default());
        for _ in 0..THREADS {
            let (listener, shared) = (listener.try_clone()?, Arc::clone(&shared));
            std::thread::spawn(move || {
                pin();
                while let Ok((stream, _)) = listener.accept() {
                    // A peer that is killed breaks its connection: the end of that connection only.
                    let _ = Connection::serve(&shared, stream);
                }
            });
        }
        Ok(Self { address, shared })
    }

    /// Where the mock listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Forgets everything and begins a new environment with `plan`.
    pub fn reset(&self, plan: Plan) {
        let mut state = self.shared.lock();
        let generation = state.generation + 1;
        *state = State { generation, plan, ..State::default() };
        self.shared.changed.notify_all();
    }

    /// Changes what is given to the polls that come from now on.
    pub fn set_plan(&self, plan: Plan) {
        self.shared.lock().plan = plan;
    }

    /// Waits for the first `event/next` and gives the marks of the start.
    pub fn ready(&self, limit: Duration) -> Result<Marks> {
        self.seen(limit, |marks| marks.first_next.is_some()).context("no event/next")
    }

    /// Waits for a runtime's first poll.
    pub fn polled(&self, limit: Duration) -> Result<Marks> {
        self.seen(limit, |marks| marks.first_poll.is_some()).context("no poll of a runtime")
    }

    /// Waits for an invocation's answer; when it came. Each is given once.
    pub fn replied(&self, limit: Duration) -> Result<Instant> {
        let state = self.shared.lock();
        let waited = self.shared.changed.wait_timeout_while(state, limit, |s| s.answered.is_none());
        let (mut state, _) = waited.unwrap_or_else(PoisonError::into_inner);
        state.answered.take().with_context(|| format!("no answer within {limit:?}"))
    }

    fn seen(&self, limit: Duration, all: fn(&Marks) -> bool) -> Result<Marks> {
        let state = self.shared.lock();
        let (state, timeout) = self
            .shared
            .changed
            .wait_timeout_while(state, limit, |s| !all(&s.marks))
            .unwrap_or_else(PoisonError::into_inner);
        if timeout.timed_out() {
            bail!("not within {limit:?}");
        }
        Ok(state.marks)
    }

    /// Gives no more events: from now on the runtime's polls stay parked, as between invocations.
    pub fn go_idle(&self) {
        self.shared.lock().idle = true;
    }

    /// Lets the extension go.
    pub fn shut_down(&self) {
        self.shared.lock().shutdown = true;
        self.shared.changed.notify_all();
    }

    /// How long the last poll was held on purpose: no part of anybody's work.
    pub fn held(&self) -> Duration {
        self.shared.lock().held
    }

    /// What came after each reply, since the last call.
    pub fn take_after_replies(&self) -> Vec<AfterReply> {
        std::mem::take(&mut self.shared.lock().after)
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits while `blocked`; `None` when the environment that the caller belongs to is gone.
    fn wait_while<'a>(
        &self,
        state: MutexGuard<'a, State>,
        blocked: impl Fn(&State) -> bool,
    ) -> Option<MutexGuard<'a, State>> {
        let generation = state.generation;
        let state = self
            .changed
            .wait_while(state, |s| s.generation == generation && blocked(s))
            .unwrap_or_else(PoisonError::into_inner);
        (state.generation == generation).then_some(state)
    }
}

struct Connection<'a> {
    shared: &'a Shared,
    stream: TcpStream,
}

impl Connection<'_> {
    fn serve(shared: &Shared, stream: TcpStream) -> io::Result<()> {
        stream.set_nodelay(true)?;
        let mut reader = Reader::new(stream.try_clone()?);
        let mut connection = Connection { shared, stream };
        let mut body = Body::default();
        while let Some(head) = reader.head()? {
            reader.body(&head, &mut body)?;
            if !connection.route(&head, Instant::now())? {
                break;
            }
        }
        Ok(())
    }

    /// Answers one request; false when its environment is gone.
    fn route(&mut self, head: &Head, now: Instant) -> io::Result<bool> {
        let path = head.word(1);
        if path.ends_with("/runtime/invocation/next") {
            self.invocation_next(now)
        } else if path.ends_with("/extension/event/next") {
            self.event_next(now)
        } else if path.ends_with("/response") || path.ends_with("/error") {
            self.replied(now)
        } else if path.ends_with("/extension/register") {
            self.shared.lock().marks.register = Some(now);
            let body = r#"{"functionName":"bench","functionVersion":"$LATEST","handler":"h","accountId":"123456789012"}"#;
            self.answer("200 OK", "", body)
        } else if path.ends_with("/telemetry") {
            self.shared.lock().marks.telemetry = Some(now);
            self.answer("200 OK", "", "\"OK\"")
        } else {
            self.answer("404 Not Found", "", "{}")
        }
    }

    fn invocation_next(&mut self, now: Instant) -> io::Result<bool> {
        let gated =
            |s: &State| s.idle || s.plan.as_lambda && s.marks.register.is_some() && !s.parked;
        let mut state = self.shared.lock();
        state.polled = Some(now);
        state.marks.first_poll.get_or_insert(now);
        self.shared.changed.notify_all();
        let Some(state) = self.shared.wait_while(state, gated) else {
            return Ok(false);
        };
        let due = now + state.plan.hold;
        drop(state);
        spin_until(due);
        let mut state = self.shared.lock();
        state.serial += 1;
        let (serial, event) = (state.serial, Arc::clone(&state.plan.event));
        if state.marks.register.is_some() {
            state.parked = false;
            state.untold.push_back(serial);
            self.shared.changed.notify_all();
        }
        state.held = now.elapsed();
        drop(state);
        let head = format!(
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\
             Lambda-Runtime-Aws-Request-Id: {}\r\nLambda-Runtime-Deadline-Ms: {DEADLINE_MS}\r\n\
             Lambda-Runtime-Invoked-Function-Arn: {ARN}\r\nContent-Length: {}\r\n\r\n",
            request_id(serial),
            event.len()
        );
        send(&mut self.stream, &head, &event)?;
        Ok(true)
    }

    fn event_next(&mut self, now: Instant) -> io::Result<bool> {
        let mut state = self.shared.lock();
        state.marks.first_next.get_or_insert(now);
        if let Some(replied) = state.replied.take() {
            let polled = state.polled.map_or(replied, |polled| polled.max(replied));
            state.after.push(AfterReply {
                billed: now.saturating_duration_since(replied),
                post_work: now.saturating_duration_since(polled),
            });
        }
        state.parked = true;
        self.shared.changed.notify_all();
        let idle = |s: &State| s.untold.is_empty() && !s.shutdown;
        let Some(mut state) = self.shared.wait_while(state, idle) else {
            return Ok(false);
        };
        state.parked = false;
        let body = match state.untold.pop_front() {
            Some(serial) => format!(
                r#"{{"eventType":"INVOKE","deadlineMs":{DEADLINE_MS},"requestId":"{}","invokedFunctionArn":"{ARN}"}}"#,
                request_id(serial)
            ),
            None => format!(
                r#"{{"eventType":"SHUTDOWN","deadlineMs":{DEADLINE_MS},"shutdownReason":"spindown"}}"#
            ),
        };
        drop(state);
        let id = "Lambda-Extension-Event-Identifier: 00000000-0000-4000-8000-000000000002\r\n";
        self.answer("200 OK", id, &body)
    }

    fn replied(&mut self, now: Instant) -> io::Result<bool> {
        let mut state = self.shared.lock();
        state.answered = Some(now);
        self.shared.changed.notify_all();
        if state.parked {
            // It went to event/next without waiting for the reply: nothing came after it.
            state.after.push(AfterReply::default());
        } else {
            state.replied = Some(now);
        }
        drop(state);
        self.answer("202 Accepted", "", "{\"status\":\"OK\"}\n")
    }

    fn answer(&mut self, status: &str, headers: &str, body: &str) -> io::Result<bool> {
        let head = format!(
            "HTTP/1.1 {status}\r\nContent-Type: application/json\r\n\
             Lambda-Extension-Identifier: 00000000-0000-4000-8000-000000000001\r\n\
             {headers}Content-Length: {}\r\n\r\n",
            body.len()
        );
        send(&mut self.stream, &head, body.as_bytes())?;
        Ok(true)
    }
}

/// A deadline no benchmark reaches: 2100-01-01.
const DEADLINE_MS: u64 = 4_102_444_800_000;
const ARN: &str = "arn:aws:lambda:eu-west-1:123456789012:function:bench";

fn request_id(serial: u64) -> String {
    format!("00000000-0000-4000-8000-{serial:012x}")
}

/// Waits without giving the processor away for the last stretch: a sleep alone is late by 50 µs.
fn spin_until(due: Instant) {
    let margin = Duration::from_micros(200);
    let left = due.saturating_duration_since(Instant::now());
    if left > margin {
        std::thread::sleep(left.saturating_sub(margin));
    }
    while Instant::now() < due {
        std::hint::spin_loop();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::Client;

    #[test]
    fn an_event_waits_for_the_extension_as_on_lambda() {
        let mock = Mock::start(|| ()).unwrap();
        mock.reset(Plan::default());
        let mut extension = Client::connect(mock.address()).unwrap();
        extension.post("/2020-01-01/extension/register", b"{}").unwrap();
        let address = mock.address();
        let (told, hears) = std::sync::mpsc::channel();
        std::thread::spawn(move || {
            let mut runtime = Client::connect(address).unwrap();
            runtime.next_event().unwrap();
            told.send(()).unwrap();
        });
        assert!(hears.recv_timeout(Duration::from_millis(30)).is_err(), "given too early");
        let invoke = extension.get("/2020-01-01/extension/event/next").unwrap();
        assert!(invoke.contains("INVOKE"), "{invoke}");
        hears.recv_timeout(Duration::from_secs(5)).unwrap();
        mock.shut_down();
        let shutdown = extension.get("/2020-01-01/extension/event/next").unwrap();
        assert!(shutdown.contains("SHUTDOWN"), "{shutdown}");
    }

    #[test]
    fn a_reset_releases_who_waits() {
        let mock = Mock::start(|| ()).unwrap();
        let mut extension = Client::connect(mock.address()).unwrap();
        let waits = std::thread::spawn(move || extension.get("/2020-01-01/extension/event/next"));
        mock.ready(Duration::from_secs(5)).unwrap();
        mock.reset(Plan::default());
        assert!(waits.join().unwrap().is_err());
    }
}
