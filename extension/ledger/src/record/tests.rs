//! Records as bytes: their exact form, their length, and what is kept of a record too long.
use proptest::prelude::*;
use serde_json::{Value, json};
use tollgate_event::RawEvent;
use tollgate_policy::{Desk, Moment, Policy, Verdict, decide};

use super::*;
use crate::chain::{Chain, Seed};

fn header(kind: Kind) -> Header {
    let prev = Hash::of(b"before");
    Header { kind, chain: [0xab; 16], epoch: 2, seq: 7, prev, at_ms: 1_773_653_213_589 }
}

fn line(body: impl Into<Body>) -> String {
    let body = body.into();
    let header = header(body.kind());
    String::from_utf8(body.into_line(&header)).unwrap()
}

#[test]
fn the_header_is_these_very_bytes() {
    let finding = Finding { id: "internal.panic".to_owned(), count: 1, ..Finding::default() };
    assert_eq!(
        line(finding),
        concat!(
            r#"{"tollgate":1,"kind":"finding","chain":"abababababababababababababababab","epoch":2,"#,
            r#""seq":7,"prev":"6db7d803e74f1ffa7d8f5adc0bf95b3e15bf4c8373fffadf546227cc6c6742cb","#,
            r#""time":"2026-03-16T09:26:53.589Z","id":"internal.panic","severity":"informational","#,
            r#""detail":"","count":1}"#,
        )
    );
}

#[test]
fn every_kind_of_body_is_written_in_camel_case_without_absent_fields() {
    let report = Report {
        request_id: "r".to_owned(),
        status: "success".to_owned(),
        duration_ms: 1.25,
        billed_duration_ms: Some(2.0),
        memory_size_mb: Some(128),
        max_memory_used_mb: Some(64),
        init_duration_ms: Some(80.5),
        ..Report::default()
    };
    let gap = Gap {
        reason: GapReason::SpoolFull,
        records: 3,
        request_ids: vec!["r".to_owned()],
        ..Gap::default()
    };
    let expected = [
        (
            line(report),
            json!({"requestId": "r", "status": "success", "durationMs": 1.25, "billedDurationMs": 2.0,
                "memorySizeMb": 128, "maxMemoryUsedMb": 64, "initDurationMs": 80.5}),
        ),
        (
            line(gap),
            json!({"reason": "spool-full", "records": 3, "requestIds": ["r"], "detail": ""}),
        ),
        (
            line(Invocation { request_id: "r".to_owned(), ..Invocation::default() }),
            json!({"requestId": "r", "mode": "", "checks": [], "policy": "", "coldStart": false,
                "outcome": "lost", "times": {"received": 0}}),
        ),
    ];
    for (line, body) in expected {
        let mut record: Value = serde_json::from_str(&line).unwrap();
        for field in ["tollgate", "kind", "chain", "epoch", "seq", "prev", "time"] {
            assert!(record.as_object_mut().unwrap().remove(field).is_some());
        }
        assert_eq!(record, body);
    }
}

#[test]
fn an_invocation_is_read_back_as_it_was_written() {
    let body = Invocation {
        request_id: "r".to_owned(),
        checks: vec![Check { id: "limits.depth".to_owned(), ..Check::default() }],
        response: Some(Response { bytes: 3, status: Some(202), ..Response::default() }),
        outcome: Outcome::Timeout,
        ..Invocation::default()
    };
    let text = serde_json::to_string(&body).unwrap();
    assert_eq!(serde_json::from_str::<Invocation>(&text).unwrap(), body);
}

#[test]
fn a_decided_event_fills_in_what_the_gate_knows() {
    let invocation = tollgate_event::Invocation {
        request_id: "r".to_owned(),
        function_arn: "arn".to_owned(),
        ..tollgate_event::Invocation::default()
    };
    let event = RawEvent::new(invocation, b"{}".as_slice().into());
    let moment = Moment { unix_ms: 5 };
    let Verdict::Granted(granted) = decide(event, &Policy::builtin(), &mut Desk::default(), moment)
    else {
        panic!("the built-in policy refuses nothing")
    };
    let (_, facts) = granted.into_parts();
    let record = Invocation::from(facts);
    assert_eq!((record.request_id.as_str(), record.function.as_deref()), ("r", Some("arn")));
    assert_eq!(record.trigger.as_deref(), Some("direct"));
    assert_eq!(record.decision.as_deref(), Some("pass"));
    assert_eq!(record.event, Some(EventDigest { sha256: Hash::of(b"{}").to_string(), bytes: 2 }));
    assert_eq!(record.items, Some(Items { total: 1, refused: 0 }));
    assert_eq!((record.mode.as_str(), record.times.received), ("observe", 5));
}

