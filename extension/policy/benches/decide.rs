//! How long a whole decision takes on the events under tests/fixtures, hashing left out.
//!
//! `cargo bench -p tollgate-policy` prints the best mean of many rounds for each.
#![expect(clippy::print_stdout, reason = "a bench prints its table")]
#![expect(clippy::unwrap_used, reason = "bench code")]
use std::hint::black_box;
use std::path::Path;
use std::time::{Duration, Instant};

use tollgate_event::{Invocation, RawEvent};
use tollgate_policy::{Desk, Document, Moment, Overrides, Policy, Role, compile, decide};

const EVENTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/fixtures/events");
const ROUNDS: u32 = 5;
const ROUND: Duration = Duration::from_millis(50);

fn main() {
    let policies = ["", "detect: none", "detect: all"].map(policy);
    println!("{:<48}{:>8}{:>12}{:>12}{:>12}", "event", "bytes", "default µs", "none µs", "all µs");
    let mut triggers: Vec<_> = std::fs::read_dir(EVENTS).unwrap().map(Result::unwrap).collect();
    triggers.sort_by_key(std::fs::DirEntry::path);
    for trigger in triggers {
        for file in std::fs::read_dir(trigger.path()).unwrap() {
            report(&file.unwrap().path(), &policies);
        }
    }
}

fn policy(more: &str) -> Policy {
    let text = format!("version: 1\nmode: enforce\n{more}\n");
    let document = Document { name: "bench.yaml", text: &text, role: Role::Function };
    compile(&[document], &Overrides::default()).unwrap()
}

fn report(path: &Path, policies: &[Policy]) {
    let invocation = Invocation {
        request_id: "0f4d8f6c-3a52-4f1e-9f63-7a1d2c9e0b11".into(),
        function_arn: "arn:aws:lambda:eu-west-1:123456789012:function:orders".into(),
        trace_id: Some("Root=1-65f0c2a1-0123456789abcdef01234567".into()),
        ..Invocation::default()
    };
    let raw = RawEvent::new(invocation, std::fs::read(path).unwrap().into());
    let best = |policy| (0..ROUNDS).map(|_| round(&raw, policy)).min().unwrap();
    let micros =
        policies.iter().map(|policy| format!("{:>12.2}", best(policy).as_secs_f64() * 1e6));
    let micros: String = micros.collect();
    let name = path.strip_prefix(EVENTS).unwrap().display().to_string();
    println!("{name:<48}{:>8}{micros}", raw.body().len());
}

/// The mean time of a decision over one round.
fn round(raw: &RawEvent, policy: &Policy) -> Duration {
    let start = Instant::now();
    let mut calls = 0;
    while start.elapsed() < ROUND {
        black_box(decide(raw.clone(), policy, &mut Desk::default(), Moment { unix_ms: 0 }));
        calls += 1;
    }
    start.elapsed() / calls
}
