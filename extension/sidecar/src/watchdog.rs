//! The watchdog: holds invocations to their ceilings while the function runs, and ends those that
//! meet one. An invocation without ceilings never comes here.

mod kill;
pub(crate) mod leftovers;
mod memory;
pub(crate) mod processes;
mod watch;

use crate::app::App;
use crate::clock::Stopwatch;
use crate::invocations::Flight;
use crate::observe::findings::Kind;
use crate::proxy::answer::{self, AnswerError};
use crate::proxy::callback;
use std::rc::Rc;
use tollgate_ledger::record::{Outcome, Response};
use tollgate_policy::{AfterTime, CEILING_TIME, Callback};
pub(crate) use watch::Watch;

/// Starts the clock of a released invocation, where one of its ceilings needs it.
pub(crate) fn arm(app: &Rc<App>, watch: &Rc<Watch>) {
    if watch.is_timed() {
        let task = tokio::task::spawn_local(guard(Rc::clone(app), Rc::clone(watch)));
        watch.guarded_by(task.abort_handle());
    }
}

/// Waits for the first ceiling that ends the invocation. Whoever ends it otherwise stops this.
async fn guard(app: Rc<App>, watch: Rc<Watch>) {
    let check = tokio::select! {
        biased;
        () = watch.time_is_up(&app.clock) => CEILING_TIME,
        check = memory::exceeded(&app, &watch) => check,
    };
    end(&app, &watch, check).await;
    if !watch.is_timed() {
        return;
    }
    recycle(&app, &watch).await;
}

/// Ends an invocation that has met `check` and of which nothing was answered yet: the caller gets
/// the refusal in its trigger's form. The function's own answer is late from now on.
pub(crate) async fn end(app: &Rc<App>, watch: &Rc<Watch>, check: &'static str) {
    let policy = app.gate.policy().await;
    let Some(stopped) = watch.stop(&policy, check) else { return };
    app.invocations.borrow_mut().stop(watch.request_id());
    let mut said = stopped.answer(app.stream_hint());
    if let Some(callback) = stopped.callback().cloned()
        && callback::tell(app, watch.invocation(), callback).await
    {
        said = Callback::taken();
    }
    let sent = answer::send(app, watch.invocation(), said).await;
    let note = match sent {
        Ok(()) => None,
        // Lambda's own timeout came first: what follows is a shutdown, which writes the record.
        Err(AnswerError::Closed) if !app.is_managed_instances() => return watch.give_up(),
        Err(AnswerError::Closed | AnswerError::Status(410)) => {
            watch.give_up();
            return land(app, watch, |flight| flight.unanswered(Outcome::Timeout));
        }
        Err(error) => {
            app.log.error(&format!("the answer at a ceiling did not reach Lambda: {error}"));
            Some("Lambda did not take the answer at the ceiling")
        }
    };
    let now = app.clock.unix_ms();
    land(app, watch, |flight| flight.stopped(now, note));
}

/// Ends an invocation whose streamed answer was cut after what `response` says.
pub(crate) fn cut(app: &Rc<App>, watch: &Rc<Watch>, error_type: &str, response: Response) {
    app.invocations.borrow_mut().stop(watch.request_id());
    let (now, error) = (app.clock.unix_ms(), Some(error_type.to_owned()));
    land(app, watch, |flight| flight.answered(Outcome::Ceiling, error, response, now));
}

fn land(app: &Rc<App>, watch: &Watch, how: impl FnOnce(Flight) -> crate::invocations::Landed) {
    // A shutdown that came meanwhile has written the record.
    let flight = app.invocations.borrow_mut().land(watch.request_id());
    if let Some(flight) = flight {
        app.land(how(flight));
    }
}

/// Does with the runtime what the policy says of a function that ran into a ceiling. On Managed
/// Instances other invocations run in the same processes: nothing is killed there.
pub(crate) async fn recycle(app: &Rc<App>, watch: &Watch) {
    if !watch.was_ended() || watch.after() == AfterTime::Detach || app.is_managed_instances() {
        return;
    }
    let begun = Stopwatch::start();
    if kill::runtime(app, watch.peer()).await {
        app.log.info(&format!("the runtime was ended within {} us", begun.micros()));
    } else {
        let detail = "the runtime could not be ended at its ceiling, and goes on";
        app.recorder.find(&app.clock, Kind::Unkillable, Some(watch.request_id()), detail);
    }
}
