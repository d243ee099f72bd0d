//! Is this caller, source or fleet denied or spent already? The cheap no comes before the dear
//! checks.
use super::{Authentic, Case, Stage};
use crate::plant;

/// An event whose sender has not used up what it may use.
#[derive(Debug)]
pub struct Admitted<'p>(Case<'p>);

/// No budget and no order can be set yet, so nothing is denied.
pub(crate) fn admit(authentic: Authentic<'_>) -> Admitted<'_> {
    plant::point(Stage::Admit);
    Admitted(authentic.into_case())
}

impl<'p> Admitted<'p> {
    pub(super) fn into_case(self) -> Case<'p> {
        self.0
    }
}
