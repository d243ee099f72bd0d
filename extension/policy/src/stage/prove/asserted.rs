//! What an event's service says of who calls, held against what policy names. It is worth what the
//! owner's word is that nobody else may invoke.
use serde_json::{Map, Value};
use tollgate_event::{Classified, ClientCertificate, Identity, Trigger};
use tollgate_proof::certificate::{client_names, moment};
use tollgate_proof::jwt::Claim;
use tollgate_proof::{Proof, Unproved};

use super::{Outcome, Record, each_record};
use crate::auth::{AssertedRule, CertificateRule};
use crate::sources::Pattern;

const OPEN: Unproved =
    Unproved::invalid("what an event says of its caller counts only under `direct_invoke: closed`");

/// `closed`: the owner states that nobody but the sources may invoke.
pub(super) fn prove(
    rule: &AssertedRule,
    event: &Classified,
    closed: bool,
    now_ms: u64,
) -> Vec<Outcome> {
    let counts = |held: Result<Proof, Unproved>| if closed { held } else { held.and(Err(OPEN)) };
    if !rule.sender.is_empty() {
        return each_record(event, |record| counts(sender(&rule.sender, record)));
    }
    let held = hold(rule, &event.identity(), event.trigger(), now_ms);
    vec![(None, String::new(), counts(held))]
}

fn sender(known: &[Pattern], record: &Record<'_>) -> Result<Proof, Unproved> {
    let id = record.sender().ok_or(Unproved::missing("the message names no sender"))?;
    among(known, id, "the message's sender is none of those that policy names")?;
    Ok(Proof { kind: "asserted", ..Proof::default() })
}

fn hold(
    rule: &AssertedRule,
    identity: &Identity<'_>,
    trigger: Trigger,
    now_ms: u64,
) -> Result<Proof, Unproved> {
    let mut proof = Proof { kind: "asserted", ..Proof::default() };
    if !rule.iam.is_empty() {
        let arn = identity.iam.as_deref();
        let arn = arn.ok_or(Unproved::missing("the event names no IAM caller"))?;
        among(&rule.iam, arn, "the IAM caller is none of those that policy names")?;
    }
    if !rule.api_key.is_empty() {
        let key = identity.api_key.as_deref();
        let key = key.ok_or(Unproved::missing("the event names no API key"))?;
        among(&rule.api_key, key, "the API key is none of those that policy names")?;
    }
    if !rule.claims.is_empty() {
        if identity.claims.is_empty() {
            return Err(Unproved::missing("the event has no claims"));
        }
        proof.claims = claims(identity, trigger);
        rule.claims.iter().try_for_each(|claim| claim.hold(&proof.claims))?;
    }
    if let Some(rule) = &rule.certificate {
        let shown = identity.certificate.as_ref();
        let shown = shown.ok_or(Unproved::missing("no client certificate"))?;
        proof.ends_ms = certificate(rule, shown, now_ms)?;
    }
    Ok(proof)
}

/// Until when it holds, where it tells.
fn certificate(
    rule: &CertificateRule,
    shown: &ClientCertificate,
    now_ms: u64,
) -> Result<Option<u64>, Unproved> {
    let subject = shown.subject.as_deref().unwrap_or_default();
    let issuer = shown.issuer.as_deref().unwrap_or_default();
    if !rule.subject.is_empty() {
        among(&rule.subject, subject, "the certificate's subject is none that policy names")?;
    }
    if !rule.issuer.is_empty() {
        among(&rule.issuer, issuer, "the certificate's issuer is none that policy names")?;
    }
    if !rule.san.is_empty() {
        let own = shown.pem.as_deref().and_then(client_names).unwrap_or_default();
        let mut names = shown.names.iter().chain(&own);
        if !names.any(|name| rule.san.iter().any(|known| known.matches(name))) {
            return Err(Unproved::invalid("the certificate has no name that policy names"));
        }
    }
    let Some([begins, ends]) = &shown.validity else { return Ok(None) };
    let time = |text: &Option<String>| text.as_deref().and_then(moment);
    let (Some(begins), Some(ends)) = (time(begins), time(ends)) else {
        return Err(Unproved::invalid("it does not say from when to when the certificate holds"));
    };
    if !(begins..=ends).contains(&now_ms) {
        return Err(Unproved::expired("the client certificate is not valid now"));
    }
    Ok(Some(ends))
}

fn among(known: &[Pattern], text: &str, otherwise: &'static str) -> Result<(), Unproved> {
    let fits = known.iter().any(|known| known.matches(text));
    if fits { Ok(()) } else { Err(Unproved::invalid(otherwise)) }
}

/// The claims in one; where two say the same, the first one counts.
fn claims(identity: &Identity<'_>, trigger: Trigger) -> Map<String, Value> {
    let mut claims = Map::new();
    for json in &identity.claims {
        for (name, value) in Claim::all(json) {
            let value = listed(&name, value, trigger);
            claims.entry(name).or_insert(value);
        }
    }
    claims
}

/// Scopes stand in one text with blanks between; HTTP APIs write a list as `[a b]` (Amazon API
/// Gateway Developer Guide, "Control access to HTTP APIs with JWT authorizers").
fn listed(name: &str, value: Value, trigger: Trigger) -> Value {
    let Value::String(text) = &value else { return value };
    let list = text.strip_prefix('[').and_then(|text| text.strip_suffix(']'));
    let list = list.filter(|_| trigger == Trigger::ApiGatewayV2);
    let words = match name {
        "scope" | "scp" => Some(list.unwrap_or(text)),
        _ => list,
    };
    words.map(|words| words.split_ascii_whitespace().map(Value::from).collect()).unwrap_or(value)
}
