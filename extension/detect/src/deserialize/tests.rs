//! Cases of serialised objects, grouped by language, and what must pass.
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use super::inspect;
use crate::text::{Classes, Role, Text};
use crate::work::Work;

fn found(bytes: &[u8], role: Role) -> Option<&'static str> {
    let lower = bytes.to_ascii_lowercase();
    let text = Text { bytes, lower: &lower, role, classes: Classes::default() };
    inspect(&text, &mut Work::default()).map(|found| found.technique)
}

#[track_caller]
fn all(technique: &str, texts: &[&[u8]]) {
    for text in texts {
        let shown = text.escape_ascii();
        assert_eq!(found(text, Role::Value), Some(technique), "{shown}");
    }
}

#[test]
fn java() {
    all(
        "java-object",
        &[
            b"\xac\xed\x00\x05sr",
            b"rO0ABXNyABFqYXZh",
            b"aced0005737200",
            b"x=rO0ABXNy",
            b"H4sIAAAAAAAA/1vzloG1uIhBNzk/Vw==",
        ],
    );
    all(
        "gadget-class",
        &[
            b"com.sun.rowset.JdbcRowSetImpl",
            b"new a.InvokerTransformer()",
            b"java.beans.EventHandler",
            b"[\"org.example.jdbc.JndiPool\",{}]",
        ],
    );
    all("polymorphic-type", &[b"{\"@type\":\"a.b.Car\"}", b"{\"$type\": \"System.X.Y, Z\"}"]);
    all(
        "xml-object",
        &[
            b"<java version='1'><object class='java.lang.X'><void method='y'>",
            b"<java.util.PriorityQueue serialization='custom'>",
        ],
    );
}

#[test]
fn python_and_ruby() {
    all(
        "pickle",
        &[
            b"cos\nsystem\n(S'id'\ntR.",
            b"(cposix\nsystem\n(S'id'\ntR.",
            b"\x80\x03cos\nsystem\nq\x00X\x02\x00\x00\x00idq\x01\x85R.",
            b"Y29zCnN5c3RlbQooUydpZCcKdFIu",
        ],
    );
    all(
        "yaml-type",
        &[
            b"!!python/object/apply:os.system ['id']",
            b"--- !ruby/object:Gem::X",
            b"x: !!javax.script.ScriptEngineX [a]",
        ],
    );
    all("ruby-object", &[b"\x04\x08o:\x0bObject\x00", b"\x04\x08[\x07c\x15Gem::SpecFetcher"]);
    all("ruby-object", &[b"\x04\x08{\x06:\x06aI\"\x06b\x06:\x06ET", b"x=BAh7BjoGYUkiBmIGOgZFVA=="]);
    for key in [b"py/object".as_slice(), b"^o", b"json_class"] {
        assert_eq!(found(key, Role::Key), Some("type-key"));
    }
}

#[test]
fn php_net_and_node() {
    all(
        "php-object",
        &[b"O:4:\"User\":1:{s:1:\"a\";b:1;}", b"x|O:+4:\"User\":0:{}", b"a;O:3:\"A\\B\":1:{"],
    );
    all("php-array", &[b"a:1:{s:1:\"a\";i:1;}"]);
    all("php-archive", &[b"phar://x/y"]);
    all(
        "dotnet-object",
        &[
            b"AAEAAAD/////AQAAAAAAAAAM",
            b"/wEyxBEAAQAAAP////8BAAAA",
            b"__VIEWSTATE=/wEyK3FYdMH5gZjKNVaOALkXpEc7Rgb1",
            b"\x00\x01\x00\x00\x00\xff\xff\xff\xff\x01",
        ],
    );
    all("script-object", &[b"{\"a\":\"_$$ND_FUNC$$_function(){}()\"}"]);
}

#[test]
fn data_passes() {
    let texts: [&[u8]; 14] = [
        b"iVBORw0KGgoAAAANSUhEUgAAAAEAAAAB",
        b"eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln",
        b"{\"@type\":\"Person\",\"a\":1}",
        b"O: yes, a: 1",
        b"H4sIAAAAAAAAA8tIzcnJBwCGphA2BQAAAA==",
        b"!!important",
        b"Wow!! really.good.Stuff",
        b"a:1:b:2",
        b"ratio O:4:2",
        b"the cos\nand sin",
        b"/wEPDwUKMTIzNDU2Nzg5MA9kFgI=",
        b"SGVsbG8sIHdvcmxkISBIb3cgYXJlIHlvdT8=",
        b"java.lang.IllegalStateException: x\n\tat com.sun.proxy.X.y(Z.java:1)",
        b"key: &anchor {a: 1}",
    ];
    for text in texts {
        let shown = text.escape_ascii();
        assert_eq!(found(text, Role::Value), None, "{shown}");
    }
    assert_eq!(found(b"import x\ncos\nsystem\n(S'id'\ntR.", Role::FreeText), None);
}

/// What attacks of this family are made of.
const PIECES: &[&str] = &[
    "rO0AB",
    "cos\n",
    "(",
    "R.",
    "O:",
    "4:",
    "\"",
    "a:1:{",
    "!!",
    "a.b.C",
    "\u{80}",
    "gASV",
    "{",
    "\"@type\":",
    "phar:",
    "<java",
    "<void",
    ";",
    "\n",
    "\u{4}\u{8}o",
];

proptest! {
    #[test]
    fn no_bytes_make_it_fail(pieces in vec(select(PIECES), 0..40), noise in vec(any::<u8>(), 0..24)) {
        let mut bytes = pieces.concat().into_bytes();
        bytes.extend(noise);
        for role in [Role::Key, Role::Value, Role::Header, Role::Url, Role::FreeText, Role::ModelInput] {
            for cut in [bytes.len(), bytes.len() / 2] {
                let bytes = &bytes[..cut];
                let lower = bytes.to_ascii_lowercase();
                let text = Text { bytes, lower: &lower, role, classes: Classes::default() };
                let mut work = Work::new(u64::MAX);
                inspect(&text, &mut work);
                let spent = u64::MAX - work.left();
                prop_assert!(spent <= 2000 + 1200 * bytes.len() as u64);
                prop_assert!(inspect(&text, &mut Work::new(0)).is_none() || bytes.is_empty());
            }
        }
    }
}

#[test]
fn names_of_types_and_old_pickles_are_told_from_prose() {
    let found = |text: &str| {
        let mut found = false;
        let families = crate::Families::from_iter([crate::Family::Deserialize]);
        let mut work = crate::Work::default();
        let (text, role) = (text.as_bytes(), crate::Role::Value);
        crate::inspect_text(text, role, families, &mut work, &mut |_| found = true).unwrap();
        found
    };
    for text in ["(S'id'\nios\nsystem\n.", "!ruby/set a", "- !python/tuple [1]"] {
        assert!(found(text), "{text}");
    }
    for text in ["android\nios\nweb.", "I like\n(really)\ndogs.", "Amazon.com, Amazon"] {
        assert!(!found(text), "{text}");
    }
}

#[test]
fn classes_in_documents() {
    all("platform-class", &[b"a=java.io.File", b"java.lang.Thread=a"]);
    all("platform-class", &[b"<a><b>java.io.Reader</b></a>", b"<a b=\"java.lang.Thread\"/>"]);
    assert_eq!(found(b"<p>java.lang.IllegalStateException</p>", Role::Value), None);
}
