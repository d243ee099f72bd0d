//! Nothing is ever lost without a word: each source is played by its own documented rules, with
//! items that are refused, functions that fail and stores that do not work, and counts.
//!
//! The rule that every source checks at the moment when it forgets an item: the function handled
//! it, or a copy is stored, or it lies where the source puts what it gives up.
mod firehose;
mod kafka;
mod queue;
mod s3_batch;
mod stream;
mod unwatched;

use std::collections::{BTreeMap, BTreeSet};

use bytes::Bytes;
use serde_json::{Value, json};
use tollgate_event::{Invocation, RawEvent};

use super::{Verdict, decide};
use crate::compile::{Overrides, compile};
use crate::copies::Copies;
use crate::desk::Desk;
use crate::document::{Document, Role};
use crate::facts::Moment;
use crate::plant;
use crate::policy::Policy;
use crate::refusal::{Answer, StreamHint};
use crate::withheld::{Merged, Withheld};

/// What refused items hold.
const POISON: &str = "poison";

/// Where copies go; what carries them there is played here.
const QUARANTINE: &str = "quarantine: \"file:/mnt/refused\"\n";

/// What a policy says of the source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum OnRefuse {
    Fail,
    Report,
    Quarantine,
}

/// How the function tells of items that it could not handle.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Style {
    /// In its answer.
    Reports,
    /// It raises an error when it has been through all.
    Raises,
}

/// Everything outside the source: the gate, the function and the store.
struct World {
    policy: Policy,
    style: Style,
    chance: Chance,
    /// How many percent of the copies cannot be stored.
    store_fails: u32,
    /// Names of items that the function handled, in order.
    handled: Vec<String>,
    /// Names of items whose copies are stored.
    stored: BTreeSet<String>,
    /// How often the function will still fail on an item.
    flaky: BTreeMap<String, u32>,
    invocations: u32,
}

impl World {
    /// A world for one source; `seed` decides all that is left to chance.
    fn new(trigger: &str, on_refuse: OnRefuse, style: Style, seed: u32) -> Self {
        let source = match on_refuse {
            OnRefuse::Fail => format!("{{ trigger: {trigger} }}"),
            OnRefuse::Report => format!(
                "{{ trigger: {trigger}, mapping: {{ reports_item_failures: true }}, on_refuse: report-item }}"
            ),
            OnRefuse::Quarantine => format!("{{ trigger: {trigger}, on_refuse: quarantine }}"),
        };
        let store = match on_refuse {
            OnRefuse::Quarantine => QUARANTINE,
            OnRefuse::Fail | OnRefuse::Report => "",
        };
        let text = format!("version: 1\nmode: enforce\n{store}sources: [{source}]\n");
        let document = Document { name: "p.yaml", text: &text, role: Role::Function };
        let policy = compile(&[document], &Overrides::default());
        plant::poison_with(Some(POISON));
        Self {
            policy: policy.unwrap_or_else(|problems| panic!("{problems}")),
            style,
            chance: Chance(seed),
            store_fails: 0,
            handled: Vec::new(),
            stored: BTreeSet::new(),
            flaky: BTreeMap::new(),
            invocations: 0,
        }
    }

    /// The contents of a new item: refused, flaky or plain.
    fn item(&mut self, name: &str) -> String {
        match self.chance.below(10) {
            0 | 1 => return format!("{name} {POISON}"),
            2 => _ = self.flaky.insert(name.to_owned(), 1),
            3 => _ = self.flaky.insert(name.to_owned(), 1000),
            _ => {}
        }
        format!("{name} plain")
    }

    /// One invocation, as the extension carries it out. `read` gives the name of each item that
    /// is in an event, `report` the function's answer where these items failed.
    fn invoke(
        &mut self,
        event: &Value,
        read: impl Fn(&Value) -> Vec<String>,
        report: impl Fn(&Value, &[String]) -> Value,
    ) -> Result<Vec<u8>, ()> {
        self.invocations += 1;
        let request_id = format!("r-{}", self.invocations);
        let invocation = Invocation { request_id: request_id.clone(), ..Invocation::default() };
        let event = RawEvent::new(invocation, Bytes::from(event.to_string()));
        let granted = match decide(event, &self.policy, &mut Desk::default(), Moment { unix_ms: 1 })
        {
            Verdict::Granted(granted) => granted,
            Verdict::Refused(refused) => {
                let stored = refused.copies().is_none_or(|copies| self.store(copies));
                let refused = if stored { refused } else { refused.not_stored() };
                return answered(refused.answer(StreamHint::default()));
            }
        };
        let stored = granted.copies().is_none_or(|copies| self.store(copies));
        let mut granted = match granted {
            granted if stored => granted,
            granted => match granted.not_stored() {
                Ok(_) => panic!("granted without its copies"),
                Err((refused, _)) => return answered(refused.answer(StreamHint::default())),
            },
        };
        let withheld = granted.take_withheld();
        let (body, _) = granted.into_parts();
        let event: Value = serde_json::from_slice(&body).unwrap();
        let answer = self.function(&event, read(&event), report)?;
        merge(withheld, answer.to_string().into_bytes(), &request_id)
    }

