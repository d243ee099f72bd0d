//! How far an invocation was trusted, and what policies said of it.
use serde::{Deserialize, Serialize};

use super::cut::clip;

/// The longest list of contributions or policies that a record keeps.
const LISTED_MAX: usize = 32;

/// A trust score with everything it is the sum of: enough to compute it again.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Trust {
    /// The score, 0 to 100.
    pub score: i32,
    /// Below this score an event is refused, where the policy sets a bound.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub required: Option<i32>,
    /// What added to it and what took from it.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub contributions: Vec<Contribution>,
}

/// One part of a trust score.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contribution {
    /// Its stable name, such as `proof.signed` or `profile.size`.
    pub name: String,
    /// What it adds; negative where it takes.
    pub points: i32,
}

/// What policies over facts said.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Authorization {
    /// `allow` or `deny`.
    pub decision: String,
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

impl Trust {
    pub(super) fn shorten(&mut self) {
        self.contributions.truncate(LISTED_MAX);
        self.contributions.iter_mut().for_each(|part| clip(&mut part.name));
    }
}

impl Authorization {
    pub(super) fn shorten(&mut self) {
        clip(&mut self.decision);
        self.policies.truncate(LISTED_MAX);
        self.policies.iter_mut().chain(&mut self.edge).for_each(clip);
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the form serde asks for")]
const fn is_zero(number: &u32) -> bool {
    *number == 0
}
