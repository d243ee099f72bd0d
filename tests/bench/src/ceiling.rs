//! Ceilings on time: how late the caller's refusal is.
use crate::child::Launch;
use crate::client::Client;
use crate::mock::{Mock, Plan};
use anyhow::{Context, Result};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

const LIMIT: Duration = Duration::from_secs(10);
/// The ceiling. The function goes on after it: here the runtime is the benchmark itself.
const CEILING: Duration = Duration::from_millis(50);
const POLICY: &str = "version: 1\nmode: enforce\nceilings: { time: 50ms, after_time: detach }\n";
const RESPONSE: &[u8] = br#"{"ok":true}"#;

/// By how much the refusal at the ceiling misses its time, to either side, over so many invocations
/// that do not end: from the event in the runtime's hand to the answer at Lambda, less the ceiling.
pub fn lateness(mock: &Mock, program: &Path, rounds: usize) -> Result<Vec<Duration>> {
    let directory = tempfile::tempdir()?;
    let policy = directory.path().join("tollgate.yaml");
    std::fs::write(&policy, POLICY)?;
    mock.reset(Plan { event: Arc::from(b"{}".as_slice()), ..Plan::default() });
    let child = Launch::of(program).policy(Some(&policy)).start(mock.address())?;
    mock.ready(LIMIT).with_context(|| format!("no start: {}", child.said()))?;
    let mut client = Client::connect(child.proxy())?;
    let mut samples = Vec::with_capacity(rounds);
    for _ in 0..rounds {
        let id = client.next_event()?;
        let in_hand = Instant::now();
        let answered = mock.replied(LIMIT).with_context(|| format!("held: {}", child.said()))?;
        samples.push(answered.saturating_duration_since(in_hand).abs_diff(CEILING));
        // The late answer is taken and dropped.
        client.respond(&id, RESPONSE)?;
    }
    mock.go_idle();
    client.poll()?;
    mock.shut_down();
    child.end()?;
    Ok(samples)
}
