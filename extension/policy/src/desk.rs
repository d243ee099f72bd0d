//! The desk: what one environment knows of itself and remembers between events. `decide` works on
//! it, and what an invocation came to is settled here.
mod books;
mod here;
mod notice;
mod profile;
mod proofs;
mod ticket;

use tollgate_budget::{Books, OrderBook};
use tollgate_proof::keyring::Keyring;
use tollgate_proof::replay::Seen;

pub(crate) use books::Owed;
pub use books::{Priced, Settled};
pub use here::Here;
pub use notice::{Notice, Weight};
pub use profile::Profile;
pub(crate) use profile::{Lesson, Sighting, name_of};
pub(crate) use proofs::Used;
pub use proofs::{Claimed, Once};
pub use ticket::{Bill, Contexts, Ended, Ending, Ticket};

/// The state beside the policy. One environment has one desk; a fresh one has seen nothing.
#[derive(Debug, Default)]
pub struct Desk {
    /// Where and as what this environment runs.
    pub here: Here,
    /// A random number of this environment, so that nobody foresees where things fall.
    pub seed: u64,
    pub(crate) books: Option<Books>,
    pub(crate) orders: Option<OrderBook>,
    pub(crate) prices: &'static str,
    /// The keys that proofs are checked with, once they were read.
    pub keys: Keyring,
    /// What was proved and used already.
    pub(crate) seen: Seen,
    /// What its events look like.
    pub profile: Profile,
    notices: Vec<Notice>,
}

/// Notices that are kept until they are taken, at most; later ones are left out.
const NOTICES_MAX: usize = 64;

impl Desk {
    /// The desk of an environment that has seen nothing yet.
    pub fn new(here: Here) -> Self {
        Self { here, ..Self::default() }
    }

    /// An invocation ended: what its grant owes is settled.
    pub fn settle(&mut self, ticket: Ticket, ending: &Ending) -> Settled {
        let Ticket { owed, used, lesson, contexts: _ } = ticket;
        self.end_use(&used, ending.outcome);
        if let Some(lesson) = lesson {
            self.profile.settle(&lesson, ending.outcome);
        }
        Settled { cost: owed.and_then(|owed| self.settle_books(owed, ending)) }
    }

    /// Lambda's bill for an invocation that was settled; gives what it cost, where books are kept.
    pub fn bill(&mut self, bill: &Bill<'_>) -> Option<Priced> {
        self.bill_books(bill)
    }

    /// Notes something that somebody should look at.
    pub fn notice(&mut self, notice: Notice) {
        if self.notices.len() < NOTICES_MAX {
            self.notices.push(notice);
        }
    }

    /// What was noted since the last call.
    pub fn take_notices(&mut self) -> Vec<Notice> {
        std::mem::take(&mut self.notices)
    }
}
