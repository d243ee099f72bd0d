//! From arguments to the settings of an environment.
use std::net::TcpListener;
use std::path::Path;
use std::time::Duration;

use tollgate_emulator::{Freeze, Settings};

use super::Args;
use super::error::Trouble;
use super::words;

/// Where the layer keeps its wrapper, below `/opt`.
const WRAPPER: &str = "tollgate/exec";
/// The log is where the ledger is read from, so it is kept whole in all but absurd runs.
const LOGS_BYTES_MAX: usize = 4 * 1024 * 1024 * 1024;

/// Lambda's own defaults.
const MEMORY_MB: u32 = 128;
const TIMEOUT_S: f64 = 3.0;

/// What is started, and what is known of it.
fn started(args: &Args, command: &str) -> Result<Settings, Trouble> {
    let Some(place) = &args.place else {
        let open_quote = || Trouble::OpenQuote { command: command.to_owned() };
        return Ok(Settings::new(words::split(command).ok_or_else(open_quote)?));
    };
    let settings = Settings::new(place.command.clone())
        .task_root(&place.task_root)
        .name(&place.id)
        .handler(&place.handler)
        .execution_env(format!("AWS_Lambda_{}", place.runtime));
    Ok(settings)
}

/// The settings for one function.
pub(super) fn of(args: &Args, command: &str) -> Result<Settings, Trouble> {
    let mut settings = started(args, command)?
        .memory_mb(args.memory.unwrap_or(MEMORY_MB))
        .timeout(Duration::from_secs_f64(args.timeout.unwrap_or(TIMEOUT_S)))
        .freeze(if args.freeze { Freeze::Automatic } else { Freeze::Manual })
        .sandbox_user(args.sandbox_user)
        .logs_bytes_max(LOGS_BYTES_MAX)
        .seed(args.seed);
    for fault in &args.fault {
        settings = settings.fault(*fault);
    }
    for (name, value) in &args.env {
        settings = settings.env(name, value);
    }
    if let Some(policy) = &args.policy {
        let path = absolute(policy).ok_or_else(|| Trouble::NoPolicy { path: policy.clone() })?;
        settings = settings.env("TOLLGATE_POLICY", path);
    }
    match &args.layer {
        Some(layer) => with_layer(settings, args, layer),
        None => Ok(settings),
    }
}

/// Adds the layer: its wrapper and a port of its own for the extension, unless they are given.
fn with_layer(settings: Settings, args: &Args, layer: &Path) -> Result<Settings, Trouble> {
    let mut settings = settings.layer(layer);
    let given = |name: &str| args.env.iter().find(|(own, _)| own == name);
    let has_wrapper = layer.join(WRAPPER).exists() && given("AWS_LAMBDA_EXEC_WRAPPER").is_none();
    let wraps_itself = args.place.as_ref().is_some_and(|place| place.wrapped);
    if has_wrapper && !args.no_wrapper && !wraps_itself {
        settings = settings.env("AWS_LAMBDA_EXEC_WRAPPER", format!("/opt/{WRAPPER}"));
    }
    match given("TOLLGATE_PORT") {
        Some(_) if args.environments > 1 => {
            return Err(Trouble::PortShared { environments: args.environments });
        }
        Some((_, port)) => check_port(port)?,
        None => settings = settings.env("TOLLGATE_PORT", free_port()?.to_string()),
    }
    Ok(settings)
}

/// The extension would only say so after a failed init.
fn check_port(port: &str) -> Result<(), Trouble> {
    let in_use = |_| Trouble::PortInUse { port: port.to_owned() };
    // A value that is no port is the extension's to refuse: it knows the rules.
    port.parse::<u16>()
        .map_or(Ok(()), |port| TcpListener::bind(("127.0.0.1", port)).map(|_| ()).map_err(in_use))
}

fn free_port() -> Result<u16, Trouble> {
    tollgate_emulator::free_port().map_err(Trouble::io("cannot listen on", Path::new("127.0.0.1")))
}

fn absolute(path: &Path) -> Option<String> {
    path.canonicalize().ok()?.into_os_string().into_string().ok()
}

/// Reads a function timeout in seconds.
pub(super) fn seconds(text: &str) -> Result<f64, String> {
    let seconds: f64 = text.parse().map_err(|_| format!("`{text}` is not a number"))?;
    if (0.001..=900.0).contains(&seconds) {
        Ok(seconds)
    } else {
        Err(format!("`{text}` is not between 0.001 and 900"))
    }
}

/// Reads `NAME=VALUE`.
pub(super) fn variable(text: &str) -> Result<(String, String), String> {
    let (name, value) =
        text.split_once('=').ok_or_else(|| format!("`{text}` has no `=` after the name"))?;
    Ok((name.to_owned(), value.to_owned()))
}
