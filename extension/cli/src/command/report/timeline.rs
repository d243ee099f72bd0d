//! The one invocation that is told in full.
use std::collections::VecDeque;

use tollgate_ledger::record::{Invocation, Outcome, rfc3339};

use super::escape::{dollars, millis};
use super::gather::whole;
use super::seen::{Billed, Finding};
use super::summary::{Fired, Span, Timeline};
use super::tally::clip;

/// Reports and findings that are kept until it is known whose story is told.
const RECENT_MAX: usize = 64;
/// Checks that are listed.
const CHECKS_MAX: usize = 32;

/// The invocation that is told unless a better one comes.
#[derive(Default)]
pub(super) struct Candidate {
    request: Option<String>,
    best: Option<(u64, Box<Invocation>)>,
    report: Option<Billed>,
    findings: Vec<Finding>,
    recent: VecDeque<Later>,
}

/// A record that belongs to an invocation and stands before or after it.
enum Later {
    Report(Billed),
    Finding(Finding),
}

impl Later {
    fn request_id(&self) -> Option<&str> {
        match self {
            Self::Report(report) => Some(&report.request_id),
            Self::Finding(finding) => finding.request_id.as_deref(),
        }
    }
}

impl Candidate {
    pub(super) fn new(request: Option<String>) -> Self {
        Self { request, ..Self::default() }
    }

    pub(super) fn invocation(&mut self, it: Invocation) {
        let score = match &self.request {
            Some(wanted) => u64::from(it.request_id == *wanted),
            None => interest(&it),
        };
        if score == 0 || self.best.as_ref().is_some_and(|(best, _)| *best >= score) {
            return;
        }
        (self.report, self.findings) = (None, Vec::new());
        let id = it.request_id.clone();
        self.best = Some((score, Box::new(it)));
        for later in std::mem::take(&mut self.recent) {
            if later.request_id() == Some(&id) {
                self.keep(later);
            } else {
                self.recent.push_back(later);
            }
        }
    }

    pub(super) fn report(&mut self, report: Billed) {
        self.later(Later::Report(report));
    }

    pub(super) fn finding(&mut self, finding: Finding) {
        if finding.request_id.is_some() {
            self.later(Later::Finding(finding));
        }
    }

    fn later(&mut self, later: Later) {
        let best = self.best.as_ref().map(|(_, best)| best.request_id.as_str());
        if best.is_some() && later.request_id() == best {
            return self.keep(later);
        }
        self.recent.push_back(later);
        if self.recent.len() > RECENT_MAX {
            self.recent.pop_front();
        }
    }

    fn keep(&mut self, later: Later) {
        match later {
            Later::Report(report) => self.report = Some(report),
            Later::Finding(finding) if self.findings.len() < CHECKS_MAX => {
                self.findings.push(finding);
            }
            Later::Finding(_) => {}
        }
    }

    pub(super) fn finish(self) -> Option<Timeline> {
        let (_, it) = self.best?;
        let chosen = match &self.request {
            Some(_) => "asked for",
            None => reason(&it),
        };
        let mut facts = facts(&it);
        facts.extend(self.report.iter().flat_map(billed));
        Some(Timeline {
            request_id: clip(&it.request_id).to_owned(),
            chosen,
            spans: spans(&it, self.report.as_ref()),
            facts,
            checks: fired(&it, self.findings),
        })
    }
}

/// How much is to be said of an invocation; 0 is nothing.
fn interest(it: &Invocation) -> u64 {
    let kind = match it.outcome {
        Outcome::Ceiling | Outcome::Timeout | Outcome::Crash | Outcome::Lost => 4,
        Outcome::Refused => 3,
        _ if !it.checks.is_empty() => 2,
        _ => 1,
    };
    // A compact record has nothing to tell but its check.
    let told = u64::from(it.times.received > 0) * 1_000;
    let parts = it.checks.len() + it.budgets.len() + usize::from(it.trust.is_some());
    let span = it.times.replied.unwrap_or_default().saturating_sub(it.times.received);
    ((kind * 10_000 + told + (parts as u64).min(900)) << 32) + span.min(u64::from(u32::MAX))
}

const fn reason(it: &Invocation) -> &'static str {
    match it.outcome {
        Outcome::Ceiling | Outcome::Timeout | Outcome::Crash | Outcome::Lost => {
            "ended before the function answered"
        }
        Outcome::Refused => "refused, with most to say",
        _ if !it.checks.is_empty() => "passed, with checks that fired",
        _ => "the slowest that passed",
    }
}

