//! What stays of an event in a record, and what never does.
use proptest::prelude::*;
use serde_json::{Value, json};
use tollgate_policy::{Document, Overrides, Role, compile};

use super::*;

fn redactor(fields: &str) -> Redactor {
    let text = format!("version: 1\nledger: {{ redact: [{fields}] }}\n");
    let document = Document { name: "p.yaml", text: &text, role: Role::Function };
    let policy = compile(&[document], &Overrides::default()).unwrap();
    let watch = Watch::new([("DB_PASSWORD", "correct-horse")]);
    Redactor::new(watch, &policy.ledger().record.fields)
}

#[track_caller]
fn becomes(fields: &str, event: &Value, expected: &Value) {
    let payload = redactor(fields).event(event.to_string().as_bytes());
    let redacted: Value = serde_json::from_str(payload.redacted.unwrap().get()).unwrap();
    assert_eq!(redacted, *expected);
}

#[test]
fn structure_stays_and_values_are_masked_by_class() {
    becomes(
        "",
        &json!({"id": 7, "ok": true, "none": null, "mail": "to jane@example.com", "list": [[], {}, "x"],
            "card": 4_111_111_111_111_111_u64, "jane@example.com": 1.5}),
        &json!({"id": 7, "ok": true, "none": null, "mail": "to [email]", "list": [[], {}, "x"],
            "card": "[card]", "[email]": 1.5}),
    );
}

#[test]
fn fields_that_are_named_as_secrets_are_masked_whole() {
    becomes(
        "",
        &json!({"headers": {"Authorization": "x", "x-api-key": "y", "Cookie": "z", "Accept": "*"},
            "user": {"Password": {"old": "a", "new": ["b", 3, false]}}, "nextToken": "t"}),
        &json!({"headers": {"Authorization": "[masked]", "x-api-key": "[masked]", "Cookie": "[masked]", "Accept": "*"},
            "user": {"Password": {"old": "[masked]", "new": ["[masked]", "[number]", "[boolean]"]}}, "nextToken": "t"}),
    );
}

#[test]
fn secrets_in_events_of_services_are_masked() {
    for name in [
        "inputS3Url",
        "outputToken",
        "ResponseURL",
        "artifactCredentials",
        "TaskToken",
        "RotationToken",
        "ClientRequestToken",
        "authorizationToken",
        "identitySource",
    ] {
        becomes("", &json!({"a": {name: "value"}}), &json!({"a": {name: "[masked]"}}));
    }
}

#[test]
fn json_in_a_text_is_redacted_inside() {
    let body = json!({"password": "p", "note": "n", "mail": "a@example.com"}).to_string();
    let expected = json!({"password": "[masked]", "note": "[text 1]", "mail": "[email]"});
    let payload =
        redactor("{ at: /body/note }").event(json!({"body": body}).to_string().as_bytes());
    let outer: Value = serde_json::from_str(payload.redacted.unwrap().get()).unwrap();
    assert_eq!(serde_json::from_str::<Value>(outer["body"].as_str().unwrap()).unwrap(), expected);
}

#[test]
fn security_json_in_a_text_that_cannot_be_read_keeps_its_names_secret() {
    let of = |body: &str| {
        let event = json!({"body": body}).to_string();
        redactor("").event(event.as_bytes()).redacted.unwrap().get().to_owned()
    };
    let deep = (0..5).fold(json!({"password": "hunter2"}).to_string(), |inner, _| {
        json!({ "a": inner }).to_string()
    });
    for body in [
        "{\"name\":\"cut \\ud83d\",\"password\":\"hunter2\"}",
        " \n{\"password\":\"hunter2\"}",
        "{\"password\":\"hunter2\"",
        "[ { \"password\":\"hunter2\"}, ",
        "{\"n\":1e999,\"password\":\"hunter2\"}",
        &deep,
    ] {
        assert!(!of(body).contains("hunter2"), "{body}: {}", of(body));
    }
    assert!(of("[draft] hello {name}").contains("[draft] hello {name}"));
}

#[test]
fn half_a_letter_is_no_reason_to_leave_an_event_out() {
    let event = br#"{"a\ud83d":"b\ude00c","password":"p"}"#;
    let payload = redactor("").event(event);
    let expected = "{\"a\u{FFFD}\":\"b\u{FFFD}c\",\"password\":\"[masked]\"}";
    assert_eq!(payload.redacted.unwrap().get(), expected);
}

#[test]
fn with_one_field_kept_all_others_are_masked() {
    becomes(
        "{ at: /order/id, how: keep }, { at: /order/lines/**, how: keep }, { at: /order/lines/*/price }",
        &json!({"order": {"id": "o-1", "name": "Jane", "count": 3, "lines": [{"sku": "s", "price": 1}]}}),
        &json!({"order": {"id": "o-1", "name": "[text 4]", "count": "[number]",
            "lines": [{"sku": "s", "price": "[number]"}]}}),
    );
}

#[test]
fn own_secrets_never_stay_even_in_kept_fields() {
    becomes(
        "{ at: /a, how: keep }",
        &json!({"a": "it is correct-horse"}),
        &json!({"a": "it is [environment]"}),
    );
}

#[test]
fn what_is_too_long_or_no_json_is_left_out() {
    let left_out = |event: &[u8]| redactor("").event(event).left_out;
    let long = json!(vec!["word"; CONTENT_BYTES_MAX / 4]).to_string();
    assert_eq!(left_out(long.as_bytes()).as_deref(), Some("too-long"));
    for text in ["{\"a\":", "", "{} {}", "nul"] {
        assert_eq!(left_out(text.as_bytes()).as_deref(), Some("not-json"), "{text}");
    }
    assert_eq!(left_out("[".repeat(100_000).as_bytes()).as_deref(), Some("not-json"));
}

#[test]
fn a_pseudonym_is_stable_keyed_and_says_nothing() {
    let pseudonyms = Pseudonyms::new(b"0123456789abcdef").unwrap();
    let caller = || Caller {
        kind: "iam".to_owned(),
        id: Some("arn:aws:iam::123456789012:user/jane".to_owned()),
        source_ip: Some("203.0.113.7".to_owned()),
        ..Caller::default()
    };
    let (mut once, mut twice) = (caller(), caller());
    pseudonyms.hide(&mut once);
    pseudonyms.hide(&mut twice);
    pseudonyms.hide(&mut twice);
    assert_eq!(once, twice);
    assert!(once.pseudonym && !format!("{once:?}").contains("jane"));
    let other = Pseudonyms::new(b"another-key-of-16").unwrap();
    assert_ne!(other.of("iam", "x"), pseudonyms.of("iam", "x"));
    assert_ne!(pseudonyms.of("jwt", "x"), pseudonyms.of("iam", "x"));
    assert!(Pseudonyms::new(b"too short").is_none());
}

proptest! {
    #[test]
    fn any_bytes_give_json_or_nothing(event: Vec<u8>) {
        let _payload = redactor("").event(&event);
    }

    #[test]
    fn a_planted_secret_never_stays(before in ".{0,20}", after in ".{0,20}", depth in 0_usize..4) {
        let mut event = json!({"text": format!("{before}correct-horse{after}")});
        for _ in 0..depth {
            event = json!({"body": event.to_string()});
        }
        let payload = redactor("").event(event.to_string().as_bytes());
        let text = payload.redacted.map(|raw| raw.get().to_owned()).unwrap_or_default();
        prop_assert!(!text.contains("correct-horse"));
    }
}
