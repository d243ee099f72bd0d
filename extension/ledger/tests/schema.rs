//! The JSON Schema of records: made from records with every field and records with none, checked in,
//! and held against what a chain really writes.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "test code")]

use std::fs;
use std::path::PathBuf;

use serde_json::{Map, Value, json};
use tollgate_ledger::record::{
    Adopted, Ancestor, Authorization, Body, BudgetUse, Caller, Ceiling, Ceilings, Certificate,
    Check, CloseReason, Compact, Contribution, Cost, Cut, EndedBy, Environment, EventDigest,
    Finding, Function, Gap, GapReason, Invocation, Items, Kind, Micros, Open, Outcome, Payload,
    Proof, Report, Request, Response, Sealed, Settings, Severity, Source, Times, Trust, Versions,
    Withheld,
};
use tollgate_ledger::{Chain, Hash, Seed};

#[expect(clippy::unnecessary_wraps, reason = "it stands for values that may be absent")]
fn some() -> Option<String> {
    Some("text".to_owned())
}

fn word() -> String {
    "text".to_owned()
}

/// No struct here is filled up with defaults: a new field must be given a value, and so comes into
/// the schema.
#[expect(clippy::too_many_lines, reason = "one value with every field there is")]
fn full_invocation() -> Invocation {
    let ceiling = Ceiling { limit: 1, used: Some(1), exceeded: true };
    Invocation {
        request_id: word(),
        function: some(),
        environment: Some(Environment {
            id: word(),
            version: word(),
            alias: some(),
            runtime: some(),
            memory_mb: Some(1),
            architecture: word(),
            initialization_type: word(),
        }),
        trace_id: some(),
        tenant_id: some(),
        trigger: some(),
        source: Some(Source { arn: some(), account: some(), region: some() }),
        caller: Some(Caller {
            kind: word(),
            id: some(),
            key_id: some(),
            source_ip: some(),
            pseudonym: true,
        }),
        request: Some(Request { method: some(), route_key: some() }),
        grade: some(),
        proof: Some(Proof {
            scheme: word(),
            retry: true,
            verified: true,
            subject: some(),
            issuer: some(),
            key_id: some(),
            signed_at: Some(1),
            expires_at: Some(1),
            hops: vec![word()],
            previous_request_id: some(),
            stripped: true,
        }),
        trust: Some(Trust {
            score: 1,
            required: Some(1),
            contributions: vec![Contribution { name: word(), points: 1 }],
        }),
        authorization: Some(Authorization {
            decision: some(),
            policies: vec![word()],
            errors: 1,
            edge: some(),
        }),
        event: Some(EventDigest { sha256: word(), bytes: 1 }),
        payload: Some(Payload {
            redacted: serde_json::value::RawValue::from_string("{}".to_owned()).ok(),
            sealed: Some(Sealed { recipient: word(), enc: word(), ciphertext: word() }),
            left_out: some(),
        }),
        items: Some(Items { total: 1, refused: 1 }),
        withheld: Some(Withheld {
            count: 1,
            ids: vec![word()],
            sha256: word(),
            quarantined: true,
            merged: true,
        }),
        decision: some(),
        mode: word(),
        checks: vec![Check { id: word(), effect: word(), at: word(), detail: word() }],
        checks_cut: Some(Cut { count: 1, sha256: Hash::ZERO }),
        ceilings: Some(Ceilings {
            time_ms: Some(ceiling),
            response_bytes: Some(ceiling),
            items: Some(ceiling),
            retries: Some(ceiling),
            hops: Some(ceiling),
            memory_mb: Some(ceiling),
            after_time: some(),
            ended_by: Some(EndedBy::Function),
        }),
        budgets: vec![BudgetUse {
            name: word(),
            unit: word(),
            scope: word(),
            limit: 1,
            used: 1,
            left: Some(1),
            resets_at: Some(1),
            basis: some(),
        }],
        cost: Some(cost()),
        policy: word(),
        cold_start: true,
        outcome: Outcome::Success,
        response: Some(Response { sha256: some(), bytes: 1, streamed: true, status: Some(200) }),
        error_type: some(),
        times: Times { received: 1, released: Some(1), replied: Some(1) },
        micros: Some(Micros { decide: 1, overhead: 1 }),
        adopted_from: some(),
        note: some(),
        retention: some(),
    }
}

