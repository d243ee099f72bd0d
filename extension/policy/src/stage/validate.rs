//! Is each item what the function expects, and free of attacks?
use super::{Admitted, Case, Stage};
use crate::plant;
use crate::refusal::Refused;

/// An event whose items were looked at. Those that were refused are out of it.
#[derive(Debug)]
pub struct Valid<'p>(Case<'p>);

/// Opens what the event carries and holds it against its source's gate.
pub(crate) fn validate(admitted: Admitted<'_>) -> Result<Valid<'_>, Box<Refused>> {
    plant::point(Stage::Validate);
    let mut case = admitted.into_case();
    plant::poison(&mut case);
    case.inspect();
    case.go_on().map(Valid)
}

impl<'p> Valid<'p> {
    pub(super) fn into_case(self) -> Case<'p> {
        self.0
    }
}
