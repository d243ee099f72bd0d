//! The ledger's one writer: gathers what happened, and turns it into lines behind the path.

use crate::app::App;
use crate::clock::Clock;
use crate::invocations::Flight;
use crate::limits::{END_GRACE, LINGER_BYTES, LINGER_MS, RECORD_GRACE};
use crate::observe::findings::{Brakes, Kind};
use crate::ship::certify;
use crate::ship::ledger::Ledger;
use crate::ship::outlet::Outlet;
use bytes::Bytes;
use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;
use std::time::Duration;
use tokio::sync::Notify;
use tollgate_lambda_api::telemetry;
use tollgate_ledger::record::{
    Body, Certificate, CloseReason, Cost, Finding, Invocation, Report, Severity,
};
use tollgate_link::budget::Anchor;
use tollgate_link::sink::{Deliver, Delivered, Line};
use tollgate_policy::{Notice, Policy, Priced, Weight};

/// How long to wait before offering bytes again to a sink that took none.
const SINK_RETRY: Duration = Duration::from_millis(5);

/// Takes notes on the path, writes records behind it.
#[derive(Debug, Default)]
pub(crate) struct Recorder {
    queue: RefCell<VecDeque<(u64, Body)>>,
    brakes: RefCell<Brakes>,
    ledger: RefCell<Option<Ledger>>,
    work: Notify,
    poll_out: Notify,
    poll_awaited: Cell<bool>,
    /// Whether nobody holds the environment for the open invocation.
    unheld: Cell<bool>,
    may_open: Cell<bool>,
    closed: Cell<bool>,
    settled: Notify,
    /// Tells carriers that there may be something to carry.
    written: Notify,
    /// Tells that a carrier's attempt is over.
    attempted: Notify,
    closing: Cell<bool>,
}

impl Recorder {
    /// Takes up what the process before left, and readies the ledger as the policy says.
    pub(crate) fn start(&self, app: &App, policy: &Policy) {
        let (ledger, findings) = Ledger::start(app, policy);
        *self.ledger.borrow_mut() = Some(ledger);
        for (kind, detail) in findings {
            self.find(&app.clock, kind, None, &detail);
        }
        self.may_open.set(!app.is_snapshotted());
        if !self.outside().is_empty() {
            // The first line warms the way to the outside while the runtime starts.
            self.work.notify_one();
        }
    }

    /// The environment was restored from a snapshot. A key made before would be shared by every
    /// copy of it, so with SnapStart nothing is written until then, or until an event comes.
    pub(crate) fn restored(&self) {
        self.may_open.set(true);
        self.work.notify_one();
    }

    /// Journals a release, before the event goes to the runtime.
    pub(crate) fn journal_release(&self, app: &App, flight: &Flight) {
        self.may_open.set(true);
        let failure = self
            .ledger
            .borrow_mut()
            .as_mut()
            .and_then(|ledger| ledger.journal_release(flight.record()));
        if let Some(detail) = failure {
            self.find(&app.clock, Kind::JournalUnwritable, None, &detail);
        }
    }

    /// Whether records hold content of events.
    pub(crate) fn wants_events(&self) -> bool {
        self.ledger.borrow().as_ref().is_some_and(Ledger::wants_events)
    }

    /// How far the ledger has come; nothing where no chain is open.
    pub(crate) fn anchor(&self) -> Option<Anchor> {
        self.ledger.borrow().as_ref()?.anchor()
    }

    /// Keeps an event until its record is written.
    pub(crate) fn hold(&self, request_id: &str, event: Bytes) {
        if let Some(ledger) = self.ledger.borrow_mut().as_mut() {
            ledger.hold(request_id, event);
        }
    }

    /// Notes the end of an invocation.
    pub(crate) fn land(&self, clock: &Clock, record: Invocation) {
        self.may_open.set(true);
        self.poll_awaited.set(true);
        self.note(clock, Body::from(record));
    }

