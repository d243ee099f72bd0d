//! Every sort of record, held against the compiled schema of OCSF 1.8, and the chain in it.
mod schema;

use serde_json::Value;

use super::*;
use crate::chain::{Chain, Seed};
use crate::record::{
    Authorization, Caller, Certificate, Check, CloseReason, Compact, Environment, Gap, Invocation,
    Line, Outcome, Request, Response, Source, Times, Trust, Versions,
};
use crate::verify::{Roots, Verdict, Verifier};
use schema::Schema;

fn open() -> Open {
    Open {
        environment: "e0".repeat(16),
        versions: Versions { tollgate: "0.1.0".to_owned() },
        function: crate::record::Function {
            name: "orders".to_owned(),
            version: "7".to_owned(),
            region: "eu-west-1".to_owned(),
            account: Some("123456789012".to_owned()),
            ..Default::default()
        },
        ..Open::default()
    }
}

fn invocation(outcome: Outcome, decision: &str) -> Invocation {
    Invocation {
        request_id: "8476a536-e9f4-11e8-9739-2dfe598c3fcd".to_owned(),
        function: Some("arn:aws:lambda:eu-west-1:123456789012:function:orders".to_owned()),
        environment: Some(Environment { id: "e0".repeat(16), ..Environment::default() }),
        trace_id: Some(
            "Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Parent=9a9197af755a6419".to_owned(),
        ),
        tenant_id: Some("blue".to_owned()),
        trigger: Some("api-gateway-v2".to_owned()),
        source: Some(Source { arn: Some("arn:aws:execute-api:a".to_owned()), ..Source::default() }),
        caller: Some(Caller {
            kind: "jwt".to_owned(),
            id: Some("user-7".to_owned()),
            key_id: Some("key".to_owned()),
            source_ip: Some("203.0.113.7".to_owned()),
            pseudonym: false,
        }),
        request: Some(Request { method: Some("POST".to_owned()), route_key: None }),
        decision: Some(decision.to_owned()),
        mode: "enforce".to_owned(),
        checks: vec![Check {
            id: "limits.depth".to_owned(),
            effect: "enforced".to_owned(),
            at: "/body".to_owned(),
            detail: "33 levels".to_owned(),
        }],
        trust: Some(Trust { score: 400, ..Trust::default() }),
        authorization: Some(Authorization {
            decision: Some("deny".to_owned()),
            policies: vec!["p0".to_owned()],
            ..Authorization::default()
        }),
        outcome,
        error_type: Some("Function.TollgateRefused".to_owned()),
        response: Some(Response { status: Some(403), ..Response::default() }),
        times: Times { received: 5, released: None, replied: Some(9) },
        ..Invocation::default()
    }
}

/// A chain with every sort of record in it.
fn ledger() -> Vec<Line> {
    let seed = Seed { chain: [7; 16], key: [1; 32], next_key: [2; 32] };
    let (mut chain, line) = Chain::open_ocsf(seed, 1_000, &open());
    let mut lines = vec![line];
    for outcome in [Outcome::Success, Outcome::Refused, Outcome::Ungated, Outcome::Timeout] {
        for decision in ["pass", "filter", "refuse"] {
            lines.push(chain.append(2_000, invocation(outcome, decision)));
        }
    }
    let bare = Invocation { request_id: "r".to_owned(), ..Invocation::default() };
    lines.push(chain.append(2_000, bare));
    let id = Some("r".to_owned());
    let caller = Some("user-7".to_owned());
    let finding = Finding {
        id: "detect.sql".to_owned(),
        request_id: id,
        caller,
        count: 1,
        ..Finding::default()
    };
    lines.push(chain.append(3_000, finding));
    lines.push(chain.append(3_000, Finding { id: "proxy.flood".to_owned(), ..Finding::default() }));
    lines.push(chain.append(3_000, Gap { records: 3, ..Gap::default() }));
    lines.push(chain.append(3_000, Report { request_id: "r".to_owned(), ..Report::default() }));
    lines.push(chain.append(3_000, Certificate::default()));
    lines.push(chain.checkpoint(4_000, [3; 32]));
    lines.push(chain.append(5_000, invocation(Outcome::Success, "pass")));
    lines.push(chain.close(6_000, CloseReason::Spindown));
    lines
}

