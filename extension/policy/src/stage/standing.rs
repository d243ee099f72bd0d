//! What a case asks of its sender: is it known to the graph, how far is it trusted, do policies
//! permit it.
use tollgate_event::Trigger;

use super::{Case, prove};
use crate::authorise::Question;
use crate::checks::{self, Check, Setting};
use crate::desk::{Lesson, Sighting, name_of};
use crate::facts::{Grade, ProofFacts};
use crate::graph::{Edge, Peer};
use crate::options::DirectInvoke;
use crate::trust::{Inputs, Low, Proved, score};

/// The score of an event where the policy does not ask for one, in thousandths.
const UNASKED: i64 = 1000;

impl Case<'_> {
    /// Holds the caller against the service graph; of a queue's messages the sender of each.
    pub(super) fn ask_graph(&mut self) {
        if self.policy.callers.is_empty() {
            return;
        }
        let event = self.event.assertions();
        let trigger = event.trigger;
        let closed = self.policy.direct_invoke == DirectInvoke::Closed;
        let counts = closed || trigger == Trigger::Sns && self.proved.holds();
        let judge = |said: &Peer, item: Option<u32>| {
            let signed_by = self.proved.signer(item);
            let callers = self.policy.callers.iter();
            let mut edges = callers.map(|callers| callers.edge(trigger, said, signed_by, counts));
            edges.find(|edge| *edge != Edge::Known).unwrap_or(Edge::Known)
        };
        let mut edges = Vec::new();
        if trigger == Trigger::Sqs {
            for (item, at, sender) in prove::senders(&self.event) {
                let peer = Peer::named(trigger, "sender", sender.as_deref());
                edges.push((item, at, judge(&peer, item)));
            }
        }
        if edges.is_empty() {
            edges.push((None, String::new(), judge(&Peer::of(event), None)));
        }
        edges.retain(|(_, _, edge)| *edge != Edge::Known);
        self.edge = Some(edges.first().map_or(Edge::Known, |(_, _, edge)| *edge));
        for (item, at, edge) in edges {
            let detail = match edge {
                Edge::Unproved => "its name counts only under `direct_invoke: closed`",
                _ => "",
            };
            self.fire_as(checks::SOURCE_LATERAL, None, item, at, detail.to_owned());
        }
    }

    /// Scores the event.
    pub(super) fn ask_trust(&mut self) {
        let Some(bounds) = self.policy.trust else { return };
        let sighting = self.sighting();
        let known = self.desk.profile.look(&sighting);
        let trust = score(
            &Inputs {
                proved: match self.grade() {
                    Grade::Signed => Proved::Signed,
                    Grade::Asserted => Proved::Asserted,
                    Grade::Unproved => Proved::Nothing,
                },
                near_misses: self.near_misses,
                retries: self.retries(),
                replayed: self.fired.iter().any(|fired| fired.id == checks::AUTH_REPLAY),
                ..known
            },
            bounds,
        );
        let score = trust.score;
        self.trust = Some(trust);
        self.ticket.lesson = Some(Box::new(Lesson(sighting)));
        let (setting, bound) = match bounds.low(score) {
            None => return,
            Some(Low::Refuse(bound)) => (None, bound),
            Some(Low::Observe(bound)) => (Some(self.observed(checks::TRUST_LOW)), bound),
        };
        let shown = |thousandths| format!("{}.{:03}", thousandths / 1000, thousandths % 1000);
        let detail = format!("{} < {}", shown(score), shown(bound));
        self.fire_as(checks::TRUST_LOW, setting, None, String::new(), detail);
    }

    /// Asks the owner's policies.
    pub(super) fn ask_policies(&mut self) {
        if self.policy.authorisation.is_absent() {
            return;
        }
        let raw = self.event.raw();
        let invocation = raw.invocation();
        let proof = self.proved.facts.as_ref().filter(|proof| proof.verified);
        let question = Question {
            event: self.event.assertions(),
            bytes: raw.body().len() as u64,
            function_arn: &invocation.function_arn,
            tenant: invocation.tenant_id.as_deref(),
            grade: self.grade(),
            listed: self.source.is_some(),
            proof: proof
                .filter(|_| self.proved.signed)
                .map(|it| (it.scheme.as_str(), it.issuer.as_deref())),
            claims: Some(&self.proved.claims).filter(|_| proof.is_some()),
            subject: proof.and_then(subject),
            trust: self.trust.as_ref().map_or(UNASKED, |trust| trust.score.into()),
            checks: self.fired.iter().map(|fired| fired.id).collect(),
            moment: self.moment,
            here: &self.desk.here,
        };
        let ruling = self.policy.authorisation.ask(&question);
        self.permission = Some(ruling.permission);
        if let Some(detail) = ruling.denied {
            self.fire(checks::POLICY_DENIED, String::new(), detail);
        }
        if let Some(detail) = ruling.failed {
            self.fire(checks::POLICY_ERROR, String::new(), detail);
        }
    }

    /// The event was refused: whoever sent it is remembered for it.
    pub(super) fn remember_refusal(&mut self) {
        if self.policy.trust.is_some() {
            let sighting = self.sighting();
            self.desk.profile.refused(&sighting);
        }
    }

    /// Attempts before this one: as the event tells, or because the same proof came to nothing.
    fn retries(&self) -> u32 {
        let again = self.proved.facts.as_ref().is_some_and(|proof| proof.retry);
        let told = self.event.assertions().attempt.unwrap_or(1).saturating_sub(1);
        told.max(u32::from(again))
    }

    /// The setting that only notes a check, unless it is off.
    fn observed(&self, id: &str) -> Setting {
        let setting = Check::find(id).map(|check| self.policy.setting_at(check, self.source));
        setting.map_or(Setting::Observe, |setting| setting.min(Setting::Observe))
    }

    fn sighting(&self) -> Sighting {
        let event = self.event.assertions();
        // What anybody can say of a caller is no part of what a proved one did.
        let grade = self.grade().as_str();
        let trigger = event.trigger.as_str();
        let proof = self.proved.facts.as_ref().filter(|proof| proof.verified);
        let subject = proof.and_then(subject);
        let (arn, id) = (event.source.arn.as_deref(), subject.or(event.caller.id.as_deref()));
        let address = event.caller.source_ip.as_deref().filter(|_| id.is_none());
        let who = id.or(address).unwrap_or_default();
        let source = event.source.region.as_deref().filter(|_| arn.is_none());
        Sighting {
            source: name_of(&["source", grade, trigger, arn.or(source).unwrap_or_default()]),
            caller: name_of(&["caller", grade, event.caller.kind, who]),
            features: self.features.clone(),
            bytes: self.event.raw().body().len() as u64,
            at_ms: self.moment.unix_ms,
        }
    }
}

/// Of whom a proof speaks: a token's subject, or the function before this one.
fn subject(proof: &ProofFacts) -> Option<&str> {
    proof.subject.as_deref().or_else(|| proof.hops.last().map(String::as_str))
}
