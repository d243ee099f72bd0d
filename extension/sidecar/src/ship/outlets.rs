//! All ways out of the ledger, each with its own place in the spool.

use crate::limits::SPOOL_BYTES_MAX;
use crate::observe::findings::Kind;
use crate::ship::ledger::Failures;
use crate::ship::outlet::{Key, Outlet, spec};
use std::collections::VecDeque;
use std::rc::Rc;
use tollgate_ledger::record::Open;
use tollgate_link::sink::Line;
use tollgate_policy::Sink;

/// Dropped lines of one sink that one `gap` record tells of, while it takes none.
const DROPPED_MAX: u64 = 1_000;

/// The outlets, and how many lines the journal holds for them.
#[derive(Debug)]
pub(crate) struct Outlets {
    all: Vec<Outlet>,
    /// Lines in the journal since everything was shipped.
    journalled: usize,
    /// Of these, those that each outlet has taken by the journal's last word.
    marked: Vec<usize>,
}

impl Outlets {
    /// Opens what the policy names. A sink that cannot be opened gives way to standard output.
    pub(crate) fn open(sinks: &[Sink], failures: &mut Failures) -> Self {
        let all: Vec<Outlet> = sinks
            .iter()
            .map(|sink| {
                Outlet::new(sink).unwrap_or_else(|error| {
                    let detail = format!("sink `{}`: {error}; records go to stdout", sink.name());
                    failures.push((Kind::SinkUnwritable, detail));
                    Outlet::instead_of(sink)
                })
            })
            .collect();
        let marked = vec![0; all.len()];
        Self { all, journalled: 0, marked }
    }

    /// One of them, by its place in the policy.
    pub(crate) fn get(&mut self, index: usize) -> Option<&mut Outlet> {
        self.all.get_mut(index)
    }

    /// Their places in the policy where the courier carries lines to them.
    pub(crate) fn outside(&self) -> impl Iterator<Item = usize> {
        self.all.iter().enumerate().filter(|(_, outlet)| outlet.is_outside()).map(|(i, _)| i)
    }

    /// Gives each the lines of the process before that it has not taken.
    pub(crate) fn adopt(&mut self, lines: &[Rc<Line>], taken: impl Fn(Key) -> usize) {
        for outlet in &mut self.all {
            let rest = lines.get(taken(outlet.key)..).unwrap_or_default();
            for line in rest {
                outlet.push(line);
            }
        }
        self.journalled = lines.len();
    }

    /// What tells them apart in the journal.
    pub(crate) fn keys(&self) -> impl Iterator<Item = &Key> {
        self.all.iter().map(|outlet| &outlet.key)
    }

    /// Says where the courier carries lines to, now that the environment is known.
    pub(crate) fn send_from(&mut self, sinks: &[Sink], open: &Open) {
        for (outlet, sink) in self.all.iter_mut().zip(sinks) {
            if let Some(spec) = spec::of(sink, open) {
                outlet.send_to(spec);
            }
        }
    }

    /// Adds a line that stands in the journal.
    pub(crate) fn push(&mut self, line: &Rc<Line>) {
        self.all.iter_mut().for_each(|outlet| outlet.push(line));
        self.journalled += 1;
        // Where all are full nothing is dropped: what comes is left out before it is chained.
        if !self.is_full() {
            self.all.iter_mut().for_each(|outlet| outlet.shrink_to(SPOOL_BYTES_MAX));
        }
    }

    /// Writes what sinks within the environment take now. True when they have taken everything.
    pub(crate) fn ship(&mut self, failures: &mut Failures) -> bool {
        let mut all = true;
        for outlet in &mut self.all {
            all &= outlet.ship();
            if let Some(failure) = outlet.take_failure().filter(|_| failures.is_empty()) {
                failures.push((Kind::SinkUnwritable, format!("sink `{}`: {failure}", outlet.name)));
            }
        }
        all
    }

    /// Whether no line waits for standard output.
    pub(crate) fn is_stdout_free(&self) -> bool {
        let here = self.all.iter().filter(|outlet| !outlet.is_outside());
        here.into_iter().all(|outlet| outlet.lines().is_empty())
    }

    /// Whether every line has been taken by every sink.
    pub(crate) fn are_empty(&self) -> bool {
        self.all.iter().all(|outlet| outlet.lines().is_empty())
    }

    /// Whether a sink that takes lines has not taken all.
    pub(crate) fn are_worth_waiting_for(&self) -> bool {
        self.all.iter().any(|outlet| outlet.is_outside() && outlet.is_worth_waiting_for())
    }

    /// Whether none of them has room.
    pub(crate) fn is_full(&self) -> bool {
        self.all.iter().all(|outlet| outlet.bytes() > SPOOL_BYTES_MAX)
    }

    /// The lines that some sink has not taken: those of the one that is furthest behind.
    pub(crate) fn spool(&self) -> impl Iterator<Item = &Rc<Line>> {
        let behind = self.all.iter().map(Outlet::lines).max_by_key(|lines| lines.len());
        behind.into_iter().flat_map(VecDeque::iter)
    }

    /// Bytes of these.
    pub(crate) fn spool_bytes(&self) -> usize {
        self.all.iter().map(Outlet::bytes).max().unwrap_or(0)
    }

    /// The journal now holds just the spool, and no marks.
    pub(crate) fn journal_rewritten(&mut self) {
        self.journalled = self.spool().count();
        self.marked.iter_mut().for_each(|marked| *marked = 0);
    }

    /// The journal says that everything was shipped.
    pub(crate) fn journal_shipped(&mut self) {
        self.journalled = 0;
        self.marked.iter_mut().for_each(|marked| *marked = 0);
    }

    /// What the journal does not say yet: who has taken how many of its lines.
    pub(crate) fn marks(&mut self) -> Vec<(Key, usize)> {
        let (mut marks, journalled) = (Vec::new(), self.journalled);
        for (outlet, marked) in self.all.iter().zip(&mut self.marked) {
            let taken = journalled.saturating_sub(outlet.lines().len());
            if std::mem::replace(marked, taken) != taken {
                marks.push((outlet.key, taken));
            }
        }
        marks
    }

    /// Names of sinks whose oldest lines were dropped, and how many: once a sink takes lines again,
    /// or there are many, or `now`. A gap for each dropped line would only drop another one.
    pub(crate) fn take_dropped(&mut self, now: bool) -> Vec<(&'static str, u64)> {
        let due = |outlet: &&mut Outlet| {
            let lines = outlet.dropped();
            lines > 0 && (now || lines >= DROPPED_MAX || outlet.bytes() < SPOOL_BYTES_MAX / 2)
        };
        let dropped = self.all.iter_mut().filter(due);
        dropped.map(|outlet| (outlet.name, outlet.take_dropped())).collect()
    }

    /// The lines that sinks will never take: their names, how many, and why.
    pub(crate) fn take_refused(&mut self) -> Vec<(&'static str, u64, String)> {
        let refused = self.all.iter_mut().filter_map(|outlet| {
            let (lines, why) = outlet.take_refused()?;
            Some((outlet.name, lines, why))
        });
        refused.collect()
    }

    /// Nothing waits for a sink outside that has lines left, until it takes some.
    pub(crate) fn wait_no_more(&mut self) {
        let behind = self.all.iter_mut().filter(|outlet| outlet.is_outside());
        for outlet in behind.filter(|outlet| !outlet.lines().is_empty()) {
            outlet.failed();
        }
    }
}
