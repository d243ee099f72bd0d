//! Book-keeping of the runtime's polls: who waits, what is parked upstream, what lost its waiter.

use crate::journey::Next;
use crate::upstream::UpstreamError;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use tokio::task::JoinHandle;

/// A poll that runs on its own, so that a downstream connection that breaks does not cancel it.
pub(crate) type Running = JoinHandle<Result<Next, UpstreamError>>;

/// The polls of all downstream connections.
#[derive(Debug, Default)]
pub(crate) struct Polls {
    parked: Rc<Cell<usize>>,
    waiting: Rc<Cell<usize>>,
    orphans: RefCell<Vec<Running>>,
}

impl Polls {
    /// Counts a poll as parked upstream, or its event as being decided, while the guard lives.
    pub(crate) fn park(&self) -> Counted {
        Counted::new(&self.parked)
    }

    /// Whether a poll is parked upstream or an event is being decided.
    pub(crate) fn any_parked(&self) -> bool {
        self.parked.get() > 0
    }

    /// Counts a runtime that waits for an event. Nothing when `single` and another one waits.
    pub(crate) fn enter(&self, single: bool) -> Option<Counted> {
        if single && self.waiting.get() > 0 {
            return None;
        }
        Some(Counted::new(&self.waiting))
    }

    /// A poll whose waiter went away: the next one takes it over.
    pub(crate) fn adopt(&self) -> Option<Running> {
        self.orphans.borrow_mut().pop()
    }

    /// Keeps a poll whose waiter went away.
    pub(crate) fn orphan(&self, poll: Running) {
        self.orphans.borrow_mut().push(poll);
    }
}

/// One of something, counted until it is dropped.
#[derive(Debug)]
pub(crate) struct Counted(Rc<Cell<usize>>);

impl Counted {
    /// Counts one more.
    pub(crate) fn new(counter: &Rc<Cell<usize>>) -> Self {
        counter.set(counter.get() + 1);
        Self(Rc::clone(counter))
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.set(self.0.get().saturating_sub(1));
    }
}
