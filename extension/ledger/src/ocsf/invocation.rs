//! An invocation as API Activity 6003, with the decision in the words of the profile
//! `security_control`.
use core::net::IpAddr;

use serde_json::Value;

use super::{Context, object, set, short};
use crate::record::{Caller, Check, Invocation, Outcome};

/// The event without what all events share.
pub(super) fn event(context: &Context, record: &Invocation) -> Value {
    let (status_id, status) = match record.outcome {
        Outcome::Success => (1, "Success"),
        _ => (2, "Failure"),
    };
    let policy = if record.policy.is_empty() { &context.policy } else { &record.policy };
    let policy = object([
        ("uid", short(policy)),
        ("name", "tollgate".into()),
        ("is_applied", (record.mode == "enforce").into()),
    ]);
    let code = record.error_type.as_deref().map_or_else(|| outcome(record.outcome), short);
    let mut event = object([
        ("activity_name", "Invoke".into()),
        ("actor", actor(record)),
        ("api", api(record)),
        ("src_endpoint", src_endpoint(record)),
        ("resources", vec![resource(context, record)].into()),
        ("start_time", record.times.received.into()),
        ("status", status.into()),
        ("status_id", status_id.into()),
        ("status_code", code),
        ("policy", policy),
    ]);
    if let Some(replied) = record.times.replied {
        set(&mut event, "end_time", replied.into());
        set(&mut event, "duration", replied.saturating_sub(record.times.received).into());
    }
    decided(&mut event, record);
    joined(&mut event, record);
    event
}

/// What was decided, and for what.
fn decided(event: &mut Value, record: &Invocation) {
    let (action, disposition) = match (record.outcome, record.decision.as_deref()) {
        (Outcome::Refused, _) => (2, 2),
        (Outcome::Ungated, _) | (_, None) => (3, 17),
        (_, Some("filter")) => (4, 6),
        _ if record.checks.is_empty() => (1, 1),
        _ => (3, 15),
    };
    set(event, "action_id", action.into());
    set(event, "disposition_id", disposition.into());
    set(event, "is_alert", (record.outcome == Outcome::Refused).into());
    set(event, "severity_id", if record.outcome == Outcome::Refused { 3 } else { 1 }.into());
    let enforced = record.checks.iter().find(|check| check.effect == "enforced");
    if let Some(check) = enforced.or_else(|| record.checks.first()) {
        set(event, "firewall_rule", rule(check));
        set(event, "message", short(&format!("{} {}", check.effect, check.id)));
    }
    if let Some(trust) = &record.trust {
        set(event, "risk_score", ((1000 - trust.score).clamp(0, 1000) / 10).into());
    }
    if let Some(authorization) = &record.authorization {
        let decision = short(authorization.decision.as_deref().unwrap_or_default());
        let list = authorization.policies.iter().take(16);
        let list: Vec<_> = list
            .map(|policy| {
                let policy = object([("uid", short(policy))]);
                object([("decision", decision.clone()), ("policy", policy)])
            })
            .collect();
        set(event, "authorizations", list.into());
    }
}

/// What joins it to other events: the trace, the tenant, the request.
fn joined(event: &mut Value, record: &Invocation) {
    if let Some(root) = record.trace_id.as_deref().and_then(root) {
        set(event, "trace", object([("uid", short(root))]));
        set(event, "correlation", short(root));
    }
    if let Some(tenant) = &record.tenant_id {
        set(event, "tenant", short(tenant));
    }
    if let Some(method) = record.request.as_ref().and_then(|request| request.method.as_ref()) {
        set(event, "http_request", object([("http_method", short(method))]));
    }
}

/// The root of an X-Ray trace header: `Root=1-…;Parent=…`.
fn root(header: &str) -> Option<&str> {
    header.split(';').find_map(|part| part.trim().strip_prefix("Root="))
}

fn rule(check: &Check) -> Value {
    object([
        ("uid", short(&check.id)),
        ("name", short(&check.id)),
        ("match_location", short(&check.at)),
        ("match_details", vec![short(&check.detail)].into()),
    ])
}

fn actor(record: &Invocation) -> Value {
    let trigger = record.trigger.as_deref().unwrap_or("unknown");
    let mut actor = object([("invoked_by", short(trigger))]);
    let caller = record.caller.as_ref();
    if let Some(Caller { kind, id: Some(id), key_id, .. }) = caller {
        let mut user = object([("uid", short(id)), ("type_id", 99.into()), ("type", short(kind))]);
        if let Some(key) = key_id {
            set(&mut user, "credential_uid", short(key));
        }
        set(&mut actor, "user", user);
    }
    actor
}

fn api(record: &Invocation) -> Value {
    let mut api = object([
        ("operation", "Invoke".into()),
        ("service", object([("name", "lambda.amazonaws.com".into())])),
        ("request", object([("uid", short(&record.request_id))])),
    ]);
    let status = record.response.as_ref().and_then(|response| response.status);
    if status.is_some() || record.error_type.is_some() {
        let mut response = object([]);
        if let Some(status) = status {
            set(&mut response, "code", status.into());
        }
        if let Some(error) = &record.error_type {
            set(&mut response, "error", short(error));
        }
        set(&mut api, "response", response);
    }
    api
}

fn src_endpoint(record: &Invocation) -> Value {
    let trigger = record.trigger.as_deref().unwrap_or("unknown");
    let mut endpoint = object([("svc_name", short(trigger))]);
    if let Some(arn) = record.source.as_ref().and_then(|source| source.arn.as_ref()) {
        set(&mut endpoint, "uid", short(arn));
    }
    match record.caller.as_ref().and_then(|caller| caller.source_ip.as_ref()) {
        Some(address) if address.parse::<IpAddr>().is_ok() => {
            set(&mut endpoint, "ip", short(address));
        }
        // A pseudonym is no address.
        Some(address) => set(&mut endpoint, "name", short(address)),
        None => {}
    }
    endpoint
}

fn resource(context: &Context, record: &Invocation) -> Value {
    let app = |name: &str| context.app.get(name).cloned().unwrap_or_default();
    let uid = record.function.as_deref().map_or_else(|| app("uid"), short);
    object([
        ("uid", uid),
        ("name", app("name")),
        ("version", app("version")),
        ("region", short(&context.region)),
        ("type", "AWS::Lambda::Function".into()),
    ])
}

/// The word that the native record has for it.
fn outcome(outcome: Outcome) -> Value {
    serde_json::to_value(outcome).unwrap_or_default()
}

/// Takes out of a record what the event says already.
pub(super) fn reduce(record: &mut Invocation) {
    record.function = None;
    record.trace_id = None;
    record.tenant_id = None;
    record.caller = None;
    record.source = None;
    record.trigger = None;
}
