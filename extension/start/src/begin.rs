//! The calls before everything else, in order: bind, register, subscribe, poll.

use crate::register::{self, RegisterError, Registration};
use std::ffi::OsString;
use std::io;
use std::net::{Ipv4Addr, TcpListener};
use std::path::PathBuf;
use tollgate_config::Settings;
use tollgate_config::settings::Initialization;
use tollgate_lambda_api::Endpoint;

/// Why the extension could not start. Each of these ends the process: the function would hang on
/// a proxy that is not there, so Lambda is told at once.
#[derive(Debug, thiserror::Error)]
pub enum BeginError {
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
}

/// An extension that Lambda knows, with its proxy's port bound.
#[derive(Debug)]
pub struct Begun {
    /// Where the runtime will ask; nothing is accepted yet.
    pub proxy: TcpListener,
    /// What Lambda said.
    pub registration: Registration,
}

/// Binds the proxy, registers under the name of the program, subscribes and polls.
pub fn begin(settings: &Settings, program: Option<OsString>) -> Result<Begun, BeginError> {
    // The runtime starts only after every extension has registered, so a listener that is bound
    // before `register` is always earlier than the runtime.
    let proxy = bind(settings.port)?;
    let name = extension_name(program);
    let managed = settings.initialization == Initialization::ManagedInstances;
    let endpoint = Endpoint::new(&settings.runtime_api);
    let registration = register::register(&endpoint, &name, wanted(managed))
        .map_err(|source| BeginError::Register { name, source })?;
    Ok(Begun { proxy, registration })
}

/// Events to ask for. Managed Instances refuse a registration for `INVOKE`.
fn wanted(managed_instances: bool) -> &'static [&'static str] {
    if managed_instances { &["SHUTDOWN"] } else { &["INVOKE", "SHUTDOWN"] }
}

fn bind(port: u16) -> Result<TcpListener, BeginError> {
    let failed = |source| BeginError::Bind { port, source };
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).map_err(failed)?;
    listener.set_nonblocking(true).map_err(failed)?;
    Ok(listener)
}

/// The name to register is the file name in `/opt/extensions`.
fn extension_name(program: Option<OsString>) -> String {
    program
        .map(PathBuf::from)
        .and_then(|path| Some(path.file_name()?.to_str()?.to_owned()))
        .unwrap_or_else(|| "tollgate".to_owned())
}
