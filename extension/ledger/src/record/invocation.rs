//! One invocation, whatever became of it.
use serde::{Deserialize, Serialize};
use tollgate_policy::{Facts, Fired, Grade, WithheldItems};

use super::budgets::{BUDGETS_MAX, BudgetUse};
use super::ceilings::Ceilings;
use super::cost::Cost;
use super::cut::{Cut, clip, clip_some, cut_list};
use super::payload::Payload;
use super::place::Environment;
use super::proof::Proof;
use super::trust::{Authorization, Trust};

/// The record of one invocation. What the gate learned about the event is absent where the event
/// never came through the gate.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Invocation {
    /// `Lambda-Runtime-Aws-Request-Id`.
    pub request_id: String,
    /// `Lambda-Runtime-Invoked-Function-Arn`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub function: Option<String>,
    /// Where it ran.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub environment: Option<Environment>,
    /// `Lambda-Runtime-Trace-Id`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trace_id: Option<String>,
    /// The tenant, for functions with tenant isolation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tenant_id: Option<String>,
    /// The kind of source, such as `sqs`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trigger: Option<String>,
    /// Where the event says it comes from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<Source>,
    /// Who the event says is calling, named as `CloudTrail` names it.
    #[serde(rename = "userIdentity", alias = "caller")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub caller: Option<Caller>,
    /// What an HTTP request asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request: Option<Request>,
    /// What source and caller are worth: `asserted` or `unproved`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub grade: Option<String>,
    /// What of it was proved.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub proof: Option<Proof>,
    /// How far it was trusted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trust: Option<Trust>,
    /// What policies over facts said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub authorization: Option<Authorization>,
    /// The event's digest and length.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub event: Option<EventDigest>,
    /// The event's content, where the policy asks for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub payload: Option<Payload>,
    /// Items of a batch event; one for any other.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub items: Option<Items>,
    /// Items that were kept from the function while their source hears of them alone, or once
    /// copies were stored.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub withheld: Option<Withheld>,
    /// `pass`, `filter` or `refuse`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decision: Option<String>,
    /// The policy's mode: `observe` or `enforce`.
    pub mode: String,
    /// The checks that fired.
    pub checks: Vec<Check>,
    /// The checks that did not fit into the record.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub checks_cut: Option<Cut>,
    /// The bounds it ran under.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ceilings: Option<Ceilings>,
    /// The budgets it counts against.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub budgets: Vec<BudgetUse>,
    /// What it costs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cost: Option<Cost>,
    /// SHA-256 of the policy that decided.
    pub policy: String,
    /// Whether this is the first invocation of the environment.
    pub cold_start: bool,
    /// What became of it.
    pub outcome: Outcome,
    /// The reply that was sent upstream, if one was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub response: Option<Response>,
    /// `Lambda-Runtime-Function-Error-Type` of an error reply.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error_type: Option<String>,
    /// When it happened.
    pub times: Times,
    /// What Tollgate itself took.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub micros: Option<Micros>,
    /// The chain of the dead process that took this invocation, 32 hex digits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub adopted_from: Option<String>,
    /// A few words on the outcome, where it does not speak for itself. Never payload content.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// How long this record is to be kept, in the owner's words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retention: Option<String>,
}

/// Where an event says it comes from.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    /// ARN of the queue, bucket, topic, rule or load balancer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub arn: Option<String>,
    /// Its AWS account id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
    /// Its AWS Region.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
}

/// Who an event says is calling, in the words of the `userIdentity` of an audit record of AWS ("`CloudTrail`
/// userIdentity element").
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Caller {
    /// `anonymous`, `iam`, `jwt`, `service`, …
    #[serde(rename = "type", alias = "kind")]
    pub kind: String,
    /// The caller's name in that kind.
    #[serde(rename = "principalId", alias = "id")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// The id of the access key or API key that was used; never the key.
    #[serde(rename = "accessKeyId")]
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub key_id: Option<String>,
    /// The address it called from.
    #[serde(rename = "sourceIPAddress", alias = "sourceIp")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source_ip: Option<String>,
    /// Whether names and addresses are keyed digests of what the event says.
    #[serde(skip_serializing_if = "is_false", default)]
    pub pseudonym: bool,
}

