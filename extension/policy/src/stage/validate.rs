//! Is each item what the function expects, and free of attacks?
use super::{Admitted, Case, Stage};
use crate::plant;

/// An event whose items were looked at.
#[derive(Debug)]
pub struct Valid<'p>(Case<'p>);

/// No schema and no detector can be set yet, so every item holds.
pub(crate) fn validate(admitted: Admitted<'_>) -> Valid<'_> {
    plant::point(Stage::Validate);
    Valid(admitted.into_case())
}

impl<'p> Valid<'p> {
    pub(super) fn into_case(self) -> Case<'p> {
        self.0
    }
}
