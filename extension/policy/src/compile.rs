//! From documents to a policy: every problem at once, or what is in force.
mod auth;
mod authz;
mod budgets;
mod ceilings;
mod digest;
mod gate;
mod leaks;
mod privacy;
mod shelf;
mod tighten;

use tollgate_event::{Caps, Limits, limits};

use crate::checks::{CHECKS, Setting};
use crate::document::{self, Document, Role, Written};
use crate::options::{LedgerOptions, Mode};
use crate::policy::Policy;
use crate::problem::{At, Place, Problem, Problems};
use shelf::Shelf;

/// What stands above the documents: the environment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Overrides {
    /// `TOLLGATE_MODE`.
    pub mode: Option<Mode>,
}

/// What problems call the override of the mode.
const MODE_VARIABLE: &str = "TOLLGATE_MODE";

/// Gives the text of a file that a document names: by the document's own name and the path it
/// writes, or says why not. For a path whose last part has `*`, it gives the paths that fit, one a
/// line.
pub type Files<'r> = dyn FnMut(&str, &str) -> Result<String, String> + 'r;

/// Compiles the baseline and the function's own document, either of which may be missing.
///
/// The second, and the overrides, may only tighten what the first sets. All problems of all
/// documents come back at once. A document that names files (schemas) needs
/// [`compile_with`]; here that is a problem.
pub fn compile(documents: &[Document<'_>], overrides: &Overrides) -> Result<Policy, Problems> {
    compile_with(documents, overrides, &mut |_, _| Err("no files can be read here".to_owned()))
}

/// The same, with the files that documents name.
pub fn compile_with(
    documents: &[Document<'_>],
    overrides: &Overrides,
    files: &mut Files<'_>,
) -> Result<Policy, Problems> {
    let mut problems = Vec::new();
    let baseline = read(documents, Role::Baseline, &mut problems);
    let own = read(documents, Role::Function, &mut problems);
    let overriding = overrides.mode.map(|value| {
        let place = Place { file: MODE_VARIABLE, line: 0, column: 0 };
        At { value, place }
    });
    tighten::check(&baseline, &own, overriding.as_ref(), &mut problems);
    gate::require_quarantine(&baseline, &own, &mut problems);
    budgets::require(&baseline, &own, &mut problems);
    let mut shelf = Shelf::new(files, &mut problems);
    let resolved = resolve(&baseline, &own, &mut shelf);
    let (read, mut notes) = shelf.close();
    notes.extend(budgets::notes(&baseline, &own));
    notes.extend(auth::notes(&baseline, &own));
    let order = |file: &str| documents.iter().position(|document| document.name == file);
    // What stands in other files comes after what stands in documents, in the order it was met.
    tollgate_order::sort_by_key(&mut problems, |problem| match order(&problem.file) {
        Some(document) => (document, problem.line, problem.column),
        None => (documents.len(), 0, 0),
    });
    let mode = overrides
        .mode
        .or_else(|| value(own.mode.as_ref(), baseline.mode.as_ref()))
        .unwrap_or_default();
    let digest = digest::of(documents, &read, *overrides);
    Problems::unless_any(problems, Policy { digest, mode, notes, ..resolved })
}

fn read<'a>(documents: &[Document<'a>], role: Role, problems: &mut Vec<Problem>) -> Written<'a> {
    let mut matching = documents.iter().filter(|document| document.role == role);
    let written = matching.next().map(|document| document::read(document, problems));
    for extra in matching {
        let start = Place { file: extra.name, line: 1, column: 1 };
        problems.push(start.problem("", "a second document of the same role; expected one"));
    }
    written.unwrap_or_default()
}

/// The function's word, or the baseline's.
fn value<T: Clone>(own: Option<&At<'_, T>>, baseline: Option<&At<'_, T>>) -> Option<T> {
    own.or(baseline).map(|at| at.value.clone())
}

