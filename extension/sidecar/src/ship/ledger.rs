//! The chain with its journal and its sink: a line is chained, journalled, then shipped.

use crate::app::App;
use crate::clock::Clock;
use crate::limits::JOURNAL_ADOPT_BYTES_MAX;
use crate::observe::findings::Kind;
use crate::ship::contents::Contents;
use crate::ship::journal::{Entry, Journal};
use crate::ship::opening::{self, entropy};
use crate::ship::recovery::Estate;
use crate::ship::sink::{self, Sink};
use bytes::Bytes;
use std::collections::HashMap;
use tollgate_ledger::record::{Body, CloseReason, Gap, GapReason, Invocation};
use tollgate_ledger::{Cadence, Chain, Line};
use tollgate_policy::{Flush, Format, LedgerOptions, Policy, Sink as SinkOption};

/// Invocations further apart than this are sealed one by one (`flush: adaptive`): the
/// environment may be gone before the next one. Milliseconds.
const SPARSE_MS: u64 = 1_000;

/// What has to be said of the ledger itself.
pub(crate) type Failures = Vec<(Kind, String)>;

/// The ledger of this process.
pub(crate) struct Ledger {
    chain: Option<Chain>,
    journal: Option<Journal>,
    sink: Sink,
    options: LedgerOptions,
    contents: Contents,
    policy: String,
    mode: &'static str,
    estate: Estate,
    /// Invocations whose end is not written yet, as journalled.
    begun: HashMap<String, Vec<u8>>,
    last_line: Vec<u8>,
    shipped: bool,
    sparse: bool,
    last_invocation_ms: u64,
    given_up: Vec<String>,
    given_up_count: u64,
    failures: Failures,
}

impl std::fmt::Debug for Ledger {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // Keys stay out of every message.
        out.debug_struct("Ledger").field("sink", &self.sink).finish_non_exhaustive()
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
        let sink = opening::sink(&options).unwrap_or_else(|error| {
            failures.push((Kind::SinkUnwritable, format!("{error}; records go to stdout")));
            Sink::stdout()
        });
        let (contents, complaint) = Contents::new(&options);
        failures.extend(complaint.map(|detail| (Kind::PolicyInvalid, detail)));
        let shipped = estate.lines.is_empty();
        let ledger = Self {
            chain: None,
            journal,
            sink,
            options,
            contents,
            policy: policy.digest().to_string(),
            mode: policy.mode().as_str(),
            estate,
            begun: HashMap::new(),
            last_line: Vec::new(),
            shipped,
            sparse: false,
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
        let estate = std::mem::take(&mut self.estate);
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
        self.chain = Some(chain);
        for adopted in &estate.lines {
            self.sink.push(adopted);
        }
        self.start_journal(&estate, &line);
        self.take_up(at_ms, estate);
    }

    /// The new journal begins with what a crash now would still need: unshipped lines,
    /// invocations that nobody recorded, and those that are with the function.
    fn start_journal(&mut self, estate: &Estate, open: &Line) {
        let lost: Vec<Vec<u8>> =
            estate.lost.iter().filter_map(|record| serde_json::to_vec(record).ok()).collect();
        let begun = lost.iter().chain(self.begun.values()).map(|text| (Entry::Begin, text));
        let lines = estate.lines.iter().chain([&open.bytes]).map(|line| (Entry::Line, line));
        let entries = lines.chain(begun).map(|(entry, payload)| (entry, payload.as_slice()));
        let failed = self.journal.as_mut().and_then(|journal| journal.rewrite(entries).err());
        self.fail(Kind::JournalUnwritable, failed);
        self.sink.push(&open.bytes);
        self.shipped = false;
    }

    fn take_up(&mut self, now: u64, estate: Estate) {
        if estate.damaged {
            let detail = "the journal of the process before could not be read in full".to_owned();
            self.write(
                now,
                Body::from(Gap { reason: GapReason::JournalDamaged, detail, ..Gap::default() }),
            );
        }
        for invocation in estate.lost {
            self.write(now, Body::from(invocation));
        }
    }