fn spans(it: &Invocation, report: Option<&Billed>) -> Vec<Span> {
    let mut spans = Vec::new();
    let received = it.times.received;
    let micros = |ms: u64| ms.saturating_sub(received).saturating_mul(1_000);
    let decide = it.micros.map_or(0, |micros| micros.decide);
    if received > 0 {
        spans.push(Span { name: "decision", start_micros: 0, length_micros: decide });
    }
    if let (Some(released), Some(replied)) = (it.times.released, it.times.replied) {
        let start_micros = micros(released).max(decide);
        let length_micros = micros(replied).saturating_sub(start_micros);
        let name = if it.outcome == Outcome::Refused { "refusal" } else { "function" };
        spans.push(Span { name, start_micros, length_micros });
    }
    if let Some(billed) = report.and_then(|report| report.charged_ms).and_then(whole) {
        let length_micros = billed.saturating_mul(1_000);
        spans.push(Span { name: "billed", start_micros: 0, length_micros });
    }
    spans
}

fn facts(it: &Invocation) -> Vec<(&'static str, String)> {
    let text = |text: &Option<String>| text.as_deref().map(|text| clip(text).to_owned());
    let outcome = serde_json::to_value(it.outcome).unwrap_or_default();
    let caller = it.caller.as_ref().map(|caller| {
        let name = caller.id.as_deref().or(caller.source_ip.as_deref()).unwrap_or("");
        format!("{} {}", clip(&caller.kind), clip(name)).trim_end().to_owned()
    });
    let request = it.request.as_ref().map(|request| {
        let part = |text: &Option<String>| text.clone().unwrap_or_default();
        let (method, route) = (part(&request.method), part(&request.route_key));
        // A route key often begins with its method.
        if route.starts_with(&method) { route } else { format!("{method} {route}") }
    });
    let items = it.items.map(|items| format!("{} of {} refused", items.refused, items.total));
    let trust = it.trust.as_ref().map(|trust| {
        let parts = trust.contributions.iter().take(CHECKS_MAX);
        let parts: Vec<_> = parts.map(|it| format!("{} {:+}", clip(&it.name), it.points)).collect();
        let required = trust.required.map(|it| format!(", {it} required")).unwrap_or_default();
        format!("{} of 1000{required}: {}", trust.score, parts.join(", "))
    });
    let cost = it.cost.as_ref().and_then(|it| it.estimated_picodollars.or(it.reserved_picodollars));
    let rows = [
        ("received", (it.times.received > 0).then(|| rfc3339(it.times.received))),
        ("function", text(&it.function)),
        ("trigger", text(&it.trigger)),
        ("source", it.source.as_ref().and_then(|source| text(&source.arn))),
        ("caller", caller),
        ("grade", text(&it.grade)),
        ("request", request.map(|it| clip(&it).to_owned())),
        ("event", it.event.as_ref().map(|event| format!("{} bytes", event.bytes))),
        ("items", items.filter(|_| it.items.is_some_and(|items| items.total > 1))),
        ("decision", text(&it.decision)),
        ("outcome", outcome.as_str().map(str::to_owned)),
        ("error", text(&it.error_type)),
        ("trust", trust),
        ("cost, estimated", cost.map(dollars)),
        ("added by the gate", it.micros.map(|micros| format!("{} µs", micros.overhead))),
        ("note", text(&it.note)),
    ];
    rows.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
}

fn billed(report: &Billed) -> Vec<(&'static str, String)> {
    let ms = |ms: Option<f64>| ms.and_then(whole).map(millis);
    let cost = report.cost.as_ref().and_then(|cost| cost.settled_picodollars);
    let rows = [
        ("Lambda's status", Some(clip(&report.status).to_owned())),
        ("Lambda's duration", ms(report.duration_ms)),
        ("billed", ms(report.charged_ms)),
        ("init", ms(report.init_duration_ms)),
        ("memory used", report.max_memory_used_mb.map(|mb| format!("{mb} MB"))),
        ("cost, billed", cost.map(dollars)),
    ];
    rows.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
}

fn fired(it: &Invocation, findings: Vec<Finding>) -> Vec<Fired> {
    let checks = it.checks.iter().take(CHECKS_MAX).map(|check| Fired {
        id: clip(&check.id).to_owned(),
        effect: clip(&check.effect).to_owned(),
        at: clip(&check.at).to_owned(),
        detail: clip(&check.detail).to_owned(),
    });
    let findings = findings.into_iter().map(|finding| Fired {
        id: clip(&finding.id).to_owned(),
        effect: "finding".to_owned(),
        at: String::new(),
        detail: clip(&finding.detail).to_owned(),
    });
    checks.chain(findings).collect()
}
