//! What a running function's records say: whether it is guarded, and what keeps it from being so.
use std::collections::{BTreeMap, HashSet};
use std::path::PathBuf;

use serde::Deserialize;
use tollgate_ledger::ocsf::native_part;
use tollgate_ledger::verify::each_record;

use super::Health;
use crate::command::logs;
use crate::command::templates::Failure;

/// Findings that mean that invocations are not, or not all, decided; and what to do about each.
const GAPS: &[(&str, &str)] = &[
    (
        "coverage.ungated",
        "the runtime does not go through the layer: set AWS_LAMBDA_EXEC_WRAPPER, or run `tollgate wrap`",
    ),
    ("policy.invalid", "its policy cannot be read: `tollgate check` says where"),
];

/// What was seen.
#[derive(Debug, Default)]
struct Seen {
    records: u64,
    invocations: u64,
    observed: u64,
    chains: HashSet<String>,
    open: HashSet<String>,
    modes: BTreeMap<String, u64>,
    findings: BTreeMap<String, (u64, String)>,
    lost: u64,
    gone: u64,
}

/// A record, as far as it is asked for.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Record {
    kind: String,
    chain: String,
    mode: Option<String>,
    outcome: Option<String>,
    id: Option<String>,
    #[serde(default)]
    detail: String,
    #[serde(default)]
    count: u64,
    #[serde(default)]
    records: u64,
    #[serde(default)]
    checks: Vec<Fired>,
}

#[derive(Debug, Deserialize)]
struct Fired {
    #[serde(default)]
    id: String,
    #[serde(default)]
    effect: String,
}

/// Reads ledgers and says how the functions in them stand.
pub(super) fn examine(paths: &[PathBuf]) -> Result<Health, Failure> {
    let mut seen = Seen::default();
    logs::read(paths, &mut |_, _, bytes| {
        each_record(bytes, &mut |record| seen.take(record));
    })
    .map_err(|(path, cause)| Failure::file(&path, cause))?;
    if seen.records == 0 {
        return Err(Failure::Other(
            "no ledger record found: is the layer attached, and is this the function's log?"
                .to_owned(),
        ));
    }
    Ok(seen.health())
}

impl Seen {
    fn take(&mut self, record: &[u8]) {
        let Some(native) = native_part(record) else { return };
        let Ok(it) = serde_json::from_slice::<Record>(native) else { return };
        self.records += 1;
        self.chains.insert(it.chain.clone());
        match it.kind.as_str() {
            "open" => {
                self.open.insert(it.chain);
            }
            "invocation" => {
                self.invocations += 1;
                self.gone += u64::from(it.outcome.as_deref() == Some("lost"));
                for broken in it.checks.iter().filter(|one| one.id == "policy.invalid") {
                    self.findings.entry(broken.id.clone()).or_default().0 += 1;
                }
                self.observed += u64::from(it.checks.iter().any(|one| one.effect == "observed"));
                *self.modes.entry(it.mode.unwrap_or_default()).or_default() += 1;
            }
            "finding" => {
                let id = it.id.unwrap_or_default();
                let found = self.findings.entry(id).or_insert_with(|| (0, it.detail));
                found.0 += it.count.max(1);
            }
            "gap" => self.lost += it.records,
            _ => {}
        }
    }

    fn health(&self) -> Health {
        let mut health = Health::default();
        for (id, (count, detail)) in &self.findings {
            match GAPS.iter().find(|(known, _)| known == id) {
                Some((_, fix)) => health.gaps.push(format!("{count} times `{id}`: {fix}")),
                None => health.notes.push(format!("{count} times `{id}`: {detail}")),
            }
        }
        let observing = self.modes.get("observe").copied().unwrap_or(0);
        if observing > 0 {
            health.notes.push(format!(
                "{observing} of {} invocations in `mode: observe`, where nothing is refused; checks fired on {}",
                self.invocations, self.observed
            ));
        }
        if self.gone > 0 {
            health.notes.push(format!(
                "{} invocations ended with their environment (outcome `lost`): crashes or timeouts",
                self.gone
            ));
        }
        if self.lost > 0 {
            health.notes.push(format!(
                "{} records were left out because a sink did not take them (`gap`)",
                self.lost
            ));
        }
        let headless = self.chains.difference(&self.open).count();
        if headless > 0 {
            health.notes.push(format!(
                "{headless} of {} chains begin before what was read: read more of the log to verify them",
                self.chains.len()
            ));
        }
        health
    }
}
