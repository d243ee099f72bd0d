//! The end of an environment: what is open gets its record, the chain is closed, all is written.

use crate::app::App;
use crate::limits::{FLUSH_GRACE, GIVE_BACK_WAIT, REPORT_GRACE};
use std::rc::Rc;
use tollgate_lambda_api::extensions::ShutdownReason;
use tollgate_ledger::record::{CloseReason, Outcome};

/// Does all that is left to do. The platform kills what takes longer than two seconds.
pub(crate) async fn shut_down(app: &Rc<App>, reason: ShutdownReason) {
    app.gate.policy().await;
    app.coverage.all_ended(app);
    let open = app.invocations.borrow_mut().land_all();
    for flight in open {
        app.land(flight.unanswered(outcome(reason)));
    }
    await_last_report(app).await;
    app.recorder.close(app, close_reason(reason));
    // What is left after that stays in the journal.
    drop(tokio::time::timeout(FLUSH_GRACE, app.recorder.all_shipped()).await);
    app.recorder.finish();
    drop(tokio::time::timeout(GIVE_BACK_WAIT, app.claims.settled()).await);
    app.lending.give_back(app).await;
    app.courier.stop().await;
    app.done.notify_one();
}

/// How an invocation ended that had no reply when the environment did.
fn outcome(reason: ShutdownReason) -> Outcome {
    match reason {
        ShutdownReason::Timeout => Outcome::Timeout,
        // AWS's emulator gives reasons of its own when a process died.
        ShutdownReason::Failure | ShutdownReason::Other => Outcome::Crash,
        ShutdownReason::Spindown => Outcome::Shutdown,
    }
}

fn close_reason(reason: ShutdownReason) -> CloseReason {
    match reason {
        ShutdownReason::Spindown => CloseReason::Spindown,
        ShutdownReason::Timeout => CloseReason::Timeout,
        ShutdownReason::Failure => CloseReason::Failure,
        ShutdownReason::Other => CloseReason::Other,
    }
}

async fn await_last_report(app: &App) {
    if !app.telemetry_on.get() {
        return;
    }
    let all_in = async {
        while app.invocations.borrow().report_is_due() {
            app.report_arrived.notified().await;
        }
    };
    // What does not come in time stays without a report record; its invocation record stands.
    drop(tokio::time::timeout(REPORT_GRACE, all_in).await);
}