/// What an HTTP request asked for. Its path and query are content, so they are not here.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Request {
    /// The method.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub method: Option<String>,
    /// The route or resource that the front end matched, as its owner wrote it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub route_key: Option<String>,
}

/// What is kept of an event's bytes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct EventDigest {
    /// SHA-256 of the bytes Lambda sent.
    pub sha256: String,
    /// How many bytes that were.
    pub bytes: u64,
}

/// Items of an event.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Items {
    /// How many the event holds.
    pub total: u32,
    /// How many of them were refused.
    pub refused: u32,
}

/// Items of an event that did not reach the function.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Withheld {
    /// How many.
    pub count: u32,
    /// What their source calls the first of them.
    pub ids: Vec<String>,
    /// SHA-256 of all their names, joined by line feeds.
    pub sha256: String,
    /// Whether copies were stored, so that their source is done with them.
    pub quarantined: bool,
    /// Whether they were merged into the function's answer: `response` is then of what was sent
    /// to Lambda, not of what the function sent.
    pub merged: bool,
}

/// One check that fired.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Check {
    /// The stable id, such as `limits.depth`.
    pub id: String,
    /// `enforced` or `observed`.
    pub effect: String,
    /// JSON pointer into the event; empty for the whole of it.
    pub at: String,
    /// Numbers and keywords that say what was found. Never payload content.
    pub detail: String,
}

/// The reply that was sent upstream.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Response {
    /// SHA-256 of its bytes, when all of them went through.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sha256: Option<String>,
    /// How many bytes went through.
    pub bytes: u64,
    /// Whether it was sent in Lambda's streaming mode.
    pub streamed: bool,
    /// HTTP status with which Lambda answered the reply.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
}

/// Wall-clock moments, in milliseconds since 1970.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Times {
    /// The event was in hand.
    pub received: u64,
    /// The function was given the event.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub released: Option<u64>,
    /// The reply had gone upstream.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub replied: Option<u64>,
}

/// What Tollgate itself took, in microseconds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Micros {
    /// From the event in hand to the decision.
    pub decide: u64,
    /// All that was added to the invocation, the decision included.
    pub overhead: u64,
}

/// What became of an invocation.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Outcome {
    /// The function replied with a response and Lambda took it.
    Success,
    /// The function replied with an error and Lambda took it.
    Error,
    /// Tollgate answered in the function's place.
    Refused,
    /// A ceiling of the policy was met while the function ran: Tollgate answered in its place, or
    /// cut its answer.
    Ceiling,
    /// Lambda's deadline passed before the function replied.
    Timeout,
    /// The runtime process ended before it replied.
    Crash,
    /// The process that held the invocation ended; a later one found it in the journal.
    #[default]
    Lost,
    /// The environment was shut down before the function replied.
    Shutdown,
    /// The event went to the runtime past the gate: the wrapper is missing.
    Ungated,
}

/// The record of a decided event, as far as the gate knows it: what became of the invocation, the
/// policy's digest and the times after the decision are still to be filled in.
impl From<Facts> for Invocation {
    fn from(facts: Facts) -> Self {
        let Facts { invocation, source, caller, .. } = facts;
        let (budgets, cost) = facts.spent.map_or((Vec::new(), None), |spent| {
            (spent.budgets.into_iter().map(BudgetUse::from).collect(), Some(Cost::from(spent.cost)))
        });
        Self {
            request_id: invocation.request_id,
            function: Some(invocation.function_arn),
            trace_id: invocation.trace_id,
            tenant_id: invocation.tenant_id,
            trigger: Some(facts.trigger.as_str().to_owned()),
            source: Some(Source {
                arn: source.arn,
                account: source.account,
                region: source.region,
            }),
            caller: Some(Caller {
                kind: caller.kind.to_owned(),
                id: caller.id,
                key_id: caller.key_id,
                source_ip: caller.source_ip,
                pseudonym: false,
            }),
            request: facts
                .route
                .map(|route| Request { method: route.method, route_key: route.route_key }),
            grade: Some(grade(facts.grade).to_owned()),
            proof: facts.proof.map(Proof::from),
            trust: facts.trust.map(Trust::from),
            authorization: Authorization::of(facts.permission, facts.edge),
            event: Some(EventDigest {
                sha256: facts.event_digest.to_string(),
                bytes: facts.event_bytes,
            }),
            items: Some(Items { total: facts.items_total, refused: facts.items_refused }),
            withheld: facts.withheld.map(Withheld::from),
            decision: Some(facts.decision.as_str().to_owned()),
            mode: facts.mode.as_str().to_owned(),
            checks: facts.checks.into_iter().map(Check::from).collect(),
            times: Times { received: facts.decided_ms, ..Times::default() },
            budgets,
            cost,
            ..Self::default()
        }
    }
}