fn cost() -> Cost {
    Cost {
        reserved_picodollars: Some(1),
        estimated_picodollars: Some(1),
        settled_picodollars: Some(1),
        prices: word(),
    }
}

fn full_open() -> Open {
    Open {
        environment: word(),
        ancestor: Some(Ancestor { chain: word(), seq: 1, head: Hash::ZERO }),
        adopted: Some(Adopted { records: 1, sha256: Hash::ZERO }),
        versions: Versions { tollgate: word() },
        policy: word(),
        mode: word(),
        function: Function {
            name: word(),
            version: word(),
            arn: some(),
            handler: some(),
            memory_mb: Some(1),
            architecture: word(),
            initialization_type: word(),
            region: word(),
            runtime: some(),
            log_group: some(),
            log_stream: some(),
            account: some(),
        },
        settings: Settings { sink: word(), flush: word() },
        pid: Some(1),
    }
}

fn full_bodies() -> Vec<Body> {
    let report = Report {
        request_id: word(),
        status: word(),
        duration_ms: 1.5,
        billed_duration_ms: Some(1.5),
        memory_size_mb: Some(1),
        max_memory_used_mb: Some(1),
        init_duration_ms: Some(1.5),
        restore_duration_ms: Some(1.5),
        error_type: some(),
        reported: Some(1),
        cost: Some(cost()),
    };
    let finding = Finding {
        id: word(),
        severity: Severity::High,
        request_id: some(),
        caller: some(),
        detail: word(),
        count: 1,
    };
    let gap = Gap {
        reason: GapReason::SpoolFull,
        records: 1,
        request_ids: vec![word()],
        request_ids_cut: Some(Cut { count: 1, sha256: Hash::ZERO }),
        detail: word(),
    };
    let certificate = Certificate { key_id: word(), algorithm: word(), signature: word() };
    vec![full_invocation().into(), report.into(), finding.into(), gap.into(), certificate.into()]
}

fn bare_bodies() -> Vec<Body> {
    vec![
        Invocation::default().into(),
        Report::default().into(),
        Finding::default().into(),
        Gap::default().into(),
        Certificate::default().into(),
    ]
}

/// One record of every kind, and the compact refusal last.
fn records(open: &Open, bodies: Vec<Body>) -> Vec<Value> {
    let seed = Seed { chain: [7; 16], key: [1; 32], next_key: [2; 32] };
    let (mut chain, line) = Chain::open(seed, 1_000, open);
    let mut lines = vec![line];
    lines.extend(bodies.into_iter().map(|body| chain.append(2_000, body)));
    lines.push(chain.checkpoint(3_000, [3; 32]));
    lines.push(chain.append(4_000, Compact { request_id: word(), refused: word() }));
    lines.push(chain.close(5_000, CloseReason::Spindown));
    lines.iter().map(|line| serde_json::from_slice(&line.bytes).unwrap()).collect()
}

/// The schema of a value; what `bare` lacks is optional.
fn schema(full: &Value, bare: Option<&Value>) -> Value {
    match full {
        Value::Object(members) => {
            let of = |name: &str| bare.and_then(|bare| bare.get(name));
            let properties: Map<_, _> = members
                .iter()
                .map(|(name, value)| (name.clone(), schema(value, of(name))))
                .collect();
            // A part that only the full record has is whole where it is there, but for its options.
            let mut required: Vec<_> = members.keys().filter(|name| of(name).is_some()).collect();
            required.sort();
            json!({"type": "object", "properties": properties, "required": required,
                "additionalProperties": false})
        }
        Value::Array(list) => {
            json!({"type": "array", "items": list.first().map(|one| schema(one, None))})
        }
        Value::String(_) => json!({"type": "string"}),
        Value::Bool(_) => json!({"type": "boolean"}),
        Value::Number(number) if number.is_f64() => json!({"type": "number", "minimum": 0}),
        Value::Number(_) => json!({"type": "integer"}),
        Value::Null => json!({}),
    }
}

