//! One execution environment: started, invoked, frozen, broken on purpose, shut down.
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustix::process::Signal;
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::JoinHandle;

use crate::api;
use crate::api::connections::Client;
use crate::api::faults::{Endpoint, Fault};
use crate::cage::Cage;
use crate::clock;
use crate::error::{InvokeError, StartError};
use crate::invocation::{Answer, Event, InitReport, Invoked, PAYLOAD_BYTES_MAX, Shutdown};
use crate::journal::Request;
use crate::layer::Layer;
use crate::lifecycle::{self, Command, Lifecycle, Order};
use crate::logs::{LogLine, LogStream, Origin};
use crate::plan::FaultKind;
use crate::process::{self, Bootstrap, find_program, signal_group};
use crate::sandbox;
use crate::settings::Settings;
use crate::shared::Shared;
use crate::tape::Follower;
use crate::vars::{Places, Variables};

/// A running environment. Dropping it kills its processes; [`shutdown`](Self::shutdown) ends it
/// as Lambda does.
#[derive(Debug)]
pub struct Environment {
    shared: Arc<Shared>,
    api: SocketAddr,
    folder: TempDir,
    initialised: watch::Receiver<Option<InitReport>>,
    commands: mpsc::UnboundedSender<Command>,
    server: JoinHandle<()>,
    lifecycle: JoinHandle<()>,
}

/// Follows the request journal from its first entry on.
pub type RequestStream = Follower<Request>;

impl Environment {
    /// Starts an environment and waits for the end of its init phase.
    ///
    /// A failed init is no error: see [`init`](Self::init). As on Lambda, the first invocation
    /// then repeats it.
    ///
    /// # Errors
    ///
    /// When the settings cannot work on this machine; nothing is left running then.
    pub async fn start(settings: Settings) -> Result<Self, StartError> {
        let environment = Self::launch(settings).await?;
        environment.init().await;
        Ok(environment)
    }

    /// Starts an environment whose init phase runs in the background.
    ///
    /// # Errors
    ///
    /// As for [`start`](Self::start).
    pub async fn launch(settings: Settings) -> Result<Self, StartError> {
        let layer = Layer::open(settings.layer.as_deref())?;
        let command = program(&settings, &layer)?;
        let task_root = task_root(&settings)?;
        let folder = folder()?;
        if settings.sandbox_user {
            let opt = layer.root();
            let needed = [Some(command.as_path()), Some(task_root.as_path()), opt];
            sandbox::check(&needed.into_iter().flatten().collect::<Vec<_>>())?;
            let given = sandbox::give(folder.path())
                .and_then(|()| sandbox::give(&folder.path().join("tmp")));
            given.map_err(io("cannot give the environment's directory to Lambda's user"))?;
        }
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.map_err(io("cannot listen"))?;
        let api = listener.local_addr().map_err(io("cannot listen"))?;
        let places = Places { api, tmp: &folder.path().join("tmp"), task_root: &task_root };
        let variables = Variables::new(&settings, &layer, &places)?;
        let bootstrap = Bootstrap::new(&settings, &layer, command, task_root);
        let shared = Arc::new(Shared::new(settings, layer, variables));
        let server = tokio::spawn(api::serve(Arc::clone(&shared), listener));
        let (commands, queue) = mpsc::unbounded_channel();
        let (report, initialised) = watch::channel(None);
        let life = Lifecycle::new(Arc::clone(&shared), bootstrap);
        let lifecycle = tokio::spawn(life.run(queue, report));
        Ok(Self { shared, api, folder, initialised, commands, server, lifecycle })
    }

    /// How the init phase at the start went; waits for its end.
    pub async fn init(&self) -> InitReport {
        let mut initialised = self.initialised.clone();
        let report = initialised.wait_for(Option::is_some).await;
        // The lifecycle sends its report before anything can end it.
        report.ok().and_then(|report| report.clone()).unwrap_or_else(InitReport::missing)
    }

