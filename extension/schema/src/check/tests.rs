//! Keyword by keyword: what holds, and what is said of what does not.
use proptest::prelude::*;

use crate::{Defect, Options, Schema};

fn compile(text: &str) -> Schema {
    Schema::compile("s.json", text, &mut |_| Err("no file".to_owned()))
        .unwrap_or_else(|defects| panic!("{text}: {}", shown(&defects)))
}

fn shown(defects: &[Defect]) -> String {
    defects.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

/// What is said of a document: `at keyword schema`; empty if it fits.
fn said(schema: &Schema, json: &str) -> String {
    schema.check(json.as_bytes()).map_or_else(
        |violation| {
            let schema_at = violation.schema_at.trim_start_matches("s.json#");
            format!("{} {} {schema_at}", violation.at, violation.keyword)
        },
        |()| String::new(),
    )
}

#[test]
fn keywords_of_single_values() {
    for (schema, yes, no, violation) in [
        (r#"{"type":"integer"}"#, &["1", "1.0", "1e3"][..], "1.5", " type /type"),
        (r#"{"type":["null","string"]}"#, &["null", "\"\""], "0", " type /type"),
        (
            r#"{"enum":["a",1,{"b":[2]},null]}"#,
            &["\"a\"", "1.0", "{\"b\":[2.0]}", "null"],
            "2",
            " enum /enum",
        ),
        (r#"{"enum":["a"]}"#, &["\"\\u0061\""], "\"b\"", " enum /enum"),
        (r#"{"const":{"a":1,"b":2}}"#, &["{\"b\":2,\"a\":1}"], "{\"a\":1}", " const /const"),
        (
            r#"{"minimum":1.1}"#,
            &["1.1", "\"x\"", "1.10000000000000000000001"],
            "1.0999",
            " minimum /minimum",
        ),
        (
            r#"{"maximum":9007199254740992}"#,
            &["9007199254740992"],
            "9007199254740993",
            " maximum /maximum",
        ),
        (r#"{"exclusiveMinimum":0}"#, &["1e-400"], "0.0", " exclusiveMinimum /exclusiveMinimum"),
        (r#"{"exclusiveMaximum":0}"#, &["-1"], "0", " exclusiveMaximum /exclusiveMaximum"),
        (r#"{"multipleOf":0.01}"#, &["19.99", "1e400"], "0.001", " multipleOf /multipleOf"),
        (r#"{"minLength":2}"#, &["\"éé\"", "7"], "\"é\"", " minLength /minLength"),
        (
            r#"{"maxLength":1}"#,
            &["\"😀\"", "\"\\ud83d\\ude00\""],
            "\"ab\"",
            " maxLength /maxLength",
        ),
        (r#"{"pattern":"^a"}"#, &["\"ab\"", "1"], "\"ba\"", " pattern /pattern"),
        (r#"{"format":"date"}"#, &["\"no date\""], "{", " json "),
    ] {
        let schema = compile(schema);
        for json in yes {
            assert_eq!(said(&schema, json), "", "{json}");
        }
        assert_eq!(said(&schema, no), violation);
    }
}

#[test]
fn keywords_of_arrays_and_objects() {
    for (schema, yes, no, violation) in [
        (
            r#"{"items":{"type":"null"}}"#,
            &["[]", "[null]", "{}"][..],
            "[null,1]",
            "/1 type /items/type",
        ),
        (r#"{"prefixItems":[true],"items":false}"#, &["[1]"], "[1,2]", "/1 items /items"),
        (r#"{"minItems":1}"#, &["[1]"], "[]", " minItems /minItems"),
        (r#"{"maxItems":1}"#, &["[1]"], "[1,2]", " maxItems /maxItems"),
        (
            r#"{"uniqueItems":true}"#,
            &["[1,\"1\",[1],{\"a\":1}]"],
            "[[1],2,[1.0]]",
            "/2 uniqueItems /uniqueItems",
        ),
        (r#"{"contains":{"const":1}}"#, &["[2,1]"], "[2]", " contains /contains"),
        (
            r#"{"contains":{"const":1},"minContains":2}"#,
            &["[1,1]"],
            "[1]",
            " minContains /minContains",
        ),
        (
            r#"{"contains":{"const":1},"maxContains":1}"#,
            &["[1,2]"],
            "[1,1]",
            " maxContains /maxContains",
        ),
        (r#"{"required":["a","b"]}"#, &["{\"a\":1,\"b\":1}"], "{\"a\":1}", " required /required/1"),
        (
            r#"{"properties":{"a":{"type":"null"}}}"#,
            &["{}", "{\"a\":null,\"b\":1}"],
            "{\"a\":1}",
            "/a type /properties/a/type",
        ),
        (
            r#"{"properties":{"a":true},"additionalProperties":false}"#,
            &["{\"a\":1}"],
            "{\"a\":1,\"it's\":1}",
            "/* additionalProperties /additionalProperties",
        ),
        (
            r#"{"patternProperties":{"^x":{"type":"null"}}}"#,
            &["{\"ax\":1}"],
            "{\"xa\":1}",
            "/xa type /patternProperties/^x/type",
        ),
        (
            r#"{"propertyNames":{"maxLength":2}}"#,
            &["{\"ab\":1}"],
            "{\"ab\":1,\"abc\":1}",
            "/abc propertyNames /propertyNames",
        ),
        (r#"{"minProperties":1}"#, &["{\"a\":1}"], "{}", " minProperties /minProperties"),
        (
            r#"{"maxProperties":1}"#,
            &["{\"a\":1}"],
            "{\"a\":1,\"b\":1}",
            " maxProperties /maxProperties",
        ),
        (
            r#"{"dependentRequired":{"a":["b"]}}"#,
            &["{\"b\":1}"],
            "{\"a\":1}",
            " dependentRequired /dependentRequired",
        ),
        (
            r#"{"dependentSchemas":{"a":{"minProperties":2}}}"#,
            &["{\"b\":1}"],
            "{\"a\":1}",
            " minProperties /dependentSchemas/a/minProperties",
        ),
        (
            r#"{"allOf":[{"properties":{"a":true}}],"unevaluatedProperties":false}"#,
            &["{\"a\":1}"],
            "{\"b\":1}",
            "/b unevaluatedProperties /unevaluatedProperties",
        ),
        (
            r#"{"anyOf":[{"prefixItems":[{"const":1}]},true],"unevaluatedItems":false}"#,
            &["[1]"],
            "[2]",
            "/0 unevaluatedItems /unevaluatedItems",
        ),
    ] {
        let schema = compile(schema);
        for json in yes {
            assert_eq!(said(&schema, json), "", "{json}");
        }
        assert_eq!(said(&schema, no), violation);
    }
}

#[test]
fn keywords_that_apply_others() {
    for (schema, yes, no, violation) in [
        (
            r#"{"allOf":[{"minimum":1},{"maximum":2}]}"#,
            &["1", "2"][..],
            "3",
            " maximum /allOf/1/maximum",
        ),
        (r#"{"anyOf":[{"minimum":2},{"maximum":1}]}"#, &["1", "2"], "1.5", " anyOf /anyOf"),
        (r#"{"oneOf":[{"minimum":2},{"multipleOf":2}]}"#, &["0", "3"], "2", " oneOf /oneOf"),
        (r#"{"not":{"type":"null"}}"#, &["1"], "null", " not /not"),
        (
            r#"{"if":{"minimum":1},"then":{"maximum":2},"else":{"const":0}}"#,
            &["1", "0"],
            "3",
            " maximum /then/maximum",
        ),
        (
            r##"{"$ref":"#/$defs/a","maximum":5,"$defs":{"a":{"minimum":1}}}"##,
            &["1"],
            "0",
            " minimum /$defs/a/minimum",
        ),
        ("true", &["1"], "{\"a\":1,\"a\":2}", "/a duplicateKeys "),
        ("{\"not\":false}", &["null"], "[\"\\ud800\"]", " json "),
    ] {
        let schema = compile(schema);
        for json in yes {
            assert_eq!(said(&schema, json), "", "{json}");
        }
        assert_eq!(said(&schema, no), violation);
    }
    assert_eq!(said(&compile("false"), "1"), " false /false");
}

#[test]
fn references_between_files_and_drafts() {
    let mut asked = Vec::new();
    let mut read = |name: &str| {
        asked.push(name.to_owned());
        match name {
            "schemas/line.yaml" => Ok("$schema: http://json-schema.org/draft-07/schema#\nitems: [{type: integer}]\nadditionalItems: {$ref: order.json#/$defs/id}".to_owned()),
            _ => Err("no such file".to_owned()),
        }
    };
    // The file beside it is meant, whatever the identifier says.
    let text = r#"{"$id":"https://example.com/order.json","items":{"$ref":"line.yaml"},"$defs":{"id":{"type":"string"}}}"#;
    let schema = Schema::compile("schemas/order.json", text, &mut read).unwrap();
    assert_eq!(schema.check(br#"[[1,"a"]]"#), Ok(()));
    let violation = schema.check(b"[[1,2]]").unwrap_err();
    assert_eq!(violation.at, "/0/1");
    assert_eq!(violation.schema_at, "schemas/order.json#/$defs/id/type");
    assert_eq!(asked, ["https://example.com/line.yaml", "schemas/line.yaml"]);
}

#[test]
fn draft_4_and_7_keep_their_own_meaning() {
    let schema = compile(
        r#"{"$schema":"http://json-schema.org/draft-04/schema#","minimum":1,"exclusiveMinimum":true}"#,
    );
    assert_eq!(said(&schema, "1"), " exclusiveMinimum /exclusiveMinimum");
    let schema = compile(
        r##"{"$schema":"http://json-schema.org/draft-07/schema","definitions":{"a":{}},"properties":{"x":{"$ref":"#/definitions/a","type":"null"}}}"##,
    );
    assert_eq!(said(&schema, "{\"x\":1}"), "");
    assert!(shown(schema.notes()).contains("/properties/x/type: beside `$ref`"));
}

#[test]
fn formats_are_checked_where_that_is_asked_for() {
    let mut read = |_: &str| Err("no file".to_owned());
    let text = r#"{"properties":{"a":{"format":"ipv4"},"b":{"format":"phone"}}}"#;
    let options = Options { formats: true };
    let schema = Schema::compile_with("s.json", text, &mut read, options).unwrap();
    assert_eq!(said(&schema, r#"{"a":"127.0.0.1"}"#), "");
    assert_eq!(said(&schema, r#"{"a":"localhost"}"#), "/a format /properties/a/format");
    let note = "s.json:1:52: /properties/b/format: the format `phone` is not known: not checked";
    assert_eq!(shown(schema.notes()), note);
}

#[test]
fn tells_every_defect_of_a_schema_with_its_place() {
    let text = r##"{
  "type": "strin",
  "minLength": -1,
  "pattern": "(a",
  "properties": {"a": {"$ref": "#/$defs/none"}, "b": 7},
  "required": true,
  "items": [{}],
  "multipleOf": 0,
  "allOf": [],
  "$defs": {"loop": {"anyOf": [{"$ref": "#/$defs/loop"}]}},
  "not": {"$ref": "#/$defs/loop"},
  "patternProperties": {"[": {}},
  "maximum": "7",
  "if": {"$schema": "https://example.com/mine", "enum": 1}
}"##;
    let defects = Schema::compile("s.json", text, &mut |_| Err("no file".to_owned())).unwrap_err();
    let expected = [
        "s.json:2:11: /type: `strin` is no type; expected one of `string`, `number`, `integer`, `boolean`, `object`, `array`, `null`; did you mean `string`?",
        "s.json:3:16: /minLength: expected a whole number from 0",
        "s.json:4:14: /pattern: not a regular expression that is supported: `(` without `)`, at character 2",
        "s.json:5:32: /properties/a/$ref: `#/$defs/none`: leads nowhere",
        "s.json:5:54: /properties/b: expected a schema: a mapping, `true` or `false`",
        "s.json:6:15: /required: expected a list of names, beside `properties`",
        "s.json:7:12: /items: a list; since draft 2020-12 that is `prefixItems`",
        "s.json:8:17: /multipleOf: expected a number above 0 of at most 19 digits",
        "s.json:9:12: /allOf: expected a list of at least one schema",
        "s.json:10:21: /$defs/loop: applies itself to the same value without end",
        "s.json:12:25: /patternProperties/[: not a regular expression that is supported: `[` without `]`, at character 1",
        "s.json:13:14: /maximum: expected a number",
        "s.json:14:21: /if/$schema: an unknown dialect; expected `https://json-schema.org/draft/2020-12/schema` or an older draft's",
        "s.json:14:57: /if/enum: expected a list",
    ];
    assert_eq!(shown(&defects), expected.join("\n"));
    let slip = compile(r#"{"requird":["a"],"mine":1}"#);
    let note = "s.json:1:2: /requird: unknown keyword; did you mean `required`?";
    assert_eq!(shown(slip.notes()), note);
}

#[test]
fn hostile_documents_meet_a_limit() {
    let choices = r##"{"anyOf":[{"type":"object","additionalProperties":{"$ref":"#"},"required":["x"]},{"type":"object","additionalProperties":{"$ref":"#"},"required":["y"]}]}"##;
    let nested = format!("{}1{}", "{\"a\":".repeat(100), "}".repeat(100));
    let recursive = r##"{"items":{"$ref":"#"}}"##;
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    let anchors =
        r##"{"$dynamicAnchor":"a","items":{"anyOf":[{"$dynamicRef":"#a"},{"$dynamicRef":"#a"}]}}"##;
    let bad = format!("{}1{}", "[".repeat(200), "]".repeat(200));
    let objects: Vec<_> = (0..10_000).map(|i| format!("{{\"a\":{i}}}")).collect();
    for (schema, json, keyword) in [
        (choices, nested, "work"),
        (recursive, deep, "depth"),
        (recursive, bad.clone(), ""),
        (anchors, bad, "depth"),
        (r#"{"pattern":"(a|b)*a(a|b){300}c"}"#, format!("\"{}\"", "ab".repeat(9_000)), "work"),
        (r#"{"uniqueItems":true}"#, format!("[{}]", objects.join(",")), ""),
        (r#"{"multipleOf":0.7}"#, "9".repeat(200_000), "multipleOf"),
        (r#"{"multipleOf":3}"#, "1e999999999999999999999999999999".to_owned(), "multipleOf"),
        (r#"{"maximum":1}"#, "1e-999999999999999999999999999999".to_owned(), ""),
        (r#"{"maximum":1}"#, "-1e999999999999999999999999999999".to_owned(), ""),
    ] {
        let result = compile(schema).check(json.as_bytes());
        let found = result.as_ref().err().map_or("", |violation| violation.keyword);
        assert_eq!(found, keyword, "{schema}");
        let limit = result.err().is_some_and(|violation| violation.is_limit());
        assert_eq!(limit, ["work", "depth"].contains(&keyword));
    }
}

#[test]
fn a_huge_enumeration_is_looked_up_not_searched() {
    let values: Vec<_> = (0..20_000).map(|i| format!("\"v{i}\",{i}")).collect();
    let schema = compile(&format!("{{\"items\":{{\"enum\":[{}]}}}}", values.join(",")));
    let json = format!("[{}]", vec!["19999,\"v19999\""; 5_000].join(","));
    assert_eq!(said(&schema, &json), "");
    assert_eq!(said(&schema, "[20000]"), "/0 enum /items/enum");
}

#[test]
fn what_is_compiled_can_be_handed_to_another_thread() {
    fn is_shared<T: Send + Sync + 'static>() {}
    is_shared::<Schema>();
    is_shared::<crate::Api>();
}

#[test]
fn a_budget_is_lowered_by_what_was_used() {
    let schema = compile(r#"{"items":{"type":"integer"}}"#);
    let mut steps = 100;
    assert_eq!(schema.check_within(b"[1,2,3]", &mut steps), Ok(()));
    assert!((1..100).contains(&steps));
    assert_eq!(schema.check_within(b"[1,2,3]", &mut 2).unwrap_err().keyword, "work");
}

/// Schemas that use keywords together, in no sensible way.
fn any_schema() -> impl Strategy<Value = String> {
    let leaf = prop::sample::select(vec![
        "true",
        "false",
        "{\"type\":\"string\"}",
        "{\"const\":[1]}",
        "{\"minimum\":-1.5}",
        "{\"pattern\":\"^a|b$\"}",
        "{\"$ref\":\"#\"}",
        "{\"required\":[\"a\"]}",
        "{\"uniqueItems\":true}",
        "{\"enum\":[{},\"a\",null]}",
        "{\"maxLength\":2}",
        "{\"multipleOf\":0.5}",
    ]);
    leaf.prop_map(str::to_owned).prop_recursive(4, 24, 3, |inner| {
        (inner.clone(), inner, 0..14usize).prop_map(|(a, b, form)| match form {
            0 => format!("{{\"allOf\":[{a},{b}]}}"),
            1 => format!("{{\"anyOf\":[{a},{b}]}}"),
            2 => format!("{{\"oneOf\":[{a},{b}]}}"),
            3 => format!("{{\"not\":{a}}}"),
            4 => format!("{{\"if\":{a},\"then\":{b}}}"),
            5 => format!("{{\"items\":{a},\"prefixItems\":[{b}]}}"),
            6 => format!("{{\"contains\":{a},\"unevaluatedItems\":{b}}}"),
            7 => format!("{{\"properties\":{{\"a\":{a}}},\"additionalProperties\":{b}}}"),
            8 => format!("{{\"patternProperties\":{{\"a\":{a}}},\"propertyNames\":{b}}}"),
            9 => format!("{{\"allOf\":[{a}],\"unevaluatedProperties\":{b}}}"),
            10 => format!("{{\"dependentSchemas\":{{\"a\":{a}}},\"maxItems\":3}}"),
            11 => format!("{{\"contains\":{a},\"minContains\":0,\"maxContains\":1}}"),
            12 => format!("{{\"else\":{a},\"if\":{b},\"uniqueItems\":true}}"),
            _ => format!("{{\"dependentRequired\":{{\"a\":[\"b\"]}},\"items\":{a}}}"),
        })
    })
}

fn any_document() -> impl Strategy<Value = String> {
    let leaf = prop::sample::select(vec![
        "null",
        "true",
        "0",
        "-1.5",
        "1e400",
        "\"\"",
        "\"a\"",
        "\"\\u00e9\"",
        "[]",
        "{}",
    ]);
    leaf.prop_map(str::to_owned).prop_recursive(5, 40, 4, |inner| {
        (prop::collection::vec(inner, 0..4), any::<bool>()).prop_map(|(values, table)| {
            if !table {
                return format!("[{}]", values.join(","));
            }
            let keys = ["a", "b", "\\u0061b", "c d"];
            let members = keys.iter().zip(values).map(|(key, value)| format!("\"{key}\":{value}"));
            format!("{{{}}}", members.collect::<Vec<_>>().join(","))
        })
    })
}

proptest! {
    #[test]
    fn any_schema_judges_any_document(schema in any_schema(), json in any_document()) {
        let compiled = Schema::compile("s.json", &schema, &mut |_| Err(String::new()));
        let Ok(compiled) = compiled else { return Ok(()) };
        let negated = compile_negated(&schema);
        let (held, refused) = (compiled.check(json.as_bytes()), negated.check(json.as_bytes()));
        if !held.clone().is_err_and(|v| v.is_limit()) && !refused.clone().is_err_and(|v| v.is_limit()) {
            prop_assert_eq!(held.is_ok(), refused.is_err(), "{} {}", schema, json);
        }
        if let Err(violation) = held {
            prop_assert!(violation.at.len() <= 512);
        }
    }

    #[test]
    fn nothing_panics(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        crate::fuzz::schema(&bytes);
        crate::fuzz::api(&bytes);
    }

    #[test]
    fn documents_of_any_bytes_are_judged(bytes in prop::collection::vec(prop::sample::select(b"{}[],:\"\\u0a1e-+. \xc3\xa9tfn".to_vec()), 0..60)) {
        let schema = compile(r##"{"items":{"$ref":"#"},"uniqueItems":true,"propertyNames":{"maxLength":3}}"##);
        let held = schema.check(&bytes);
        if serde_json::from_slice::<serde_json::Value>(&bytes).is_err() {
            // What serde_json refuses only for the size of a number is fine here.
            let huge = bytes.contains(&b'e');
            prop_assert!(huge || held.is_err());
        }
    }
}

/// The schema inside a `not`, with its references to itself leading to where it now stands.
fn compile_negated(schema: &str) -> Schema {
    let inner = schema.replace("{\"$ref\":\"#\"}", "{\"$ref\":\"#/$defs/s\"}");
    compile(&format!("{{\"$defs\":{{\"s\":{inner}}},\"not\":{{\"$ref\":\"#/$defs/s\"}}}}"))
}