impl From<Fired> for Check {
    fn from(fired: Fired) -> Self {
        let Fired { id, effect, at, detail } = fired;
        Self { id: id.to_owned(), effect: effect.as_str().to_owned(), at, detail }
    }
}

impl From<WithheldItems> for Withheld {
    fn from(items: WithheldItems) -> Self {
        let WithheldItems { count, ids, digest, quarantined } = items;
        Self { count, ids, sha256: digest.to_string(), quarantined, merged: false }
    }
}

const fn grade(grade: Grade) -> &'static str {
    match grade {
        Grade::Signed => "signed",
        Grade::Asserted => "asserted",
        Grade::Unproved => "unproved",
    }
}

impl Invocation {
    pub(super) fn shorten(&mut self) {
        clip(&mut self.request_id);
        clip(&mut self.mode);
        clip(&mut self.policy);
        for text in [
            &mut self.function,
            &mut self.trace_id,
            &mut self.tenant_id,
            &mut self.trigger,
            &mut self.grade,
            &mut self.decision,
            &mut self.error_type,
            &mut self.adopted_from,
            &mut self.note,
            &mut self.retention,
        ] {
            clip_some(text);
        }
        self.shorten_parts();
        for Check { id, effect, at, detail } in &mut self.checks {
            [id, effect, at, detail].into_iter().for_each(clip);
        }
        self.checks_cut = cut_list(&mut self.checks);
    }

    fn shorten_parts(&mut self) {
        if let Some(Source { arn, account, region }) = &mut self.source {
            [arn, account, region].into_iter().for_each(clip_some);
        }
        if let Some(Caller { kind, id, key_id, source_ip, pseudonym: _ }) = &mut self.caller {
            clip(kind);
            [id, key_id, source_ip].into_iter().for_each(clip_some);
        }
        if let Some(Request { method, route_key }) = &mut self.request {
            [method, route_key].into_iter().for_each(clip_some);
        }
        self.shorten_extras();
        if let Some(event) = &mut self.event {
            clip(&mut event.sha256);
        }
        if let Some(withheld) = &mut self.withheld {
            withheld.ids.truncate(WithheldItems::IDS_MAX);
            withheld.ids.iter_mut().chain([&mut withheld.sha256]).for_each(clip);
        }
        if let Some(response) = &mut self.response {
            clip_some(&mut response.sha256);
        }
    }

    fn shorten_extras(&mut self) {
        self.environment.iter_mut().for_each(Environment::shorten);
        self.proof.iter_mut().for_each(Proof::shorten);
        self.trust.iter_mut().for_each(Trust::shorten);
        self.authorization.iter_mut().for_each(Authorization::shorten);
        self.payload.iter_mut().for_each(Payload::shorten);
        self.cost.iter_mut().for_each(Cost::shorten);
        self.budgets.truncate(BUDGETS_MAX);
        self.budgets.iter_mut().for_each(BudgetUse::shorten);
    }

    /// Leaves out what can be long in a record that is still too long: the account of one
    /// invocation must not be lost to its details.
    pub(super) fn strip(&mut self) {
        self.payload = None;
        self.proof = None;
        self.trust = None;
        self.authorization = None;
        self.budgets.clear();
        if let Some(withheld) = &mut self.withheld {
            withheld.ids.clear();
        }
        self.note = Some("details left out: the record was too long".to_owned());
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the form serde asks for")]
const fn is_false(flag: &bool) -> bool {
    !*flag
}
