//! Leases, callers and orders in the background: what the desk is due goes to the shared tables
//! through the courier, and what comes back goes to the desk. The path never waits for it, but
//! where the policy says so.

use crate::app::App;
use crate::limits::{FIRST_LEASE_WAIT, GIVE_BACK_WAIT};
use crate::ship::opening::entropy;
use std::cell::RefCell;
use std::rc::Rc;
use tokio::sync::Notify;
use tollgate_budget::LeaseId;
use tollgate_budget::store::{Failure, Reply, Request};
use tollgate_link::budget::AskStore;
use tollgate_policy::{Policy, Spending, Stale};

/// What is shared with other environments.
#[derive(Debug, Default)]
pub(crate) struct Lending {
    /// What the policy says of it, where anything is shared.
    spending: RefCell<Option<Rc<Spending>>>,
    /// Tells that an answer has come.
    answered: Notify,
}

impl Lending {
    /// Begins to ask, if this policy shares anything; the first leases are on their way while the
    /// runtime starts.
    pub(crate) fn begin(&self, app: &Rc<App>, policy: &Policy) {
        if policy.spending().is_shared() {
            *self.spending.borrow_mut() = Some(Rc::new(policy.spending().clone()));
            crate::courier::want(app);
            errands(app);
        }
    }

    /// Waits for the first lease, or for orders after a long rest, where the policy says so; not
    /// for long. The event in hand is for the function of this ARN.
    pub(crate) async fn wait(&self, app: &Rc<App>, function_arn: &str) {
        let Some(spending) = self.spending.borrow().clone() else { return };
        app.desk.borrow_mut().turn_to(function_arn);
        let wait = async {
            loop {
                let answered = self.answered.notified();
                if !must_wait(app, &spending) {
                    return;
                }
                errands(app);
                answered.await;
            }
        };
        drop(tokio::time::timeout(FIRST_LEASE_WAIT, wait).await);
    }

    /// Gives unspent leases back, before the environment ends.
    pub(crate) async fn give_back(&self, app: &Rc<App>) {
        let now_ms = app.clock.unix_ms();
        let books = |app: &App| {
            let mut desk = app.desk.borrow_mut();
            desk.books().map(|books| books.give_back(now_ms, id)).unwrap_or_default()
        };
        let work = async {
            for request in books(app) {
                drop(carry(app, request).await);
            }
        };
        drop(tokio::time::timeout(GIVE_BACK_WAIT, work).await);
    }
}

/// Sends what is due now, each in a task of its own.
pub(crate) fn errands(app: &Rc<App>) {
    if app.lending.spending.borrow().is_none() {
        return;
    }
    let now_ms = app.clock.unix_ms();
    let mut desk = app.desk.borrow_mut();
    let mut requests = desk.books().map(|books| books.due(now_ms, id)).unwrap_or_default();
    requests.extend(desk.orders().and_then(|orders| orders.due(now_ms, id)));
    drop(desk);
    for request in requests {
        let app = Rc::clone(app);
        tokio::task::spawn_local(async move {
            let reply = carry(&app, request).await;
            let now_ms = app.clock.unix_ms();
            let mut desk = app.desk.borrow_mut();
            let taken = desk.orders().is_some_and(|orders| orders.answered(&reply, now_ms));
            if let Some(books) = desk.books().filter(|_| !taken) {
                books.answered(&reply, now_ms);
            }
            app.lending.answered.notify_waiters();
        });
    }
}

fn must_wait(app: &App, spending: &Spending) -> bool {
    let now_ms = app.clock.unix_ms();
    let mut desk = app.desk.borrow_mut();
    let stale = spending.orders.stale == Stale::Wait
        && desk.orders().is_some_and(|orders| orders.is_stale(now_ms));
    stale || desk.books().is_some_and(|books| books.waits(now_ms))
}

/// One errand and its answer, which says so where nobody knows.
async fn carry(app: &App, request: Request) -> Reply {
    let id = request.id();
    let spending = app.lending.spending.borrow().clone();
    let table = spending.as_ref().and_then(|spending| match request {
        Request::Orders(_) => spending.tables.orders.clone(),
        _ => spending.tables.budgets.clone(),
    });
    let Some(table) = table else { return Reply::failed(id, Failure::Rejected) };
    let region = spending.and_then(|spending| spending.tables.region.clone());
    let anchor = matches!(request, Request::Lease(_)).then(|| app.recorder.anchor()).flatten();
    let asked = app.courier.ask(AskStore { table, region, anchor, request }).await;
    match asked {
        Ok(reply) => reply,
        Err(error) => {
            app.log.debug(&format!("a shared table was not asked: {error}"));
            Reply::failed(id, Failure::Unreachable)
        }
    }
}

fn id() -> LeaseId {
    // Without randomness there is no lease: the store would refuse a name that was used.
    LeaseId(entropy::<16>().map_or(0, u128::from_ne_bytes))
}
