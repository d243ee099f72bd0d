//! One environment of a soak: its policy, its sinks, its invocations and what strikes them.

use super::books::Account;
use super::events::{self, Events};
use super::flat::Sample;
use super::random::Random;
use crate::support::guarded::{Guarded, Setup};
use crate::support::receiver::{Fault, Receiver};
use rustix::process::{Signal, kill_process};
use std::io::Write as _;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tempfile::TempDir;
use tollgate_emulator::{Answer, Environment, Invoked, LogStream, Origin, Running, Stream};

/// No step takes as long on any machine; one that does hangs.
const STEP_MAX: Duration = Duration::from_mins(3);

/// What a sink's endpoint does in an outage. (413 is none: what an endpoint never takes is missing from its
/// copy of the chain, and a gap says so.)
const OUTAGE: [Fault; 5] = [
    Fault::Status(429, "retry-after: 0\r\n"),
    Fault::Status(500, ""),
    Fault::ResetBefore,
    Fault::ResetInAnswer,
    Fault::LostAcknowledgement,
];

/// Which sinks an environment's records go to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sinks {
    Log,
    Endpoint,
    Both,
    File,
}

/// A running environment.
pub(super) struct Life {
    guarded: Guarded,
    log: LogStream,
    sinks: Sinks,
    receiver: Receiver,
    folder: TempDir,
    account: Account,
    random: Random,
    events: Arc<Events>,
    /// What was drawn for this step.
    drawn: u64,
}

/// Processes that can be killed.
#[derive(Debug, Clone, Copy)]
enum Victim {
    Extension,
    Runtime,
}

impl Life {
    /// An environment that anything may happen to.
    pub(super) async fn chaotic(mut random: Random, events: Arc<Events>) -> Self {
        let sinks = *random.of(&[Sinks::Log, Sinks::Endpoint, Sinks::Both, Sinks::File]);
        Self::start(sinks, random, events, Duration::from_secs(1)).await
    }

    /// One whose extension is to live long: with both sorts of sinks, and metrics.
    pub(super) async fn steady(random: Random, events: Arc<Events>) -> Self {
        Self::start(Sinks::Both, random, events, Duration::from_mins(1)).await
    }

    async fn start(
        sinks: Sinks,
        mut random: Random,
        events: Arc<Events>,
        timeout: Duration,
    ) -> Self {
        let receiver = Receiver::start([]).await;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ledger.ndjson");
        let log = "{ type: stdout }".to_owned();
        let endpoint = format!("{{ type: http, url: '{}' }}", receiver.url());
        let listed = match sinks {
            Sinks::Log => log,
            Sinks::Endpoint => endpoint,
            Sinks::Both => format!("{log}, {endpoint}"),
            Sinks::File => format!("{{ type: file, path: '{}' }}", path.display()),
        };
        let flush = random.of(&["end", "overlap", "adaptive"]);
        let format = random.of(&["native", "ocsf"]);
        let payload = random.of(&["digest", "none", "redacted"]);
        let every = random.between(4, 128);
        let policy = format!(
            "version: 1\nmode: enforce\nmetrics: emf\ndetect: all\nlimits: {{ depth: 24 }}\nledger:\n  \
             format: {format}\n  flush: {flush}\n  payload: {payload}\n  \
             checkpoint: {{ records: {every} }}\n  sinks: [{listed}]\n"
        );
        let setup = Setup::rust().policy(&policy);
        let setup = setup.map(|it| it.timeout(timeout).env("TOLLGATE_LOG", "error"));
        let guarded = setup.start().await;
        let name =
            format!("{sinks:?} {format} {flush} {payload} {every} {:?}", guarded.environment);
        let name = name.split(" Environment").next().unwrap_or_default().to_owned();
        let account = Account { name, ..Account::default() };
        let log = guarded.environment.follow_logs();
        Self { guarded, log, sinks, receiver, folder, account, random, events, drawn: 0 }
    }

