//! How long compiling and checking take: `cargo run --release -p tollgate-schema --example schema_speed`,
//! or `… speed SCHEMA DOCUMENT…` for files.
#![expect(clippy::print_stdout, reason = "a table is printed")]
use std::hint::black_box;
use std::time::{Duration, Instant};

use tollgate_schema::{Api, Request, Schema};

const ROUNDS: u32 = 5;
const ROUND: Duration = Duration::from_millis(100);

fn main() {
    println!("{:<44}{:>10}{:>12}", "what", "bytes", "µs");
    let schema = order_schema();
    if let Some(file) = std::env::args().nth(1) {
        return compare(&file);
    }
    compile_and_check(&schema);
    routes();
    worst();
}

fn compile_and_check(schema: &str) {
    report("compile a schema", schema.len(), || {
        black_box(compiled(schema));
    });
    let compiled = compiled(schema);
    for (name, lines) in [("check 1 KB", 4), ("check 200 KB", 1700)] {
        let order = order(lines);
        assert_eq!(compiled.check(order.as_bytes()), Ok(()));
        report(name, order.len(), || {
            black_box(compiled.check(order.as_bytes()).is_ok());
        });
    }
}

/// A schema and documents out of files, to compare with other validators.
fn compare(file: &str) {
    let schema = std::fs::read_to_string(file).unwrap_or_default();
    report(file, schema.len(), || {
        black_box(compiled(&schema));
    });
    let compiled = compiled(&schema);
    for file in std::env::args().skip(2) {
        let document = std::fs::read(&file).unwrap_or_default();
        println!("{:?}", compiled.check(&document));
        report(&file, document.len(), || {
            black_box(compiled.check(&document).is_ok());
        });
    }
}

/// An API of 100 routes.
#[expect(clippy::unwrap_used, reason = "the document here is right")]
fn routes() {
    let paths: Vec<String> = (0..100)
        .map(|i| {
            format!(
                "  /v1/things{i}/{{id}}/parts/{{part}}:
    get:
      parameters:
      - {{name: id, in: path, required: true, schema: {{type: string, pattern: '^[a-z0-9-]+$'}}}}
      - {{name: part, in: path, required: true, schema: {{type: integer}}}}
      - {{name: limit, in: query, schema: {{type: integer, maximum: 100}}}}
      - {{name: X-Trace, in: header, schema: {{type: string, maxLength: 64}}}}
"
            )
        })
        .collect();
    let text =
        format!("openapi: 3.0.3\ninfo: {{title: t, version: '1'}}\npaths:\n{}", paths.concat());
    let mut read = |_: &str| Err("no other file".to_owned());
    report("compile an API of 100 routes", text.len(), || {
        black_box(Api::compile("api.yaml", &text, &mut read).is_ok());
    });
    let api = Api::compile("api.yaml", &text, &mut read).unwrap();
    let request = Request {
        method: "GET",
        path: "/v1/things77/abc-123/parts/7",
        query: vec![("limit".into(), "10".into())],
        headers: vec![("x-trace".into(), "abc".into()), ("accept".into(), "*/*".into())],
        ..Request::default()
    };
    assert!(api.check(&request).is_ok());
    report("match and check a request", request.path.len(), || {
        black_box(api.check(&request).is_ok());
    });
}

