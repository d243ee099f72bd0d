//! Counts records as they come by. Memory depends on how much is different, never on how much there is.
use std::collections::BTreeMap;

use tollgate_ledger::record::{Invocation, Outcome, rfc3339};
use tollgate_ledger::verify::Report as Health;

use super::counts::{Clock, Numbers};
use super::seen::{Billed, Body, Finding, Seen};
use super::summary::{
    Budget, CheckRow, Cost, FindingRow, FunctionRow, Invocations, Row, Summary, Trust,
};
use super::tally::{CheckCounts, FunctionCounts, Pair, Spread, Tally, clip};
use super::timeline::Candidate;

/// Rows of a list.
const ROWS: usize = 20;
/// Budgets and kinds that are kept apart.
const NAMES_MAX: usize = 200;
/// Windows of one budget whose sums are kept.
const WINDOWS_MAX: usize = 400;

/// Everything that was counted so far.
#[derive(Default)]
pub(super) struct Gathered {
    records: u64,
    duplicates: u64,
    unread: u64,
    lost: u64,
    kinds: BTreeMap<String, u64>,
    span: Option<(u64, u64)>,
    numbers: Numbers,
    clock: Clock,
    invocations: Invocations,
    overhead_micros: Spread,
    checks: Tally<CheckCounts>,
    callers: Tally<Pair>,
    triggers: Tally<Pair>,
    functions: Tally<FunctionCounts>,
    trust: Trust,
    cost: Cost,
    budgets: BTreeMap<(String, String, String), Drawn>,
    findings: BTreeMap<String, FindingRow>,
    candidate: Candidate,
}

/// What was used of a budget.
#[derive(Default)]
struct Drawn {
    limit: u64,
    used: u64,
    invocations: u64,
    /// The most that one environment or caller saw used.
    seen: u64,
    /// Whether environments share the limit, so that windows are sums over all records.
    shared: bool,
    windows: BTreeMap<u64, u64>,
}

impl Gathered {
    /// `request` is the invocation to tell in full.
    pub(super) fn new(request: Option<String>) -> Self {
        Self { candidate: Candidate::new(request), ..Self::default() }
    }

    pub(super) const fn is_empty(&self) -> bool {
        self.records == 0
    }

    /// Takes one record.
    pub(super) fn take(&mut self, record: &[u8]) {
        let Some(Seen { head, body }) = Seen::read(record) else { return };
        if !self.numbers.is_new(&head.chain, head.seq) {
            self.duplicates += 1;
            return;
        }
        self.records += 1;
        if self.kinds.len() < NAMES_MAX || self.kinds.contains_key(clip(&head.kind)) {
            *self.kinds.entry(clip(&head.kind).to_owned()).or_default() += 1;
        }
        let at_ms = head.at_ms();
        if let Some(at_ms) = at_ms {
            let (first, last) = self.span.unwrap_or((at_ms, at_ms));
            self.span = Some((first.min(at_ms), last.max(at_ms)));
        }
        match body {
            Some(Body::Invocation(invocation)) => self.invocation(at_ms, *invocation),
            Some(Body::Report(report)) => self.report(*report),
            Some(Body::Finding(finding)) => self.finding(finding),
            Some(Body::Gap(records)) => self.lost = self.lost.saturating_add(records),
            Some(Body::Other) => {}
            None => self.unread += 1,
        }
    }

    fn invocation(&mut self, at_ms: Option<u64>, it: Invocation) {
        let refused = it.outcome == Outcome::Refused;
        self.decision(&it);
        if let Some(at_ms) = at_ms {
            self.clock.add(at_ms, &it);
        }
        for check in &it.checks {
            let counts = self.checks.at(&check.id);
            let enforced = check.effect == "enforced";
            *(if enforced { &mut counts.enforced } else { &mut counts.observed }) += 1;
        }
        let pair = |pair: &mut Pair| {
            pair.invocations += 1;
            pair.refused += u64::from(refused);
        };
        if let Some(name) = caller(&it) {
            pair(self.callers.at(&name));
        }
        if let Some(trigger) = &it.trigger {
            pair(self.triggers.at(trigger));
        }
        if let Some(function) = &it.function {
            function_counts(self.functions.at(function), &it);
        }
        self.scored(&it);
        self.spent(&it);
        self.candidate.invocation(it);
    }

