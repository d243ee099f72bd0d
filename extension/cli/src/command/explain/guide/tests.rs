//! Every check is told of, every example fires, and the page is fresh.
use super::super::account::Account;
use super::*;
use crate::command::invoked::Invoked;
use crate::command::policies;

/// The reference page.
fn reference() -> String {
    let entries = CHECKS.iter().map(|check| {
        let (_, entry) = find(check.id).unwrap();
        let text = entry.text(check);
        let rest = text.strip_prefix(check.id).unwrap();
        format!("\n## `{}`{rest}", check.id)
    });
    std::iter::once(HEAD.to_owned()).chain(entries).collect()
}

#[test]
fn every_check_is_told_of_once_and_in_order() {
    let told: Vec<&str> = table::ENTRIES.iter().map(|entry| entry.id).collect();
    let all: Vec<&str> = CHECKS.iter().map(|check| check.id).collect();
    assert_eq!(told, all);
}

#[test]
fn the_page_of_checks_is_fresh() {
    let page = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/reference/checks.md");
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(page, reference()).unwrap();
    }
    let stored = std::fs::read_to_string(page).unwrap_or_default();
    assert!(stored == reference(), "stale; run this test with BLESS=1");
}

/// The checks that fire on an event, under lines of a policy.
fn fired(policy: &str, files: &[(&str, &str)], event: &[u8]) -> Vec<&'static str> {
    let desk = tempfile::tempdir().unwrap();
    for (name, text) in files {
        std::fs::write(desk.path().join(name), text).unwrap();
    }
    let path = desk.path().join("tollgate.yaml");
    std::fs::write(&path, format!("version: 1\nmode: enforce\n{policy}\n")).unwrap();
    let policy = policies::load(&path, None).unwrap_or_else(|wrong| panic!("{policy}: {wrong}"));
    let account = Account::of("event.json", event.to_vec(), &policy, &Invoked::default());
    let checks = account.stages.iter().flat_map(|stage| &stage.checks);
    checks.filter(|check| !check.fired.is_empty()).map(|check| check.id).collect()
}

#[test]
fn every_example_that_is_an_event_fires_its_check() {
    let mut silent = Vec::new();
    for entry in table::ENTRIES {
        let text = |text: &str| json!({ "text": text }).to_string().into_bytes();
        let (policy, files, event) = match &entry.example {
            Example::Text(it) => ("detect: all", &[][..], text(it)),
            Example::Event { policy, files, event } => (*policy, *files, event.to_vec()),
            Example::Told(_) => continue,
        };
        if !fired(policy, files, &event).contains(&entry.id) {
            silent.push((entry.id, fired(policy, files, &event)));
        }
    }
    assert!(silent.is_empty(), "{silent:?}");
}

#[test]
fn most_examples_are_events() {
    let told = table::ENTRIES.iter().filter(|entry| matches!(entry.example, Example::Told(_)));
    assert!(told.count() <= 24);
}
