//! What keeps an attack from writing the log full: after many refusals records get short, and of
//! findings of one kind and caller only the first of a minute is written, then their number.
use std::collections::HashMap;

use crate::record::{Body, Compact, Finding, Invocation, Outcome, Severity};
use crate::redact::caller_number;

/// Refusals for one check in a minute that are recorded in full.
pub const FULL_REFUSALS_MAX: u32 = 100;

/// Kinds of findings, each with its caller, that are told apart in a minute. What comes beyond is
/// counted by its check alone.
const SEEN_MAX: usize = 256;

/// Counts of the minute. It reads no clock: times are handed in.
#[derive(Debug, Default)]
pub struct Thrift {
    minute: u64,
    refusals: HashMap<String, u32>,
    seen: HashMap<(String, u64), Finding>,
}

impl Thrift {
    /// What is to be written for a record: itself or its compact form, then the findings that its
    /// checks are, as far as they are the first of their kind and caller in this minute. What was
    /// only counted in the minute before comes first.
    pub fn weigh(&mut self, now_ms: u64, record: Invocation) -> Vec<Body> {
        let mut bodies = self.turn(now_ms);
        let findings = self.findings(&record);
        let refused = record.checks.iter().find(|check| check.effect == "enforced");
        let refused = refused.filter(|_| record.outcome == Outcome::Refused);
        let refused = refused.map(|check| check.id.clone());
        let body = match refused {
            Some(refused) if self.is_usual(&refused) => {
                Body::from(Compact { request_id: record.request_id, refused })
            }
            _ => Body::from(record),
        };
        bodies.push(body);
        bodies.extend(findings.into_iter().map(Body::from));
        bodies
    }

    /// What was counted and not written, once its minute is over.
    pub fn turn(&mut self, now_ms: u64) -> Vec<Body> {
        let minute = now_ms / 60_000;
        if minute == self.minute {
            return Vec::new();
        }
        self.minute = minute;
        self.rest()
    }

    /// What was counted and not written: before a chain is closed.
    pub fn rest(&mut self) -> Vec<Body> {
        self.refusals.clear();
        let repeated = self.seen.drain().map(|(_, finding)| finding);
        let mut repeated: Vec<_> = repeated.filter(|finding| finding.count > 0).collect();
        tollgate_order::sort_by(&mut repeated, |a, b| (&a.id, &a.caller).cmp(&(&b.id, &b.caller)));
        repeated.into_iter().map(Body::from).collect()
    }

    fn is_usual(&mut self, check: &str) -> bool {
        let count = self.refusals.entry(check.to_owned()).or_default();
        *count = count.saturating_add(1);
        *count > FULL_REFUSALS_MAX
    }

    fn findings(&mut self, record: &Invocation) -> Vec<Finding> {
        let number = record.caller.as_ref().map_or(0, caller_number);
        let mut first = Vec::new();
        for check in &record.checks {
            let number = if self.seen.len() < SEEN_MAX { number } else { 0 };
            let key = (check.id.clone(), number);
            if let Some(seen) = self.seen.get_mut(&key) {
                seen.count = seen.count.saturating_add(1);
                seen.request_id.clone_from(&Some(record.request_id.clone()));
                continue;
            }
            let finding = Finding {
                id: check.id.clone(),
                severity: severity(&check.id, &check.effect),
                request_id: Some(record.request_id.clone()),
                caller: record.caller.as_ref().and_then(|caller| caller.id.clone()),
                detail: format!("{} {}", check.effect, check.detail).trim_end().to_owned(),
                count: 0,
            };
            first.push(Finding { count: 1, ..finding.clone() });
            let detail = "the same again within the minute".to_owned();
            self.seen.insert(key, Finding { detail, ..finding });
        }
        first
    }
}

/// How bad it is that a check fired, by its family.
fn severity(check: &str, effect: &str) -> Severity {
    let family = check.split('.').next().unwrap_or_default();
    match (family, effect) {
        ("detect" | "leak", "enforced") | ("internal", _) => Severity::High,
        ("detect" | "leak" | "auth" | "source" | "policy" | "trust", _) => Severity::Medium,
        _ => Severity::Low,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::{Caller, Check};

    fn refused(check: &str, caller: &str) -> Invocation {
        Invocation {
            request_id: "r".to_owned(),
            outcome: Outcome::Refused,
            caller: Some(Caller { id: Some(caller.to_owned()), ..Caller::default() }),
            checks: vec![Check {
                id: check.to_owned(),
                effect: "enforced".to_owned(),
                ..Check::default()
            }],
            ..Invocation::default()
        }
    }

    fn kinds(bodies: &[Body]) -> Vec<&'static str> {
        let kind = |body: &Body| match body {
            Body::Invocation(_) => "full",
            Body::Compact(_) => "compact",
            Body::Finding(_) => "finding",
            _ => "other",
        };
        bodies.iter().map(kind).collect()
    }

    #[test]
    fn every_refusal_has_a_record_and_the_many_have_short_ones() {
        let mut thrift = Thrift::default();
        assert_eq!(kinds(&thrift.weigh(5, refused("a.b", "x"))), ["full", "finding"]);
        for _ in 1..FULL_REFUSALS_MAX {
            assert_eq!(kinds(&thrift.weigh(5, refused("a.b", "x"))), ["full"]);
        }
        assert_eq!(kinds(&thrift.weigh(5, refused("a.b", "x"))), ["compact"]);
        assert_eq!(kinds(&thrift.weigh(5, refused("a.c", "x"))), ["full", "finding"]);
        // The next minute begins with what was only counted.
        let bodies = thrift.weigh(60_005, refused("a.b", "x"));
        assert_eq!(kinds(&bodies), ["finding", "full", "finding"]);
        let Some(Body::Finding(counted)) = bodies.first() else { panic!("a finding") };
        assert_eq!(counted.count, u64::from(FULL_REFUSALS_MAX));
    }

    #[test]
    fn callers_are_told_apart_and_there_is_a_bound_to_it() {
        let mut thrift = Thrift::default();
        for caller in 0..1_000 {
            thrift.weigh(5, refused("a.b", &caller.to_string()));
        }
        assert!(thrift.seen.len() <= SEEN_MAX + 1);
        let counted: u64 = thrift
            .rest()
            .iter()
            .map(|body| if let Body::Finding(finding) = body { finding.count } else { 0 })
            .sum();
        assert_eq!(counted, 1_000 - SEEN_MAX as u64 - 1);
    }
}