#[test]
fn every_record_is_an_event_of_the_schema() {
    let schema = Schema::read();
    for line in ledger() {
        let event: Value = serde_json::from_slice(&line.bytes).unwrap();
        assert_eq!(schema.complaints(&event), [""; 0], "{event:#}");
        assert_eq!(event["metadata"]["sequence"], line.seq);
        assert_eq!(event["metadata"]["sequence"], event["unmapped"]["seq"]);
    }
}

#[test]
fn the_validator_finds_what_is_wrong() {
    let schema = Schema::read();
    let line = &ledger()[1];
    let event: Value = serde_json::from_slice(&line.bytes).unwrap();
    for (pointer, value) in [
        ("/metadata", json!({})),
        ("/activity_id", json!(5)),
        ("/actor", json!({})),
        ("/api/request", json!({"uid": 7})),
        ("/resources", json!({})),
        ("/time", json!("now")),
        ("/cloud", json!({"provider": "AWS", "zones": 1})),
    ] {
        let mut wrong = event.clone();
        *wrong.pointer_mut(pointer).unwrap() = value;
        assert_ne!(schema.complaints(&wrong), [""; 0], "{pointer}");
    }
}

#[test]
fn a_decision_reads_as_the_security_control_profile_says() {
    let event = |outcome, decision| {
        let seed = Seed { chain: [7; 16], key: [1; 32], next_key: [2; 32] };
        let (mut chain, _) = Chain::open_ocsf(seed, 1_000, &open());
        let line = chain.append(2_000, invocation(outcome, decision));
        let event: Value = serde_json::from_slice(&line.bytes).unwrap();
        (event["action_id"].clone(), event["disposition_id"].clone(), event["is_alert"].clone())
    };
    assert_eq!(event(Outcome::Refused, "refuse"), (json!(2), json!(2), json!(true)));
    assert_eq!(event(Outcome::Success, "filter"), (json!(4), json!(6), json!(false)));
    assert_eq!(event(Outcome::Success, "pass"), (json!(3), json!(15), json!(false)));
}

#[test]
fn the_chain_is_verified_as_it_was_shipped() {
    let lines = ledger();
    let mut verifier = Verifier::default();
    for (number, line) in (1..).zip(&lines) {
        // As a log group exports it.
        let text = String::from_utf8(line.bytes.clone()).unwrap();
        let wrapped = json!({"timestamp": 5, "message": text}).to_string();
        verifier.push("export.json", number, wrapped.as_bytes());
    }
    let report = verifier.finish(&Roots::default());
    assert_eq!(report.verdict, Verdict::NotAuthenticated, "{report:#?}");
    assert_eq!(report.chains[0].sealed, lines.len() as u64);
    assert_eq!((report.chains[0].invocations, report.damaged.count), (14, 0));
}

#[test]
fn the_longest_records_fit_and_a_compact_one_stays_short() {
    let seed = Seed { chain: [7; 16], key: [1; 32], next_key: [2; 32] };
    let (mut chain, _) = Chain::open_ocsf(seed, 1_000, &open());
    let mut long = invocation(Outcome::Refused, "refuse");
    let text = "\u{1}".repeat(5_000);
    long.function = Some(text.clone());
    long.error_type = Some(text.clone());
    long.checks =
        vec![Check { id: text.clone(), at: text.clone(), detail: text, ..Check::default() }; 90];
    let line = chain.append(2_000, long);
    assert!(line.bytes.len() <= crate::record::RECORD_BYTES_MAX, "{}", line.bytes.len());
    let event: Value = serde_json::from_slice(&line.bytes).unwrap();
    assert_eq!(Schema::read().complaints(&event), [""; 0]);
    let id = "8476a536-e9f4-11e8-9739-2dfe598c3fcd".to_owned();
    let line = chain.append(2_000, Compact { request_id: id, refused: "limits.depth".to_owned() });
    assert!(line.bytes.len() <= 300);
}
