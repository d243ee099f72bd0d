//! JSON in its one canonical form (RFC 8785), so that a digest survives services that write a
//! payload anew.
use std::borrow::Cow;
use std::fmt::Write as _;

use serde::de::IgnoredAny;

/// The deepest nesting that is written.
const DEPTH_MAX: u32 = 128;

/// The canonical form of a JSON text without one member of its outermost object (none if it is
/// empty). `None` if the text is no JSON, if a member stands twice in an object, if it is more than
/// 128 levels deep, if a number in it is beyond what a double holds, or if a whole number is written
/// with digits that a double does not hold: its last digits could be changed under the same digest
/// (RFC 7493, section 2.2).
///
/// Takes time linear in the text, but for sorting the members of each object.
pub fn canonical(json: &[u8], without: &str) -> Option<Vec<u8>> {
    // What is read below has been checked here.
    serde_json::from_slice::<IgnoredAny>(json).ok()?;
    let mut rest = std::str::from_utf8(json).ok()?;
    let mut text = String::with_capacity(json.len());
    value(&mut rest, &mut text, without, DEPTH_MAX)?;
    Some(text.into_bytes())
}

fn value(rest: &mut &str, text: &mut String, without: &str, depth: u32) -> Option<()> {
    *rest = rest.trim_start();
    match rest.bytes().next()? {
        b'{' => object(rest, text, without, depth.checked_sub(1)?),
        b'[' => array(rest, text, depth.checked_sub(1)?),
        b'"' => {
            string(&read_string(rest)?, text);
            Some(())
        }
        b'n' | b't' | b'f' => {
            text.push_str(take(rest, |byte| byte.is_ascii_lowercase())?);
            Some(())
        }
        _ => {
            number(take(rest, |byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte))?, text)
        }
    }
}

fn array(rest: &mut &str, text: &mut String, depth: u32) -> Option<()> {
    text.push('[');
    let mut more = enter(rest, "]");
    while more {
        value(rest, text, "", depth)?;
        more = go_on(rest, "]");
        text.push_str(if more { "," } else { "" });
    }
    text.push(']');
    Some(())
}

fn object(rest: &mut &str, text: &mut String, without: &str, depth: u32) -> Option<()> {
    let mut members = Vec::new();
    let mut more = enter(rest, "}");
    while more {
        *rest = rest.trim_start();
        let key = read_string(rest)?;
        *rest = rest.trim_start().strip_prefix(':')?;
        let mut written = String::new();
        value(rest, &mut written, "", depth)?;
        members.push((key, written));
        more = go_on(rest, "}");
    }
    // Section 3.2.3: by UTF-16 code units.
    tollgate_order::sort_by(&mut members, |(one, _), (other, _)| {
        one.encode_utf16().cmp(other.encode_utf16())
    });
    if members.windows(2).any(|pair| matches!(pair, [(one, _), (other, _)] if one == other)) {
        return None;
    }
    text.push('{');
    let kept = members.iter().filter(|(key, _)| without.is_empty() || key != without);
    for (index, (key, written)) in kept.enumerate() {
        text.push_str(if index > 0 { "," } else { "" });
        string(key, text);
        text.push(':');
        text.push_str(written);
    }
    text.push('}');
    Some(())
}

/// Steps over an opening bracket; whether something stands before `end`.
fn enter(rest: &mut &str, end: &str) -> bool {
    let mut inner = rest.chars();
    inner.next();
    *rest = inner.as_str().trim_start();
    match rest.strip_prefix(end) {
        Some(after) => {
            *rest = after;
            false
        }
        None => true,
    }
}

/// Steps over a comma, or over `end`; whether it was the comma.
fn go_on(rest: &mut &str, end: &str) -> bool {
    *rest = rest.trim_start();
    if let Some(after) = rest.strip_prefix(',') {
        *rest = after;
        return true;
    }
    *rest = rest.strip_prefix(end).unwrap_or_default();
    false
}

/// Steps over bytes of a kind.
fn take<'a>(rest: &mut &'a str, kind: impl Fn(u8) -> bool) -> Option<&'a str> {
    let length = rest.bytes().take_while(|byte| kind(*byte)).count();
    let (taken, after) = rest.split_at_checked(length)?;
    *rest = after;
    Some(taken)
}

/// Steps over a string; gives what it means.
fn read_string<'a>(rest: &mut &'a str) -> Option<Cow<'a, str>> {
    let inner = rest.strip_prefix('"')?;
    let mut escaped = false;
    let length = inner.bytes().position(|byte| {
        let ends = byte == b'"' && !escaped;
        escaped = byte == b'\\' && !escaped;
        ends
    })?;
    let (raw, after) = inner.split_at_checked(length)?;
    let (quoted, _) = rest.split_at_checked(length + 2)?;
    *rest = after.strip_prefix('"')?;
    if raw.contains('\\') {
        serde_json::from_str(quoted).ok().map(Cow::Owned)
    } else {
        Some(Cow::Borrowed(raw))
    }
}

fn string(value: &str, text: &mut String) {
    text.push('"');
    for c in value.chars() {
        match c {
            '"' => text.push_str("\\\""),
            '\\' => text.push_str("\\\\"),
            '\u{8}' => text.push_str("\\b"),
            '\t' => text.push_str("\\t"),
            '\n' => text.push_str("\\n"),
            '\u{c}' => text.push_str("\\f"),
            '\r' => text.push_str("\\r"),
            // Writing to a text cannot fail.
            c if c < ' ' => _ = write!(text, "\\u{:04x}", u32::from(c)),
            c => text.push(c),
        }
    }
    text.push('"');
}

