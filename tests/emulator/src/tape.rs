//! A bounded, append-only list that can be read back and awaited: logs and the request journal.
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;

/// Holds the last items pushed; older ones are forgotten when the tape is full.
#[derive(Debug)]
pub(crate) struct Tape<T> {
    items: Mutex<Items<T>>,
    end: watch::Sender<u64>,
}

#[derive(Debug)]
struct Items<T> {
    kept: VecDeque<T>,
    first: u64,
    weight: usize,
    weight_max: usize,
}

/// What one item counts against the bound of a tape, in bytes or any other unit.
pub(crate) trait Weigh {
    fn weight(&self) -> usize;
}

impl<T: Clone + Weigh> Tape<T> {
    pub(crate) fn new(weight_max: usize) -> Self {
        let items = Items { kept: VecDeque::new(), first: 0, weight: 0, weight_max };
        Self { items: Mutex::new(items), end: watch::Sender::new(0) }
    }

    pub(crate) fn push(&self, item: T) {
        let end = {
            let mut items = self.lock();
            items.weight += item.weight();
            items.kept.push_back(item);
            items.trim();
            items.end()
        };
        self.end.send_replace(end);
    }

    /// Everything still held, oldest first.
    pub(crate) fn snapshot(&self) -> Vec<T> {
        self.lock().kept.iter().cloned().collect()
    }

    fn lock(&self) -> MutexGuard<'_, Items<T>> {
        self.items.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The item numbered `index`, or the oldest one still held after it.
    fn at(&self, index: u64) -> Option<(u64, T)> {
        let items = self.lock();
        let index = index.max(items.first);
        let offset = usize::try_from(index - items.first).ok()?;
        items.kept.get(offset).map(|item| (index, item.clone()))
    }
}

impl<T: Weigh> Items<T> {
    fn end(&self) -> u64 {
        self.first + self.kept.len() as u64
    }

    fn trim(&mut self) {
        while self.weight > self.weight_max && self.kept.len() > 1 {
            if let Some(old) = self.kept.pop_front() {
                self.weight = self.weight.saturating_sub(old.weight());
                self.first += 1;
            }
        }
    }
}

/// Reads a tape from its oldest item on, waiting for items that are yet to come.
#[derive(Debug)]
pub struct Follower<T> {
    tape: Arc<Tape<T>>,
    end: watch::Receiver<u64>,
    next: u64,
}

impl<T> Follower<T> {
    pub(crate) fn new(tape: &Arc<Tape<T>>) -> Self {
        Self { tape: Arc::clone(tape), end: tape.end.subscribe(), next: 0 }
    }
}

#[expect(private_bounds, reason = "only the two item types of this crate can be followed")]
impl<T: Clone + Weigh> Follower<T> {
    /// The next item; waits for it without a limit. Items dropped by the tape's bound are skipped.
    pub async fn next(&mut self) -> T {
        loop {
            self.end.mark_unchanged();
            if let Some(item) = self.try_next() {
                return item;
            }
            // The sender lives in the tape that this follower holds, so this cannot fail.
            let _ = self.end.changed().await;
        }
    }

    /// The next item if it is there already.
    pub fn try_next(&mut self) -> Option<T> {
        let (index, item) = self.tape.at(self.next)?;
        self.next = index + 1;
        Some(item)
    }

    /// The next item that `wanted` accepts; the items before it are passed over.
    pub async fn find(&mut self, mut wanted: impl FnMut(&T) -> bool) -> T {
        loop {
            let item = self.next().await;
            if wanted(&item) {
                return item;
            }
        }
    }
}
