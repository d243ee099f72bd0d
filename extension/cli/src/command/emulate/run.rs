//! Takes what is to be sent through a fleet of environments, from the first init to the last shutdown.
use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinSet;
use tollgate_emulator::{Event, Fleet, FleetError, Scale, StartError};

use super::board::Board;
use super::error::Trouble;
use super::events::EventFile;
use super::ledger::Ledger;
use super::watch::Watched;
use super::{Args, front, output, say, settings, source};

/// An environment without an event for so long is shut down, as Lambda does after some minutes.
const IDLE_MAX: Duration = Duration::from_mins(5);

/// Runs one function; gives the records of its ledger. Interrupted while events are sent, it kills the
/// processes: they are in groups of their own, which a terminal does not reach.
pub(super) async fn through(
    args: &Args,
    command: &str,
    events: &[EventFile],
) -> Result<Ledger, Trouble> {
    let (fleet, mut told) = fleet(args, command);
    let mut board = Board::new(args)?;
    let listens = args.front.listen.is_some();
    let outcome = {
        let mut job = std::pin::pin!(job(args, command, events, &fleet));
        loop {
            tokio::select! {
                ended = &mut job => break ended,
                Some(event) = told.recv() => board.take(event)?,
                () = board.rest() => board.give_up()?,
                _ = tokio::signal::ctrl_c(), if !listens => return Err(Trouble::Interrupted),
            }
        }
    };
    while let Ok(event) = told.try_recv() {
        board.take(event)?;
    }
    outcome?;
    board.finish()
}

fn fleet(
    args: &Args,
    command: &str,
) -> (Fleet, tokio::sync::mpsc::UnboundedReceiver<tollgate_emulator::FleetEvent>) {
    let scale = Scale { environments_max: usize::from(args.environments), idle_max: IDLE_MAX };
    let (args, command) = (args.clone(), command.to_owned());
    Fleet::followed(scale, move || {
        let settings = settings::of(&args, &command);
        // It worked once: what fails now is this machine's.
        settings.map_err(|trouble| StartError::Io {
            what: "cannot set up an environment",
            source: std::io::Error::other(trouble.to_string()),
        })
    })
}

/// Everything that is to be done, and the end of all environments.
async fn job(
    args: &Args,
    command: &str,
    events: &[EventFile],
    fleet: &Fleet,
) -> Result<(), Trouble> {
    let done = if args.front.listen.is_some() {
        served(args, command, fleet).await
    } else if args.watch {
        watched(args, command, events, fleet).await
    } else {
        once(args, events, fleet).await
    };
    // Also after a failure, so that the extension can write its last records.
    fleet.shutdown().await;
    done
}

async fn once(args: &Args, events: &[EventFile], fleet: &Fleet) -> Result<(), Trouble> {
    send(args, events, fleet).await?;
    source::send(&args.source, args.environments, fleet).await
}

/// Listens until Ctrl-C.
async fn served(args: &Args, command: &str, fleet: &Fleet) -> Result<(), Trouble> {
    fleet.warm().await.map_err(Trouble::Fleet)?;
    tokio::select! {
        ended = front::serve(&args.front, fleet) => ended,
        () = renew(args, command, fleet), if args.watch => Ok(()),
        _ = tokio::signal::ctrl_c() => Ok(()),
    }
}

/// Lets environments start afresh at every change.
async fn renew(args: &Args, command: &str, fleet: &Fleet) {
    let mut watched = Watched::new(args, command);
    loop {
        let changed = watched.change().await;
        say(&format!("  {} changed: environments start afresh", changed.display()));
        fleet.retire().await;
    }
}

/// Sends the events, and again at every change, until Ctrl-C.
async fn watched(
    args: &Args,
    command: &str,
    events: &[EventFile],
    fleet: &Fleet,
) -> Result<(), Trouble> {
    let mut watched = Watched::new(args, command);
    loop {
        once(args, events, fleet).await?;
        say("  waiting for a change; Ctrl-C ends");
        let changed = watched.change().await;
        say(&format!("  {} changed", changed.display()));
        fleet.retire().await;
    }
}

/// Sends files, as many beside each other as there may be environments, the next one when one is done.
async fn send(args: &Args, events: &[EventFile], fleet: &Fleet) -> Result<(), Trouble> {
    let limit = Arc::new(tokio::sync::Semaphore::new(usize::from(args.environments)));
    let mut sent = JoinSet::new();
    for EventFile { path, body } in events {
        let (fleet, limit, path) = (fleet.clone(), Arc::clone(&limit), path.clone());
        let event = Event { origin: Some(path.display().to_string()), ..Event::new(body.clone()) };
        // In order: the next one begins when there is room for it.
        let room = limit.acquire_owned().await;
        sent.spawn(async move {
            let invoked = fleet.invoke(event).await;
            drop(room);
            (path, invoked)
        });
    }
    while let Some(ended) = sent.join_next().await {
        let Ok((path, outcome)) = ended else { return Err(Trouble::Interrupted) };
        match outcome {
            Ok(_) => {}
            // The row says so.
            Err(error) if error.is_throttled() => {}
            Err(FleetError::Invoke(source)) => return Err(Trouble::Invoke { file: path, source }),
            Err(error) => return Err(Trouble::Fleet(error)),
        }
    }
    if !events.is_empty() {
        say(&format!("  {}", output::events(events.len())));
    }
    Ok(())
}
