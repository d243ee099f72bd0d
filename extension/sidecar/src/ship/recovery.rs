//! What the process before this one left in the journal: lines to ship again, and invocations
//! whose end nobody recorded.

use crate::ship::outlet::Key;
use serde::Deserialize;
use std::collections::HashMap;
use std::rc::Rc;
use tollgate_journal::Entry;
use tollgate_ledger::ocsf::native_part;
use tollgate_ledger::record::{Adopted, Ancestor, Invocation, Outcome, unix_ms};
use tollgate_ledger::{Hash, record_hash};
use tollgate_link::sink::Line;

/// The estate of a dead process.
#[derive(Debug, Default)]
pub(crate) struct Estate {
    /// Lines that its sink may not have taken, in order. A second copy is harmless.
    pub(crate) lines: Vec<Rc<Line>>,
    /// How many of them each sink had taken.
    taken: HashMap<Key, usize>,
    /// Invocations that went to the runtime and have no line.
    pub(crate) lost: Vec<Invocation>,
    /// The last line it wrote.
    pub(crate) ancestor: Option<Ancestor>,
    /// Whether a part of the journal could not be read.
    pub(crate) damaged: bool,
    /// Processes that were killed and had noted no open invocation: Lambda may have handed each of
    /// them an event a moment before.
    pub(crate) killed: u64,
}

/// What the journal says of one process after the other.
#[derive(Debug, Default)]
struct Lives {
    alive: bool,
    /// Whether an invocation is open, as far as the one that lives has noted.
    open: bool,
    killed: u64,
}

impl Lives {
    /// A process takes over. The one before cannot live any more.
    fn started(&mut self) {
        self.over();
        *self = Self { alive: true, open: false, killed: self.killed };
    }

    /// There is nobody any more. Who did not say so before was killed.
    fn over(&mut self) {
        self.killed += u64::from(self.alive && !self.open);
        self.alive = false;
    }
}

/// The fields of a line that recovery needs.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Fields {
    kind: String,
    chain: String,
    seq: u64,
    request_id: Option<String>,
    #[serde(default)]
    request_ids: Vec<String>,
    time: String,
}

impl Fields {
    /// The invocations that it tells the end of: a record its own, a gap those that have none.
    fn ended(&self) -> impl Iterator<Item = &String> {
        let of_kind = |kind: &str| self.kind == kind;
        let own = self.request_id.iter().filter(move |_| of_kind("invocation"));
        own.chain(self.request_ids.iter().filter(move |_| of_kind("gap")))
    }
}

impl Estate {
    /// Reads a journal. Whoever may write to the state directory may have written this one, so
    /// nothing in it is trusted: lines keep the signatures of their own chain, or lack them.
    pub(crate) fn read(journal: &[u8]) -> Self {
        let mut estate = Self::default();
        let (mut unreadable, mut lives) = (false, Lives::default());
        let whole = tollgate_journal::decode(journal, |entry, payload| match entry {
            Entry::Begin => match serde_json::from_slice::<Invocation>(payload) {
                Ok(invocation) => {
                    // What was noted twice counts as it was noted last.
                    estate.lost.retain(|begun| begun.request_id != invocation.request_id);
                    estate.lost.push(invocation);
                    lives.open = true;
                }
                Err(_) => unreadable = true,
            },
            Entry::Started => lives.started(),
            Entry::Ended => lives.alive = false,
            Entry::Line => match estate.add_line(payload) {
                Some(fields) => {
                    lives.alive &= fields.kind != "close";
                    lives.open &= fields.ended().next().is_none();
                }
                None => unreadable = true,
            },
            Entry::Shipped => {
                estate.lines.clear();
                estate.taken.clear();
            }
            Entry::Taken => unreadable |= estate.add_mark(payload).is_none(),
        });
        estate.damaged = unreadable || !whole;
        lives.over();
        estate.killed = lives.killed;
        let from = estate.ancestor.as_ref().map(|ancestor| ancestor.chain.clone());
        for invocation in &mut estate.lost {
            invocation.outcome = Outcome::Lost;
            invocation.adopted_from.clone_from(&from);
        }
        estate
    }

    /// Takes up a line; gives back what it says.
    fn add_line(&mut self, line: &[u8]) -> Option<Fields> {
        let fields: Fields = serde_json::from_slice(native_part(line)?).ok()?;
        self.lost.retain(|begun| fields.ended().all(|ended| *ended != begun.request_id));
        let head = record_hash(line);
        self.ancestor = Some(Ancestor { chain: fields.chain.clone(), seq: fields.seq, head });
        let at_ms = unix_ms(fields.time.as_bytes())?;
        self.lines.push(Rc::new(Line { at_ms, bytes: line.to_vec().into() }));
        Some(fields)
    }

