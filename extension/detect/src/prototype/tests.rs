//! Cases of keys and paths, and what must pass.
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use super::inspect;
use crate::family::Confidence;
use crate::text::{Classes, Role, Text};
use crate::work::Work;

fn found(text: &str, role: Role) -> Option<(&'static str, Confidence)> {
    let lower = text.to_ascii_lowercase();
    let text =
        Text { bytes: text.as_bytes(), lower: lower.as_bytes(), role, classes: Classes::default() };
    inspect(&text, &mut Work::default()).map(|found| (found.technique, found.confidence))
}

#[test]
fn keys_that_reach_a_prototype() {
    for key in
        ["__proto__", "a.__proto__.b", "x[__proto__][y]", "__defineGetter__", "__pro__proto__to__"]
    {
        assert_eq!(found(key, Role::Key), Some(("prototype-key", Confidence::High)), "{key}");
    }
    for key in ["constructor.prototype.x", "constructor[prototype][x]", "a[constructor][prototype]"]
    {
        assert_eq!(found(key, Role::Key), Some(("constructor-path", Confidence::High)), "{key}");
    }
    assert!(found("__class__.__init__.__globals__", Role::Key).is_some());
}

#[test]
fn values_that_hold_such_a_path() {
    let texts = [
        "{\"__proto__\":{\"a\":1}}",
        "?__proto__[a]=b",
        "#__proto__.a=b",
        "__proto__",
        "x?constructor[prototype][a]=b",
        "{\"constructor\": {\n  \"prototype\": {}}}",
        "constructor.prototype.a=b",
        "Object.prototype.a = 1",
        "https://app.example/?__pro__proto__to__[a]=1",
        "Reflect.setPrototypeOf(o, {a: 1})",
        "Array.prototype.a = 1",
    ];
    for text in texts {
        assert!(found(text, Role::Value).is_some(), "{text}");
    }
}

#[test]
fn keys_that_assign_are_only_reported() {
    for key in ["isAdmin", "is_staff", "role", "user[permissions]", "account.is_superuser"] {
        assert_eq!(found(key, Role::Key), Some(("mass-assignment", Confidence::Low)), "{key}");
    }
    // Below `constructor` it is an attack; alone it can be a word.
    assert_eq!(found("prototype", Role::Key), Some(("constructor-path", Confidence::Low)));
}

#[test]
fn ordinary_words_pass() {
    for key in ["constructor", "prototypes.count", "proto", "administration", "controller", "name"]
    {
        assert_eq!(found(key, Role::Key), None, "{key}");
    }
    for text in [
        "a __proto__ in prose",
        "the constructor of a prototype",
        "the constructor. Prototype cars",
        "role: admin",
        "__bold__ text",
    ] {
        assert_eq!(found(text, Role::Value), None, "{text}");
    }
    assert_eq!(found("Foo.__proto__.x = {\"__proto__\": null}", Role::FreeText), None);
}

/// What attacks of this family are made of.
const PIECES: &[&str] =
    &["__proto__", "constructor", "prototype", ".", "[", "]", "\"", ":", "{", "=", "role", " "];

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
