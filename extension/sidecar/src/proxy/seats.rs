//! Who may be connected: how many at once, whose place a newcomer gets, and how much memory heads
//! of requests may take together.

use crate::limits::{HEADS_BYTES_MAX, HEADS_UNFINISHED_MAX, LARGE_HEAD_BYTES};
use rustix::process::{Resource, getrlimit};
use std::cell::{Cell, OnceCell, RefCell};
use std::rc::Rc;
use tokio::task::AbortHandle;

/// Descriptors that are not for connections from the sandbox: kept connections to Lambda, files,
/// listeners, the courier.
const DESCRIPTORS_RESERVED: u64 = 128;

/// Seats there are in any case.
const SEATS_MIN: usize = 4;

/// The places for connections of one listener.
#[derive(Debug)]
pub(crate) struct Seats {
    max: usize,
    taken: RefCell<Vec<Rc<Seat>>>,
    turn: Cell<u64>,
}

/// One connection's place.
#[derive(Debug, Default)]
pub(crate) struct Seat {
    /// Counts up: when it was taken, or came back from its last request, or began a head.
    since: Cell<u64>,
    has_asked: Cell<bool>,
    is_asking: Cell<bool>,
    /// Memory of a head that is not whole yet, or of a large one that is being served.
    head_bytes: Cell<usize>,
    task: OnceCell<AbortHandle>,
}

/// A seat that is left when this is dropped.
#[derive(Debug)]
pub(crate) struct Sitting {
    seats: Rc<Seats>,
    seat: Rc<Seat>,
}

impl Seats {
    /// At most so many seats; fewer where descriptors are few, as each connection may need a
    /// second one.
    pub(crate) fn new(max: usize) -> Rc<Self> {
        let descriptors = getrlimit(Resource::Nofile).current.unwrap_or(u64::MAX);
        let room = descriptors.saturating_sub(DESCRIPTORS_RESERVED) / 2;
        let max = max.min(usize::try_from(room).unwrap_or(max)).max(SEATS_MIN);
        Rc::new(Self { max, taken: RefCell::default(), turn: Cell::new(0) })
    }

    /// Whether the next connection needs room to be made.
    pub(crate) fn are_taken(&self) -> bool {
        self.taken.borrow().len() >= self.max
    }

    /// Takes a seat.
    pub(crate) fn take(self: &Rc<Self>) -> Sitting {
        let seat = Rc::new(Seat { since: Cell::new(self.now()), ..Seat::default() });
        self.taken.borrow_mut().push(Rc::clone(&seat));
        Sitting { seats: Rc::clone(self), seat }
    }

    /// Closes the connection without a request that can best be spared: one that never made any,
    /// else the one whose last was longest ago. False where each has a request.
    pub(crate) fn make_room(&self) -> bool {
        self.close_first(|seat| !seat.is_asking.get())
    }

    fn close_first(&self, may_go: impl Fn(&Seat) -> bool) -> bool {
        let mut taken = self.taken.borrow_mut();
        let spare = taken.iter().enumerate().filter(|(_, seat)| may_go(seat));
        let first = spare.min_by_key(|(_, seat)| (seat.has_asked.get(), seat.since.get()));
        let Some(place) = first.map(|(place, _)| place) else { return false };
        if let Some(task) = taken.swap_remove(place).task.get() {
            task.abort();
        }
        true
    }

    fn now(&self) -> u64 {
        self.turn.set(self.turn.get() + 1);
        self.turn.get()
    }

    /// Whether heads take more than they may.
    fn heads_are_too_many(&self) -> bool {
        let taken = self.taken.borrow();
        let bytes: usize = taken.iter().map(|seat| seat.head_bytes.get()).sum();
        bytes > HEADS_BYTES_MAX
            || taken.iter().filter(|it| it.is_stuck()).count() > HEADS_UNFINISHED_MAX
    }
}

impl Seat {
    /// Whether a part of a head has come and its rest has not.
    fn is_stuck(&self) -> bool {
        !self.is_asking.get() && self.head_bytes.get() > 0
    }
}

impl Sitting {
    /// The same seat, for whoever may close the connection.
    pub(crate) fn held_by(&self) -> Rc<Seat> {
        Rc::clone(&self.seat)
    }

    /// A part of a head waits for its rest, in so many bytes of memory. Where such heads are too
    /// many, the one that has waited longest is given up; true then.
    pub(crate) fn waits_with(&self, bytes: usize) -> bool {
        if self.seat.head_bytes.replace(bytes) == 0 {
            self.seat.since.set(self.seats.now());
        }
        self.seats.heads_are_too_many() && self.seats.close_first(Seat::is_stuck)
    }

    /// A request begins. False where its head is large and there is no room for it.
    pub(crate) fn asks(&self) -> bool {
        self.seat.is_asking.set(true);
        if self.seat.head_bytes.get() <= LARGE_HEAD_BYTES {
            self.seat.head_bytes.set(0);
            return true;
        }
        !self.seats.heads_are_too_many()
    }

    /// The request was served.
    pub(crate) fn is_served(&self) {
        self.seat.is_asking.set(false);
        self.seat.has_asked.set(true);
        self.seat.head_bytes.set(0);
        self.seat.since.set(self.seats.now());
    }
}

impl Seat {
    /// Says which task to end when the seat is needed.
    pub(crate) fn serve_in(&self, task: AbortHandle) {
        // It is said once.
        let _ = self.task.set(task);
    }
}

impl Drop for Sitting {
    fn drop(&mut self) {
        self.seats.taken.borrow_mut().retain(|seat| !Rc::ptr_eq(seat, &self.seat));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn full(max: usize) -> (Rc<Seats>, Vec<Sitting>) {
        let seats = Seats::new(max);
        let sitting = (0..max).map(|_| seats.take()).collect();
        assert!(seats.are_taken());
        (seats, sitting)
    }

    fn is_seated(sitting: &Sitting) -> bool {
        sitting.seats.taken.borrow().iter().any(|seat| Rc::ptr_eq(seat, &sitting.seat))
    }

    #[test]
    fn security_room_is_made_by_who_never_asked_then_by_who_asked_longest_ago() {
        let (seats, sitting) = full(4);
        for place in [1, 0, 2] {
            sitting[place].asks();
            sitting[place].is_served();
        }
        for gone in [3, 1, 0, 2] {
            assert!(is_seated(&sitting[gone]) && seats.make_room());
            assert!(!is_seated(&sitting[gone]), "{gone}");
        }
        assert!(!seats.make_room());
    }

    #[test]
    fn who_has_a_request_is_never_spared() {
        let (seats, sitting) = full(4);
        for one in &sitting {
            assert!(one.asks());
        }
        assert!(!seats.make_room() && seats.are_taken());
        sitting[2].is_served();
        assert!(seats.make_room() && !seats.are_taken());
        drop(sitting);
        assert!(seats.taken.borrow().is_empty());
    }

    #[test]
    fn security_unfinished_heads_are_few_and_the_longest_waiting_goes_first() {
        let (_, sitting) = full(HEADS_UNFINISHED_MAX + 2);
        let (more, sitting) = sitting.split_last().unwrap();
        let (last, sitting) = sitting.split_last().unwrap();
        for one in sitting {
            assert!(!one.waits_with(8192));
        }
        assert!(last.waits_with(8192) && !is_seated(&sitting[0]) && is_seated(&sitting[1]));
        // Bytes count as well, also of what is being served.
        assert!(last.waits_with(HEADS_BYTES_MAX) && !is_seated(&sitting[1]));
        assert!(!last.asks(), "there is no room for it");
        more.waits_with(1);
        assert!(more.asks());
    }
}