    /// The next invocation of an environment that anything may happen to.
    pub(super) async fn chaos(&mut self) {
        let drawn = self.random.below(1_000);
        self.drawn = drawn;
        let step = async {
            match drawn {
                0..8 => self.kill_within(Victim::Extension).await,
                8..12 => self.kill_within(Victim::Runtime).await,
                12..18 => self.kill_between().await,
                18..23 => self.freeze_within().await,
                23..26 => self.misbehave("function exits", "{\"control\":{\"exit\":3}}").await,
                26..30 => self.misbehave("function fails", "{\"control\":{\"fail\":true}}").await,
                30 => {
                    let control = "{\"control\":{\"sleep_ms\":60000}}";
                    self.misbehave("function runs into its timeout", control).await;
                }
                31..41 => self.outage().await,
                41..46 => self.kill_courier().await,
                _ => self.plain().await,
            }
        };
        let ended = tokio::time::timeout(STEP_MAX, step).await.is_ok();
        assert!(ended, "{}: step {drawn} hangs: {:?}", self.account.name, self.stands());
        self.collect();
    }

    /// Where a life stands, for messages.
    fn stands(&self) -> String {
        let environment = &self.guarded.environment;
        let logs = environment.logs();
        let last: Vec<_> = logs.iter().rev().take(8).map(|line| line.text.to_string()).collect();
        format!("{:?} {last:#?}", environment.pids())
    }

    /// The next invocation of an environment whose processes are left alive.
    pub(super) async fn calm(&mut self) {
        let drawn = self.random.below(1_000);
        self.drawn = drawn;
        let step = async {
            match drawn {
                0..2 => self.freeze_within().await,
                2..4 => self.misbehave("function fails", "{\"control\":{\"fail\":true}}").await,
                4..7 => self.outage().await,
                _ => self.plain().await,
            }
        };
        let ended = tokio::time::timeout(STEP_MAX, step).await.is_ok();
        assert!(ended, "{}: step {drawn} hangs: {:?}", self.account.name, self.stands());
        self.collect();
    }

    /// How much the extension holds.
    pub(super) fn sample(&self) -> Option<Sample> {
        let pids = self.guarded.environment.pids();
        let ours = |(origin, _): &&(Origin, u32)| *origin == Origin::Extension("tollgate".into());
        Sample::of(pids.iter().find(ours)?.1, self.account.ids.len())
    }

    fn struck(&mut self, fault: &'static str) {
        *self.account.faults.entry(fault).or_default() += 1;
    }

    fn begin(&mut self, event: impl Into<Vec<u8>>) -> Running {
        let event = tollgate_emulator::Event::new(event.into());
        let running = self.guarded.environment.begin(event).unwrap();
        let id = running.request_id().to_owned();
        self.account.story.insert(id.clone(), format!("step {}", self.drawn));
        self.account.ids.push(id);
        running
    }

    fn next(&mut self) -> Running {
        let event = self.events.choose(&mut self.random);
        self.begin(event)
    }

    /// Waits for the end of an invocation.
    async fn ended(&mut self, running: Running) -> Invoked {
        let invoked = running.finished().await.unwrap();
        let how = match &invoked.answer {
            Answer::Response { .. } => "answered".to_owned(),
            other => format!("{:.200}", format!("{other:?}")),
        };
        let story = self.account.story.get_mut(&invoked.request_id).unwrap();
        story.extend([", ", &how]);
        invoked
    }

    async fn plain(&mut self) {
        let running = self.next();
        let invoked = self.ended(running).await;
        match invoked.answer {
            Answer::Timeout { .. } => self.struck("timeout that nobody asked for"),
            Answer::Crash { .. } => {
                self.struck("crash that nobody asked for");
                let story = &self.account.story[&invoked.request_id];
                let text = format!("{}: {story}: {}", self.account.name, self.stands());
                drop(writeln!(std::io::stderr().lock(), "{text}"));
            }
            _ => {}
        }
    }

    /// The largest events that Lambda hands out, and replies as large.
    pub(super) async fn largest(&mut self) {
        for _ in 0..3 {
            let event = events::of(&mut self.random, 6_000_000);
            let running = self.begin(event);
            self.ended(running).await;
        }
    }

    async fn misbehave(&mut self, how: &'static str, control: &str) {
        self.struck(how);
        let running = self.begin(control);
        self.ended(running).await;
        self.plain().await;
    }

    /// A moment in an invocation, or just after one.
    async fn moment(&mut self) {
        let micros = self.random.below(4_000);
        tokio::time::sleep(Duration::from_micros(micros)).await;
    }

    /// Kills a process at any moment of an invocation.
    async fn kill_within(&mut self, victim: Victim) {
        let running = self.next();
        self.moment().await;
        self.kill(victim).await;
        self.ended(running).await;
        self.plain().await;
    }

