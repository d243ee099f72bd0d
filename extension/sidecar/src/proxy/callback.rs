//! Refusals that a service reads elsewhere than in the function's answer.

use crate::app::App;
use crate::courier::{self, Unavailable};
use crate::limits::{CALLBACK_TIME, DEADLINE_RESERVE};
use crate::observe::findings::Kind;
use std::rc::Rc;
use std::time::Duration;
use tollgate_event::Invocation;
use tollgate_link::callback::{DenyObject, FailResource};
use tollgate_policy::Callback;

/// Tells the service. False where it did not take it, in the time that the invocation has: then
/// the answer to Lambda must say that it failed.
pub(crate) async fn tell(app: &Rc<App>, invocation: &Invocation, callback: Callback) -> bool {
    let left = invocation.deadline_ms.saturating_sub(app.clock.unix_ms());
    let time = Duration::from_millis(left).saturating_sub(DEADLINE_RESERVE).min(CALLBACK_TIME);
    let Err(error) = send(app, callback, time).await else { return true };
    let detail = format!("a refusal did not reach its service: {error}");
    app.log.error(&detail);
    let request_id = Some(invocation.request_id.as_str());
    app.recorder.find(&app.clock, Kind::CallbackUndelivered, request_id, &detail);
    false
}

async fn send(app: &Rc<App>, callback: Callback, time: Duration) -> Result<(), Unavailable> {
    match callback {
        Callback::Resource(failed) => {
            let (url, body) = (failed.url().to_owned(), failed.body().to_owned());
            courier::ask_within(app, FailResource { url, body }, time).await?;
        }
        Callback::Object(denied) => {
            let question = DenyObject {
                route: denied.route().to_owned(),
                token: denied.token().to_owned(),
                status: denied.status(),
                code: denied.code().to_owned(),
                message: denied.message().to_owned(),
            };
            courier::ask_within(app, question, time).await?;
        }
    }
    Ok(())
}
