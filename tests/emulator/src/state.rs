//! The state machines of one environment: the runtime's, each extension's and the invocation's.
mod managed;

use std::process::ExitStatus;
use std::time::{Duration, Instant};

use bytes::Bytes;
use tokio::sync::oneshot;

use crate::clock;
use crate::invocation::{Answer, Event, Phases};
use crate::live::Live;
use crate::logs::Origin;

pub(crate) use managed::{Managed, ReplyKind};

/// Everything that handlers, processes and the lifecycle share; guarded by one lock.
#[derive(Debug)]
pub(crate) struct State {
    /// Counts the starts of processes, so that news of an earlier life is ignored.
    pub(crate) generation: u64,
    pub(crate) runtime: Runtime,
    pub(crate) extensions: Vec<Extension>,
    pub(crate) processes: Vec<Process>,
    pub(crate) doors: Doors,
    pub(crate) current: Option<Current>,
    /// What runs and waits on Managed Instances, where `current` is not used.
    pub(crate) managed: Managed,
    /// The first thing that broke this life.
    pub(crate) failure: Option<Failure>,
    /// The error type that an extension reported before it ended.
    pub(crate) reported: Option<&'static str>,
    pub(crate) frozen: bool,
    /// Set while processes are expected to end.
    pub(crate) stopping: bool,
    /// Set when nobody holds the environment any more: nothing may be started.
    pub(crate) abandoned: bool,
    pub(crate) init: InitTimes,
}

/// What can still be entered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Doors {
    /// Extensions can register and subscribe to telemetry.
    Open,
    /// The runtime made its first `next` or `restore/next`: registered extensions can subscribe.
    Subscription,
    /// Init is over.
    Closed,
}

/// The Runtime API's state machine for the runtime.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RuntimeState {
    Started,
    InitError,
    Ready,
    Running,
    RestoreReady,
    Restoring,
    InvocationResponse,
    InvocationErrorResponse,
    ResponseSent,
    RestoreError,
}

/// The Extensions API's state machine for one extension.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ExtensionState {
    Started,
    Registered,
    Ready,
    Running,
    InitError,
    ExitError,
    Exited,
    LaunchError,
}

#[derive(Debug)]
pub(crate) struct Runtime {
    pub(crate) state: RuntimeState,
    pub(crate) init_error: Option<(String, Bytes)>,
}

#[derive(Debug)]
pub(crate) struct Extension {
    pub(crate) name: String,
    pub(crate) id: String,
    /// Registered by the runtime process: no file of its own, no SHUTDOWN.
    pub(crate) internal: bool,
    pub(crate) events: Events,
    pub(crate) state: ExtensionState,
    pub(crate) shutdown_taken: bool,
    poll: u64,
    given: Option<(u64, ExtensionEvent)>,
    queued: Option<ExtensionEvent>,
}

/// The events that an extension registered for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Events {
    pub(crate) invoke: bool,
    pub(crate) shutdown: bool,
}

/// One event on its way to an extension.
#[derive(Debug, Clone)]
pub(crate) struct ExtensionEvent {
    pub(crate) id: String,
    pub(crate) body: Bytes,
    pub(crate) shutdown: bool,
}

/// One process group that the emulator started.
#[derive(Debug)]
pub(crate) struct Process {
    pub(crate) origin: Origin,
    pub(crate) pid: u32,
    pub(crate) exit: Option<Exit>,
}

#[derive(Debug, Clone)]
pub(crate) struct Exit {
    pub(crate) status: String,
    pub(crate) at: Instant,
}

/// Why a life of the environment is over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Failure {
    pub(crate) error_type: String,
    pub(crate) message: String,
    /// What the runtime told `init/error`.
    pub(crate) body: Option<Bytes>,
}

/// The running invocation, from its dispatch to its end.
#[derive(Debug)]
pub(crate) struct Current {
    pub(crate) request_id: String,
    pub(crate) invocation_id: Option<String>,
    pub(crate) event: Event,
    pub(crate) arn: String,
    pub(crate) deadline_ms: u64,
    pub(crate) begun: Instant,
    pub(crate) phases: Phases,
    pub(crate) answer: Option<Answer>,
    pub(crate) caller: Option<oneshot::Sender<Answer>>,
    /// Who reads the answer while it is made.
    pub(crate) live: Option<Live>,
    /// The event is kept from the runtime for now.
    pub(crate) held: bool,
    /// The connection of the next reply is cut.
    pub(crate) cut_reply: bool,
    /// No reply is accepted: the runtime hangs or crashes.
    pub(crate) hangs: bool,
}

