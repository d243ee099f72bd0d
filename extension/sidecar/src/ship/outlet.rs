//! One way out of the ledger: a sink with the lines it has not taken yet.

pub(crate) mod spec;

use crate::ship::sink::Sink;
use sha2::{Digest as _, Sha256};
use std::collections::VecDeque;
use std::io;
use std::rc::Rc;
use tollgate_link::sink::{BATCH_BYTES_MAX, Deliver, LINES_MAX, Line, SinkSpec};
use tollgate_policy::Sink as SinkOption;

/// What tells an outlet from others in the journal: the policy's words for it.
pub(crate) type Key = [u8; 8];

/// A sink and its own place in the spool.
#[derive(Debug)]
pub(crate) struct Outlet {
    /// Its name in messages.
    pub(crate) name: &'static str,
    pub(crate) key: Key,
    target: Target,
    queue: VecDeque<Rc<Line>>,
    bytes: usize,
    /// Lines that were dropped for want of room, and not told of yet.
    dropped: u64,
    /// Lines that were dropped and told of since the last batch was made up.
    told: u64,
    /// Lines that it will never take, and that are not told of yet; why.
    refused: u64,
    refusal: String,
    /// Whether its last attempt failed. Nothing waits for such an outlet.
    failing: bool,
}

#[derive(Debug)]
enum Target {
    Here(Sink),
    /// Carried by the courier; named when the chain opens, because only then the environment is.
    Outside(Option<SinkSpec>),
}

impl Outlet {
    /// The outlet that the policy names.
    pub(crate) fn new(option: &SinkOption) -> io::Result<Self> {
        let target = match option {
            SinkOption::Stdout => Target::Here(Sink::stdout()),
            SinkOption::File(file) => Target::Here(Sink::file(file)?),
            SinkOption::Http(_) | SinkOption::CloudWatch(_) => Target::Outside(None),
        };
        Ok(Self::with(option, target))
    }

    /// Standard output in place of a sink that cannot be opened.
    pub(crate) fn instead_of(option: &SinkOption) -> Self {
        Self::with(option, Target::Here(Sink::stdout()))
    }

    fn with(option: &SinkOption, target: Target) -> Self {
        let digest = Sha256::digest(format!("{option:?}"));
        let key = digest.first_chunk().copied().unwrap_or_default();
        let name = option.name();
        let queue = VecDeque::new();
        let (refused, refusal) = (0, String::new());
        let (bytes, dropped, told, failing) = (0, 0, 0, false);
        Self { name, key, target, queue, bytes, dropped, told, refused, refusal, failing }
    }

    /// Says where the courier carries lines to.
    pub(crate) fn send_to(&mut self, spec: SinkSpec) {
        if let Target::Outside(target) = &mut self.target {
            *target = Some(spec);
        }
    }

    /// Whether the courier carries its lines.
    pub(crate) fn is_outside(&self) -> bool {
        matches!(self.target, Target::Outside(_))
    }

    /// Adds a line.
    pub(crate) fn push(&mut self, line: &Rc<Line>) {
        self.bytes += line.bytes.0.len() + 1;
        self.queue.push_back(Rc::clone(line));
    }

    /// Lines it has not taken, the oldest first.
    pub(crate) fn lines(&self) -> &VecDeque<Rc<Line>> {
        &self.queue
    }

    /// Bytes of lines it has not taken.
    pub(crate) fn bytes(&self) -> usize {
        self.bytes
    }

    /// Whether somebody may wait for it: it has lines and takes them.
    pub(crate) fn is_worth_waiting_for(&self) -> bool {
        !self.queue.is_empty() && !self.failing
    }

    /// Drops its oldest lines until no more than so many bytes are left.
    pub(crate) fn shrink_to(&mut self, bytes_max: usize) {
        // A line that is half written must be finished.
        let oldest = match &self.target {
            Target::Here(sink) if sink.is_within_a_line() => 1,
            _ => 0,
        };
        while self.bytes > bytes_max {
            let Some(line) = self.queue.remove(oldest) else { return };
            self.bytes = self.bytes.saturating_sub(line.bytes.0.len() + 1);
            self.dropped += 1;
        }
    }

    /// How many lines were dropped and not told of.
    pub(crate) fn dropped(&self) -> u64 {
        self.dropped
    }

    /// How many lines were dropped since the last call.
    pub(crate) fn take_dropped(&mut self) -> u64 {
        self.told += self.dropped;
        std::mem::take(&mut self.dropped)
    }

    /// Counts lines that it will never take.
    pub(crate) fn refused(&mut self, lines: u32, why: &str) {
        if lines > 0 {
            self.refused += u64::from(lines);
            why.clone_into(&mut self.refusal);
        }
    }

