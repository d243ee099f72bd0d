//! Every event's facts are what the schema says, by the word of the crate `cedar-policy`.
#[path = "../../../../cedar/tests/differential/convert.rs"]
mod convert;

use std::path::{Path, PathBuf};
use std::str::FromStr;

use cedar_policy::Schema;
use serde_json::json;
use tollgate_event::{Invocation, Limits, RawEvent, classify, decode};

use super::*;
use crate::authorise::FACTS_SCHEMA;

const FIXTURES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/fixtures/events");

fn files(directory: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, found);
        } else if path.extension().is_some_and(|it| it == "json") {
            found.push(path);
        }
    }
}

fn request(body: Vec<u8>, function_arn: &str, more: bool) -> Request {
    let raw = RawEvent::new(Invocation::default(), body.into());
    let event = classify(decode(raw, &Limits::default()));
    let claims = json!({ "scope": "a b", "aud": ["x", "y"], "n": 1, "admin": true, "o": {} });
    let here = Here {
        function: "orders".into(),
        region: more.then(|| "eu-west-1".into()),
        account: more.then(|| "123456789012".into()),
        ..Here::default()
    };
    let question = Question {
        event: event.assertions(),
        bytes: 12,
        function_arn,
        tenant: more.then_some("t"),
        grade: Grade::Asserted,
        listed: more,
        proof: more.then_some(("jwt", Some("https://issuer.example"))),
        subject: None,
        claims: claims.as_object().filter(|_| more),
        trust: 350,
        checks: if more { vec!["detect.sql"] } else { Vec::new() },
        moment: Moment { unix_ms: 1_773_342_238_123 },
        here: &here,
    };
    question.request()
}

#[test]
fn the_facts_of_every_sample_fit_the_schema() {
    let schema = Schema::from_str(FACTS_SCHEMA).unwrap();
    let mut paths = Vec::new();
    files(Path::new(FIXTURES), &mut paths);
    assert!(paths.len() > 100, "the samples were not found");
    let arn = "arn:aws:lambda:eu-west-1:123456789012:function:orders";
    for path in paths {
        for (arn, more) in [("", false), (arn, true), (&format!("{arn}:live"), true)] {
            let request = request(std::fs::read(&path).unwrap(), arn, more);
            convert::entities(&request, Some(&schema));
            convert::asked(&request, Some(&schema));
        }
    }
}

#[test]
fn function_alias_claims_and_time_are_told() {
    let arn = "arn:aws:lambda:eu-west-1:123456789012:function:orders:live";
    let request = request(b"{}".to_vec(), arn, true);
    let (alias, function) = (Uid::new("Alias", "orders:live"), Uid::new("Function", "orders"));
    assert_eq!(request.resource, alias);
    assert!(request.entities.get(&alias).unwrap().ancestors.contains(&function));
    let claims = request.entities.get(&Uid::new("Claims", "claims")).unwrap();
    let set = |texts: &[&str]| Value::set(texts.iter().map(|text| Value::text(*text)));
    assert_eq!(claims.tags.get("scope"), Some(&set(&["a", "b", "a b"])));
    assert_eq!(claims.tags.get("aud"), Some(&set(&["x", "y"])));
    assert_eq!(claims.tags.get("n"), Some(&set(&["1"])));
    // 12 March 2026 was a Thursday.
    assert_eq!(request.context.get("weekday"), Some(&Value::Long(4)));
    assert_eq!(request.context.get("hour"), Some(&Value::Long(19)));
    assert_eq!(request.context.get("trust"), Some(&Value::Decimal(3500)));
}