    fn function(
        &mut self,
        event: &Value,
        names: Vec<String>,
        report: impl Fn(&Value, &[String]) -> Value,
    ) -> Result<Value, ()> {
        let mut failed = Vec::new();
        for contents in names {
            assert!(!contents.contains(POISON), "a refused item reached the function: {contents}");
            let name = name_of(&contents);
            match self.flaky.get_mut(&name).filter(|left| **left > 0) {
                Some(left) => {
                    *left -= 1;
                    failed.push(contents);
                }
                None => self.handled.push(name),
            }
        }
        if self.style == Style::Raises && !failed.is_empty() {
            return Err(());
        }
        Ok(report(event, &failed))
    }

    fn store(&mut self, copies: &Copies) -> bool {
        if self.chance.below(100) < self.store_fails {
            return false;
        }
        for copy in &copies.items {
            let text = String::from_utf8(copy.bytes.to_vec()).unwrap();
            // What is stored is the item itself; base64 of the services is undone by the names.
            self.stored.extend(names_in(&text));
        }
        true
    }

    /// The source forgets an item as done.
    #[track_caller]
    fn forget(&self, name: &str) {
        let name = name_of(name);
        let kept = self.handled.contains(&name) || self.stored.contains(&name);
        assert!(kept, "`{name}` is lost");
    }
}

fn answered(answer: Answer) -> Result<Vec<u8>, ()> {
    match answer {
        Answer::Response { body, .. } => Ok(body),
        Answer::Error { .. } => Err(()),
    }
}

fn merge(withheld: Option<Withheld>, answer: Vec<u8>, request_id: &str) -> Result<Vec<u8>, ()> {
    match withheld.map_or(Merged::AsItIs, |withheld| withheld.merge(&answer)) {
        Merged::AsItIs => Ok(answer),
        Merged::Changed(answer) => Ok(answer),
        Merged::Unreadable => answered(Withheld::unreadable(request_id)),
    }
}

/// Contents for a member that must be base64: a text that is, and in which items to refuse are
/// still told by their bytes.
fn packed(contents: &str) -> String {
    let text = contents.replace('-', "+").replace(' ', "/");
    let whole = text.len().next_multiple_of(4);
    format!("{text:/<whole$}")
}

/// The contents again.
fn unpacked(text: &str) -> String {
    text.replace('+', "-").replace('/', " ").trim_end().to_owned()
}

/// The name is the first word of the contents.
fn name_of(contents: &str) -> String {
    contents.split_whitespace().next().unwrap_or_default().to_owned()
}

/// Every name of an item, `item-N`, in a text.
fn names_in(text: &str) -> Vec<String> {
    let digits = |rest: &str| rest.chars().take_while(char::is_ascii_digit).collect::<String>();
    unpacked(text).split("item-").skip(1).map(|rest| format!("item-{}", digits(rest))).collect()
}

/// What a mapping that reads reports makes of a function's answer: the identifiers that failed,
/// or none for a failure of everything.
fn reported(answer: &[u8]) -> Option<Vec<Value>> {
    let answer: Value =
        if answer.is_empty() { Value::Null } else { serde_json::from_slice(answer).ok()? };
    let list = match answer.get("batchItemFailures") {
        None | Some(Value::Null) => return Some(Vec::new()),
        Some(list) => list.as_array()?,
    };
    list.iter()
        .map(|entry| entry.get("itemIdentifier").filter(|id| **id != json!("")).cloned())
        .collect()
}

/// `batchItemFailures` of these identifiers.
fn failures(identifiers: impl Iterator<Item = Value>) -> Value {
    let entries: Vec<_> = identifiers.map(|id| json!({ "itemIdentifier": id })).collect();
    json!({ "batchItemFailures": entries })
}

/// Every way to treat refused items, and of telling failures, with many seeds.
fn each_case(mut case: impl FnMut(OnRefuse, Style, u32)) {
    for on_refuse in [OnRefuse::Fail, OnRefuse::Report, OnRefuse::Quarantine] {
        for style in [Style::Reports, Style::Raises] {
            for seed in 1..12 {
                case(on_refuse, style, seed);
            }
        }
    }
}

/// Numbers that look like chance and are the same in every run (Numerical Recipes, `ranqd1`).
struct Chance(u32);

impl Chance {
    fn below(&mut self, bound: u32) -> u32 {
        self.0 = self.0.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (self.0 >> 8) % bound
    }
}