fn resolve(baseline: &Written<'_>, own: &Written<'_>, shelf: &mut Shelf<'_, '_>) -> Policy {
    let builtin = Policy::builtin();
    let mut needs = Vec::new();
    let scan_work = value(own.scan_work.as_ref(), baseline.scan_work.as_ref()).flatten();
    let settings = std::array::from_fn(|i| {
        let check = CHECKS.get(i);
        check.map_or(Setting::Off, |check| {
            let said = own.setting(check.id).or_else(|| baseline.setting(check.id));
            said.map_or(check.default, |at| at.value.setting)
        })
    });
    Policy {
        on_error: value(own.on_error.as_ref(), baseline.on_error.as_ref()).unwrap_or_default(),
        direct_invoke: value(own.direct_invoke.as_ref(), baseline.direct_invoke.as_ref())
            .unwrap_or_default(),
        sovereignty: baseline.sovereignty.iter().chain(&own.sovereignty).cloned().collect(),
        limits: resolve_limits(baseline, own, &settings),
        caps: resolve_caps(baseline, own),
        schema_bytes: value(own.schema_bytes.as_ref(), baseline.schema_bytes.as_ref())
            .unwrap_or(builtin.schema_bytes),
        scan_work: scan_work.map_or(builtin.scan_work, u64::from),
        quarantine: value(own.quarantine.as_ref(), baseline.quarantine.as_ref()),
        quarantine_large: value(own.quarantine_large.as_ref(), baseline.quarantine_large.as_ref()),
        gate: gate::default(baseline, own),
        leftovers: ceilings::leftovers(baseline, own),
        spending: budgets::spending(baseline, own),
        floor: gate::floor(baseline, own, &mut needs),
        sources: gate::sources(baseline, own, shelf, &mut needs),
        signing: auth::signing(baseline, own, &mut needs),
        needs,
        leaks: leaks::resolve(baseline, own),
        settings,
        callers: authz::callers(baseline, own),
        trust: authz::trust(baseline, own),
        authorisation: authz::authorisation(baseline, own, shelf),
        ledger: resolve_ledger(baseline, own),
        ..builtin
    }
}

fn resolve_limits(baseline: &Written<'_>, own: &Written<'_>, settings: &[Setting]) -> Limits {
    let default = Limits::default();
    let duplicates = CHECKS.iter().zip(settings).find(|(it, _)| it.id == limits::DUPLICATE_KEYS);
    Limits {
        event_bytes: value(own.event_bytes.as_ref(), baseline.event_bytes.as_ref())
            .unwrap_or(default.event_bytes),
        depth: value(own.depth.as_ref(), baseline.depth.as_ref()).unwrap_or(default.depth),
        keys: value(own.keys.as_ref(), baseline.keys.as_ref()).unwrap_or(default.keys),
        string_bytes: value(own.string_bytes.as_ref(), baseline.string_bytes.as_ref())
            .unwrap_or(default.string_bytes),
        duplicate_keys: duplicates.is_none_or(|(_, setting)| *setting != Setting::Off),
    }
}

fn resolve_caps(baseline: &Written<'_>, own: &Written<'_>) -> Caps {
    let default = Caps::default();
    let nesting = value(own.nesting.as_ref(), baseline.nesting.as_ref());
    Caps {
        inflated_bytes: value(own.inflated_bytes.as_ref(), baseline.inflated_bytes.as_ref())
            .unwrap_or(default.inflated_bytes),
        nesting: nesting.and_then(|it| u8::try_from(it).ok()).unwrap_or(default.nesting),
        steps: default.steps,
    }
}

fn resolve_ledger(baseline: &Written<'_>, own: &Written<'_>) -> LedgerOptions {
    let record = privacy::resolve(baseline, own);
    let (own, baseline, default) = (&own.ledger, &baseline.ledger, LedgerOptions::default());
    LedgerOptions {
        sinks: value(own.sinks.as_ref(), baseline.sinks.as_ref()).unwrap_or(default.sinks),
        flush: value(own.flush.as_ref(), baseline.flush.as_ref()).unwrap_or(default.flush),
        sign: value(own.sign.as_ref(), baseline.sign.as_ref()).unwrap_or(default.sign),
        payload: value(own.payload.as_ref(), baseline.payload.as_ref()).unwrap_or(default.payload),
        checkpoint_records: value(own.records.as_ref(), baseline.records.as_ref())
            .unwrap_or(default.checkpoint_records),
        checkpoint_seconds: value(own.seconds.as_ref(), baseline.seconds.as_ref())
            .unwrap_or(default.checkpoint_seconds),
        kms_key: value(own.kms_key.as_ref(), baseline.kms_key.as_ref()),
        record,
    }
}

#[cfg(test)]
mod tests;
