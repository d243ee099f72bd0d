//! How far is it trusted, and do the owner's policies over the facts permit it?
use super::{Case, Stage, Valid};
use crate::plant;
use crate::refusal::Refused;

/// An event that the owner permits.
#[derive(Debug)]
pub struct Permitted<'p>(Case<'p>);

/// The score comes first, as policies may ask for it.
pub(crate) fn authorise(valid: Valid<'_>) -> Result<Permitted<'_>, Box<Refused>> {
    plant::point(Stage::Authorise);
    let mut case = valid.into_case();
    case.ask_trust();
    case.ask_policies();
    case.go_on().map(Permitted)
}

impl<'p> Permitted<'p> {
    pub(super) fn into_case(self) -> Case<'p> {
        self.0
    }
}
