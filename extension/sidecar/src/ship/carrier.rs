//! Carries one sink's lines to the courier, batch by batch, for as long as the process lives.

use crate::app::App;
use crate::courier::Unavailable;
use crate::observe::findings::Kind;
use std::rc::Rc;
use std::time::Duration;
use tollgate_link::sink::Delivered;

/// The wait after a first failed attempt; it doubles with each one that follows.
const WAIT_FIRST: Duration = Duration::from_millis(100);

/// The longest wait while the sink may come back by itself.
const WAIT_MAX: Duration = Duration::from_secs(10);

/// The longest wait where somebody has to mend something first.
const WAIT_MAX_REFUSED: Duration = Duration::from_mins(1);

/// Carries the lines of the sink at this place in the policy.
pub(crate) async fn carry(app: Rc<App>, outlet: usize) {
    let recorder = &app.recorder;
    let mut wait = WAIT_FIRST;
    loop {
        recorder.worth_sending(&app.clock, outlet).await;
        app.courier.ready().await;
        let Some(batch) = recorder.batch(outlet) else { continue };
        let lines = batch.lines.clone();
        match app.courier.ask(batch).await {
            Ok(delivered) => {
                wait = WAIT_FIRST;
                recorder.delivered(outlet, &lines, &delivered);
                tell_of_rejected(&app, outlet, &delivered);
            }
            Err(error) => {
                let (name, is_news) = recorder.not_delivered(outlet);
                let detail = format!("sink `{name}`: {error}");
                if is_news {
                    app.log.warn(&detail);
                    app.recorder.find(&app.clock, Kind::SinkUnwritable, None, &detail);
                }
                recorder.unless_closing(pause(&error, wait)).await;
                wait = (wait * 2).min(longest(&error));
            }
        }
    }
}

fn tell_of_rejected(app: &App, outlet: usize, delivered: &Delivered) {
    if delivered.rejected == 0 {
        return;
    }
    let (name, rejected, note) =
        (app.recorder.outlet_name(outlet), delivered.rejected, &delivered.note);
    let detail = format!("sink `{name}`: it will never take {rejected} records: {note}");
    app.log.error(&detail);
    app.recorder.find(&app.clock, Kind::SinkUnwritable, None, &detail);
}

/// The wait before the next attempt: what the service asks for, if that is longer.
fn pause(error: &Unavailable, wait: Duration) -> Duration {
    let asked = match error {
        Unavailable::Failed(failure) => failure.retry_after_ms.unwrap_or(0),
        Unavailable::Down | Unavailable::Late | Unavailable::Full => 0,
    };
    wait.max(Duration::from_millis(u64::from(asked)))
}

fn longest(error: &Unavailable) -> Duration {
    match error {
        Unavailable::Failed(failure) if !failure.cause.is_passing() => WAIT_MAX_REFUSED,
        _ => WAIT_MAX,
    }
}