    /// Kills the extension while the environment is idle.
    async fn kill_between(&mut self) {
        self.kill(Victim::Extension).await;
        self.plain().await;
    }

    /// Kills a process. It may not be running just now: then nothing is struck.
    async fn kill(&mut self, victim: Victim) {
        if struck(&self.guarded.environment, victim).await {
            self.struck(match victim {
                Victim::Extension => "kill -9 of the extension",
                Victim::Runtime => "kill -9 of the function",
            });
        }
    }

    async fn freeze_within(&mut self) {
        self.struck("freeze");
        let running = self.next();
        self.moment().await;
        self.guarded.environment.freeze();
        tokio::time::sleep(Duration::from_millis(self.random.below(30))).await;
        self.guarded.environment.thaw();
        self.ended(running).await;
    }

    /// The endpoint fails the next requests, each in its own way.
    async fn outage(&mut self) {
        if matches!(self.sinks, Sinks::Endpoint | Sinks::Both) {
            self.struck("outage of a sink");
            let requests = self.random.between(1, 4);
            let faults: Vec<Fault> = (0..requests).map(|_| *self.random.of(&OUTAGE)).collect();
            self.receiver.fail(faults);
        }
        self.plain().await;
    }

    async fn kill_courier(&mut self) {
        let running = self.next();
        if let Some(courier) = self.guarded.courier() {
            // It may have ended meanwhile.
            if kill_process(courier, Signal::KILL).is_ok() {
                self.struck("kill -9 of the courier");
            }
        }
        self.ended(running).await;
    }

    /// Takes what has arrived.
    fn collect(&mut self) {
        while let Some(line) = self.log.try_next() {
            if line.stream == Stream::Stdout && line.is_from_extension("tollgate") {
                self.keep(&line.text);
            }
        }
        for line in self.receiver.take_lines() {
            self.keep(&line);
        }
    }

    fn keep(&mut self, line: &str) {
        // Metrics stand among the records, and are none.
        if !line.starts_with("{\"_aws\":") && !line.contains("\"CloudWatchMetrics\"") {
            self.account.lines.push(line.to_owned());
        }
    }

    /// The environment is destroyed: nobody is told, its directory goes, and so does an invocation.
    pub(super) async fn destroy(mut self) -> Account {
        let running = self.begin("{\"control\":{\"sleep_ms\":60000}}");
        self.moment().await;
        drop(running);
        self.account.destroyed = true;
        let file = self.file();
        let Self { guarded, mut log, receiver, mut account, folder, .. } = self;
        drop(guarded);
        while let Some(line) = log.try_next() {
            if line.stream == Stream::Stdout && line.text.contains("\"tollgate\":1,") {
                account.lines.push(line.text.to_string());
            }
        }
        account.lines.extend(receiver.take_lines());
        account.lines.extend(lines_of(&file));
        drop(folder);
        account
    }

    /// The environment ends as Lambda ends one that nobody needs, with sinks that work again.
    pub(super) async fn end(mut self) -> Account {
        self.receiver.fail([]);
        self.plain().await;
        if self.sinks == Sinks::Endpoint {
            let last = self.account.ids.last().cloned().unwrap();
            tokio::time::timeout(STEP_MAX, self.receiver.taken(&last)).await.unwrap();
        }
        let shutdown = self.guarded.environment.shutdown();
        tokio::time::timeout(STEP_MAX, shutdown).await.unwrap().unwrap();
        self.collect();
        let file = self.file();
        self.account.lines.extend(lines_of(&file));
        self.account
    }

    fn file(&self) -> PathBuf {
        self.folder.path().join("ledger.ndjson")
    }
}

/// Kills a process and waits for the reset that follows; false where it does not run.
async fn struck(environment: &Environment, victim: Victim) -> bool {
    let mut reset = std::pin::pin!(environment.reset_done());
    let strike = async || match victim {
        Victim::Extension => environment.kill_extension("tollgate"),
        Victim::Runtime => environment.kill_runtime(),
    };
    let struck = tokio::select! {
        // Looked at first, so that it knows which life is killed.
        biased;
        () = &mut reset => false,
        struck = strike() => struck,
    };
    if struck {
        reset.await;
    }
    struck
}

fn lines_of(path: &PathBuf) -> Vec<String> {
    let bytes = std::fs::read(path).unwrap_or_default();
    String::from_utf8_lossy(&bytes).lines().map(str::to_owned).collect()
}
