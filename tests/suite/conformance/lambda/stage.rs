//! The stage of a case: an emulator whose function and extension do nothing, played by the test.

use super::cases::Mode;
use crate::support::places;
use crate::support::runtime::{Reply, Runtime};
use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper_util::rt::TokioIo;
use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;
use tempfile::TempDir;
use tokio::net::TcpStream;
use tokio::process::{Child, Command};
use tokio::task::{JoinHandle, JoinSet};
use tollgate_emulator::{Environment, Event, Settings, free_port};

/// The name of the extension that the test plays.
pub(super) const EXTENSION: &str = "player";

/// Whose behaviour is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Subject {
    /// The emulator of this repository.
    Emulator(Mode),
    /// AWS's Runtime Interface Emulator.
    Rie(Mode),
    /// `cargo lambda watch`, which has on-demand functions only.
    CargoLambda,
    /// The crate `lambda-simulator`, which has on-demand functions only.
    Simulator,
}

/// What a case needs.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Setting {
    /// An external extension, which the test plays.
    pub(super) extension: bool,
    /// The function timeout in seconds; 0 is 20.
    pub(super) timeout_s: u64,
}

/// A running emulator, to which the first event was sent.
pub(super) struct Stage {
    pub(super) port: u16,
    /// What stands in front of the paths of the APIs.
    prefix: &'static str,
    files: TempDir,
    polls: JoinSet<()>,
    /// The caller's view of the first event.
    pub(super) first: JoinHandle<String>,
    host: Host,
}

enum Host {
    Emulator(std::sync::Arc<Environment>),
    Rie { port: u16, _child: Child },
    CargoLambda { port: u16, _child: Child },
    Simulator { port: u16, _child: Child },
}

impl Subject {
    pub(super) fn mode(self) -> Mode {
        match self {
            Self::Emulator(mode) | Self::Rie(mode) => mode,
            Self::CargoLambda | Self::Simulator => Mode::OnDemand,
        }
    }

    /// The name in the table and in the exceptions.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Emulator(_) => "emulator",
            Self::Rie(Mode::OnDemand) => "rie",
            Self::Rie(Mode::Managed) => "rie-managed",
            Self::Rie(Mode::SnapStart) => "rie-snapstart",
            Self::CargoLambda => "cargo-lambda",
            Self::Simulator => "simulator",
        }
    }
}

impl Stage {
    pub(super) async fn open(subject: Subject, setting: Setting) -> Self {
        let files = tempfile::tempdir().unwrap();
        lay_out(files.path(), setting);
        match subject {
            Subject::Emulator(mode) => Self::emulator(mode, setting, files).await,
            Subject::Rie(mode) => Self::rie(mode, setting, files).await,
            Subject::CargoLambda => Self::cargo_lambda(setting, files).await,
            Subject::Simulator => Self::simulator(setting, files).await,
        }
    }

    async fn emulator(mode: Mode, setting: Setting, files: TempDir) -> Self {
        let opt = files.path().join("opt");
        let mut settings = Settings::new([opt.join("bootstrap").to_str().unwrap()])
            .layer(&opt)
            .timeout(setting.timeout());
        settings = match mode {
            Mode::OnDemand => settings,
            Mode::Managed => settings.managed(2),
            Mode::SnapStart => settings.snap_start(true),
        };
        let environment = Environment::launch(settings).await.unwrap();
        let host = Host::Emulator(std::sync::Arc::new(environment));
        Self::begun(host, files).await
    }

    async fn rie(mode: Mode, setting: Setting, files: TempDir) -> Self {
        let [port, api] = std::array::from_fn(|_| free_port().unwrap());
        let child = start_rie(mode, setting, files.path(), (port, api));
        let stage = Self::begun(Host::Rie { port, _child: child }, files).await;
        Self { port: api, ..stage }
    }

    async fn cargo_lambda(setting: Setting, files: TempDir) -> Self {
        let port = free_port().unwrap();
        let child = start_cargo_lambda(setting, files.path(), port);
        // It starts no processes here: what they would say is there from the beginning.
        for process in ["bootstrap", EXTENSION] {
            std::fs::write(files.path().join("marks").join(process), "").unwrap();
        }
        let host = Host::CargoLambda { port, _child: child };
        Self { prefix: "/.rt", ..Self::begun(host, files).await }
    }

    async fn simulator(setting: Setting, files: TempDir) -> Self {
        let [port, api] = std::array::from_fn(|_| free_port().unwrap());
        let child = start_simulator(setting, files.path(), (port, api));
        let stage = Self::begun(Host::Simulator { port, _child: child }, files).await;
        Self { port: api, ..stage }
    }

