//! What the process before this one left in the journal: lines to ship again, and invocations
//! whose end nobody recorded.

use crate::ship::journal::{self, Entry};
use crate::ship::outlet::Key;
use serde::Deserialize;
use std::collections::HashMap;
use std::rc::Rc;
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
}

/// The fields of a line that recovery needs.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Fields {
    kind: String,
    chain: String,
    seq: u64,
    request_id: Option<String>,
    time: String,
}

impl Estate {
    /// Reads a journal. Whoever may write to the state directory may have written this one, so
    /// nothing in it is trusted: lines keep the signatures of their own chain, or lack them.
    pub(crate) fn read(journal: &[u8]) -> Self {
        let mut estate = Self::default();
        let mut unreadable = false;
        let whole = journal::decode(journal, |entry, payload| match entry {
            Entry::Begin => match serde_json::from_slice::<Invocation>(payload) {
                Ok(invocation) => {
                    // What was noted twice counts as it was noted last.
                    estate.lost.retain(|begun| begun.request_id != invocation.request_id);
                    estate.lost.push(invocation);
                }
                Err(_) => unreadable = true,
            },
            Entry::Line => unreadable |= estate.add_line(payload).is_none(),
            Entry::Shipped => {
                estate.lines.clear();
                estate.taken.clear();
            }
            Entry::Taken => unreadable |= estate.add_mark(payload).is_none(),
        });
        estate.damaged = unreadable || !whole;
        let from = estate.ancestor.as_ref().map(|ancestor| ancestor.chain.clone());
        for invocation in &mut estate.lost {
            invocation.outcome = Outcome::Lost;
            invocation.adopted_from.clone_from(&from);
        }
        estate
    }

    fn add_line(&mut self, line: &[u8]) -> Option<()> {
        let fields: Fields = serde_json::from_slice(native_part(line)?).ok()?;
        if fields.kind == "invocation" {
            self.lost.retain(|begun| Some(&begun.request_id) != fields.request_id.as_ref());
        }
        let head = record_hash(line);
        self.ancestor = Some(Ancestor { chain: fields.chain, seq: fields.seq, head });
        let at_ms = unix_ms(fields.time.as_bytes())?;
        self.lines.push(Rc::new(Line { at_ms, bytes: line.to_vec().into() }));
        Some(())
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
