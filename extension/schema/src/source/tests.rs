//! Both languages give the same trees, with the places of their values.
use super::*;

fn json_of(name: &str, text: &str) -> Result<String, Vec<String>> {
    let mut forest = Forest::default();
    match forest.read(name, text) {
        Ok(root) => Ok(forest.json(root)),
        Err(defects) => Err(defects.iter().map(ToString::to_string).collect()),
    }
}

#[test]
fn json_and_yaml_mean_the_same() {
    let json = r#"{"a": [1, -0.5e3, true, null, "x\n\u00e9\ud83d\ude00"], "b": {"200": "2"}}"#;
    let yaml = "a:\n- 1\n- -.5e3\n- True\n- ~\n- \"x\\n\u{e9}\u{1f600}\"\nb: {200: '2'}\n";
    let expected = "{\"a\":[1,-0.5e3,true,null,\"x\\u000aé😀\"],\"b\":{\"200\":\"2\"}}";
    assert_eq!(json_of("x.json", json).unwrap(), expected);
    assert_eq!(json_of("x.yaml", yaml).unwrap(), expected);
    assert_eq!(json_of("x", "{a: 1}").unwrap(), "{\"a\":1}");
    assert_eq!(json_of("x", "\u{feff}[]").unwrap(), "[]");
}

#[test]
fn plain_scalars_follow_the_core_schema() {
    for (yaml, json) in [
        ("yes", "\"yes\""),
        ("0x1F", "31"),
        ("0o17", "15"),
        ("+7", "7"),
        ("007", "7"),
        ("1.", "1"),
        ("-0.10", "-0.10"),
        ("1_000", "\"1_000\""),
        ("1e", "\"1e\""),
        ("1.2.3", "\"1.2.3\""),
        ("0x+1", "\"0x+1\""),
        (".inf", "\".inf\""),
        (".", "\".\""),
        ("2020-01-01", "\"2020-01-01\""),
        ("'1'", "\"1\""),
    ] {
        assert_eq!(json_of("x.yaml", yaml).unwrap(), json, "{yaml}");
    }
}

#[test]
fn aliases_are_copied_and_cannot_explode() {
    assert_eq!(
        json_of("x.yaml", "a: &x {b: 1}\nc: *x").unwrap(),
        "{\"a\":{\"b\":1},\"c\":{\"b\":1}}"
    );
    let mut lines = vec!["a0: &a0 [x,x,x,x,x,x,x,x,x,x]".to_owned()];
    for i in 1..12 {
        let row = format!("*a{},", i - 1).repeat(10);
        lines.push(format!("a{i}: &a{i} [{row}]"));
    }
    let bomb = lines.join("\n");
    let defects = json_of("x.yaml", &bomb).unwrap_err();
    assert!(defects[0].contains("more than 400000 values"), "{defects:?}");
}

#[test]
fn says_where_a_file_is_wrong() {
    for (name, text, expected) in [
        ("x.json", "{\n  \"é\": 1,\n}", "x.json:3:1: not JSON: expected a key"),
        ("x.yaml", "a: 1\na: 2", "x.yaml:2:1: /a: given twice; first in line 1"),
        (
            "x.json",
            "{\"a/~\":{\"b\":1,\"b\":2}}",
            "x.json:1:15: /a~1~0/b: given twice; first in line 1",
        ),
        ("x.yaml", "", "x.yaml:1:1: the file is empty"),
        ("x.yaml", "a: !x 1", "x.yaml:1:4: tags (`!name`) are not supported"),
        ("x.yaml", "? [a]\n: 1", "x.yaml:1:3: a key must be a text"),
        ("x.yaml", "--- a\n--- b", "x.yaml:2:1: a second document; expected one"),
    ] {
        assert_eq!(json_of(name, text).unwrap_err(), [expected], "{text}");
    }
    let deep = "[".repeat(200);
    assert!(json_of("x.json", &deep).unwrap_err()[0].contains("nested deeper than 96"));
    assert!(json_of("x.yaml", &deep).unwrap_err()[0].contains("nested deeper than 96"));
}

#[test]
fn pointers_lead_to_nodes_and_back() {
    let mut forest = Forest::default();
    let root = forest.read("x", r#"{"a/b": [{"~": 1}, 2], "": 3}"#).unwrap();
    for pointer in ["", "/a~1b", "/a~1b/0", "/a~1b/0/~0", "/a~1b/1", "/"] {
        let node = forest.at(root, pointer).unwrap();
        assert_eq!(forest.pointer(node), pointer);
    }
    assert_eq!(forest.at(root, "/a~1b/2"), None);
    assert_eq!(forest.at(root, "/a~1b/00"), None);
    assert_eq!(forest.at(root, "/c"), None);
}
