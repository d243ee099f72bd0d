//! Limits, duplicate keys and pointers, each on the smallest event that shows it.
use bytes::Bytes;
use proptest::prelude::*;

use super::*;
use crate::raw::Invocation;
use crate::value::Value;

const SMALL: Limits =
    Limits { event_bytes: 100, depth: 3, keys: 5, string_bytes: 10, duplicate_keys: true };

fn decoded(json: impl Into<Vec<u8>>, limits: &Limits) -> Decoded {
    decode(RawEvent::new(Invocation::default(), Bytes::from(json.into())), limits)
}

/// Each fault as `check at: detail`.
fn faults(json: impl Into<Vec<u8>>, limits: &Limits) -> Vec<String> {
    let shown = |fault: &Fault| format!("{} {}: {}", fault.check, fault.at, fault.detail);
    decoded(json, limits).faults().iter().map(shown).collect()
}

#[test]
fn an_event_within_its_limits_has_no_faults() {
    for json in ["{}", "[]", "null", "\"ten bytes.\"", "{\"a\":[{\"b\":1}],\"c\":\"\",\"d\":{}}"] {
        assert_eq!(faults(json, &SMALL), [""; 0], "{json}");
    }
}

#[test]
fn each_limit_is_reported_at_its_first_place() {
    for (json, fault) in [
        (
            format!("\"{}\"", "x".repeat(99)),
            vec![
                "limits.event_bytes : 101 bytes; the limit is 100",
                "limits.string_bytes : a string of 99 bytes; the limit is 10",
            ],
        ),
        (r#"{"a":[1,[[2]],[[3]]]}"#.into(), vec!["limits.depth /a/1/0: deeper than 3"]),
        (
            r#"{"a":{"b":1,"c":2},"d":{"e":3,"f":4,"g":5}}"#.into(),
            vec!["limits.keys /d/f: more than 5 members"],
        ),
        (
            r#"{"a":["0123456789","0123456789a","0123456789ab"]}"#.into(),
            vec!["limits.string_bytes /a/1: a string of 11 bytes; the limit is 10"],
        ),
        (
            r#"{"0123456789a":1}"#.into(),
            vec!["limits.string_bytes /0123456789a: a string of 11 bytes; the limit is 10"],
        ),
        (
            r#"{"a":[{"b":1,"c":2,"b":3}]}"#.into(),
            vec!["limits.duplicate_keys /a/0/b: two members have the same key"],
        ),
        (r#"{"a":[1,2}"#.into(), vec!["limits.json /a/1: byte 9: expected `,` or `]`"]),
        (String::new(), vec!["limits.json : byte 0: expected a value"]),
    ] {
        assert_eq!(faults(json.clone(), &SMALL), fault, "{json}");
    }
}

#[test]
fn several_faults_come_in_the_order_of_the_table() {
    let json = r#"{"a":1,"a":"0123456789a","b":[[[[1]]]],"c":1,"d":2,"e":3"#;
    let expected = [
        "limits.depth /b/0/0: deeper than 3",
        "limits.keys /e: more than 5 members",
        "limits.string_bytes /a: a string of 11 bytes; the limit is 10",
        "limits.json /e: byte 56: expected `,` or `}`",
    ];
    assert_eq!(faults(json, &SMALL), expected);
}

#[test]
fn text_that_is_not_utf8_is_found_inside_and_outside_of_strings() {
    let limits = Limits::default();
    assert_eq!(faults(b"{\"a\":\"x\xff\"}", &limits), ["limits.utf8 /a: byte 7: not UTF-8"]);
    assert_eq!(faults(b"{\"\xc0\xaf\":1}", &limits), ["limits.utf8 /*: byte 2: not UTF-8"]);
    let outside =
        ["limits.utf8 : byte 1: not UTF-8", "limits.json : byte 1: expected a key or `}`"];
    assert_eq!(faults(b"{\xff}", &limits), outside);
    // An encoded surrogate is not UTF-8 either.
    assert_eq!(faults(b"\"\xed\xa0\x80\"", &limits), ["limits.utf8 : byte 1: not UTF-8"]);
}

#[test]
fn keys_are_compared_as_they_are_decoded() {
    let limits = Limits::default();
    let twins = |json: &str| faults(json, &limits).len() == 1;
    assert!(twins(r#"{"a":1,"\u0061":2}"#));
    assert!(twins(r#"{"\u00e9":1,"é":2}"#));
    assert!(twins(r#"{"\ud83d\ude00":1,"😀":2}"#));
    assert!(twins(r#"{"":1,"":2}"#));
    assert!(!twins(r#"{"a":1,"A":2,"a ":3,"\\u0061":4}"#));
    assert!(!twins(r#"{"a":{"a":{"a":1}},"b":[{"a":1},{"a":2}]}"#));
}

#[test]
fn large_objects_are_searched_too() {
    let members = |range: std::ops::Range<u32>| {
        let members: Vec<_> = range.map(|i| format!("\"key-{i}\":{i},")).collect();
        members.concat()
    };
    let json =
        format!("{{{}\"key-4711\":0,{}\"end\":1}}", members(0..10_000), members(10_000..10_100));
    let expected = ["limits.duplicate_keys /key-4711: two members have the same key"];
    assert_eq!(faults(json.replacen("\"key-9\"", "\"key-nine\"", 1), &Limits::default()), expected);
    let distinct = format!("{{{}\"end\":1}}", members(0..10_000));
    assert_eq!(faults(distinct, &Limits::default()), [""; 0]);
}

#[test]
fn duplicates_are_not_looked_for_when_the_policy_does_not_want_it() {
    let limits = Limits { duplicate_keys: false, ..Limits::default() };
    assert_eq!(faults(r#"{"a":1,"a":2}"#, &limits), [""; 0]);
}

#[test]
fn pointers_carry_no_content_and_stay_short() {
    let limits = Limits { depth: 1000, string_bytes: 3, ..Limits::default() };
    let at = |json: &str| decoded(json, &limits).faults().first().map(|fault| fault.at.clone());
    let at = |json: &str| at(json).unwrap_or_default();
    assert_eq!(at(r#"{"a/b":{"c d":{"é":{"e\u0041":"long"}}}}"#), "/*/*/*/*");
    assert_eq!(at(r#"{"a.b":["x",{"$c":"long"}]}"#), "/a.b/1/$c");
    assert_eq!(at(&format!("{{\"{}\":1}}", "k".repeat(64))), format!("/{}", "k".repeat(64)));
    assert_eq!(at(&format!("{{\"{}\":1}}", "k".repeat(65))), "/*");
    let deep = format!("{}\"long\"{}", "{\"abc\":".repeat(500), "}".repeat(500));
    assert_eq!(at(&deep), format!("{}/…", "/abc".repeat(127)));
    assert!(at(&deep).len() <= 512);
}

#[test]
fn an_event_that_cannot_be_read_has_no_outline() {
    for json in [&b"{\"a\":1"[..], b"{\"a\":\"\xff\"}"] {
        assert_eq!(decoded(json, &Limits::default()).outline().nodes, []);
    }
}

#[test]
fn the_outline_is_capped_and_still_counts() {
    let list = vec!["1"; 70_000].join(",");
    let decoded = decoded(format!("{{\"list\":[{list}],\"after\":2}}"), &Limits::default());
    let outline = decoded.outline();
    assert_eq!((outline.root.children, outline.root.noted), (2, 2));
    let counts = outline.nodes.first().map(|list| (list.children, list.noted));
    assert_eq!(counts, Some((70_000, 65_536 - 1024 - 1)));
    let root = Value::root(&decoded);
    assert!(root.get("after").is_some());
    assert_eq!(root.get("list").and_then(Value::first_of).map(|(_, n)| n), Some(70_000));
}

proptest! {
    /// One duplicate, wherever it stands, is found; and nothing is found without one.
    #[test]
    fn finds_exactly_the_duplicates(
        keys in prop::collection::hash_set("[a-z]{1,20}", 2..60),
        picks in (any::<prop::sample::Index>(), any::<prop::sample::Index>()),
    ) {
        let mut keys: Vec<String> = keys.into_iter().collect();
        let json = |keys: &[String]| {
            let members: Vec<_> = keys.iter().map(|key| format!("\"{key}\":0")).collect();
            format!("{{{}}}", members.join(","))
        };
        prop_assert!(faults(json(&keys), &Limits::default()).is_empty());
        let again = picks.0.get(&keys).clone();
        keys.insert(picks.1.index(keys.len()), again.clone());
        let expected = format!("limits.duplicate_keys /{again}: two members have the same key");
        prop_assert_eq!(faults(json(&keys), &Limits::default()), [expected]);
    }

    /// Whatever arrives, decoding and classifying give an answer.
    #[test]
    fn never_fails(body in prop::collection::vec(any::<u8>(), 0..300)) {
        let classified = crate::classify(decoded(body, &SMALL));
        prop_assert!(classified.assertions().items.total >= 1);
    }
}
