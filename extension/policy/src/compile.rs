//! From documents to a policy: every problem at once, or what is in force.
mod digest;
mod tighten;

use tollgate_event::{Limits, limits};

use crate::checks::{CHECKS, Setting};
use crate::document::{self, Document, Role, Written};
use crate::options::{LedgerOptions, Mode};
use crate::policy::Policy;
use crate::problem::{At, Place, Problem, Problems};

/// What stands above the documents: the environment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Overrides {
    /// `TOLLGATE_MODE`.
    pub mode: Option<Mode>,
}

/// What problems call the override of the mode.
const MODE_VARIABLE: &str = "TOLLGATE_MODE";

/// Compiles the baseline and the function's own document, either of which may be missing.
///
/// The second, and the overrides, may only tighten what the first sets. All problems of all
/// documents come back at once.
pub fn compile(documents: &[Document<'_>], overrides: &Overrides) -> Result<Policy, Problems> {
    let mut problems = Vec::new();
    let baseline = read(documents, Role::Baseline, &mut problems);
    let own = read(documents, Role::Function, &mut problems);
    let overriding = overrides.mode.map(|value| {
        let place = Place { file: MODE_VARIABLE, line: 0, column: 0 };
        At { value, place }
    });
    tighten::check(&baseline, &own, overriding.as_ref(), &mut problems);
    problems.sort_by_key(|problem| {
        let document = documents.iter().position(|document| document.name == problem.file);
        (document, problem.line, problem.column)
    });
    let mode = overrides
        .mode
        .or_else(|| value(own.mode.as_ref(), baseline.mode.as_ref()))
        .unwrap_or_default();
    let digest = digest::of(documents, *overrides);
    let policy = Policy { digest, mode, ..resolve(&baseline, &own) };
    Problems::unless_any(problems, policy)
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

fn resolve(baseline: &Written<'_>, own: &Written<'_>) -> Policy {
    let builtin = Policy::builtin();
    let sources = own.sources.as_ref().or(baseline.sources.as_ref());
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
        limits: resolve_limits(baseline, own, &settings),
        settings,
        sources: sources.map(|at| at.value.iter().map(|rule| rule.value.clone()).collect()),
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

fn resolve_ledger(baseline: &Written<'_>, own: &Written<'_>) -> LedgerOptions {
    let (own, baseline, default) = (&own.ledger, &baseline.ledger, LedgerOptions::default());
    LedgerOptions {
        sink: value(own.sink.as_ref(), baseline.sink.as_ref()).unwrap_or(default.sink),
        flush: value(own.flush.as_ref(), baseline.flush.as_ref()).unwrap_or(default.flush),
        sign: value(own.sign.as_ref(), baseline.sign.as_ref()).unwrap_or(default.sign),
        payload: value(own.payload.as_ref(), baseline.payload.as_ref()).unwrap_or(default.payload),
        checkpoint_records: value(own.records.as_ref(), baseline.records.as_ref())
            .unwrap_or(default.checkpoint_records),
        checkpoint_seconds: value(own.seconds.as_ref(), baseline.seconds.as_ref())
            .unwrap_or(default.checkpoint_seconds),
    }
}

#[cfg(test)]
mod tests;
