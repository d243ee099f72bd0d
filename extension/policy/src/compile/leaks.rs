//! Leaks: whose word holds, and that a function's own document is only stricter.
use super::tighten::Tighten;
use super::value;
use crate::document::Written;
use crate::leaks::{LEAKS, Leaks};
use crate::options::Choice;

/// The window of egress unless the policy says otherwise: an hour.
const WINDOW_MS: u64 = 3_600_000;

/// What holds.
pub(super) fn resolve(baseline: &Written<'_>, own: &Written<'_>) -> Leaks {
    let (own, baseline) = (&own.leaks, &baseline.leaks);
    let mut leaks = Leaks {
        egress_bytes: value(own.egress_bytes.as_ref(), baseline.egress_bytes.as_ref()),
        egress_window_ms: value(own.egress_window.as_ref(), baseline.egress_window.as_ref())
            .unwrap_or(WINDOW_MS),
        ..Leaks::default()
    };
    let said = own.actions.iter().zip(&baseline.actions);
    for (action, (own, baseline)) in leaks.actions.iter_mut().zip(said) {
        *action = value(own.as_ref(), baseline.as_ref()).unwrap_or_default();
    }
    leaks
}

impl Tighten<'_> {
    /// What the function says of leaks against what the baseline says.
    pub(super) fn leaks(&mut self, baseline: &Written<'_>, own: &Written<'_>) {
        let (theirs, mine) = (&baseline.leaks, &own.leaks);
        for ((key, _), (theirs, mine)) in LEAKS.iter().zip(theirs.actions.iter().zip(&mine.actions))
        {
            self.rises(key, theirs.as_ref(), mine.as_ref(), Choice::as_str);
        }
        let (bytes, own_bytes) = (theirs.egress_bytes.as_ref(), mine.egress_bytes.as_ref());
        self.falls("leaks.egress_bytes", bytes, own_bytes);
    }
}
