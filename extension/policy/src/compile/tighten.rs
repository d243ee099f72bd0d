//! The function's document may only tighten what the baseline sets. An attempt to loosen names
//! both places.
use crate::checks::CHECKS;
use crate::document::{CheckSetting, Written, WrittenGate, WrittenSource};
use crate::options::{Choice, Mode};
use crate::problem::{At, Problem};
use tollgate_detect::{Families, SCAN_WORK};

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
    let (theirs, mine) = (baseline.inflated_bytes.as_ref(), own.inflated_bytes.as_ref());
    check.falls("limits.inflated_bytes", theirs, mine);
    check.falls("limits.nesting", baseline.nesting.as_ref(), own.nesting.as_ref());
    check.falls("limits.schema_bytes", baseline.schema_bytes.as_ref(), own.schema_bytes.as_ref());
    check.work(baseline, own);
    check.stays("quarantine", baseline.quarantine.as_ref(), own.quarantine.as_ref());
    let (theirs, mine) = (baseline.quarantine_large.as_ref(), own.quarantine_large.as_ref());
    check.stays("quarantine_large", theirs, mine);
    check.checks(baseline, own);
    check.sources(baseline, own);
    check.ceilings(baseline, own);
    check.spending(baseline, own);
    check.authz(baseline, own);
    check.leaks(baseline, own);
    check.ledger(baseline, own);
    check.privacy(baseline, own);
}

impl<'a> Written<'a> {
    /// What it says of a check: by its id, or else by its family.
    pub(crate) fn setting(&self, id: &str) -> Option<&At<'a, CheckSetting>> {
        let said = || self.checks.iter().filter(|at| at.value.check.id == id);
        said().find(|at| at.value.exact).or_else(|| said().next())
    }
}

pub(super) struct Tighten<'p> {
    problems: &'p mut Vec<Problem>,
}