    async fn begun(host: Host, files: TempDir) -> Self {
        let port = match &host {
            Host::Emulator(environment) => environment.api().port(),
            Host::Rie { port, .. }
            | Host::CargoLambda { port, .. }
            | Host::Simulator { port, .. } => *port,
        };
        let first = host.invoke("{\"n\":1}", true).await;
        Self { port, prefix: "", files, polls: JoinSet::new(), first, host }
    }

    /// One more event, asked for again while no runtime is idle, as the platform does.
    pub(super) async fn invoke(&self, event: &'static str) -> JoinHandle<String> {
        self.host.invoke(event, true).await
    }

    /// One more event, asked for once.
    pub(super) async fn invoke_once(&self, event: &'static str) -> JoinHandle<String> {
        self.host.invoke(event, false).await
    }

    /// What the caller of the first event gets.
    pub(super) async fn answer(&mut self) -> String {
        (&mut self.first).await.unwrap()
    }

    /// A connection as the runtime's, once the runtime process runs.
    pub(super) async fn runtime(&self) -> Runtime {
        self.started("bootstrap").await;
        self.client().await
    }

    /// A connection as the extension's, once the extension process runs.
    pub(super) async fn extension(&self) -> Runtime {
        self.started(EXTENSION).await;
        self.client().await
    }

    /// A process may run before the emulator listens: so it waits until it can connect.
    async fn client(&self) -> Runtime {
        drop(connect(self.port).await);
        Runtime::connect(self.port).await.below(self.prefix)
    }

    /// Lets the runtime poll again: the callers of some emulators have their answer only then.
    pub(super) fn polls(&mut self, mut runtime: Runtime) {
        self.polls.spawn(async move { drop(runtime.next().await) });
    }

    /// Whether a process was started.
    pub(super) fn has_started(&self, name: &str) -> bool {
        self.files.path().join("marks").join(name).exists()
    }

    /// A process makes a file at its start; there is no event of that in every emulator.
    async fn started(&self, name: &str) {
        while !self.has_started(name) {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    }
}

impl Setting {
    fn timeout(self) -> Duration {
        Duration::from_secs(if self.timeout_s == 0 { 20 } else { self.timeout_s })
    }
}

impl Host {
    /// The name by which the function is invoked.
    fn function(&self) -> &'static str {
        match self {
            Self::CargoLambda { .. } => "_",
            Self::Emulator(_) | Self::Rie { .. } | Self::Simulator { .. } => "function",
        }
    }

    async fn invoke(&self, event: &'static str, again: bool) -> JoinHandle<String> {
        match self {
            Self::Emulator(environment) => {
                let environment = std::sync::Arc::clone(environment);
                let mut running = environment.begin(Event::from(event)).unwrap();
                tokio::spawn(async move {
                    let answer = running.answer().await;
                    drop(environment);
                    let body = answer.map(|answer| answer.body()).unwrap_or_default();
                    String::from_utf8_lossy(&body).into_owned()
                })
            }
            Self::Rie { port, .. }
            | Self::CargoLambda { port, .. }
            | Self::Simulator { port, .. } => {
                let (port, name) = (*port, self.function());
                let stream = connect(port).await;
                tokio::spawn(async move {
                    let mut answer = call(stream, name, event).await;
                    while again && answer.contains("Runtime.Unavailable") {
                        answer = call(connect(port).await, name, event).await;
                    }
                    answer
                })
            }
        }
    }
}

