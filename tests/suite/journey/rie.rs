//! The same journey on AWS's own Runtime Interface Emulator, which was not written here.

use super::clients::{copy, copy_some};
use crate::support::ledger::Ledger;
use crate::support::places;
use http_body_util::{BodyExt as _, Full};
use hyper_util::rt::TokioIo;
use std::collections::HashSet;
use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::Arc;
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::net::TcpStream;
use tokio::process::{Child, ChildStdout, Command};
use tokio::task::{JoinHandle, JoinSet};
use tollgate_emulator::free_port;

/// The emulator in a mount namespace of its own, where the layer is `/opt`.
struct Rie {
    child: Child,
    /// Reads what it prints all the while: it says a line for each event that finds no idle runtime,
    /// and would wait for ever on a pipe that is full.
    lines: JoinHandle<Vec<String>>,
    port: u16,
    _files: TempDir,
}

impl Rie {
    fn start(command: &str, extra: &[(&str, String)]) -> Self {
        let files = tempfile::tempdir().unwrap();
        let mount = format!("mount --bind {} /opt", places::layer().display());
        let bootstrap = format!("/opt/tollgate/exec {command}");
        Self::run(&mount, &bootstrap, extra, files)
    }

    /// Managed Instances: the emulator runs everything as a user of its own, and takes the
    /// program from `/opt/bootstrap`.
    fn start_managed(function: &Function, extra: &[(&str, String)]) -> Self {
        let files = tempfile::tempdir().unwrap();
        let (opt, state) = (files.path().join("opt"), files.path().join("state"));
        std::fs::create_dir_all(&opt).unwrap();
        std::fs::create_dir_all(&state).unwrap();
        copy(&places::layer(), &opt);
        let (command, mounts) = function.lay_out(&opt);
        let script = format!("#!/bin/sh\nexec /opt/tollgate/exec {command}\n");
        std::fs::write(opt.join("bootstrap"), script).unwrap();
        for (path, mode) in
            [(files.path(), 0o755), (&opt.join("bootstrap"), 0o755), (state.as_path(), 0o777)]
        {
            std::fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
        }
        let mount = format!(
            "{mounts} mount --rbind {} /opt && mount -t tmpfs none /var && mkdir /var/task",
            opt.display()
        );
        let mut all = vec![
            ("AWS_LAMBDA_MAX_CONCURRENCY", "4".to_owned()),
            ("AWS_LAMBDA_LOG_FORMAT", "JSON".to_owned()),
            ("AWS_REGION", "eu-west-1".to_owned()),
            ("AWS_ACCOUNT_ID", "123456789012".to_owned()),
            ("TMPDIR", state.display().to_string()),
        ];
        all.extend_from_slice(extra);
        Self::run(&mount, "", &all, files)
    }

