//! `invocation/next`: the runtime's long poll.

use crate::app::App;
use crate::journey::{Next, Release, journey};
use crate::observe::findings::Kind;
use crate::proxy::pass::{self, Flow};
use crate::proxy::polls::Running;
use crate::upstream::UpstreamError;
use std::rc::Rc;
use tollgate_http::connection::{Connection, PassError};
use tollgate_http::framing::Tracker;
use tollgate_http::head::RequestHead;

/// Answers a poll with the next event that may run. It waits as long as Lambda does.
pub(crate) async fn next(
    app: &Rc<App>,
    downstream: &mut Connection,
    mut head: RequestHead,
) -> Result<Flow, UpstreamError> {
    let body = Tracker::new(head.framing);
    pass::discard(downstream, body).await.map_err(PassError::From)?;
    // A classic runtime has one poll out at a time. A second one is somebody else's.
    let Some(_turn) = app.polls.enter(!app.is_managed_instances()) else {
        app.recorder.find(&app.clock, Kind::SecondPoll, None, "a second poll was refused");
        let text = "another poll of this environment is outstanding";
        let refusal = pass::refusal("403 Forbidden", "InvalidStateTransition", text);
        downstream.write(&refusal).await.map_err(PassError::To)?;
        return Ok(Flow::Keep);
    };
    let leftovers = app.gate.policy().await.leftovers();
    if leftovers.any() && !app.is_managed_instances() {
        app.remains.polled(app, downstream.peer());
    }
    head.prepare();
    let poll: Rc<[u8]> =
        head.encode(&head.method, app.upstream.prefix(), app.upstream.address()).into();
    loop {
        let adopted = app.polls.adopt();
        let fresh = adopted.is_none();
        let running = adopted.unwrap_or_else(|| start(app, &poll));
        match wait(app, downstream, running).await {
            Waited::Ended(Next::Release(release)) => {
                return release_event(downstream, *release).await;
            }
            Waited::Ended(Next::Passed(answering)) => {
                return Box::pin(pass::respond(app, downstream, *answering)).await;
            }
            Waited::Failed(error) if fresh => return Err(error),
            // It failed while nobody waited; this runtime has a poll of its own.
            Waited::Failed(error) => app.log.info(&format!("a poll that was left failed: {error}")),
            Waited::HungUp => return Ok(Flow::Close),
            Waited::Panicked => {
                app.recorder.find(&app.clock, Kind::Panic, None, "a poll panicked and is repeated");
            }
        }
    }
}

fn start(app: &Rc<App>, poll: &Rc<[u8]>) -> Running {
    let (app, poll) = (Rc::clone(app), Rc::clone(poll));
    // In a box: a task is moved, with all that it may ever hold, at its start and twice at its end.
    tokio::task::spawn_local(Box::pin(async move { journey(&app, &poll).await }))
}

enum Waited {
    Ended(Next),
    Failed(UpstreamError),
    HungUp,
    Panicked,
}

/// Waits for a poll. When the runtime hangs up meanwhile, the poll lives on for the next one:
/// the platform keeps a dropped poll in its queue and would lose the event it hands to it.
async fn wait(app: &App, downstream: &mut Connection, mut running: Running) -> Waited {
    tokio::select! {
        biased;
        ended = &mut running => match ended {
            Ok(Ok(next)) => Waited::Ended(next),
            Ok(Err(error)) => Waited::Failed(error),
            Err(_) => Waited::Panicked,
        },
        () = downstream.hung_up() => {
            app.polls.orphan(running);
            Waited::HungUp
        }
    }
}

/// Hands an event to the runtime.
async fn release_event(downstream: &Connection, release: Release) -> Result<Flow, UpstreamError> {
    let Release { head, body, watch } = release;
    if let Some(watch) = watch {
        watch.released_to(downstream.peer());
    }
    downstream.write_both(&head, &body).await.map_err(PassError::To)?;
    Ok(Flow::Keep)
}
