//! A function behind the layer on the local Lambda.

use super::ledger::Ledger;
use super::places;
use super::runtime::Runtime;
use rustix::process::Pid;
use std::time::Duration;
use tempfile::TempDir;
use tollgate_emulator::{
    Environment, LogLine, Origin, Request, Running, Settings, Stream, free_port,
};

/// How the function and its layer are set up.
pub(crate) struct Setup {
    settings: Settings,
    policy: Option<String>,
    wrapper: bool,
    bare: bool,
    port: u16,
}

/// A running environment with the layer in it.
pub(crate) struct Guarded {
    /// The local Lambda.
    pub(crate) environment: Environment,
    /// The proxy's port.
    pub(crate) port: u16,
    _files: TempDir,
}

impl Setup {
    /// The Rust function behind the layer.
    pub(crate) fn rust() -> Self {
        Self::command([places::rust_function().to_str().unwrap().to_owned()])
    }

    /// The Python function behind the layer, on `awslambdaric`.
    pub(crate) fn python() -> Self {
        let python = places::python().to_str().unwrap().to_owned();
        let command = [python, "-m".into(), "awslambdaric".into(), "handler.handler".into()];
        Self::command(command).map(|settings| {
            let root = places::python_function();
            settings.task_root(root.clone()).env("PYTHONPATH", root.to_str().unwrap())
        })
    }

    /// The Node.js function behind the layer, on `aws-lambda-ric`; `handler` names it.
    pub(crate) fn node(handler: &str) -> Self {
        let (node, client) = places::node();
        let client = client.join("index.mjs");
        Self::command([node.to_str().unwrap(), client.to_str().unwrap()])
            .map(|settings| settings.handler(handler).task_root(places::node_function()))
    }

    /// The Rust function that streams its answers, behind the layer.
    pub(crate) fn streaming() -> Self {
        Self::command([places::streaming_function().to_str().unwrap().to_owned()])
    }

    /// A process that does nothing: the test itself speaks to the proxy as the runtime.
    pub(crate) fn by_hand() -> Self {
        Self::command(["sleep", "600"])
    }

    /// Any command behind the layer.
    pub(crate) fn command<S: Into<String>>(command: impl IntoIterator<Item = S>) -> Self {
        let port = free_port().unwrap();
        let settings = Settings::new(command)
            .layer(places::layer())
            .timeout(Duration::from_secs(20))
            .env("TOLLGATE_PORT", port.to_string())
            .env("TOLLGATE_LOG", "info")
            .env("CANARY_PASSWORD", CANARIES[0]);
        Self { settings, policy: None, wrapper: true, bare: false, port }
    }

    /// Changes the emulator's settings.
    pub(crate) fn map(mut self, change: impl FnOnce(Settings) -> Settings) -> Self {
        self.settings = change(self.settings);
        self
    }

    /// The function's own policy.
    pub(crate) fn policy(mut self, text: &str) -> Self {
        self.policy = Some(text.to_owned());
        self
    }

    /// Names the proxy in a variable of the client's own.
    pub(crate) fn through(self, variable: &str) -> Self {
        let proxy = format!("127.0.0.1:{}", self.port);
        self.map(|settings| settings.env(variable, proxy))
    }

    /// Leaves the wrapper out: the runtime goes around the proxy.
    pub(crate) fn without_wrapper(mut self) -> Self {
        self.wrapper = false;
        self
    }

    /// Leaves the whole layer out: the runtime alone with Lambda.
    pub(crate) fn bare(mut self) -> Self {
        self.bare = true;
        self.without_wrapper()
    }

    /// Starts it and waits for the end of the init phase.
    pub(crate) async fn start(self) -> Guarded {
        let guarded = self.launch().await;
        guarded.environment.init().await;
        guarded
    }

    /// Starts it; the init phase goes on in the background once the proxy listens.
    pub(crate) async fn launch(self) -> Guarded {
        let files = tempfile::tempdir().unwrap();
        let mut settings = self.settings;
        if self.wrapper {
            settings = settings.env("AWS_LAMBDA_EXEC_WRAPPER", "/opt/tollgate/exec");
        }
        if self.bare {
            let layer = files.path().join("empty");
            std::fs::create_dir_all(layer.join("extensions")).unwrap();
            settings = settings.layer(layer);
        }
        if let Some(text) = self.policy {
            let path = files.path().join("tollgate.yaml");
            std::fs::write(&path, text).unwrap();
            settings = settings.env("TOLLGATE_POLICY", path.to_str().unwrap());
        }
        let environment = Environment::launch(settings).await.unwrap();
        // The proxy listens before the extension registers. An init that ends without that has
        // failed, and the test will say how.
        let mut requests = environment.follow_requests();
        tokio::select! {
            _ = requests.find(|request| request.path.ends_with("/extension/register")) => {}
            _ = environment.init() => {}
        }
        Guarded { environment, port: self.port, _files: files }
    }
}

impl Guarded {
    /// Invokes the function and waits for the end of the invocation.
    pub(crate) async fn invoke(&self, body: impl Into<Vec<u8>>) -> tollgate_emulator::Invoked {
        let event = tollgate_emulator::Event::new(body.into());
        let event = tollgate_emulator::Event { client_context: Some(CANARIES[1].into()), ..event };
        self.environment.invoke(event).await.unwrap()
    }

    /// Shuts the environment down and takes its ledger.
    pub(crate) async fn ledger(self) -> Ledger {
        self.environment.shutdown().await.unwrap();
        self.ledger_so_far()
    }