fn document() -> Value {
    let (full, bare) =
        (records(&full_open(), full_bodies()), records(&Open::default(), bare_bodies()));
    let kinds: Vec<Value> = full
        .iter()
        .zip(&bare)
        .map(|(full, bare)| {
            let mut schema = schema(full, Some(bare));
            schema["properties"]["kind"] = json!({"const": full["kind"]});
            if let Some(redacted) = schema.pointer_mut("/properties/payload/properties/redacted") {
                // Whatever the event was.
                *redacted = json!(true);
            }
            schema
        })
        .collect();
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Record of a Tollgate ledger",
        "description": "Made from the types in extension/ledger/src/record by its test `schema`. Every kind of record, and the compact form of a refused invocation.",
        "oneOf": kinds,
    })
}

fn path() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/reference/record.schema.json"))
}

#[test]
fn the_schema_is_fresh() {
    let fresh = document();
    if std::env::var_os("BLESS").is_some() {
        let text = serde_json::to_string_pretty(&fresh).unwrap() + "\n";
        fs::write(path(), &text).unwrap();
    }
    // Compared as values: members come in another order where a crate asks `serde_json` for that.
    let stored: Value = serde_json::from_slice(&fs::read(path()).unwrap()).unwrap();
    assert!(stored == fresh, "stale; run this test with BLESS=1");
}

/// Whether a value fits the part of JSON Schema that the document uses.
fn fits(schema: &Value, value: &Value) -> bool {
    if let Some(constant) = schema.get("const") {
        return constant == value;
    }
    match schema.get("type").and_then(Value::as_str) {
        Some("object") => value.as_object().is_some_and(|members| {
            let required = schema["required"].as_array().unwrap();
            let properties = &schema["properties"];
            required.iter().all(|name| members.contains_key(name.as_str().unwrap()))
                && members
                    .iter()
                    .all(|(name, value)| properties.get(name).is_some_and(|of| fits(of, value)))
        }),
        Some("array") => {
            value.as_array().is_some_and(|list| list.iter().all(|one| fits(&schema["items"], one)))
        }
        Some("string") => value.is_string(),
        Some("boolean") => value.is_boolean(),
        Some("integer") => value.is_i64() || value.is_u64(),
        Some("number") => value.is_number(),
        _ => true,
    }
}

#[test]
fn real_records_fit_exactly_one_kind() {
    let text = fs::read_to_string(path()).unwrap();
    let document: Value = serde_json::from_str(&text).unwrap();
    let golden =
        concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/fixtures/ledger/ledger-2.ndjson");
    let golden = fs::read_to_string(golden).unwrap();
    let mut all: Vec<Value> =
        golden.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    all.extend(records(&full_open(), full_bodies()));
    all.extend(records(&Open::default(), bare_bodies()));
    for record in all {
        let kinds = document["oneOf"].as_array().unwrap();
        let fitting = kinds.iter().filter(|kind| fits(kind, &record)).count();
        assert_eq!(fitting, 1, "{record:#}");
        let mut wrong = record.clone();
        wrong["surplus"] = json!(1);
        assert!(!kinds.iter().any(|kind| fits(kind, &wrong)));
    }
}

#[test]
fn every_kind_is_in_it() {
    let document = document();
    let kinds = document["oneOf"].as_array().unwrap();
    for kind in Kind::ALL {
        let constant = json!({"const": kind.as_str()});
        assert!(kinds.iter().any(|of| of["properties"]["kind"] == constant), "{kind:?}");
    }
}
