//! How far an invocation was trusted, and what policies said of it.
use serde::{Deserialize, Serialize};
use tollgate_policy::{Edge, Permission};

use super::cut::clip;

/// The longest list of contributions or policies that a record keeps.
const LISTED_MAX: usize = 32;

/// A trust score with everything it is the sum of: enough to compute it again.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Trust {
    /// The score in thousandths, 0 to 1000: the sum of the contributions, held within these bounds.
    pub score: i32,
    /// Below this score, in thousandths, an event is refused, where the policy sets a bound.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub required: Option<i32>,
    /// What added to it and what took from it.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub contributions: Vec<Contribution>,
}

/// One part of a trust score.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contribution {
    /// Its stable name, such as `proof.signed` or `size`.
    pub name: String,
    /// What it adds, in thousandths; negative where it takes.
    pub points: i32,
}

/// What policies over facts said.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Authorization {
    /// `allow` or `deny`; none where there are no policies.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decision: Option<String>,
    /// The ids of the policies that decided.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub policies: Vec<String>,
    /// How many policies could not be evaluated.
    #[serde(skip_serializing_if = "is_zero", default)]
    pub errors: u32,
    /// Whether the service graph knows this caller of this function: `known`, `unknown`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub edge: Option<String>,
}

impl From<tollgate_policy::Trust> for Trust {
    fn from(trust: tollgate_policy::Trust) -> Self {
        let contributions = trust.contributions.into_iter();
        Self {
            score: trust.score,
            required: trust.refuse_below,
            contributions: contributions
                .map(|part| Contribution { name: part.name.to_owned(), points: part.points })
                .collect(),
        }
    }
}

impl Authorization {
    /// What policies and the service graph said; none where neither was asked.
    pub(super) fn of(permission: Option<Permission>, edge: Option<Edge>) -> Option<Self> {
        if permission.is_none() && edge.is_none() {
            return None;
        }
        let edge = edge.map(|edge| edge.as_str().to_owned());
        let Some(Permission { permitted, policies, errors }) = permission else {
            return Some(Self { edge, ..Self::default() });
        };
        let decision = if permitted { "allow" } else { "deny" };
        Some(Self { decision: Some(decision.to_owned()), policies, errors, edge })
    }
}

impl Trust {
    pub(super) fn shorten(&mut self) {
        self.contributions.truncate(LISTED_MAX);
        self.contributions.iter_mut().for_each(|part| clip(&mut part.name));
    }
}

impl Authorization {
    pub(super) fn shorten(&mut self) {
        self.policies.truncate(LISTED_MAX);
        let words = self.decision.iter_mut().chain(&mut self.edge);
        self.policies.iter_mut().chain(words).for_each(clip);
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the form serde asks for")]
const fn is_zero(number: &u32) -> bool {
    *number == 0
}