/// Times of the init phase, in microseconds since its start.
#[derive(Debug)]
pub(crate) struct InitTimes {
    pub(crate) begun: Instant,
    pub(crate) registered: Vec<(String, u64)>,
    pub(crate) runtime_started: Option<u64>,
    pub(crate) runtime_ready: Option<u64>,
    pub(crate) extensions_ready: Vec<(String, u64)>,
}

impl State {
    pub(crate) fn new() -> Self {
        Self::of_generation(0)
    }

    /// Forgets the processes of the life that ended.
    pub(crate) fn renew(&mut self) {
        let abandoned = self.abandoned;
        *self = Self { abandoned, ..Self::of_generation(self.generation + 1) };
    }

    fn of_generation(generation: u64) -> Self {
        Self {
            generation,
            runtime: Runtime { state: RuntimeState::Started, init_error: None },
            extensions: Vec::new(),
            processes: Vec::new(),
            doors: Doors::Open,
            current: None,
            managed: Managed::default(),
            failure: None,
            reported: None,
            frozen: false,
            stopping: false,
            abandoned: false,
            init: InitTimes::new(),
        }
    }

    /// The running invocation with this request id.
    pub(crate) fn invocation(&mut self, request_id: &str) -> Option<&mut Current> {
        let classic = self.current.as_mut().filter(|current| current.request_id == request_id);
        classic.or_else(|| self.managed.flight(request_id).map(|flight| &mut flight.current))
    }

    /// Whether the connection of this reply is to be cut; true once.
    pub(crate) fn cuts_reply(&mut self, request_id: &str) -> bool {
        self.invocation(request_id).is_some_and(|current| std::mem::take(&mut current.cut_reply))
    }

    /// The extension with this identifier, if it was handed out.
    pub(crate) fn extension(&mut self, id: &str) -> Option<&mut Extension> {
        self.extensions.iter_mut().find(|extension| extension.id == id)
    }

    pub(crate) fn extension_named(&mut self, name: &str) -> Option<&mut Extension> {
        self.extensions.iter_mut().find(|extension| extension.name == name)
    }

    /// Process ids of everything that still runs, runtime last.
    pub(crate) fn running(&self) -> impl Iterator<Item = &Process> {
        self.processes.iter().filter(|process| process.exit.is_none())
    }

    /// Notes the end of a process. Outside of a shutdown any end is a failure, whatever the status.
    pub(crate) fn exited(&mut self, generation: u64, pid: u32, status: ExitStatus) {
        if generation != self.generation {
            return;
        }
        let Some(process) = self.processes.iter_mut().find(|process| process.pid == pid) else {
            return;
        };
        process.exit = Some(Exit { status: describe(status), at: Instant::now() });
        let origin = process.origin.clone();
        if let Origin::Extension(name) = &origin
            && let Some(extension) = self.extension_named(name)
        {
            extension.state = ExtensionState::Exited;
        }
        if !self.stopping && self.failure.is_none() {
            self.failure = Some(self.failure_of(&origin, status));
        }
    }

    fn failure_of(&mut self, origin: &Origin, status: ExitStatus) -> Failure {
        let (error_type, message) = match (origin, status.success()) {
            (Origin::Runtime, true) => {
                ("Runtime.ExitError", "Runtime exited without providing a reason".to_owned())
            }
            (Origin::Runtime, false) => {
                ("Runtime.ExitError", format!("Runtime exited with error: {}", describe(status)))
            }
            (Origin::Extension(_), true) => ("Extension.Crash", "exit code 0".to_owned()),
            (Origin::Extension(_), false) => ("Extension.Crash", describe(status)),
        };
        let error_type = self.reported.unwrap_or(error_type);
        let (error_type, body) = match self.runtime.init_error.take() {
            Some((error_type, body)) => (error_type, Some(body)),
            None => (error_type.to_owned(), None),
        };
        Failure { error_type, message, body }
    }
}

impl RuntimeState {
    /// The name in the Runtime API's error messages.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Started => "Started",
            Self::InitError => "InitError",
            Self::Ready => "Ready",
            Self::Running => "Running",
            Self::RestoreReady => "RestoreReady",
            Self::Restoring => "Restoring",
            Self::InvocationResponse => "InvocationResponse",
            Self::InvocationErrorResponse => "InvocationErrorResponse",
            Self::ResponseSent => "RuntimeResponseSentState",
            Self::RestoreError => "RuntimeRestoreErrorState",
        }
    }
}

