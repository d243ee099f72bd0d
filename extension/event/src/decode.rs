//! Decoding: one bounded pass over the body. It never fails; what is wrong becomes a fault.
mod fault;
mod outline;
mod pointer;
mod survey;
mod twins;

pub use fault::Fault;
use fault::Faults;
pub(crate) use outline::{Node, Outline};
use survey::Survey;

use crate::limits::{self, Limits};
use crate::raw::RawEvent;
use crate::scan::{self, SyntaxError};

/// An event that was looked at once: what is wrong with it, and where its outer members stand.
#[derive(Debug)]
pub struct Decoded {
    raw: RawEvent,
    outline: Outline,
    faults: Vec<Fault>,
}

/// Looks an event over in one pass: time linear in its size, working space at most about its
/// size. Each check is reported once, at the first place.
pub fn decode(raw: RawEvent, limits: &Limits) -> Decoded {
    let body = raw.body();
    let mut faults = Faults::default();
    add_size_fault(&mut faults, body, limits);
    // Positions are 32 bits wide; Lambda's own cap is far below.
    if u32::try_from(body.len()).is_err() {
        return Decoded { faults: faults.finish(), ..Decoded::unread(raw) };
    }
    let mut survey = Survey::new(body, limits, raw.digest(), faults);
    let scanned = scan::scan(body, &mut survey);
    let end = survey.pointer();
    let (outline, mut faults) = survey.finish();
    if let Err(error) = scanned {
        add_syntax_faults(&mut faults, body, error, end);
    }
    let readable = scanned.is_ok() && !faults.has(limits::UTF8);
    let outline = if readable { outline } else { Outline::default() };
    Decoded { raw, outline, faults: faults.finish() }
}

impl Decoded {
    /// What is wrong with the event: each check once, in the order of the check table.
    pub fn faults(&self) -> &[Fault] {
        &self.faults
    }

    /// An event that is not looked at.
    pub(crate) fn unread(raw: RawEvent) -> Self {
        Self { raw, outline: Outline::default(), faults: Vec::new() }
    }

    /// The event as it came.
    pub fn raw(&self) -> &RawEvent {
        &self.raw
    }

    pub(crate) fn outline(&self) -> &Outline {
        &self.outline
    }

    pub(crate) fn into_raw(self) -> RawEvent {
        self.raw
    }
}

fn add_size_fault(faults: &mut Faults, body: &[u8], limits: &Limits) {
    let (bytes, limit) = (body.len() as u64, limits.event_bytes);
    if bytes > limit {
        let detail = format!("{bytes} bytes; the limit is {limit}");
        faults.add(limits::EVENT_BYTES, String::new(), detail);
    }
}

/// The syntax error itself; and since the scan ended there, whether the whole body is UTF-8.
fn add_syntax_faults(faults: &mut Faults, body: &[u8], error: SyntaxError, at: String) {
    let detail = format!("byte {}: expected {}", error.offset, error.expected);
    faults.add(limits::JSON, at, detail);
    if let (false, Err(error)) = (faults.has(limits::UTF8), std::str::from_utf8(body)) {
        let detail = format!("byte {}: not UTF-8", error.valid_up_to());
        faults.add(limits::UTF8, String::new(), detail);
    }
}

#[cfg(test)]
mod tests;