    /// Notes a bill.
    pub(crate) fn bill(&self, clock: &Clock, report: telemetry::Report, billed: Option<Priced>) {
        let metrics = report.metrics;
        self.note(
            clock,
            Body::from(Report {
                request_id: report.request_id,
                status: report.status,
                duration_ms: metrics.duration_ms,
                billed_duration_ms: metrics.billed_duration_ms,
                memory_size_mb: metrics.memory_size_mb,
                max_memory_used_mb: metrics.max_memory_used_mb,
                init_duration_ms: metrics.init_duration_ms,
                restore_duration_ms: metrics.restore_duration_ms,
                error_type: report.error_type,
                cost: billed.map(Cost::from),
                ..Report::default()
            }),
        );
    }

    /// Notes a finding, unless too many of its kind came within the minute.
    pub(crate) fn find(&self, clock: &Clock, kind: Kind, request_id: Option<&str>, detail: &str) {
        let Some(count) = self.brakes.borrow_mut().pass(kind, clock.unix_ms()) else {
            return;
        };
        self.note(
            clock,
            Body::from(Finding {
                id: kind.id().to_owned(),
                severity: kind.severity(),
                request_id: request_id.map(str::to_owned),
                caller: None,
                detail: detail.to_owned(),
                count: u64::from(count),
            }),
        );
    }

    /// Notes what the desk has to say.
    pub(crate) fn notice(&self, clock: &Clock, notice: Notice) {
        let Notice { id, weight, request_id, detail } = notice;
        let severity = match weight {
            Weight::Informational => Severity::Informational,
            Weight::Low => Severity::Low,
            Weight::Medium => Severity::Medium,
            Weight::High => Severity::High,
        };
        let id = id.to_owned();
        self.note(
            clock,
            Body::from(Finding { id, severity, request_id, detail, caller: None, count: 1 }),
        );
    }

    /// Notes what a key of KMS says of the chain.
    pub(crate) fn certified(&self, clock: &Clock, certificate: Certificate) {
        self.note(clock, Body::from(certificate));
    }

    fn note(&self, clock: &Clock, body: Body) {
        self.queue.borrow_mut().push_back((clock.unix_ms(), body));
        self.work.notify_one();
    }

    /// The runtime's poll is on its way to Lambda: records may be written now.
    pub(crate) fn poll_is_out(&self) {
        if self.poll_awaited.replace(false) {
            self.poll_out.notify_waiters();
        }
    }

    /// Waits for the runtime's next poll, so that writing never delays it. On classic whoever
    /// holds the environment open sees to it that this ends; where nothing does, a moment is
    /// enough. (A timer costs a system call on the path of each invocation.)
    async fn let_the_poll_go_first(&self, bounded: bool) {
        let poll_out = self.poll_out.notified();
        if !self.poll_awaited.get() {
            return;
        }
        if bounded {
            // Either way the records are written next.
            drop(tokio::time::timeout(RECORD_GRACE, poll_out).await);
        } else {
            poll_out.await;
        }
    }

    /// Writes what is noted, and stops waiting for a poll that will not come: when this returns,
    /// nothing is pending.
    pub(crate) fn write_now(&self, app: &Rc<App>) {
        self.poll_is_out();
        if !self.queue.borrow().is_empty() {
            self.write(app);
        }
    }

    /// Says whether the environment runs on until the open invocation's record is written. It does
    /// not where the runtime seemed to be gone, as one seems that closes its connections between
    /// calls.
    pub(crate) fn hold_environment(&self, held: bool) {
        self.unheld.set(!held);
    }

    /// The runtime's next poll is about to go out, and the environment may be frozen once it has:
    /// what nobody holds the environment for is written before.
    pub(crate) fn before_poll(&self, app: &Rc<App>) {
        if self.unheld.get() {
            self.write_now(app);
        }
    }

