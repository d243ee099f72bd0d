//! Is this caller, source or fleet denied or spent already? The cheap no comes before the dear
//! checks.
use super::{Authentic, Case, Stage, ceilings, spend};
use crate::plant;
use crate::refusal::Refused;

/// An event whose sender has not used up what it may use.
#[derive(Debug)]
pub struct Admitted<'p>(Case<'p>);

/// What can be told of an event at a glance. Nothing is taken yet.
pub(crate) fn admit(authentic: Authentic<'_>) -> Result<Admitted<'_>, Box<Refused>> {
    plant::point(Stage::Admit);
    let mut case = authentic.into_case();
    ceilings::ask(&mut case);
    spend::admit(&mut case);
    Ok(Admitted(case.go_on()?))
}

impl<'p> Admitted<'p> {
    pub(super) fn into_case(self) -> Case<'p> {
        self.0
    }
}
