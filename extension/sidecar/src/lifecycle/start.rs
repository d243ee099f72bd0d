//! From exec to ready. What comes before `register` delays the function; the rest overlaps with
//! the runtime's own start, because the proxy holds the runtime's first poll until all is ready.

use crate::app::App;
use crate::courier;
use crate::lifecycle::events::Events;
use crate::observe::findings::Kind;
use crate::places;
use crate::proxy::server;
use crate::ship::{carrier, recorder};
use crate::telemetry::listener;
use std::io;
use std::path::PathBuf;
use std::rc::Rc;
use std::time::Duration;
use tokio::net::TcpStream;
use tollgate_config::settings::Complaint;
use tollgate_config::{ProcessEnvironment, Settings, keys, policy};
use tollgate_lambda_api::extensions::Registered;
use tollgate_policy::{Desk, Here, Policy, Quarantine};
use tollgate_start::{ADOPT, BeginError, Begun, begin, take_over};

/// Longest wait before the policy is compiled. A runtime needs longer to start.
const PREPARE_AFTER: Duration = Duration::from_millis(1);

/// Why the extension could not start. Each of these ends the process.
#[derive(Debug, thiserror::Error)]
pub(crate) enum StartError {
    /// Lambda does not know us.
    #[error(transparent)]
    Begin(#[from] BeginError),
    /// What another program began could not be taken over.
    #[error("cannot take over what was begun: {0}")]
    Adopt(io::Error),
    /// The event loop could not be made.
    #[error("no event loop: {0}")]
    Loop(io::Error),
}

/// Runs the extension until Lambda shuts it down. In the layer a smaller program has begun; started
/// on its own, this one begins by itself.
pub(crate) fn run(settings: Settings, complaints: &[Complaint]) -> Result<(), StartError> {
    let mut arguments = std::env::args_os();
    let program = arguments.next();
    let begun = if arguments.next().is_some_and(|it| it == ADOPT) {
        take_over().map_err(StartError::Adopt)?
    } else {
        begin(&settings, program)?
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build_local(tokio::runtime::LocalOptions::default())
        .map_err(StartError::Loop)?;
    runtime.block_on(live(App::new(settings), begun, complaints))
}

async fn live(app: App, begun: Begun, complaints: &[Complaint]) -> Result<(), StartError> {
    let app = Rc::new(app);
    let Begun { proxy, registration } = begun;
    let listener = tokio::net::TcpListener::from_std(proxy).map_err(StartError::Loop)?;
    let line = registration.line.map(TcpStream::from_std).transpose().map_err(StartError::Loop)?;
    let events = Events::new(Rc::clone(&app), registration.extension_id, line);
    tokio::task::spawn_local(events.run());
    *app.desk.borrow_mut() = Desk::new(Here {
        started_ms: app.clock.unix_ms(),
        ..here(&app.settings, &registration.function)
    });
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
    let outside = app.recorder.outside();
    if !outside.is_empty() {
        courier::want(&app);
    }
    for outlet in outside {
        tokio::task::spawn_local(carrier::carry(Rc::clone(&app), outlet));
    }
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
        started_ms: 0,
        cold_start: true,
    }
}

/// Everything that the first event needs and `register` does not.
fn prepare(app: &Rc<App>, complaints: &[Complaint]) {
    let loaded = policy::load(&app.settings, baseline().as_deref());
    app.recorder.start(app, &loaded.policy);
    app.books.open(app, &loaded.policy);
    app.lending.begin(app, &loaded.policy);
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
    read_keys(app, &loaded.policy);
    app.keys.begin(app, &loaded.policy);
    if loaded.policy.quarantine().is_some_and(Quarantine::is_remote) {
        courier::want(app);
    }
    #[cfg(feature = "plant")]
    plant();
    app.secrets.prepare(loaded.policy.leaks());
    app.gate.open(loaded.policy);
}

/// Puts the keys at hand that the policy needs and that are here. A source whose key is not refuses;
/// the others go on.
fn read_keys(app: &Rc<App>, policy: &Policy) {
    if policy.needs().is_empty() {
        return;
    }
    let keys = keys::read(policy, &ProcessEnvironment, app.clock.unix_ms());
    for problem in &keys.problems {
        app.log.error(&format!("key: {problem}"));
    }
    app.desk.borrow_mut().keys = keys.ring;
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

/// The layer's policy.
fn baseline() -> Option<PathBuf> {
    places::of_layer("policy.yaml")
}