    /// Writes all notes as ledger lines and offers them to the sink.
    pub(crate) fn write(&self, app: &Rc<App>) {
        self.poll_awaited.set(false);
        if self.closed.get() {
            return;
        }
        let (mut findings, mut uncertified) = (Vec::new(), None);
        if let Some(ledger) = self.ledger.borrow_mut().as_mut().filter(|_| self.may_open.get()) {
            // A chain is no younger than what it tells of.
            let first = self.queue.borrow().front().map(|(at_ms, _)| *at_ms);
            ledger.open_chain(app, first.unwrap_or_else(|| app.clock.unix_ms()));
            for (at_ms, body) in self.queue.borrow_mut().drain(..) {
                if ledger.is_full() {
                    ledger.give_up(&body);
                } else {
                    ledger.write_or_admit(at_ms, body);
                }
            }
            ledger.seal_where_due(&app.clock);
            ledger.write_metrics(app.clock.unix_ms(), false);
            findings = ledger.take_failures();
            uncertified = ledger.take_uncertified();
        }
        if let Some((key, statement)) = uncertified {
            certify::begin(app, key, statement);
        }
        for (kind, detail) in findings {
            app.log.error(&format!("{}: {detail}", kind.id()));
            self.find(&app.clock, kind, None, &detail);
        }
        self.ship();
        self.settled.notify_waiters();
        self.written.notify_waiters();
    }

    /// Offers what is left to the sink. True when it has taken everything.
    pub(crate) fn ship(&self) -> bool {
        self.ledger.borrow_mut().as_mut().is_none_or(Ledger::ship)
    }

    /// Leaves the journal in order for the process that follows.
    pub(crate) fn finish(&self) {
        if let Some(ledger) = self.ledger.borrow_mut().as_mut() {
            ledger.finish();
        }
    }

    /// Waits until an invocation has ended and its record is written.
    pub(crate) async fn settled(&self, app: &App, request_id: &str) {
        loop {
            let settled = self.settled.notified();
            if app.invocations.borrow().has_ended(request_id) && self.queue.borrow().is_empty() {
                return;
            }
            settled.await;
        }
    }

    /// The places in the policy of sinks that the courier carries lines to.
    pub(crate) fn outside(&self) -> Vec<usize> {
        self.ledger.borrow().as_ref().map(Ledger::outside).unwrap_or_default()
    }

    /// Waits until a sink has lines that are worth a request: soon, unless they are urgent, so
    /// that a busy function's records travel together.
    pub(crate) async fn worth_sending(&self, clock: &Clock, outlet: usize) {
        loop {
            let written = self.written.notified();
            let Some(age_ms) = self.age_ms(clock, outlet) else {
                written.await;
                continue;
            };
            if age_ms >= LINGER_MS || self.is_urgent() || self.closing.get() {
                return;
            }
            let rest = Duration::from_millis(LINGER_MS.saturating_sub(age_ms));
            // Either way it is looked at again.
            drop(tokio::time::timeout(rest, written).await);
        }
    }

    /// How long the oldest line of a sink has waited; none where there is none. Enough lines are as
    /// good as old ones.
    fn age_ms(&self, clock: &Clock, outlet: usize) -> Option<u64> {
        self.at_outlet(outlet, |outlet| {
            let oldest = outlet.lines().front()?;
            let age_ms = clock.unix_ms().saturating_sub(oldest.at_ms);
            Some(if outlet.bytes() >= LINGER_BYTES { LINGER_MS } else { age_ms })
        })?
    }

    fn at_outlet<T>(&self, index: usize, act: impl FnOnce(&mut Outlet) -> T) -> Option<T> {
        self.ledger.borrow_mut().as_mut()?.outlet(index).map(act)
    }

    /// The next lines of a sink, for the courier.
    pub(crate) fn batch(&self, outlet: usize) -> Option<Deliver> {
        self.at_outlet(outlet, Outlet::batch)?
    }

