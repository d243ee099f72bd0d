//! Texts and requests that are meant to cost much: each is refused, or done with in bounded steps.
#![expect(clippy::unwrap_used, reason = "test code")]

use std::sync::Arc;

use tollgate_cedar::{Defect, Entities, Fault, Policies, Request, Source, Uid, Value, limits};

fn parse(text: &str) -> Result<Policies, Vec<Defect>> {
    Policies::parse(&[Source { name: "p.cedar", text }])
}

fn when(condition: &str) -> String {
    format!("permit(principal, action, resource) when {{ {condition} }};")
}

fn message(text: &str) -> String {
    parse(text).unwrap_err().iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

fn request(context: Value) -> Request {
    let Value::Record(context) = context else { unreachable!("a record was made") };
    let uid = |kind: &str| Uid::new(kind, "x");
    Request {
        principal: uid("A"),
        action: uid("Action"),
        resource: uid("B"),
        context,
        entities: Entities::default(),
    }
}

#[test]
fn nesting_is_bounded_whatever_it_is_made_of() {
    let deep = 100_000;
    for (open, middle, close) in [
        ("(", "true", ")"),
        ("[", "1", "]"),
        ("{a: ", "1", "}"),
        ("if true then true else ", "true", ""),
        ("[1].contains(", "1", ")"),
        ("ip(", "\"::1\"", ")"),
        ("(!", "true", ")"),
        ("(-", "1", ")"),
    ] {
        let text = when(&format!("{}{middle}{}", open.repeat(deep), close.repeat(deep)));
        let text = text.get(..limits::TEXT_BYTES_MAX.min(text.len())).unwrap();
        assert!(message(text).contains("nest deeper than 48"), "{open}: {}", message(text));
    }
}

#[test]
fn long_chains_do_not_nest() {
    for (first, next) in [("true", " && true"), ("false", " || true"), ("1 == 0", " + 1")] {
        let text = when(&format!("{first}{}", next.repeat(20_000)));
        let answer = parse(&text).unwrap().decide(&request(Value::record::<&str>([])));
        assert!(answer.errant.is_empty(), "{first}");
    }
    let path = when(&format!("context{}", ".a".repeat(20_000)));
    let answer = parse(&path).unwrap().decide(&request(Value::record::<&str>([])));
    assert_eq!(answer.errant.first().unwrap().fault, Fault::Attribute);
}

#[test]
fn there_is_a_most_of_everything() {
    let many = when("true").repeat(limits::POLICIES_MAX + 1);
    assert!(message(&many).contains("more than 1000 policies"));
    let set = when(&format!("[{}].isEmpty()", "1,".repeat(100_000)));
    assert!(message(&set).contains("more than 65536 expressions"));
    let large = format!("{}//", " ".repeat(limits::TEXT_BYTES_MAX));
    assert!(message(&large).contains("larger than 262144 bytes"));
    let halves = "1,".repeat(30_000);
    let half = when(&format!("[{halves}].isEmpty()"));
    let sources = ["a", "b", "c"].map(|name| Source { name, text: &half });
    assert!(Policies::parse(&sources).is_err(), "the bound is for all files together");
}

#[test]
fn what_takes_too_long_is_an_error_of_its_policy() {
    let texts: Vec<Value> = (0..50_000).map(|i| Value::text(format!("text {i}"))).collect();
    let large = Value::set(texts);
    let asked = request(Value::record([("a", large.clone()), ("b", large)]));
    let all = "context.a.containsAll(context.b)";
    let policies = parse(&format!("{}{}", when(all), when(&format!("{all} && {all} && {all}"))));
    let answer = policies.unwrap().decide(&asked);
    let faults: Vec<_> = answer.errant.iter().map(|it| (&*it.id, it.fault)).collect();
    assert!(answer.permitted, "the first fits");
    assert_eq!(faults, [("p.cedar#2", Fault::Steps)]);
    let text: Arc<str> = "a".repeat(1 << 20).into();
    let asked = request(Value::record([("a", Value::Text(text))]));
    let stars = format!("context.a like \"{}b\"", "*a".repeat(1000));
    let answer = parse(&when(&format!("{stars}{}", format!(" || {stars}").repeat(20))));
    assert_eq!(answer.unwrap().decide(&asked).errant.first().unwrap().fault, Fault::Steps);
}

#[test]
fn defects_name_their_place() {
    for (text, expected) in [
        (
            "permit(principal, action, resource)",
            "p.cedar:1:36: expected `when`, `unless` or `;`, found the end",
        ),
        (
            "\n  allow(principal, action, resource);",
            "p.cedar:2:3: expected `permit` or `forbid`, found `allow`",
        ),
        (
            "permit(principal == ?principal, action, resource);",
            "p.cedar:1:21: `?principal`: templates cannot be used here",
        ),
        (
            "permit(principal, action == A::\"x\", resource);",
            "p.cedar:1:29: expected an entity of the type `Action`, found one of `A`",
        ),
        (
            "permit(principal, action, resource) when { é };",
            "p.cedar:1:44: `é` is no part of the language",
        ),
        (
            "permit(principal, action, resource) when { x };",
            "p.cedar:1:44: there is no variable `x`",
        ),
        (
            "permit(principal, action, resource) when { 1.foo() };",
            "p.cedar:1:46: there is no method `foo`",
        ),
        (
            "@id(\"a\")permit(principal,action,resource);@id(\"a\")permit(principal,action,resource);",
            "p.cedar:1:1: two policies are called `a`",
        ),
    ] {
        assert_eq!(message(text), expected);
    }
    let names = parse(&format!("{} @id(\"two\") {}", when("true"), when("true"))).unwrap();
    let answer = names.decide(&request(Value::record::<&str>([])));
    assert_eq!(answer.by, [Arc::from("p.cedar#1"), Arc::from("two")]);
}