    fn add_mark(&mut self, mark: &[u8]) -> Option<()> {
        let (key, count) = mark.split_first_chunk()?;
        let count = u64::from_le_bytes(count.try_into().ok()?);
        self.taken.insert(*key, usize::try_from(count).ok()?);
        Some(())
    }

    /// Leaves out the lines that all of these sinks had taken.
    pub(crate) fn forget_taken_by<'k>(&mut self, sinks: impl Iterator<Item = &'k Key>) {
        let first = sinks.map(|key| self.taken(*key)).min().unwrap_or(0);
        self.lines.drain(..first);
        self.taken.values_mut().for_each(|taken| *taken = taken.saturating_sub(first));
    }

    /// How many of the lines a sink had taken. A damaged journal does not say: all go again.
    pub(crate) fn taken(&self, key: Key) -> usize {
        let known = self.taken.get(&key).filter(|_| !self.damaged);
        known.map_or(0, |taken| (*taken).min(self.lines.len()))
    }

    /// Count and digest of the lines, for the record that adopts them.
    pub(crate) fn adopted(&self) -> Option<Adopted> {
        if self.lines.is_empty() {
            return None;
        }
        let all: Vec<u8> = self.lines.iter().flat_map(|line| &line.bytes.0).copied().collect();
        let sha256: Hash = record_hash(&all);
        Some(Adopted { records: self.lines.len() as u64, sha256 })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tollgate_journal::Journal;
    use tollgate_ledger::record::{CloseReason, Gap, Open};
    use tollgate_ledger::{Chain, Seed};

    /// What the third process finds, if the two before wrote these entries.
    fn killed(first: &[(Entry, &[u8])], second: &[(Entry, &[u8])]) -> u64 {
        let directory = tempfile::tempdir().unwrap();
        for entries in [first, second] {
            let (mut journal, _) = Journal::open(directory.path(), 1 << 20).unwrap();
            journal.append(entries).unwrap();
        }
        let (_, left) = Journal::open(directory.path(), 1 << 20).unwrap();
        let estate = Estate::read(&left);
        assert!(!estate.damaged);
        estate.killed
    }

    #[test]
    fn who_did_not_end_and_had_nothing_open_was_killed() {
        let seed = Seed { chain: [7; 16], key: [1; 32], next_key: [2; 32] };
        let (mut chain, open) = Chain::open(seed, 1, &Open::default());
        let invocation = Invocation { request_id: "r-1".to_owned(), ..Invocation::default() };
        let begin = serde_json::to_vec(&invocation).unwrap();
        let begin = (Entry::Begin, begin.as_slice());
        let record = chain.append(2, invocation);
        let close = chain.close(3, CloseReason::Spindown);
        let [open, record, close] =
            [&open, &record, &close].map(|line| (Entry::Line, line.bytes.as_slice()));
        let ended = (Entry::Ended, b"".as_slice());

        assert_eq!(killed(&[ended], &[ended]), 0);
        assert_eq!(killed(&[begin, open, record, close], &[ended]), 0, "its chain was closed");
        assert_eq!(killed(&[begin], &[ended]), 0, "it had noted an invocation, which is lost");
        assert_eq!(killed(&[], &[ended]), 1);
        assert_eq!(killed(&[begin, open, record], &[ended]), 1);
        assert_eq!(killed(&[begin], &[]), 1, "what the first one lost was not the second one's");
        assert_eq!(killed(&[], &[open]), 2);
    }

    #[test]
    fn an_invocation_that_a_gap_names_is_not_lost_once_more() {
        let seed = Seed { chain: [7; 16], key: [1; 32], next_key: [2; 32] };
        let (mut chain, _) = Chain::open(seed, 1, &Open::default());
        let begin = |id: &str| {
            let invocation = Invocation { request_id: id.to_owned(), ..Invocation::default() };
            serde_json::to_vec(&invocation).unwrap()
        };
        let gap = Gap { request_ids: vec!["r-1".to_owned()], ..Gap::default() };
        let gap = chain.append(2, gap);
        let directory = tempfile::tempdir().unwrap();
        let (mut journal, _) = Journal::open(directory.path(), 1 << 20).unwrap();
        let (first, second) = (begin("r-1"), begin("r-2"));
        let entries = [(Entry::Begin, &first), (Entry::Begin, &second), (Entry::Line, &gap.bytes)];
        journal.append(&entries.map(|(entry, bytes)| (entry, bytes.as_slice()))).unwrap();
        let (_, left) = Journal::open(directory.path(), 1 << 20).unwrap();
        let lost = Estate::read(&left).lost;
        assert_eq!(lost.iter().map(|it| &*it.request_id).collect::<Vec<_>>(), ["r-2"]);
    }

    #[test]
    fn an_environment_without_a_process_before_has_no_killed_one() {
        assert_eq!(Estate::read(b"").killed, 0);
    }
}
