//! The decision: one event, one policy, one verdict.
mod awaited;

use std::panic::{AssertUnwindSafe, catch_unwind};

use tollgate_event::{Classified, Decoded, RawEvent};

use crate::checks;
use crate::desk::Desk;
use crate::facts::{Facts, Moment};
use crate::plant;
use crate::policy::Policy;
use crate::refusal::Refused;
use crate::stage::{
    Case, Granted, Stage, admit, authenticate, authorise, open_after_failure, reserve, validate,
};

pub use awaited::awaits_key;

/// What becomes of an event.
#[derive(Debug)]
pub enum Verdict {
    /// It goes to the function.
    Granted(Granted),
    /// The caller gets an answer in the function's place.
    Refused(Refused),
}

/// Decides one event. The same event, policy, desk and moment always give the same verdict.
///
/// Never unwinds: a panic in any stage is the check `internal.panic`, which refuses the event
/// unless the policy only observes or says `on_error: allow`.
pub fn decide(event: RawEvent, policy: &Policy, desk: &mut Desk, moment: Moment) -> Verdict {
    let spare = event.clone();
    let outcome = match unless_it_panics(|| journey(event, policy, desk, moment)) {
        Some(outcome) => outcome,
        None => after_failure(spare, policy, desk, moment),
    };
    outcome.map_or_else(|refused| Verdict::Refused(*refused), Verdict::Granted)
}

/// The stages, in order.
fn journey(
    event: RawEvent,
    policy: &Policy,
    desk: &mut Desk,
    moment: Moment,
) -> Result<Granted, Box<Refused>> {
    let decoded = decode(event, policy);
    let classified = classify(decoded);
    let authentic = authenticate(classified, policy, desk, moment)?;
    let admitted = admit(authentic)?;
    let valid = validate(admitted)?;
    let permitted = authorise(valid)?;
    reserve(permitted)
}

fn decode(event: RawEvent, policy: &Policy) -> Decoded {
    plant::point(Stage::Decode);
    tollgate_event::decode(event, policy.limits())
}

fn classify(decoded: Decoded) -> Classified {
    plant::point(Stage::Classify);
    tollgate_event::classify(decoded)
}

/// The refusal still wants its trigger's shape: so the event is looked at once more, unless that is
/// what failed.
fn after_failure(
    event: RawEvent,
    policy: &Policy,
    desk: &mut Desk,
    moment: Moment,
) -> Result<Granted, Box<Refused>> {
    let spare = event.clone();
    unless_it_panics(|| failed(classify(decode(event, policy)), policy, desk, moment))
        .unwrap_or_else(|| failed(Classified::unread(spare), policy, desk, moment))
}

fn failed(
    event: Classified,
    policy: &Policy,
    desk: &mut Desk,
    moment: Moment,
) -> Result<Granted, Box<Refused>> {
    let mut case = Case::open(event, policy, desk, moment);
    case.fire(checks::INTERNAL_PANIC, String::new(), "a stage failed inside Tollgate".to_owned());
    case.go_on().map(open_after_failure)
}

/// Of all that `work` touches only the desk outlives a panic in it, and whatever a stage left
/// undone there is no more than an event that was not counted.
fn unless_it_panics<T>(work: impl FnOnce() -> T) -> Option<T> {
    catch_unwind(AssertUnwindSafe(work)).ok()
}

impl Verdict {
    /// What is known of the event.
    pub fn facts(&self) -> &Facts {
        match self {
            Self::Granted(granted) => granted.facts(),
            Self::Refused(refused) => refused.facts(),
        }
    }
}

#[cfg(test)]
mod lossless;
#[cfg(test)]
mod tests;
