//! What a run came to, as a table or as JSON.
use std::fmt::Write as _;

use serde_json::json;
use tollgate_budget::{Amount, Span, Unit};
use tollgate_ledger::record::rfc3339;

/// How it stood after a step.
#[derive(Debug, Clone)]
pub(crate) struct Point {
    pub(super) after_ms: u64,
    pub(super) granted: Amount,
    pub(super) spent: Amount,
    pub(super) calls: u64,
    pub(super) refused: u64,
}

/// What a run came to, in the window.
#[derive(Debug, Clone)]
pub(crate) struct Outcome {
    pub(super) window: Span,
    pub(super) limit: Amount,
    pub(super) environments: u64,
    /// The smallest lease.
    pub(super) smallest: Amount,
    /// What all calls would have cost.
    pub(super) demand: Amount,
    pub(super) spent: Amount,
    pub(super) granted: Amount,
    /// Granted and not spent at the end.
    pub(super) stranded: Amount,
    /// Spent without a lease that ever paid it: first events, failures of the store.
    pub(super) by_first: Amount,
    pub(super) by_store: Amount,
    /// Spent by the leases of another window, whose end clocks saw at another time.
    pub(super) skewed: Amount,
    pub(super) calls: u64,
    pub(super) refused: u64,
    pub(super) hostile: u64,
    pub(super) hostile_passed: u64,
    pub(super) requests: u64,
    pub(super) points: Vec<Point>,
}

/// Rows of the table.
const ROWS: usize = 20;

impl Outcome {
    pub(super) fn new(limit: Amount, environments: u64, smallest: Amount, window: Span) -> Self {
        let (demand, spent, granted) = (Amount::ZERO, Amount::ZERO, Amount::ZERO);
        let (stranded, by_first, by_store) = (Amount::ZERO, Amount::ZERO, Amount::ZERO);
        let (calls, refused, hostile, hostile_passed, requests) = (0, 0, 0, 0, 0);
        let (skewed, points) = (Amount::ZERO, Vec::new());
        Self {
            window,
            limit,
            environments,
            smallest,
            demand,
            spent,
            granted,
            stranded,
            by_first,
            by_store,
            skewed,
            calls,
            refused,
            hostile,
            hostile_passed,
            requests,
            points,
        }
    }

    /// Spent beyond the limit.
    fn overshoot(&self) -> Amount {
        self.spent.less(self.limit)
    }

    /// What could have been spent: the limit, or all there was to spend.
    fn possible(&self) -> Amount {
        self.limit.min(self.demand)
    }
}

/// Hundredths of a whole, to four decimals.
fn percent(part: Amount, whole: Amount) -> f64 {
    let parts = part.0.saturating_mul(1_000_000) / whole.0.max(1);
    f64::from(u32::try_from(parts).unwrap_or(u32::MAX)) / 10_000.0
}

fn usd(amount: Amount) -> String {
    Unit::Usd.show(amount)
}

/// One JSON object and a line break. Money is in US dollars, as text.
pub(super) fn json(outcome: &Outcome) -> String {
    let Outcome { limit, .. } = *outcome;
    let object = json!({
        "window": { "startMs": outcome.window.start_ms, "endMs": outcome.window.end_ms },
        "limit": usd(limit),
        "spend": usd(outcome.spent),
        "overshoot_percent": percent(outcome.overshoot(), limit),
        "utilisation_percent": percent(outcome.spent.min(outcome.possible()), outcome.possible()),
        "granted": usd(outcome.granted),
        "granted_percent": percent(outcome.granted, limit),
        "demand": usd(outcome.demand),
        "beyond": {
            "first_events_percent": percent(outcome.by_first, limit),
            "store_failures_percent": percent(outcome.by_store, limit),
            "clock_skew_percent": percent(outcome.skewed, limit),
        },
        "stranded": usd(outcome.stranded),
        "stranded_bound": usd(bound(outcome)),
        "environments": outcome.environments,
        "calls": outcome.calls,
        "refused": outcome.refused,
        "hostile_calls": outcome.hostile,
        "hostile_passed": outcome.hostile_passed,
        "store_requests": outcome.requests,
    });
    format!("{object}\n")
}

/// Environments times the smallest lease.
fn bound(outcome: &Outcome) -> Amount {
    Amount(outcome.smallest.0.saturating_mul(outcome.environments.into()))
}

/// Spend over time, and what it came to.
pub(super) fn table(outcome: &Outcome) -> String {
    let mut text = String::new();
    // Writing to a string cannot fail.
    _ = writeln!(
        text,
        "{:>9} {:>12} {:>12} {:>14} {:>14} {:>8}",
        "seconds", "calls", "refused", "granted $", "spent $", "limit %"
    );
    let every = (outcome.points.len() / ROWS).max(1);
    for point in outcome.points.iter().skip(every - 1).step_by(every) {
        _ = writeln!(
            text,
            "{:>9} {:>12} {:>12} {:>14} {:>14} {:>8.2}",
            point.after_ms / 1000,
            point.calls,
            point.refused,
            usd(point.granted),
            usd(point.spent),
            percent(point.spent, outcome.limit),
        );
    }
    let part = |amount| format!("{:.4} %", percent(amount, outcome.limit));
    let possible = outcome.possible();
    let Span { start_ms, end_ms } = outcome.window;
    let rows = [
        ("window", format!("{} to {}", rfc3339(start_ms), rfc3339(end_ms))),
        ("limit", format!("${}", usd(outcome.limit))),
        ("spent", format!("${}", usd(outcome.spent))),
        ("granted by the store", part(outcome.granted)),
        ("overshoot", part(outcome.overshoot())),
        ("  no lease: first events", part(outcome.by_first)),
        ("  no lease: store failures", part(outcome.by_store)),
        ("  leases of another window", part(outcome.skewed)),
        ("utilisation", format!("{:.2} %", percent(outcome.spent.min(possible), possible))),
        (
            "stranded in leases",
            format!("${}, bound ${}", usd(outcome.stranded), usd(bound(outcome))),
        ),
        ("calls, refused", format!("{}, {}", outcome.calls, outcome.refused)),
        ("hostile, passed", format!("{}, {}", outcome.hostile, outcome.hostile_passed)),
        ("requests to the store", outcome.requests.to_string()),
    ];
    text.push('\n');
    for (name, value) in rows {
        _ = writeln!(text, "{name:<28} {value}");
    }
    text
}
