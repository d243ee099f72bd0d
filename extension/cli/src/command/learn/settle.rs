//! From what was observed to a policy that refuses none of it: what would is taken back.
use std::collections::BTreeSet;

use tollgate_event::RawEvent;
use tollgate_policy::{
    CHECKS, Desk, Document, Edge, Effect, Mode, Moment, Overrides, Policy, Role, compile_with,
    decide,
};

use super::gather::{Key, Observed};
use super::write;

/// A policy, and what it was learned from.
#[derive(Debug)]
pub(super) struct Learned {
    pub(super) policy: String,
    /// Paths below the policy's directory, with their texts.
    pub(super) schemas: Vec<(String, String)>,
    pub(super) events: u64,
    pub(super) records: u64,
    pub(super) sources: usize,
    pub(super) callers: bool,
    pub(super) observed_checks: Vec<&'static str>,
}

/// What was learned but does not hold for all that was observed.
#[derive(Debug, Default)]
pub(super) struct Doubts {
    pub(super) schemas: BTreeSet<Key>,
    pub(super) routes: bool,
    pub(super) callers: bool,
    /// Checks that fire on what was observed.
    pub(super) checks: BTreeSet<&'static str>,
}

const LATERAL: &str = "source.lateral";

/// Rounds of taking back: each takes something back or is the last.
const ROUNDS_MAX: usize = 64;

/// Writes the policy, decides everything that was observed under it as if it enforced, and takes
/// back what refuses any of it, until nothing does.
pub(super) fn settle(observed: &Observed) -> Result<Learned, String> {
    let mut doubts = Doubts::default();
    for _ in 0..ROUNDS_MAX {
        let draft = write::draft(observed, &doubts);
        let policy = compiled(&draft.policy, &draft.schemas)?;
        if !doubt(&observed.kept, &policy, &draft, &mut doubts) {
            return Ok(Learned {
                sources: draft.keys.len(),
                callers: draft.callers,
                policy: draft.policy,
                schemas: draft.schemas,
                events: observed.events,
                records: observed.records,
                observed_checks: doubts.checks.into_iter().collect(),
            });
        }
    }
    Err("it does not settle".to_owned())
}

fn compiled(text: &str, schemas: &[(String, String)]) -> Result<Policy, String> {
    let document = Document { name: "tollgate.yaml", text, role: Role::Function };
    let overrides = Overrides { mode: Some(Mode::Enforce) };
    let mut files = |_: &str, path: &str| {
        let found = schemas.iter().find(|(name, _)| name == path);
        found.map(|(_, text)| text.clone()).ok_or_else(|| "there is no such file".to_owned())
    };
    compile_with(&[document], &overrides, &mut files).map_err(|problems| problems.to_string())
}

/// Whether something must be taken back.
fn doubt(events: &[RawEvent], policy: &Policy, draft: &write::Draft, doubts: &mut Doubts) -> bool {
    let before = doubts.weight();
    for raw in events {
        let verdict = decide(raw.clone(), policy, &mut Desk::default(), Moment { unix_ms: 0 });
        let enforced = verdict.facts().checks.iter().filter(|it| it.effect == Effect::Enforced);
        for fired in enforced {
            match verdict.facts().edge {
                // Its name is right but only said: that is no reason to forget it.
                Some(Edge::Unproved) if fired.id == LATERAL => doubts.observe(LATERAL),
                _ => doubts.take(fired.id, raw, policy, draft),
            }
        }
    }
    doubts.weight() > before
}

impl Doubts {
    fn weight(&self) -> usize {
        self.schemas.len()
            + self.checks.len()
            + usize::from(self.routes)
            + usize::from(self.callers)
    }

    fn take(&mut self, id: &'static str, raw: &RawEvent, policy: &Policy, draft: &write::Draft) {
        match id {
            "source.unlisted" if !self.routes => self.routes = true,
            LATERAL => self.callers = true,
            "schema.body" | "limits.schema_bytes" | "limits.scan" => {
                let event = tollgate_event::decode(raw.clone(), policy.limits());
                let event = tollgate_event::classify(event);
                let listed = policy.listed(event.assertions());
                let key = listed.and_then(|(index, _)| draft.keys.get(index));
                let is_new = key.is_some_and(|key| self.schemas.insert(key.clone()));
                if !is_new {
                    self.observe(id);
                }
            }
            id => self.observe(id),
        }
    }

    fn observe(&mut self, id: &str) {
        let check = CHECKS.iter().find(|check| check.id == id && check.settable);
        self.checks.extend(check.map(|check| check.id));
    }
}
