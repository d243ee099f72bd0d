//! The chain with its journal and its sinks: a line is chained, journalled, then shipped.

use crate::app::App;
use crate::clock::Clock;
use crate::limits::JOURNAL_ADOPT_BYTES_MAX;
use crate::observe::findings::Kind;
use crate::ship::contents::Contents;
use crate::ship::opening::{self, entropy};
use crate::ship::outlet::Outlet;
use crate::ship::outlets::Outlets;
use crate::ship::recovery::Estate;
use crate::ship::sink;
use bytes::Bytes;
use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;
use tollgate_journal::{Entry, Journal};
use tollgate_ledger::record::{Body, CloseReason, Gap, GapReason, Invocation};
use tollgate_ledger::{Cadence, Chain, Line};
use tollgate_link::budget::Anchor;
use tollgate_link::sink::Line as Shippable;
use tollgate_policy::{Flush, Format, LedgerOptions, Policy};

/// Invocations further apart than this are sealed one by one (`flush: adaptive`): the
/// environment may be gone before the next one. Milliseconds.
const SPARSE_MS: u64 = 1_000;

const STARTED: (Entry, &[u8]) = (Entry::Started, b"");

const JOURNAL_DAMAGED: &str = "the journal of the process before could not be read in full";
const PROCESS_KILLED: &str =
    "the process before was killed: an event that had just reached it would have no record";

/// What has to be said of the ledger itself.
pub(crate) type Failures = Vec<(Kind, String)>;

/// The ledger of this process.
pub(crate) struct Ledger {
    chain: Option<Chain>,
    journal: Option<Journal>,
    outlets: Outlets,
    /// Whether a chain was opened, and the estate taken up in it.
    opened: bool,
    options: LedgerOptions,
    contents: Contents,
    policy: String,
    mode: &'static str,
    estate: Estate,
    /// Invocations whose end is not written yet, as journalled.
    begun: HashMap<String, Vec<u8>>,
    /// What a key of KMS is still to sign: the chain's opening, and by which key.
    uncertified: Option<(String, String)>,
    last_line: Vec<u8>,
    sparse: bool,
    /// Whether the last records are to be shipped before anything else.
    urgent: bool,
    last_invocation_ms: u64,
    given_up: Vec<String>,
    given_up_count: u64,
    failures: Failures,
}

impl std::fmt::Debug for Ledger {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // Keys stay out of every message.
        out.debug_struct("Ledger").field("outlets", &self.outlets).finish_non_exhaustive()
    }
}

impl Ledger {
    /// Opens journal and sink, and reads what the process before left.
    pub(crate) fn start(app: &App, policy: &Policy) -> (Self, Failures) {
        let mut failures = Failures::new();
        let options = policy.ledger().clone();
        let opened = Journal::open(&app.settings.state_dir, JOURNAL_ADOPT_BYTES_MAX);
        let (journal, left) = match opened {
            Ok((journal, left)) => (Some(journal), left),
            Err(error) => {
                let directory = app.settings.state_dir.display();
                failures.push((Kind::JournalUnwritable, format!("`{directory}`: {error}")));
                (None, Vec::new())
            }
        };
        let estate = Estate::read(&left);
        let (contents, complaint) = Contents::new(&options);
        failures.extend(complaint.map(|detail| (Kind::PolicyInvalid, detail)));
        let outlets = Outlets::open(&options.sinks, &mut failures);
        let ledger = Self {
            chain: None,
            journal,
            outlets,
            opened: false,
            options,
            contents,
            policy: policy.digest().to_string(),
            mode: policy.mode().as_str(),
            estate,
            begun: HashMap::new(),
            uncertified: None,
            last_line: Vec::new(),
            sparse: false,
            urgent: false,
            last_invocation_ms: 0,
            given_up: Vec::new(),
            given_up_count: 0,
            failures: Failures::new(),
        };
        (ledger, failures)
    }

    /// Opens a chain where none is open, and takes up the estate in it.
    pub(crate) fn open_chain(&mut self, app: &App, at_ms: u64) {
        if self.chain.is_some() {
            return;
        }
        let mut estate = std::mem::take(&mut self.estate);
        estate.forget_taken_by(self.outlets.keys());
        let seed = match opening::seed() {
            Ok(seed) => seed,
            Err(error) => {
                self.failures.push((Kind::SinkUnwritable, format!("no random numbers: {error}")));
                return;
            }
        };
        let open = opening::statement(app, &self.options, &self.policy, self.mode, &estate);
        self.contents.settle_in(&open);
        let (chain, line) = match self.options.record.format {
            Format::Native => Chain::open(seed, at_ms, &open),
            Format::Ocsf => Chain::open_ocsf(seed, at_ms, &open),
        };
        self.uncertified = self.options.kms_key.clone().map(|key| (key, chain.statement()));
        self.chain = Some(chain);
        self.opened = true;
        self.outlets.send_from(&self.options.sinks, &open);
        self.outlets.adopt(&estate.lines, |key| estate.taken(key));
        self.start_journal(&estate, at_ms, &line);
        self.take_up(at_ms, estate, app.is_managed_instances());
    }

