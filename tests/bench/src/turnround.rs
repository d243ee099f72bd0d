//! Turn-round of an invocation: from the client's response to the next event in hand.
use crate::child::{Child, Launch};
use crate::client::Client;
use crate::mock::{AfterReply, Mock, Plan};
use anyhow::{Context, Result, ensure};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

const LIMIT: Duration = Duration::from_secs(10);
const RESPONSE: &[u8] = br#"{"ok":true}"#;

/// What the client's calls go through.
#[derive(Clone, Copy, Debug)]
pub enum Through<'a> {
    /// Nothing: straight to the mock.
    Direct,
    /// A relay that is no extension.
    Relay(&'a Path),
    /// A relay, while an extension that does nothing is told of every invocation: what Lambda's
    /// own messages to an extension cost.
    RelayBeside(&'a Path, &'a Path),
    /// An extension with a relay.
    Extension(&'a Path),
    /// The same under a policy; where its records go is not looked at.
    Sink(&'a Path, &'a Path),
}

/// One setting of the measurement.
#[derive(Clone, Debug)]
pub struct Case {
    /// The event.
    pub event: Arc<[u8]>,
    /// How long the mock holds each poll.
    pub hold: Duration,
    /// Whether the mock waits for the extension as Lambda does.
    pub as_lambda: bool,
    /// Invocations that count, of every block.
    pub rounds: usize,
}

/// What was measured on one path.
#[derive(Clone, Debug, Default)]
pub struct Samples {
    /// Work on the path: response to next event, less the time the mock held the poll.
    pub path: Vec<Duration>,
    /// What came after each reply.
    pub after: Vec<AfterReply>,
}

/// Measures all paths in turn, `blocks` times over, each block with processes of its own.
pub fn measure(
    mock: &Mock,
    paths: &[Through<'_>],
    case: &Case,
    blocks: usize,
) -> Result<Vec<Samples>> {
    let mut all = vec![Samples::default(); paths.len()];
    for _ in 0..blocks {
        for (path, samples) in paths.iter().zip(&mut all) {
            block(mock, *path, case, samples)?;
        }
    }
    Ok(all)
}

fn block(mock: &Mock, path: Through<'_>, case: &Case, samples: &mut Samples) -> Result<()> {
    mock.reset(Plan { event: Arc::clone(&case.event), hold: case.hold, as_lambda: case.as_lambda });
    match path {
        Through::Direct => run(mock, &mut Client::connect(mock.address())?, case, samples),
        Through::Relay(program) => {
            let mut child = Child::start(program, mock.address())?;
            child.listening()?;
            run(mock, &mut Client::connect(child.proxy())?, case, samples)
        }
        Through::RelayBeside(program, extension) => {
            let beside = Child::start(extension, mock.address())?;
            mock.ready(LIMIT).with_context(|| format!("no start: {}", beside.said()))?;
            let mut child = Child::start(program, mock.address())?;
            child.listening()?;
            run(mock, &mut Client::connect(child.proxy())?, case, samples)
        }
        Through::Extension(program) => {
            let output = guarded(mock, program, None, case, samples)?;
            recorded(&output, case.rounds + warm_up(case))
        }
        Through::Sink(program, policy) => {
            guarded(mock, program, Some(policy), case, samples).map(drop)
        }
    }
}

/// Runs a case through an extension; gives what it wrote to standard output.
fn guarded(
    mock: &Mock,
    program: &Path,
    policy: Option<&Path>,
    case: &Case,
    samples: &mut Samples,
) -> Result<String> {
    let child = Launch::of(program).policy(policy).start(mock.address())?;
    mock.ready(LIMIT).with_context(|| format!("no start: {}", child.said()))?;
    let mut client = Client::connect(child.proxy())?;
    run(mock, &mut client, case, samples)
        .with_context(|| format!("extension said: {}", child.said()))?;
    mock.shut_down();
    child.end()
}

fn warm_up(case: &Case) -> usize {
    (case.rounds / 10).max(2)
}

fn run(mock: &Mock, client: &mut Client, case: &Case, samples: &mut Samples) -> Result<()> {
    let mut id = client.next_event()?;
    for round in 0..case.rounds + warm_up(case) {
        if round == warm_up(case) {
            mock.take_after_replies();
        }
        let start = Instant::now();
        client.respond(&id, RESPONSE)?;
        id = client.next_event()?;
        let elapsed = start.elapsed();
        if round >= warm_up(case) {
            samples.path.push(elapsed.saturating_sub(mock.held()));
        }
    }
    ensure!(client.event() == &*case.event, "the event did not arrive as it was sent");
    // The last event's end makes the count of records even with that of events.
    client.respond(&id, RESPONSE)?;
    mock.go_idle();
    client.poll()?;
    samples.after.extend(mock.take_after_replies());
    Ok(())
}

/// A fast path that leaves out its records would be no path: one a round must stand in the output.
fn recorded(output: &str, rounds: usize) -> Result<()> {
    let records =
        output.lines().filter(|line| line.contains(r#""tollgate":1,"kind":"invocation""#)).count();
    ensure!(records == rounds + 1, "{records} invocation records of {} events", rounds + 1);
    Ok(())
}
