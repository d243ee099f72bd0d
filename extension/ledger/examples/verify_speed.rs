//! Measures writing and verifying on one core: `cargo run --release -p tollgate-ledger --example
//! verify_speed [records]`.
use std::io::{self, Write as _};
use std::time::Instant;

use tollgate_ledger::record::{
    Caller, Check, EventDigest, Invocation, Items, Micros, Open, Outcome, Response, Source, Times,
};
use tollgate_ledger::verify::{Roots, Verifier};
use tollgate_ledger::{Cadence, Chain, Seed};

fn main() -> io::Result<()> {
    let records = std::env::args().nth(1).and_then(|text| text.parse().ok()).unwrap_or(500_000);
    let mut out = io::stdout().lock();

    let start = Instant::now();
    let (lines, checkpoints) = write(records);
    let seconds = start.elapsed().as_secs_f64();
    let bytes: usize = lines.iter().map(Vec::len).sum();
    writeln!(
        out,
        "write:  {:.0} records/s, {checkpoints} checkpoints, {} bytes a record",
        as_f64(lines.len()) / seconds,
        bytes / lines.len().max(1)
    )?;

    writeln!(out, "seal:   {:.1} µs a checkpoint", checkpoint_micros())?;

    let start = Instant::now();
    let mut verifier = Verifier::default();
    for (number, line) in (1..).zip(&lines) {
        verifier.push("ledger", number, line);
    }
    let pushed = start.elapsed().as_secs_f64();
    let report = verifier.finish(&Roots::default());
    let seconds = start.elapsed().as_secs_f64();
    writeln!(
        out,
        "verify: {:.0} records/s ({:.0}% of the time in reading), {:?}",
        as_f64(lines.len()) / seconds,
        pushed / seconds * 100.0,
        report.verdict
    )
}

/// Writes a chain of typical records with a checkpoint every 64.
fn write(records: u64) -> (Vec<Vec<u8>>, u64) {
    let seed = Seed { chain: [1; 16], key: [2; 32], next_key: [3; 32] };
    let (mut chain, line) = Chain::open(seed, 0, &Open::default());
    let cadence = Cadence { records: 64, seconds: 60 };
    let mut lines = vec![line.bytes];
    let mut checkpoints = 0_u64;
    for number in 0..records {
        let at_ms = 1_773_653_213_000 + number;
        lines.push(chain.append(at_ms, invocation(number, at_ms)).bytes);
        if chain.checkpoint_due(at_ms, cadence) {
            checkpoints += 1;
            let mut fresh = [0; 32];
            fresh[..8].copy_from_slice(&checkpoints.to_be_bytes());
            lines.push(chain.checkpoint(at_ms, fresh).bytes);
        }
    }
    (lines, checkpoints)
}

/// What one checkpoint takes: two signatures, two new public keys, one hash.
fn checkpoint_micros() -> f64 {
    const ROUNDS: u32 = 2000;
    let seed = Seed { chain: [1; 16], key: [2; 32], next_key: [3; 32] };
    let (mut chain, _) = Chain::open(seed, 0, &Open::default());
    let start = Instant::now();
    for _ in 0..ROUNDS {
        chain.checkpoint(0, [4; 32]);
    }
    start.elapsed().as_secs_f64() * 1e6 / f64::from(ROUNDS)
}

fn invocation(number: u64, at_ms: u64) -> Invocation {
    Invocation {
        request_id: format!("8476a536-e9f4-11e8-9739-{number:012x}"),
        function: Some("arn:aws:lambda:eu-west-1:123456789012:function:orders".to_owned()),
        trace_id: Some("Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Sampled=1".to_owned()),
        trigger: Some("sqs".to_owned()),
        source: Some(Source {
            arn: Some("arn:aws:sqs:eu-west-1:123456789012:orders".to_owned()),
            account: Some("123456789012".to_owned()),
            region: Some("eu-west-1".to_owned()),
        }),
        caller: Some(Caller { kind: "sender".to_owned(), ..Caller::default() }),
        event: Some(EventDigest { sha256: "00".repeat(32), bytes: 1024 }),
        items: Some(Items { total: 10, refused: 0 }),
        decision: Some("pass".to_owned()),
        mode: "enforce".to_owned(),
        checks: vec![Check {
            id: "limits.depth".to_owned(),
            effect: "observed".to_owned(),
            ..Check::default()
        }],
        policy: "00".repeat(32),
        outcome: Outcome::Success,
        response: Some(Response { bytes: 512, status: Some(202), ..Response::default() }),
        times: Times { received: at_ms, released: Some(at_ms), replied: Some(at_ms) },
        micros: Some(Micros { decide: 12, overhead: 40 }),
        ..Invocation::default()
    }
}

fn as_f64(number: usize) -> f64 {
    f64::from(u32::try_from(number).unwrap_or(u32::MAX))
}
