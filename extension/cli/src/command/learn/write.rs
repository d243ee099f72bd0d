//! The policy as a text: every part with how often it was seen.
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use super::gather::{Group, Key, Observed};
use super::infer::room;
use super::settle::Doubts;

/// Values of a payload before its shape is worth a schema.
const EXAMPLES_MIN: u64 = 1;
/// Below this, sizes say nothing, in bytes.
const EVENT_BYTES_MIN: u64 = 16 * 1024;
/// The largest event that Lambda takes, in bytes (AWS Lambda Developer Guide, "Lambda quotas").
const EVENT_BYTES_MAX: u64 = 6_291_556;

/// A policy that may yet be changed.
#[derive(Debug)]
pub(super) struct Draft {
    pub(super) policy: String,
    pub(super) schemas: Vec<(String, String)>,
    /// The sources in the order of the policy.
    pub(super) keys: Vec<Key>,
    pub(super) callers: bool,
}

const HEAD: &str = "\
# Learned from what was observed. It refuses nothing yet: run it, look at what it notes, and set
# `mode: enforce` when that is nothing that should pass.
version: 1
mode: observe
";

/// Writes what was observed, but for what is in doubt.
pub(super) fn draft(observed: &Observed, doubts: &Doubts) -> Draft {
    let Observed { events, records, bytes, minutes, .. } = observed;
    let mut text = HEAD.to_owned();
    let largest = room(*bytes).clamp(EVENT_BYTES_MIN, EVENT_BYTES_MAX);
    line(
        &mut text,
        &format!("# {events} events and {records} records; the largest had {bytes} bytes."),
    );
    line(&mut text, &format!("limits: {{ event_bytes: {largest} }}"));
    if let Some(most) = minutes.values().max() {
        line(&mut text, &format!("# At most {most} events came in one minute."));
    }
    checks(&mut text, &doubts.checks);
    let callers = !doubts.callers && callers(&mut text, observed);
    let mut draft = Draft { policy: text, schemas: Vec::new(), keys: Vec::new(), callers };
    line(&mut draft.policy, "sources:");
    for (key, group) in merged(observed, doubts) {
        source(&mut draft, key, &group, doubts);
    }
    draft
}

fn checks(text: &mut String, checks: &BTreeSet<&'static str>) {
    if checks.is_empty() {
        return;
    }
    line(text, "# These fire on what was observed; look at why before they enforce.");
    line(text, "checks:");
    for id in checks {
        line(text, &format!("  {id}: observe"));
    }
}

/// Only where somebody was seen whom the service graph can know.
fn callers(text: &mut String, observed: &Observed) -> bool {
    let peers = &observed.peers;
    let lists = [
        ("functions", &peers.functions, is_function as fn(&str) -> bool),
        ("roles", &peers.roles, |name| name.contains(":role/")),
    ];
    if lists.iter().all(|(_, list, _)| list.is_empty()) {
        return false;
    }
    line(
        text,
        "# What events merely say of their callers counts under `direct_invoke: closed` alone:",
    );
    line(text, "# state that where it is so, or have callers sign contexts.");
    line(text, "callers:");
    for (name, list, fits) in lists {
        let known: Vec<_> = list.iter().filter(|(caller, _)| fits(caller)).collect();
        if !known.is_empty() {
            line(text, &format!("  {name}:"));
            for (caller, seen) in known {
                line(text, &format!("    - {} # seen {}", quoted(caller), times(*seen)));
            }
        }
    }
    if peers.unnamed > 0 {
        line(text, &format!("  # {} came without a name.", times(peers.unnamed)));
        line(text, "  unnamed: true");
    }
    true
}

fn is_function(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b":_-".contains(&b))
}

/// The sources; without their routes where these are in doubt.
fn merged<'o>(observed: &'o Observed, doubts: &Doubts) -> Vec<(Key, Vec<&'o Group>)> {
    let mut merged: BTreeMap<Key, Vec<&Group>> = BTreeMap::new();
    for (key, group) in &observed.groups {
        let mut key = key.clone();
        if doubts.routes {
            key.route = None;
        }
        merged.entry(key).or_default().push(group);
    }
    // A literal path before one with parts that stand for any: the first that fits counts.
    let mut merged: Vec<_> = merged.into_iter().collect();
    merged.sort_by_key(|(key, _)| {
        key.route.as_ref().map_or(usize::MAX, |route| route.matches("{id}").count())
    });
    merged
}

fn source(draft: &mut Draft, key: Key, groups: &[&Group], doubts: &Doubts) {
    let seen = groups.iter().map(|group| group.seen).sum();
    let bytes = groups.iter().map(|group| group.bytes).max().unwrap_or(0);
    let items = groups.iter().map(|group| group.items).max().unwrap_or(0);
    let text = &mut draft.policy;
    line(text, &format!("  # Seen {}; at most {bytes} bytes and {items} items.", times(seen)));
    line(text, &format!("  - trigger: {}", key.trigger));
    for (name, value) in [
        ("arn", &key.arn),
        ("account", &key.account),
        ("region", &key.region),
        ("route", &key.route),
    ] {
        if let Some(value) = value {
            line(text, &format!("    {name}: {}", quoted(value)));
        }
    }
    if items > 1 && key.is_batch {
        line(text, &format!("    ceilings: {{ items: {} }}", room(items.into()).min(10_000)));
    }
    if let [group] = groups
        && group.other == 0
        && group.shape.seen() >= EXAMPLES_MIN
        && !doubts.schemas.contains(&key)
    {
        let name = format!("schemas/{:02}-{}.json", draft.keys.len() + 1, key.trigger);
        let payloads = group.shape.seen();
        line(text, &format!("    # The shape of {payloads} payloads."));
        line(text, &format!("    schema: {name}"));
        draft.schemas.push((name, format!("{:#}\n", group.shape.schema(0))));
    }
    draft.keys.push(key);
}

fn line(text: &mut String, line: &str) {
    // Writing to a text does not fail.
    _ = writeln!(text, "{line}");
}

fn times(count: u64) -> String {
    if count == 1 { "once".to_owned() } else { format!("{count} times") }
}

/// A text in single quotes, which YAML takes as it stands.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}
