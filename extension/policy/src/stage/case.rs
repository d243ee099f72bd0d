//! What all stages share: the event, the policy it is held against, and the checks that fired.
use bytes::Bytes;
use tollgate_event::{Classified, Fault};

use crate::checks::{Check, Setting};
use crate::facts::{DecisionKind, Effect, Facts, Fired, Grade, Moment};
use crate::options::{DirectInvoke, Mode};
use crate::policy::Policy;
use crate::refusal::{Refused, Shape};
use crate::sources::SourceRule;

/// One event on its way through the stages.
#[derive(Debug)]
pub(crate) struct Case<'p> {
    event: Classified,
    policy: &'p Policy,
    moment: Moment,
    source: Option<&'p SourceRule>,
    fired: Vec<Fired>,
    /// The first check whose effect is a refusal.
    refused_by: Option<&'static Check>,
}

impl<'p> Case<'p> {
    /// Opens a case; nothing has fired.
    pub(crate) fn open(event: Classified, policy: &'p Policy, moment: Moment) -> Self {
        let source = policy.source_of(event.assertions());
        Self { event, policy, moment, source, fired: Vec::new(), refused_by: None }
    }

    /// The listed source that the event comes from.
    pub(super) fn source(&self) -> Option<&'p SourceRule> {
        self.source
    }

    /// Fires what decoding found.
    pub(super) fn fire_faults(&mut self) {
        let faults = self.event.faults().to_vec();
        for Fault { check, at, detail } in faults {
            self.fire(check, at, detail);
        }
    }

    /// A check fires; what that does is the policy's word.
    pub(crate) fn fire(&mut self, id: &'static str, at: String, detail: String) {
        let Some(check) = Check::find(id) else { return };
        let setting = self.policy.setting(check);
        if setting == Setting::Off {
            return;
        }
        let request_id = &self.event.raw().invocation().request_id;
        let enforced = self.policy.mode == Mode::Enforce && setting.enforces(request_id);
        let effect = if enforced { Effect::Enforced } else { Effect::Observed };
        if enforced {
            self.refused_by.get_or_insert(check);
        }
        self.fired.push(Fired { id, effect, at, detail });
    }

    /// Goes on unless a check that fired refuses the event.
    pub(crate) fn go_on(self) -> Result<Self, Box<Refused>> {
        match self.refused_by {
            None => Ok(self),
            Some(check) => Err(Box::new(self.refuse(check))),
        }
    }

    /// Ends the case with a pass: the body as it came, and the facts.
    pub(super) fn pass(self) -> (Bytes, Facts) {
        self.close(DecisionKind::Pass)
    }

    fn refuse(self, check: &'static Check) -> Refused {
        let shape = Shape::of(&self.event, self.source);
        let (_, facts) = self.close(DecisionKind::Refuse);
        Refused::new(facts, check, shape)
    }

    fn close(self, decision: DecisionKind) -> (Bytes, Facts) {
        let (raw, event) = self.event.into_parts();
        let event_digest = raw.digest();
        let (body, invocation) = raw.into_parts();
        let facts = Facts {
            decided_ms: self.moment.unix_ms,
            invocation,
            trigger: event.trigger,
            source: event.source,
            caller: event.caller,
            grade: match self.policy.direct_invoke {
                DirectInvoke::Closed => Grade::Asserted,
                DirectInvoke::Open => Grade::Unproved,
            },
            route: event.route,
            event_digest,
            event_bytes: body.len() as u64,
            items_total: event.items.total,
            items_refused: if decision == DecisionKind::Refuse { event.items.total } else { 0 },
            checks: self.fired,
            decision,
            mode: self.policy.mode,
        };
        (body, facts)
    }
}
