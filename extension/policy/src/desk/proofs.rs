//! What was proved and used: noted when its event goes to the function, settled when that ends.
use std::fmt::Write as _;

use super::{Desk, Ended, Ticket};

/// Something that may be used once only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Used {
    /// What tells it from all others.
    pub(crate) id: [u8; 32],
    /// The item of a batch that it is of; none: the whole event.
    pub(crate) item: Option<u32>,
    /// What that item's source calls it, where the function may report it as failed.
    pub(crate) name: Option<String>,
    /// Whether the function reported that item as failed.
    pub(crate) failed: bool,
    /// When it is no longer taken: milliseconds since the Unix epoch.
    pub(crate) ends_ms: u64,
    /// Whether no environment of the function may use it again.
    pub(crate) fleet: bool,
}

/// Something that only one environment of the function may use, and that one once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Once {
    /// Its name among all that the function saw: `seen#function/NAME#` and 64 hexadecimal digits.
    pub key: String,
    /// When it is no longer taken: milliseconds since the Unix epoch.
    pub ends_ms: u64,
    /// Whether the function reported its item as failed: it is not used up then.
    pub failed: bool,
    id: [u8; 32],
}

/// What became of a claim on something that may be used once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Claimed {
    /// It is ours.
    Ours,
    /// Another environment has it.
    Taken,
    /// Nobody could tell.
    Unknown,
}

impl Desk {
    /// An event goes to the function with these.
    pub(crate) fn begin_use(&mut self, used: &[Used], now_ms: u64) {
        for Used { id, ends_ms, .. } in used {
            self.seen.begin(*id, *ends_ms, now_ms);
        }
    }

    /// What of a grant must be claimed for this environment before the event goes to the function.
    pub fn once(&self, ticket: &Ticket) -> Vec<Once> {
        let fleet = ticket.used.iter().filter(|used| used.fleet);
        fleet.map(|used| self.name(used)).collect()
    }

    fn name(&self, Used { id, ends_ms, failed, .. }: &Used) -> Once {
        let mut key = format!("seen#function/{}#", self.here.function);
        for byte in id {
            // A string takes everything.
            let _ = write!(key, "{byte:02x}");
        }
        Once { key, ends_ms: *ends_ms, failed: *failed, id: *id }
    }

    /// A granted event does not go to the function after all: it owes nothing, and what it would
    /// have used is as it was.
    pub fn withdraw(&mut self, ticket: Ticket, now_ms: u64) {
        self.end_use(&ticket.used, Ended::Lost);
        if let (Some(owed), Some(books)) = (ticket.owed, self.books.as_mut()) {
            books.release(owed.into_hold(), now_ms);
        }
    }

    /// The same where a claim failed: decided again at this moment, the event finds what is taken
    /// used, and what nobody could tell about unavailable.
    pub fn withdraw_claimed(&mut self, ticket: Ticket, claimed: &[(Once, Claimed)], now_ms: u64) {
        self.withdraw(ticket, now_ms);
        for (once, claimed) in claimed {
            match claimed {
                Claimed::Ours => {}
                Claimed::Taken => self.seen.taken_elsewhere(&once.id),
                Claimed::Unknown => self.seen.unknown(&once.id, now_ms),
            }
        }
    }

    /// Only what the function answered with success is used up: whatever else its sender may try
    /// again.
    pub(super) fn end_use(&mut self, used: &[Used], outcome: Ended) {
        for Used { id, failed, .. } in used {
            self.seen.end(id, outcome == Ended::Success && !failed);
        }
    }
}
