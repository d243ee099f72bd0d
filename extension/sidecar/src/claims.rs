//! What may be used once in the whole fleet: claimed in the shared table before its event goes to
//! the function, kept there when that answered with success, given up when it did not.

use crate::app::App;
use crate::courier::{self, Unavailable};
use crate::journey::decide;
use crate::limits::{CLAIM_SLACK_S, CLAIM_TIME, DEADLINE_RESERVE};
use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;
use tokio::sync::Notify;
use tollgate_event::RawEvent;
use tollgate_link::budget::{MarkSeen, MarkStep, Marked};
use tollgate_policy::{Claimed, Ended, Once, Policy, Ticket, Verdict};

/// Marks whose last word is on its way.
#[derive(Debug, Default)]
pub(crate) struct Claims {
    under_way: Cell<usize>,
    none_left: Notify,
}

impl Claims {
    /// Waits until the table has the last word on every mark.
    pub(crate) async fn settled(&self) {
        loop {
            let none_left = self.none_left.notified();
            if self.under_way.get() == 0 {
                return;
            }
            none_left.await;
        }
    }

    fn begin(&self) {
        self.under_way.set(self.under_way.get() + 1);
    }

    fn end(&self) {
        self.under_way.set(self.under_way.get().saturating_sub(1));
        if self.under_way.get() == 0 {
            self.none_left.notify_waiters();
        }
    }
}

/// Whether a verdict hangs on claims, so that it takes a while.
pub(crate) fn hangs_on(app: &App, verdict: &Verdict) -> bool {
    matches!(verdict, Verdict::Granted(granted) if !app.desk.borrow().once(granted.ticket()).is_empty())
}

/// Claims what a granted event may use once only. Where that fails, what it owes is withdrawn and
/// `again`, the same event, is decided anew: now it finds used what others have.
pub(crate) async fn claim(
    app: &Rc<App>,
    policy: &Policy,
    verdict: Verdict,
    again: Option<RawEvent>,
    received_ms: u64,
) -> Verdict {
    let (Verdict::Granted(granted), Some(again)) = (&verdict, again) else { return verdict };
    let wanted = app.desk.borrow().once(granted.ticket());
    let invocation = again.invocation();
    let until_s = invocation.deadline_ms.div_ceil(1000).saturating_add(CLAIM_SLACK_S);
    let left = invocation.deadline_ms.saturating_sub(app.clock.unix_ms());
    let time = Duration::from_millis(left).saturating_sub(DEADLINE_RESERVE).min(CLAIM_TIME);
    let mut claimed = Vec::with_capacity(wanted.len());
    for once in wanted {
        let step = (MarkStep::Claim, until_s.min(once.ends_ms.div_ceil(1000)));
        let asked = mark(app, policy, &once, &invocation.request_id, step, time).await;
        let outcome = match asked {
            Ok(Marked { first: true }) => Claimed::Ours,
            Ok(Marked { first: false }) => Claimed::Taken,
            Err(error) => {
                app.log.warn(&format!("whether an event is a replay is not known: {error}"));
                Claimed::Unknown
            }
        };
        claimed.push((once, outcome));
        if outcome != Claimed::Ours {
            break;
        }
    }
    if claimed.iter().all(|(_, outcome)| *outcome == Claimed::Ours) {
        return verdict;
    }
    give_up(app, policy, verdict, &claimed, &invocation.request_id, received_ms);
    decide(app, again, policy, received_ms)
}

/// One claim failed: what was granted is taken back, and so are the other claims.
fn give_up(
    app: &Rc<App>,
    policy: &Policy,
    verdict: Verdict,
    claimed: &[(Once, Claimed)],
    by: &str,
    now_ms: u64,
) {
    let Verdict::Granted(mut granted) = verdict else { return };
    app.desk.borrow_mut().withdraw_claimed(granted.take_ticket(), claimed, now_ms);
    for (once, outcome) in claimed {
        if *outcome != Claimed::Taken {
            tell(app, policy, once, by, MarkStep::Free);
        }
    }
}

/// A granted event does not go to the function after all: it owes nothing, and its claims are
/// given up.
pub(crate) fn withdraw(app: &Rc<App>, policy: &Policy, ticket: Ticket, request_id: &str) {
    let once = app.desk.borrow().once(&ticket);
    for once in once {
        tell(app, policy, &once, request_id, MarkStep::Free);
    }
    app.desk.borrow_mut().withdraw(ticket, app.clock.unix_ms());
}

/// An invocation ended that may have claims: its last word on them goes out, and is waited for
/// before the environment may be frozen.
pub(crate) fn settle(app: &Rc<App>, ticket: &Ticket, request_id: &str, outcome: Ended) {
    let once = app.desk.borrow().once(ticket);
    if once.is_empty() {
        return;
    }
    let Some(policy) = app.gate.compiled() else { return };
    for once in once {
        let is_used = outcome == Ended::Success && !once.failed;
        let step = if is_used { MarkStep::Keep } else { MarkStep::Free };
        tell(app, &policy, &once, request_id, step);
    }
}

fn tell(app: &Rc<App>, policy: &Policy, once: &Once, by: &str, step: MarkStep) {
    let ends_s = once.ends_ms.div_ceil(1000);
    let asking = question(app, policy, once, by, (step, ends_s));
    let Some(question) = asking else { return };
    app.claims.begin();
    let app = Rc::clone(app);
    tokio::task::spawn_local(async move {
        if let Err(error) = courier::ask_within(&app, question, CLAIM_TIME).await {
            app.log.warn(&format!("a mark against replays was not settled: {error}"));
        }
        app.claims.end();
    });
}

async fn mark(
    app: &Rc<App>,
    policy: &Policy,
    once: &Once,
    by: &str,
    step: (MarkStep, u64),
    time: Duration,
) -> Result<Marked, Unavailable> {
    let question = question(app, policy, once, by, step).ok_or(Unavailable::Full)?;
    courier::ask_within(app, question, time).await
}

/// None where the policy names no table, which it cannot be compiled without.
fn question(
    app: &App,
    policy: &Policy,
    once: &Once,
    by: &str,
    (step, expires_s): (MarkStep, u64),
) -> Option<MarkSeen> {
    let tables = &policy.spending().tables;
    Some(MarkSeen {
        table: tables.budgets.clone()?,
        region: tables.region.clone(),
        key: once.key.clone(),
        now_s: app.clock.unix_ms() / 1000,
        expires_s,
        by: by.to_owned(),
        step,
    })
}
