//! What all stages share: the event, the policy it is held against, and the checks that fired.
use bytes::Bytes;
use tollgate_event::{Classified, Fault};

use tollgate_budget::Charge;

use super::items::{Filtered, Refusals, Sifted, may_store_whole, sift};
use super::prove::{self, Proved};
use super::senders::{Said, Sender};
use super::spend;
use crate::ceilings::{Bounds, Ceilings};
use crate::checks::{Check, Setting};
use crate::copies::Copies;
use crate::desk::{Contexts, Desk, Owed, Ticket};
use crate::facts::{
    DecisionKind, Effect, Facts, Fired, Grade, Moment, Permission, Spent, Trust, WithheldItems,
};
use crate::graph::Edge;
use crate::inspect::inspect;
use crate::options::{DirectInvoke, LeakAction, Mode, OnRefuse};
use crate::policy::Policy;
use crate::refusal::{Refused, Shape};
use crate::sources::SourceRule;

/// One event on its way through the stages.
#[derive(Debug)]
pub(crate) struct Case<'p> {
    pub(super) event: Classified,
    pub(super) policy: &'p Policy,
    /// What the environment remembers.
    pub(super) desk: &'p mut Desk,
    pub(super) moment: Moment,
    /// What a grant will owe.
    pub(super) ticket: Ticket,
    pub(super) source: Option<&'p SourceRule>,
    /// What was proved.
    pub(super) proved: Proved,
    pub(super) fired: Vec<Fired>,
    /// What detectors saw and were not sure of.
    pub(super) near_misses: u32,
    /// The paths and types of its payload.
    pub(super) features: Vec<u64>,
    pub(super) edge: Option<Edge>,
    pub(super) trust: Option<Trust>,
    pub(super) permission: Option<Permission>,
    /// The first check whose effect is a refusal of the whole event.
    pub(super) refused_by: Option<&'static Check>,
    /// The items that are refused alone.
    pub(super) refused_items: Refusals,
    /// What goes on in the event's place.
    pub(super) filtered: Option<Box<Filtered>>,
    /// Whom its items are from, where they are told apart.
    pub(super) senders: Option<Vec<Sender>>,
    /// What it says at the places that callers are told apart by, where it is no batch.
    pub(super) said: Option<Said>,
    /// What it may cost, between the stages that ask and take.
    pub(super) charge: Option<Charge>,
    /// What it was charged.
    pub(super) spent: Option<Box<Spent>>,
    /// How long whoever is refused by a budget should wait, in milliseconds.
    pub(super) retry_ms: u64,
    /// Whether a budget wants what it refuses to be stored.
    pub(super) store_whole: bool,
}

/// What is left of a case that passed.
pub(super) struct Passed {
    pub(super) body: Bytes,
    pub(super) facts: Facts,
    pub(super) filtered: Option<Box<Filtered>>,
    pub(super) ticket: Ticket,
    pub(super) bounds: Option<Box<Bounds>>,
}

impl<'p> Case<'p> {
    /// Opens a case; nothing has fired.
    pub(crate) fn open(
        event: Classified,
        policy: &'p Policy,
        desk: &'p mut Desk,
        moment: Moment,
    ) -> Self {
        Self {
            source: policy.source_of(event.assertions()),
            event,
            policy,
            desk,
            moment,
            ticket: Ticket::default(),
            proved: Proved::default(),
            fired: Vec::new(),
            near_misses: 0,
            features: Vec::new(),
            edge: None,
            trust: None,
            permission: None,
            refused_by: None,
            refused_items: Refusals::new(),
            filtered: None,
            senders: None,
            said: None,
            charge: None,
            spent: None,
            retry_ms: 0,
            store_whole: false,
        }
    }

    /// The event.
    pub(crate) fn event(&self) -> &Classified {
        &self.event
    }