    /// Where the API server listens.
    pub fn api(&self) -> SocketAddr {
        self.api
    }

    /// The environment's own `/tmp`, which its processes know as `TMPDIR`. Kept over resets.
    pub fn tmp(&self) -> PathBuf {
        self.folder.path().join("tmp")
    }

    /// Invokes the function and waits for the end of the invocation.
    ///
    /// # Errors
    ///
    /// When the environment was shut down or the event is too large for Lambda.
    pub async fn invoke(&self, event: impl Into<Event>) -> Result<Invoked, InvokeError> {
        self.begin(event)?.finished().await
    }

    /// Asks for an invocation. Invocations run one after another, in the order asked for.
    ///
    /// # Errors
    ///
    /// When the environment was shut down, the event is too large for Lambda, or a fault
    /// throttles it.
    pub fn begin(&self, event: impl Into<Event>) -> Result<Running, InvokeError> {
        let event = event.into();
        let (bytes, max) = (event.body.len(), PAYLOAD_BYTES_MAX);
        if bytes > max {
            return Err(InvokeError::RequestTooLarge { bytes, max });
        }
        let faults = self.shared.strike();
        if faults.contains(&FaultKind::Throttle) {
            return Err(InvokeError::Throttled);
        }
        let (caller, answer) = oneshot::channel();
        let (done, end) = oneshot::channel();
        let request_id = clock::uuid();
        let order = Order { event, request_id: request_id.clone(), caller, done, faults };
        let sent = self.commands.send(Command::Invoke(Box::new(order)));
        sent.map_err(|_| InvokeError::Closed)?;
        Ok(Running { request_id, answer, end })
    }

    /// Shuts the environment down with reason `spindown`, after the invocations asked for before.
    ///
    /// # Errors
    ///
    /// When it was shut down already.
    pub async fn shutdown(&self) -> Result<Shutdown, InvokeError> {
        let (done, end) = oneshot::channel();
        self.commands.send(Command::Shutdown(done)).map_err(|_| InvokeError::Closed)?;
        end.await.map_err(|_| InvokeError::Closed)
    }

    /// Stops every process of the environment and telemetry delivery.
    pub fn freeze(&self) {
        lifecycle::freeze(&self.shared);
    }

    /// Lets everything go on. An invocation and a shutdown do so by themselves.
    pub fn thaw(&self) {
        lifecycle::thaw(&self.shared);
    }

    /// Whether the environment is frozen.
    pub fn is_frozen(&self) -> bool {
        self.shared.read(|state| state.frozen)
    }

    /// The cgroup that the processes are in; `None` where signals freeze them.
    pub fn cgroup(&self) -> Option<&Path> {
        self.shared.cage.as_ref().map(Cage::folder)
    }

    /// Kills the runtime's process group (SIGKILL); `false` if it does not run. What is frozen by a
    /// cgroup may die only once it is thawed.
    pub fn kill_runtime(&self) -> bool {
        self.kill(&Origin::Runtime)
    }

    /// Kills an extension's process group (SIGKILL); `false` if it does not run.
    pub fn kill_extension(&self, name: &str) -> bool {
        self.kill(&Origin::Extension(name.to_owned()))
    }

    fn kill(&self, origin: &Origin) -> bool {
        let pid = self.pids().into_iter().find(|(own, _)| own == origin).map(|(_, pid)| pid);
        if let Some(pid) = pid {
            signal_group(pid, Signal::KILL);
        }
        pid.is_some()
    }

    /// The processes that the emulator started and that still run. Each leads a process group.
    pub fn pids(&self) -> Vec<(Origin, u32)> {
        self.shared.read(|state| {
            state.running().map(|process| (process.origin.clone(), process.pid)).collect()
        })
    }

    /// Waits for the reset that a killed process leads to: no process of this life is left then.
    pub async fn reset_done(&self) {
        let generation = self.shared.read(|state| state.generation);
        self.shared.until(|state| (state.generation != generation).then_some(())).await;
    }

