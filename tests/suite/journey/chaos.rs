//! Whatever is killed or stopped, wherever it happens: one record, a closed gate, and an answer.

mod sockets;
mod surroundings;

use crate::support::guarded::{Guarded, Setup};
use crate::support::raw::within;
use crate::support::receiver::Receiver;
use rustix::process::{Pid, Signal, kill_process};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Semaphore;
use tollgate_emulator::{Answer, Endpoint, Fault, Invoked, Origin, Running};

/// Who is struck.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Victim {
    Extension,
    Courier,
    Runtime,
    /// A process that the function started.
    Child,
}

/// When: the points of a life at which a signal can be held to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Point {
    /// A new life begins in the invocation: Lambda has the extension's `register`.
    Registering,
    /// The same, and Lambda has its subscription to telemetry.
    Subscribing,
    /// Between invocations: the runtime's poll is parked, the extension's too.
    Idle,
    /// The function has the event.
    AtWork,
    /// Lambda has the answer's first bytes and has not taken it.
    Replying,
    /// Lambda has the runtime's next poll; the extension's record is being written.
    Polling,
    /// Lambda has the extension's poll for its next lifecycle event.
    Resting,
    /// Lambda has a refusal and has not taken it.
    Refusing,
}

/// What.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Blow {
    Kill,
    /// SIGSTOP, for good.
    Stop,
    /// SIGSTOP, and SIGCONT a while later.
    Pause,
}

const POINTS: [Point; 8] = [
    Point::Registering,
    Point::Subscribing,
    Point::Idle,
    Point::AtWork,
    Point::Replying,
    Point::Polling,
    Point::Resting,
    Point::Refusing,
];
const BLOWS: [Blow; 3] = [Blow::Kill, Blow::Stop, Blow::Pause];

/// The work of a function that has to be struck in its course.
const WORK: &str = r#"{"control":{"sleep_ms":400,"fork":1}}"#;
/// Must never reach the function: it would say so in its log.
const POISON: &str = r#"{"a":1,"a":2,"control":{"sleep_ms":1}}"#;

/// How long a paused process stands still.
const PAUSE: Duration = Duration::from_millis(250);

/// How many cases run at once: most of their time is waiting for Lambda's limits.
const AT_ONCE: usize = 6;

#[derive(Debug, Clone, Copy)]
struct Case {
    victim: Victim,
    point: Point,
    blow: Blow,
}

impl Case {
    /// Whether the invocation ends as if nothing had happened.
    fn is_harmless(self) -> bool {
        self.blow == Blow::Pause || matches!(self.victim, Victim::Courier | Victim::Child)
    }

    /// Whether the event met an extension that was dead or stood still: it never saw it, so it has no
    /// record of it.
    fn is_unseen(self) -> bool {
        let extension = self.victim == Victim::Extension;
        match self.point {
            Point::Registering | Point::Subscribing => extension && self.blow != Blow::Pause,
            Point::Idle => extension && self.blow == Blow::Stop,
            _ => false,
        }
    }

    /// The same for the invocation after: where the one before had all but ended, Lambda hands the next
    /// one to a dead extension, and says so to its caller.
    fn may_miss(self, after: &Invoked) -> bool {
        let by_lambda = matches!(after.answer, Answer::Timeout { .. } | Answer::Crash { .. });
        self.victim == Victim::Extension && by_lambda
    }

    /// The function's timeout: what stands still for good ends by it, and nothing else may.
    fn timeout(self) -> Duration {
        Duration::from_secs(if self.blow == Blow::Stop { 5 } else { 30 })
    }

    /// An event of the case's kind.
    fn event(self) -> &'static str {
        match self.point {
            Point::AtWork => WORK,
            Point::Refusing => POISON,
            _ => "{}",
        }
    }
}

#[tokio::test]
async fn chaos_the_extension_is_struck() {
    strike_everywhere(Victim::Extension, &POINTS).await;
}

#[tokio::test]
async fn chaos_the_courier_is_struck() {
    strike_everywhere(Victim::Courier, &POINTS[2..]).await;
}