impl Tighten<'_> {
    fn mode(&mut self, baseline: &Written<'_>, own: &Written<'_>, over: Option<&At<'_, Mode>>) {
        self.rises("mode", baseline.mode.as_ref(), own.mode.as_ref(), Mode::as_str);
        self.rises("", baseline.mode.as_ref(), over, Mode::as_str);
    }

    /// Values that may only rise.
    pub(super) fn rises<T: PartialOrd + Copy>(
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
    pub(super) fn falls<T: PartialOrd + Copy + Into<u64>>(
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

    /// The word `default` stands for a number here.
    fn work(&mut self, baseline: &Written<'_>, own: &Written<'_>) {
        let steps = |at: &At<'_, Option<u32>>| at.value.map_or(SCAN_WORK, u64::from);
        if let (Some(baseline), Some(own)) = (&baseline.scan_work, &own.scan_work)
            && steps(own) > steps(baseline)
        {
            let how = format!("{} loosens {}", steps(own), steps(baseline));
            self.loosens("limits.scan_work", own, &how, baseline);
        }
    }

    fn checks(&mut self, baseline: &Written<'_>, own: &Written<'_>) {
        for check in CHECKS {
            let Some(baseline) = baseline.setting(check.id) else { continue };
            own.setting(check.id).into_iter().for_each(|own| self.setting(baseline, own));
            let sources = own.sources.iter().flat_map(|at| &at.value);
            for gate in sources.map(|source| &source.value.gate) {
                let fields = gate.fields.iter().flat_map(|field| &field.value.checks);
                for at in gate.checks.iter().chain(fields) {
                    if at.value.check.id == check.id {
                        self.setting(baseline, at);
                    }
                }
            }
        }
        self.families("detect", baseline.detect.as_ref(), own.detect.as_ref());
        let sources = own.sources.iter().flat_map(|at| &at.value);
        for (i, source) in sources.enumerate() {
            let gate = &source.value.gate;
            let key = format!("sources[{i}].detect");
            self.families(&key, baseline.detect.as_ref(), gate.detect.as_ref());
            for (j, field) in gate.fields.iter().enumerate() {
                let key = format!("sources[{i}].fields[{j}].detect");
                self.families(&key, baseline.detect.as_ref(), field.value.detect.as_ref());
            }
        }
    }

    fn sources(&mut self, baseline: &Written<'_>, own: &Written<'_>) {
        let Some(listed) = &own.sources else { return };
        let everywhere = &baseline.ceilings;
        for (i, rule) in listed.value.iter().enumerate() {
            let key = format!("sources[{i}]");
            let within =
                |wider: &&At<'_, WrittenSource<'_>>| rule.value.rule.is_within(&wider.value.rule);
            let outer = baseline.sources.as_ref();
            let wider = outer.and_then(|outer| outer.value.iter().find(within));
            let ceilings = wider.map(|wider| &wider.value.ceilings);
            self.ceilings_of_source(&key, everywhere, ceilings, &rule.value.ceilings);
            match (outer, wider) {
                (None, _) => {}
                (Some(outer), None) => {
                    self.loosens(&key, rule, "lists a source beyond the sources", outer);
                }
                (_, Some(wider)) => self.gate(&key, &wider.value.gate, &rule.value.gate),
            }
        }
    }

    /// A source keeps what the wider one of the baseline asks for; the schemas of both hold.
    fn gate(&mut self, key: &str, wider: &WrittenGate<'_>, own: &WrittenGate<'_>) {
        self.families(&format!("{key}.detect"), wider.detect.as_ref(), own.detect.as_ref());
        self.settings(&wider.checks, &own.checks);
        for field in &own.fields {
            self.settings(&wider.checks, &field.value.checks);
            let detect = field.value.detect.as_ref();
            self.families(&format!("{key}.fields"), wider.detect.as_ref(), detect);
        }
        self.falls(
            &format!("{key}.key.max_bytes"),
            wider.key_bytes.as_ref(),
            own.key_bytes.as_ref(),
        );
    }

    /// Families may only be added.
    fn families(
        &mut self,
        key: &str,
        baseline: Option<&At<'_, Families>>,
        own: Option<&At<'_, Families>>,
    ) {
        let (Some(baseline), Some(own)) = (baseline, own) else { return };
        if let Some(lost) = baseline.value.without(own.value).iter().next() {
            let how = format!("leaves out `{lost}`, which is");
            self.loosens(key, own, &how, baseline);
        }
    }

    /// What a source or a field says of checks, against what the baseline says of them.
    fn settings(&mut self, wider: &[At<'_, CheckSetting>], own: &[At<'_, CheckSetting>]) {
        for at in own {
            let id = at.value.check.id;
            let Some(baseline) = wider.iter().find(|wider| wider.value.check.id == id) else {
                continue;
            };
            self.setting(baseline, at);
        }
    }

    fn setting(&mut self, baseline: &At<'_, CheckSetting>, own: &At<'_, CheckSetting>) {
        if own.value.setting < baseline.value.setting {
            let (mine, theirs) = (own.value.setting, baseline.value.setting);
            let how = format!("`{mine}` loosens `{theirs}` of `{}`", own.value.check.id);
            self.loosens(&own.value.key, own, &how, baseline);
        }
    }

    fn ledger(&mut self, baseline: &Written<'_>, own: &Written<'_>) {
        let (baseline, own) = (&baseline.ledger, &own.ledger);
        self.stays("ledger.sinks", baseline.sinks.as_ref(), own.sinks.as_ref());
        self.stays("ledger.flush", baseline.flush.as_ref(), own.flush.as_ref());
        self.stays("ledger.sign", baseline.sign.as_ref(), own.sign.as_ref());
        self.stays("ledger.payload", baseline.payload.as_ref(), own.payload.as_ref());
        self.stays("ledger.checkpoint.records", baseline.records.as_ref(), own.records.as_ref());
        self.stays("ledger.checkpoint.seconds", baseline.seconds.as_ref(), own.seconds.as_ref());
        self.stays("ledger.kms_key", baseline.kms_key.as_ref(), own.kms_key.as_ref());
    }

    /// Values that may not change.
    pub(super) fn stays<T: PartialEq>(
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

    pub(super) fn loosens<T, U>(
        &mut self,
        key: &str,
        own: &At<'_, T>,
        how: &str,
        baseline: &At<'_, U>,
    ) {
        let message = format!("{how} set at {}", baseline.place);
        self.problems.push(own.place.problem(key, message));
    }
}
