//! Records as events of the Open Cybersecurity Schema Framework, version 1.8.
//!
//! The table, with the class, the activity and what is required:
//!
//! | record | class | activity |
//! | --- | --- | --- |
//! | `open`, `close` | Application Lifecycle 6002 | 3 Start, 4 Stop |
//! | `invocation` | API Activity 6003 | 99 `Invoke` |
//! | `report` | Application Lifecycle 6002 | 99 `Report` |
//! | `finding` | Detection Finding 2004 | 1 Create |
//! | `checkpoint` | Event Log Activity 1008 | 5 Rotate |
//! | `gap`, `certificate` | Event Log Activity 1008 | 99 `Gap`, 99 `Certify` |
//!
//! An event begins with `{"class_uid":` and ends with `,"unmapped":` and the record in its native
//! form, without what has a place in the event: so the chain is the same, and what is hashed and
//! signed are the bytes of the whole event. Profiles: `cloud`, `security_control`, `trace`. The
//! compact form of a refusal stays native: an event that the schema allows is three times as long.
mod invocation;

use serde_json::{Map, Value, json};

use crate::hash::hex;
use crate::record::{Body, Finding, Header, Kind, Open, Report, Severity};

/// The schema's version.
pub const VERSION: &str = "1.8.0";

/// What every event begins with.
pub(crate) const START: &[u8] = br#"{"class_uid":"#;
/// What stands before the native record in an event.
pub(crate) const UNMAPPED: &[u8] = br#","unmapped":"#;

/// Room for an event and its record as most are.
const EVENT_BYTES: usize = 2560;

/// The longest text in an event, in bytes; the native record has its own bounds.
const TEXT_BYTES_MAX: usize = 512;

/// What all events of a chain say of where they come from.
#[derive(Debug, Clone)]
pub(crate) struct Context {
    metadata: Map<String, Value>,
    cloud: Value,
    app: Value,
    region: String,
    policy: String,
}

impl Context {
    pub(crate) fn new(open: &Open) -> Self {
        let version = &open.versions.tollgate;
        let product = json!({"name": "Tollgate", "vendor_name": "Tollgate", "version": version});
        let mut metadata = Map::new();
        metadata.insert("version".to_owned(), VERSION.into());
        metadata.insert("product".to_owned(), product);
        metadata.insert("profiles".to_owned(), json!(["cloud", "security_control", "trace"]));
        metadata.insert("log_name".to_owned(), "tollgate".into());
        let function = &open.function;
        let mut cloud = json!({"provider": "AWS", "region": short(&function.region)});
        if let Some(account) = &function.account {
            set(&mut cloud, "account", json!({"uid": short(account)}));
        }
        let uid = function.arn.as_deref().unwrap_or(&function.name);
        Self {
            metadata,
            cloud,
            app: json!({
                "name": short(&function.name),
                "uid": short(uid),
                "version": short(&function.version),
            }),
            region: function.region.clone(),
            policy: open.policy.clone(),
        }
    }

    /// The event of a record up to its native part; that one and a closing brace follow.
    pub(crate) fn opening(&self, header: &Header, facts: Facts<'_>) -> Vec<u8> {
        let (class, activity, mut event) = match facts {
            Facts::Open => (6002, 3, self.lifecycle("Start")),
            Facts::Close => (6002, 4, self.lifecycle("Stop")),
            Facts::Checkpoint => (1008, 5, log("Rotate")),
            Facts::Body(body) => self.body(body),
        };
        for (name, value) in [
            ("category_uid", (class / 1000).into()),
            ("activity_id", activity.into()),
            ("type_uid", (class * 100 + activity).into()),
            ("time", header.at_ms.into()),
            ("cloud", self.cloud.clone()),
            ("metadata", self.metadata(header, &mut event)),
        ] {
            set(&mut event, name, value);
        }
        if event.get("severity_id").is_none() {
            set(&mut event, "severity_id", 1.into());
        }
        let mut line = Vec::with_capacity(EVENT_BYTES);
        for part in [START, class.to_string().as_bytes(), b","] {
            line.extend_from_slice(part);
        }
        // A value with string keys always serialises. Its braces are not wanted.
        let brace = line.len();
        drop(serde_json::to_writer(&mut line, &event));
        line.pop();
        line.drain(brace..line.len().min(brace + 1));
        line.extend_from_slice(UNMAPPED);
        line
    }

    fn metadata(&self, header: &Header, event: &mut Value) -> Value {
        let mut metadata = self.metadata.clone();
        let chain = hex(&header.chain);
        metadata.insert("uid".to_owned(), format!("{chain}-{}", header.seq).into());
        metadata.insert("sequence".to_owned(), header.seq.into());
        for (from, to) in [("tenant", "tenant_uid"), ("correlation", "correlation_uid")] {
            let value = event.as_object_mut().and_then(|event| event.remove(from));
            metadata.extend(value.map(|value| (to.to_owned(), value)));
        }
        Value::Object(metadata)
    }

