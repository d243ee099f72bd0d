//! A function's answer that is held to ceilings: a buffered one is read whole before anything of
//! it goes to Lambda, so that a refusal can still take its place; a streamed one can be cut.

mod stream;

use crate::app::App;
use crate::proxy::gather::{Gathered, gather};
use crate::proxy::merge;
use crate::proxy::pass::Flow;
use crate::proxy::reply::{self, Kind, Reply, TAKEN, Verb};
use crate::upstream::UpstreamError;
use crate::watchdog::{self, Watch};
use std::pin::pin;
use std::rc::Rc;
use tollgate_http::connection::Connection;
use tollgate_http::head::{RequestHead, message};
use tollgate_lambda_api::runtime::PAYLOAD_BYTES_MAX;
use tollgate_policy::{CEILING_RESPONSE, CEILING_TIME, LeakAction};

/// Relays an answer as far as its ceilings allow.
pub(crate) async fn reply(
    app: &Rc<App>,
    downstream: &mut Connection,
    head: RequestHead,
    watch: &Rc<Watch>,
    kind: Kind,
) -> Result<Flow, UpstreamError> {
    if kind.streamed && kind.withheld.is_none() && kind.verb == Verb::Response {
        return stream::relay(app, downstream, head, watch).await;
    }
    let bytes_max = usize::try_from(limit(watch, &kind)).unwrap_or(usize::MAX);
    let bytes_max = bytes_max.min(PAYLOAD_BYTES_MAX);
    let Some(gathered) = gather_in_time(app, downstream, &head, watch, bytes_max).await? else {
        return acknowledge(downstream).await;
    };
    if gathered.bytes > limit(watch, &kind) {
        watch.saw_reply(gathered.bytes);
        watchdog::end(app, watch, CEILING_RESPONSE).await;
        return acknowledge(downstream).await;
    }
    let mut gathered = gathered;
    if watch.leaks().is_some() && !look(app, watch, &mut gathered).await {
        return acknowledge(downstream).await;
    }
    send(app, downstream, head, watch.request_id(), kind, gathered).await
}

/// Looks for secrets in an answer and writes over some; gives back whether it may be sent.
async fn look(app: &Rc<App>, watch: &Rc<Watch>, gathered: &mut Gathered) -> bool {
    let found = app.secrets.look(&gathered.body);
    if found.is_empty() {
        return true;
    }
    if let Some(check) = watch.saw_leaks(&found, LeakAction::Refuse) {
        watch.saw_reply(gathered.bytes);
        watchdog::end(app, watch, check).await;
        return false;
    }
    app.secrets.write_over(&mut gathered.body);
    true
}

/// Reads an answer whole; nothing where its time was up before its end, and ended it.
async fn gather_in_time(
    app: &Rc<App>,
    downstream: &mut Connection,
    head: &RequestHead,
    watch: &Rc<Watch>,
    bytes_max: usize,
) -> Result<Option<Gathered>, UpstreamError> {
    let mut gathering = pin!(gather(downstream, head, bytes_max));
    tokio::select! {
        biased;
        gathered = &mut gathering => return gathered.map(Some),
        () = watch.time_is_up(&app.clock) => {}
    }
    let ended = async {
        watchdog::end(app, watch, CEILING_TIME).await;
        watchdog::recycle(app, watch).await;
    };
    // What is left of the answer is read while the runtime lives.
    let (rest, ()) = tokio::join!(gathering, ended);
    rest.map(|_| None)
}

/// Errors are small by themselves, and must get through.
fn limit(watch: &Watch, kind: &Kind) -> u64 {
    match kind.verb {
        Verb::Response => watch.response_bytes().unwrap_or(u64::MAX),
        Verb::Error => u64::MAX,
    }
}

async fn send(
    app: &Rc<App>,
    downstream: &mut Connection,
    head: RequestHead,
    request_id: &str,
    kind: Kind,
    gathered: Gathered,
) -> Result<Flow, UpstreamError> {
    if let Some(withheld) = &kind.withheld {
        let body = gathered.whole();
        let relayed = merge::relay(app, head, request_id, withheld, body).await?;
        let (answering, sent) = Reply::of_merged(relayed, kind.streamed);
        return reply::finish(app, downstream, request_id, answering, sent).await;
    }
    let error_type = Kind::error_type(&head);
    // Lambda refuses what was too long to be kept by its length alone.
    let body = if gathered.bytes > gathered.body.len() as u64 {
        vec![0; PAYLOAD_BYTES_MAX + 1]
    } else {
        gathered.body
    };
    let answering = merge::send_whole(app, head, &body).await?;
    let sent = Reply::of_whole(&kind, error_type, &body);
    reply::finish(app, downstream, request_id, answering, sent).await
}

/// Tells the runtime what Lambda tells it: the answer was taken, whatever became of it. Runtime
/// clients take anything else for a reason to end.
pub(crate) async fn acknowledge(downstream: &Connection) -> Result<Flow, UpstreamError> {
    let fields = [("Content-Type", "application/json")];
    downstream.write(&message("HTTP/1.1 202 Accepted", &fields, TAKEN)).await?;
    Ok(Flow::Keep)
}