    /// The new journal begins with what a crash now would still need: unshipped lines,
    /// invocations that nobody recorded, and those that are with the function.
    fn start_journal(&mut self, estate: &Estate, at_ms: u64, open: &Line) {
        let lost: Vec<Vec<u8>> =
            estate.lost.iter().filter_map(|record| serde_json::to_vec(record).ok()).collect();
        let lost = lost.iter().map(|text| (Entry::Begin, text.as_slice()));
        let begun = self.begun.values().map(|text| (Entry::Begin, text.as_slice()));
        let lines = estate.lines.iter().map(|line| (Entry::Line, line.bytes.as_ref()));
        let open_line = (Entry::Line, open.bytes.as_slice());
        let entries = lines.chain(lost).chain([STARTED, open_line]).chain(begun);
        let failed = self.journal.as_mut().and_then(|journal| journal.rewrite(entries).err());
        self.fail(Kind::JournalUnwritable, failed);
        self.outlets.push(&shippable(at_ms, open));
    }

    /// What the processes before left untold. (One that has several invocations at a time may have had
    /// another one than those that it had noted.)
    fn take_up(&mut self, now: u64, estate: Estate, many_at_a_time: bool) {
        let killed = estate.killed > 0 || many_at_a_time && !estate.lost.is_empty();
        let gap = if estate.damaged {
            Some((GapReason::JournalDamaged, JOURNAL_DAMAGED))
        } else {
            killed.then_some((GapReason::ProcessKilled, PROCESS_KILLED))
        };
        if let Some((reason, detail)) = gap {
            let detail = detail.to_owned();
            self.write(now, Body::from(Gap { reason, detail, ..Gap::default() }));
        }
        for invocation in estate.lost {
            self.write(now, Body::from(invocation));
        }
    }

    /// Journals a release. Gives back why it could not.
    pub(crate) fn journal_release(&mut self, record: &Invocation) -> Option<String> {
        let text = if self.contents.conceals() {
            let mut record = record.clone();
            self.contents.conceal(&mut record);
            tollgate_journal::begin(&record)?
        } else {
            tollgate_journal::begin(record)?
        };
        // The marks of what is shipped ride along: a write of their own would cost more.
        let marks = self.marks();
        let mut entries: Vec<(Entry, &[u8])> =
            marks.iter().map(|(entry, mark)| (*entry, mark.as_slice())).collect();
        entries.push((Entry::Begin, text.as_slice()));
        let failed = self.journal.as_mut()?.append(&entries).err();
        self.begun.insert(record.request_id.clone(), text);
        failed.map(|error| error.to_string())
    }

    /// Writes a record, or else a gap: a panic in one record must not take those after it along.
    pub(crate) fn write_or_admit(&mut self, at_ms: u64, body: Body) {
        let request_id = match &body {
            Body::Invocation(invocation) => Some(invocation.request_id.clone()),
            _ => None,
        };
        if catch_unwind(AssertUnwindSafe(|| self.write(at_ms, body))).is_err() {
            // The gap tells of it: the process that follows need not.
            if let Some(id) = &request_id {
                self.begun.remove(id);
            }
            let detail = "a record could not be written".to_owned();
            self.failures.push((Kind::Panic, detail.clone()));
            let request_ids = request_id.into_iter().collect();
            let reason = GapReason::Failure;
            let gap = Gap { reason, records: 1, request_ids, detail, ..Gap::default() };
            self.write(at_ms, Body::from(gap));
        }
    }

    /// Chains, journals and queues one record.
    fn write(&mut self, at_ms: u64, mut body: Body) {
        if self.given_up_count > 0 {
            self.admit_gap(at_ms);
        }
        self.admit_drops(at_ms, false);
        if let Body::Invocation(invocation) = &mut body {
            self.complete(invocation);
            let received = invocation.times.received;
            self.sparse |= received.saturating_sub(self.last_invocation_ms) > SPARSE_MS;
            self.last_invocation_ms = received;
        }
        let bodies = self.contents.finish(at_ms, body);
        self.append(at_ms, bodies);
    }

    fn append(&mut self, at_ms: u64, bodies: Vec<Body>) {
        for body in bodies {
            #[cfg(feature = "plant")]
            plant(&body);
            if let Some(chain) = &mut self.chain {
                let line = chain.append(at_ms, body);
                self.keep(at_ms, &line);
            }
        }
    }

    /// Whether records hold content of events.
    pub(crate) fn wants_events(&self) -> bool {
        self.contents.wants_events()
    }