    fn lifecycle(&self, activity: &str) -> Value {
        json!({"activity_name": activity, "app": self.app, "status_id": 1})
    }

    fn body(&self, body: &Body) -> (u32, u32, Value) {
        match body {
            Body::Invocation(record) => (6003, 99, invocation::event(self, record)),
            Body::Finding(finding) => (2004, 1, detection(finding)),
            Body::Report(report) => (6002, 99, self.report(report)),
            Body::Certificate(_) => (1008, 99, log("Certify")),
            Body::Gap(gap) => {
                let mut event = log("Gap");
                set(&mut event, "count", gap.records.into());
                set(&mut event, "message", short(&gap.detail));
                set(&mut event, "severity_id", 4.into());
                (1008, 99, event)
            }
            Body::Compact(_) => (6003, 99, json!({})),
        }
    }

    fn report(&self, report: &Report) -> Value {
        let mut event = self.lifecycle("Report");
        set(&mut event, "status_code", short(&report.status));
        set(&mut event, "correlation", short(&report.request_id));
        let failed = report.error_type.is_some();
        set(&mut event, "status_id", if failed { 2 } else { 1 }.into());
        if let Some(error) = &report.error_type {
            set(&mut event, "status_detail", short(error));
        }
        event
    }
}

/// Takes out of a body what its event says already.
pub(crate) fn reduce(body: &mut Body) {
    if let Body::Invocation(record) = body {
        invocation::reduce(record);
    }
}

/// What an event tells of.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Facts<'a> {
    Open,
    Body(&'a Body),
    Checkpoint,
    Close,
}

impl Facts<'_> {
    /// A seal of this kind.
    pub(crate) const fn seal(kind: Kind) -> Self {
        if matches!(kind, Kind::Close) { Self::Close } else { Self::Checkpoint }
    }
}

fn log(activity: &str) -> Value {
    json!({"activity_name": activity, "log_name": "tollgate", "status_id": 1})
}

fn detection(finding: &Finding) -> Value {
    let rule = json!({"type_id": 1, "type": "Rule", "uid": short(&finding.id), "name": short(&finding.id)});
    let mut info = json!({
        "uid": short(&finding.id),
        "title": short(&finding.id),
        "desc": short(&finding.detail),
        "analytic": rule,
    });
    let mut event = json!({
        "activity_name": "Create",
        "count": finding.count,
        "severity_id": severity(finding.severity),
        "status_id": 1,
        "message": short(&finding.detail),
    });
    if let Some(request) = &finding.request_id {
        let request = short(request);
        set(&mut info, "related_events", json!([{"uid": request, "type_uid": 600_399}]));
        let service = json!({"name": "lambda.amazonaws.com"});
        let api = json!({"operation": "Invoke", "service": service, "request": {"uid": request}});
        set(&mut event, "evidences", json!([{"api": api}]));
    }
    if let Some(caller) = &finding.caller {
        set(&mut event, "actor", json!({"user": {"uid": short(caller)}}));
        // The class has no actor of its own; evidence has.
        let actor = event.as_object_mut().and_then(|event| event.remove("actor"));
        let evidence = event.get_mut("evidences").and_then(|list| list.get_mut(0));
        if let (Some(evidence), Some(actor)) = (evidence, actor) {
            set(evidence, "actor", actor);
        }
    }
    set(&mut event, "finding_info", info);
    event
}

const fn severity(severity: Severity) -> u8 {
    match severity {
        Severity::Informational => 1,
        Severity::Low => 2,
        Severity::Medium => 3,
        Severity::High => 4,
        Severity::Critical => 5,
    }
}

/// The native record in a line: the line itself, or what stands in an event under `unmapped`.
pub fn native_part(line: &[u8]) -> Option<&[u8]> {
    if !line.starts_with(START) {
        return Some(line);
    }
    let at = memchr::memmem::find(line, UNMAPPED)? + UNMAPPED.len();
    line.get(at..line.len().checked_sub(1)?).filter(|native| native.ends_with(b"}"))
}

/// An object of these. (`json!` copies every value that it is given, and so each level of an event
/// once more.)
fn object<const N: usize>(fields: [(&str, Value); N]) -> Value {
    let mut object = Map::new();
    for (name, value) in fields {
        object.insert(name.to_owned(), value);
    }
    Value::Object(object)
}

fn set(object: &mut Value, name: &str, value: Value) {
    if let Some(object) = object.as_object_mut() {
        object.insert(name.to_owned(), value);
    }
}

fn short(text: &str) -> Value {
    text.get(..text.floor_char_boundary(TEXT_BYTES_MAX)).unwrap_or_default().into()
}

#[cfg(test)]
mod tests;
