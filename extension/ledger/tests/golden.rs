//! The golden ledger: records written once must verify for ever, and the writer must still write
//! these very bytes.
#![expect(clippy::unwrap_used, reason = "test code")]

use std::fs;
use std::path::{Path, PathBuf};

use tollgate_ledger::record::{
    Adopted, Ancestor, Caller, Check, CloseReason, EventDigest, Finding, Function, Gap, GapReason,
    Invocation, Items, Micros, Open, Outcome, Report, Response, Settings, Severity, Source, Times,
    Versions,
};
use tollgate_ledger::verify::{Anchor, Roots, Trust, Verdict, Verifier};
use tollgate_ledger::{Chain, Hash, Line, Seed, record_hash};

const FIXTURES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/fixtures/ledger");
const START_MS: u64 = 1_773_653_213_589;

#[test]
fn the_golden_ledgers_verify() {
    let anchors = Anchor::parse_all(&fixture("anchors.ndjson")).unwrap();
    verifies("ledger.ndjson", anchors);
    // As it is written now: callers are named as CloudTrail names them.
    verifies("ledger-2.ndjson", Vec::new());
}

fn fixture(name: &str) -> String {
    fs::read_to_string(Path::new(FIXTURES).join(name)).unwrap()
}

#[track_caller]
fn verifies(name: &str, anchors: Vec<Anchor>) {
    let trust = Some(Trust::parse(&fixture("trust.json")).unwrap());
    let roots = Roots { trust, anchors, ..Roots::default() };
    let mut verifier = Verifier::default();
    for (number, line) in (1..).zip(fixture(name).lines()) {
        verifier.push(name, number, line.as_bytes());
    }
    let report = verifier.finish(&roots);
    assert_eq!(report.verdict, Verdict::Verified, "{report:#?}");
    assert_eq!(report.chains.len(), 2);
    assert_eq!(report.warnings, [""; 0]);
    assert_eq!((report.foreign.count, report.damaged.count), (0, 0));
    let unsealed: Vec<_> = report.chains.iter().map(|chain| chain.unsealed).collect();
    assert_eq!(unsealed, [1, 0]);
}

#[test]
fn the_writer_still_writes_the_golden_ledger() {
    let written: String =
        ledger().iter().map(|line| String::from_utf8(line.bytes.clone()).unwrap() + "\n").collect();
    let golden = fs::read_to_string(Path::new(FIXTURES).join("ledger-2.ndjson")).unwrap();
    if written != golden {
        let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("ledger.ndjson");
        fs::write(&path, written).unwrap();
        panic!(
            "the format changed: what is written now is in `{}`; ledgers that exist keep the old \
             format, so the golden one stays and the new one comes beside it",
            path.display()
        );
    }
}

/// Two processes of one environment: the first is killed, the second takes up what it left.
fn ledger() -> Vec<Line> {
    let (mut chain, line) = Chain::open(seed(1), START_MS, &open(None, None));
    let mut lines = vec![line];
    lines.push(chain.append(START_MS + 20, passed("8476a536-e9f4-11e8-9739-2dfe598c3fcd")));
    lines.push(chain.append(START_MS + 40, refused("8476a536-e9f4-11e8-9739-2dfe598c3fce")));
    lines.push(chain.checkpoint(START_MS + 60, secret(1, 2)));
    lines.push(chain.append(START_MS + 80, report()));
    lines.push(chain.append(START_MS + 90, finding()));
    lines.push(chain.checkpoint(START_MS + 100, secret(1, 3)));
    lines.push(chain.append(START_MS + 120, passed("8476a536-e9f4-11e8-9739-2dfe598c3fcf")));
    let head = chain.head();
    drop(chain);

    let ancestor = Ancestor { chain: head.chain_id(), seq: head.seq, head: head.hash };
    let left = lines.last().unwrap();
    let adopted = Adopted { records: 1, sha256: record_hash(&left.bytes) };
    let later = START_MS + 10_000;
    let (mut chain, line) = Chain::open(seed(2), later, &open(Some(ancestor), Some(adopted)));
    lines.push(line);
    let lost = Invocation {
        request_id: "8476a536-e9f4-11e8-9739-2dfe598c3fd0".to_owned(),
        outcome: Outcome::Lost,
        adopted_from: Some(head.chain_id()),
        note: Some("found in the journal".to_owned()),
        ..Invocation::default()
    };
    lines.push(chain.append(later + 10, lost));
    lines.push(chain.append(later + 20, gap()));
    lines.push(chain.close(later + 30, CloseReason::Spindown));
    lines
}

