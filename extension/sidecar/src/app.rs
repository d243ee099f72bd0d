//! What the tasks of the process share. One thread runs them all, so nothing here is locked.

use crate::claims::{self, Claims};
use crate::clock::Clock;
use crate::courier::Courier;
use crate::gate::Gate;
use crate::invocations::{Invocations, Landed};
use crate::keys::Keys;
use crate::lending::Lending;
use crate::lifecycle::coverage::Coverage;
use crate::lifecycle::presence::Presence;
use crate::limits::PROXY_CONNECTIONS_MAX;
use crate::observe::findings::Kind;
use crate::observe::log::Log;
use crate::proxy::leaks::Secrets;
use crate::proxy::polls::Polls;
use crate::proxy::seats::Seats;
use crate::ship::books::BooksFile;
use crate::ship::recorder::Recorder;
use crate::upstream::Upstream;
use crate::watchdog::leftovers::Remains;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use tokio::sync::Notify;
use tollgate_config::Settings;
use tollgate_config::settings::Initialization;
use tollgate_lambda_api::extensions::Registered;
use tollgate_lambda_api::telemetry;
use tollgate_policy::{Bill, Desk, StreamHint};

/// The shared state of the process.
#[derive(Debug)]
pub(crate) struct App {
    /// What the environment told us.
    pub(crate) settings: Settings,
    /// The one source of time.
    pub(crate) clock: Clock,
    /// Our own log.
    pub(crate) log: Log,
    /// Lambda's local API.
    pub(crate) upstream: Upstream,
    /// The policy, once compiled.
    pub(crate) gate: Gate,
    /// What this environment knows and remembers.
    pub(crate) desk: RefCell<Desk>,
    /// Invocations that are with the function.
    pub(crate) invocations: RefCell<Invocations>,
    /// The runtime's polls.
    pub(crate) polls: Polls,
    /// What must not get out.
    pub(crate) secrets: Secrets,
    /// What invocations leave behind.
    pub(crate) remains: Remains,
    /// The runtime's connections.
    pub(crate) runtime: Presence,
    /// Their places.
    pub(crate) seats: Rc<Seats>,
    /// Invocations that seem to go around the proxy.
    pub(crate) coverage: Coverage,
    /// Keys that must be fetched.
    pub(crate) keys: Keys,
    /// What is shared with other environments.
    pub(crate) lending: Lending,
    /// Marks against replays.
    pub(crate) claims: Claims,
    /// The books in the state directory.
    pub(crate) books: BooksFile,
    /// Who speaks to the outside for us.
    pub(crate) courier: Courier,
    /// The ledger's writer.
    pub(crate) recorder: Recorder,
    /// Whether the function's last reply was streamed.
    pub(crate) last_reply_streamed: Cell<Option<bool>>,
    /// Whether the platform delivers telemetry.
    pub(crate) telemetry_on: Cell<bool>,
    /// What `register` said of the function.
    pub(crate) registered: RefCell<Registered>,
    /// Tells that a bill arrived.
    pub(crate) report_arrived: Notify,
    /// Tells that the shutdown work is done.
    pub(crate) done: Notify,
}

impl App {
    /// The state of a process that has seen nothing yet.
    pub(crate) fn new(settings: Settings) -> Self {
        Self {
            log: Log::new(settings.log),
            upstream: Upstream::new(&settings.runtime_api),
            settings,
            clock: Clock::default(),
            gate: Gate::default(),
            desk: RefCell::default(),
            invocations: RefCell::default(),
            polls: Polls::default(),
            secrets: Secrets::default(),
            remains: Remains::default(),
            runtime: Presence::default(),
            seats: Seats::new(PROXY_CONNECTIONS_MAX),
            coverage: Coverage::default(),
            keys: Keys::default(),
            lending: Lending::default(),
            claims: Claims::default(),
            books: BooksFile::default(),
            courier: Courier::default(),
            recorder: Recorder::default(),
            last_reply_streamed: Cell::default(),
            telemetry_on: Cell::default(),
            registered: RefCell::default(),
            report_arrived: Notify::new(),
            done: Notify::new(),
        }
    }

    /// Whether many invocations run at once and nothing is ever frozen.
    pub(crate) fn is_managed_instances(&self) -> bool {
        self.settings.initialization == Initialization::ManagedInstances
    }

    /// Whether this process is part of a snapshot until it is restored.
    pub(crate) fn is_snapshotted(&self) -> bool {
        self.settings.initialization == Initialization::SnapStart
    }

    /// An invocation has ended: what it owes is settled, and its record is on its way.
    pub(crate) fn land(self: &Rc<Self>, landed: Landed) {
        let Landed { mut record, ticket, watch } = landed;
        if let Some(watch) = watch {
            watch.complete(&mut record, &self.clock);
        }
        if let Some(detail) = self.secrets.went_out(&record, self.clock.unix_ms()) {
            self.recorder.find(&self.clock, Kind::Egress, Some(&record.request_id), &detail);
        }
        if let Some(ticket) = ticket {
            let ending = Landed::ending(&record);
            claims::settle(self, &ticket, &record.request_id, ending.outcome);
            let settled = self.desk.borrow_mut().settle(ticket, &ending);
            if let (Some(cost), Some(settled)) = (&mut record.cost, settled.cost) {
                cost.estimated_picodollars = Some(settled.narrow());
            }
            self.books.keep(self);
        }
        self.recorder.land(&self.clock, record);
        self.pass_notices_on();
    }

    /// Lambda's bill for an invocation.
    pub(crate) fn bill(&self, report: telemetry::Report) {
        let metrics = &report.metrics;
        let billed = self.desk.borrow_mut().bill(&Bill {
            request_id: &report.request_id,
            billed_ms: metrics.billed_duration_ms,
            memory_mb: metrics.memory_size_mb,
            init_ms: metrics.init_duration_ms,
            restore_ms: metrics.restore_duration_ms,
            at_ms: self.clock.unix_ms(),
        });
        self.recorder.bill(&self.clock, report, billed);
        self.pass_notices_on();
    }

    /// What the desk has to say becomes findings.
    fn pass_notices_on(&self) {
        for notice in self.desk.borrow_mut().take_notices() {
            self.recorder.notice(&self.clock, notice);
        }
    }

    /// What is known of the form that the front end expects.
    pub(crate) fn stream_hint(&self) -> StreamHint {
        StreamHint { last_reply_streamed: self.last_reply_streamed.get() }
    }
}
