//! How far an event is trusted, and what the owner's policies say of it.
use serde::Serialize;

/// A trust score with everything that it is the sum of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Trust {
    /// In thousandths: 0 to 1000. The sum of all contributions, held within these bounds.
    pub score: i32,
    /// Below this score an event is refused, in thousandths; none where the policy sets no bound.
    pub refuse_below: Option<i32>,
    /// What added to it and what took from it, in a fixed order; what came to nothing is left out.
    pub contributions: Vec<Contribution>,
}

/// One part of a trust score.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Contribution {
    /// Its stable name, such as `proof.signed`.
    pub name: &'static str,
    /// What it adds, in thousandths; negative where it takes.
    pub points: i32,
}

/// What the owner's policies said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Permission {
    /// Whether every set of policies permits the event.
    pub permitted: bool,
    /// The ids of the policies that decided; none where nothing permits.
    pub policies: Vec<String>,
    /// How many policies could not be evaluated.
    pub errors: u32,
}