    /// Keeps an event until its record is written.
    pub(crate) fn hold(&mut self, request_id: &str, event: Bytes) {
        self.contents.hold(request_id, event);
    }

    /// Adds what a record that was not decided by the gate cannot know.
    fn complete(&mut self, invocation: &mut Invocation) {
        self.begun.remove(&invocation.request_id);
        if invocation.policy.is_empty() {
            invocation.policy.clone_from(&self.policy);
        }
        if invocation.mode.is_empty() {
            self.mode.clone_into(&mut invocation.mode);
        }
    }

    /// What the journal does not know yet of what is shipped, as entries.
    fn marks(&mut self) -> Vec<(Entry, Vec<u8>)> {
        if !self.opened {
            // What the process before left is still only in its own journal.
            return Vec::new();
        }
        if self.outlets.are_empty() {
            self.outlets.journal_shipped();
            return vec![(Entry::Shipped, Vec::new())];
        }
        let mark = |(key, taken): ([u8; 8], usize)| {
            (Entry::Taken, [key, (taken as u64).to_le_bytes()].concat())
        };
        self.outlets.marks().into_iter().map(mark).collect()
    }

    fn keep(&mut self, at_ms: u64, line: &Line) {
        let failed = match &mut self.journal {
            Some(journal) => journal.append(&[(Entry::Line, &line.bytes)]).err(),
            None => None,
        };
        self.fail(Kind::JournalUnwritable, failed);
        self.outlets.push(&shippable(at_ms, line));
        self.last_line.clear();
        self.last_line.extend_from_slice(&line.bytes);
    }

    /// Counts a record that there is no room for. It is left out before it is chained, so that
    /// the chain stays whole, and a `gap` record will say so.
    pub(crate) fn give_up(&mut self, body: &Body) {
        self.given_up_count += 1;
        if let Body::Invocation(invocation) = body {
            self.begun.remove(&invocation.request_id);
            if self.given_up.len() < 1_000 {
                self.given_up.push(invocation.request_id.clone());
            }
        }
    }

    fn admit_gap(&mut self, at_ms: u64) {
        let gap = Gap {
            reason: GapReason::SpoolFull,
            records: std::mem::take(&mut self.given_up_count),
            request_ids: std::mem::take(&mut self.given_up),
            detail: "the sink did not take records fast enough".to_owned(),
            ..Gap::default()
        };
        self.write(at_ms, Body::from(gap));
    }

    /// Writes metrics where they are due. They go to standard output, whatever the sinks are: the
    /// function's log group makes metrics of them.
    pub(crate) fn write_metrics(&mut self, now_ms: u64, last: bool) {
        let backlog = self.outlets.spool_bytes();
        let lines = self.contents.metrics(now_ms, backlog, last);
        if lines.is_empty() {
            return;
        }
        // A line of metrics never stands within a record, and only one that fits goes out.
        self.outlets.ship(&mut self.failures);
        if self.outlets.is_stdout_free() {
            for line in &lines {
                sink::write_line(line);
            }
        }
    }

    /// Says what sinks lost that were far behind others, or will not take. The other sinks have those
    /// records. (It is said with the next record: a gap that is refused too calls for no other one.)
    fn admit_drops(&mut self, at_ms: u64, now: bool) {
        for (name, records) in self.outlets.take_dropped(now) {
            let detail = format!("the sink `{name}` alone lost its oldest records: it took none");
            let gap = Gap { reason: GapReason::SpoolFull, records, detail, ..Gap::default() };
            self.write(at_ms, Body::from(gap));
        }
        for (name, records, why) in self.outlets.take_refused() {
            let detail = format!("the sink `{name}` will never take them: {why}");
            let gap = Gap { reason: GapReason::SinkRefused, records, detail, ..Gap::default() };
            self.write(at_ms, Body::from(gap));
        }
    }

    /// What is to be certified, once: the key of KMS and the statement.
    pub(crate) fn take_uncertified(&mut self) -> Option<(String, String)> {
        self.uncertified.take()
    }

    /// How far the chain has come, to be kept where this process cannot write it later.
    pub(crate) fn anchor(&self) -> Option<Anchor> {
        let head = self.chain.as_ref()?.head();
        Some(Anchor { chain: head.chain_id(), seq: head.seq, head: *head.hash.as_bytes() })
    }