#[test]
fn withheld_items_stand_in_the_record_even_when_it_is_cut() {
    let withheld = Withheld {
        count: 40,
        ids: (0..40).map(|number| format!("{number}{}", "\u{1}".repeat(600))).collect(),
        sha256: Hash::of(b"ids").to_string(),
        quarantined: false,
        merged: true,
    };
    let detail = "\u{1}".repeat(600);
    let check = Check { detail, ..Check::default() };
    let long = Invocation {
        request_id: "r".to_owned(),
        withheld: Some(withheld),
        checks: vec![check; 2000],
        ..Invocation::default()
    };
    let line = line(long);
    assert!(line.len() <= RECORD_BYTES_MAX, "{}", line.len());
    let record: Value = serde_json::from_str(&line).unwrap();
    let withheld = &record["withheld"];
    assert_eq!(withheld["ids"].as_array().unwrap().len(), 32);
    assert_eq!((&withheld["count"], &withheld["merged"]), (&json!(40), &json!(true)));
}

#[test]
fn a_long_list_is_cut_with_count_and_digest() {
    let check = |number| Check {
        id: format!("limits.{number}"),
        detail: "x".repeat(400),
        ..Check::default()
    };
    let checks: Vec<_> = (0..2000).map(check).collect();
    let text = line(Invocation { checks: checks.clone(), ..Invocation::default() });
    let record: Invocation = serde_json::from_str(&text).unwrap();
    let cut = record.checks_cut.unwrap();
    assert_eq!(record.checks[..], checks[..record.checks.len()]);
    assert_eq!(record.checks.len() as u64 + cut.count, 2000);
    let gone: String = checks[record.checks.len()..]
        .iter()
        .map(|check| serde_json::to_string(check).unwrap())
        .collect();
    assert_eq!(cut.sha256, Hash::of(gone.as_bytes()));
}

/// Every sub-struct, as long as it can be.
fn crowded(fill: &str) -> Invocation {
    let text = || fill.repeat(2_000);
    let names = || vec![text(); 40];
    Invocation {
        request_id: "r".to_owned(),
        environment: Some(Environment { id: text(), version: text(), ..Environment::default() }),
        request: Some(Request { method: Some(text()), route_key: Some(text()) }),
        proof: Some(Proof { scheme: text(), hops: names(), ..Proof::default() }),
        trust: Some(Trust {
            contributions: vec![Contribution { name: text(), points: -3 }; 40],
            ..Trust::default()
        }),
        authorization: Some(Authorization { policies: names(), ..Authorization::default() }),
        budgets: vec![BudgetUse { name: text(), scope: text(), ..BudgetUse::default() }; 40],
        withheld: Some(Withheld { ids: names(), ..Withheld::default() }),
        payload: Some(Payload {
            sealed: Some(Sealed { ciphertext: "x".repeat(60_000), ..Sealed::default() }),
            ..Payload::default()
        }),
        cost: Some(Cost { prices: text(), ..Cost::default() }),
        checks: vec![Check { id: text(), detail: text(), ..Check::default() }; 100],
        ..Invocation::default()
    }
}

#[test]
fn a_crowded_record_fits_and_keeps_what_matters_most() {
    for fill in ["x", "\u{1}", "é"] {
        let line = line(crowded(fill));
        assert!(line.len() <= RECORD_BYTES_MAX, "{} bytes", line.len());
        let record: Invocation = serde_json::from_str(&line).unwrap();
        assert_eq!(record.request_id, "r");
        assert!(!record.checks.is_empty());
    }
}

