//! Its cost is set aside; then, and only then, the event may go to the function.
use bytes::Bytes;

use super::{Case, Permitted, Stage};
use crate::facts::Facts;
use crate::plant;

/// An event that may be forwarded: the only type that gives the bytes out.
#[derive(Debug)]
pub struct Granted {
    body: Bytes,
    facts: Facts,
}

/// No budget can be set yet, so there is nothing to set aside.
pub(crate) fn reserve(permitted: Permitted<'_>) -> Granted {
    plant::point(Stage::Reserve);
    grant(permitted.into_case())
}

/// A stage failed, and the policy lets such events pass: it only observes, or says
/// `on_error: allow`. `case` has gone on past the check `internal.panic`.
pub(crate) fn open_after_failure(case: Case<'_>) -> Granted {
    grant(case)
}

fn grant(case: Case<'_>) -> Granted {
    let (body, facts) = case.pass();
    Granted { body, facts }
}

impl Granted {
    /// What is known of the event.
    pub fn facts(&self) -> &Facts {
        &self.facts
    }

    /// The bytes to forward, exactly as Lambda sent them, and the facts.
    pub fn into_parts(self) -> (Bytes, Facts) {
        (self.body, self.facts)
    }
}
