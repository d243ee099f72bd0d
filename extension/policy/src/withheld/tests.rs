//! Answers of functions with withheld items merged into them, byte for byte.
use proptest::prelude::*;
use serde_json::json;

use super::*;

fn failures(ids: &[&str]) -> Withheld {
    Withheld::failures(ids.iter().map(|id| Value::from(*id)).collect())
}

fn records() -> Withheld {
    let entries = vec![json!({ "data": "", "recordId": "r2", "result": "ProcessingFailed" })];
    Withheld::results(Results { list: "records", id: "recordId", entries })
}

#[track_caller]
fn check(withheld: &Withheld, answer: &str, expected: &str) {
    let merged = match withheld.merge(answer.as_bytes()) {
        Merged::AsItIs => answer.to_owned(),
        Merged::Changed(bytes) => String::from_utf8(bytes).unwrap(),
        Merged::Unreadable => "unreadable".to_owned(),
    };
    assert_eq!(merged, expected, "{answer}");
}

#[test]
fn failures_are_added_and_all_else_stays_byte_for_byte() {
    let two = failures(&["m1", "m2"]);
    let ours = r#"{"itemIdentifier":"m1"},{"itemIdentifier":"m2"}"#;
    let alone = format!("{{\"batchItemFailures\":[{ours}]}}");
    for nothing in ["", "  ", "null", "\n null ", "true", "\"ok\"", "[]", "[1, 2]", "3.0"] {
        check(&two, nothing, &alone);
    }
    check(&two, "{}", &alone);
    check(&two, "{ }\n", &format!("{{ \"batchItemFailures\":[{ours}]}}\n"));
    check(
        &two,
        r#"{ "statusCode" : 200.0,"a":"}" } "#,
        &format!(r#"{{ "statusCode" : 200.0,"a":"}}" ,"batchItemFailures":[{ours}]}} "#),
    );
    check(
        &two,
        r#"{"batchItemFailures" : null , "x":"\u0041"}"#,
        &format!(r#"{{"batchItemFailures" : [{ours}] , "x":"\u0041"}}"#),
    );
    check(
        &two,
        r#"{"batchItemFailures":[ ], "x":1}"#,
        &format!(r#"{{"batchItemFailures":[{ours} ], "x":1}}"#),
    );
    check(
        &two,
        r#"{"x":1,"batchItemFailures":[ {"itemIdentifier" : "m9"} ] }"#,
        &format!(r#"{{"x":1,"batchItemFailures":[ {{"itemIdentifier" : "m9"}},{ours} ] }}"#),
    );
}

#[test]
fn an_item_that_the_function_reports_itself_is_not_reported_twice() {
    let both = r#"{"batchItemFailures":[{"itemIdentifier":"m2"},{"itemIdentifier":"m1"}]}"#;
    check(&failures(&["m1", "m2"]), both, both);
    check(
        &failures(&["m1", "m2"]),
        r#"{"batchItemFailures":[{"itemIdentifier":"\u006d1"}]}"#,
        r#"{"batchItemFailures":[{"itemIdentifier":"\u006d1"},{"itemIdentifier":"m2"}]}"#,
    );
}

#[test]
fn a_kafka_partition_is_named_once_by_its_first_offset() {
    let id = |partition: &str, offset: i64| json!({ "offset": offset, "partition": partition });
    let withheld = Withheld::failures(vec![id("orders-0", 7), id("orders-1", 3)]);
    check(
        &withheld,
        r#"{"batchItemFailures":[{"itemIdentifier":{"partition":"orders-0","offset":5}}]}"#,
        r#"{"batchItemFailures":[{"itemIdentifier":{"partition":"orders-0","offset":5}},{"itemIdentifier":{"offset":3,"partition":"orders-1"}}]}"#,
    );
    check(
        &withheld,
        "null",
        r#"{"batchItemFailures":[{"itemIdentifier":{"offset":7,"partition":"orders-0"}},{"itemIdentifier":{"offset":3,"partition":"orders-1"}}]}"#,
    );
}

#[test]
fn what_fails_the_whole_batch_still_does() {
    let one = failures(&["m1"]);
    for broken in ["{", "nul", "{\"a\":}", "\"", "{} {}", "\u{feff}{}"] {
        check(&one, broken, broken);
    }
    assert_eq!(one.merge(b"{\"a\":\"\xff\"}"), Merged::AsItIs);
    check(
        &one,
        r#"{"batchItemFailures":[{"itemIdentifier":""}]}"#,
        r#"{"batchItemFailures":[{"itemIdentifier":""},{"itemIdentifier":"m1"}]}"#,
    );
}

#[test]
fn security_an_answer_that_could_lose_withheld_items_fails_the_batch() {
    let one = failures(&["m1"]);
    for odd in [
        r#"{"batchItemFailures":"m1"}"#,
        r#"{"batchItemFailures":{}}"#,
        r#"{"batchItemFailures":false}"#,
        r#"{"batchItemFailures":[],"batchItemFailures":[]}"#,
        r#"{"batchItemFailures":[],"batchItem\u0046ailures":[]}"#,
    ] {
        check(&one, odd, "unreadable");
    }
    let Answer::Error { error_type, body } = Withheld::unreadable("r-1") else { panic!() };
    assert_eq!(error_type, "Function.TollgateUnmerged");
    assert!(String::from_utf8(body).unwrap().contains("r-1"));
}

#[test]
fn results_are_added_to_the_functions_own() {
    let ours = r#"{"data":"","recordId":"r2","result":"ProcessingFailed"}"#;
    check(
        &records(),
        r#"{"records": [{"recordId":"r1","result":"Ok","data":"YQ=="}]}"#,
        &format!(r#"{{"records": [{{"recordId":"r1","result":"Ok","data":"YQ=="}},{ours}]}}"#),
    );
    check(&records(), r#"{"records":[]}"#, &format!(r#"{{"records":[{ours}]}}"#));
    for failed in ["null", "", "[]", "{}", r#"{"records":null}"#, r#"{"records":{}}"#, "nul"] {
        check(&records(), failed, failed);
    }
}

#[test]
fn security_a_function_cannot_answer_for_a_record_it_never_saw() {
    check(&records(), r#"{"records":[{"recordId":"r2","result":"Ok"}]}"#, "unreadable");
    check(&records(), r#"{"records":[],"records":[]}"#, "unreadable");
}

proptest! {
    /// Whatever object a function answers with, all of it stays, and every withheld item is in it
    /// exactly once.
    #[test]
    fn nothing_of_an_answer_is_lost(
        others in prop::collection::btree_map("[a-z\"\\\\{}é]{0,6}", any_json(), 0..5),
        own in prop::option::of(prop::collection::vec("[a-c]", 0..4)),
        pretty: bool,
    ) {
        let mut answer: serde_json::Map<String, Value> = others.into_iter().collect();
        let entries = |own: &[String]| -> Vec<Value> {
            own.iter().map(|id| json!({ "itemIdentifier": id })).collect()
        };
        if let Some(own) = &own {
            answer.insert(FAILURES.to_owned(), entries(own).into());
        }
        let written = if pretty {
            serde_json::to_vec_pretty(&answer).unwrap()
        } else {
            serde_json::to_vec(&answer).unwrap()
        };
        let merged = match failures(&["a", "z"]).merge(&written) {
            Merged::AsItIs => written,
            Merged::Changed(merged) => merged,
            Merged::Unreadable => panic!("unreadable"),
        };
        let merged: Value = serde_json::from_slice(&merged).unwrap();
        let mut expected = own.unwrap_or_default();
        for ours in ["a", "z"] {
            if !expected.iter().any(|id| id == ours) {
                expected.push(ours.to_owned());
            }
        }
        answer.insert(FAILURES.to_owned(), entries(&expected).into());
        prop_assert_eq!(merged, Value::Object(answer));
    }

    #[test]
    fn no_bytes_make_it_fail(answer: Vec<u8>) {
        let _ = failures(&["a"]).merge(&answer);
        let _ = records().merge(&answer);
    }
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        "[ -~]{0,8}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
            prop::collection::btree_map("[a-z]{0,3}", inner, 0..3)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

#[test]
fn deep_answers_are_merged_without_recursion() {
    let deep = format!("{{\"a\":{}{}}}", "[".repeat(100_000), "]".repeat(100_000));
    let Merged::Changed(merged) = failures(&["m1"]).merge(deep.as_bytes()) else { panic!() };
    assert!(merged.ends_with(br#","batchItemFailures":[{"itemIdentifier":"m1"}]}"#));
    let inside = format!("{{\"batchItemFailures\":{}{}}}", "[".repeat(1000), "]".repeat(1000));
    assert_eq!(failures(&["m1"]).merge(inside.as_bytes()), Merged::Unreadable);
}