#[test]
fn a_compact_refusal_takes_at_most_300_bytes() {
    let compact = Compact {
        request_id: "8476a536-e9f4-11e8-9739-2dfe598c3fcd".to_owned(),
        refused: "ceiling.response_bytes".to_owned(),
    };
    let header = Header { epoch: 99_999, seq: 9_999_999, ..header(Kind::Invocation) };
    let line = Body::from(compact).into_line(&header);
    assert!(line.len() <= 300, "{} bytes", line.len());
}

#[test]
fn a_record_that_fits_is_not_cut() {
    let detail = "x".repeat(100_000);
    let text = line(Finding { detail: detail.clone(), ..Finding::default() });
    assert!(text.contains(&detail));
}

/// Text of a length that matters, from bytes that JSON writes six times as long to none.
fn text() -> impl Strategy<Value = String> {
    let fill = prop::sample::select(vec!["\u{1}", "\"", "x", "é", "𝄞"]);
    (fill, prop::sample::select(vec![0, 1, 500, 513, 20_000]))
        .prop_map(|(fill, bytes)| fill.repeat(bytes / fill.len()))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn no_record_is_too_long(
        texts in prop::collection::vec(text(), 20),
        list in prop::collection::vec(text(), 0..12),
        copies in 1..100_usize,
    ) {
        let text = |number: usize| texts[number].clone();
        let some = |number: usize| Some(text(number));
        let invocation = Invocation {
            request_id: text(0),
            function: some(1),
            trace_id: some(2),
            tenant_id: some(3),
            trigger: some(4),
            grade: some(5),
            source: Some(Source { arn: some(6), account: some(7), region: some(8) }),
            caller: Some(Caller {
                kind: text(9),
                id: some(10),
                source_ip: some(11),
                key_id: some(10),
                ..Caller::default()
            }),
            event: Some(EventDigest { sha256: text(12), bytes: u64::MAX }),
            decision: some(13),
            mode: text(14),
            policy: text(15),
            response: Some(Response { sha256: some(16), ..Response::default() }),
            error_type: some(17),
            adopted_from: some(18),
            note: some(19),
            checks: list
                .iter()
                .map(|text| Check { id: text.clone(), at: text.clone(), ..Check::default() })
                .collect(),
            ..Invocation::default()
        };
        let gap = Gap {
            request_ids: list.iter().flat_map(|text| vec![text.clone(); copies]).collect(),
            detail: text(0),
            ..Gap::default()
        };
        let finding = Finding { id: text(0), request_id: some(1), detail: text(2), ..Finding::default() };
        let report =
            Report { request_id: text(0), status: text(1), error_type: some(2), ..Report::default() };
        for line in [line(invocation), line(gap), line(finding), line(report)] {
            prop_assert!(line.len() <= RECORD_BYTES_MAX);
            prop_assert!(!line.contains('\n'));
            prop_assert!(serde_json::from_str::<Value>(&line).is_ok());
        }
    }

    #[test]
    fn no_open_record_is_too_long(texts in prop::collection::vec(text(), 18)) {
        let text = |number: usize| texts[number].clone();
        let some = |number: usize| Some(text(number));
        let open = Open {
            environment: text(0),
            ancestor: Some(Ancestor { chain: text(1), ..Ancestor::default() }),
            versions: Versions { tollgate: text(2) },
            policy: text(3),
            mode: text(4),
            function: Function {
                name: text(5),
                version: text(6),
                arn: some(7),
                handler: some(8),
                architecture: text(9),
                initialization_type: text(10),
                region: text(11),
                runtime: some(12),
                log_group: some(13),
                log_stream: some(14),
                account: some(15),
                ..Function::default()
            },
            settings: Settings { sink: text(16), flush: text(17) },
            ..Open::default()
        };
        let seed = Seed { chain: [0; 16], key: [1; 32], next_key: [2; 32] };
        let (_, line) = Chain::open(seed, 0, &open);
        prop_assert!(line.bytes.len() <= RECORD_BYTES_MAX);
        prop_assert!(serde_json::from_slice::<Value>(&line.bytes).is_ok());
    }
}