    /// How many lines it refused for good since the last call, and why, if any.
    pub(crate) fn take_refused(&mut self) -> Option<(u64, String)> {
        let refused = std::mem::take(&mut self.refused);
        (refused > 0).then(|| (refused, std::mem::take(&mut self.refusal)))
    }

    /// Writes what a sink within the environment takes now. True when nothing is left for it.
    pub(crate) fn ship(&mut self) -> bool {
        let Target::Here(sink) = &mut self.target else { return true };
        self.bytes = self.bytes.saturating_sub(sink.ship(&mut self.queue));
        self.queue.is_empty()
    }

    /// Why the last write failed, once.
    pub(crate) fn take_failure(&mut self) -> Option<String> {
        match &mut self.target {
            Target::Here(sink) => sink.take_failure(),
            Target::Outside(_) => None,
        }
    }

    /// The next lines for the courier.
    pub(crate) fn batch(&mut self) -> Option<Deliver> {
        self.told = 0;
        let Target::Outside(Some(sink)) = &self.target else { return None };
        let mut bytes = 0;
        let fits = |line: &&Rc<Line>| {
            bytes += line.bytes.0.len();
            bytes <= BATCH_BYTES_MAX
        };
        let mut lines: Vec<Line> = self
            .queue
            .iter()
            .take(LINES_MAX)
            .take_while(fits)
            .map(|line| (**line).clone())
            .collect();
        if lines.is_empty() {
            lines.extend(self.queue.front().map(|line| (**line).clone()));
        }
        (!lines.is_empty()).then(|| Deliver { sink: sink.clone(), lines })
    }

    /// The courier has delivered so many lines, of which the first is still this one. (While it
    /// was under way, the oldest may have been dropped.)
    pub(crate) fn delivered(&mut self, batch: &[Line], done: usize) {
        self.failing = false;
        let left_at = batch
            .iter()
            .position(|line| self.queue.front().is_some_and(|front| front.bytes == line.bytes));
        // What was dropped meanwhile and has arrived after all is not lost. (Where a gap told of it
        // already, it told of too much.)
        let arrived = left_at.unwrap_or(batch.len()).min(done) as u64;
        self.dropped = self.dropped.saturating_sub(arrived.saturating_sub(self.told));
        if let Some(dropped) = left_at {
            self.pop(done.saturating_sub(dropped));
        }
    }

    /// An attempt failed. True when the one before did not.
    pub(crate) fn failed(&mut self) -> bool {
        !std::mem::replace(&mut self.failing, true)
    }

    fn pop(&mut self, lines: usize) {
        let taken = self.queue.drain(..lines.min(self.queue.len()));
        let bytes: usize = taken.map(|line| line.bytes.0.len() + 1).sum();
        self.bytes = self.bytes.saturating_sub(bytes);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An outlet with lines `0` to `9`, all of them under way.
    fn outlet() -> (Outlet, Vec<Line>) {
        let mut outlet = Outlet::with(&SinkOption::Stdout, Target::Outside(None));
        let line = |number: u8| Line { at_ms: 0, bytes: vec![number].into() };
        let lines: Vec<Line> = (0..10).map(line).collect();
        for line in &lines {
            outlet.push(&Rc::new(line.clone()));
        }
        assert!(outlet.batch().is_none(), "it has no endpoint");
        (outlet, lines)
    }

    #[test]
    fn a_line_that_was_dropped_and_arrived_is_not_lost() {
        let (mut outlet, lines) = outlet();
        outlet.shrink_to(2 * 7);
        assert_eq!(outlet.dropped(), 3);
        outlet.delivered(&lines, 10);
        assert_eq!((outlet.take_dropped(), outlet.lines().len()), (0, 0));
    }

    #[test]
    fn a_line_that_was_dropped_before_it_arrived_is_lost() {
        let (mut outlet, lines) = outlet();
        outlet.shrink_to(2 * 7);
        outlet.delivered(&lines, 1);
        assert_eq!((outlet.take_dropped(), outlet.lines().len()), (2, 7));
    }

    #[test]
    fn lines_that_a_gap_told_of_do_not_make_up_for_others() {
        let (mut outlet, lines) = outlet();
        outlet.shrink_to(2 * 7);
        assert_eq!(outlet.take_dropped(), 3);
        outlet.push(&Rc::new(Line { at_ms: 0, bytes: vec![10].into() }));
        outlet.shrink_to(0);
        assert_eq!(outlet.dropped(), 8);
        outlet.delivered(&lines, 10);
        assert_eq!(outlet.take_dropped(), 1, "the last one never went out");
    }
}
