//! From what is written of sources to the gates that their events go through.
use tollgate_detect::{Families, Family};

use super::auth;
use super::ceilings;
use super::shelf::Shelf;
use super::value;
use crate::auth::KeyNeed;
use crate::checks::Setting;
use crate::document::{CheckSetting, Written, WrittenField, WrittenGate};
use crate::gate::{FieldRule, Gate, KeyRule};
use crate::options::{OnRefuse, Quarantine};
use crate::problem::{At, Problem};
use crate::sources::SourceRule;

/// The gate of events whose source is not listed.
pub(super) fn default(baseline: &Written<'_>, own: &Written<'_>) -> Gate {
    let ceilings = ceilings::default(baseline, own);
    Gate { families: families(baseline, own), ceilings, ..Gate::default() }
}

/// The listed sources, each with its gate. A source of the function lies within one of the
/// baseline, if there are any, and what that one asks for holds as well.
pub(super) fn sources(
    baseline: &Written<'_>,
    own: &Written<'_>,
    shelf: &mut Shelf<'_, '_>,
    needs: &mut Vec<KeyNeed>,
) -> Option<Vec<SourceRule>> {
    let listed = own.sources.as_ref().or(baseline.sources.as_ref())?;
    let wider = own.sources.as_ref().and(baseline.sources.as_ref());
    let families = families(baseline, own);
    let everywhere = ceilings::default(baseline, own);
    let rules = listed.value.iter().enumerate().map(|(i, source)| {
        let mut gate = Gate { families, ceilings: everywhere, ..Gate::default() };
        let outer = wider.into_iter().flat_map(|at| &at.value).enumerate();
        let outer = outer.filter(|(_, outer)| source.value.rule.is_within(&outer.value.rule));
        for (i, outer) in outer.take(1) {
            add(&mut gate, &outer.value.gate, i, shelf);
            gate.ceilings = ceilings::over(gate.ceilings, &outer.value.ceilings);
        }
        add(&mut gate, &source.value.gate, i, shelf);
        gate.ceilings = ceilings::over(gate.ceilings, &source.value.ceilings);
        gate.auth = auth::compile(&source.value.rule, &source.value.auth, needs);
        SourceRule { gate, ..source.value.rule.clone() }
    });
    Some(rules.collect())
}

/// What the baseline asks its own sources to prove, where the function lists others: an event must
/// prove what the first source of each that it comes from asks for.
pub(super) fn floor(
    baseline: &Written<'_>,
    own: &Written<'_>,
    needs: &mut Vec<KeyNeed>,
) -> Vec<SourceRule> {
    let wider = own.sources.as_ref().and(baseline.sources.as_ref());
    let wider = wider.into_iter().flat_map(|at| &at.value);
    let rules = wider.map(|source| {
        let auth = auth::compile(&source.value.rule, &source.value.auth, needs);
        SourceRule { gate: Gate { auth, ..Gate::default() }, ..source.value.rule.clone() }
    });
    rules.collect()
}

/// A source that stores copies needs a place for them.
pub(super) fn require_quarantine(
    baseline: &Written<'_>,
    own: &Written<'_>,
    problems: &mut Vec<Problem>,
) {
    let place = value(own.quarantine.as_ref(), baseline.quarantine.as_ref());
    if let Some(large) = own.quarantine_large.as_ref().or(baseline.quarantine_large.as_ref())
        && !matches!(place, Some(Quarantine::Queue { .. }))
    {
        let message = "goes with a queue in `quarantine` only";
        problems.push(large.place.problem("quarantine_large", message));
    }
    if place.is_some() {
        return;
    }
    for listed in [&baseline.sources, &own.sources].into_iter().flatten() {
        for (i, source) in listed.value.iter().enumerate() {
            if source.value.rule.on_refuse == OnRefuse::Quarantine {
                let key = format!("sources[{i}].on_refuse");
                let message = "`quarantine` needs a place for the copies: set the key `quarantine`";
                problems.push(source.place.problem(&key, message));
            }
        }
    }
}

/// The families that hold for every source that does not name its own: at least the baseline's.
fn families(baseline: &Written<'_>, own: &Written<'_>) -> Families {
    let said = value(own.detect.as_ref(), baseline.detect.as_ref());
    let families = said.unwrap_or(Families::LITERAL);
    let asked = Family::ALL.into_iter().filter(|family| {
        let id = family.check();
        let said = own.setting(id).or_else(|| baseline.setting(id));
        said.is_none_or(|at| at.value.setting != Setting::Off)
    });
    families.and(asked.collect())
}

/// Adds what a source says to what a wider one said before.
fn add(gate: &mut Gate, written: &WrittenGate<'_>, index: usize, shelf: &mut Shelf<'_, '_>) {
    let key = |name| format!("sources[{index}].{name}");
    if let Some(detect) = &written.detect {
        gate.families = detect.value;
    }
    gate.settings.splice(0..0, settings(&written.checks));
    gate.fields.splice(0..0, written.fields.iter().map(|at| field(&at.value)));
    let schema = written.schema.as_ref();
    gate.schemas.extend(schema.and_then(|path| shelf.schema(&key("schema"), path)));
    let api = written.openapi.as_ref();
    gate.apis.extend(api.and_then(|path| shelf.api(&key("openapi"), path)));
    let pattern = written.key_pattern.as_ref();
    let pattern = pattern.and_then(|at| shelf.pattern(&key("key.pattern"), at));
    let max_bytes = written.key_bytes.as_ref().map(|at| at.value);
    if pattern.is_some() || max_bytes.is_some() {
        gate.keys.push(KeyRule { pattern, max_bytes });
    }
}

fn field(written: &WrittenField<'_>) -> FieldRule {
    FieldRule {
        at: written.at.clone(),
        text: written.text,
        families: written.detect.as_ref().map(|at| at.value),
        settings: settings(&written.checks),
    }
}

/// A check's own id before its family.
fn settings(written: &[At<'_, CheckSetting>]) -> Vec<(&'static str, Setting)> {
    let of = |exact| move |at: &&At<'_, CheckSetting>| at.value.exact == exact;
    let exact = written.iter().filter(of(true));
    let all = exact.chain(written.iter().filter(of(false)));
    all.map(|at| (at.value.check.id, at.value.setting)).collect()
}
