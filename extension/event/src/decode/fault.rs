//! Faults: at most one for each check, in the order of the table.
use crate::limits;

/// One limit that an event breaks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The check it belongs to, such as `limits.depth`.
    pub check: &'static str,
    /// The first place, as a JSON pointer (RFC 6901) of at most 512 bytes; empty for the whole
    /// event. A key that could carry content is written `*`.
    pub at: String,
    /// Numbers and fixed words; never content of the event.
    pub detail: String,
}

/// What was found so far.
#[derive(Debug, Default)]
pub(super) struct Faults(Vec<Fault>);

impl Faults {
    /// Whether a check has fired. Quick: an attacker can ask a million times.
    #[inline]
    pub(super) fn has(&self, check: &'static str) -> bool {
        self.0.iter().any(|fault| std::ptr::eq(fault.check, check) || fault.check == check)
    }

    /// A check fires for the first time.
    pub(super) fn add(&mut self, check: &'static str, at: String, detail: String) {
        self.0.push(Fault { check, at, detail });
    }

    /// All of them, in the order of the check table.
    pub(super) fn finish(mut self) -> Vec<Fault> {
        let place = |fault: &Fault| limits::ALL.iter().position(|check| *check == fault.check);
        tollgate_order::sort_by_key(&mut self.0, place);
        self.0
    }
}
