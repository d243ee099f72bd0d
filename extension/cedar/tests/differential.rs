//! Our evaluator and the crate `cedar-policy` agree: on which texts are policies, and on every
//! decision, with the same policies named for it and the same ones in error.
#![expect(clippy::unwrap_used, reason = "test code")]

#[path = "differential/convert.rs"]
mod convert;
#[path = "differential/reference.rs"]
mod reference;
#[path = "differential/strategy.rs"]
mod strategy;

use std::collections::BTreeSet;

use proptest::prelude::*;
use tollgate_cedar::{Policies, Request, Source};

/// The decision, the policies that made it, and those in error.
type Outcome = (bool, BTreeSet<String>, BTreeSet<String>);

fn ours(text: &str, request: &Request) -> Option<Outcome> {
    let policies = Policies::parse(&[Source { name: "p", text }]).ok()?;
    let answer = policies.decide(request);
    let by = answer.by.iter().map(ToString::to_string).collect();
    let errant = answer.errant.iter().map(|errant| errant.id.to_string()).collect();
    Some((answer.permitted, by, errant))
}

fn agree(text: &str, request: &Request) {
    assert_eq!(ours(text, request), reference::decide(text, request), "{text}\n{request:#?}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn decisions_are_the_same(text in strategy::policies(), request in strategy::request()) {
        agree(&text, &request);
    }

    #[test]
    fn broken_texts_are_told_apart_the_same(
        text in strategy::policies(),
        slips in prop::collection::vec((any::<prop::sample::Index>(), strategy::scrap()), 1..3),
        request in strategy::request(),
    ) {
        let mut words: Vec<String> = text.split_inclusive(' ').map(str::to_owned).collect();
        for (at, scrap) in slips {
            let at = at.index(words.len());
            match scrap {
                Some(scrap) => words.insert(at, scrap),
                None => _ = words.remove(at),
            }
            if words.is_empty() {
                words.push(String::new());
            }
        }
        agree(&words.concat(), &request);
    }
}

#[test]
fn what_is_easily_got_wrong_is_got_right() {
    let request = strategy::fixed();
    for expression in include_str!("differential/corners.txt").lines() {
        if expression.is_empty() || expression.starts_with('#') {
            continue;
        }
        agree(&format!("permit(principal, action, resource) when {{ {expression} }};"), &request);
    }
}

#[test]
fn heads_are_read_alike() {
    let request = strategy::fixed();
    for head in include_str!("differential/heads.txt").lines() {
        agree(head, &request);
    }
}
