//! The scanner against `serde_json`, and the exact place of each error.
use proptest::prelude::*;
use serde::de::IgnoredAny;
use serde_json::value::RawValue;
use std::collections::HashMap;

use super::*;

/// Notes what it is told, and that strings are UTF-8.
#[derive(Default)]
struct Log {
    seen: Vec<String>,
    not_utf8: bool,
}

impl Visitor for Log {
    fn begin(&mut self, container: Container, at: usize) {
        self.seen.push(format!("{container:?} {at}"));
    }
    fn end(&mut self, container: Container, end: usize) {
        self.seen.push(format!("/{container:?} {end}"));
    }
    fn key(&mut self, key: Text) {
        self.not_utf8 |= key.form == Form::NotUtf8;
        self.seen.push(format!("key {}..{}", key.start, key.end));
    }
    fn string(&mut self, value: Text) {
        self.not_utf8 |= value.form == Form::NotUtf8;
        self.seen.push(format!("string {}..{} {:?}", value.start, value.end, value.form));
    }
    fn scalar(&mut self, start: usize, end: usize) {
        self.seen.push(format!("scalar {start}..{end}"));
    }
}

fn accepts(json: &[u8]) -> bool {
    let mut log = Log::default();
    scan(json, &mut log).is_ok() && !log.not_utf8
}

/// What `serde_json` accepts: the syntax without a recursion limit, UTF-8, and every string as a
/// `String`. Numbers count by their grammar only, as they do for its `RawValue`.
fn serde_accepts(json: &[u8]) -> bool {
    let mut deserializer = serde_json::Deserializer::from_slice(json);
    let syntax = serde::Deserialize::deserialize(&mut deserializer)
        .and_then(|IgnoredAny| deserializer.end())
        .is_ok();
    let text = std::str::from_utf8(json).ok().filter(|_| syntax);
    text.is_some_and(|text| strings_hold(text.trim_ascii()))
}

fn strings_hold(value: &str) -> bool {
    match value.as_bytes().first() {
        Some(b'"') => serde_json::from_str::<String>(value).is_ok(),
        Some(b'[') => serde_json::from_str::<Vec<&RawValue>>(value)
            .is_ok_and(|elements| elements.iter().all(|element| strings_hold(element.get()))),
        Some(b'{') => serde_json::from_str::<HashMap<Unique, &RawValue>>(value)
            .is_ok_and(|members| members.values().all(|member| strings_hold(member.get()))),
        _ => true,
    }
}

