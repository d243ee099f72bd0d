//! One record as the report reads it: native, an event of OCSF, or the compact form of a refusal.
use serde::Deserialize;
use serde_json::Value;
use tollgate_ledger::ocsf::native_part;
use tollgate_ledger::record::{Caller, Compact, Cost, Invocation, Outcome, unix_ms};

/// What every record begins with.
#[derive(Debug, Deserialize)]
pub(super) struct Head {
    pub(super) kind: String,
    pub(super) chain: String,
    pub(super) seq: u64,
    time: String,
}

impl Head {
    pub(super) fn at_ms(&self) -> Option<u64> {
        unix_ms(self.time.as_bytes())
    }
}

/// What Lambda says of an earlier invocation.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Billed {
    pub(super) request_id: String,
    #[serde(default)]
    pub(super) status: String,
    pub(super) duration_ms: Option<f64>,
    #[serde(rename = "billedDurationMs")]
    pub(super) charged_ms: Option<f64>,
    pub(super) init_duration_ms: Option<f64>,
    pub(super) max_memory_used_mb: Option<u64>,
    pub(super) cost: Option<Cost>,
}

/// Something somebody should look at.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Finding {
    pub(super) id: String,
    #[serde(default)]
    pub(super) severity: String,
    pub(super) request_id: Option<String>,
    #[serde(default)]
    pub(super) detail: String,
    #[serde(default)]
    pub(super) count: u64,
}

/// The body of a record, as far as the report asks for it.
#[derive(Debug)]
pub(super) enum Body {
    Invocation(Box<Invocation>),
    Report(Box<Billed>),
    Finding(Finding),
    /// So many records were lost.
    Gap(u64),
    /// A kind that is only counted.
    Other,
}

/// A record.
pub(super) struct Seen {
    pub(super) head: Head,
    /// None where it is not what its kind promises.
    pub(super) body: Option<Body>,
}

impl Seen {
    pub(super) fn read(record: &[u8]) -> Option<Self> {
        let native = native_part(record)?;
        let head: Head = serde_json::from_slice(native).ok()?;
        let body = match head.kind.as_str() {
            "invocation" => invocation(record, native),
            "report" => serde_json::from_slice(native).ok().map(Body::Report),
            "finding" => serde_json::from_slice(native).ok().map(Body::Finding),
            "gap" => gap(native),
            _ => Some(Body::Other),
        };
        Some(Self { head, body })
    }
}

fn gap(native: &[u8]) -> Option<Body> {
    #[derive(Deserialize)]
    struct Gap {
        records: u64,
    }
    serde_json::from_slice::<Gap>(native).ok().map(|gap| Body::Gap(gap.records))
}

fn invocation(record: &[u8], native: &[u8]) -> Option<Body> {
    if let Ok(Compact { request_id, refused }) = serde_json::from_slice(native) {
        return Some(Body::Invocation(Box::new(compact(request_id, refused))));
    }
    let mut invocation: Invocation = serde_json::from_slice(native).ok()?;
    if native.len() < record.len() {
        restore(&mut invocation, &serde_json::from_slice(record).ok()?);
    }
    Some(Body::Invocation(Box::new(invocation)))
}

/// A refusal that was written in few bytes. Such records are made only where the refusal holds.
fn compact(request_id: String, refused: String) -> Invocation {
    let check = tollgate_ledger::record::Check {
        id: refused,
        effect: "enforced".to_owned(),
        ..Default::default()
    };
    Invocation {
        request_id,
        decision: Some("refuse".to_owned()),
        outcome: Outcome::Refused,
        checks: vec![check],
        ..Invocation::default()
    }
}

/// What stands in the event of OCSF and was left out of the native part.
fn restore(invocation: &mut Invocation, event: &Value) {
    let text = |at: &str| event.pointer(at).and_then(Value::as_str).map(str::to_owned);
    invocation.function = text("/resources/0/uid");
    invocation.trigger = text("/src_endpoint/svc_name");
    let kind = text("/actor/user/type").unwrap_or_else(|| "anonymous".to_owned());
    let source_ip = text("/src_endpoint/ip").or_else(|| text("/src_endpoint/name"));
    let id = text("/actor/user/uid");
    invocation.caller = Some(Caller { kind, id, source_ip, ..Caller::default() });
}
