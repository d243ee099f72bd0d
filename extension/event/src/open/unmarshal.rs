//! Typed JSON as plain JSON: DynamoDB's attribute values, and MongoDB's extended JSON.
use crate::scan::{self, Container, Visitor};
use crate::walk::Walk;

/// DynamoDB nests attributes 32 levels deep at most; what is deeper stays as it is.
const DYNAMO_DEPTH_MAX: u32 = 32;
/// Documents nest 100 levels deep at most (Amazon DocumentDB, "Quotas and limits").
const DOCUMENT_DEPTH_MAX: u32 = 100;

/// Writes an item (Amazon DynamoDB API reference, `AttributeValue`): numbers as numbers where JSON
/// has them, binary values as base64, sets as arrays. What is no attribute value is left as it is.
pub(super) fn item(walk: &mut Walk<'_>, out: &mut Vec<u8>) {
    write_map(walk, out, 0);
}

/// Writes a document without the types of extended JSON, which are objects with one key that
/// starts with a dollar sign (MongoDB specification "Extended JSON", version 2).
pub(super) fn document(walk: &mut Walk<'_>, out: &mut Vec<u8>) {
    write_document(walk, out, 0);
}

fn write_map(walk: &mut Walk<'_>, out: &mut Vec<u8>, depth: u32) {
    if !walk.step_into(Container::Object) {
        return out.extend_from_slice(walk.value());
    }
    write_members(walk, out, |walk, out| write_typed(walk, out, depth));
}

/// `{"S":"text"}` and the like. Something else is copied whole, which costs a copy a level.
fn write_typed(walk: &mut Walk<'_>, out: &mut Vec<u8>, depth: u32) {
    let begin = out.len();
    let mut ahead = *walk;
    let tag = ahead.step_into(Container::Object).then(|| ahead.member()).flatten();
    let Some(tag) = tag.filter(|_| depth < DYNAMO_DEPTH_MAX) else {
        return out.extend_from_slice(walk.value());
    };
    let is_typed = match (tag, ahead.first()) {
        (b"S" | b"B", Some(b'"')) | (b"BOOL", Some(b't' | b'f')) | (b"SS" | b"BS", Some(b'[')) => {
            out.extend_from_slice(ahead.value());
            true
        }
        (b"N", Some(b'"')) => {
            write_number(ahead.value(), out);
            true
        }
        (b"NULL", Some(b't')) => {
            ahead.value();
            out.extend_from_slice(b"null");
            true
        }
        (b"M", Some(b'{')) => {
            write_map(&mut ahead, out, depth + 1);
            true
        }
        (b"L", Some(b'[')) => {
            write_elements(&mut ahead, out, |walk, out| write_typed(walk, out, depth + 1));
            true
        }
        (b"NS", Some(b'[')) => {
            write_elements(&mut ahead, out, |walk, out| write_number(walk.value(), out));
            true
        }
        _ => {
            ahead.value();
            false
        }
    };
    if ends(&mut ahead) && is_typed {
        *walk = ahead;
        return;
    }
    out.truncate(begin);
    out.extend_from_slice(walk.until(&ahead));
}

/// Passes the other members of an object; whether there are none.
fn ends(walk: &mut Walk<'_>) -> bool {
    let mut is_end = true;
    while walk.member().is_some() {
        walk.value();
        is_end = false;
    }
    is_end
}

fn write_document(walk: &mut Walk<'_>, out: &mut Vec<u8>, depth: u32) {
    if depth < DOCUMENT_DEPTH_MAX {
        if let Some(after) = write_extended(walk, out) {
            *walk = after;
            return;
        }
        if walk.step_into(Container::Object) {
            return write_members(walk, out, |walk, out| {
                write_document(walk, out, depth + 1);
            });
        }
        if walk.first() == Some(b'[') {
            return write_elements(walk, out, |walk, out| {
                write_document(walk, out, depth + 1);
            });
        }
    }
    out.extend_from_slice(walk.value());
}

