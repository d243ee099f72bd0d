//! What writing and verifying records costs, and how many bytes a refusal takes in the log.
#![expect(clippy::print_stdout, reason = "its output is its purpose")]

use std::hint::black_box;
use std::io::Write as _;
use std::time::Instant;

use ed25519_dalek::{Signer as _, SigningKey};
use tollgate_leak::Watch;
use tollgate_ledger::record::{
    Body, Caller, Check, CloseReason, Environment, EventDigest, Invocation, Items, Micros, Open,
    Outcome, Source, Times,
};
use tollgate_ledger::redact::Redactor;
use tollgate_ledger::thrift::Thrift;
use tollgate_ledger::verify::{Roots, Verifier};
use tollgate_ledger::{Chain, Hash, Seed};

const RECORDS: u32 = 50_000;
/// Short rounds, and many: on a machine with other work some of them are left alone.
const ROUNDS: u32 = 300;
const OF_A_ROUND: u32 = 40;

fn main() {
    writing();
    verifying("native", false);
    verifying("ocsf", true);
    refusals();
}

fn seed() -> Seed {
    Seed { chain: [7; 16], key: [1; 32], next_key: [2; 32] }
}

fn chain(ocsf: bool) -> (Chain, Vec<u8>) {
    let open = Open::default();
    let (chain, line) = if ocsf {
        Chain::open_ocsf(seed(), 1_000, &open)
    } else {
        Chain::open(seed(), 1_000, &open)
    };
    (chain, line.bytes)
}

/// A record as an HTTP request of a kilobyte leaves it.
fn record(outcome: Outcome) -> Invocation {
    let refused = outcome == Outcome::Refused;
    Invocation {
        request_id: "8476a536-e9f4-11e8-9739-2dfe598c3fcd".to_owned(),
        function: Some("arn:aws:lambda:eu-west-1:123456789012:function:orders".to_owned()),
        environment: Some(Environment {
            id: "e0".repeat(16),
            version: "$LATEST".to_owned(),
            runtime: Some("AWS_Lambda_python3.13".to_owned()),
            memory_mb: Some(128),
            architecture: "x86_64".to_owned(),
            initialization_type: "on-demand".to_owned(),
            alias: None,
        }),
        trigger: Some("api-gateway-v2".to_owned()),
        source: Some(Source { arn: None, account: None, region: Some("eu-west-1".to_owned()) }),
        caller: Some(Caller {
            kind: "anonymous".to_owned(),
            source_ip: Some("203.0.113.7".to_owned()),
            ..Caller::default()
        }),
        event: Some(EventDigest { sha256: Hash::of(b"event").to_string(), bytes: 1_024 }),
        items: Some(Items { total: 1, refused: u32::from(refused) }),
        decision: Some(if refused { "refuse" } else { "pass" }.to_owned()),
        mode: "enforce".to_owned(),
        policy: Hash::of(b"policy").to_string(),
        checks: if refused { vec![fired()] } else { Vec::new() },
        outcome,
        times: Times { received: 5, released: Some(6), replied: Some(9) },
        micros: Some(Micros { decide: 15, overhead: 60 }),
        ..Invocation::default()
    }
}

fn fired() -> Check {
    Check {
        id: "limits.depth".to_owned(),
        effect: "enforced".to_owned(),
        at: "/body".to_owned(),
        detail: "33 levels, at most 32".to_owned(),
    }
}

/// The best of the rounds, in microseconds for one of them.
fn best(mut one: impl FnMut()) -> f64 {
    best_of(ROUNDS, OF_A_ROUND, || (0..OF_A_ROUND).for_each(|_| one()))
}

/// The best of so many rounds, in microseconds for each of `count`.
fn best_of(rounds: u32, count: u32, mut round: impl FnMut()) -> f64 {
    let time = |_| {
        let start = Instant::now();
        round();
        start.elapsed().as_secs_f64() * 1e6 / f64::from(count)
    };
    (0..rounds).map(time).fold(f64::MAX, f64::min)
}

fn writing() {
    let event = format!(
        r#"{{"body":"{{\"name\":\"Jane\",\"mail\":\"jane@example.com\"}}","text":"{}"}}"#,
        "some words of an ordinary event ".repeat(30)
    );
    let redactor = Redactor::new(Watch::default(), &[]);
    for ocsf in [false, true] {
        let form = if ocsf { "ocsf" } else { "native" };
        let baseline = best(|| {
            black_box(serde_json::to_vec(&record(Outcome::Success)).unwrap_or_default());
        });
        for (what, redacts) in [("digest", false), ("redacted", true)] {
            let (mut chain, _) = chain(ocsf);
            let directory = std::env::temp_dir().join("tollgate-measure");
            let mut spool = std::fs::File::create(&directory).ok();
            let micros = best(|| {
                let mut record = record(Outcome::Success);
                if redacts {
                    record.payload = Some(redactor.event(event.as_bytes()));
                }
                let line = chain.append(2_000, record);
                if let Some(spool) = &mut spool {
                    drop(spool.write_all(&line.bytes));
                }
            });
            drop(std::fs::remove_file(&directory));
            println!(
                "{form}, payload {what}: {micros:.1} µs a record; serialising alone {baseline:.1} µs"
            );
        }
        let (mut chain, _) = chain(ocsf);
        let micros = best(|| {
            black_box(chain.checkpoint(3_000, [9; 32]));
        });
        let key = SigningKey::from_bytes(&[5; 32]);
        let signing = best(|| {
            black_box(key.sign(b"a short message"));
        });
        println!("{form}: {micros:.1} µs a checkpoint; one signature {signing:.1} µs");
    }
}

fn verifying(form: &str, ocsf: bool) {
    let (mut chain, first) = chain(ocsf);
    let mut lines = vec![first];
    for number in 1..=RECORDS {
        let body = Invocation { request_id: format!("{number:036}"), ..record(Outcome::Success) };
        lines.push(chain.append(2_000, body).bytes);
        if number % 32 == 0 {
            lines.push(chain.checkpoint(3_000, *Hash::of(&number.to_be_bytes()).as_bytes()).bytes);
        }
    }
    lines.push(chain.close(4_000, CloseReason::Spindown).bytes);
    let micros = best_of(5, RECORDS, || {
        let mut verifier = Verifier::default();
        for (number, line) in (1..).zip(&lines) {
            verifier.push("ledger", number, line);
        }
        let report = verifier.finish(&Roots::default());
        assert_eq!(report.chains.first().map(|chain| chain.problem_count), Some(0));
    });
    let bytes: usize = lines.iter().map(Vec::len).sum();
    let hashing = best_of(5, RECORDS, || {
        for line in &lines {
            black_box(Hash::of(line));
        }
    });
    println!(
        "{form}: {:.0} records/s verified; hashing alone {:.0}/s; {} bytes a record",
        1e6 / micros,
        1e6 / hashing,
        bytes / lines.len()
    );
}

fn refusals() {
    for ocsf in [false, true] {
        let (mut chain, _) = chain(ocsf);
        let mut thrift = Thrift::default();
        let mut sizes = Vec::new();
        for _ in 0..1_000 {
            let bodies: Vec<Body> = thrift.weigh(5, record(Outcome::Refused));
            sizes.push(
                bodies.into_iter().map(|body| chain.append(5, body).bytes.len()).sum::<usize>(),
            );
        }
        let form = if ocsf { "ocsf" } else { "native" };
        let (first, hundredth) = (sizes.get(1), sizes.get(500));
        println!(
            "{form}: {first:?} bytes a refusal, {hundredth:?} after the hundredth in a minute"
        );
    }
}
