//! The processes of an environment: started in groups of their own, signalled as groups, reaped.
use std::io;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::Arc;

use rustix::process::{Pid, Signal, kill_process_group};
use tokio::process::{Child, Command};

use crate::cage::Cage;
use crate::layer::Layer;
use crate::logs::{self, Origin, Stream};
use crate::sandbox;
use crate::settings::Settings;
use crate::shared::Shared;
use crate::state::{Process, State};

/// What the runtime executes: the bootstrap of a managed runtime, without its interpreter.
#[derive(Debug, Clone)]
pub(crate) struct Bootstrap {
    program: PathBuf,
    arguments: Vec<String>,
    task_root: PathBuf,
}

impl Bootstrap {
    /// The wrapper with the function's command as its arguments, or the command alone.
    ///
    /// Lambda developer guide, "Modifying the runtime environment": managed runtimes execute the
    /// file named by `AWS_LAMBDA_EXEC_WRAPPER` with the interpreter and its arguments.
    pub(crate) fn new(
        settings: &Settings,
        layer: &Layer,
        command: PathBuf,
        task_root: PathBuf,
    ) -> Self {
        let rest = settings.command.iter().skip(1).cloned();
        match wrapper(settings, layer) {
            Some(wrapper) => {
                let arguments =
                    std::iter::once(command.to_string_lossy().into_owned()).chain(rest).collect();
                Self { program: wrapper, arguments, task_root }
            }
            None => Self { program: command, arguments: rest.collect(), task_root },
        }
    }
}

/// The wrapper of the function's configuration, as a file of this machine.
pub(crate) fn wrapper(settings: &Settings, layer: &Layer) -> Option<PathBuf> {
    let path = settings.variables.get("AWS_LAMBDA_EXEC_WRAPPER")?;
    Some(layer.map(path))
}

/// Starts the runtime process.
pub(crate) fn start_runtime(shared: &Arc<Shared>, bootstrap: &Bootstrap) -> io::Result<()> {
    let mut command = command(shared, &bootstrap.program);
    command.args(&bootstrap.arguments).current_dir(&bootstrap.task_root);
    command.env_clear().envs(shared.variables.runtime.iter().cloned());
    start(shared, &Origin::Runtime, command)
}

/// Starts one external extension: no arguments, named by its file.
pub(crate) fn start_extension(shared: &Arc<Shared>, name: &str, file: &Path) -> io::Result<()> {
    let mut command = command(shared, file);
    command.current_dir("/");
    command.env_clear().envs(shared.variables.extension.iter().cloned());
    start(shared, &Origin::Extension(name.to_owned()), command)
}

/// The program, behind what the cgroup wants to stand before it.
fn command(shared: &Shared, program: &Path) -> Command {
    let lobby = shared.cage.as_ref().map(Cage::lobby).unwrap_or_default();
    match lobby {
        [shell, rest @ ..] => {
            let mut command = Command::new(shell);
            command.args(rest).arg(program);
            command
        }
        [] => Command::new(program),
    }
}

fn start(shared: &Arc<Shared>, origin: &Origin, mut command: Command) -> io::Result<()> {
    command.process_group(0).kill_on_drop(true);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    if shared.settings.sandbox_user {
        command.uid(sandbox::UID).gid(sandbox::GID);
    }
    let mut child = match &shared.cage {
        Some(cage) => cage.start(|| command.spawn(), Child::id)?,
        None => command.spawn()?,
    };
    let pid = child.id().ok_or_else(|| io::Error::other("the process has no id"))?;
    shared.guardian.watch(pid);
    let (generation, abandoned) = shared.update(|state| {
        state.processes.push(Process { origin: origin.clone(), pid, exit: None });
        (state.generation, state.abandoned)
    });
    if abandoned {
        signal_group(pid, Signal::KILL);
    }
    let readers = capture(shared, origin, &mut child);
    let shared = Arc::clone(shared);
    tokio::spawn(async move {
        let status = child.wait().await.unwrap_or_default();
        // What the group's leader left behind must not outlive it.
        signal_group(pid, Signal::KILL);
        shared.guardian.forget(pid);
        logs::drained(readers).await;
        shared.update(|state| state.exited(generation, pid, status));
    });
    Ok(())
}

fn capture(
    shared: &Arc<Shared>,
    origin: &Origin,
    child: &mut Child,
) -> Vec<tokio::task::JoinHandle<()>> {
    let stdout = child.stdout.take().map(|pipe| {
        tokio::spawn(logs::capture(Arc::clone(shared), origin.clone(), Stream::Stdout, pipe))
    });
    let stderr = child.stderr.take().map(|pipe| {
        tokio::spawn(logs::capture(Arc::clone(shared), origin.clone(), Stream::Stderr, pipe))
    });
    stdout.into_iter().chain(stderr).collect()
}

/// Sends a signal to every process group that still runs.
pub(crate) fn signal_all(state: &State, signal: Signal) {
    for process in state.running() {
        signal_group(process.pid, signal);
    }
}

/// Sends a signal to one process group.
pub(crate) fn signal_group(pid: u32, signal: Signal) {
    let Some(pid) = i32::try_from(pid).ok().and_then(Pid::from_raw) else {
        return;
    };
    // The group may be gone already; that is what was wanted, or will be noticed by its waiter.
    let _ = kill_process_group(pid, signal);
}

/// Finds a program as `execvp` would: names without a slash are looked up on `PATH`.
pub(crate) fn find_program(program: &str) -> Option<PathBuf> {
    if program.contains('/') {
        let path = std::path::absolute(program).ok()?;
        return is_executable(&path).then_some(path);
    }
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join(program)).find(|file| is_executable(file))
}

fn is_executable(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    path.metadata().is_ok_and(|file| file.is_file() && file.permissions().mode() & 0o111 != 0)
}

/// The most memory that the running processes have used, in MB, rounded up.
pub(crate) fn memory_used_mb(pids: &[u32]) -> u64 {
    let kilobytes: u64 = pids.iter().filter_map(|pid| peak_kilobytes(*pid)).sum();
    kilobytes.div_ceil(1024)
}

fn peak_kilobytes(pid: u32) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.split_whitespace().next()?.parse().ok()
}
