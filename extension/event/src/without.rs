//! An event without one member, every other byte as it is.
use crate::scan;
use crate::walk::Walk;

/// The object without its member of this name, and without the comma that stood with it; `None`
/// where there is none. `holder` names the member of the root that is meant in the root's place.
pub fn without_member(body: &[u8], holder: Option<&str>, name: &str) -> Option<Vec<u8>> {
    let within = match holder {
        None => 0..body.len(),
        Some(holder) => find(body, holder)?.value,
    };
    let found = find(body.get(within.clone())?, name)?;
    // With the comma behind it, or else with the one before it.
    let gone = match (found.next, found.before) {
        (Some(next), _) => found.key..next,
        (None, Some(before)) => before..found.value.end,
        (None, None) => found.key..found.value.end,
    };
    let before = body.get(..within.start + gone.start)?;
    let after = body.get(within.start + gone.end..)?;
    Some([before, after].concat())
}

/// Where a member stands.
struct Found {
    /// Where its key begins, with its quote.
    key: usize,
    value: std::ops::Range<usize>,
    /// Where the value before it ends.
    before: Option<usize>,
    /// Where the key behind it begins.
    next: Option<usize>,
}

/// The last member of this name: the one that most readers take.
fn find(json: &[u8], name: &str) -> Option<Found> {
    let mut walk = Walk::at_value(json);
    if walk.first() != Some(b'{') {
        return None;
    }
    let (mut found, mut before): (Option<Found>, Option<usize>) = (None, None);
    let mut more = walk.enter();
    while more {
        walk.peek();
        let key = walk.at();
        if let Some(found) = found.as_mut().filter(|found| found.next.is_none()) {
            found.next = Some(key);
        }
        let is_it = scan::unescape(walk.key()) == name.as_bytes();
        walk.peek();
        let start = walk.at();
        walk.value();
        if is_it {
            found = Some(Found { key, value: start..walk.at(), before, next: None });
        }
        before = Some(walk.at());
        more = walk.more();
    }
    found
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn without(body: &str, holder: Option<&str>) -> Option<String> {
        without_member(body.as_bytes(), holder, "_t").map(|it| String::from_utf8(it).unwrap())
    }

    #[test]
    fn one_member_and_its_comma_go_and_nothing_else() {
        for (body, expected) in [
            (r#"{"_t":"x"}"#, "{}"),
            (r#"{ "_t" : "x" }"#, "{  }"),
            (r#"{"_t":"x", "b" : 1.50}"#, r#"{"b" : 1.50}"#),
            (r#"{"a":1 , "_t":"x" }"#, r#"{"a":1 }"#),
            (r#"{"a":1,"_t":{"_t":[1,2]},"b":2}"#, r#"{"a":1,"b":2}"#),
            (" \n{\"a\":\"\\u00e4\",\r\n\t\"\\u005ft\":null}\n", " \n{\"a\":\"\\u00e4\"}\n"),
        ] {
            assert_eq!(without(body, None).as_deref(), Some(expected), "{body}");
        }
        for body in ["{}", "[]", "", "{", r#"{"a":{"_t":1}}"#, r#"["_t"]"#, r#""_t""#] {
            assert_eq!(without(body, None), None, "{body}");
        }
        let bus = r#"{"source":"a", "detail" : {"_t":"x", "b":1}, "_t":2}"#;
        let expected = r#"{"source":"a", "detail" : {"b":1}, "_t":2}"#;
        assert_eq!(without(bus, Some("detail")).as_deref(), Some(expected));
        assert_eq!(without(r#"{"detail":[{"_t":1}]}"#, Some("detail")), None);
    }

    proptest! {
        #[test]
        fn what_is_left_is_what_a_parser_would_leave(
            members in prop::collection::vec(("[a-c_t\"\\\\]{1,3}", "[ -~]{0,6}"), 0..5),
            at in 0..6usize,
        ) {
            let mut members: Vec<(String, String)> = members;
            members.sort();
            members.dedup_by(|a, b| a.0 == b.0);
            members.retain(|(name, _)| name != "_t");
            members.insert(at.min(members.len()), ("_t".into(), "x".into()));
            let text = |members: &[(String, String)]| {
                let all: Vec<_> = members.iter().map(|(name, value)| {
                    format!("{}:{}", serde_json::json!(name), serde_json::json!(value))
                }).collect();
                format!("{{{}}}", all.join(","))
            };
            let whole = text(&members);
            members.retain(|(name, _)| name != "_t");
            prop_assert_eq!(without(&whole, None), Some(text(&members)));
        }

        #[test]
        fn security_no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..64)) {
            let _ = without_member(&bytes, Some("a"), "_t");
            let _ = without_member(&bytes, None, "_t");
        }
    }
}