/// A key that equals no other, so that a map keeps repeated ones.
#[derive(serde::Deserialize)]
struct Unique(#[expect(dead_code, reason = "only read to be checked")] String);

impl PartialEq for Unique {
    fn eq(&self, _: &Self) -> bool {
        false
    }
}
impl Eq for Unique {}
impl std::hash::Hash for Unique {
    fn hash<H: std::hash::Hasher>(&self, _: &mut H) {}
}

#[test]
fn tells_everything_in_document_order() {
    let mut log = Log::default();
    let json = br#" {"a" : [1, true, "x\n"], "b": {}, "c": -0.5e+3 } "#;
    assert_eq!(scan(json, &mut log), Ok(()));
    let expected = [
        "Object 1",
        "key 3..4",
        "Array 8",
        "scalar 9..10",
        "scalar 12..16",
        "string 19..22 Escaped",
        "/Array 24",
        "key 27..28",
        "Object 31",
        "/Object 33",
        "key 36..37",
        "scalar 40..47",
        "/Object 49",
    ];
    assert_eq!(log.seen, expected);
}

#[test]
fn says_where_a_text_stops_being_json_and_what_was_expected() {
    for (json, offset, expected) in [
        ("", 0, "a value"),
        ("  ", 2, "a value"),
        ("nul", 0, "`null`"),
        ("truE", 0, "`true`"),
        ("{", 1, "a key or `}`"),
        ("{1:2}", 1, "a key or `}`"),
        ("{\"a\" 1}", 5, "`:`"),
        ("{\"a\":1,}", 7, "a key"),
        ("{\"a\":1 \"b\"", 7, "`,` or `}`"),
        ("{\"a\":1]", 6, "`,` or `}`"),
        ("[", 1, "a value or `]`"),
        ("[1,]", 3, "a value"),
        ("[1 2]", 3, "`,` or `]`"),
        ("[1}", 2, "`,` or `]`"),
        ("1 2", 2, "the end"),
        ("01", 1, "the end"),
        ("-", 1, "a digit"),
        ("1.", 2, "a digit"),
        ("1e+", 3, "a digit"),
        (".5", 0, "a value"),
        ("\"abc", 4, "`\"`"),
        ("\"a\nb\"", 2, "an escape in place of a control character"),
        ("\"\\x\"", 2, "an escape"),
        ("\"\\u12G4\"", 3, "four hex digits"),
        ("\"\\ud800\"", 7, "both halves of a surrogate pair"),
        ("\"\\udc00\"", 3, "both halves of a surrogate pair"),
        ("\u{feff}1", 0, "a value"),
    ] {
        let found = scan(json.as_bytes(), &mut Log::default());
        assert_eq!(found, Err(SyntaxError { offset, expected }), "{json}");
        assert!(!serde_accepts(json.as_bytes()), "{json}");
    }
}

#[test]
fn nests_as_deep_as_the_text_does() {
    const DEPTH: usize = 3_000_000;
    let mut json = vec![b'['; DEPTH];
    json.resize(2 * DEPTH, b']');
    assert!(accepts(&json));
    json.pop();
    let error = SyntaxError { offset: 2 * DEPTH - 1, expected: "`,` or `]`" };
    assert_eq!(scan(&json, &mut Log::default()), Err(error));
}

#[test]
fn finds_every_kind_of_stop_at_every_offset() {
    for length in 0..200 {
        let plain = "é".repeat(length % 3) + &"x".repeat(length);
        for (end, ok) in [("\"", true), ("\\n\"", true), ("\n\"", false), ("", false)] {
            let json = format!("\"{plain}{end}");
            assert_eq!(accepts(json.as_bytes()), ok, "{json}");
        }
        let mut broken = format!("\"{plain}y\"").into_bytes();
        broken[plain.len() + 1] = 0xFF;
        assert!(!accepts(&broken), "{length}");
    }
}

#[test]
fn decodes_every_escape() {
    let raw = br#"a\"\\\/\b\f\n\r\t\u0041\u00e9\u20ac\ud83d\ude00z"#;
    assert_eq!(unescape(raw), "a\"\\/\u{8}\u{c}\n\r\tAé€😀z".as_bytes());
    assert_eq!(unescape(b"plain"), b"plain");
    assert_eq!(unescape(b"cut\\u00"), "cut\u{0}".as_bytes());
}

/// Texts that are JSON, or nearly.
fn near_json() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        Just("null".to_owned()),
        Just("true".to_owned()),
        Just("false".to_owned()),
        any::<f64>().prop_map(|n| n.to_string()),
        any::<i64>().prop_map(|n| n.to_string()),
        "-?[0-9]{0,3}(\\.[0-9]{0,2})?([eE][+-]?[0-9]{0,2})?",
        any::<String>().prop_map(|s| serde_json::to_string(&s).unwrap()),
        "\"(\\\\[\"\\\\/bfnrtux]|\\\\u[dD][89abcdefABCDEF][0-9a-f]{2}|[ -~]|\u{e9}){0,40}\"",
    ];
    leaf.prop_recursive(6, 60, 6, |inner| {
        let blank = "[ \t\r\n]{0,2}";
        prop_oneof![
            (blank, prop::collection::vec(inner.clone(), 0..6))
                .prop_map(|(blank, list)| format!("[{blank}{}{blank}]", list.join(","))),
            (blank, prop::collection::vec((any::<String>(), inner), 0..6)).prop_map(
                |(blank, members)| {
                    let member = |(key, value): &(String, String)| {
                        format!("{}{blank}:{value}", serde_json::to_string(key).unwrap())
                    };
                    let members: Vec<_> = members.iter().map(member).collect();
                    format!("{{{blank}{}}}", members.join(","))
                }
            ),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn agrees_with_serde_json_on_near_json(json in near_json()) {
        prop_assert_eq!(accepts(json.as_bytes()), serde_accepts(json.as_bytes()), "{}", json);
    }

    #[test]
    fn agrees_with_serde_json_on_broken_json(
        json in near_json(),
        edits in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0..3u8), 1..4),
    ) {
        let mut json = json.into_bytes();
        for (place, byte, kind) in edits {
            let at = place.index(json.len().max(1));
            mutate(&mut json, at, byte, kind);
        }
        prop_assert_eq!(accepts(&json), serde_accepts(&json), "{}", String::from_utf8_lossy(&json));
    }

    #[test]
    fn agrees_with_serde_json_on_any_bytes(
        json in prop::collection::vec(
            prop_oneof![any::<u8>(), prop::sample::select(b"{}[]:,\"\\u0123.eE+-truefalsn ".to_vec())],
            0..60,
        )
    ) {
        prop_assert_eq!(accepts(&json), serde_accepts(&json), "{}", String::from_utf8_lossy(&json));
    }

    #[test]
    fn long_strings_are_scanned_alike_both_ways(
        pieces in prop::collection::vec(
            prop_oneof![
                4 => "[a-z ]{1,70}".prop_map(String::into_bytes),
                1 => prop::sample::select(
                    &["\\\\", "\\\"", "\\u00e9", "\\ud83d\\ude00", "\\u12", "\\x", "\u{e9}", "\n", "\"", "\\"]
                ).prop_map(|piece| piece.as_bytes().to_vec()),
                1 => any::<u8>().prop_map(|byte| vec![byte]),
            ],
            0..12,
        )
    ) {
        let mut json = pieces.concat();
        json.push(b'"');
        prop_assert_eq!(text::scan(&json, 0), text::scan_narrow(&json, 0));
    }

    #[test]
    fn unescapes_as_serde_json_does(text in any::<String>()) {
        let json = serde_json::to_string(&text).unwrap();
        let found = text::scan(json.as_bytes(), 1).unwrap();
        prop_assert!(found.form != Form::NotUtf8);
        let decoded = found.decoded(json.as_bytes());
        prop_assert_eq!(decoded.as_ref(), text.as_bytes());
    }
}