async fn connect(port: u16) -> TcpStream {
    // The emulator says nothing when it listens, so connecting is what can be awaited.
    loop {
        if let Ok(stream) = TcpStream::connect(("127.0.0.1", port)).await {
            return stream;
        }
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
}

async fn call(stream: TcpStream, name: &str, event: &'static str) -> String {
    let (mut sender, driver) =
        hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.unwrap();
    tokio::spawn(async move { drop(driver.await) });
    let request = http::Request::post(format!("/2015-03-31/functions/{name}/invocations"))
        .header("host", "127.0.0.1")
        .body(Full::new(Bytes::from_static(event.as_bytes())))
        .unwrap();
    let Ok(response) = sender.send_request(request).await else {
        return "the emulator hung up".to_owned();
    };
    let body = response.into_body().collect().await.map(http_body_util::Collected::to_bytes);
    String::from_utf8_lossy(&body.unwrap_or_default()).into_owned()
}

/// `opt/` with a function and an extension that only say that they run.
fn lay_out(root: &Path, setting: Setting) {
    let (opt, marks) = (root.join("opt"), root.join("marks"));
    std::fs::create_dir_all(opt.join("extensions")).unwrap();
    std::fs::create_dir_all(&marks).unwrap();
    for folder in [root, &marks, &opt] {
        std::fs::set_permissions(folder, Permissions::from_mode(0o777)).unwrap();
    }
    idler(&opt.join("bootstrap"), &marks.join("bootstrap"));
    if setting.extension {
        idler(&opt.join("extensions").join(EXTENSION), &marks.join(EXTENSION));
    }
}

fn idler(program: &PathBuf, mark: &Path) {
    let script = format!("#!/bin/sh\n: > {}\nexec sleep 600\n", mark.display());
    std::fs::write(program, script).unwrap();
    std::fs::set_permissions(program, Permissions::from_mode(0o755)).unwrap();
}

fn start_rie(mode: Mode, setting: Setting, files: &Path, (port, api): (u16, u16)) -> Child {
    let script = format!(
        "mount --bind {opt} /opt && mount -t tmpfs none /var && mkdir /var/task && \
         exec {rie} --log-level error {caching} \
         --runtime-interface-emulator-address 127.0.0.1:{port} \
         --runtime-api-address 127.0.0.1:{api} {bootstrap}",
        opt = files.join("opt").display(),
        rie = places::rie().display(),
        caching = if mode == Mode::SnapStart { "--enable-init-caching" } else { "" },
        bootstrap = if mode == Mode::Managed { "" } else { "/opt/bootstrap" },
    );
    let mut command = apart(&script);
    command
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .env("TMPDIR", files)
        .env("AWS_LAMBDA_FUNCTION_TIMEOUT", setting.timeout().as_secs().to_string())
        .env("AWS_REGION", "eu-west-1")
        .env("AWS_ACCOUNT_ID", "123456789012");
    if mode == Mode::Managed {
        command.env("AWS_LAMBDA_MAX_CONCURRENCY", "2").env("AWS_LAMBDA_LOG_FORMAT", "JSON");
    }
    command.spawn().unwrap()
}

/// A script whose processes end with it, and whose mounts nobody else sees.
fn apart(script: &str) -> Command {
    let user = if rustix::process::geteuid().is_root() { "-m" } else { "-Urm" };
    let mut command = Command::new("unshare");
    command.args([user, "--kill-child", "-pf", "sh", "-c", script]);
    silent(&mut command);
    command
}

fn silent(command: &mut Command) {
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).kill_on_drop(true);
}

/// The crate in a program of `tests/foreign`, which starts the function and the extension.
fn start_simulator(setting: Setting, files: &Path, (port, api): (u16, u16)) -> Child {
    let opt = files.join("opt");
    let extension = opt.join("extensions").join(EXTENSION);
    let script = format!(
        "exec {program} {port} {api} {timeout} {function} {extension}",
        program = places::simulator().display(),
        timeout = setting.timeout().as_secs(),
        function = opt.join("bootstrap").display(),
        extension = if setting.extension { extension.display().to_string() } else { String::new() },
    );
    apart(&script).spawn().unwrap()
}

/// The server alone, in a package without dependencies: it builds and starts nothing.
fn start_cargo_lambda(setting: Setting, files: &Path, port: u16) -> Child {
    let package = files.join("package");
    std::fs::create_dir_all(package.join("src")).unwrap();
    let manifest = "[package]\nname = \"function\"\nedition = \"2021\"\n[workspace]\n";
    std::fs::write(package.join("Cargo.toml"), manifest).unwrap();
    std::fs::write(package.join("src/main.rs"), "fn main() {}\n").unwrap();
    let mut command = Command::new(places::cargo_lambda());
    command
        .args(["lambda", "watch", "--only-lambda-apis", "--invoke-address", "127.0.0.1"])
        .args(["--invoke-port", &port.to_string()])
        .current_dir(package);
    silent(&mut command);
    if setting.timeout_s > 0 {
        command.args(["--timeout", &setting.timeout_s.to_string()]);
    }
    command.spawn().unwrap()
}

/// Status and error type, which the documents list.
pub(super) fn seen(reply: &Reply) -> String {
    let body: serde_json::Value = serde_json::from_slice(&reply.body).unwrap_or_default();
    match body["errorType"].as_str() {
        Some(kind) => format!("{} {kind}", reply.status),
        None => reply.status.to_string(),
    }
}