    fn run(mount: &str, bootstrap: &str, extra: &[(&str, String)], files: TempDir) -> Self {
        let [port, api, proxy] = std::array::from_fn(|_| free_port().unwrap());
        let script = format!(
            "{mount} && exec {rie} --log-level error \
             --runtime-interface-emulator-address 127.0.0.1:{port} \
             --runtime-api-address 127.0.0.1:{api} {bootstrap}",
            rie = places::rie().display(),
        );
        let user = if is_root() { "-m" } else { "-Urm" };
        let mut child = Command::new("unshare")
            .args([user, "sh", "-c", &script])
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("TMPDIR", files.path())
            .env("TOLLGATE_PORT", proxy.to_string())
            .env("TOLLGATE_LOG", "info")
            .env("AWS_LAMBDA_FUNCTION_TIMEOUT", "5")
            .envs(extra.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let lines = tokio::spawn(read(child.stdout.take().unwrap()));
        Self { child, lines, port, _files: files }
    }

    /// Invokes the function; the emulator's whole answer.
    async fn invoke(&self, event: &str) -> (u16, String) {
        let stream = self.connect().await;
        let (mut sender, driver) =
            hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.unwrap();
        tokio::spawn(async move { drop(driver.await) });
        let request = http::Request::post("/2015-03-31/functions/function/invocations")
            .header("host", "127.0.0.1")
            .body(Full::new(bytes::Bytes::from(event.to_owned())))
            .unwrap();
        let response = sender.send_request(request).await.unwrap();
        let status = response.status().as_u16();
        let body = response.into_body().collect().await.unwrap().to_bytes();
        (status, String::from_utf8_lossy(&body).into_owned())
    }

    /// The emulator says nothing when it listens, so connecting is what can be awaited.
    async fn connect(&self) -> TcpStream {
        for _ in 0..500 {
            if let Ok(stream) = TcpStream::connect(("127.0.0.1", self.port)).await {
                return stream;
            }
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
        panic!("the emulator does not listen on {}", self.port);
    }

    /// The same on Managed Instances: while no runtime is idle the platform places the event
    /// elsewhere or asks again. No event tells that one is.
    async fn place(&self, event: &str) -> (u16, String) {
        loop {
            let answer = self.invoke(event).await;
            if !answer.1.contains("Runtime.Unavailable") {
                return answer;
            }
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
    }

    /// Ends it as an operator does, and takes the ledger from its output.
    async fn ledger(self) -> Ledger {
        let pid =
            rustix::process::Pid::from_raw(self.child.id().unwrap().try_into().unwrap()).unwrap();
        rustix::process::kill_process(pid, rustix::process::Signal::TERM).unwrap();
        Ledger::from_lines(self.lines.await.unwrap())
    }
}

/// What Managed Instances run.
enum Function {
    /// A program.
    Program(PathBuf),
    /// The Python function on `awslambdaric`, which makes a process for each place there.
    Python,
}

impl Function {
    fn streaming() -> Self {
        Self::Program(places::streaming_function())
    }

    /// Puts it below `/opt`, where the emulator's own user can read it; gives its command, and what
    /// is mounted before.
    fn lay_out(&self, opt: &Path) -> (String, String) {
        match self {
            Self::Program(program) => {
                std::fs::copy(program, opt.join("function")).unwrap();
                ("/opt/function".to_owned(), String::new())
            }
            Self::Python => {
                let [home, program, packages] = python_places();
                let (own, place) = (opt.join("packages"), opt.join("home"));
                std::fs::create_dir_all(&own).unwrap();
                std::fs::create_dir_all(&place).unwrap();
                copy_some(Path::new(&packages), &own, &CLIENT);
                copy(&places::python_function(), &own);
                let program = Path::new(&program).strip_prefix(&home).unwrap();
                let command = format!(
                    "env PYTHONHOME=/opt/home PYTHONPATH=/opt/packages /opt/home/{} -m awslambdaric \
                     handler.handler",
                    program.display()
                );
                (command, format!("mount --bind {home} {} &&", place.display()))
            }
        }
    }
}

/// The beginnings of what `awslambdaric` and what it needs are called among a Python's packages.
const CLIENT: [&str; 4] = ["awslambdaric", "runtime_client", "simplejson", "snapshot_restore_py"];

/// Python's own home, its program, and the directory of packages with `awslambdaric`.
fn python_places() -> [String; 3] {
    const ASK: &str = "import awslambdaric, os, sys\n\
                       print(sys.base_prefix, os.path.realpath(sys.executable), \
                       os.path.dirname(os.path.dirname(awslambdaric.__file__)), sep='\\n')";
    let output = std::process::Command::new(places::python()).args(["-c", ASK]).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    let lines: Vec<String> = text.lines().map(str::to_owned).collect();
    lines.try_into().unwrap()
}

async fn read(output: ChildStdout) -> Vec<String> {
    let mut output = BufReader::new(output).lines();
    let mut lines = Vec::new();
    while let Some(line) = output.next_line().await.unwrap() {
        lines.push(line);
    }
    lines
}

fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

fn python() -> (String, [(&'static str, String); 1]) {
    let command = format!("{} -m awslambdaric handler.handler", places::python().display());
    (command, [("PYTHONPATH", places::python_function().display().to_string())])
}

#[tokio::test]
async fn rust_and_python_functions_are_guarded() {
    let rust = (places::rust_function().display().to_string(), [("UNUSED", String::new())]);
    for (command, extra) in [rust, python()] {
        let rie = Rie::start(&command, &extra);
        for _ in 0..3 {
            let (status, body) = rie.invoke(r#"{"n":1}"#).await;
            assert_eq!(status, 200, "{body}");
        }
        let ledger = rie.ledger().await;
        let records = ledger.of_kind("invocation");
        assert_eq!(records.len(), 3, "{}", ledger.text());
        assert!(records.iter().all(|record| record["outcome"] == "success"));
        assert_eq!(ledger.of_kind("close").len(), 1);
        ledger.assert_verifies();
    }
}

#[tokio::test]
async fn a_hostile_event_is_refused() {
    let files = tempfile::tempdir().unwrap();
    let policy = files.path().join("tollgate.yaml");
    std::fs::write(&policy, crate::support::guarded::ENFORCE).unwrap();
    let extra = [("TOLLGATE_POLICY", policy.display().to_string())];
    let rie = Rie::start(&places::rust_function().display().to_string(), &extra);
    let (_, body) = rie.invoke(r#"{"a":1,"a":2}"#).await;
    assert!(body.contains("Function.TollgateRefused"), "{body}");
    let ledger = rie.ledger().await;
    assert_eq!(ledger.of_kind("invocation")[0]["outcome"], "refused");
    ledger.assert_verifies();
}

/// Functions that sleep, spin, fork and take no notice of signals, on AWS's own core: the caller has
/// its answer, and the next event works.
#[tokio::test]
async fn a_ceiling_ends_a_function_and_the_next_event_works() {
    let files = tempfile::tempdir().unwrap();
    let policy = files.path().join("tollgate.yaml");
    std::fs::write(&policy, "version: 1\nmode: enforce\nceilings: { time: 400ms }\n").unwrap();
    let rust = (places::rust_function().display().to_string(), [("UNUSED", String::new())]);
    let controls = [
        r#"{"control":{"sleep_ms":60000}}"#,
        r#"{"control":{"spin_ms":60000,"stubborn":true}}"#,
        r#"{"control":{"sleep_ms":60000,"fork":3,"stubborn":true}}"#,
    ];
    for (command, extra) in [rust, python()] {
        let extra =
            [extra.as_slice(), &[("TOLLGATE_POLICY", policy.display().to_string())]].concat();
        let rie = Rie::start(&command, &extra);
        rie.invoke("{}").await;
        for control in controls {
            let (_, body) = rie.invoke(control).await;
            assert!(body.contains("ceiling.time"), "{control}: {body}");
            let (status, body) = rie.invoke(r#"{"n":1}"#).await;
            assert!(status == 200 && body.contains("\"n\""), "after {control}: {status} {body}");
        }
        let ledger = rie.ledger().await;
        let records = ledger.of_kind("invocation");
        let ended = |by: &str| records.iter().filter(|it| it["ceilings"]["endedBy"] == by).count();
        assert_eq!((ended("ceiling"), ended("function")), (3, 4), "{}", ledger.text());
        assert_eq!(records.len(), 7);
        ledger.assert_verifies();
    }
}

#[tokio::test]
async fn a_timeout_and_a_crash_end_in_one_record_each() {
    for (control, outcome) in
        [(r#"{"control":{"sleep_ms":60000}}"#, "timeout"), (r#"{"control":{"exit":3}}"#, "crash")]
    {
        let extra = [("AWS_LAMBDA_FUNCTION_TIMEOUT", "2".to_owned())];
        let rie = Rie::start(&places::rust_function().display().to_string(), &extra);
        rie.invoke("{}").await;
        rie.invoke(control).await;
        let (status, body) = rie.invoke("{}").await;
        assert_eq!(status, 200, "{body}");
        let ledger = rie.ledger().await;
        let mut outcomes: Vec<String> = ledger
            .of_kind("invocation")
            .iter()
            .map(|record| record["outcome"].as_str().unwrap().to_owned())
            .collect();
        outcomes.sort();
        let mut expected = [outcome, "success", "success"];
        expected.sort_unstable();
        assert_eq!(outcomes, expected, "{}", ledger.text());
        ledger.assert_verifies();
    }
}

#[tokio::test]
async fn managed_instances_are_guarded_and_billed() {
    let rie = Rie::start_managed(&Function::Program(places::rust_function()), &[]);
    for _ in 0..3 {
        let (status, body) = rie.place(r#"{"n":1}"#).await;
        assert_eq!((status, body.as_str()), (200, r#"{"echo":{"n":1}}"#));
    }
    let ledger = rie.ledger().await;
    let open = &ledger.of_kind("open")[0];
    assert_eq!(open["function"]["initializationType"], "lambda-managed-instances");
    let records = ledger.of_kind("invocation");
    assert_eq!(records.len(), 3, "{}", ledger.text());
    assert!(records.iter().all(|record| record["outcome"] == "success"));
    assert_eq!(ledger.of_kind("report").len(), 3, "{}", ledger.text());
    ledger.assert_verifies();
}

/// What the streaming function said, without the head that eight zeros end.
fn streamed(body: &str) -> &str {
    body.rsplit('\0').next().unwrap()
}

#[tokio::test]
async fn managed_instances_run_several_at_once() {
    four_at_once(&Function::streaming()).await;
}

#[tokio::test]
async fn managed_instances_run_several_at_once_in_python() {
    four_at_once(&Function::Python).await;
}

/// Four at once, again and again: each caller has its own answer, and each event its own record.
async fn four_at_once(function: &Function) {
    let rie = Arc::new(Rie::start_managed(function, &[]));
    let mut callers = JoinSet::new();
    for caller in 0..4 {
        let rie = Arc::clone(&rie);
        callers.spawn(async move {
            for event in 0..5 {
                let event = format!(
                    r#"{{"caller":{caller},"control":{{"sleep_ms":{}}},"event":{event}}}"#,
                    caller * 20
                );
                let (status, body) = rie.place(&event).await;
                assert_eq!(status, 200, "{body}");
                let said: serde_json::Value = serde_json::from_str(streamed(&body)).unwrap();
                let sent: serde_json::Value = serde_json::from_str(&event).unwrap();
                assert_eq!(said["echo"], sent);
            }
        });
    }
    while let Some(ended) = callers.join_next().await {
        ended.unwrap();
    }
    let ledger = Arc::into_inner(rie).unwrap().ledger().await;
    let records = ledger.of_kind("invocation");
    let ids: HashSet<&str> = records.iter().map(|it| it["requestId"].as_str().unwrap()).collect();
    assert_eq!((records.len(), ids.len()), (20, 20), "{}", ledger.text());
    assert!(records.iter().all(|record| record["outcome"] == "success"));
    ledger.assert_verifies();
}

#[tokio::test]
async fn managed_instances_are_held_to_their_time_and_nothing_is_killed() {
    held_to_their_time(&Function::streaming()).await;
}

#[tokio::test]
async fn managed_instances_are_held_to_their_time_in_python_too() {
    held_to_their_time(&Function::Python).await;
}

/// Time ceilings there: the caller has its answer in time, what runs beside it is left alone, the
/// late answer is dropped, and the same processes go on.
async fn held_to_their_time(function: &Function) {
    let files = tempfile::tempdir().unwrap();
    let policy = files.path().join("tollgate.yaml");
    std::fs::write(&policy, "version: 1\nmode: enforce\nceilings: { time: 1500ms }\n").unwrap();
    for path in [files.path(), &policy] {
        std::fs::set_permissions(path, Permissions::from_mode(0o755)).unwrap();
    }
    let extra = [("TOLLGATE_POLICY", policy.display().to_string())];
    let rie = Rie::start_managed(function, &extra);
    for round in 0..2 {
        let slow = r#"{"control":{"sleep_ms":4000}}"#;
        let quick = format!(r#"{{"round":{round}}}"#);
        let (slow, quick) = tokio::join!(rie.place(slow), rie.place(&quick));
        assert!(slow.1.contains("ceiling.time"), "{slow:?}");
        assert!(quick.1.contains("\"echo\""), "{quick:?}");
    }
    // As many as there are runtimes: the slow ones must have been dropped and have polled again.
    for _ in 0..8 {
        let (_, body) = rie.place(r#"{"n":1}"#).await;
        let said: serde_json::Value = serde_json::from_str(streamed(&body)).unwrap();
        assert_eq!(said["echo"]["n"], 1, "{body}");
    }
    let ledger = rie.ledger().await;
    let records = ledger.of_kind("invocation");
    let ended = |by: &str| records.iter().filter(|it| it["ceilings"]["endedBy"] == by).count();
    assert_eq!((ended("ceiling"), ended("function")), (2, 10), "{}", ledger.text());
    assert_eq!(ledger.of_kind("open").len(), 1, "the environment is the same");
    ledger.assert_verifies();
}
