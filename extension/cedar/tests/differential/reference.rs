//! The same question, asked of the crate `cedar-policy`.
use std::collections::BTreeSet;
use std::str::FromStr;

use cedar_policy::{Authorizer, Decision, PolicySet};
use tollgate_cedar::Request;

use super::Outcome;
use super::convert::{asked, entities};

/// What the crate says; none where it cannot read the policies, or they are templates.
pub(super) fn decide(text: &str, request: &Request) -> Option<Outcome> {
    let policies = PolicySet::from_str(text).ok()?;
    if policies.templates().next().is_some() {
        return None;
    }
    let mut names: Vec<_> = policies.policies().map(|policy| policy.id().to_string()).collect();
    names.sort_by_key(|name| name.trim_start_matches("policy").parse::<u32>().unwrap());
    let ours = |name: String| {
        let at = names.iter().position(|known| *known == name).unwrap();
        let policy = policies.policies().find(|policy| policy.id().to_string() == name).unwrap();
        let id = policy.annotation("id").filter(|id| !id.is_empty());
        id.map_or_else(|| format!("p#{}", at + 1), str::to_owned)
    };
    let answer =
        Authorizer::new().is_authorized(&asked(request, None), &policies, &entities(request, None));
    let by = answer.diagnostics().reason().map(|id| ours(id.to_string())).collect();
    let errant: BTreeSet<_> = answer
        .diagnostics()
        .errors()
        .map(|error| match error {
            cedar_policy::AuthorizationError::PolicyEvaluationError(error) => {
                ours(error.policy_id().to_string())
            }
        })
        .collect();
    Some((answer.decision() == Decision::Allow, by, errant))
}