    fn decision(&mut self, it: &Invocation) {
        let counts = &mut self.invocations;
        counts.total += 1;
        counts.cold_starts += u64::from(it.cold_start);
        match it.decision.as_deref() {
            Some("pass") => counts.passed += 1,
            Some("filter") => counts.filtered += 1,
            Some("refuse") => counts.refused += 1,
            _ => counts.undecided += 1,
        }
        let passed = it.outcome != Outcome::Refused;
        counts.observed += u64::from(passed && it.checks.iter().any(|it| it.effect == "observed"));
        let outcome = serde_json::to_value(it.outcome).unwrap_or_default();
        *counts.outcomes.entry(outcome.as_str().unwrap_or("other").to_owned()).or_default() += 1;
        if let Some(micros) = it.micros {
            self.overhead_micros.add(micros.overhead);
        }
    }

    fn scored(&mut self, it: &Invocation) {
        let Some(trust) = &it.trust else {
            self.trust.unscored += 1;
            return;
        };
        self.trust.scored += 1;
        let below = trust.required.is_some_and(|required| trust.score < required);
        self.trust.below_required += u64::from(below);
        let tenth = usize::try_from(trust.score / 100).unwrap_or_default().min(9);
        if let Some(count) = self.trust.tenths.get_mut(tenth) {
            *count += 1;
        }
    }

    fn spent(&mut self, it: &Invocation) {
        if let Some(cost) = &it.cost
            && let Some(money) = cost.estimated_picodollars.or(cost.reserved_picodollars)
        {
            self.cost.estimated_invocations += 1;
            add(&mut self.cost.estimated_picodollars, money);
        }
        for budget in &it.budgets {
            let names = [&budget.name, &budget.unit, &budget.scope];
            let [name, unit, scope] = names.map(|name| clip(name).to_owned());
            let key = (name, unit, scope);
            if self.budgets.len() >= NAMES_MAX && !self.budgets.contains_key(&key) {
                continue;
            }
            let used = self.budgets.entry(key).or_default();
            used.limit = budget.limit;
            used.invocations += 1;
            add(&mut used.used, budget.used);
            let seen = budget.left.map_or(budget.used, |left| budget.limit.saturating_sub(left));
            used.seen = used.seen.max(seen);
            let together = !matches!(budget.scope.as_str(), "caller" | "environment");
            used.shared |= together && budget.basis.as_deref().is_some_and(|it| it != "memory");
            add(used.windows.entry(budget.resets_at.unwrap_or_default()).or_default(), budget.used);
            if used.windows.len() > WINDOWS_MAX {
                used.windows.pop_first();
            }
        }
    }

    fn report(&mut self, report: Billed) {
        if let Some(money) = report.cost.as_ref().and_then(|cost| cost.settled_picodollars) {
            self.cost.settled_invocations += 1;
            add(&mut self.cost.settled_picodollars, money);
        }
        let billed_ms = report.charged_ms.and_then(whole);
        add(&mut self.cost.billed_ms, billed_ms.unwrap_or_default());
        self.candidate.report(report);
    }

    fn finding(&mut self, finding: Finding) {
        let id = clip(&finding.id).to_owned();
        if self.findings.len() < NAMES_MAX || self.findings.contains_key(&id) {
            let row = self.findings.entry(id.clone()).or_insert_with(|| FindingRow {
                id,
                severity: clip(&finding.severity).to_owned(),
                count: 0,
                detail: clip(&finding.detail).to_owned(),
            });
            add(&mut row.count, finding.count.max(1));
        }
        self.candidate.finding(finding);
    }

