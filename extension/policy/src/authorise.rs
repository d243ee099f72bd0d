//! The owner's policies over the facts of an event: is it permitted?
mod question;

use tollgate_cedar::{Answer, Policies};

pub(crate) use question::Question;

use crate::facts::Permission;

/// The text of the schema of the facts: what policies can ask, and of which type it is. For
/// `tollgate check` and for editors.
pub const FACTS_SCHEMA: &str = include_str!("authorise/facts.cedarschema");

/// The sets of policies in force: the baseline's, then the function's own. Every one of them must
/// permit, so that the second can only tighten.
#[derive(Debug, Clone, Default)]
pub(crate) struct Authorisation(Vec<Policies>);

/// What all of them say of an event.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Ruling {
    pub(crate) permission: Permission,
    /// What `policy.denied` says of it; none where it is permitted.
    pub(crate) denied: Option<String>,
    /// What `policy.error` says of it; none where every policy could be evaluated.
    pub(crate) failed: Option<String>,
}

/// Policies that a detail names, at most.
const NAMED_MAX: usize = 8;

impl Authorisation {
    pub(crate) fn new(sets: Vec<Policies>) -> Self {
        Self(sets)
    }

    /// Whether no document names policies: then there is nothing to ask.
    pub(crate) fn is_absent(&self) -> bool {
        self.0.is_empty()
    }

    /// How many policies there are.
    pub(crate) fn len(&self) -> usize {
        self.0.iter().map(Policies::len).sum()
    }

    /// Asks every set.
    pub(crate) fn ask(&self, question: &Question<'_>) -> Ruling {
        let request = question.request();
        let answers: Vec<Answer> = self.0.iter().map(|set| set.decide(&request)).collect();
        let denied: Vec<&Answer> = answers.iter().filter(|answer| !answer.permitted).collect();
        let permitted = denied.is_empty();
        let speaking: Vec<&Answer> = if permitted { answers.iter().collect() } else { denied };
        let by = speaking.iter().flat_map(|answer| &answer.by);
        let by: Vec<String> = by.map(ToString::to_string).collect();
        let errant: Vec<_> = answers.iter().flat_map(|answer| &answer.errant).collect();
        let failed = errant.iter().map(|errant| format!("`{}`: {}", errant.id, errant.fault));
        let errors = u32::try_from(errant.len()).unwrap_or(u32::MAX);
        Ruling {
            denied: (!permitted).then(|| why_denied(&by)),
            failed: (errors > 0).then(|| listed(failed.collect())),
            permission: Permission { permitted, policies: by, errors },
        }
    }
}

fn why_denied(by: &[String]) -> String {
    if by.is_empty() {
        return "no policy permits it".to_owned();
    }
    format!("forbidden by {}", listed(by.iter().map(|id| format!("`{id}`")).collect()))
}

fn listed(mut names: Vec<String>) -> String {
    let more = names.len().saturating_sub(NAMED_MAX);
    names.truncate(NAMED_MAX);
    let names = names.join(", ");
    if more > 0 { format!("{names} and {more} more") } else { names }
}