#[tokio::test]
async fn chaos_the_runtime_is_struck() {
    strike_everywhere(Victim::Runtime, &POINTS[2..]).await;
}

#[tokio::test]
async fn chaos_a_child_of_the_function_is_struck() {
    strike_everywhere(Victim::Child, &[Point::AtWork]).await;
}

/// In the last moments of an environment, when its ledger is closed: nothing is lost any more.
#[tokio::test]
async fn chaos_of_a_shutdown() {
    for victim in [Victim::Extension, Victim::Courier] {
        for blow in [Blow::Kill, Blow::Stop] {
            let receiver = Receiver::start([]).await;
            let policy = format!(
                "version: 1\nledger:\n  flush: overlap\n  \
                 sinks: [{{ type: stdout }}, {{ type: http, url: '{}' }}]\n",
                receiver.url()
            );
            let guarded = Setup::rust().policy(&policy).start().await;
            let ids = [guarded.invoke("{}").await, guarded.invoke("{}").await];
            receiver.taken("\"kind\":\"open\"").await;
            let struck = pid_of(&guarded, victim);
            let closing = async {
                let mut lines = guarded.environment.follow_logs();
                lines.find(|line| line.text.contains("\"kind\":\"close\"")).await;
                let signal = if blow == Blow::Kill { Signal::KILL } else { Signal::STOP };
                // It may have gone before that.
                let _ = kill_process(struck, signal);
            };
            let ended = async { tokio::join!(guarded.environment.shutdown(), closing).0 };
            within("the end", ended).await.unwrap();
            let ledger = guarded.ledger_so_far();
            for invoked in &ids {
                ledger.invocation(&invoked.request_id);
            }
            ledger.assert_verifies();
        }
    }
}

/// All blows at all points, some at a time; every case that fails is named.
async fn strike_everywhere(victim: Victim, points: &[Point]) {
    let turn = Arc::new(Semaphore::new(AT_ONCE));
    let mut running = Vec::new();
    for &point in points {
        for blow in BLOWS {
            let (case, turn) = (Case { victim, point, blow }, Arc::clone(&turn));
            let run = tokio::spawn(async move {
                let _turn = turn.acquire().await.unwrap();
                within(&format!("{case:?}"), survive(case)).await;
            });
            running.push((case, run));
        }
    }
    let mut failed = Vec::new();
    for (case, run) in running {
        if run.await.is_err() {
            failed.push(case);
        }
    }
    assert!(failed.is_empty(), "{failed:#?}");
}

async fn survive(case: Case) {
    let receiver = Receiver::start([]).await;
    let policy = format!(
        "version: 1\nmode: enforce\nledger:\n  flush: overlap\n  \
         sinks: [{{ type: stdout }}, {{ type: http, url: '{}' }}]\n",
        receiver.url()
    );
    let setup = Setup::rust().policy(&policy);
    let guarded = setup.map(|settings| settings.timeout(case.timeout())).start().await;
    let mut done = vec![guarded.invoke("{}").await];
    // The courier is there once it has delivered something.
    receiver.taken("\"kind\":\"open\"").await;

    let struck = strike(&guarded, case).await.finished().await.unwrap();
    assert_answered(case, &struck);

    let poisoned = guarded.invoke(POISON).await;
    assert!(!matches!(poisoned.answer, Answer::Response { .. }), "{case:?}: {poisoned:?}");
    done.push(poisoned);
    // Where the end of the one before was slow, this one may meet it; the next one meets nothing.
    done.push(guarded.invoke("{}").await);
    done.push(guarded.invoke("{}").await);
    let last = &done.last().unwrap().answer;
    assert_eq!(last.error_type(), None, "{case:?}: {last:?}\n{}", guarded.complaints());

    let at_work = guarded.environment.logs().iter().filter(|line| &*line.text == "at work").count();
    assert!(at_work <= usize::from(case.point == Point::AtWork), "{case:?}: the gate opened");
    let ledger = guarded.ledger().await;
    let records = ledger.of_kind("invocation");
    let mut expected = 0;
    for invoked in done.iter().chain([&struck]) {
        let id = invoked.request_id.as_str();
        let found = records.iter().filter(|record| record["requestId"] == id).count();
        let is_struck = id == struck.request_id;
        let unseen = if is_struck { case.is_unseen() } else { case.may_miss(invoked) };
        assert!(found == 1 || (found == 0 && unseen), "{case:?}: {found} of {invoked:?}");
        expected += found;
    }
    assert_eq!(records.len(), expected, "{case:?}");
    // A chain whose process was killed may end before its first seal: it holds, but has no root.
    let (code, said) = ledger.verify();
    let unsealed = case.victim == Victim::Extension && code == Some(3);
    assert!(code == Some(0) || unsealed, "{case:?}: {said}");
}