    /// The report, with what the verification said.
    pub(super) fn finish(mut self, health: Option<Health>) -> Summary {
        self.invocations.overhead_p50_micros = self.overhead_micros.quantile(50);
        self.invocations.overhead_p99_micros = self.overhead_micros.quantile(99);
        let (from, to) = self.span.unwrap_or_default();
        let functions = |by: fn(&FunctionCounts) -> u64| {
            self.functions.top(ROWS, by).into_iter().map(function_row).collect()
        };
        let slowest = functions(|it| it.durations_ms.quantile(99));
        let most_refused = functions(|it| it.refused);
        let mut findings: Vec<_> = self.findings.into_values().collect();
        findings.sort_by_key(|row| u64::MAX - row.count);
        Summary {
            records: self.records,
            duplicates: self.duplicates,
            unread: self.unread,
            kinds: self.kinds,
            from: rfc3339(from),
            to: rfc3339(to),
            invocations: self.invocations,
            over_time: self.clock.finish(),
            checks: check_rows(&self.checks),
            callers: rows(&self.callers),
            triggers: rows(&self.triggers),
            slowest,
            most_refused,
            trust: self.trust,
            cost: self.cost,
            budgets: self.budgets.into_iter().map(budget).collect(),
            findings,
            lost: self.lost,
            health,
            timeline: self.candidate.finish(),
        }
    }
}

fn function_counts(counts: &mut FunctionCounts, it: &Invocation) {
    counts.invocations += 1;
    counts.refused += u64::from(it.outcome == Outcome::Refused);
    let well = matches!(it.outcome, Outcome::Success | Outcome::Refused | Outcome::Ungated);
    counts.failed += u64::from(!well);
    if let Some((released, replied)) = it.times.released.zip(it.times.replied) {
        counts.durations_ms.add(replied.saturating_sub(released));
    }
}

/// A caller's kind, and its name or its address.
fn caller(it: &Invocation) -> Option<String> {
    let caller = it.caller.as_ref()?;
    let name = caller.id.as_deref().or(caller.source_ip.as_deref()).unwrap_or_default();
    Some(format!("{} {name}", caller.kind).trim_end().to_owned())
}

fn add(sum: &mut u64, more: u64) {
    *sum = sum.saturating_add(more);
}

/// A number of milliseconds as Lambda bills them.
pub(super) fn whole(ms: f64) -> Option<u64> {
    serde_json::Number::from_f64(ms.ceil())?.to_string().split('.').next()?.parse().ok()
}

fn check_rows(checks: &Tally<CheckCounts>) -> Vec<CheckRow> {
    let top = checks.top(ROWS, CheckCounts::sum).into_iter();
    top.map(|(id, counts)| CheckRow {
        id: id.to_owned(),
        enforced: counts.enforced,
        observed: counts.observed,
    })
    .collect()
}

fn rows(tally: &Tally<Pair>) -> Vec<Row> {
    let top = tally.top(ROWS, |pair| pair.invocations).into_iter();
    top.map(|(name, pair)| Row {
        name: name.to_owned(),
        invocations: pair.invocations,
        refused: pair.refused,
    })
    .collect()
}

fn function_row((function, counts): (&str, &FunctionCounts)) -> FunctionRow {
    FunctionRow {
        function: function.to_owned(),
        invocations: counts.invocations,
        refused: counts.refused,
        failed: counts.failed,
        p50_ms: counts.durations_ms.quantile(50),
        p99_ms: counts.durations_ms.quantile(99),
        max_ms: counts.durations_ms.most(),
    }
}

fn budget(((name, unit, scope), used): ((String, String, String), Drawn)) -> Budget {
    let sum = used.windows.values().copied().max().unwrap_or_default();
    let peak = if used.shared { sum } else { used.seen };
    let Drawn { limit, used, invocations, .. } = used;
    Budget { name, unit, scope, limit, used, invocations, peak }
}