/// A value of extended JSON; gives the place after it. Looks at a few scalars at most.
fn write_extended<'a>(walk: &Walk<'a>, out: &mut Vec<u8>) -> Option<Walk<'a>> {
    let mut ahead = *walk;
    if !ahead.step_into(Container::Object) {
        return None;
    }
    let tag = ahead.member()?;
    let (value, is_number) = match tag {
        b"$oid" | b"$numberDecimal" | b"$uuid" | b"$symbol" | b"$code" => {
            (scalar(&mut ahead)?, false)
        }
        b"$numberInt" | b"$numberLong" | b"$numberDouble" => (scalar(&mut ahead)?, true),
        b"$date" if ahead.step_into(Container::Object) => {
            (only_scalar(&mut ahead, &[b"$numberLong"])?, true)
        }
        b"$date" | b"$minKey" | b"$maxKey" | b"$undefined" => (scalar(&mut ahead)?, false),
        b"$binary" if ahead.step_into(Container::Object) => {
            (only_scalar(&mut ahead, &[b"base64", b"subType"])?, false)
        }
        b"$timestamp" if ahead.step_into(Container::Object) => {
            (only_scalar(&mut ahead, &[b"t", b"i"])?, false)
        }
        _ => return None,
    };
    if ahead.member().is_some() {
        return None;
    }
    if is_number {
        write_number(value, out);
    } else {
        out.extend_from_slice(value);
    }
    Some(ahead)
}

fn scalar<'a>(walk: &mut Walk<'a>) -> Option<&'a [u8]> {
    let is_container = matches!(walk.first(), Some(b'{' | b'['));
    (!is_container).then(|| walk.value())
}

/// The first of an object's members, which must be these, in this order, and no containers. The
/// walk stands in the object.
fn only_scalar<'a>(walk: &mut Walk<'a>, keys: &[&[u8]]) -> Option<&'a [u8]> {
    let mut first = None;
    for key in keys {
        if walk.member()? != *key {
            return None;
        }
        let value = scalar(walk)?;
        first.get_or_insert(value);
    }
    if walk.member().is_some() { None } else { first }
}

