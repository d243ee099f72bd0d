//! What is told of one decision: the facts, and every check by its stage.
use serde::Serialize;
use tollgate_event::{Caller, RawEvent, Route, Source, Trigger};
use tollgate_policy::{
    Answer, CHECKS, Check, Edge, Fired, Grade, Permission, Policy, ProofFacts, SourceRule, Stage,
    StreamHint, Trust, Verdict, decide,
};

use crate::command::invoked::Invoked;
use crate::command::policies;
use crate::command::replay::now;

/// The whole account of one decision.
#[derive(Debug, Serialize)]
pub(super) struct Account {
    pub(super) file: String,
    pub(super) bytes: u64,
    pub(super) mode: &'static str,
    pub(super) trigger: Trigger,
    pub(super) source: Source,
    pub(super) caller: Caller,
    /// What the caller's name is worth.
    pub(super) grade: Grade,
    /// What was proved; none where nothing was asked for.
    pub(super) proof: Option<ProofFacts>,
    pub(super) route: Option<Route>,
    pub(super) items: Items,
    /// The index of the listed source that the event comes from.
    pub(super) listed: Option<usize>,
    /// Whether the policy lists any.
    pub(super) lists_sources: bool,
    /// Whether the service graph knows the caller.
    pub(super) edge: Option<Edge>,
    /// How far it is trusted, part by part.
    pub(super) trust: Option<Trust>,
    /// What policies over the facts said.
    pub(super) permission: Option<Permission>,
    pub(super) decision: &'static str,
    pub(super) stages: Vec<StageAccount>,
    /// What the caller gets in the function's place.
    pub(super) answer: Option<AnswerAccount>,
}

/// How many items there are, and how many of them do not reach the function.
#[derive(Debug, Serialize)]
pub(super) struct Items {
    pub(super) total: u32,
    pub(super) refused: u32,
}

/// One stage.
#[derive(Debug, Serialize)]
pub(super) struct StageAccount {
    pub(super) stage: &'static str,
    pub(super) outcome: Outcome,
    pub(super) checks: Vec<CheckAccount>,
}

/// One check.
#[derive(Debug, Serialize)]
pub(super) struct CheckAccount {
    pub(super) id: &'static str,
    pub(super) asks: &'static str,
    pub(super) setting: String,
    pub(super) outcome: Outcome,
    /// Where it fired, and why; empty where it did not.
    pub(super) fired: Vec<Place>,
}

/// A place at which a check fired.
#[derive(Debug, Serialize)]
pub(super) struct Place {
    pub(super) at: String,
    pub(super) detail: String,
}

/// What came of a stage or a check. Ordered by weight.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Outcome {
    /// It was not asked.
    Off,
    /// An earlier stage had refused the event.
    NotReached,
    /// Nothing fired.
    Clear,
    /// It fired and was recorded.
    Observed,
    /// It fired and refused.
    Enforced,
}

/// What is sent to Lambda in the function's place.
#[derive(Debug, Serialize)]
pub(super) struct AnswerAccount {
    /// `response` or `error`.
    pub(super) to: &'static str,
    pub(super) body: String,
}

impl Account {
    /// Decides an event and tells how.
    pub(super) fn of(file: &str, body: Vec<u8>, policy: &Policy, invoked: &Invoked) -> Self {
        let event = RawEvent::new(invoked.invocation(file), body.into());
        let decoded = tollgate_event::decode(event.clone(), policy.limits());
        let classified = tollgate_event::classify(decoded);
        let listed = policy.listed(classified.assertions());
        let mut desk = invoked.desk();
        desk.keys = policies::keys(policy).ring;
        let verdict = decide(event, policy, &mut desk, now());
        let facts = verdict.facts();
        Self {
            file: file.to_owned(),
            bytes: facts.event_bytes,
            mode: policy.mode().as_str(),
            trigger: facts.trigger,
            source: facts.source.clone(),
            caller: facts.caller.clone(),
            grade: facts.grade,
            proof: facts.proof.clone(),
            route: facts.route.clone(),
            items: Items { total: facts.items_total, refused: facts.items_refused },
            listed: listed.map(|(index, _)| index),
            lists_sources: policy.lists_sources(),
            edge: facts.edge,
            trust: facts.trust.clone(),
            permission: facts.permission.clone(),
            decision: facts.decision.as_str(),
            stages: stages(policy, listed.map(|(_, source)| source), &facts.checks),
            answer: answer(&verdict),
        }
    }
}

fn answer(verdict: &Verdict) -> Option<AnswerAccount> {
    let Verdict::Refused(refused) = verdict else { return None };
    let (to, body) = match refused.answer(StreamHint::default()) {
        Answer::Response { body, .. } => ("response", body),
        Answer::Error { body, .. } => ("error", body),
    };
    Some(AnswerAccount { to, body: String::from_utf8_lossy(&body).into_owned() })
}

/// Every stage in order. A stage after one that refused was not reached.
fn stages(policy: &Policy, source: Option<&SourceRule>, fired: &[Fired]) -> Vec<StageAccount> {
    let mut refused = false;
    let accounts = Stage::ALL.into_iter().map(|stage| {
        let of_stage = CHECKS.iter().filter(|check| check.stage() == Some(stage));
        let checks: Vec<_> =
            of_stage.map(|check| account(check, policy, source, fired, refused)).collect();
        let heaviest = checks.iter().map(|check| check.outcome).max();
        let outcome = match heaviest {
            Some(outcome) if outcome > Outcome::NotReached => outcome,
            _ if refused => Outcome::NotReached,
            _ => Outcome::Clear,
        };
        // What decoding finds is judged by the stage that knows the policy, before all else.
        refused |= outcome == Outcome::Enforced;
        StageAccount { stage: stage.as_str(), outcome, checks }
    });
    accounts.collect()
}

fn account(
    check: &'static Check,
    policy: &Policy,
    source: Option<&SourceRule>,
    fired: &[Fired],
    refused: bool,
) -> CheckAccount {
    let setting = policy.setting_at(check, source);
    let mine: Vec<&Fired> = fired.iter().filter(|fired| fired.id == check.id).collect();
    let effects = mine.iter().map(|fired| match fired.effect {
        tollgate_policy::Effect::Enforced => Outcome::Enforced,
        tollgate_policy::Effect::Observed => Outcome::Observed,
    });
    let outcome = effects.max().unwrap_or(match setting {
        tollgate_policy::Setting::Off => Outcome::Off,
        _ if refused => Outcome::NotReached,
        _ => Outcome::Clear,
    });
    let place = |fired: &&Fired| Place { at: fired.at.clone(), detail: fired.detail.clone() };
    CheckAccount {
        id: check.id,
        asks: check.asks,
        setting: setting.to_string(),
        outcome,
        fired: mine.iter().map(place).collect(),
    }
}
