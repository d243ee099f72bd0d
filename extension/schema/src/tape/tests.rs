//! The table of a document: what it holds, equality, and documents that are refused.
use super::*;

fn canonical(json: &str) -> Vec<u8> {
    let mut out = Vec::new();
    Tape::read(json.as_bytes()).unwrap().write_canonical(0, &mut out);
    out
}

#[test]
fn equal_values_and_only_those_are_written_alike() {
    for (a, b) in [
        ("1", "1.0"),
        (r#"{"a":1,"b":[2]}"#, r#"{ "b" : [2e0], "\u0061": 1 }"#),
        (r#""é""#, r#""\u00e9""#),
    ] {
        assert_eq!(canonical(a), canonical(b), "{a} {b}");
    }
    let different = [
        "1",
        "\"1\"",
        "true",
        "null",
        "[]",
        "{}",
        "[1]",
        "[[1]]",
        "[1,1]",
        "{\"a\":1}",
        "{\"1\":\"a\"}",
        "\"\"",
        "-1",
        "0",
    ];
    for a in different {
        for b in different {
            assert_eq!(canonical(a) == canonical(b), a == b, "{a} {b}");
        }
    }
}

#[test]
fn pointers_lead_to_every_value() {
    let tape = Tape::read(br#"{"a":[1,{"b":2,"it's":3}],"c":{}}"#).unwrap();
    let pointers: Vec<_> = (0..7).map(|at| tape.pointer(at)).collect();
    assert_eq!(pointers, ["", "/a", "/a/0", "/a/1", "/a/1/b", "/a/1/*", "/c"]);
    assert_eq!(tape.member(0, b"c"), Some(6));
    assert_eq!(tape.member(0, b"b"), None);
}

#[test]
fn what_readers_disagree_on_is_refused() {
    let many: Vec<_> = (0..40).map(|i| format!("\"k{i}\":0,")).collect();
    let many = many.concat();
    for (json, at, keyword) in [
        (b"{".to_vec(), "", JSON),
        (b"".to_vec(), "", JSON),
        (b"\"\\ud800\"".to_vec(), "", JSON),
        (br#"{"a":{"b":1,"\u0062":2}}"#.to_vec(), "/a/b", DUPLICATE_KEYS),
        (format!("{{{many}\"k7\":1}}").into_bytes(), "/k7", DUPLICATE_KEYS),
        (b"{\"a\":[\"\xff\"]}".to_vec(), "/a/0", UTF8),
        (b"{\"a\":{\"\xff\":1}}".to_vec(), "/a", UTF8),
        ([vec![b'['; 300], vec![b']'; 300]].concat(), "", DEPTH),
    ] {
        let violation = Tape::read(&json).err().unwrap();
        assert_eq!(violation.keyword, keyword);
        if keyword == DEPTH {
            assert!(violation.at.starts_with("/0/0/0"), "{violation}");
        } else {
            assert_eq!(violation.at, at);
        }
    }
}