fn secret(chain: u8, epoch: u8) -> [u8; 32] {
    *Hash::of(&[chain, epoch]).as_bytes()
}

fn seed(chain: u8) -> Seed {
    Seed { chain: [chain; 16], key: secret(chain, 0), next_key: secret(chain, 1) }
}

fn open(ancestor: Option<Ancestor>, adopted: Option<Adopted>) -> Open {
    Open {
        environment: "e0".repeat(16),
        ancestor,
        adopted,
        versions: Versions { tollgate: "0.1.0".to_owned() },
        policy: Hash::of(b"policy").to_string(),
        mode: "enforce".to_owned(),
        function: Function {
            name: "orders".to_owned(),
            version: "$LATEST".to_owned(),
            handler: Some("app.handler".to_owned()),
            memory_mb: Some(128),
            architecture: "x86_64".to_owned(),
            initialization_type: "on-demand".to_owned(),
            region: "eu-west-1".to_owned(),
            log_group: Some("/aws/lambda/orders".to_owned()),
            ..Function::default()
        },
        settings: Settings { sink: "stdout".to_owned(), flush: "adaptive".to_owned() },
        pid: Some(7),
    }
}

fn passed(request_id: &str) -> Invocation {
    Invocation {
        request_id: request_id.to_owned(),
        function: Some("arn:aws:lambda:eu-west-1:123456789012:function:orders".to_owned()),
        trigger: Some("sqs".to_owned()),
        source: Some(Source {
            arn: Some("arn:aws:sqs:eu-west-1:123456789012:orders".to_owned()),
            account: Some("123456789012".to_owned()),
            region: Some("eu-west-1".to_owned()),
        }),
        caller: Some(Caller { kind: "sender".to_owned(), ..Caller::default() }),
        grade: Some("unproved".to_owned()),
        event: Some(EventDigest { sha256: Hash::of(b"event").to_string(), bytes: 5 }),
        items: Some(Items { total: 1, refused: 0 }),
        decision: Some("pass".to_owned()),
        mode: "enforce".to_owned(),
        policy: Hash::of(b"policy").to_string(),
        cold_start: true,
        outcome: Outcome::Success,
        response: Some(Response {
            sha256: Some(Hash::of(b"null").to_string()),
            bytes: 4,
            streamed: false,
            status: Some(202),
        }),
        times: Times {
            received: START_MS + 1,
            released: Some(START_MS + 2),
            replied: Some(START_MS + 9),
        },
        micros: Some(Micros { decide: 15, overhead: 60 }),
        ..Invocation::default()
    }
}

fn refused(request_id: &str) -> Invocation {
    Invocation {
        decision: Some("refuse".to_owned()),
        checks: vec![Check {
            id: "limits.depth".to_owned(),
            effect: "enforced".to_owned(),
            at: "/body/é".to_owned(),
            detail: "33 levels, at most 32".to_owned(),
        }],
        outcome: Outcome::Refused,
        items: Some(Items { total: 1, refused: 1 }),
        response: None,
        cold_start: false,
        ..passed(request_id)
    }
}

fn report() -> Report {
    Report {
        request_id: "8476a536-e9f4-11e8-9739-2dfe598c3fcd".to_owned(),
        status: "success".to_owned(),
        duration_ms: 7.25,
        billed_duration_ms: Some(8.0),
        memory_size_mb: Some(128),
        max_memory_used_mb: Some(40),
        init_duration_ms: Some(101.5),
        ..Report::default()
    }
}

fn finding() -> Finding {
    Finding {
        id: "proxy.second_poll".to_owned(),
        severity: Severity::High,
        request_id: None,
        caller: None,
        detail: "a second poll on another connection".to_owned(),
        count: 1,
    }
}

fn gap() -> Gap {
    Gap {
        reason: GapReason::SpoolDamaged,
        records: 1,
        request_ids: vec!["8476a536-e9f4-11e8-9739-2dfe598c3fd1".to_owned()],
        ..Gap::default()
    }
}