/// Documents of 256 KiB that cost as much as they can.
fn worst() {
    let list = |element: &str| {
        let elements = vec![element; 256 * 1024 / (element.len() + 1)];
        format!("[{}]", elements.join(","))
    };
    let tree = r##"{"anyOf":[{"type":"object","additionalProperties":{"$ref":"#"},"required":["x"]},
        {"type":"object","additionalProperties":{"$ref":"#"},"required":["y"]}]}"##;
    let nested = format!("{}{}", "{\"a\":".repeat(100), "1".to_owned() + &"}".repeat(100));
    let numbers: Vec<String> = (0..37_000).map(|i| i.to_string()).collect();
    let text = format!("\"{}\"", "ab".repeat(128 * 1024));
    for (name, schema, document) in [
        ("worst: nested choices", tree, nested),
        ("worst: unique numbers", r#"{"uniqueItems":true}"#, format!("[{}]", numbers.join(","))),
        ("worst: unique lists", r#"{"uniqueItems":true}"#, list("[]")),
        ("worst: large pattern", r#"{"pattern":"(a|b)*a(a|b){300}c"}"#, text.clone()),
        ("worst: small pattern", r#"{"pattern":"^(ab)+c$"}"#, text),
        (
            "worst: large items",
            r#"{"items":{"oneOf":[{"minimum":1},{"multipleOf":0.3}]}}"#,
            list("1"),
        ),
        ("worst: one long number", r#"{"multipleOf":0.7,"minimum":1}"#, "9".repeat(256 * 1024)),
        ("worst: names", r#"{"propertyNames":{"pattern":"^k"}}"#, members()),
        ("worst: many rules", &many_rules(), list("{\"a\":1}")),
    ] {
        let compiled = compiled(schema);
        println!(
            "{:>66}",
            format!("{:?}", compiled.check(document.as_bytes()).map_err(|v| v.keyword))
        );
        report(name, document.len(), || {
            black_box(compiled.check(document.as_bytes()).is_ok());
        });
    }
}

fn many_rules() -> String {
    let options: Vec<String> = (0..200).map(|i| format!("{{\"required\":[\"k{i}\"]}}")).collect();
    format!("{{\"items\":{{\"anyOf\":[{}]}}}}", options.join(","))
}

fn members() -> String {
    let members: Vec<String> = (0..24_000).map(|i| format!("\"k{i:05}\":1")).collect();
    format!("{{{}}}", members.join(","))
}

#[expect(clippy::unwrap_used, reason = "the schemas here are right")]
fn compiled(schema: &str) -> Schema {
    Schema::compile("order.json", schema, &mut |_| Err("no other file".to_owned())).unwrap()
}

fn report(name: &str, bytes: usize, mut call: impl FnMut()) {
    let round = |call: &mut dyn FnMut()| {
        let start = Instant::now();
        let mut calls = 0u32;
        while start.elapsed() < ROUND {
            call();
            calls += 1;
        }
        start.elapsed() / calls
    };
    let best = (0..ROUNDS).map(|_| round(&mut call)).min().unwrap_or_default();
    println!("{name:<44}{bytes:>10}{:>12.2}", best.as_secs_f64() * 1e6);
}

/// The schema of a table's member.
fn member_schema(i: u32) -> &'static str {
    match i % 6 {
        0 => r#"{"type":"string","minLength":1,"maxLength":64,"pattern":"^[A-Za-z0-9 _-]+$"}"#,
        1 => r#"{"type":"integer","minimum":0,"maximum":100000}"#,
        2 => r#"{"type":"string","enum":["new","paid","sent","done","void"]}"#,
        3 => r#"{"type":"number","exclusiveMinimum":0,"multipleOf":0.01}"#,
        4 => r#"{"type":"boolean"}"#,
        _ => {
            r#"{"type":"array","items":{"type":"string","maxLength":20},"maxItems":10,"uniqueItems":true}"#
        }
    }
}

/// A schema of about 10 KB: orders with lines, and other tables beside them.
fn order_schema() -> String {
    let table = |prefix: &str, members: u32| {
        let member = |i: u32| format!("\"{prefix}{i}\":{}", member_schema(i));
        let properties = (0..members).map(member).collect::<Vec<_>>().join(",");
        format!(
            r#"{{"type":"object","additionalProperties":false,"required":["{prefix}0"],"properties":{{{properties}}}}}"#
        )
    };
    let others: Vec<String> =
        (0..5).map(|i| format!("\"other{i}\":{}", table(&format!("o{i}_"), 18))).collect();
    format!(
        r##"{{"$schema":"https://json-schema.org/draft/2020-12/schema","type":"object",
        "required":["id","lines"],"additionalProperties":false,"properties":{{
        "id":{{"type":"string","pattern":"^ord_[0-9a-f]{{16}}$"}},
        "customer":{{"$ref":"#/$defs/customer"}},
        "lines":{{"type":"array","minItems":1,"items":{{"$ref":"#/$defs/line"}}}},
        "note":{{"type":["string","null"],"maxLength":1000}},
        "extra":{{"oneOf":[{{"$ref":"#/$defs/other0"}},{{"$ref":"#/$defs/other1"}}]}},
        "more":{{"anyOf":[{{"$ref":"#/$defs/other2"}},{{"$ref":"#/$defs/other3"}},{{"$ref":"#/$defs/other4"}}]}}}},
        "$defs":{{"customer":{},"line":{},{}}}}}"##,
        table("c", 14),
        table("l", 8),
        others.join(",")
    )
}

fn order(lines: u32) -> String {
    let table = |prefix: &str, members: u32, number: u32| {
        let member = |i: u32| {
            let value = match i % 6 {
                0 => format!("\"value {number} text\""),
                1 => number.to_string(),
                2 => "\"paid\"".to_owned(),
                3 => format!("{number}.25"),
                4 => "true".to_owned(),
                _ => format!("[\"x\",\"y\",\"{number}\"]"),
            };
            format!("\"{prefix}{i}\":{value}")
        };
        format!("{{{}}}", (0..members).map(member).collect::<Vec<_>>().join(","))
    };
    let lines: Vec<String> = (0..lines).map(|line| table("l", 8, line)).collect();
    format!(
        r#"{{"id":"ord_0123456789abcdef","customer":{},"lines":[{}],"note":null,"extra":{}}}"#,
        table("c", 14, 3),
        lines.join(","),
        table("o0_", 12, 2)
    )
}
