//! Telemetry: the platform's own account of invocations. A hint, never authority.

pub(crate) mod listener;

use crate::app::App;
use tollgate_lambda_api::telemetry::PlatformEvent;

/// Acts on the events of one batch.
pub(crate) fn take_in(app: &App, events: Vec<PlatformEvent>) {
    for event in events {
        match event {
            PlatformEvent::Start(mark) if app.is_managed_instances() => {
                app.coverage.began(app, &mark.request_id, "");
            }
            PlatformEvent::Start(_) => {}
            PlatformEvent::RuntimeDone(mark) => app.coverage.ended(app, &mark.request_id),
            PlatformEvent::Report(report) => {
                app.coverage.ended(app, &report.request_id);
                if app.invocations.borrow_mut().take_report(&report.request_id) {
                    app.bill(report);
                    app.report_arrived.notify_one();
                }
            }
        }
    }
}
