//! Invocations that never pass the proxy: the wrapper is missing, or the function goes around it.

use crate::app::App;
use crate::observe::findings::Kind;
use std::cell::RefCell;
use tollgate_ledger::record::{Invocation, Outcome};

/// Suspects: invocations that began while no poll of the runtime was parked through the proxy.
/// Each is judged once, by the first evidence that it has ended.
#[derive(Debug, Default)]
pub(crate) struct Coverage {
    suspects: RefCell<Vec<Invocation>>,
}

impl Coverage {
    /// An invocation began. Gives back whether the proxy has it; otherwise it is a suspect.
    pub(crate) fn began(&self, app: &App, request_id: &str, function_arn: &str) -> bool {
        let invocations = app.invocations.borrow();
        if app.polls.any_parked()
            || invocations.is_open(request_id)
            || invocations.has_ended(request_id)
        {
            return true;
        }
        let mut suspect = Invocation {
            request_id: request_id.to_owned(),
            function: (!function_arn.is_empty()).then(|| function_arn.to_owned()),
            outcome: Outcome::Ungated,
            ..Invocation::default()
        };
        suspect.times.received = app.clock.unix_ms();
        self.suspects.borrow_mut().push(suspect);
        false
    }

    /// The proxy relayed this invocation after all.
    pub(crate) fn clear(&self, request_id: &str) {
        self.suspects.borrow_mut().retain(|suspect| suspect.request_id != request_id);
    }

    /// The invocation ended (telemetry says so): a suspect is now known to be ungated.
    pub(crate) fn ended(&self, app: &App, request_id: &str) {
        let mut suspects = self.suspects.borrow_mut();
        let found = suspects.iter().position(|suspect| suspect.request_id == request_id);
        if let Some(index) = found {
            let suspect = suspects.remove(index);
            drop(suspects);
            record(app, suspect);
        }
    }

    /// The next invocation begins, or the environment ends: whatever was before has ended.
    pub(crate) fn all_ended(&self, app: &App) {
        let suspects = std::mem::take(&mut *self.suspects.borrow_mut());
        for suspect in suspects {
            record(app, suspect);
        }
    }
}

fn record(app: &App, mut suspect: Invocation) {
    let detail = "the runtime did not ask for this invocation through the proxy; \
                  set AWS_LAMBDA_EXEC_WRAPPER=/opt/tollgate/exec";
    app.recorder.find(&app.clock, Kind::Ungated, Some(&suspect.request_id), detail);
    let mut invocations = app.invocations.borrow_mut();
    suspect.cold_start = invocations.take_cold_start();
    invocations.remember(&suspect.request_id);
    drop(invocations);
    app.recorder.land(&app.clock, suspect);
}