    /// Journals a release. Gives back why it could not.
    pub(crate) fn journal_release(&mut self, record: &Invocation) -> Option<String> {
        let text = serde_json::to_vec(record).ok()?;
        let shipped = (Entry::Shipped, b"".as_slice());
        let begin = (Entry::Begin, text.as_slice());
        // The mark that all lines are shipped rides along: a write of its own would cost more.
        let entries = if self.shipped { &[shipped, begin][..] } else { &[begin][..] };
        let failed = self.journal.as_mut()?.append(entries).err();
        self.begun.insert(record.request_id.clone(), text);
        failed.map(|error| error.to_string())
    }

    /// Chains, journals and queues one record.
    pub(crate) fn write(&mut self, at_ms: u64, mut body: Body) {
        if self.given_up_count > 0 {
            self.admit_gap(at_ms);
        }
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
            if let Some(chain) = &mut self.chain {
                let line = chain.append(at_ms, body);
                self.keep(&line);
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

    fn keep(&mut self, line: &Line) {
        let failed = match &mut self.journal {
            Some(journal) => journal.append(&[(Entry::Line, &line.bytes)]).err(),
            None => None,
        };
        self.fail(Kind::JournalUnwritable, failed);
        self.sink.push(&line.bytes);
        self.last_line.clear();
        self.last_line.extend_from_slice(&line.bytes);
        self.shipped = false;
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

    /// Writes metrics where they are due. They go to standard output, whatever the sink is: the
    /// function's log group makes metrics of them.
    pub(crate) fn write_metrics(&mut self, now_ms: u64, last: bool) {
        let backlog = self.sink.backlog_bytes();
        let Some(line) = self.contents.metrics(now_ms, backlog, last) else { return };
        match self.options.sink {
            SinkOption::Stdout => self.sink.push(&line),
            // Only a line that fits goes out whole and at once.
            SinkOption::File { .. } => sink::write_line(&line),
        }
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
        if chain.unsealed() == 0 || !(at_once || chain.checkpoint_due(now, cadence)) {
            return;
        }
        match entropy::<32>() {
            Ok(fresh) => {
                let line = chain.checkpoint(now, fresh);
                self.keep(&line);
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
        let rest = self.contents.rest();
        self.append(clock.unix_ms(), rest);
        self.write_metrics(clock.unix_ms(), true);
        if let Some(chain) = self.chain.take() {
            let line = chain.close(clock.unix_ms(), reason);
            self.keep(&line);
        }
    }

    /// Offers what is left to the sink. True when it has taken everything.
    pub(crate) fn ship(&mut self) -> bool {
        let all = self.sink.ship();
        if let Some(failure) = self.sink.take_failure()
            && self.failures.is_empty()
        {
            self.failures.push((Kind::SinkUnwritable, failure));
        }
        if all && !self.shipped {
            self.shipped = true;
            self.compact();
        }
        all
    }

    /// Marks in the journal that everything was shipped: the last thing a process does.
    pub(crate) fn finish(&mut self) {
        if let Some(journal) = self.journal.as_mut().filter(|_| self.shipped) {
            // Without the mark the next process ships the last lines once more: harmless.
            drop(journal.append(&[(Entry::Shipped, b"")]));
        }
    }

    /// Rewrites a journal that has grown, keeping what a crash now would still need: the last
    /// line, for its head, and the invocations that are with the function.
    fn compact(&mut self) {
        let Some(journal) = &mut self.journal else { return };
        if !journal.is_large() {
            return;
        }
        let last = (Entry::Line, self.last_line.as_slice());
        let begun = self.begun.values().map(|text| (Entry::Begin, text.as_slice()));
        let entries = [last, (Entry::Shipped, b"".as_slice())].into_iter().chain(begun);
        let failed = journal.rewrite(entries).err();
        self.fail(Kind::JournalUnwritable, failed);
    }

    /// Bytes that the sink has not taken.
    pub(crate) fn backlog_bytes(&self) -> usize {
        self.sink.backlog_bytes()
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
