//! The courier: a process of our own that speaks to the outside for us. What the rest of the
//! process sees of it is [`Courier::ask`].
//!
//! It is started only when the policy needs it, after `register` and off the path. Nothing waits
//! for it but who asks: when it crashes, hangs or is killed, open questions are answered with
//! [`Unavailable::Down`] and a new one is started.

mod asking;
mod line;
mod process;
mod supervisor;

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use tokio::sync::{Notify, oneshot};
use tollgate_link::{Answer, Ask, Failure, Question, encode_ask};

pub(crate) use asking::{ask_within, want};
use supervisor::run;

/// Questions that may be open at once.
const OPEN_MAX: usize = 256;

/// Bytes of questions that may wait for the socket: the largest question and as much again.
const OUTGOING_BYTES_MAX: usize = 2 * tollgate_link::FRAME_BYTES_MAX;

/// Why a question has no answer.
#[derive(Debug, Clone, thiserror::Error)]
pub(crate) enum Unavailable {
    /// The courier is not running, or ended before it answered. Whether it did what was asked is not
    /// known.
    #[error("the courier is not running")]
    Down,
    /// The answer did not come in the time that there was for it.
    #[error("no answer in time")]
    Late,
    /// Too many questions are open, or this one is too large.
    #[error("the courier has no room for this")]
    Full,
    /// The courier's own no.
    #[error("{0}")]
    Failed(#[from] Failure),
}

type Outcome = Result<Answer, Unavailable>;

/// Questions on their way to the courier, and the courier's state.
#[derive(Debug, Default)]
pub(crate) struct Courier {
    /// Whether anybody wanted it.
    wanted: Cell<bool>,
    /// Whether questions are taken: from the moment the policy wants it, unless it waits to be
    /// started again.
    takes: Cell<bool>,
    next_number: Cell<u64>,
    outgoing: RefCell<Vec<u8>>,
    open: RefCell<HashMap<u64, oneshot::Sender<Outcome>>>,
    asked: Notify,
    /// Tells that it takes questions, or takes them again.
    up: Notify,
    stopping: Cell<bool>,
    stop: Notify,
    stopped: Notify,
}

impl Courier {
    /// Asks, and waits for the answer. The courier bounds its own work in time, and the supervisor
    /// ends one that does not answer, so this ends; who needs it earlier sets a limit.
    pub(crate) async fn ask<Q: Question>(&self, question: Q) -> Result<Q::Reply, Unavailable> {
        let answer = self.post(&question.into_ask())?.await.unwrap_or(Err(Unavailable::Down))?;
        // An answer of another type is none.
        Q::reply(answer).ok_or(Unavailable::Down)
    }

    /// Asks, and does not wait for the answer.
    #[expect(dead_code, reason = "for services whose answer nobody needs")]
    pub(crate) fn tell<Q: Question>(&self, question: Q) -> Result<(), Unavailable> {
        self.post(&question.into_ask()).map(drop)
    }

    /// Waits until questions are taken.
    pub(crate) async fn ready(&self) {
        loop {
            let up = self.up.notified();
            if self.takes.get() {
                return;
            }
            up.await;
        }
    }

    /// Ends the courier for good, and waits until it is gone.
    pub(crate) async fn stop(&self) {
        if self.stopping.replace(true) || !self.takes.get() {
            return;
        }
        let stopped = self.stopped.notified();
        self.stop.notify_one();
        stopped.await;
    }

    fn post(&self, ask: &Ask) -> Result<oneshot::Receiver<Outcome>, Unavailable> {
        if !self.takes.get() || self.stopping.get() {
            return Err(Unavailable::Down);
        }
        let mut open = self.open.borrow_mut();
        let mut outgoing = self.outgoing.borrow_mut();
        if open.len() >= OPEN_MAX || outgoing.len() >= OUTGOING_BYTES_MAX {
            return Err(Unavailable::Full);
        }
        // Number 0 is the courier's greeting.
        let number = self.next_number.get().saturating_add(1);
        self.next_number.set(number);
        encode_ask(number, ask, &mut outgoing).map_err(|_| Unavailable::Full)?;
        let (sender, receiver) = oneshot::channel();
        open.insert(number, sender);
        self.asked.notify_one();
        Ok(receiver)
    }

    /// Hands an outcome to whoever asked.
    fn settle(&self, number: u64, outcome: Outcome) {
        if let Some(sender) = self.open.borrow_mut().remove(&number) {
            // Who asked may have gone.
            drop(sender.send(outcome));
        }
    }

    /// Starts to take questions.
    fn open(&self) {
        self.takes.set(true);
        self.up.notify_waiters();
    }

    /// Takes no more questions; those that are open will have no answer.
    fn close(&self) {
        self.takes.set(false);
        self.outgoing.take();
        for (_, sender) in self.open.take() {
            drop(sender.send(Err(Unavailable::Down)));
        }
    }
}