/// The members of an object that the walk is in.
fn write_members(
    walk: &mut Walk<'_>,
    out: &mut Vec<u8>,
    mut write: impl FnMut(&mut Walk<'_>, &mut Vec<u8>),
) {
    let mut before = b'{';
    while let Some(key) = walk.member() {
        out.extend_from_slice(&[before, b'"']);
        out.extend_from_slice(key);
        out.extend_from_slice(b"\":");
        write(walk, out);
        before = b',';
    }
    out.extend_from_slice(if before == b'{' { b"{}" } else { b"}" });
}

fn write_elements(
    walk: &mut Walk<'_>,
    out: &mut Vec<u8>,
    mut write: impl FnMut(&mut Walk<'_>, &mut Vec<u8>),
) {
    if !walk.step_into(Container::Array) {
        return;
    }
    let mut before = b'[';
    while walk.element() {
        out.push(before);
        write(walk, out);
        before = b',';
    }
    out.extend_from_slice(if before == b'[' { b"[]" } else { b"]" });
}

/// A number that is written as a string: as a number if JSON has it, else as it is.
fn write_number(json: &[u8], out: &mut Vec<u8>) {
    struct Nothing;
    impl Visitor for Nothing {}
    let digits = json.strip_prefix(b"\"").and_then(|rest| rest.strip_suffix(b"\""));
    let is_number = |digits: &&[u8]| {
        matches!(digits, [b'-' | b'0'..=b'9', .., b'0'..=b'9'] | [b'0'..=b'9'])
            && scan::scan(digits, &mut Nothing).is_ok()
    };
    out.extend_from_slice(digits.filter(is_number).unwrap_or(json));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(write: fn(&mut Walk<'_>, &mut Vec<u8>), json: &str, expected: &str) {
        let mut out = Vec::new();
        write(&mut Walk::at_value(json.as_bytes()), &mut out);
        assert_eq!(String::from_utf8(out).unwrap(), expected, "{json}");
    }

    #[test]
    fn items() {
        for (json, expected) in [
            (r#"{"a":{"S":"x\"y"},"b":{"N":"-1.5e3"}}"#, r#"{"a":"x\"y","b":-1.5e3}"#),
            (r#"{"a":{"N":"+5"},"b":{"N":"1 "},"c":{"N":""}}"#, r#"{"a":"+5","b":"1 ","c":""}"#),
            (r#"{"a":{"BOOL":false},"b":{"NULL":true}}"#, r#"{"a":false,"b":null}"#),
            (
                r#"{"a":{"B":"AAE="},"b":{"BS":["AA==","AQ=="]}}"#,
                r#"{"a":"AAE=","b":["AA==","AQ=="]}"#,
            ),
            (r#"{"a":{"SS":["x","y"]},"b":{"NS":["1","2.5"]}}"#, r#"{"a":["x","y"],"b":[1,2.5]}"#),
            (
                r#"{ "a" : { "M" : { "b" : { "L" : [ { "S" : "x" } , { "M" : {} } ] } } } }"#,
                r#"{"a":{"b":["x",{}]}}"#,
            ),
            (r#"{"a":{"L":[]}}"#, r#"{"a":[]}"#),
            ("{}", "{}"),
            // What is no attribute value stays, so that it is looked at too.
            (r#"{"a":{"S":"x","T":"y"}}"#, r#"{"a":{"S":"x","T":"y"}}"#),
            (
                r#"{"a":{"M":{"b":{"S":"x"}},"S":1},"c":{"S":"y"}}"#,
                r#"{"a":{"M":{"b":{"S":"x"}},"S":1},"c":"y"}"#,
            ),
            (r#"{"a":"x","b":{"S":1},"c":[1],"d":{}}"#, r#"{"a":"x","b":{"S":1},"c":[1],"d":{}}"#),
            ("[1]", "[1]"),
        ] {
            check(item, json, expected);
        }
    }

    #[test]
    fn documents() {
        for (json, expected) in [
            (r#"{"_id":{"$oid":"63ee"},"n":{"$numberLong":"5"}}"#, r#"{"_id":"63ee","n":5}"#),
            (
                r#"{"d":{"$date":{"$numberLong":"17"}},"e":{"$date":"2024"}}"#,
                r#"{"d":17,"e":"2024"}"#,
            ),
            (r#"{"b":{"$binary":{"base64":"AA==","subType":"00"}}}"#, r#"{"b":"AA=="}"#),
            (
                r#"{"t":{"$timestamp":{"t":1,"i":9}},"x":{"$numberDouble":"NaN"}}"#,
                r#"{"t":1,"x":"NaN"}"#,
            ),
            // Operators are no types.
            (
                r#"{"a":{"$gt":""},"b":{"$oid":"x","$ne":1},"c":[{"$oid":{"$ne":1}}]}"#,
                r#"{"a":{"$gt":""},"b":{"$oid":"x","$ne":1},"c":[{"$oid":{"$ne":1}}]}"#,
            ),
            (r#"{"a":[1,{"b":[]}],"c":"x"}"#, r#"{"a":[1,{"b":[]}],"c":"x"}"#),
        ] {
            check(document, json, expected);
        }
    }

    #[test]
    fn depth_is_bounded_and_nothing_is_lost() {
        let deep = |unit: &str, close: &str| format!("{}1{}", unit.repeat(500), close.repeat(500));
        let json = format!("{{\"a\":{}}}", deep(r#"{"L":["#, "]}"));
        let mut out = Vec::new();
        item(&mut Walk::at_value(json.as_bytes()), &mut out);
        assert!(out.starts_with(br#"{"a":[[["#));
        assert_eq!(out.len(), json.len() - 32 * r#"{"L":}"#.len());
        check(document, &deep("[", "]"), &deep("[", "]"));
        // Each level turns out not to be an attribute value only at its end.
        let late = format!("{{\"a\":{}{}}}", r#"{"L":["#.repeat(31), r#"],"x":0}"#.repeat(31));
        check(item, &late, &late);
    }
}
