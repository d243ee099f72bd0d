//! A body that comes in parts: what is found does not depend on where it was cut.
use memchr::memmem;
use zeroize::Zeroize as _;

use crate::class::{Class, Classes};
use crate::engine::{Engine, LOOK_BYTES_MAX, View};
use crate::leaks::Leaks;
use crate::watch::Watch;

/// Looks at a body while it streams through. It holds the last bytes of the body, until what could
/// begin in them is decided, and wipes them when it is dropped.
#[derive(Debug)]
pub struct LeakScan<'w> {
    watch: &'w Watch,
    engine: Engine,
    needles: Needles,
    /// What is held, with one decided byte in front where there is one.
    held: Vec<u8>,
    /// The offset in the body of the first byte held.
    offset: u64,
    /// Where in `held` the next decision is due.
    at: usize,
    look: usize,
    leaks: Leaks,
}

impl Drop for LeakScan<'_> {
    fn drop(&mut self) {
        self.held.zeroize();
    }
}

impl<'w> LeakScan<'w> {
    /// Starts at the beginning of a body.
    pub fn new(watch: &'w Watch) -> Self {
        Self {
            watch,
            engine: Engine::default(),
            needles: Needles::default(),
            held: Vec::new(),
            offset: 0,
            at: 0,
            look: watch.longest.max(LOOK_BYTES_MAX),
            leaks: Leaks::default(),
        }
    }

    /// Takes the next part of the body.
    pub fn push(&mut self, part: &[u8]) {
        self.held.extend_from_slice(part);
        let limit = self.held.len().saturating_sub(self.look);
        self.run(limit);
        // The rules may be further than the limit: they pass over words and finds. The search for
        // secrets is not, and what it has not seen is kept.
        let keep_from = self.at.min(limit).saturating_sub(1);
        // Moving a little often costs more than moving a lot seldom.
        if keep_from > self.look {
            self.offset += keep_from as u64;
            self.held.copy_within(keep_from.., 0);
            let kept = self.held.len() - keep_from;
            self.held.get_mut(kept..).unwrap_or_default().zeroize();
            self.held.truncate(kept);
            self.at -= keep_from;
        }
    }

    /// What was found so far. What may still change is not counted yet.
    pub const fn so_far(&self) -> &Leaks {
        &self.leaks
    }

    /// The body has ended.
    pub fn finish(mut self) -> Leaks {
        self.run(self.held.len());
        let leaks = &mut self.leaks;
        let length = self.offset + self.held.len() as u64;
        self.engine.end(length, &mut |class, _, _| leaks.add(class));
        self.leaks
    }

    fn run(&mut self, limit: usize) {
        let leaks = &mut self.leaks;
        let mut found = |class, _, _| leaks.add(class);
        let view = View { bytes: &self.held, offset: self.offset };
        if self.watch.looks_for_secrets() {
            self.needles.run(self.watch, view, limit, &mut found);
        }
        let only_secrets = self.watch.classes == Classes::NONE.with(Class::Environment);
        self.at = if only_secrets {
            self.at.max(limit)
        } else {
            self.engine.run(view, self.at, limit, self.watch.classes, &mut found)
        };
    }
}

/// The search for the environment's own secrets.
#[derive(Debug, Default)]
pub(crate) struct Needles {
    /// For each secret the offset in the body from which it is looked for next.
    next: Vec<u64>,
}

impl Needles {
    /// Finds all secrets that begin below `limit`.
    pub(crate) fn run(
        &mut self,
        watch: &Watch,
        view: View<'_>,
        limit: usize,
        found: &mut impl FnMut(Class, u64, u64),
    ) {
        self.next.resize(watch.needles.len(), 0);
        for (needle, next) in watch.needles.iter().zip(&mut self.next) {
            let from = usize::try_from(next.saturating_sub(view.offset)).unwrap_or(usize::MAX);
            let end = (limit + needle.len()).saturating_sub(1).min(view.bytes.len());
            let haystack = view.bytes.get(from..end).unwrap_or_default();
            for at in memmem::find_iter(haystack, needle.as_slice()) {
                let start = view.offset + (from + at) as u64;
                *next = start + needle.len() as u64;
                found(Class::Environment, start, *next);
            }
            *next = (*next).max(view.offset + limit as u64);
        }
    }
}
