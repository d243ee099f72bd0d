//! Metrics of the ledger in `CloudWatch`'s embedded format: one JSON line, from which the log group
//! makes metrics ("Amazon `CloudWatch` User Guide: Specification: Embedded metric format").
use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::record::{Body, Outcome};

/// The namespace of all metrics.
pub const NAMESPACE: &str = "Tollgate";

/// The most checks that have a metric of their own at one time.
const CHECKS_MAX: usize = 50;

/// Metrics that stand in one line: with the longest names a line stays below 4,096 bytes, which a
/// pipe takes whole or not at all. (An embedded line may define 100 of them, "Specification: Embedded
/// metric format": `MetricDirective`.)
const METRICS_A_LINE: usize = 12;

/// Values of one metric in one line, at most (the same page: `Target members`).
const VALUES_MAX: usize = 100;

/// Counts since the last line. It reads no clock: times are handed in.
#[derive(Debug, Default)]
pub struct Metrics {
    invocations: u64,
    refusals: BTreeMap<String, u64>,
    refused: u64,
    lost: u64,
    overhead_micros: Vec<u64>,
    budgets: BTreeMap<String, u64>,
}

impl Metrics {
    /// Counts what is being recorded.
    pub fn count(&mut self, body: &Body) {
        match body {
            Body::Invocation(record) => {
                self.invocations += 1;
                if let Some(micros) =
                    record.micros.filter(|_| self.overhead_micros.len() < VALUES_MAX)
                {
                    self.overhead_micros.push(micros.overhead);
                }
                for budget in &record.budgets {
                    if let Some(left) = budget.left {
                        self.budgets.insert(budget.name.clone(), left);
                    }
                }
                let refused = record.outcome == Outcome::Refused;
                let check = record.checks.iter().find(|check| check.effect == "enforced");
                if refused {
                    self.refuse(check.map_or("unknown", |check| check.id.as_str()));
                }
            }
            Body::Compact(compact) => {
                self.invocations += 1;
                self.refuse(&compact.refused);
            }
            Body::Gap(gap) => self.lost += gap.records,
            _ => {}
        }
    }

    fn refuse(&mut self, check: &str) {
        self.refused += 1;
        if self.refusals.len() < CHECKS_MAX || self.refusals.contains_key(check) {
            *self.refusals.entry(check.to_owned()).or_default() += 1;
        }
    }

    /// Whether there is anything to say.
    pub const fn is_empty(&self) -> bool {
        self.invocations == 0 && self.lost == 0
    }

    /// The lines, each without a newline and short enough for one write to a pipe; counts begin
    /// anew. `spool_bytes` are bytes that no sink has taken yet.
    pub fn lines(&mut self, now_ms: u64, function: &str, spool_bytes: u64) -> Vec<Vec<u8>> {
        let Self { invocations, refusals, refused, lost, overhead_micros, budgets } =
            std::mem::take(self);
        let mut metrics: Vec<(String, &str, Value)> = Vec::new();
        let mut put = |name: String, unit, value| metrics.push((name, unit, value));
        put("Invocations".to_owned(), "Count", invocations.into());
        put("Refusals".to_owned(), "Count", refused.into());
        put("LostRecords".to_owned(), "Count", lost.into());
        put("SpoolBytes".to_owned(), "Bytes", spool_bytes.into());
        if !overhead_micros.is_empty() {
            put("Overhead".to_owned(), "Microseconds", overhead_micros.into());
        }
        for (check, count) in refusals {
            put(format!("Refusals.{check}"), "Count", count.into());
        }
        for (budget, left) in budgets {
            put(format!("BudgetLeft.{budget}"), "None", left.into());
        }
        metrics.chunks(METRICS_A_LINE).map(|part| line(now_ms, function, part)).collect()
    }
}