/// Changes, adds or drops one byte.
fn mutate(json: &mut Vec<u8>, at: usize, byte: u8, kind: u8) {
    match (kind, json.get_mut(at)) {
        (0, Some(place)) => *place = byte,
        (1, Some(_)) => drop(json.remove(at)),
        _ => json.insert(at.min(json.len()), byte),
    }
}

#[test]
fn agrees_with_serde_json_on_broken_events() {
    let directory = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/fixtures/events");
    let mut events = 0;
    for trigger in std::fs::read_dir(directory).unwrap() {
        for file in std::fs::read_dir(trigger.unwrap().path()).unwrap() {
            let event = std::fs::read(file.unwrap().path()).unwrap();
            assert!(accepts(&event) && serde_accepts(&event));
            events += 1;
            agrees_on_mutations(&event);
        }
    }
    assert!(events >= 24, "{events} events");
}

/// A linear congruential generator: the same edits on every run.
fn agrees_on_mutations(event: &[u8]) {
    const INTERESTING: &[u8] = b"{}[]:,\"\\u0e-.\x00\x1f\x7f\xc3\xff tn";
    let mut state = event.len() as u64;
    let mut next = |below: usize| {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(state >> 33).unwrap() % below.max(1)
    };
    for _ in 0..300 {
        let mut json = event.to_vec();
        for _ in 0..=next(3) {
            let byte = INTERESTING[next(INTERESTING.len())];
            let (at, kind) = (next(json.len()), u8::try_from(next(3)).unwrap());
            mutate(&mut json, at, byte, kind);
        }
        if next(4) == 0 {
            json.truncate(next(json.len()));
        }
        assert_eq!(accepts(&json), serde_accepts(&json), "{}", String::from_utf8_lossy(&json));
    }
}