/// The caller got the function's answer, a refusal, or Lambda's own error.
fn assert_answered(case: Case, struck: &Invoked) {
    let refused = struck.answer.error_type() == Some("Function.TollgateRefused");
    let answered = matches!(struck.answer, Answer::Response { .. });
    if case.is_harmless() {
        let as_ever = if case.point == Point::Refusing { refused } else { answered };
        assert!(as_ever, "{case:?}: {struck:?}");
    } else {
        let by_lambda = matches!(struck.answer, Answer::Timeout { .. } | Answer::Crash { .. });
        let poisoned = case.point == Point::Refusing;
        assert!(by_lambda || refused || (answered && !poisoned), "{case:?}: {struck:?}");
    }
}

/// Begins an invocation and strikes at the point; whatever was held goes on then.
async fn strike(guarded: &Guarded, case: Case) -> Running {
    if case.point == Point::Idle {
        blow(guarded, case).await;
        if case.blow == Blow::Kill && !case.is_harmless() {
            guarded.environment.reset_done().await;
        }
        return guarded.environment.begin(case.event()).unwrap();
    }
    if matches!(case.point, Point::Registering | Point::Subscribing) {
        guarded.environment.kill_extension("tollgate");
        guarded.environment.reset_done().await;
    }
    let held = match case.point {
        Point::Registering => Some((Endpoint::Register, "/extension/register")),
        Point::Subscribing => Some((Endpoint::Telemetry, "/telemetry")),
        Point::Replying => Some((Endpoint::Response, "/response")),
        Point::Polling => Some((Endpoint::RuntimeNext, "/runtime/invocation/next")),
        Point::Resting => Some((Endpoint::ExtensionNext, "/extension/event/next")),
        Point::Refusing => Some((Endpoint::Error, "/error")),
        Point::Idle | Point::AtWork => None,
    };
    let mut requests = guarded.environment.follow_requests();
    while requests.try_next().is_some() {}
    if let Some((endpoint, _)) = held {
        guarded.environment.inject(endpoint, Fault::Hold, 1);
    }
    let running = guarded.environment.begin(case.event()).unwrap();
    match held {
        Some((_, path)) => drop(requests.find(|request| request.path.ends_with(path)).await),
        None => guarded.at_work().await,
    }
    blow(guarded, case).await;
    guarded.environment.release();
    running
}

async fn blow(guarded: &Guarded, case: Case) {
    let victim = pid_of(guarded, case.victim);
    let signal = if case.blow == Blow::Kill { Signal::KILL } else { Signal::STOP };
    kill_process(victim, signal).unwrap();
    if case.blow == Blow::Pause {
        tokio::time::sleep(PAUSE).await;
        kill_process(victim, Signal::CONT).unwrap();
    }
}

fn pid_of(guarded: &Guarded, victim: Victim) -> Pid {
    let pid = match victim {
        Victim::Extension => guarded.extension_pid(),
        Victim::Courier => child_of(guarded.extension_pid()),
        Victim::Runtime => guarded.pid(&Origin::Runtime).unwrap(),
        Victim::Child => child_of(guarded.pid(&Origin::Runtime).unwrap()),
    };
    Pid::from_raw(pid.try_into().unwrap()).unwrap()
}

fn child_of(pid: u32) -> u32 {
    let children = std::fs::read_to_string(format!("/proc/{pid}/task/{pid}/children")).unwrap();
    children.split_whitespace().next().unwrap().parse().unwrap()
}
