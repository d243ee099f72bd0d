//! Is this source allowed, is this caller proved?
use tollgate_event::Classified;

use super::{Case, Stage, prove};
use crate::checks;
use crate::desk::Desk;
use crate::facts::Moment;
use crate::plant;
use crate::policy::Policy;
use crate::refusal::Refused;

/// An event from a source that may send it.
#[derive(Debug)]
pub struct Authentic<'p>(Case<'p>);

/// The first stage that knows the policy; so what decoding found is judged here as well, before
/// anything that the event says of itself.
pub(crate) fn authenticate<'p>(
    event: Classified,
    policy: &'p Policy,
    desk: &'p mut Desk,
    moment: Moment,
) -> Result<Authentic<'p>, Box<Refused>> {
    plant::point(Stage::Authenticate);
    let mut case = Case::open(event, policy, desk, moment);
    if policy.invalid {
        case.fire(checks::POLICY_INVALID, String::new(), String::new());
        case = case.go_on()?;
    }
    case.fire_faults();
    let mut case = case.go_on()?;
    if policy.sources.is_some() && case.source().is_none() {
        case.fire(checks::SOURCE_UNLISTED, String::new(), String::new());
    }
    let mut case = case.go_on()?;
    sovereignty(&mut case);
    prove::ask(&mut case);
    case.ask_graph();
    case.go_on().map(Authentic)
}

/// Where data may come from, and where this may run.
fn sovereignty(case: &mut Case<'_>) {
    let policy = case.policy();
    let (event, desk, _) = case.at_hand();
    let own_region = desk.here.region.as_deref();
    let mut allowed = policy.sovereignty.iter();
    let why = allowed.find_map(|it| it.forbids(event.assertions(), own_region));
    if let Some(why) = why {
        case.fire(checks::SOURCE_SOVEREIGNTY, String::new(), why.to_owned());
    }
}

impl<'p> Authentic<'p> {
    pub(super) fn into_case(self) -> Case<'p> {
        self.0
    }
}
