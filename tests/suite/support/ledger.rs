//! A ledger as the tests read it: plain JSON lines, and the verdict of the real command.

use super::places;
use serde_json::Value;
use std::collections::HashSet;
use std::process::{Command, Output};

/// Ledger lines, in the order they were shipped, second copies left out.
#[derive(Debug, Clone)]
pub(crate) struct Ledger {
    lines: Vec<String>,
}

impl Ledger {
    /// Takes the ledger's lines out of a log.
    pub(crate) fn from_lines(lines: impl IntoIterator<Item = String>) -> Self {
        let (mut kept, mut seen) = (Vec::new(), HashSet::new());
        for line in lines {
            if line.starts_with("{\"tollgate\":1,") && seen.insert(line.clone()) {
                kept.push(line);
            }
        }
        Self { lines: kept }
    }

    /// All records of a kind.
    pub(crate) fn of_kind(&self, kind: &str) -> Vec<Value> {
        let records = self.lines.iter().map(|line| serde_json::from_str::<Value>(line).unwrap());
        records.filter(|record| record["kind"] == kind).collect()
    }

    /// The one invocation record of a request id.
    pub(crate) fn invocation(&self, request_id: &str) -> Value {
        let mut found = self.of_kind("invocation");
        found.retain(|record| record["requestId"] == request_id);
        assert_eq!(found.len(), 1, "records of {request_id} in:\n{}", self.text());
        found.remove(0)
    }

    /// The ids of all findings.
    pub(crate) fn findings(&self) -> Vec<String> {
        let findings = self.of_kind("finding");
        findings.iter().map(|finding| finding["id"].as_str().unwrap().to_owned()).collect()
    }

    /// The lines as a file has them.
    pub(crate) fn text(&self) -> String {
        self.lines.iter().flat_map(|line| [line.as_str(), "\n"]).collect()
    }

    /// Adds a line as it stands.
    pub(crate) fn push(&mut self, line: &str) {
        self.lines.push(line.to_owned());
    }

    /// The first public key of each chain, as a trust file.
    pub(crate) fn trust(&self) -> Value {
        let key = |open: &Value| serde_json::json!({ "chain": open["chain"], "publicKey": open["publicKey"] });
        Value::Array(self.of_kind("open").iter().map(key).collect())
    }

    /// Runs `tollgate verify` on it under its own keys; the exit code and what it said.
    pub(crate) fn verify(&self) -> (Option<i32>, String) {
        self.verify_under(&self.trust())
    }

    /// Runs `tollgate verify` under the given trust file.
    pub(crate) fn verify_under(&self, trust: &Value) -> (Option<i32>, String) {
        self.verify_by("--trust", trust)
    }

    /// Runs `tollgate verify` with one root: the option and what its file says.
    pub(crate) fn verify_by(&self, option: &str, root: &Value) -> (Option<i32>, String) {
        let files = tempfile::tempdir().unwrap();
        let (ledger, roots) = (files.path().join("ledger.ndjson"), files.path().join("root.json"));
        std::fs::write(&ledger, self.text()).unwrap();
        std::fs::write(&roots, root.to_string()).unwrap();
        let Output { status, stdout, stderr } = Command::new(places::tollgate())
            .args(["verify", option])
            .args([&roots, &ledger])
            .output()
            .unwrap();
        let said =
            String::from_utf8_lossy(&stdout).into_owned() + &String::from_utf8_lossy(&stderr);
        (status.code(), said)
    }

    /// Runs `tollgate verify --kms-key` where KMS is at `url`.
    pub(crate) fn verify_certified(&self, url: &str, key: &str) -> (Option<i32>, String) {
        let files = tempfile::tempdir().unwrap();
        let ledger = files.path().join("ledger.ndjson");
        std::fs::write(&ledger, self.text()).unwrap();
        let mut command = Command::new(places::tollgate());
        command.args(["verify", "--kms-key", key]).arg(&ledger).env_clear();
        for (name, value) in [
            ("AWS_ENDPOINT_URL", url),
            ("AWS_REGION", "eu-west-1"),
            ("AWS_ACCESS_KEY_ID", "example"),
            ("AWS_SECRET_ACCESS_KEY", "example"),
        ] {
            command.env(name, value);
        }
        let Output { status, stdout, stderr } = command.output().unwrap();
        (status.code(), String::from_utf8([stdout, stderr].concat()).unwrap())
    }

    /// The same without its last records, from one sequence number on.
    pub(crate) fn cut_at(&self, seq: u64) -> Self {
        let before = |line: &&String| {
            let record: Value = serde_json::from_str(line).unwrap();
            record["seq"].as_u64().unwrap() < seq
        };
        Self { lines: self.lines.iter().filter(before).cloned().collect() }
    }

    /// Asserts that it verifies under its own keys.
    pub(crate) fn assert_verifies(&self) {
        let (code, said) = self.verify();
        assert_eq!(code, Some(0), "{said}\n{}", self.text());
    }
}
