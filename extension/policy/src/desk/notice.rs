//! What the desk has to say that is not the outcome of one event.

/// Something somebody should look at: a finding of the ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// Its stable id, such as `budget.threshold`.
    pub id: &'static str,
    /// How much it matters.
    pub weight: Weight,
    /// The invocation it belongs to, if it belongs to one.
    pub request_id: Option<String>,
    /// Numbers, names of the policy and fixed words; never content of an event.
    pub detail: String,
}

/// How much a notice matters, in the words of OCSF's `severity_id` 1 to 4.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Weight {
    /// No action is needed.
    Informational,
    /// Somebody may decide whether action is needed.
    Low,
    /// Action is needed, but not at once.
    Medium,
    /// Action is needed at once.
    High,
}