impl ExtensionState {
    /// The name in the Extensions API's error messages and in `platform.extension`.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Started => "Started",
            Self::Registered => "Registered",
            Self::Ready => "Ready",
            Self::Running => "Running",
            Self::InitError => "InitError",
            Self::ExitError => "ExitError",
            Self::Exited => "Exited",
            Self::LaunchError => "LaunchError",
        }
    }
}

impl Extension {
    pub(crate) fn new(name: impl Into<String>, internal: bool) -> Self {
        Self {
            name: name.into(),
            id: clock::uuid(),
            internal,
            events: Events::default(),
            state: ExtensionState::Started,
            shutdown_taken: false,
            poll: 0,
            given: None,
            queued: None,
        }
    }

    /// A poll arrived: the extension is done with its last event. Gives the poll's number, or the
    /// state that does not allow a poll.
    ///
    /// As in Lambda's core, a poll whose connection broke is not noticed: it still holds the place,
    /// and the event goes to it.
    pub(crate) fn poll(&mut self) -> Result<u64, ExtensionState> {
        if !matches!(self.state, ExtensionState::Registered | ExtensionState::Running) {
            return Err(self.state);
        }
        self.state = ExtensionState::Ready;
        self.poll += 1;
        self.given = None;
        if let Some(event) = self.queued.take() {
            self.offer(event);
        }
        Ok(self.poll)
    }

    /// Hands an event to the waiting poll, or keeps it for the next one.
    pub(crate) fn offer(&mut self, event: ExtensionEvent) {
        if self.state == ExtensionState::Ready {
            self.state = ExtensionState::Running;
            self.given = Some((self.poll, event));
        } else {
            self.queued = Some(event);
        }
    }

    /// The event handed to this poll, once.
    pub(crate) fn take(&mut self, poll: u64) -> Option<ExtensionEvent> {
        let (_, event) = self.given.take_if(|(given, _)| *given == poll)?;
        self.shutdown_taken |= event.shutdown;
        Some(event)
    }
}

impl Events {
    /// The events in the form of `platform.extension`.
    pub(crate) fn names(self) -> Vec<&'static str> {
        let named = [(self.invoke, "INVOKE"), (self.shutdown, "SHUTDOWN")];
        named.into_iter().filter_map(|(on, name)| on.then_some(name)).collect()
    }
}

impl Current {
    /// Microseconds since the invocation reached the environment.
    pub(crate) fn micros(&self) -> u64 {
        clock::micros_since(self.begun)
    }

    /// Starts its clock again: the time before was spent waiting for an idle runtime.
    pub(crate) fn restart(&mut self, limit: Duration) {
        self.begun = Instant::now();
        let limit_ms = u64::try_from(limit.as_millis()).unwrap_or(u64::MAX);
        self.deadline_ms = clock::unix_ms().saturating_add(limit_ms);
    }

    /// Gives the caller the answer; the first one stands.
    pub(crate) fn answer(&mut self, answer: Answer) {
        if self.answer.is_some() {
            return;
        }
        self.phases.response_complete = Some(self.micros());
        // What was not streamed will not be.
        self.live = None;
        if let Some(caller) = self.caller.take() {
            // The caller may have stopped waiting; the invocation runs on.
            let _ = caller.send(answer.clone());
        }
        self.answer = Some(answer);
    }
}

impl InitTimes {
    pub(crate) fn new() -> Self {
        Self {
            begun: Instant::now(),
            registered: Vec::new(),
            runtime_started: None,
            runtime_ready: None,
            extensions_ready: Vec::new(),
        }
    }

    pub(crate) fn micros(&self) -> u64 {
        clock::micros_since(self.begun)
    }
}

/// An exit status in the words of Lambda's core.
fn describe(status: ExitStatus) -> String {
    use std::os::unix::process::ExitStatusExt as _;
    match (status.code(), status.signal()) {
        (Some(code), _) => format!("exit status {code}"),
        (None, Some(signal)) => format!("signal: {}", signal_name(signal)),
        (None, None) => "unknown status".to_owned(),
    }
}

fn signal_name(signal: i32) -> String {
    match signal {
        2 => "interrupt".to_owned(),
        6 => "aborted".to_owned(),
        9 => "killed".to_owned(),
        11 => "segmentation fault".to_owned(),
        15 => "terminated".to_owned(),
        other => other.to_string(),
    }
}