    /// Cuts the open connections of one kind of client, or all; gives their number.
    ///
    /// A poll of the runtime can be repeated then. A poll of an extension cannot: as in Lambda's
    /// core it still holds its place, and the next event is lost with it.
    pub fn drop_connections(&self, client: Option<Client>) -> usize {
        self.shared.connections.cut(client)
    }

    /// Sets a fault for the next `times` requests to an endpoint.
    pub fn inject(&self, endpoint: Endpoint, fault: Fault, times: u32) {
        self.shared.faults.plan(endpoint, fault, times);
    }

    /// Lets the requests go on that [`Fault::Hold`] holds.
    pub fn release(&self) {
        self.shared.faults.release();
    }

    /// The log lines kept so far, oldest first.
    pub fn logs(&self) -> Vec<LogLine> {
        self.shared.logs.snapshot()
    }

    /// Follows the log from its first line on.
    pub fn follow_logs(&self) -> LogStream {
        Follower::new(&self.shared.logs)
    }

    /// Every request that the API server saw so far, oldest first.
    pub fn requests(&self) -> Vec<Request> {
        self.shared.journal.snapshot()
    }

    /// Follows the request journal from its first entry on.
    pub fn follow_requests(&self) -> RequestStream {
        Follower::new(&self.shared.journal)
    }
}

impl Drop for Environment {
    fn drop(&mut self) {
        self.lifecycle.abort();
        self.server.abort();
        self.shared.connections.cut(None);
        self.shared.telemetry.renew();
        self.shared.update(|state| {
            state.stopping = true;
            state.abandoned = true;
            process::signal_all(state, Signal::KILL);
            if let Some(cage) = &self.shared.cage {
                // A frozen process dies only once it is thawed.
                cage.clear();
            }
        });
    }
}

/// An invocation that was asked for.
#[derive(Debug)]
pub struct Running {
    request_id: String,
    answer: oneshot::Receiver<Answer>,
    end: oneshot::Receiver<Invoked>,
}

impl Running {
    /// The request id it has or will have.
    pub fn request_id(&self) -> &str {
        &self.request_id
    }

    /// Waits for the answer: it is there before the extensions are done. Ask once.
    ///
    /// # Errors
    ///
    /// When the environment was shut down, or the answer was taken already.
    pub async fn answer(&mut self) -> Result<Answer, InvokeError> {
        (&mut self.answer).await.map_err(|_| InvokeError::Closed)
    }

    /// Waits for the end of the invocation.
    ///
    /// # Errors
    ///
    /// When the environment was shut down.
    pub async fn finished(self) -> Result<Invoked, InvokeError> {
        self.end.await.map_err(|_| InvokeError::Closed)
    }
}

/// The function's program on this machine; checks the wrapper as well.
fn program(settings: &Settings, layer: &Layer) -> Result<PathBuf, StartError> {
    let program = settings.command.first().ok_or(StartError::CommandEmpty)?;
    if let Some(path) = process::wrapper(settings, layer).filter(|path| !path.exists()) {
        return Err(StartError::WrapperMissing { path });
    }
    let missing = || StartError::CommandNotFound { program: program.clone() };
    find_program(program).ok_or_else(missing)
}

fn task_root(settings: &Settings) -> Result<PathBuf, StartError> {
    let chosen = settings.task_root.as_deref().unwrap_or(Path::new("."));
    chosen.canonicalize().map_err(io("cannot find the function's directory"))
}

fn folder() -> Result<TempDir, StartError> {
    let folder = tempfile::Builder::new()
        .prefix("lambda-")
        .tempdir()
        .map_err(io("cannot make the environment's directory"))?;
    std::fs::create_dir(folder.path().join("tmp"))
        .map_err(io("cannot make the environment's directory"))?;
    Ok(folder)
}

fn io(what: &'static str) -> impl FnOnce(std::io::Error) -> StartError {
    move |source| StartError::Io { what, source }
}
