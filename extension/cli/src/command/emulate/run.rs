//! Takes the events through one environment, from init to shutdown.
use std::path::PathBuf;

use tollgate_emulator::{
    Environment, Event, InitReport, InitStatus, Invoked, LogLine, LogStream, Settings,
};

use super::error::Trouble;
use super::events::EventFile;
use super::{output, say};

/// What one environment has done.
pub(super) struct Ran {
    pub(super) events: Vec<RanEvent>,
    pub(super) logs: Vec<LogLine>,
}

/// One event and what became of it.
pub(super) struct RanEvent {
    pub(super) file: PathBuf,
    pub(super) invoked: Invoked,
}

/// Sends the events one after another, then shuts the environment down, so that the extension can
/// write its last records. Interrupted, it kills the processes: they are in groups of their own,
/// which a terminal does not reach.
pub(super) async fn events(
    settings: Settings,
    events: &[EventFile],
    verbose: bool,
) -> Result<Ran, Trouble> {
    let environment = Environment::launch(settings).await?;
    let mut logs = environment.follow_logs();
    let ran = tokio::select! {
        ran = through(&environment, events) => ran?,
        () = print(&mut logs), if verbose => Vec::new(),
        _ = tokio::signal::ctrl_c() => return Err(Trouble::Interrupted),
    };
    while let Some(line) = logs.try_next().filter(|_| verbose) {
        say_line(&line);
    }
    Ok(Ran { events: ran, logs: environment.logs() })
}

/// From init to shutdown.
async fn through(
    environment: &Environment,
    events: &[EventFile],
) -> Result<Vec<RanEvent>, Trouble> {
    tell_init(&environment.init().await);
    let ran = send(environment, events).await?;
    if let Ok(shutdown) = environment.shutdown().await {
        say(&format!("  shutdown {:.1} ms", shutdown.duration.as_secs_f64() * 1000.0));
    }
    Ok(ran)
}

async fn send(environment: &Environment, events: &[EventFile]) -> Result<Vec<RanEvent>, Trouble> {
    let mut ran = Vec::with_capacity(events.len());
    for EventFile { path, body } in events {
        let failed = |source| Trouble::Invoke { file: path.clone(), source };
        let invoked = environment.invoke(Event::new(body.clone())).await.map_err(failed)?;
        if let Some(init) = &invoked.init {
            tell_init(init);
        }
        ran.push(RanEvent { file: path.clone(), invoked });
    }
    say(&format!("  {}", output::events(ran.len())));
    Ok(ran)
}

fn tell_init(init: &InitReport) {
    let ms = init.duration.as_secs_f64() * 1000.0;
    if init.status == InitStatus::Success {
        say(&format!("  init {ms:.1} ms"));
    } else {
        let error_type = init.error_type.as_deref().unwrap_or("the limit has passed");
        let message = init.message.as_deref().unwrap_or_default();
        say(&format!("  init failed after {ms:.1} ms: {error_type} {message}"));
        say("  --verbose shows what the processes print");
    }
}

/// Prints what the processes print, without end.
async fn print(logs: &mut LogStream) {
    loop {
        say_line(&logs.next().await);
    }
}

fn say_line(line: &LogLine) {
    say(&format!("  [{}] {}", line.origin, line.text));
}
