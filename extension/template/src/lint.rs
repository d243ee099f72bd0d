//! How a deployment stands: rules over a template, each with a fix and a reference.
mod exposure;
mod mapping;
mod rules;
mod runtimes;
mod upkeep;

use crate::function::Function;
use crate::template::{Place, Template};

pub use rules::{RULES, Rule, Severity, reference};
pub use runtimes::{RUNTIMES, Runtime};

/// Something that a rule found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The rule.
    pub rule: &'static Rule,
    /// The logical id of the resource it is about.
    pub resource: String,
    /// Where it stands.
    pub place: Place,
    /// What is so there.
    pub message: String,
}

impl Finding {
    /// What names it in a baseline: it stays the same when lines move.
    pub fn fingerprint(&self) -> String {
        format!("{} {} {}", self.rule.id, self.resource, self.message)
    }
}

/// What a function's policy claims of its deployment.
#[derive(Debug, Clone, Default)]
pub struct Claims {
    /// `direct_invoke: closed`.
    pub direct_invoke_closed: bool,
    /// Triggers whose refused items the policy reports (`on_refuse: report-item`).
    pub report_item: Vec<String>,
}

/// Everything that the rules find, in the order of the text. `claims` gives the claims of a
/// function's policy, if it has one; `today` is the day, `2026-11-23`, that runtimes are held against.
pub fn lint(
    template: &Template,
    today: &str,
    claims: &dyn Fn(&Function<'_>) -> Option<Claims>,
) -> Vec<Finding> {
    let mut found = Findings { template, today, all: Vec::new() };
    for resource in template.resources() {
        exposure::resource(&mut found, resource);
        upkeep::resource(&mut found, resource);
    }
    for function in template.functions() {
        let claims = claims(&function).unwrap_or_default();
        exposure::function(&mut found, &function, &claims);
        mapping::function(&mut found, &function, &claims);
        upkeep::function(&mut found, &function);
    }
    let Findings { mut all, .. } = found;
    all.sort_by(|a, b| (a.place, a.rule.id).cmp(&(b.place, b.rule.id)));
    // A shared role is met once for each of its functions.
    all.dedup();
    all
}

/// What was found so far.
struct Findings<'t> {
    template: &'t Template,
    today: &'t str,
    all: Vec<Finding>,
}

impl Findings<'_> {
    fn add(&mut self, rule: &'static Rule, resource: &str, at: usize, message: impl Into<String>) {
        let place = self.template.place(at);
        let resource = resource.to_owned();
        self.all.push(Finding { rule, resource, place, message: message.into() });
    }
}

#[cfg(test)]
mod tests;