    /// The courier has delivered lines of a batch.
    pub(crate) fn delivered(&self, outlet: usize, batch: &[Line], delivered: &Delivered) {
        let done = usize::try_from(delivered.done).unwrap_or(usize::MAX);
        self.at_outlet(outlet, |outlet| {
            outlet.delivered(batch, done);
            outlet.refused(delivered.rejected, &delivered.note);
        });
        self.ship();
        self.attempted.notify_waiters();
    }

    /// The courier could not deliver: the sink's name, and whether that is news.
    pub(crate) fn not_delivered(&self, outlet: usize) -> (&'static str, bool) {
        let news = self.at_outlet(outlet, Outlet::failed).unwrap_or(false);
        self.attempted.notify_waiters();
        (self.outlet_name(outlet), news)
    }

    /// A sink's name in messages.
    pub(crate) fn outlet_name(&self, outlet: usize) -> &'static str {
        self.at_outlet(outlet, |outlet| outlet.name).unwrap_or("")
    }

    fn is_urgent(&self) -> bool {
        self.ledger.borrow_mut().as_mut().is_some_and(Ledger::is_urgent)
    }

    /// Waits until what is urgent has been delivered. A sink that takes too long is not waited for
    /// again until it has taken something.
    pub(crate) async fn shipped_where_urgent(&self) {
        let shipped = async {
            loop {
                let attempted = self.attempted.notified();
                if !self.is_urgent() {
                    return;
                }
                attempted.await;
            }
        };
        if tokio::time::timeout(END_GRACE, shipped).await.is_err()
            && let Some(ledger) = self.ledger.borrow_mut().as_mut()
        {
            ledger.wait_no_more();
        }
    }

    /// Waits a while, but not while the environment is being shut down: then every sink gets a last
    /// attempt soon.
    pub(crate) async fn unless_closing(&self, wait: Duration) {
        let rest = if self.closing.get() { wait.min(SINK_RETRY * 10) } else { wait };
        let closing = async {
            while !self.closing.get() {
                self.written.notified().await;
            }
        };
        tokio::select! {
            () = tokio::time::sleep(rest) => {}
            () = closing, if !self.closing.get() => {}
        }
    }

    /// Waits until every sink has everything.
    pub(crate) async fn all_shipped(&self) {
        self.closing.set(true);
        self.written.notify_waiters();
        loop {
            let attempted = self.attempted.notified();
            let here = self.ship();
            if here && self.ledger.borrow().as_ref().is_none_or(Ledger::is_all_shipped) {
                return;
            }
            // A sink within the environment does not tell when it takes more.
            drop(tokio::time::timeout(SINK_RETRY, attempted).await);
        }
    }

    /// Writes the last records and closes the chain.
    pub(crate) fn close(&self, app: &Rc<App>, reason: CloseReason) {
        self.write(app);
        if let Some(ledger) = self.ledger.borrow_mut().as_mut() {
            ledger.close(&app.clock, reason);
        }
        self.closed.set(true);
    }
}

/// Writes records behind the path, for as long as the process lives: after the runtime's next
/// poll has gone out, or a moment later where there is none.
pub(crate) async fn write_behind(app: Rc<App>) {
    let recorder = &app.recorder;
    app.gate.policy().await;
    loop {
        // A sink that takes nothing must not keep records from being chained and journalled.
        if recorder.ship() {
            recorder.work.notified().await;
        } else {
            drop(tokio::time::timeout(SINK_RETRY, recorder.work.notified()).await);
        }
        recorder.let_the_poll_go_first(app.is_managed_instances()).await;
        recorder.write(&app);
        look_at_leftovers(&app).await;
    }
}

/// What the invocation left behind is looked for once its record is out of the way.
async fn look_at_leftovers(app: &App) {
    let wanted = app.gate.policy().await.leftovers();
    if wanted.any() && !app.is_managed_instances() {
        app.remains.look(app, wanted);
    }
}