fn line(now_ms: u64, function: &str, metrics: &[(String, &str, Value)]) -> Vec<u8> {
    let defined: Vec<Value> =
        metrics.iter().map(|(name, unit, _)| json!({"Name": name, "Unit": unit})).collect();
    let directive =
        json!({"Namespace": NAMESPACE, "Dimensions": [["FunctionName"]], "Metrics": defined});
    let mut values: Map<String, Value> =
        metrics.iter().map(|(name, _, value)| (name.clone(), value.clone())).collect();
    values.insert("FunctionName".to_owned(), function.into());
    values
        .insert("_aws".to_owned(), json!({"Timestamp": now_ms, "CloudWatchMetrics": [directive]}));
    // A map with string keys always serialises.
    serde_json::to_vec(&values).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::{BudgetUse, Check, Compact, Gap, Invocation, Micros};

    #[test]
    fn a_line_defines_every_metric_it_holds() {
        let mut metrics = Metrics::default();
        assert!(metrics.is_empty());
        let record = Invocation {
            outcome: Outcome::Refused,
            checks: vec![Check {
                id: "limits.depth".to_owned(),
                effect: "enforced".to_owned(),
                ..Check::default()
            }],
            micros: Some(Micros { decide: 5, overhead: 40 }),
            budgets: vec![BudgetUse {
                name: "wallet".to_owned(),
                left: Some(7),
                ..BudgetUse::default()
            }],
            ..Invocation::default()
        };
        metrics.count(&Body::from(record));
        metrics.count(&Body::from(Compact {
            refused: "limits.depth".to_owned(),
            ..Compact::default()
        }));
        metrics.count(&Body::from(Gap { records: 3, ..Gap::default() }));
        let lines = metrics.lines(5, "orders", 9);
        let [line] = lines.as_slice() else { panic!("{}", lines.len()) };
        let line: Value = serde_json::from_slice(line).unwrap();
        assert_eq!(line["Invocations"], 2);
        assert_eq!(line["Refusals.limits.depth"], 2);
        assert_eq!(line["Overhead"], json!([40]));
        assert_eq!((&line["LostRecords"], &line["SpoolBytes"]), (&json!(3), &json!(9)));
        assert_eq!(
            (&line["BudgetLeft.wallet"], &line["FunctionName"]),
            (&json!(7), &json!("orders"))
        );
        let directive = &line["_aws"]["CloudWatchMetrics"][0];
        let defined = directive["Metrics"].as_array().unwrap();
        for metric in defined {
            assert!(line.get(metric["Name"].as_str().unwrap()).is_some(), "{metric}");
        }
        assert_eq!(defined.len() + 2, line.as_object().unwrap().len());
        assert!(metrics.is_empty());
    }

    #[test]
    fn every_metric_is_told_in_lines_that_a_pipe_takes_at_once() {
        let mut metrics = Metrics::default();
        for number in 0..100 {
            let name = format!("{number:064}");
            let budgets = vec![BudgetUse { name, left: Some(u64::MAX), ..BudgetUse::default() }];
            metrics.count(&Body::from(Invocation {
                budgets,
                micros: Some(Micros { decide: 0, overhead: 99_999_999 }),
                ..Invocation::default()
            }));
            metrics.count(&Body::from(Compact {
                refused: format!("{number:064}"),
                ..Compact::default()
            }));
        }
        let lines = metrics.lines(u64::MAX, &"f".repeat(64), u64::MAX);
        let mut names = std::collections::BTreeSet::new();
        for line in &lines {
            assert!(line.len() < 4_096, "{} bytes", line.len());
            let line: Value = serde_json::from_slice(line).unwrap();
            for metric in line["_aws"]["CloudWatchMetrics"][0]["Metrics"].as_array().unwrap() {
                let name = metric["Name"].as_str().unwrap();
                assert!(names.insert(name.to_owned()), "{name} twice");
                let values = line[name].as_array().map_or(1, Vec::len);
                assert!(values <= VALUES_MAX, "{name}");
            }
        }
        let of = |kind: &str| names.iter().filter(|name| name.starts_with(kind)).count();
        assert_eq!((of("Refusals."), of("BudgetLeft."), names.len()), (50, 100, 155));
    }
}
