//! From exec to ready. What comes before `register` delays the function; the rest overlaps with
//! the runtime's own start, because the proxy holds the runtime's first poll until all is ready.

use crate::app::App;
use crate::lifecycle::events::{self, Events};
use crate::lifecycle::register::{self, RegisterError, Registration};
use crate::observe::findings::Kind;
use crate::proxy::server;
use crate::ship::recorder;
use crate::telemetry::listener;
use crate::upstream::Upstream;
use std::io;
use std::net::{Ipv4Addr, TcpListener};
use std::path::PathBuf;
use std::rc::Rc;
use std::time::Duration;
use tokio::net::TcpStream;
use tollgate_config::settings::{Complaint, Initialization};
use tollgate_config::{ProcessEnvironment, Settings, policy};
use tollgate_lambda_api::extensions::Registered;
use tollgate_policy::{Desk, Here};

/// Longest wait before the policy is compiled. A runtime needs longer to start.
const PREPARE_AFTER: Duration = Duration::from_millis(1);

/// Why the extension could not start. Each of these ends the process: the function would hang
/// on a proxy that is not there, so Lambda is told at once.
#[derive(Debug, thiserror::Error)]
pub(crate) enum StartError {
    /// The proxy's port is taken.
    #[error(
        "the proxy cannot listen on 127.0.0.1:{port}: {source}; set TOLLGATE_PORT to a free port"
    )]
    Bind {
        /// The port.
        port: u16,
        /// What the system said.
        source: io::Error,
    },
    /// Lambda did not take the registration.
    #[error("registration as `{name}`: {source}")]
    Register {
        /// The name that was registered.
        name: String,
        /// What happened.
        source: RegisterError,
    },
    /// The event loop could not be made.
    #[error("no event loop: {0}")]
    Loop(io::Error),
}

/// Runs the extension until Lambda shuts it down.
pub(crate) fn run(settings: Settings, complaints: &[Complaint]) -> Result<(), StartError> {
    let upstream = Upstream::new(&settings.runtime_api);
    // The runtime starts only after every extension has registered, so a listener that is bound
    // before `register` is always earlier than the runtime.
    let listener = bind(settings.port)?;
    let name = extension_name();
    let managed = settings.initialization == Initialization::ManagedInstances;
    let registration = register::register(&upstream, &name, events::wanted(managed))
        .map_err(|source| StartError::Register { name, source })?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build_local(tokio::runtime::LocalOptions::default())
        .map_err(StartError::Loop)?;
    runtime.block_on(live(App::new(settings, upstream), listener, registration, complaints))
}

async fn live(
    app: App,
    listener: TcpListener,
    registration: Registration,
    complaints: &[Complaint],
) -> Result<(), StartError> {
    let app = Rc::new(app);
    let listener = tokio::net::TcpListener::from_std(listener).map_err(StartError::Loop)?;
    let line = registration.line.map(TcpStream::from_std).transpose().map_err(StartError::Loop)?;
    let events = Events::new(Rc::clone(&app), registration.extension_id, line);
    tokio::task::spawn_local(events.run());
    *app.desk.borrow_mut() = Desk::new(here(&app.settings, &registration.function));
    *app.registered.borrow_mut() = registration.function;
    tokio::task::spawn_local(server::serve(Rc::clone(&app), listener));
    if let Some(telemetry) = registration.telemetry {
        app.telemetry_on.set(true);
        let telemetry = tokio::net::TcpListener::from_std(telemetry).map_err(StartError::Loop)?;
        tokio::task::spawn_local(listener::serve(Rc::clone(&app), telemetry));
    }
    if let Some(note) = registration.telemetry_note {
        app.log.warn(&note);
    }
    // The platform handles that poll first; a runtime that is there already is not kept waiting.
    drop(tokio::time::timeout(PREPARE_AFTER, app.runtime.arrived()).await);
    prepare(&app, complaints);
    tokio::task::spawn_local(recorder::write_behind(Rc::clone(&app)));
    app.done.notified().await;
    Ok(())
}

/// Where and as what this process runs.
fn here(settings: &Settings, registered: &Registered) -> Here {
    Here {
        function: settings.function.name.clone(),
        version: settings.function.version.clone(),
        region: settings.function.region.clone(),
        account: registered.account_id.clone(),
        memory_mb: settings.function.memory_mb,
        architecture: if cfg!(target_arch = "aarch64") { "arm64" } else { "x86_64" },
        initialization: settings.initialization.as_str(),
        cold_start: true,
    }
}

fn bind(port: u16) -> Result<TcpListener, StartError> {
    let failed = |source| StartError::Bind { port, source };
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).map_err(failed)?;
    listener.set_nonblocking(true).map_err(failed)?;
    Ok(listener)
}

/// The name to register is the file name in `/opt/extensions`.
fn extension_name() -> String {
    std::env::args_os()
        .next()
        .map(PathBuf::from)
        .and_then(|path| Some(path.file_name()?.to_str()?.to_owned()))
        .unwrap_or_else(|| "tollgate".to_owned())
}

/// Everything that the first event needs and `register` does not.
fn prepare(app: &Rc<App>, complaints: &[Complaint]) {
    let loaded = policy::load(&app.settings, baseline().as_deref());
    app.recorder.start(app, &loaded.policy);
    for complaint in complaints.iter().chain(&Settings::unknown(&ProcessEnvironment)) {
        app.log.warn(&complaint.to_string());
    }
    for problem in &loaded.problems {
        app.log.error(&format!("policy: {problem}"));
    }
    if !loaded.problems.is_empty() {
        let detail = format!("{} problems in the policy", loaded.problems.len());
        app.recorder.find(&app.clock, Kind::PolicyInvalid, None, &detail);
    }
    #[cfg(feature = "plant")]
    plant();
    app.gate.open(loaded.policy);
}

/// Plants the panic, or the poison in items, that a test asks for.
#[cfg(feature = "plant")]
fn plant() {
    let wanted = std::env::var("TOLLGATE_PLANT").ok();
    tollgate_policy::plant::poison_with(
        wanted.as_deref().and_then(|it| it.strip_prefix("poison:")),
    );
    let stage = tollgate_policy::Stage::ALL
        .into_iter()
        .find(|stage| Some(stage.as_str()) == wanted.as_deref());
    tollgate_policy::plant::panic_in(stage);
}

/// The layer's policy lies beside the extension: `/opt/extensions/tollgate` and
/// `/opt/tollgate/policy.yaml`.
fn baseline() -> Option<PathBuf> {
    let executable = std::env::current_exe().ok()?;
    let opt = executable.parent()?.parent()?;
    Some(opt.join("tollgate").join("policy.yaml"))
}
