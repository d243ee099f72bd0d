//! Do the owner's policies over the facts permit it?
use super::{Case, Stage, Valid};
use crate::plant;

/// An event that the owner permits.
#[derive(Debug)]
pub struct Permitted<'p>(Case<'p>);

/// No such policy can be set yet, so everything is permitted.
pub(crate) fn authorise(valid: Valid<'_>) -> Permitted<'_> {
    plant::point(Stage::Authorise);
    Permitted(valid.into_case())
}

impl<'p> Permitted<'p> {
    pub(super) fn into_case(self) -> Case<'p> {
        self.0
    }
}