    /// Writes a checkpoint where the policy wants one now.
    pub(crate) fn seal_where_due(&mut self, clock: &Clock) {
        let Some(chain) = &mut self.chain else { return };
        let now = clock.unix_ms();
        let cadence = Cadence {
            records: self.options.checkpoint_records,
            seconds: self.options.checkpoint_seconds,
        };
        let at_once = match self.options.flush {
            Flush::End => true,
            Flush::Adaptive => self.sparse,
            Flush::Overlap => false,
        };
        self.urgent |= at_once;
        if chain.unsealed() == 0 || !(at_once || chain.checkpoint_due(now, cadence)) {
            return;
        }
        match entropy::<32>() {
            Ok(fresh) => {
                let line = chain.checkpoint(now, fresh);
                self.keep(now, &line);
                self.sparse = false;
            }
            Err(error) => {
                self.failures.push((Kind::SinkUnwritable, format!("no random numbers: {error}")));
            }
        }
    }

    /// Closes the chain.
    pub(crate) fn close(&mut self, clock: &Clock, reason: CloseReason) {
        if self.given_up_count > 0 {
            self.admit_gap(clock.unix_ms());
        }
        self.admit_drops(clock.unix_ms(), true);
        let rest = self.contents.rest();
        self.append(clock.unix_ms(), rest);
        self.write_metrics(clock.unix_ms(), true);
        if let Some(chain) = self.chain.take() {
            let now = clock.unix_ms();
            let line = chain.close(now, reason);
            self.keep(now, &line);
        }
    }

    /// Offers what is left to the sinks within the environment. True when they have taken everything.
    pub(crate) fn ship(&mut self) -> bool {
        let all = self.outlets.ship(&mut self.failures);
        self.compact();
        all
    }

    /// Marks in the journal what was shipped: the last thing a process does.
    pub(crate) fn finish(&mut self) {
        let marks = self.marks();
        let marks = marks.iter().map(|(entry, mark)| (*entry, mark.as_slice()));
        let marks: Vec<_> = marks.chain([(Entry::Ended, b"".as_slice())]).collect();
        if let Some(journal) = &mut self.journal {
            // Without the mark the next process ships the last lines once more: harmless.
            drop(journal.append(&marks));
        }
    }

    /// Rewrites a journal that has grown, keeping what a crash now would still need: the lines
    /// that some sink has not taken, or else the last line, for its head, and the invocations that
    /// are with the function.
    fn compact(&mut self) {
        let Some(journal) = &mut self.journal else { return };
        if !journal.is_large(self.outlets.spool_bytes()) {
            return;
        }
        let shipped = self.outlets.are_empty();
        let last = [(Entry::Line, self.last_line.as_slice()), (Entry::Shipped, b"".as_slice())];
        let lines = self.outlets.spool().map(|line| (Entry::Line, line.bytes.as_ref()));
        let begun = self.begun.values().map(|text| (Entry::Begin, text.as_slice()));
        let last = [STARTED].into_iter().chain(last.into_iter().filter(|_| shipped));
        let failed = journal.rewrite(last.chain(lines).chain(begun)).err();
        if shipped {
            self.outlets.journal_shipped();
        } else {
            self.outlets.journal_rewritten();
        }
        self.fail(Kind::JournalUnwritable, failed);
    }

    /// Whether there is no room for another record.
    pub(crate) fn is_full(&self) -> bool {
        self.outlets.is_full()
    }

    /// An outlet, by its place in the policy.
    pub(crate) fn outlet(&mut self, index: usize) -> Option<&mut Outlet> {
        self.outlets.get(index)
    }

    /// The places in the policy of sinks that the courier carries lines to.
    pub(crate) fn outside(&self) -> Vec<usize> {
        self.outlets.outside().collect()
    }

    /// Whether everything is to be shipped now, and there is something that can be.
    pub(crate) fn is_urgent(&mut self) -> bool {
        self.urgent &= self.outlets.are_worth_waiting_for();
        self.urgent
    }

    /// Sinks that have not taken what was urgent are not waited for until they take something.
    pub(crate) fn wait_no_more(&mut self) {
        self.outlets.wait_no_more();
    }

    /// Whether every sink has everything.
    pub(crate) fn is_all_shipped(&self) -> bool {
        self.outlets.are_empty()
    }

    /// What went wrong since the last call.
    pub(crate) fn take_failures(&mut self) -> Failures {
        std::mem::take(&mut self.failures)
    }

    fn fail(&mut self, kind: Kind, error: Option<std::io::Error>) {
        if let Some(error) = error {
            self.failures.push((kind, error.to_string()));
        }
    }
}

/// The panic that a test asks for, in the writing of an invocation's record.
#[cfg(feature = "plant")]
fn plant(body: &Body) {
    let wanted = std::env::var("TOLLGATE_PLANT");
    let planted = wanted.is_ok_and(|it| it == "record") && matches!(body, Body::Invocation(_));
    assert!(!planted, "planted in the writing of a record");
}

/// A line of the chain as sinks take it.
fn shippable(at_ms: u64, line: &Line) -> Rc<Shippable> {
    Rc::new(Shippable { at_ms, bytes: line.bytes.clone().into() })
}
