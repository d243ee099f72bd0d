//! Callers, trust and policies over the facts: what holds of two documents.
use tollgate_cedar::{Policies, Source};

use super::shelf::Shelf;
use super::tighten::Tighten;
use super::value;
use crate::authorise::Authorisation;
use crate::document::{Written, WrittenAuthz};
use crate::graph::Callers;
use crate::problem::At;
use crate::trust::TrustBounds;

/// Both documents' callers: an event's must be known to each.
pub(super) fn callers(baseline: &Written<'_>, own: &Written<'_>) -> Vec<Callers> {
    [baseline, own].into_iter().filter_map(|written| written.authz.callers.clone()).collect()
}

/// The bounds on the score; none where neither document speaks of it.
pub(super) fn trust(baseline: &Written<'_>, own: &Written<'_>) -> Option<TrustBounds> {
    let (own, baseline) = (&own.authz.trust, &baseline.authz.trust);
    if own.is_none() && baseline.is_none() {
        return None;
    }
    let thousandths = |at: u32| i32::try_from(at).unwrap_or(i32::MAX);
    let (own, baseline) = (own.as_ref(), baseline.as_ref());
    let refuse = value(
        own.and_then(|it| it.refuse_below.as_ref()),
        baseline.and_then(|it| it.refuse_below.as_ref()),
    );
    let observe = value(
        own.and_then(|it| it.observe_below.as_ref()),
        baseline.and_then(|it| it.observe_below.as_ref()),
    );
    Some(TrustBounds {
        refuse_below: refuse.map(thousandths),
        observe_below: observe.map(thousandths),
    })
}

/// The policies of both documents, each a set of its own.
pub(super) fn authorisation(
    baseline: &Written<'_>,
    own: &Written<'_>,
    shelf: &mut Shelf<'_, '_>,
) -> Authorisation {
    let sets = [baseline, own].into_iter().filter_map(|written| policies(&written.authz, shelf));
    Authorisation::new(sets.collect())
}

fn policies(written: &WrittenAuthz<'_>, shelf: &mut Shelf<'_, '_>) -> Option<Policies> {
    if written.authorise.is_empty() {
        return None;
    }
    let mut files: Vec<(String, String)> = Vec::new();
    for (i, path) in written.authorise.iter().enumerate() {
        for (name, text) in shelf.policy_files(&format!("authorise[{i}]"), path) {
            if !files.iter().any(|(known, _)| *known == name) {
                files.push((name, text));
            }
        }
    }
    let sources: Vec<_> = files.iter().map(|(name, text)| Source { name, text }).collect();
    match Policies::parse(&sources) {
        Ok(policies) => Some(policies),
        Err(defects) => {
            shelf.defects(defects);
            None
        }
    }
}

impl Tighten<'_> {
    /// The bounds on the score may only rise. Callers and policies of both documents hold side by
    /// side, so that they need no comparing.
    pub(super) fn authz(&mut self, baseline: &Written<'_>, own: &Written<'_>) {
        if let (Some(theirs), Some(mine)) = (&baseline.authz.trust, &own.authz.trust) {
            let (bound, own_bound) = (theirs.refuse_below.as_ref(), mine.refuse_below.as_ref());
            self.bound("trust.refuse_below", bound, own_bound);
            let (bound, own_bound) = (theirs.observe_below.as_ref(), mine.observe_below.as_ref());
            self.bound("trust.observe_below", bound, own_bound);
        }
    }

    fn bound(&mut self, key: &str, theirs: Option<&At<'_, u32>>, mine: Option<&At<'_, u32>>) {
        if let (Some(theirs), Some(mine)) = (theirs, mine)
            && mine.value < theirs.value
        {
            let shown = |at: &At<'_, u32>| format!("0.{:03}", at.value);
            let how = format!("{} loosens {}", shown(mine), shown(theirs));
            self.loosens(key, mine, &how, theirs);
        }
    }
}
