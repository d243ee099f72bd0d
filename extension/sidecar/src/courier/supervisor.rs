//! Keeps a courier running: starts it, talks with it, starts the next one after a while.

use super::line::{End, Life};
use super::process::Process;
use crate::app::App;
use crate::observe::findings::Kind;
use crate::places;
use std::rc::Rc;
use std::time::Duration;

/// The wait before the second start; it doubles with each courier that ends without an answer.
const WAIT_FIRST: Duration = Duration::from_millis(50);

/// The longest wait.
const WAIT_MAX: Duration = Duration::from_secs(10);

/// Runs couriers, one at a time, until it is stopped.
pub(crate) async fn run(app: Rc<App>) {
    let courier = &app.courier;
    let mut wait = WAIT_FIRST;
    // What is asked while the first one starts is kept for it.
    courier.open();
    loop {
        let (answers, end) = one_life(&app).await;
        courier.close();
        if matches!(end, Ended::Stopped) || courier.stopping.get() {
            courier.stopped.notify_waiters();
            return;
        }
        if let Ended::Early(detail) = end {
            app.log.warn(&detail);
            app.recorder.find(&app.clock, Kind::CourierDown, None, &detail);
        }
        wait = if answers > 0 { WAIT_FIRST } else { (wait * 2).min(WAIT_MAX) };
        tokio::select! {
            () = tokio::time::sleep(wait) => {}
            () = courier.stop.notified() => return courier.stopped.notify_waiters(),
        }
        courier.open();
    }
}

enum Ended {
    Stopped,
    Early(String),
}

/// Starts a courier and talks with it to its end; gives how many answers it gave.
async fn one_life(app: &App) -> (u64, Ended) {
    let path = places::of_layer("courier").unwrap_or_default();
    let process = match Process::start(&path) {
        Ok(process) => process,
        Err(error) => {
            let detail = format!("the courier `{}` cannot be started: {error}", path.display());
            return (0, Ended::Early(detail));
        }
    };
    let mut life = Life::default();
    let end = life.talk(&app.courier, &process.line).await;
    let status = process.end().await;
    let ended = match end {
        End::Stopped => Ended::Stopped,
        end => {
            let status = status.map(|status| format!(" ({status})")).unwrap_or_default();
            Ended::Early(format!("the courier is started again: {end}{status}"))
        }
    };
    (life.answers, ended)
}
