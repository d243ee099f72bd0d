//! What a report says, as plain data: the JSON form, and what the page is made of.
use std::collections::BTreeMap;

use serde::Serialize;
use tollgate_ledger::verify::Report as Health;

/// The whole report.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Summary {
    /// Distinct records.
    pub(super) records: u64,
    /// Further copies, which are not counted twice.
    pub(super) duplicates: u64,
    /// Records whose body is not what their kind promises.
    pub(super) unread: u64,
    /// Records by kind.
    pub(super) kinds: BTreeMap<String, u64>,
    /// The first and the last moment of a record.
    pub(super) from: String,
    pub(super) to: String,
    pub(super) invocations: Invocations,
    pub(super) over_time: OverTime,
    pub(super) checks: Vec<CheckRow>,
    pub(super) callers: Vec<Row>,
    pub(super) triggers: Vec<Row>,
    /// The slowest by their 99th percentile.
    pub(super) slowest: Vec<FunctionRow>,
    /// Those that most was refused for.
    pub(super) most_refused: Vec<FunctionRow>,
    pub(super) trust: Trust,
    pub(super) cost: Cost,
    pub(super) budgets: Vec<Budget>,
    pub(super) findings: Vec<FindingRow>,
    /// Records that `gap` records say were lost.
    pub(super) lost: u64,
    /// What a verification says; none if it was left out.
    pub(super) health: Option<Health>,
    pub(super) timeline: Option<Timeline>,
}

/// Invocations by what became of them.
#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Invocations {
    pub(super) total: u64,
    pub(super) passed: u64,
    pub(super) filtered: u64,
    pub(super) refused: u64,
    /// Not decided: they never came through the gate.
    pub(super) undecided: u64,
    /// Passed, and would have been refused if their checks had been enforced.
    pub(super) observed: u64,
    pub(super) cold_starts: u64,
    /// By outcome.
    pub(super) outcomes: BTreeMap<String, u64>,
    /// What the gate added, in microseconds: the median and the 99th percentile.
    pub(super) overhead_p50_micros: u64,
    pub(super) overhead_p99_micros: u64,
}

/// Counts over time, in steps of one length.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct OverTime {
    pub(super) step_ms: u64,
    pub(super) steps: Vec<Step>,
}

/// One step; steps without invocations are there too.
#[derive(Debug, Default, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Step {
    pub(super) start_ms: u64,
    pub(super) passed: u64,
    pub(super) filtered: u64,
    pub(super) refused: u64,
    pub(super) undecided: u64,
    /// How often checks fired; those beyond the first 64 of a step are under `…`.
    pub(super) checks: BTreeMap<String, u64>,
}

#[derive(Debug, Serialize)]
pub(super) struct CheckRow {
    pub(super) id: String,
    pub(super) enforced: u64,
    pub(super) observed: u64,
}

/// A caller or a trigger.
#[derive(Debug, Serialize)]
pub(super) struct Row {
    pub(super) name: String,
    pub(super) invocations: u64,
    pub(super) refused: u64,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct FunctionRow {
    pub(super) function: String,
    pub(super) invocations: u64,
    pub(super) refused: u64,
    /// Errors, crashes, timeouts and ceilings.
    pub(super) failed: u64,
    pub(super) p50_ms: u64,
    pub(super) p99_ms: u64,
    pub(super) max_ms: u64,
}

/// Trust scores in ten steps: 0 to 99 thousandths, 100 to 199, …, 900 to 1000.
#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Trust {
    pub(super) scored: u64,
    pub(super) unscored: u64,
    /// Below the score that the policy asked for.
    pub(super) below_required: u64,
    pub(super) tenths: [u64; 10],
}

/// Money in picodollars (10⁻¹² USD).
#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Cost {
    /// By our own clock, over all invocations that have a cost.
    pub(super) estimated_picodollars: u64,
    pub(super) estimated_invocations: u64,
    /// By Lambda's figures, over all invocations that were reported on.
    pub(super) settled_picodollars: u64,
    pub(super) settled_invocations: u64,
    pub(super) billed_ms: u64,
}

/// One budget; amounts are in the base unit of `unit`, as in records.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Budget {
    pub(super) name: String,
    pub(super) unit: String,
    pub(super) scope: String,
    pub(super) limit: u64,
    /// What these invocations took of it, over all windows.
    pub(super) used: u64,
    pub(super) invocations: u64,
    /// The most that was used of one window: the sum over these records where the fleet shares the
    /// limit, else what one environment or caller saw.
    pub(super) peak: u64,
}

#[derive(Debug, Serialize)]
pub(super) struct FindingRow {
    pub(super) id: String,
    pub(super) severity: String,
    pub(super) count: u64,
    pub(super) detail: String,
}

/// One invocation, told in full.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Timeline {
    pub(super) request_id: String,
    /// Why this one is shown.
    pub(super) chosen: &'static str,
    /// Spans on one line of time, in microseconds from its beginning.
    pub(super) spans: Vec<Span>,
    /// Name and value.
    pub(super) facts: Vec<(&'static str, String)>,
    pub(super) checks: Vec<Fired>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Span {
    pub(super) name: &'static str,
    pub(super) start_micros: u64,
    pub(super) length_micros: u64,
}

#[derive(Debug, Serialize)]
pub(super) struct Fired {
    pub(super) id: String,
    pub(super) effect: String,
    pub(super) at: String,
    pub(super) detail: String,
}