    /// Lets a runtime played by hand ask for the next event, so that the invocation ends, then
    /// shuts down and takes the ledger.
    pub(crate) async fn ledger_after(self, running: Running, mut runtime: Runtime) -> Ledger {
        let polling = tokio::spawn(async move { runtime.next().await });
        running.finished().await.unwrap();
        polling.abort();
        self.ledger().await
    }

    /// The last request that Lambda saw with this method and a path that contains `part`.
    pub(crate) fn request(&self, method: &str, part: &str) -> Request {
        let requests = self.environment.requests();
        let wanted = |request: &&Request| request.method == method && request.path.contains(part);
        requests.iter().rev().find(wanted).unwrap_or_else(|| panic!("{requests:#?}")).clone()
    }

    /// Waits until a poll of the runtime has reached Lambda.
    pub(crate) async fn poll_seen(&self) {
        let mut requests = self.environment.follow_requests();
        requests.find(|request| request.path.ends_with("/invocation/next")).await;
    }

    /// Waits until Lambda has seen so many requests whose path ends like this.
    pub(crate) async fn seen(&self, end: &str, times: usize) {
        let mut requests = self.environment.follow_requests();
        for _ in 0..times {
            requests.find(|request| request.path.ends_with(end)).await;
        }
    }

    /// Waits until the Rust function is at work on an event that makes it sleep.
    pub(crate) async fn at_work(&self) {
        let mut lines = self.environment.follow_logs();
        lines.find(|line| line.origin == Origin::Runtime && &*line.text == "at work").await;
    }

    /// The process id of the extension, or of the runtime.
    pub(crate) fn pid(&self, of: &Origin) -> Option<u32> {
        let pids = self.environment.pids();
        pids.iter().find(|(origin, _)| origin == of).map(|(_, pid)| *pid)
    }

    /// The process id of the extension.
    pub(crate) fn extension_pid(&self) -> u32 {
        self.pid(&Origin::Extension("tollgate".into())).unwrap()
    }

    /// What the system says of the extension's memory, by the name of the line.
    pub(crate) fn extension_memory_kb(&self, line: &str) -> u64 {
        let status = format!("/proc/{}/status", self.extension_pid());
        let status = std::fs::read_to_string(status).unwrap();
        let value = status.lines().find_map(|it| it.strip_prefix(line)).unwrap();
        value.trim().trim_end_matches(" kB").parse().unwrap()
    }

    /// The port on which the extension listens for telemetry: its listening socket that is not
    /// the proxy's.
    pub(crate) fn telemetry_port(&self) -> u16 {
        let pid = self.extension_pid();
        let inodes: Vec<String> = std::fs::read_dir(format!("/proc/{pid}/fd"))
            .unwrap()
            .filter_map(|fd| std::fs::read_link(fd.ok()?.path()).ok())
            .filter_map(|link| {
                Some(link.to_str()?.strip_prefix("socket:[")?.trim_end_matches(']').to_owned())
            })
            .collect();
        let table = std::fs::read_to_string("/proc/net/tcp").unwrap();
        let listening = table.lines().filter_map(|line| {
            let words: Vec<&str> = line.split_whitespace().collect();
            let mine = words.get(3) == Some(&"0A")
                && inodes.iter().any(|i| Some(&i.as_str()) == words.get(9));
            let (_, port) = words.get(1)?.rsplit_once(':')?;
            mine.then(|| u16::from_str_radix(port, 16).unwrap())
        });
        listening.into_iter().find(|port| *port != self.port).unwrap()
    }

    /// The courier's process id: the extension's child.
    pub(crate) fn courier(&self) -> Option<Pid> {
        let pids = self.environment.pids();
        let ours = |(origin, _): &&(Origin, u32)| *origin == Origin::Extension("tollgate".into());
        let (_, pid) = pids.iter().find(ours)?;
        let children = std::fs::read_to_string(format!("/proc/{pid}/task/{pid}/children")).ok()?;
        Pid::from_raw(children.split_whitespace().next()?.parse().ok()?)
    }

    /// Waits until Lambda has read this much of the body of a request.
    pub(crate) async fn body_bytes_at_least(&self, part: &str, bytes: u64) {
        let mut requests = self.environment.follow_requests();
        let request = requests.find(|request| request.path.contains(part)).await;
        while request.body_bytes() < bytes {
            tokio::task::yield_now().await;
        }
    }

    /// The ledger as far as it was written.
    pub(crate) fn ledger_so_far(&self) -> Ledger {
        Ledger::from_lines(self.extension_lines(Stream::Stdout))
    }

    /// What the extension said on standard error.
    pub(crate) fn complaints(&self) -> String {
        self.extension_lines(Stream::Stderr).join("\n")
    }

    fn extension_lines(&self, stream: Stream) -> Vec<String> {
        let ours = |line: &LogLine| {
            line.stream == stream && line.origin == Origin::Extension("tollgate".into())
        };
        let lines = self.environment.logs();
        lines.iter().filter(|line| ours(line)).map(|line| line.text.to_string()).collect()
    }
}

/// Secrets that every test of the suite plants: in the environment, and in a header of each event.
const CANARIES: [&str; 2] = ["canary-in-the-environment-7351", "{\"canary\":\"in-a-header-9042\"}"];

impl Drop for Guarded {
    /// Whatever a test is about, nothing that the extension wrote holds what was planted.
    fn drop(&mut self) {
        if std::thread::panicking() {
            return;
        }
        for line in self.environment.logs() {
            let ours = line.is_from_extension("tollgate");
            let held = ["canary-in-the-environment", "in-a-header-9042"]
                .iter()
                .any(|part| line.text.contains(part));
            assert!(!(ours && held), "{}", line.text);
        }
    }
}

/// A policy that refuses what the default policy only observes.
pub(crate) const ENFORCE: &str = "version: 1\nmode: enforce\n";
