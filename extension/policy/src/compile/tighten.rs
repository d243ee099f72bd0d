//! The function's document may only tighten what the baseline sets. An attempt to loosen names
//! both places.
use crate::checks::CHECKS;
use crate::document::{CheckSetting, Written};
use crate::options::{Choice, Mode};
use crate::problem::{At, Problem};

/// Adds a problem for everything that loosens.
pub(super) fn check(
    baseline: &Written<'_>,
    own: &Written<'_>,
    mode: Option<&At<'_, Mode>>,
    problems: &mut Vec<Problem>,
) {
    let mut check = Tighten { problems };
    check.mode(baseline, own, mode);
    check.rises("on_error", baseline.on_error.as_ref(), own.on_error.as_ref(), Choice::as_str);
    check.rises(
        "direct_invoke",
        baseline.direct_invoke.as_ref(),
        own.direct_invoke.as_ref(),
        Choice::as_str,
    );
    check.falls("limits.event_bytes", baseline.event_bytes.as_ref(), own.event_bytes.as_ref());
    check.falls("limits.depth", baseline.depth.as_ref(), own.depth.as_ref());
    check.falls("limits.keys", baseline.keys.as_ref(), own.keys.as_ref());
    check.falls("limits.string_bytes", baseline.string_bytes.as_ref(), own.string_bytes.as_ref());
    check.checks(baseline, own);
    check.sources(baseline, own);
    check.ledger(baseline, own);
}

impl<'a> Written<'a> {
    /// What it says of a check: by its id, or else by its family.
    pub(crate) fn setting(&self, id: &str) -> Option<&At<'a, CheckSetting>> {
        let said = || self.checks.iter().filter(|at| at.value.check.id == id);
        said().find(|at| at.value.exact).or_else(|| said().next())
    }
}

struct Tighten<'p> {
    problems: &'p mut Vec<Problem>,
}

impl Tighten<'_> {
    fn mode(&mut self, baseline: &Written<'_>, own: &Written<'_>, over: Option<&At<'_, Mode>>) {
        self.rises("mode", baseline.mode.as_ref(), own.mode.as_ref(), Mode::as_str);
        self.rises("", baseline.mode.as_ref(), over, Mode::as_str);
    }

    /// Values that may only rise.
    fn rises<T: PartialOrd + Copy>(
        &mut self,
        key: &str,
        baseline: Option<&At<'_, T>>,
        own: Option<&At<'_, T>>,
        name: impl Fn(T) -> &'static str,
    ) {
        if let (Some(baseline), Some(own)) = (baseline, own)
            && own.value < baseline.value
        {
            let (mine, theirs) = (name(own.value), name(baseline.value));
            self.loosens(key, own, &format!("`{mine}` loosens `{theirs}`"), baseline);
        }
    }

    /// Numbers that may only fall.
    fn falls<T: PartialOrd + Copy + Into<u64>>(
        &mut self,
        key: &str,
        baseline: Option<&At<'_, T>>,
        own: Option<&At<'_, T>>,
    ) {
        if let (Some(baseline), Some(own)) = (baseline, own)
            && own.value > baseline.value
        {
            let (mine, theirs) = (own.value.into(), baseline.value.into());
            self.loosens(key, own, &format!("{mine} loosens {theirs}"), baseline);
        }
    }

    fn checks(&mut self, baseline: &Written<'_>, own: &Written<'_>) {
        for check in &CHECKS {
            if let (Some(baseline), Some(own)) = (baseline.setting(check.id), own.setting(check.id))
                && own.value.setting < baseline.value.setting
            {
                let (mine, theirs) = (own.value.setting, baseline.value.setting);
                let how = format!("`{mine}` loosens `{theirs}` of `{}`", check.id);
                self.loosens(&own.value.key, own, &how, baseline);
            }
        }
    }

    fn sources(&mut self, baseline: &Written<'_>, own: &Written<'_>) {
        let (Some(baseline), Some(own)) = (&baseline.sources, &own.sources) else { return };
        for (i, rule) in own.value.iter().enumerate() {
            if !baseline.value.iter().any(|wider| rule.value.is_within(&wider.value)) {
                let key = format!("sources[{i}]");
                self.loosens(&key, rule, "lists a source beyond the sources", baseline);
            }
        }
    }

    fn ledger(&mut self, baseline: &Written<'_>, own: &Written<'_>) {
        let (baseline, own) = (&baseline.ledger, &own.ledger);
        self.stays("ledger.sink", baseline.sink.as_ref(), own.sink.as_ref());
        self.stays("ledger.flush", baseline.flush.as_ref(), own.flush.as_ref());
        self.stays("ledger.sign", baseline.sign.as_ref(), own.sign.as_ref());
        self.stays("ledger.payload", baseline.payload.as_ref(), own.payload.as_ref());
        self.stays("ledger.checkpoint.records", baseline.records.as_ref(), own.records.as_ref());
        self.stays("ledger.checkpoint.seconds", baseline.seconds.as_ref(), own.seconds.as_ref());
    }

    /// Values that may not change.
    fn stays<T: PartialEq>(
        &mut self,
        key: &str,
        baseline: Option<&At<'_, T>>,
        own: Option<&At<'_, T>>,
    ) {
        if let (Some(baseline), Some(own)) = (baseline, own)
            && own.value != baseline.value
        {
            self.loosens(key, own, "changes what is", baseline);
        }
    }

    fn loosens<T, U>(&mut self, key: &str, own: &At<'_, T>, how: &str, baseline: &At<'_, U>) {
        let message = format!("{how} set at {}", baseline.place);
        self.problems.push(own.place.problem(key, message));
    }
}
