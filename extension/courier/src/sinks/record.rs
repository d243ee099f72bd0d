//! What sinks need to know of a ledger line: who it is, and how much it matters.

use serde::Deserialize;

/// The header of a record, and what of its body decides how it is shown.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Head {
    pub(super) kind: String,
    pub(super) chain: String,
    pub(super) seq: u64,
    severity: String,
    outcome: String,
}

impl Head {
    /// Of a line; an empty one where it is no record.
    pub(super) fn of(line: &[u8]) -> Self {
        serde_json::from_slice(line).unwrap_or_default()
    }

    /// The record's id: a second copy has the same.
    pub(super) fn id(&self) -> String {
        format!("{}:{}", self.chain, self.seq)
    }

    /// OpenTelemetry's severity ("Logs Data Model", field `SeverityNumber`).
    pub(super) fn severity(&self) -> (u8, &'static str) {
        match (self.kind.as_str(), self.severity.as_str(), self.outcome.as_str()) {
            ("finding", "high" | "critical", _) => (17, "ERROR"),
            ("gap" | "finding", ..) | (_, _, "refused") => (13, "WARN"),
            _ => (9, "INFO"),
        }
    }
}