    /// The policy it is held against.
    pub(super) fn policy(&self) -> &'p Policy {
        self.policy
    }

    /// The moment of the decision.
    pub(super) fn moment(&self) -> Moment {
        self.moment
    }

    /// What the environment remembers.
    pub(super) fn desk(&mut self) -> &mut Desk {
        self.desk
    }

    /// Both at once.
    pub(super) fn event_and_desk(&mut self) -> (&Classified, &mut Desk) {
        (&self.event, self.desk)
    }

    /// A grant will owe this.
    pub(super) fn owe(&mut self, owed: Owed) {
        self.ticket.owed = Some(owed);
    }

    /// The listed source that the event comes from.
    pub(super) fn source(&self) -> Option<&'p SourceRule> {
        self.source
    }

    /// The event, what the environment remembers, and now: milliseconds since the Unix epoch.
    pub(super) fn at_hand(&mut self) -> (&Classified, &mut Desk, u64) {
        (&self.event, self.desk, self.moment.unix_ms)
    }

    /// Notes what was proved.
    pub(super) fn set_proved(&mut self, proved: Proved) {
        self.proved = proved;
    }

    /// What one invocation by the event's source may take.
    pub(super) fn ceilings(&self) -> Ceilings {
        self.policy.ceilings(self.source)
    }

    /// Fires what decoding found.
    pub(super) fn fire_faults(&mut self) {
        let faults = self.event.faults().to_vec();
        for Fault { check, at, detail } in faults {
            self.fire(check, at, detail);
        }
    }

    /// A check fires on the whole event; what that does is the policy's word.
    pub(crate) fn fire(&mut self, id: &'static str, at: String, detail: String) {
        self.fire_as(id, None, None, at, detail);
    }

    /// Holds what the event carries against its source's gate.
    pub(super) fn inspect(&mut self) {
        let seen = inspect(&self.event, self.policy, self.source);
        (self.near_misses, self.features) = (seen.near_misses, seen.features);
        for hit in seen.hits {
            self.fire_as(hit.check, hit.setting, hit.item, hit.at, hit.detail);
        }
    }

    /// A check fires on one item of a batch, or on the whole event. What it does is the word of the
    /// field where there is one, then of the source, then of the policy; what a refused item does
    /// to the others is the source's.
    pub(crate) fn fire_as(
        &mut self,
        id: &'static str,
        setting: Option<Setting>,
        item: Option<u32>,
        at: String,
        detail: String,
    ) {
        let Some(check) = Check::find(id) else { return };
        let Some(effect) = self.effect(check, setting) else { return };
        let enforced = effect == Effect::Enforced;
        self.fired.push(Fired { id, effect, at, detail });
        match item {
            Some(item) if enforced => _ = self.refused_items.entry(item).or_insert(check),
            None if enforced => _ = self.refused_by.get_or_insert(check),
            _ => {}
        }
    }

    /// What a check would do on this event; nothing where it is off.
    fn effect(&self, check: &Check, setting: Option<Setting>) -> Option<Effect> {
        let setting = setting.unwrap_or_else(|| self.policy.setting_at(check, self.source));
        if setting == Setting::Off {
            return None;
        }
        let request_id = &self.event.raw().invocation().request_id;
        let enforced = self.policy.mode == Mode::Enforce && setting.enforces(request_id);
        Some(if enforced { Effect::Enforced } else { Effect::Observed })
    }

    /// What the function will be held to while it runs.
    fn bounds(&self) -> Option<Box<Bounds>> {
        let ceilings = self.ceilings();
        let leaks = self.policy.leaks();
        if ceilings == Ceilings::default() && leaks.strictest() == LeakAction::Off {
            return None;
        }
        let effect = |id| self.effect(Check::find(id)?, None);
        ceilings.bounds(effect, || Shape::ahead(&self.event, self.source), self.event.raw(), leaks)
    }

    /// Goes on unless a check that fired refuses the event; without the items that were refused,
    /// where their source can be told of them alone.
    pub(crate) fn go_on(self) -> Result<Self, Box<Refused>> {
        if let Some(check) = self.refused_by {
            return Err(Box::new(self.refuse(check)));
        }
        let sifted = self.filtered.as_ref().map_or(0, |filtered| filtered.refused);
        let first = self.refused_items.first_key_value().map(|(_, check)| *check);
        match first {
            Some(check) if self.refused_items.len() > sifted => self.sift(check),
            _ => Ok(self),
        }
    }

    fn sift(mut self, check: &'static Check) -> Result<Self, Box<Refused>> {
        match sift(&self.event, self.source, &self.refused_items) {
            Sifted::Forward(filtered) => {
                self.filtered = Some(filtered);
                Ok(self)
            }
            Sifted::Refuse => Err(Box::new(self.refuse(check))),
            Sifted::Answer(shape, copies, items) => {
                Err(Box::new(self.refuse_as(check, shape, copies, Some(items))))
            }
        }
    }

    /// Ends the case: the body as it came or what is left of it, the facts, what is owed.
    pub(super) fn pass(mut self) -> Passed {
        self.ticket.used = std::mem::take(&mut self.proved.used);
        if let Some(filtered) = &self.filtered {
            // What the function does not get is not used: it comes again.
            let is_out = |item: u32| filtered.out.binary_search(&item).is_ok();
            self.ticket.used.retain(|used| !used.item.is_some_and(is_out));
        }
        self.name_used();
        self.desk.begin_use(&self.ticket.used, self.moment.unix_ms);
        if self.policy.signing.is_some() {
            let chains = std::mem::take(&mut self.proved.chains);
            self.ticket.contexts = Contexts::new(chains.into_iter().map(|chain| chain.text));
        }
        let ticket = std::mem::take(&mut self.ticket);
        let bounds = self.bounds();
        let strips = self.proved.strips;
        let Some(mut filtered) = self.filtered.take() else {
            let (mut body, mut facts) = self.close(DecisionKind::Pass, None);
            let left = if strips { prove::stripped(&body) } else { None };
            if let Some(left) = left {
                body = left.into();
                if let Some(proof) = &mut facts.proof {
                    proof.stripped = true;
                }
            }
            return Passed { body, facts, filtered: None, ticket, bounds };
        };
        let (_, facts) = self.close(DecisionKind::Filter, Some(filtered.items.clone()));
        let body = std::mem::take(&mut filtered.body);
        Passed { body, facts, filtered: Some(filtered), ticket, bounds }
    }

    /// Where the function may report single items as failed, it does so by these names.
    fn name_used(&mut self) {
        let reports = self.source.is_some_and(|source| source.reports_item_failures);
        let used = &mut self.ticket.used;
        if !reports || used.iter().all(|used| used.item.is_none()) {
            return;
        }
        let items = self.event.batch();
        for used in used {
            let at = used.item.and_then(|item| usize::try_from(item).ok());
            used.name = at.and_then(|at| items.get(at)?.id.clone());
        }
    }

    fn refuse(self, check: &'static Check) -> Refused {
        let stores = self.store_whole
            || self.source.is_some_and(|source| source.on_refuse == OnRefuse::Quarantine);
        if stores && may_store_whole(self.event.trigger(), check) {
            let copies = Copies::whole(self.event.raw(), check.id);
            let items = WithheldItems::whole(self.event.assertions().items.total);
            let shape = Shape::Json(serde_json::Value::Null);
            return self.refuse_as(check, shape, Some(copies), Some(items));
        }
        let shape = Shape::of(&self.event, self.source, check).retrying(self.retry_ms);
        self.refuse_as(check, shape, None, None)
    }

    fn refuse_as(
        mut self,
        check: &'static Check,
        shape: Shape,
        copies: Option<Copies>,
        items: Option<WithheldItems>,
    ) -> Refused {
        spend::refused(&mut self, check);
        self.remember_refusal();
        let (_, facts) = self.close(DecisionKind::Refuse, items);
        let refused = Refused::new(facts, check, shape);
        match copies {
            Some(copies) => refused.storing(copies),
            None => refused,
        }
    }

    /// What the event's word for its source and caller is worth.
    pub(super) fn grade(&self) -> Grade {
        match self.policy.direct_invoke {
            _ if self.proved.holds() => Grade::Signed,
            DirectInvoke::Closed => Grade::Asserted,
            DirectInvoke::Open => Grade::Unproved,
        }
    }

    fn close(self, decision: DecisionKind, withheld: Option<WithheldItems>) -> (Bytes, Facts) {
        let grade = self.grade();
        let (raw, event) = self.event.into_parts();
        let event_digest = raw.digest();
        let (body, invocation) = raw.into_parts();
        let facts = Facts {
            decided_ms: self.moment.unix_ms,
            invocation,
            trigger: event.trigger,
            source: event.source,
            caller: self.proved.caller(event.caller),
            grade,
            proof: self.proved.facts,
            route: event.route,
            event_digest,
            event_bytes: body.len() as u64,
            items_total: event.items.total,
            items_refused: match (decision, &withheld) {
                (DecisionKind::Pass, _) => 0,
                (DecisionKind::Filter, withheld) => withheld.as_ref().map_or(0, |it| it.count),
                (DecisionKind::Refuse, _) => event.items.total,
            },
            withheld,
            checks: self.fired,
            edge: self.edge,
            trust: self.trust,
            permission: self.permission,
            decision,
            mode: self.policy.mode,
            spent: self.spent,
        };
        (body, facts)
    }
}
