//! Findings as text, SARIF 2.1.0 and OCSF 1.8.
use std::collections::BTreeMap;
use std::io::{self, Write as _};

use serde_json::{Value, json};
use tollgate_template::{RULES, Severity, reference};

use super::{Found, line};

/// The page of rules.
pub(super) fn page() -> io::Result<()> {
    line(reference().trim_end())
}

/// One finding a line, then what its rules are about.
pub(super) fn text(found: &[Found], accepted: usize) -> io::Result<()> {
    let mut out = io::stdout().lock();
    let mut rules = BTreeMap::new();
    for (file, finding) in found {
        let (place, rule) = (finding.place, finding.rule);
        let severity = rule.severity.as_str();
        let (resource, message) = (&finding.resource, &finding.message);
        writeln!(out, "{file}:{place}: {severity}: {}: {resource}: {message}", rule.id)?;
        rules.insert(rule.id, rule);
    }
    for rule in rules.values() {
        writeln!(out, "\n{}: {}", rule.id, rule.what)?;
        writeln!(out, "  fix: {}\n  see: {}", rule.fix, rule.reference)?;
    }
    let gap = if found.is_empty() { "" } else { "\n" };
    writeln!(out, "{gap}{} found, {accepted} accepted", found.len())
}

/// One JSON object a finding.
pub(super) fn json_lines(found: &[Found]) -> io::Result<()> {
    for (file, finding) in found {
        let rule = finding.rule;
        let object = json!({
            "file": file,
            "line": finding.place.line,
            "column": finding.place.column,
            "rule": rule.id,
            "severity": rule.severity.as_str(),
            "resource": finding.resource,
            "message": finding.message,
            "fix": rule.fix,
            "reference": rule.reference,
            "fingerprint": finding.fingerprint(),
        });
        line(&object.to_string())?;
    }
    Ok(())
}

/// One SARIF document.
pub(super) fn sarif(found: &[Found]) -> io::Result<()> {
    let rules: Vec<_> = RULES
        .iter()
        .map(|rule| {
            json!({
                "id": rule.id,
                "shortDescription": { "text": rule.what },
                "help": { "text": rule.fix },
                "helpUri": rule.reference,
                "defaultConfiguration": { "level": level(rule.severity) },
            })
        })
        .collect();
    let results: Vec<_> = found.iter().map(sarif_result).collect();
    let driver = json!({
        "name": "tollgate",
        "semanticVersion": env!("CARGO_PKG_VERSION"),
        "rules": rules,
    });
    let document = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{ "tool": { "driver": driver }, "columnKind": "unicodeCodePoints", "results": results }],
    });
    line(&format!("{document:#}"))
}

fn sarif_result((file, finding): &Found) -> Value {
    let rule = finding.rule;
    let region = json!({ "startLine": finding.place.line, "startColumn": finding.place.column });
    let place = json!({ "artifactLocation": { "uri": file }, "region": region });
    json!({
        "ruleId": rule.id,
        "ruleIndex": RULES.iter().position(|one| one.id == rule.id),
        "level": level(rule.severity),
        "message": { "text": format!("{}: {}: {}", finding.resource, rule.what, finding.message) },
        "locations": [{ "physicalLocation": place }],
        "partialFingerprints": { "tollgate/v1": finding.fingerprint() },
    })
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Low => "note",
        Severity::Medium => "warning",
        Severity::High => "error",
    }
}

/// Compliance findings of OCSF (class 2003), one a line.
pub(super) fn ocsf(found: &[Found], now_ms: u64) -> io::Result<()> {
    for (file, finding) in found {
        let rule = finding.rule;
        let (id, name) = match rule.severity {
            Severity::Low => (2, "Low"),
            Severity::Medium => (3, "Medium"),
            Severity::High => (4, "High"),
        };
        let at = format!("{file}:{}", finding.place);
        let event = json!({
            "category_uid": 2,
            "category_name": "Findings",
            "class_uid": 2003,
            "class_name": "Compliance Finding",
            "activity_id": 1,
            "activity_name": "Create",
            "type_uid": 200_301,
            "time": now_ms,
            "severity_id": id,
            "severity": name,
            "status_id": 1,
            "status": "New",
            "metadata": {
                "version": "1.8.0",
                "product": {
                    "name": "Tollgate",
                    "vendor_name": "Tollgate",
                    "version": env!("CARGO_PKG_VERSION"),
                },
            },
            "finding_info": {
                "uid": finding.fingerprint(),
                "title": rule.what,
                "desc": format!("{at}: {}", finding.message),
                "types": [rule.id],
            },
            "compliance": {
                "control": rule.id,
                "standards": ["Tollgate lint"],
                "status_id": 3,
                "status": "Fail",
            },
            "remediation": { "desc": rule.fix, "references": [rule.reference] },
            "resources": [{ "uid": finding.resource, "name": finding.resource, "type": "CloudFormation resource" }],
        });
        line(&event.to_string())?;
    }
    Ok(())
}
