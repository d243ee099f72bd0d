//! What a document database reads as more than a value, by technique.
use proptest::prelude::*;

use super::inspect;
use crate::finding::Match;
use crate::text::{Classes, Role, Text};
use crate::work::Work;

fn judged(role: Role, text: &[u8]) -> Option<Match> {
    let lower = text.to_ascii_lowercase();
    let text = Text { bytes: text, lower: &lower, role, classes: Classes::default() };
    inspect(&text, &mut Work::new(u64::MAX))
}

fn found(role: Role, texts: &[&str]) {
    for text in texts {
        assert!(judged(role, text.as_bytes()).is_some(), "missed: {text}");
    }
}

fn passed(role: Role, texts: &[&str]) {
    for text in texts {
        assert_eq!(judged(role, text.as_bytes()), None, "stopped: {text}");
    }
}

#[test]
fn operators() {
    found(Role::Key, &["$ne", "$where", "user[$ne]", "filter.$regex", "a[b][$in][]", "$gt"]);
    found(
        Role::Value,
        &[
            "{\"$gt\": \"\"}",
            "{ $ne: 1 }",
            "[$ne]=1",
            "true, $where: '1 == 1'",
            "', $or: [ {}, { 'a':'a",
            "' } ], $comment:'x'",
            "{\"user\": {\"$regex\": \"^a\"}}",
            "}, { secret : /.*/ }",
        ],
    );
}

#[test]
fn code() {
    found(
        Role::Value,
        &[
            "' || '1'=='1",
            "\" || \"a\"==\"a",
            "|| 1==1",
            "1 || 2==2//",
            "' && this.secret.match(/^a/)//",
            "';return true;//",
            "0;return 1",
            "';sleep(9000);'",
            "';while(1);//",
            "'; var d=new Date(); do{c=new Date();}while(c-d<9000);'",
            "db.users.insert({a:1})",
            "this.secret.length > 3",
        ],
    );
}

#[test]
fn other_databases() {
    found(
        Role::Value,
        &[
            "x\r\nSET a b\r\n",
            "x\r\nconfig set dir /tmp\r\n",
            "x\r\n*1\r\n$4\r\nPING\r\n",
            "x\r\nset a 0 60 3\r\nabc",
            "redis.call('get', 'x')",
            "' or 1=1 return n //",
            "'}) return n //",
            "x' detach delete n //",
            "load csv from 'http://example.com' as x",
            "a OR *:*",
            "*3\r\n$3\r\nSET\r\n$1\r\na\r\n",
            "' || (function(){var d=new Date();return true;})() || '",
        ],
    );
}

#[test]
fn names_prose_and_formats_pass() {
    passed(Role::Key, &["$schema", "$ref", "$id", "$defs", "$date", "price[$]", "name", "a.b"]);
    passed(
        Role::Value,
        &[
            "O'Brien",
            "$5 or more",
            "query ($text: String!, $in: [ID!]) { search(text: $text) { id } }",
            "{ $id: ID! }",
            "Jack || Jill",
            "a && b",
            "return to sender; please",
            "he said 'no'; return it",
            "set the table\nget the plates",
            "match (tennis) tonight",
            "C++: x == y || z == w",
            "this. And that.",
            "\\$gt",
            "price: $gt",
            "GET / HTTP/1.1\r\nHost: example.com",
            "*:* means everything",
        ],
    );
}

#[test]
fn free_text_passes_unless_it_breaks_out() {
    passed(
        Role::FreeText,
        &["db.users.find({ age: { $gt: 5 } })", "if (a == 1 || 1 == 1) return true;"],
    );
    found(Role::FreeText, &["' || '1'=='1"]);
}

fn work_of(text: &str) -> u64 {
    let bytes = text.as_bytes();
    let seen = Text { bytes, lower: bytes, role: Role::Value, classes: Classes::default() };
    let mut work = Work::new(u64::MAX);
    inspect(&seen, &mut work);
    u64::MAX - work.left()
}

#[test]
fn work_is_charged_in_proportion_and_ends() {
    for unit in ["kiwi ", "; a", "(", "|", "'", "{", "$a", "\n", ")", ":"] {
        let (once, twice) = (work_of(&unit.repeat(20_000)), work_of(&unit.repeat(40_000)));
        assert!(twice < once * 5 / 2, "{unit}: {once} and {twice} steps");
        assert!(once >= super::STEPS_A_BYTE * 20_000, "{unit}: {once} steps");
    }
    let bytes = "; a".repeat(100);
    let bytes = bytes.as_bytes();
    let seen = Text { bytes, lower: bytes, role: Role::Value, classes: Classes::default() };
    let mut little = Work::new(10);
    assert_eq!(inspect(&seen, &mut little), None);
    assert!(little.is_exhausted());
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        judged(Role::Value, &bytes);
        judged(Role::Key, &bytes);
        judged(Role::FreeText, &bytes);
    }

    #[test]
    fn no_fragments_make_it_panic(parts in prop::collection::vec(prop::sample::select(vec![
        "$", "ne", "[$ne]", "{", "}", ":", "\"", "'", ";", "||", "&&", "return", "sleep(", "this.", "x", "==", "1", " ", "\r\n", "set ", "*1", "match (", "new date(", "while(", "db.", "find(", "é", "//", "*:*", ","
    ]), 0..100)) {
        judged(Role::Value, parts.concat().as_bytes());
    }
}