/// As ECMAScript writes a double (ECMA-262, `Number::toString`): the shortest digits that give the
/// same number again.
fn number(written: &str, text: &mut String) -> Option<()> {
    let value: f64 = written.parse().ok().filter(|value: &f64| value.is_finite())?;
    if value == 0.0 {
        text.push('0');
        return Some(());
    }
    let begins = text.len();
    shortest(value, text)?;
    let is_whole = written.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
    (!is_whole || text.get(begins..) == Some(written)).then_some(())
}

/// A double's shortest digits.
fn shortest(value: f64, text: &mut String) -> Option<()> {
    // Rust writes the same shortest digits: `d.ddde±x`.
    let shortest = format!("{:e}", value.abs());
    let (mantissa, exponent) = shortest.split_once('e')?;
    let exponent: i32 = exponent.parse().ok()?;
    let digits: String = mantissa.chars().filter(|c| *c != '.').collect();
    let count = i32::try_from(digits.len()).ok()?;
    if value < 0.0 {
        text.push('-');
    }
    let zeros = |count: i32| "0".repeat(usize::try_from(count).unwrap_or_default());
    // The place of the point, counted from the first digit.
    let point = exponent + 1;
    if (count..=21).contains(&point) {
        text.push_str(&digits);
        text.push_str(&zeros(point - count));
    } else if (1..=21).contains(&point) {
        let (whole, rest) = digits.split_at_checked(usize::try_from(point).ok()?)?;
        _ = write!(text, "{whole}.{rest}");
    } else if (-5..=0).contains(&point) {
        _ = write!(text, "0.{}{digits}", zeros(-point));
    } else {
        let (first, rest) = digits.split_at_checked(1)?;
        let rest = if rest.is_empty() { String::new() } else { format!(".{rest}") };
        let sign = if exponent < 0 { '-' } else { '+' };
        _ = write!(text, "{first}{rest}e{sign}{}", exponent.abs());
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::Value;

    use super::*;

    fn form(json: &str) -> String {
        String::from_utf8(canonical(json.as_bytes(), "").unwrap()).unwrap()
    }

    #[test]
    fn the_published_example_holds() {
        // RFC 8785, section 3.2.2 and 3.2.3.
        let written = "{\"numbers\":[333333333.33333329,1E30,4.50,2e-3,0.000000000000000000000000001],\
            \"string\":\"\\u20ac$\\u000F\\u000aA'\\u0042\\u0022\\u005c\\\\\\\"\\/\",\
            \"literals\":[null,true,false]}";
        assert_eq!(
            form(written),
            "{\"literals\":[null,true,false],\"numbers\":[333333333.3333333,1e+30,4.5,0.002,1e-27],\
             \"string\":\"€$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\"}"
        );
        let keys = r#"{"\u20ac":1,"\r":2,"\ufb33":3,"1":4,"\ud83d\ude00":5,"\u0080":6,"\u00f6":7}"#;
        assert_eq!(
            form(keys),
            "{\"\\r\":2,\"1\":4,\"\u{80}\":6,\"ö\":7,\"€\":1,\"😀\":5,\"\u{fb33}\":3}"
        );
    }

    #[test]
    fn numbers_are_written_as_ecmascript_writes_them() {
        for (written, canonical) in [
            ("-0", "0"),
            ("0.0", "0"),
            ("1.0", "1"),
            ("-1.50", "-1.5"),
            ("1e21", "1e+21"),
            ("999999999999999900000", "999999999999999900000"),
            ("1e-6", "0.000001"),
            ("1e-7", "1e-7"),
            ("1.5e-9", "1.5e-9"),
            ("9007199254740992", "9007199254740992"),
            ("-9007199254740992", "-9007199254740992"),
            ("5e-324", "5e-324"),
            ("1.7976931348623157e308", "1.7976931348623157e+308"),
        ] {
            assert_eq!(form(written), canonical, "{written}");
        }
    }

    #[test]
    fn security_no_digit_of_a_whole_number_can_be_changed_under_the_same_form() {
        for written in [
            "9007199254740993",
            "-9007199254740993",
            "123456789012345678901",
            "1".repeat(40).as_str(),
        ] {
            assert_eq!(canonical(written.as_bytes(), ""), None, "{written}");
        }
    }

    #[test]
    fn one_member_can_be_left_out() {
        let without = |json: &str| canonical(json.as_bytes(), "_tollgate");
        assert_eq!(without(r#"{"b":1,"_tollgate":"x"}"#).unwrap(), br#"{"b":1}"#);
        assert_eq!(without(r#"[{"_tollgate":1}]"#).unwrap(), br#"[{"_tollgate":1}]"#);
        assert_eq!(without(r#"{"a":1,"a":2}"#), None);
        assert_eq!(without("{"), None);
        assert_eq!(without("1 2"), None);
        assert_eq!(without("1e999"), None);
        let deep = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        assert!(without(&deep(128)).is_some());
        assert_eq!(without(&deep(129)), None);
        assert_eq!(without(&deep(100_000)), None);
    }

    proptest! {
        #[test]
        fn the_form_of_the_form_is_the_form(number in any::<f64>(), text in ".{0,20}") {
            prop_assume!(number.is_finite());
            let text_json = serde_json::json!(text);
            let json = format!("{{\"b\" : {number:?}, \"a\":{text_json} }}");
            let once = form(&json);
            prop_assert_eq!(form(&once), once.clone());
            let read: Value = serde_json::from_str(&once).unwrap();
            prop_assert_eq!(read.get("a").and_then(Value::as_str), Some(text.as_str()));
            let (_, written) = once.trim_end_matches('}').rsplit_once(':').unwrap();
            prop_assert_eq!(written.parse::<f64>().unwrap().to_bits(), (number + 0.0).to_bits());
        }
    }
}
